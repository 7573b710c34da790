"""Read a record that has exactly the form in which records are written, as nearly all have.

The parser takes several times as long, and a list of thousands is read at every start. Anything
out of the ordinary gives None: the parser then reads it like any answer.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, TypeGuard, cast

from vidu_tui.core import links
from vidu_tui.core.answer_fields import (
    LINKS,
    LONGEST_TEXT,
    MAX_CREATIONS,
    MOST,
    PAYLOAD_SHOWN,
    TASK_FIELDS,
)
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import Asset, Creation, Task, TaskState, VideoFacts, state_of

Scalar: TypeAlias = "bool | float | str | None"
Ends: TypeAlias = Mapping[tuple[int, str, int], float | None]
"""When each link said that it ends whose query was cut, by creation, kind and part."""
_NO_ENDS: Ends = {}
_RECORD_FIELDS = TASK_FIELDS - {"fail_reason"}
_CREATION_FIELDS = frozenset({"id", "video", *LINKS})
_PLACES = tuple((field, kind, kind.value) for field, kind in LINKS.items())
_NO_FACTS = VideoFacts()
_WHOLE = 100.0
_LONGEST_ALIKE = 200
"""Characters of a text that is remembered with others of its kind."""


def read(record: dict[str, Json], task_id: str, ends: Ends = _NO_ENDS) -> Task | None:
    """Read a task without its unknown fields; None where the parser has to look.

    It gives what the parser would: words were cut and cleaned, and links looked at, when the
    answer came.
    """
    if not _RECORD_FIELDS.issuperset(record):
        return None
    get = record.get
    alike = cast("tuple[Scalar, ...]", tuple(map(get, _ALIKE)))
    words = cast("tuple[str, ...]", alike[:_WORDS])
    try:
        if max(map(len, filter(None, words)), default=0) > _LONGEST_ALIKE:
            return None
        like = _like(*alike)
    except TypeError:  # a list or a table where a word belongs, or any other value
        return None
    own = [get("err_msg", ""), get("id", ""), get("payload", "")]
    if like is None or not _are_plain(own) or len(own[2]) > PAYLOAD_SHOWN:
        return None
    creations = _creations(get("creations", []), ends)
    if creations is None:
        return None
    err_message, answered_id, payload = own
    answered_id = task_id if answered_id == task_id else answered_id  # one text, not two
    return Task(
        *(task_id, *like[1:5], err_message, creations, answered_id, *like[8:12]),
        *(payload, len(payload), *like[14:]),
    )


_WORDS = 7
"""How many of the next are texts; they come first."""
_ALIKE = (
    *("state", "err_code", "type", "model", "resolution", "aspect_ratio", "template"),
    *("credits", "progress", "duration", "bgm", "audio", "off_peak", "cus_priority"),
)


@lru_cache(maxsize=1024, typed=True)
def _like(*said: Scalar) -> Task | None:
    """Make a task of the fields that are the same in many records; None where one is odd."""
    words = ["" if word is None else word for word in said[:_WORDS]]
    credit, progress, duration, *flags, priority = said[_WORDS:]
    if not (_is_amount(credit) and _is_amount(progress) and _is_amount(duration)):
        return None
    bgm, audio, off_peak = flags
    if not (_is_flag(bgm) and _is_flag(audio) and _is_flag(off_peak)):
        return None
    if not _are_plain(words) or (progress or 0) > _WHOLE:
        return None
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int)):
        return None
    state = state_of(words[0])
    if state is TaskState.UNKNOWN or (priority or 0) >= MOST:
        return None
    _, err_code, kind, model, resolution, ratio, template = words
    return Task(
        "",
        state,
        state.word,
        _WHOLE if state is TaskState.SUCCESS else progress,
        err_code,
        credits=credit,
        bgm=bgm,
        audio=audio,
        off_peak=off_peak,
        cus_priority=priority,
        type=kind,
        model=model,
        resolution=resolution,
        aspect_ratio=ratio,
        template=template,
        duration=duration,
    )


def _are_plain(words: Sequence[Json]) -> TypeGuard[Sequence[str]]:
    """Tell whether all are texts of a usual length with nothing to trim."""
    for word in words:
        if not isinstance(word, str) or word.strip() != word or len(word) > LONGEST_TEXT:
            return False
    return True


def _is_amount(value: Json) -> TypeGuard[float | None]:
    return value is None or (isinstance(value, float) and 0 <= value < MOST)


def _is_flag(value: Json) -> TypeGuard[bool | None]:
    return value is None or value is True or value is False


def _creations(value: Json, ends: Ends) -> tuple[Creation, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_CREATIONS:
        return None
    found: list[Creation] = []
    for number, entry in enumerate(value):
        if not isinstance(entry, dict) or not _CREATION_FIELDS.issuperset(entry):
            return None
        creation = _creation(entry, number, ends)
        if creation is None:
            return None
        found.append(creation)
    return tuple(found)


def _creation(entry: dict[str, Json], number: int, ends: Ends) -> Creation | None:
    assets: list[Asset] = []
    for field, kind, word in _PLACES:
        if field not in entry:
            continue
        url, at = entry[field], (number, word, 0)
        if not isinstance(url, str) or not links.is_bare(url):
            return None
        assets.append(Asset(kind, url, 0, True, ends[at]) if at in ends else Asset(kind, url))
    name, video = entry.get("id"), _NO_FACTS
    if not assets or not isinstance(name, str) or name.strip() != name:
        return None
    if "video" in entry:
        from vidu_tui.core.answer import video_of

        video = video_of(entry["video"])
    if len(name) > LONGEST_TEXT or len(video.resolution) > LONGEST_TEXT:
        return None
    return Creation(name, tuple(assets), video)
