"""What a hook is: on which occasions it runs, with which arguments, and what it is told. Pure.

The arguments hold nothing that a server chose; that goes to standard input, as JSON.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from vidu_tui.core import record, text
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import TaskState

SCHEMA = 1
ENDS = {
    TaskState.SUCCESS: "success",
    TaskState.FAILED: "failed",
    TaskState.CANCELED: "canceled",
}
"""The ends of a task, by the words of a hook's ``on``."""
_PATH = "{path}"
_BLANKS = re.compile(r"\{(path|id|state)\}")


class Hook(NamedTuple):
    """A program that a person wants run when a task has ended."""

    on: tuple[str, ...]
    run: tuple[str, ...]
    """The program and its arguments; no shell reads them."""
    timeout_s: float = 60.0

    @property
    def waits_for_file(self) -> bool:
        """Tell whether a success is not enough: its file has to be on disk."""
        return any(_PATH in word for word in self.run[1:])


class Occasion(NamedTuple):
    """One event of one task; it comes once ever."""

    state: str
    file: FileKey | None = None
    """Which file has been saved; None for the end of the task itself."""

    @property
    def name(self) -> str:
        """Name the event, alike in every run and window."""
        return self.state if self.file is None else f"saved {self.file.creation + 1}"

    def suits(self, hook: Hook) -> bool:
        """Tell whether a hook is to run now."""
        if self.state not in hook.on:
            return False
        is_success = self.state == ENDS[TaskState.SUCCESS]
        return not is_success or hook.waits_for_file == (self.file is not None)


def occasions(entry: Entry) -> Iterator[Occasion]:
    """Tell what there has been of a task so far: its end, and each creation's main file saved."""
    state = ENDS.get(entry.state)
    if state is None:
        return
    yield Occasion(state)
    main = next((file.kind for file in entry.wanted), None)
    for file in entry.files:
        if file.stage is FileStage.SAVED and file.key.kind is main and not file.key.part:
            yield Occasion(state, file.key)


def arguments(hook: Hook, entry: Entry, occasion: Occasion) -> list[str]:
    """Fill in ``{path}``, ``{id}`` and ``{state}``; what is filled in is not looked at again.

    ``{path}`` is empty where no file has been saved: after a failure.
    """
    file = entry.file(occasion.file) if occasion.file is not None else None
    values = {
        "path": file.path if file is not None else "",
        "id": entry.key.id,
        "state": occasion.state,
    }
    return [_BLANKS.sub(lambda blank: values[blank[1]], word) for word in hook.run[1:]]


def said(entry: Entry, occasion: Occasion) -> bytes:
    """Write down for a program what is known of a task; no link has its query."""
    file = entry.file(occasion.file) if occasion.file is not None else None
    saved: list[Json] = [_file(f) for f in entry.files if f.stage is FileStage.SAVED]
    fields: dict[str, Json] = {
        "schema": SCHEMA,
        "event": "saved" if file is not None else occasion.state,
        "id": entry.key.id,
        "gateway": entry.key.gateway,
        "label": record.clean(text.inert(entry.label)),
        "state": occasion.state,
        "path": file.path if file is not None else None,
        "files": saved,
        "task": record.fields_of(entry.task) if entry.task else {},
    }
    return (json.dumps(fields, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _file(file: FileState) -> Json:
    return {
        "creation": file.key.creation + 1,
        "asset": file.key.kind.value,
        "part": file.key.part + 1,
        "path": file.path,
        "size_bytes": file.total,
        "sha256": file.sha256,
    }
