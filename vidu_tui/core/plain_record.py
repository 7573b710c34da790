"""Read a record that has exactly the form in which records are written, as nearly all have.

The parser takes several times as long, and a list of thousands is read at every start. Anything
out of the ordinary gives None: the parser then reads it like any answer.
"""

from typing import TypeGuard

from vidu_tui.core import links
from vidu_tui.core.answer import (
    LINKS,
    LONGEST_TEXT,
    MAX_CREATIONS,
    MOST,
    PAYLOAD_SHOWN,
    TASK_FIELDS,
    video_of,
)
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import Asset, Creation, Task, TaskState, VideoFacts, state_of

_RECORD_FIELDS = TASK_FIELDS - {"fail_reason"}
_CREATION_FIELDS = frozenset({"id", "video", *LINKS})
_PLACES = tuple(LINKS.items())
_UNKNOWN, _SUCCESS = TaskState.UNKNOWN, TaskState.SUCCESS
_NO_FACTS = VideoFacts()
_WHOLE = 100.0


def read(record: dict[str, Json], task_id: str) -> Task | None:
    """Read a task without its unknown fields; None where the parser has to look.

    It gives what the parser would: words were cut and cleaned, and links looked at, when the
    answer came.
    """
    get = record.get
    texts = [
        *(get("state"), get("err_code"), get("err_msg"), get("id"), get("payload"), get("type")),
        *(get("model"), get("resolution"), get("aspect_ratio"), get("template")),
    ]
    if not _RECORD_FIELDS.issuperset(record) or not _are_plain(texts):
        return None
    word, err_code, err_message, answered_id, payload, kind, model, resolution, ratio, template = (
        texts
    )
    credit, progress, duration = get("credits"), get("progress"), get("duration")
    if not (_is_amount(credit) and _is_amount(progress) and _is_amount(duration)):
        return None
    bgm, audio, off_peak = get("bgm"), get("audio"), get("off_peak")
    if not (_is_flag(bgm) and _is_flag(audio) and _is_flag(off_peak)):
        return None
    state, priority, creations = state_of(word), get("cus_priority"), _creations(get("creations"))
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int)):
        return None
    is_beyond = len(payload) > PAYLOAD_SHOWN or (progress or 0) > _WHOLE or (priority or 0) >= MOST
    if state is _UNKNOWN or creations is None or is_beyond:
        return None
    return Task(
        id=task_id,
        state=state,
        state_word=state.value.word,
        progress=_WHOLE if state is _SUCCESS else progress,
        err_code=err_code,
        err_message=err_message,
        creations=creations,
        answered_id=answered_id,
        credits=credit,
        bgm=bgm,
        audio=audio,
        off_peak=off_peak,
        payload=payload,
        payload_length=len(payload),
        cus_priority=priority,
        type=kind,
        model=model,
        resolution=resolution,
        aspect_ratio=ratio,
        template=template,
        duration=duration,
    )


def _are_plain(words: list[Json]) -> TypeGuard[list[str]]:
    """Tell whether all are texts of a usual length with nothing to trim."""
    for word in words:
        if word != "" and (not isinstance(word, str) or word.strip() != word):
            return False
        if len(word) > LONGEST_TEXT:
            return False
    return True


def _is_amount(value: Json) -> TypeGuard[float | None]:
    return value is None or (isinstance(value, float) and 0 <= value < MOST)


def _is_flag(value: Json) -> TypeGuard[bool | None]:
    return value is None or value is True or value is False


def _creations(value: Json) -> tuple[Creation, ...] | None:
    if not isinstance(value, list) or len(value) > MAX_CREATIONS:
        return None
    found: list[Creation] = []
    for entry in value:
        if not isinstance(entry, dict) or not _CREATION_FIELDS.issuperset(entry):
            return None
        creation = _creation(entry)
        if creation is None:
            return None
        found.append(creation)
    return tuple(found)


def _creation(entry: dict[str, Json]) -> Creation | None:
    assets: list[Asset] = []
    for field, kind in _PLACES:
        url = entry.get(field)
        if isinstance(url, str) and links.is_bare(url):
            assets.append(Asset(kind, url))
        elif url is not None:
            return None
    name, said = entry.get("id"), entry.get("video")
    video = _NO_FACTS if said is None else video_of(said)
    if not isinstance(name, str) or name.strip() != name:
        return None
    if not assets or max(len(name), len(video.resolution)) > LONGEST_TEXT:
        return None
    return Creation(name, tuple(assets), video)
