"""Reads the body of an answer within a bound, unpacked too. Knows no endpoint and no task."""

import zlib
from collections.abc import Callable
from typing import Final

import httpx

from vidu_tui.core import answer, text
from vidu_tui.core.answer import Json
from vidu_tui.core.errors import UnusableAnswer
from vidu_tui.gateway import reply

_PLAIN: Final = ("", "identity")
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"


async def whole_body(response: httpx.Response, limit: int, gateway: str) -> bytes:
    """Read a body of at most ``limit`` bytes, packed and unpacked; UnusableAnswer for any other."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    inflate = _inflater(encoding)
    if inflate is None:
        raise _unusable(gateway, "answered in an encoding that nobody asked for.")
    announced = reply.length_of(response)
    most = text.size(limit)
    too_long = _unusable(gateway, f"answered with more than {most}; that is no task.")
    if announced is not None and announced > limit:
        raise too_long
    parts, received = bytearray(), 0
    if not isinstance(response.stream, httpx.AsyncByteStream):
        raise TypeError("an answer that does not come over the loop")
    async for chunk in response.stream:
        received += len(chunk)
        try:
            parts += inflate(chunk, limit + 1 - len(parts))
        except zlib.error:
            raise _unusable(gateway, "answered with a packed body that is damaged.") from None
        if received > limit:
            endless = f"had not ended its answer after {most}; that is no task."
            raise _unusable(gateway, endless) if announced is None else too_long
        if len(parts) > limit:
            raise _unusable(gateway, f"packed more than {most} into its answer; that is no task.")
    return bytes(parts)


def decode(body: bytes) -> tuple[Json, bool]:
    """Decode a body as JSON; False where it is none."""
    try:
        return answer.decode(body.decode("utf-8-sig")), True
    except ValueError:  # broken UTF-8 and broken JSON are both of this kind
        return None, False


def not_json(body: bytes, gateway: str) -> UnusableAnswer:
    """Say what came in place of JSON."""
    start = body.lstrip(_BLANK)[:1]
    if not start:
        return _unusable(gateway, "answered with nothing.")
    if start == b"<":
        return UnusableAnswer(
            "A web page came instead of an answer: does this network want a login?",
            gateway=gateway,
        )
    if start in b"{[":
        return _unusable(gateway, "answered with broken JSON.")
    return _unusable(gateway, "answered with something that cannot be read.")


def _unusable(gateway: str, words: str) -> UnusableAnswer:
    return UnusableAnswer(f"{gateway} {words}", gateway=gateway)


def _inflater(encoding: str) -> Callable[[bytes, int], bytes] | None:
    """Give a bounded decoder for a Content-Encoding, None for one that we do not take."""
    if encoding in _PLAIN:
        return lambda data, limit: data[:limit]
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return None
    stream = zlib.decompressobj(47 if encoding.endswith("gzip") else 15)
    return lambda data, limit: stream.decompress(data, max(1, limit))
