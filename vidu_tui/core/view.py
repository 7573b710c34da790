"""What can be said of many entries or of one entry's links. Knows no screen."""

from collections.abc import Iterable

from vidu_tui.core import links
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import FileKey, FileStage
from vidu_tui.core.task import Asset, TaskState

LINK_LIFETIME_S = 86_400.0
"""How long a link lives that does not say so itself (gateway.md, "File links")."""
SOON_S = 3 * 3600.0
VERY_SOON_S = 3600.0


def expires_at(entry: Entry, lifetime_s: float = LINK_LIFETIME_S) -> float | None:
    """Give when the first link of a wanted file dies, epoch seconds; None where there is none.

    While files are unsaved only their links count.
    """
    wanted = entry.wanted or entry.videos
    if entry.task is None or not wanted:
        return None
    saved = {f.key for f in entry.files if f.stage is FileStage.SAVED}
    keys = [key for key in wanted if key not in saved] or wanted
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
        if entry.task is None:
            continue
        if entry.task.credits is not None:
            total += entry.task.credits
        elif entry.state not in (TaskState.FAILED, TaskState.CANCELED):
            has_unknown = True
    return total, has_unknown


def unsaved(board: Board) -> list[Entry]:
    """List the finished tasks that have a wanted file which is not on disk."""
    return [e for e in board.entries.values() if e.is_unsaved]


def newest_first(board: Board) -> list[Entry]:
    """Order the list as the screen shows it: what was added last on top."""
    return list(board.entries.values())[::-1]
