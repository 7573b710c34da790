"""By what the list can be sorted, and how two entries compare. Knows no clock and no screen.

A key never changes with time alone, so rows move only when what they are sorted by changes.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from vidu_tui.core import view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import title
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskKey, TaskState

NEWEST: Final = "newest"


class Sort(NamedTuple):
    """A column, by the ids of the table's columns or ``newest``, and which way round."""

    column: str = NEWEST
    is_reversed: bool = False

    def by(self, column: str) -> "Sort":
        """Choose a column; the same again reverses."""
        return Sort(column, column == self.column and not self.is_reversed)

    def beside(self, columns: Iterable[str], steps: int) -> "Sort":
        """Go to the column some steps to the right, round through the newest."""
        order = [NEWEST, *columns]
        at = order.index(self.column) if self.column in order else 0
        return Sort(order[(at + steps) % len(order)])

    @property
    def is_descending(self) -> bool:
        """Tell whether the largest is on top."""
        return (self.column in _LARGEST_FIRST) != self.is_reversed

    @property
    def sign(self) -> str:
        """Give the sign beside the head of the column."""
        return "▼" if self.is_descending else "▲"


BY_NEWEST: Final = Sort()


class SortKey(NamedTuple):
    """How an entry compares; a lower tier stands higher whichever way round the rest is."""

    tier: int
    number: float = 0.0
    words: str = ""


UNKNOWN: Final = SortKey(9)
_LARGEST_FIRST: Final = frozenset({NEWEST, "progress", "credits", "duration", "resolution"})
_STATES: Final = {state: float(number) for number, state in enumerate(TaskState)}
_STAGES: Final = {
    FileStage.RUNNING: 0.0,
    FileStage.CHECKING: 1.0,
    FileStage.RENEWING: 2.0,
    FileStage.RETRYING: 3.0,
    FileStage.WAITING: 4.0,
    FileStage.STOPPED: 5.0,
    FileStage.FAILED: 6.0,
    FileStage.MISSING: 7.0,
}
_SIZE = re.compile(r"([0-9]{1,6})\s*([kK]?)")


def _number(value: float | None) -> SortKey:
    return UNKNOWN if value is None else SortKey(0, value)


def _text(words: str) -> SortKey:
    return SortKey(0, words=words.casefold()) if words else UNKNOWN


def _state(entry: Entry, _lifetime_s: float) -> SortKey:
    return SortKey(0, _STATES[entry.state], entry.state_word)


def _progress(entry: Entry, _lifetime_s: float) -> SortKey:
    if entry.state is TaskState.SUCCESS:
        return SortKey(0, 100.0)
    return UNKNOWN if entry.state.is_terminal or not entry.task else _number(entry.task.progress)


def _name(entry: Entry, _lifetime_s: float) -> SortKey:
    return _text(title(entry) or entry.key.id)


def _model(entry: Entry, _lifetime_s: float) -> SortKey:
    return _text(entry.task.model if entry.task else "")


def _resolution(entry: Entry, _lifetime_s: float) -> SortKey:
    words = entry.task.resolution if entry.task else ""
    size = _SIZE.match(words)
    if size is None:
        return _text(words)
    return SortKey(0, float(size[1]) * (1000 if size[2] else 1), words)


def _duration(entry: Entry, _lifetime_s: float) -> SortKey:
    return _number(entry.task.duration_s if entry.task else None)


def _credits(entry: Entry, _lifetime_s: float) -> SortKey:
    return _number(entry.task.credits if entry.task else None)


def _expires(entry: Entry, lifetime_s: float) -> SortKey:
    """What is saved stands below: its link matters no more."""
    end = view.expires_at(entry, lifetime_s)
    return UNKNOWN if end is None else SortKey(0 if entry.is_unsaved else 1, end)


def _result(entry: Entry, lifetime_s: float) -> SortKey:
    """Order as the column reads: on its way, stopped, failed, unsaved by its end, saved."""
    stages = [_STAGES[f.stage] for f in entry.files if f.stage in _STAGES]
    if stages:
        return SortKey(0, min(stages))
    if entry.is_unsaved:
        return SortKey(0, 10.0, f"{view.expires_at(entry, lifetime_s) or 0.0:014.1f}")
    if entry.is_saved:
        return SortKey(0, 11.0)
    if entry.state is TaskState.FAILED:
        return SortKey(0, 12.0)
    return SortKey(0, 8.0) if entry.trouble or entry.is_wanted else UNKNOWN


_KEYS: Final[Mapping[str, Callable[[Entry, float], SortKey]]] = {
    "state": _state,
    "progress": _progress,
    "name": _name,
    "model": _model,
    "resolution": _resolution,
    "duration": _duration,
    "credits": _credits,
    "expires": _expires,
    "file": _result,
}
GATEWAY: Final = "gateway"
"""A column that comes by itself, where there are tasks of more than one gateway."""
COLUMNS: Final = tuple(_KEYS)


def key_of(entry: Entry, column: str, lifetime_s: float = view.LINK_LIFETIME_S) -> SortKey:
    """Tell how an entry compares by a column; all alike by one that is none."""
    if column == GATEWAY:
        return _text(entry.key.gateway)
    read = _KEYS.get(column)
    return read(entry, lifetime_s) if read else UNKNOWN


def arranged(
    newest_first: list[TaskKey], keys: Mapping[TaskKey, SortKey], sort: Sort
) -> list[TaskKey]:
    """Put tasks in order; alike ones stay newest first, unknown ones stay below."""
    if sort.column == NEWEST:
        return newest_first[::-1] if sort.is_reversed else newest_first
    order = sorted(newest_first, key=lambda k: keys[k][1:], reverse=sort.is_descending)
    order.sort(key=lambda k: keys[k].tier)
    return order
