"""Read a record that has exactly the form in which records are written, as nearly all have.

The parser takes several times as long, and a list of thousands is read at every start. Anything
out of the ordinary gives None: the parser then reads it like any answer.
"""

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
    words = (
        *(get("state"), get("err_code"), get("err_msg"), get("id"), get("payload"), get("type")),
        *(get("model"), get("resolution"), get("aspect_ratio"), get("template")),
    )
    numbers = (get("credits"), get("progress"), get("duration"))
    flags = (get("bgm"), get("audio"), get("off_peak"))
    texts = [word for word in words if isinstance(word, str)]
    amounts = [n for n in numbers if n is None or (isinstance(n, float) and 0 <= n < MOST)]
    switches = [flag for flag in flags if flag is None or isinstance(flag, bool)]
    is_typed = len(texts) == len(words) and len(amounts) == len(switches) == len(flags)
    if not is_typed or not TASK_FIELDS.issuperset(record) or max(map(len, texts)) > LONGEST_TEXT:
        return None
    word, err_code, err_message, answered_id, payload, kind, model, resolution, ratio, template = (
        texts
    )
    credit, progress, duration = amounts
    state, priority, creations = state_of(word), get("cus_priority"), _creations(get("creations"))
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int)):
        return None
    if [text.strip() for text in texts] != texts:
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
        bgm=switches[0],
        audio=switches[1],
        off_peak=switches[2],
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
