"""From an answer's body to a Task. Total: odd fields become unknown, never an exception."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from vidu_tui.core import hidden, links
from vidu_tui.core.answer_fields import (
    LINKS,
    LONGEST_TEXT,
    MAX_CREATIONS,
    MOST,
    PAYLOAD_SHOWN,
    TASK_FIELDS,
)
from vidu_tui.core.errors import GatewayError, UnusableAnswer
from vidu_tui.core.jsontext import Json, as_json, as_text, decode
from vidu_tui.core.refusals import body_status, is_denial, refusal, trace_of, words_of
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskState, VideoFacts, state_of

__all__ = ["Answer", "Json", "decode", "parse", "refusal", "words_of"]


class Answer(NamedTuple):
    """A good answer of the gateway."""

    task: Task
    latency_s: float
    server_time: float | None = None
    """The answer's own ``Date``, epoch seconds."""


_CREATION_FIELDS = frozenset({"id", "video", "moderation_url", *LINKS})
_WRAPPED_STATES = {
    "NOT_START": "queueing",
    "SUBMITTED": "queueing",
    "QUEUED": "queueing",
    "IN_PROGRESS": "processing",
    "SUCCESS": "success",
    "FAILURE": "failed",
}
_PUBLIC_TYPES = {"headtailimg2video": "start-end2video", "character2video": "reference2video"}
LONGEST_NAME = 200
LONGEST_STATE = 100
_READ = 4 * LONGEST_TEXT
"""Characters of any text that are looked at: a key that is cut would not be recognised."""
T = TypeVar("T", Task, Creation)

MAX_EXTRA = 100
"""Unknown fields of an answer, and of each creation."""
_LARGEST = 2**63
"""Whole numbers beyond it are no number of anything here."""


def parse(
    body: Json, asked_id: str, gateway: str = "", *, secrets: Iterable[str] = ()
) -> Task | GatewayError:
    """Read a decoded answer to the question for ``asked_id``; one typed error if it says nothing.

    Source of the rules: gateway.md, "Reading an answer". The error is returned, not raised;
    ``secrets`` never stand in its words.
    """
    name, known = gateway or "The gateway", tuple(s for s in secrets if s)
    if not isinstance(body, dict):
        return UnusableAnswer(f"{name} answered {_shape(body)}, not a task.", gateway=gateway)
    code = body_status(body)
    if code is not None:
        return refusal(code, body, gateway, secrets=known)
    answer = _unwrap(body)
    word = _word(answer.get("state"))
    if word:
        trace_id = trace_of(body, known)
        if not trace_id and answer is not body:
            trace_id = trace_of(answer, known)
        return _without(_task(answer, word, asked_id, trace_id), known)
    if is_denial(body):
        return refusal(404, body, gateway, secrets=known)
    said = words_of(body, known)
    return UnusableAnswer(
        f"{name} answered without a state{': ' if said else ''}{said}; the last known one is kept.",
        gateway=gateway,
        trace_id=trace_of(body, known),
    )


def _unwrap(body: dict[str, Json]) -> dict[str, Json]:
    """Step into ``data`` and ``data.data`` as relays wrap an answer."""
    outer = body.get("data")
    if _is_answer(body) or not isinstance(outer, dict):
        return body
    inner = outer.get("data")
    found = next((x for x in (outer, inner) if isinstance(x, dict) and _is_answer(x)), {})
    shell = {k: v for k, v in outer.items() if k != "data"}
    merged = {**shell, **found}
    if not _word(found.get("state")) and (word := _word(outer.get("status"))):
        merged["state"] = _WRAPPED_STATES.get(word.upper(), word)
    return merged


def _word(value: Json) -> str:
    return value.strip()[:_READ] if isinstance(value, str) else ""


def _is_answer(value: Mapping[str, Json]) -> bool:
    return bool(_word(value.get("state"))) or value.get("creations") is not None


def _task(answer: dict[str, Json], word: str, asked_id: str, trace_id: str) -> Task:
    state = state_of(word)
    payload = _whole_text(answer.get("payload"))
    progress = 100.0 if state is TaskState.SUCCESS else _per_cent(answer.get("progress"))
    kind = _text(answer.get("type")).strip()
    return Task(
        id=asked_id,
        state=state,
        state_word=state.word or word,
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
        payload=payload[:_READ],
        payload_length=len(payload),
        cus_priority=_integer(answer.get("cus_priority")),
        type=_PUBLIC_TYPES.get(kind, kind),
        model=_text(answer.get("model")).strip(),
        resolution=_text(answer.get("resolution")).strip(),
        aspect_ratio=_text(answer.get("aspect_ratio")).strip(),
        template=_text(answer.get("template")).strip(),
        duration=_number(answer.get("duration")),
        trace_id=trace_id,
        extra=_extra(answer, TASK_FIELDS),
    )


