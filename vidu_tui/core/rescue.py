"""When a finished task's files are fetched without being asked for. Pure; fetches nothing."""

from vidu_tui.core import view
from vidu_tui.core.board import Entry
from vidu_tui.core.files import CUT_SHORT, FileKey, FileStage, FileState

OFF, ON_SUCCESS, BEFORE_EXPIRY = "off", "success", "before-expiry"
MARGIN_S = 2 * 3600.0
MARGIN_SHARE = 0.25
LEAST_FREE = 1_000_000_000
"""Bytes: with less than that free nothing starts by itself."""


def files_to_save(entry: Entry, now: float) -> frozenset[FileKey]:
    """List the wanted files that may be fetched without being asked for.

    What was given up is left alone until its time, or for ever if only a person can mend it;
    what a person took away stays away.
    """
    if not entry.is_unsaved:
        return frozenset()
    states = {file.key: file for file in entry.files}
    return frozenset(k for k in entry.wanted if k not in states or _is_free(states[k], now))


def _is_free(file: FileState, now: float) -> bool:
    if file.stage is FileStage.FAILED:
        return file.next_try_at is not None and file.next_try_at <= now
    if file.stage is FileStage.MISSING:
        return file.cell == CUT_SHORT
    return file.stage is not FileStage.SAVED and not file.stage.is_under_way


def due_at(entry: Entry, mode: str, lifetime_s: float = view.LINK_LIFETIME_S) -> float | None:
    """Give when an entry's files are to be fetched, epoch seconds; None for not by itself.

    Before expiry means two hours or a quarter of the link's life before its end, whichever is
    earlier. Source: ux.md, ``download.auto``.
    """
    if mode == OFF or not entry.is_unsaved:
        return None
    again_at = min((f.next_try_at or 0.0 for f in entry.files if _is_given_up(f)), default=0.0)
    if mode == ON_SUCCESS:
        return max(entry.finished_at or 0.0, again_at)
    end = view.expires_at(entry, lifetime_s)
    if end is None:
        return None
    life_s = max(0.0, end - (entry.answered_at or entry.finished_at or end))
    return max(end - max(MARGIN_S, MARGIN_SHARE * life_s), again_at)


def _is_given_up(file: FileState) -> bool:
    return file.stage is FileStage.FAILED and file.next_try_at is not None
