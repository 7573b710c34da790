"""A task as the JSON of an answer, to be kept and read back. Knows no file and no database.

What is read back goes through the parser like any answer: a record is data, never trusted more.
"""

import json
from collections.abc import Container
from functools import lru_cache

from vidu_tui.core import links, plain_record
from vidu_tui.core.answer_fields import LINKS
from vidu_tui.core.files import FileKey
from vidu_tui.core.jsontext import Json, decode
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, VideoFacts, wire_word

MAX_EXTRA = 20
"""Unknown fields that are kept of an answer or of a creation, and characters of each."""
MAX_EXTRA_LENGTH = 2000
_LONGEST_CACHED = 300
_OWN = "vidu_tui"
_BLANK: tuple[Json, ...] = ("", [])
"""What a record need not say."""


def fields_of(task: Task, whole: Container[FileKey] = ()) -> dict[str, Json]:
    """Say a task in the answer's own fields; what the answer did not say is left out.

    Links come without their query, but for the ``whole`` ones; no text holds a credential.
    """
    said: dict[str, Json | None] = {
        "state": clean(wire_word(task.state, task.state_word)),
        "err_code": clean(task.err_code),
        "err_msg": clean(task.err_message),
        "creations": [
            _creation(creation, number, whole) for number, creation in enumerate(task.creations)
        ],
        "id": clean(task.answered_id),
        "credits": task.credits,
        "bgm": task.bgm,
        "payload": clean(task.payload),
        "cus_priority": task.cus_priority,
        "off_peak": task.off_peak,
        "audio": task.audio,
        "progress": task.progress,
        "type": clean(task.type),
        "model": clean(task.model),
        "resolution": clean(task.resolution),
        "aspect_ratio": clean(task.aspect_ratio),
        "template": clean(task.template),
        "duration": task.duration,
    }
    return {name: value for name, value in said.items() if value is not None}


def kept(task: Task, whole: Container[FileKey] = ()) -> str:
    """Write a task as the ledger keeps it: with the queries of the ``whole`` links alone.

    A link whose secret stands elsewhere is never whole: only a query is wiped when it has served.
    """
    said = fields_of(task, whole)
    record = {name: value for name, value in said.items() if value not in _BLANK}
    own: dict[str, Json] = {"extra": _extra(task.extra), "trace_id": clean(task.trace_id)}
    if task.payload_length > len(task.payload):
        own["payload_length"] = task.payload_length
    if any(creation.extra for creation in task.creations):
        own["creations"] = [_extra(creation.extra) for creation in task.creations]
    own["cut"] = [
        [number, asset.kind.value, asset.part, _end_of(asset)]
        for number, creation in enumerate(task.creations)
        for asset in creation.assets
        if asset.is_cut or _link(asset, number, whole) != asset.url
    ]
    own = {name: value for name, value in own.items() if value not in _BLANK}
    if own:
        record[_OWN] = own
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def recalled(text: str, task_id: str) -> Task | None:
    """Read what ``kept`` wrote; None for anything that is no such record."""
    try:
        record = decode(text)
    except ValueError:
        return None
    if not isinstance(record, dict):
        return None
    own = record.pop(_OWN, None)
    more = own if isinstance(own, dict) else {}
    ends = _ends(more.pop("cut", None))
    task = plain_record.read(record, task_id, ends)
    if task is not None:
        return _with_own(task, more) if more else task
    from vidu_tui.core.answer import parse  # few starts find a record that needs it

    read = parse(record, task_id)
    if not isinstance(read, Task):
        return None
    task = read._replace(creations=_cut(read.creations, ends)) if ends else read
    return _with_own(task, more) if isinstance(own, dict) else task


def _ends(cut: Json) -> plain_record.Ends:
    """Tell which links were cut, and when each of them said that it ends."""
    if not isinstance(cut, list):
        return {}
    return {
        (row[0], row[1], row[2]): row[3] if isinstance(row[3], int | float) else None
        for row in cut
        if isinstance(row, list) and len(row) == 4
        if isinstance(row[0], int) and isinstance(row[1], str) and isinstance(row[2], int)
    }


def _cut(creations: tuple[Creation, ...], ends: plain_record.Ends) -> tuple[Creation, ...]:
    return tuple(
        creation._replace(
            assets=tuple(
                asset._replace(is_cut=True, ends_at=ends[at])
                if (at := (number, asset.kind.value, asset.part)) in ends
                else asset
                for asset in creation.assets
            )
        )
        for number, creation in enumerate(creations)
    )


def _with_own(task: Task, own: dict[str, Json]) -> Task:
    """Add what no field of an answer says."""
    length, trace, more = own.get("payload_length"), own.get("trace_id"), own.get("creations")
    extras = iter(more if isinstance(more, list) else ())
    return task._replace(
        creations=tuple(c._replace(extra=_pairs(next(extras, None))) for c in task.creations),
        extra=_pairs(own.get("extra")),
        payload_length=length if isinstance(length, int) else task.payload_length,
        trace_id=trace if isinstance(trace, str) else "",
    )


def _creation(creation: Creation, number: int, whole: Container[FileKey]) -> Json:
    said: dict[str, Json] = {"id": clean(creation.id)}
    for field, kind in LINKS.items():
        if (asset := creation.asset(kind)) is not None:
            said[field] = _link(asset, number, whole)
    checked = [a for a in creation.assets if a.kind is AssetKind.MODERATION]
    if checked:
        said["moderation_url"] = [_link(asset, number, whole) for asset in checked]
    if creation.video != VideoFacts():
        said["video"] = _video(creation.video)
    return said


def _link(asset: Asset, number: int, whole: Container[FileKey]) -> str:
    may_be_whole = links.has_query(asset.url) and not (asset.is_cut or asset.shown)
    if may_be_whole and FileKey(number, asset.kind, asset.part) in whole:
        return asset.url
    return clean(asset.shown or links.bare(asset.url)).partition("?")[0]


def _end_of(asset: Asset) -> float | None:
    return links.expires_at(asset.url) if asset.ends_at is None else asset.ends_at


def _video(video: VideoFacts) -> Json:
    sides: dict[str, Json] = {"width": video.width, "height": video.height}
    has_sides = video.width is not None or video.height is not None
    return {
        "duration": video.duration_s,
        "fps": video.fps,
        "resolution": sides if has_sides else clean(video.resolution) or None,
    }


def _extra(fields: tuple[tuple[str, str], ...]) -> list[Json]:
    return [
        [clean(name[:200]), clean(value)]
        for name, value in fields[:MAX_EXTRA]
        if len(value) <= MAX_EXTRA_LENGTH
    ]


def _pairs(value: Json) -> tuple[tuple[str, str], ...]:
    if not value:
        return ()
    rows = value if isinstance(value, list) else ()
    return tuple(
        (row[0], row[1])
        for row in rows
        if isinstance(row, list) and len(row) == 2
        if isinstance(row[0], str) and isinstance(row[1], str)
    )


def clean(words: str) -> str:
    """Take credentials and the queries of links out of a text, and what no file can hold."""
    return _remembered(words) if len(words) < _LONGEST_CACHED else _cleaned(words)


def _cleaned(words: str) -> str:
    return links.redact(words).encode("utf-8", "replace").decode()


_remembered = lru_cache(maxsize=4096)(_cleaned)
"""Long texts are not remembered: thousands of them would fill the memory."""
