"""A task as the JSON that verbs print, schema 1: ids as text, no link, no secret."""

import json
from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from vidu_tui.core import cells, links, outcome, view
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileState
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import Task

SCHEMA = 1
AT_ONCE = 25


def write(out: TextIO, name: str, rows: Iterable[Json], **more: Json) -> None:
    """Print one object with the schema and rows under a name."""
    head = json.dumps({"schema": SCHEMA, **more})[:-1]
    out.write(f'{head}, "{name}": [')
    # Some at a time: of single ones the encoder takes longer, and of all the memory.
    left, joint = iter(rows), ""
    while some := list(islice(left, AT_ONCE)):
        out.write(joint + json.dumps(some)[1:-1])
        joint = ", "
    out.write("]}\n")
    out.flush()


def of(entry: Entry, now: float, lifetime_s: float = view.LINK_LIFETIME_S) -> dict[str, Json]:
    """Say all that is known of a task; null is what is not known, times are epoch seconds."""
    task, wanted = entry.task, entry.wanted
    saved, count = entry.saved_among(wanted), len(wanted)
    return {
        "id": entry.key.id,
        "gateway": entry.key.gateway,
        "label": links.redact(entry.label),
        "name": cells.title(entry),
        "added": entry.added_at,
        "state": cells.shown(entry.state_word, 100),
        "is_terminal": entry.state.is_terminal,
        "progress": _progress(task),
        "type": cells.shown(task.type, 100) if task else "",
        "model": cells.shown(task.model, 100) if task else "",
        "resolution": cells.shown(task.resolution, 100) if task else "",
        "aspect_ratio": cells.shown(task.aspect_ratio, 100) if task else "",
        "duration_s": task.duration_s if task else None,
        "credits": task.credits if task else None,
        "answered": entry.answered_at,
        "finished": entry.finished_at,
        "expires": view.expires_at(entry, lifetime_s),
        "is_saved": 0 < saved == count,
        "is_unsaved": saved < count,
        "is_stale": entry.is_stale,
        "error": _error(task),
        "trouble": cells.shown(entry.trouble.line, 1000) if entry.trouble else None,
        "result": cells.plain(outcome.result(entry, now, lifetime_s=lifetime_s)),
        "files": [_file(state) for state in entry.files],
    }


def _progress(task: Task | None) -> float | None:
    if task is None:
        return None
    return 100 if task.is_finished else task.progress


def _error(task: Task | None) -> Json:
    if task is None or not (task.err_code or task.err_message):
        return None
    from vidu_tui.core import failures  # its rules are many, and few tasks need them

    why = failures.explain(task.err_code, task.err_message)
    if why is None:
        return None
    return {
        "code": why.code,
        "what": why.what,
        "todo": why.todo,
        "whose_move": why.move,
        "trace": cells.shown(task.trace_id, 200),
    }


def _file(state: FileState) -> Json:
    return {
        "creation": state.key.creation + 1,
        "asset": state.key.kind.value,
        "part": state.key.part + 1,
        "stage": state.stage.word,
        "path": state.path,
        "received_bytes": state.received,
        "size_bytes": state.total,
        "sha256": state.sha256,
        "line": cells.shown(state.line, 1000),
    }
