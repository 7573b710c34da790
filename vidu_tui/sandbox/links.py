"""Signs and checks file links the way S3 does. Knows no server, no file and no clock."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from enum import Enum
from urllib.parse import quote

_STAMP = "%Y%m%dT%H%M%SZ"
_MARK = b"&X-Amz-Signature="


class Verdict(Enum):
    """What a link's query is worth."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    EXPIRED = "expired"


class Signer:
    """Sign links with a secret of its own; every link of it differs from every other."""

    def __init__(self, secret: bytes | None = None):
        self._secret = secret or secrets.token_bytes(32)

    def sign(self, path: str, lifetime_s: int, now_s: float) -> str:
        """Return path and query, good for ``lifetime_s`` seconds from ``now_s`` (epoch)."""
        at = datetime.fromtimestamp(now_s, UTC)
        scope = f"SANDBOX/{at:%Y%m%d}/local/s3/aws4_request"
        token = base64.b64encode(secrets.token_bytes(24)).decode()
        # The name is encoded twice, as in Vidu's own links: whoever encodes anew breaks it.
        shown = quote(f"vidu-{at:%Y-%m-%dT%H:%M:%SZ}-", safe="") + path.rpartition("/")[2]
        query = (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            f"&X-Amz-Credential={quote(scope, safe='')}"
            f"&X-Amz-Date={at.strftime(_STAMP)}"
            f"&X-Amz-Expires={lifetime_s}"
            f"&X-Amz-Security-Token={quote(token, safe='')}"
            "&X-Amz-SignedHeaders=host"
            f"&response-content-disposition={quote(f'attachment;filename={shown}', safe='')}"
            "&x-id=GetObject"
        )
        signature = self._signature(path.encode(), query.encode())
        return f"{path}?{query}{_MARK.decode()}{signature}"

    def check(self, raw_path: bytes, raw_query: bytes, now_s: float) -> Verdict:
        """Judge the bytes of a request's path and query at ``now_s`` (epoch)."""
        if not raw_query:
            return Verdict.UNSIGNED
        query, mark, signature = raw_query.rpartition(_MARK)
        wanted = self._signature(raw_path, query).encode()
        if not mark or not hmac.compare_digest(signature, wanted):
            return Verdict.FORGED
        return Verdict.EXPIRED if now_s > life_of(query)[1] else Verdict.GOOD

    def _signature(self, path: bytes, query: bytes) -> str:
        return hmac.new(self._secret, path + b"?" + query, hashlib.sha256).hexdigest()


def life_of(raw_query: bytes) -> tuple[int, float]:
    """Return for how many seconds a signed link was made, and its end in epoch seconds."""
    parts = dict(part.partition("=")[::2] for part in raw_query.decode().split("&"))
    start = datetime.strptime(parts["X-Amz-Date"], _STAMP).replace(tzinfo=UTC)
    lifetime_s = int(parts["X-Amz-Expires"])
    return lifetime_s, start.timestamp() + lifetime_s
