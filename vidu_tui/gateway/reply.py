"""What an answer says in its head: length, range, validator, waits, where it sends us.

Knows no disk and no rule of ours.
"""

import re
from collections.abc import Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx

from vidu_tui.core import links
from vidu_tui.core.files import Validator

WORDS_BYTES = 4096
_RANGE_RE = re.compile(r"(?i)bytes\s+([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})")
_ETAG_RE = re.compile(r'"[\x21\x23-\x7e]{0,198}"')
_DATE_RE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} "
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
)
_PLAIN_RE = re.compile(r"[\x21-\x7e]+")


def host_of(response: httpx.Response) -> str:
    """Give the host that answered, in plain ASCII."""
    return response.request.url.raw_host.decode("ascii")


def length_of(response: httpx.Response) -> int | None:
    """Give the announced length of the body, None where there is none."""
    value = response.headers.get("content-length", "").strip()
    return int(value) if re.fullmatch("[0-9]{1,15}", value) else None


def range_of(response: httpx.Response) -> tuple[int, int] | None:
    """Give the first byte and the whole length that Content-Range tells, None if it is odd."""
    match = _RANGE_RE.fullmatch(response.headers.get("content-range", "").strip())
    if match is None:
        return None
    start, end, total = map(int, match.groups())
    return (start, total) if start <= end < total else None


def is_end_proven(response: httpx.Response) -> bool:
    """Tell whether a body that is cut short would be noticed: it has a length or is chunked."""
    is_chunked = "chunked" in response.headers.get("transfer-encoding", "").lower()
    return is_chunked or length_of(response) is not None


def validator_of(response: httpx.Response, secrets: Iterable[str] = ()) -> Validator:
    """Give what proves later that a part is of this very file; weak ETags prove nothing.

    It is kept on disk: no ETag that repeats a key, a signature or a piece of the asked link.
    """
    etag = response.headers.get("etag", "").strip()
    changed = response.headers.get("last-modified", "").strip()
    is_date = bool(_DATE_RE.fullmatch(changed)) and date_of(changed) is not None
    is_tag = bool(_ETAG_RE.fullmatch(etag)) and not _repeats(etag, response.request, secrets)
    span = range_of(response) if response.status_code == 206 else None
    return Validator(
        etag=etag if is_tag else "",
        last_modified=changed if is_date else "",
        total=span[1] if span else length_of(response),
    )


def _repeats(etag: str, asked: httpx.Request, secrets: Iterable[str]) -> bool:
    sent = asked.headers.get("authorization", "")
    known = {*secrets, sent, sent.rpartition(" ")[2], *links.query_values(str(asked.url))}
    return links.redact(etag, known) != etag


def is_same_file(known: Validator, response: httpx.Response) -> bool:
    """Tell whether an answer is of the known file: nothing differs, and something agrees.

    An ETag that both tell decides; one that a single side tells says nothing.
    """
    told = validator_of(response)
    if None not in (known.total, told.total) and known.total != told.total:
        return False
    if known.etag and told.etag:
        return known.etag == told.etag
    if known.last_modified and told.last_modified:
        return known.last_modified == told.last_modified
    return known.total is not None and known.total == told.total


def date_of(value: str | None) -> float | None:
    """Read an HTTP date as epoch seconds, None where it is none."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def retry_after_s(response: httpx.Response, now: float) -> float | None:
    """Read Retry-After, seconds or an HTTP date measured by the server's own clock."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    until = date_of(value)
    if until is None:
        return None
    return max(0.0, until - (date_of(response.headers.get("date")) or now))


def next_place(response: httpx.Response) -> str | None:
    """Give where a redirect leads, byte for byte where it is absolute; None for nowhere."""
    location = response.headers["location"]
    if links.is_usable(location):
        return location
    try:
        joined = str(response.request.url.join(location))
    except httpx.InvalidURL:
        return None
    return joined if links.is_usable(joined) else None


def exact_target(url: str) -> bytes | None:
    """Give path and query as they stand in a link; None where they cannot be sent so."""
    rest = url.partition("#")[0].partition("://")[2]
    target = rest[len(re.split("[/?]", rest, maxsplit=1)[0]) :]
    if not target.startswith("/"):
        target = "/" + target
    return target.encode() if _PLAIN_RE.fullmatch(target) else None


def is_plain(response: httpx.Response) -> bool:
    """Tell whether the body comes as it is, in no encoding."""
    return response.headers.get("content-encoding", "").strip().lower() in ("", "identity")


def beginning_of(response: httpx.Response) -> bytes:
    """Read the beginning of an error's body; an encoded one says nothing."""
    parts = bytearray()
    for chunk in response.iter_bytes() if is_plain(response) else ():
        parts += chunk
        if len(parts) >= WORDS_BYTES:
            break
    return bytes(parts[:WORDS_BYTES])
