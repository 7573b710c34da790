"""From an answer's body to a Task. Total: odd fields become unknown, never an exception."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from vidu_tui.core import links
from vidu_tui.core.errors import (
    GatewayError,
    KeyRefused,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskState, VideoFacts, state_of

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class Answer(NamedTuple):
    """A good answer of the gateway."""

    task: Task
    latency_s: float
    server_time: float | None = None
    """The answer's own ``Date``, epoch seconds."""


PAYLOAD_SHOWN = 200
"""Characters of the echoed payload that a Board holds; an answer may echo a whole megabyte."""

_LINKS = {
    "url": AssetKind.VIDEO,
    "watermarked_url": AssetKind.WATERMARKED,
    "cover_url": AssetKind.COVER,
    "speech_url": AssetKind.SPEECH,
    "sound_url": AssetKind.SOUND,
    "bgm_url": AssetKind.BGM,
}
_TASK_FIELDS = frozenset(
    [
        "state",
        "err_code",
        "err_msg",
        "fail_reason",
        "creations",
        "id",
        "credits",
        "bgm",
        "payload",
        "cus_priority",
        "off_peak",
        "audio",
        "progress",
        "type",
        "model",
        "resolution",
        "aspect_ratio",
        "template",
        "duration",
    ]
)
_CREATION_FIELDS = frozenset({"id", "video", "moderation_url", *_LINKS})
_WRAPPED_STATES = {
    "NOT_START": "queueing",
    "SUBMITTED": "queueing",
    "QUEUED": "queueing",
    "IN_PROGRESS": "processing",
    "SUCCESS": "success",
    "FAILURE": "failed",
}
_PUBLIC_TYPES = {"headtailimg2video": "start-end2video", "character2video": "reference2video"}
_DENIALS = frozenset({"task_not_exist", "tasknotfound"})
_THROTTLES = frozenset({"quotaexceeded", "toomanyrequests", "systemthrottling"})


def parse(body: Json, asked_id: str, gateway: str = "") -> Task | GatewayError:
    """Read a decoded answer to the question for ``asked_id``; one typed error if it says nothing.

    Source of the rules: gateway.md, "Reading an answer". The error is returned, not raised.
    """
    if not isinstance(body, dict):
        return UnusableAnswer(
            f"{gateway or 'The gateway'} answered {_shape(body)}, not a task.", gateway=gateway
        )
    code = body_status(body)
    if code is not None:
        return refusal(code, body, gateway)
    answer = _unwrap(body)
    state = answer.get("state")
    word = state.strip() if isinstance(state, str) else ""
    if not word:
        return UnusableAnswer(
            f"{gateway or 'The gateway'} answered without a state; the last known one is kept.",
            gateway=gateway,
            trace_id=trace_of(body),
        )
    return _task(answer, word, asked_id)


def decode(text: str) -> Json:
    """Decode JSON text; raise ValueError for anything broken, too deep nesting included."""
    try:
        return cast("Json", json.loads(text, parse_int=_whole))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(digits: str) -> int | str:
    # An id may come as a bare number above 2^53, and int() refuses more than 4,300 digits.
    return int(digits) if len(digits) < 400 else digits


def body_status(body: Mapping[str, Json]) -> int | None:
    """Give the error status that an answer names in its body (``code`` of 400 or more)."""
    code = body.get("code")
    if isinstance(code, str) and re.fullmatch(r"[1-9][0-9]{2,8}", code):
        code = int(code)
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    return code if code >= 400 and "state" not in body else None


def refusal(
    status: int, body: Json, gateway: str, *, retry_after_s: float | None = None
) -> GatewayError:
    """Turn an error status and its JSON body into the error it means (gateway.md, "Errors")."""
    name = gateway or "The gateway"
    trace_id = trace_of(body)
    reason = reason_of(body)
    plain = reason.replace("_", "").lower()
    said = words_of(body)
    tail = f": {said}" if said else ""
    if status in (401, 403):
        return KeyRefused(
            f"{name} refused the key ({status}): polling stopped, downloads go on.",
            status=status,
            gateway=gateway,
            trace_id=trace_id,
        )
    if status == 404 or (status == 400 and (reason in _DENIALS or plain in _DENIALS)):
        return TaskUnknown(
            f"{name} does not know this id: a typing slip, or another gateway's?",
            gateway=gateway,
            trace_id=trace_id,
        )
    if status == 429 or plain in _THROTTLES:
        return RateLimited(
            f"{name} wants fewer requests.", retry_after_s=retry_after_s, gateway=gateway
        )
    if 500 <= status <= 599 or status == 408:
        return ServerTrouble(
            f"{name} answered {status}{_PHRASES.get(status, '')}.",
            status=status,
            retry_after_s=retry_after_s,
            gateway=gateway,
            trace_id=trace_id,
        )
    return QuestionRefused(
        f"{name} refused the question ({status}){tail}.".replace("..", "."),
        status=status,
        gateway=gateway,
        trace_id=trace_id,
    )


_PHRASES = {
    408: " Request Timeout",
    500: " Internal Server Error",
    501: " Not Implemented",
    502: " Bad Gateway",
    503: " Service Unavailable",
    504: " Gateway Timeout",
}


