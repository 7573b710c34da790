"""What can be said of many entries or of one entry's links: views, totals, ends. No screen."""

from collections.abc import Iterable
from enum import IntEnum
from math import inf
from typing import NamedTuple

from vidu_tui.core import links
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, TaskState

LINK_LIFETIME_S = 86_400.0
"""How long a link lives that does not say so itself (gateway.md, "File links")."""
SOON_S = 3 * 3600.0
VERY_SOON_S = 3600.0
NO_FILE_YET_S = 120.0
"""How long a success without a file counts as one whose file is still to come."""
_SAVED = FileStage.SAVED
"""Looked up once: Python 3.11 takes a call for each look at an enum."""


class View(IntEnum):
    """The six views of the list; the value is the key that shows it. A task may be in several."""

    ALL = 1
    ACTIVE = 2
    DONE = 3
    PROBLEMS = 4
    UNSAVED = 5
    EXPIRING = 6

    @property
    def word(self) -> str:
        """Give the view's name as the screen shows it."""
        return self.name.lower()

    @property
    def bit(self) -> int:
        """Give the view's bit in a ``Place``."""
        return 1 << self.value


class Place(NamedTuple):
    """Which views an entry is in, and what time alone will add."""

    views: int
    turns_at: float = inf
    """When it comes to be in ``later`` too, epoch seconds."""
    later: int = 0

    def is_in(self, wanted: View) -> bool:
        """Tell whether the entry is in a view."""
        return bool(self.views & (1 << wanted))

    def at(self, now: float) -> "Place":
        """Give the place as it is at a later time."""
        return self if now < self.turns_at else Place(self.views | self.later)


_ALL, _ACTIVE, _DONE, _PROBLEMS, _UNSAVED, _EXPIRING = (v.bit for v in View)


def place(entry: Entry, now: float, lifetime_s: float = LINK_LIFETIME_S) -> Place:
    """Tell which views an entry is in (ux.md, keys ``1``…``6``)."""
    state = entry.state
    if state is TaskState.FAILED:
        return Place(_ALL | _PROBLEMS)
    views = _ALL
    if not state.is_terminal:
        views |= _ACTIVE
        if entry.is_stale or state is TaskState.NOT_FOUND:
            views |= _PROBLEMS
        return Place(views)
    views |= _DONE
    if entry.files and given_up(entry):
        views |= _PROBLEMS
    if state is not TaskState.SUCCESS:
        return Place(views)
    if entry.is_unsaved:
        end = expires_at(entry, lifetime_s)
        soon = inf if end is None else end - SOON_S
        return Place(views | _UNSAVED, soon, _EXPIRING).at(now)
    if not entry.videos and not entry.wanted:
        known_at = inf if entry.finished_at is None else entry.finished_at + NO_FILE_YET_S
        return Place(views, known_at, _PROBLEMS).at(now)
    return Place(views)


def given_up(entry: Entry) -> FileState | None:
    """Find the download that failed; that of a side file never hides a film that is saved."""
    failed = [f for f in entry.files if f.stage is FileStage.FAILED]
    if not failed:
        return None
    films = [f for f in failed if f.key.kind is AssetKind.VIDEO]
    return next(iter(films or (failed if not entry.saved_count else ())), None)


def expires_at(entry: Entry, lifetime_s: float = LINK_LIFETIME_S) -> float | None:
    """Give when the first link of a wanted file dies, epoch seconds; None where there is none.

    While files are unsaved only their links count.
    """
    wanted = entry.wanted or entry.videos
    if entry.task is None or not wanted:
        return None
    saved = [f.key for f in entry.files if f.stage is _SAVED]
    keys = [key for key in wanted if key not in saved] or wanted
    if len(keys) == 1:
        return file_expires_at(entry, keys[0], lifetime_s)
    ends = (file_expires_at(entry, key, lifetime_s) for key in keys)
    return min((end for end in ends if end is not None), default=None)


def file_expires_at(
    entry: Entry, key: FileKey, lifetime_s: float = LINK_LIFETIME_S
) -> float | None:
    """Give when the link of one file dies, epoch seconds of our own clock; None without one."""
    asset = asset_of(entry, key)
    if asset is None:
        return None
    told = links.expires_at(asset.url) if asset.ends_at is None else asset.ends_at
    if told is not None:
        return told - entry.skew_s
    return (entry.finished_at or entry.answered_at or 0.0) + lifetime_s


def asset_of(entry: Entry, key: FileKey) -> Asset | None:
    """Find what the last answer says of one file."""
    if entry.task is None or key.creation >= len(entry.task.creations):
        return None
    return entry.task.creations[key.creation].asset(key.kind, key.part)


def credits_used(entries: Iterable[Entry]) -> tuple[float, bool]:
    """Add up the credits of all answered tasks, and tell whether some are unknown."""
    total, has_unknown = 0.0, False
    for entry in entries:
        task = entry.task
        if task is None:
            continue
        if task.credits is not None:
            total += task.credits
        elif task.state not in (TaskState.FAILED, TaskState.CANCELED):
            has_unknown = True
    return total, has_unknown


def unsaved(board: Board) -> list[Entry]:
    """List the finished tasks that have a wanted file which is not on disk."""
    return [e for e in board.entries.values() if e.is_unsaved]


def newest_first(board: Board) -> list[Entry]:
    """Order the list as the screen shows it: what was added last on top."""
    return list(board.entries.values())[::-1]