def _without(task: Task, secrets: tuple[str, ...]) -> Task:
    """Take a key that the gateway echoes out of everything but the links, and cut what is long.

    What it says in words repeats no signature of its links either.
    """
    asked = links.query_values(*(a.url for c in task.creations for a in c.assets))
    repeated = tuple(sorted(asked - {task.id}))
    if not secrets and not repeated and _is_plain(task):
        return task
    shortest = min(links.SHORTEST_VALUE, hidden.forms_of(secrets).shortest or links.SHORTEST_VALUE)

    def hide(words: str, also: tuple[str, ...] = (), limit: int = LONGEST_TEXT) -> str:
        if len(words) < shortest:
            return words
        if any(value in words for value in also) or hidden.holds(words, secrets):
            return links.excerpt(words, (*secrets, *also), limit)
        return words[:limit]

    def hide_all(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(
            (hide(name, repeated, LONGEST_NAME), hide(value, repeated)) for name, value in pairs
        )

    def hide_in(creation: Creation) -> Creation:
        assets = tuple(_public(asset, secrets) for asset in creation.assets)
        video = creation.video
        if video.resolution:
            video = video._replace(resolution=hide(video.resolution, repeated))
        extra = hide_all(creation.extra) if creation.extra else ()
        return _changed(creation, id=hide(creation.id), assets=assets, video=video, extra=extra)

    word = task.state_word
    if task.state is TaskState.UNKNOWN:
        word = links.excerpt(word, (*secrets, *repeated), LONGEST_STATE) or "…"
    return _changed(
        task,
        state_word=word,
        err_code=hide(task.err_code, repeated),
        err_message=hide(task.err_message, repeated),
        answered_id=hide(task.answered_id),
        payload=hide(task.payload, repeated, PAYLOAD_SHOWN),
        type=hide(task.type),
        model=hide(task.model),
        resolution=hide(task.resolution),
        aspect_ratio=hide(task.aspect_ratio),
        template=hide(task.template),
        creations=tuple(hide_in(creation) for creation in task.creations),
        extra=hide_all(task.extra) if task.extra else (),
    )


def _is_plain(task: Task) -> bool:
    """Tell whether nothing of an answer is to be cut, as of most of them."""
    if task.extra or len(task.payload) > PAYLOAD_SHOWN or task.state is TaskState.UNKNOWN:
        return False
    for made in task.creations:
        if made.extra or len(made.id) > LONGEST_TEXT or len(made.video.resolution) > LONGEST_TEXT:
            return False
    words = (task.err_code, task.err_message, task.answered_id, task.type, task.model)
    more = (task.resolution, task.aspect_ratio, task.template)
    return max(map(len, words + more)) <= LONGEST_TEXT


def _changed(old: T, **fields: object) -> T:
    """Replace fields where one of them is another: a copy of so many takes longer than a look."""
    if all(getattr(old, name) == value for name, value in fields.items()):
        return old
    return old._replace(**fields)  # type: ignore[arg-type] # as their callers have them


def _public(asset: Asset, secrets: tuple[str, ...]) -> Asset:
    """Say what may be kept of a link that holds a key; it is fetched as it came."""
    if not hidden.holds(asset.url, secrets):
        return asset
    return asset._replace(shown=links.redact(links.bare(asset.url), secrets))


def _creations(value: Json) -> tuple[Creation, ...]:
    entries: Sequence[Json] = value if isinstance(value, list) else [value]
    found = (_creation(entry) for entry in entries)
    return tuple(islice((c for c in found if c is not None), MAX_CREATIONS))


def _creation(entry: Json) -> Creation | None:
    if isinstance(entry, str):
        entry = {"url": entry}
    if not isinstance(entry, dict):
        return None
    assets = [
        Asset(kind, url)
        for field, kind in LINKS.items()
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
        video=video_of(entry.get("video")),
        extra=_extra(entry, _CREATION_FIELDS),
    )


def video_of(value: Json) -> VideoFacts:
    """Read what an answer says of a picture; odd values are not known."""
    if not isinstance(value, dict):
        return VideoFacts()
    size = value.get("resolution")
    sides = size if isinstance(size, dict) else {}
    return VideoFacts(
        duration_s=_number(value.get("duration")) or None,
        fps=_number(value.get("fps")) or None,
        width=_integer(sides.get("width")) or None,
        height=_integer(sides.get("height")) or None,
        resolution=size.strip()[:_READ] if isinstance(size, str) else "",
    )


def _extra(source: Mapping[str, Json], known: frozenset[str]) -> tuple[tuple[str, str], ...]:
    if known.issuperset(source):
        return ()
    unknown = ((name, value) for name, value in source.items() if name not in known)
    return tuple(
        (name[:_READ], as_json(value)[:_READ]) for name, value in islice(unknown, MAX_EXTRA)
    )


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value[:_READ]
    return _whole_text(value)[:_READ]


def _whole_text(value: Json) -> str:
    return as_text(value) if value and not isinstance(value, bool) else ""


def _id(value: Json) -> str:
    if isinstance(value, str):
        return value.strip()[:_READ]
    return as_text(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _number(value: Json) -> float | None:
    """Read an int, float or numeric string; anything else, infinite or negative is unknown."""
    if value is None:
        return None
    if isinstance(value, str):
        text = value.strip()
        if not re.fullmatch(r"[0-9]{1,18}(\.[0-9]{1,18})?", text):
            return None
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < MOST else None  # what is no number is never less


def _per_cent(value: Json) -> float | None:
    number = _number(value.strip().removesuffix("%") if isinstance(value, str) else value)
    return None if number is None else min(number, 100.0)


def _integer(value: Json) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _LARGEST else None
    number = _number(value)
    return None if number is None else int(number)


def _flag(value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _shape(body: Json) -> str:
    if isinstance(body, list):
        return "a list"
    return "nothing" if body is None else "a bare value"