def reason_of(body: Json) -> str:
    """Find the short code of an error body: ``reason``, ``code`` or ``error.code``."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    for value in (
        body.get("reason"),
        body.get("code"),
        inner.get("code"),
        inner.get("type"),
        error,
    ):
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def words_of(body: Json) -> str:
    """Find the gateway's own words in an error body, on one line, at most 160 characters."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    inner = error if isinstance(error, dict) else {}
    for value in (inner.get("message"), body.get("message"), error, body.get("reason")):
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())[:160].rstrip(".")
    return ""


def trace_of(body: Json) -> str:
    """Find the id that the gateway's support asks for."""
    if isinstance(body, dict):
        metadata = body.get("metadata")
        if isinstance(metadata, dict):
            return _text(metadata.get("trace_id"))
    return ""


def _unwrap(body: dict[str, Json]) -> dict[str, Json]:
    """Step into ``data`` and ``data.data`` as relays wrap an answer."""
    outer = body.get("data")
    if _is_answer(body) or not isinstance(outer, dict):
        return body
    inner = outer.get("data")
    found = next((x for x in (outer, inner) if isinstance(x, dict) and _is_answer(x)), {})
    shell = {k: v for k, v in outer.items() if k != "data"}
    merged = {**shell, **found}
    if not found.get("state") and (word := _text(outer.get("status")).strip()):
        merged["state"] = _WRAPPED_STATES.get(word.upper(), word)
    return merged


def _is_answer(value: Mapping[str, Json]) -> bool:
    return "state" in value or "creations" in value


def _task(answer: dict[str, Json], word: str, asked_id: str) -> Task:
    state = state_of(word)
    payload = _text(answer.get("payload"))
    progress = 100.0 if state is TaskState.SUCCESS else _per_cent(answer.get("progress"))
    kind = _text(answer.get("type")).strip()
    return Task(
        id=asked_id,
        state=state,
        state_word=state.value.word or word,
        progress=progress,
        err_code=_text(answer.get("err_code")).strip(),
        err_message=_text(answer.get("err_msg")).strip()
        or _text(answer.get("fail_reason")).strip(),
        creations=_creations(answer.get("creations")),
        answered_id=_id(answer.get("id")),
        credits=_number(answer.get("credits")),
        bgm=_flag(answer.get("bgm")),
        audio=_flag(answer.get("audio")),
        off_peak=_flag(answer.get("off_peak")),
        payload=payload[:PAYLOAD_SHOWN],
        payload_length=len(payload),
        cus_priority=_integer(answer.get("cus_priority")),
        type=_PUBLIC_TYPES.get(kind, kind),
        model=_text(answer.get("model")).strip(),
        resolution=_text(answer.get("resolution")).strip(),
        aspect_ratio=_text(answer.get("aspect_ratio")).strip(),
        template=_text(answer.get("template")).strip(),
        duration=_number(answer.get("duration")),
        trace_id=trace_of(answer),
        extra=_extra(answer, _TASK_FIELDS),
    )


def _creations(value: Json) -> tuple[Creation, ...]:
    entries: Sequence[Json] = value if isinstance(value, list) else [value]
    found = (_creation(entry) for entry in entries)
    return tuple(c for c in found if c is not None)


def _creation(entry: Json) -> Creation | None:
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict):
        return None
    assets = [
        Asset(kind, url)
        for field, kind in _LINKS.items()
        if isinstance(url := entry.get(field), str) and links.is_usable(url := url.strip())
    ]
    checked = entry.get("moderation_url")
    pictures = checked if isinstance(checked, list) else [checked]
    usable = [p.strip() for p in pictures if isinstance(p, str) and links.is_usable(p.strip())]
    assets += [Asset(AssetKind.MODERATION, url, part) for part, url in enumerate(usable)]
    if not assets:
        return None
    return Creation(
        id=_id(entry.get("id")),
        assets=tuple(assets),
        video=_video(entry.get("video")),
        extra=_extra(entry, _CREATION_FIELDS),
    )


def _video(value: Json) -> VideoFacts:
    if not isinstance(value, dict):
        return VideoFacts()
    size = value.get("resolution")
    sides = size if isinstance(size, dict) else {}
    return VideoFacts(
        duration_s=_number(value.get("duration")) or None,
        fps=_number(value.get("fps")) or None,
        width=_integer(sides.get("width")) or None,
        height=_integer(sides.get("height")) or None,
        resolution=size.strip() if isinstance(size, str) else "",
    )


def _extra(source: Mapping[str, Json], known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    unknown = (k for k in source if k not in known)
    return tuple((k, json.dumps(source[k], ensure_ascii=False)) for k in unknown)


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False) if value else ""


def _id(value: Json) -> str:
    return value.strip() if isinstance(value, str) else str(value) if _is_whole(value) else ""


def _is_whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Json) -> float | None:
    """Read an int, float or numeric string; anything else, infinite or negative is unknown."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip().removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,18})?", text):
            return None
        value = float(text)
    if not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return float(value) if 0 <= value < 10**18 else None
    return value if math.isfinite(value) and value >= 0 else None


def _per_cent(value: Json) -> float | None:
    number = _number(value)
    return None if number is None else min(number, 100.0)


def _integer(value: Json) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = _number(value)
    return None if number is None else int(number)


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _shape(body: Json) -> str:
    if isinstance(body, list):
        return "a list"
    return "nothing" if body is None else "a bare value"
