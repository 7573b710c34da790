"""What can be said of many entries or of one entry's links. Knows no screen."""

from collections.abc import Iterable

from vidu_tui.core import links
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.task import TaskState

LINK_LIFETIME_S = 86_400.0
"""How long a link lives that does not say so itself (gateway.md, "File links")."""
SOON_S = 3 * 3600.0
VERY_SOON_S = 3600.0


def expires_at(entry: Entry, lifetime_s: float = LINK_LIFETIME_S) -> float | None:
    """Give when the first link of a main file dies, epoch seconds; None where there is none."""
    if entry.task is None or not entry.videos:
        return None
    creations = entry.task.creations
    ends = [
        _link_end(asset.url, entry, lifetime_s)
        for key in entry.videos
        if (asset := creations[key.creation].asset(key.kind, key.part))
    ]
    return min(ends, default=None)


def _link_end(url: str, entry: Entry, lifetime_s: float) -> float:
    told = links.expires_at(url)
    if told is not None:
        return told
    return (entry.finished_at or entry.answered_at or 0.0) + lifetime_s


def credits_used(entries: Iterable[Entry]) -> tuple[float, bool]:
    """Add up the credits of all answered tasks, and tell whether some are unknown."""
    total, has_unknown = 0.0, False
    for entry in entries:
        if entry.task is None:
            continue
        if entry.task.credits is not None:
            total += entry.task.credits
        elif entry.state not in (TaskState.FAILED, TaskState.CANCELED):
            has_unknown = True
    return total, has_unknown


def unsaved(board: Board) -> list[Entry]:
    """List the finished tasks that have a main file which is not on disk."""
    return [e for e in board.entries.values() if e.is_unsaved]


def newest_first(board: Board) -> list[Entry]:
    """Order the list as the screen shows it: what was added last on top."""
    return list(board.entries.values())[::-1]
