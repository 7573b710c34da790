"""From an error status and its body to the error it means. Knows no task and no transport.

Source of the rules: gateway.md, "Errors". Total: any JSON gives an error, never an exception.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from vidu_tui.core.errors import (
    GatewayError,
    KeyRefused,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
)
from vidu_tui.core.jsontext import Json, as_text
from vidu_tui.core.links import excerpt
from vidu_tui.core.text import inert

WORDS_LIMIT = 160
_TRACE_LIMIT = 100
_DENIALS = frozenset({"tasknotexist", "tasknotfound"})
_THROTTLES = frozenset({"quotaexceeded", "toomanyrequests", "systemthrottling"})
_PHRASES = {
    408: " Request Timeout",
    500: " Internal Server Error",
    501: " Not Implemented",
    502: " Bad Gateway",
    503: " Service Unavailable",
    504: " Gateway Timeout",
}


def refusal(
    status: int,
    body: Json,
    gateway: str,
    *,
    retry_after_s: float | None = None,
    secrets: Iterable[str] = (),
) -> GatewayError:
    """Turn an error status and its JSON body into the error it means; returned, not raised.

    ``secrets`` are taken out of the gateway's own words, whatever form they come in.
    """
    name = gateway or "The gateway"
    trace_id = trace_of(body, secrets)
    if status in (401, 403):
        return KeyRefused(
            f"{name} refused the key ({status}): polling stopped, downloads go on.",
            status=status,
            gateway=gateway,
            trace_id=trace_id,
        )
    if status == 404 or (status == 400 and is_denial(body)):
        return TaskUnknown(
            f"{name} does not know this id: a typing slip, or another gateway's?",
            gateway=gateway,
            trace_id=trace_id,
        )
    if status == 429 or any(code in _THROTTLES for code in _codes(body)):
        return RateLimited(
            f"{name} wants fewer requests.",
            retry_after_s=retry_after_s,
            gateway=gateway,
            trace_id=trace_id,
        )
    if 500 <= status <= 599 or status == 408:
        return ServerTrouble(
            f"{name} answered {status}{_PHRASES.get(status, '')}.",
            status=status,
            retry_after_s=retry_after_s,
            gateway=gateway,
            trace_id=trace_id,
        )
    said = words_of(body, secrets)
    return QuestionRefused(
        f"{name} refused the question ({status}){': ' if said else ''}{said}.",
        status=status,
        gateway=gateway,
        trace_id=trace_id,
    )


def body_status(body: Mapping[str, Json]) -> int | None:
    """Give the error status that an answer names in its body (``code`` of 400 or more)."""
    code = body.get("code")
    state = body.get("state")
    if isinstance(state, str) and state.strip():
        return None
    if isinstance(code, str) and re.fullmatch(r"\s*[1-9][0-9]{2,8}\s*", code):
        code = int(code)
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    return code if 400 <= code < 10**9 else None


def is_denial(body: Json) -> bool:
    """Tell whether an error body says, in a code or in words, that there is no such task."""
    return any(code in _DENIALS for code in _codes(body))


def _codes(body: Json) -> Iterator[str]:
    """Give whatever may be a short code in an error body, in lower case, letters alone."""
    if not isinstance(body, dict):
        return
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    places = (body.get("reason"), body.get("code"), inner.get("code"), inner.get("type"), error)
    for value in (*places, body.get("message"), inner.get("message")):
        if isinstance(value, str) and len(value) < 100:
            yield re.sub("[^a-z]", "", value.lower())


def words_of(body: Json, secrets: Iterable[str] = ()) -> str:
    """Find the gateway's own words in an error body: one inert line without secrets, or ""."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    texts = (
        inner.get("message"),
        body.get("message"),
        error,
        body.get("err_msg"),
        body.get("reason"),
        inner.get("code"),
        body.get("code"),
        body.get("err_code"),
    )
    for value in texts:
        if isinstance(value, str) and (words := _shown(value, secrets, WORDS_LIMIT)):
            return words.rstrip(". ")
    return ""


def trace_of(body: Json, secrets: Iterable[str] = ()) -> str:
    """Find the id that the gateway's support asks for, fit for a screen."""
    if not isinstance(body, dict):
        return ""
    metadata = body.get("metadata")
    inner = metadata if isinstance(metadata, dict) else {}
    for value in (inner.get("trace_id"), body.get("trace_id")):
        if isinstance(value, str | int) and not isinstance(value, bool):
            return _shown(as_text(value), secrets, _TRACE_LIMIT)
    return ""


def _shown(words: str, secrets: Iterable[str], limit: int) -> str:
    return inert(excerpt(words, secrets), limit)
