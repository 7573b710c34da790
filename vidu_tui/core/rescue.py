"""When a finished task's files are fetched without being asked for. Pure; fetches nothing."""

from vidu_tui.core import view
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey, FileStage

OFF, ON_SUCCESS, BEFORE_EXPIRY = "off", "success", "before-expiry"
MARGIN_S = 2 * 3600.0
MARGIN_SHARE = 0.25
LEAST_FREE = 1_000_000_000
"""Bytes: with less than that free nothing starts by itself."""

_LEFT_ALONE = frozenset({FileStage.SAVED, FileStage.MISSING, FileStage.FAILED})
"""What is there, what a person took away, and what only a person can mend."""


def files_to_save(entry: Entry) -> frozenset[FileKey]:
    """List the wanted files that may be fetched without being asked for."""
    if not entry.is_unsaved:
        return frozenset()
    states = {file.key: file.stage for file in entry.files}
    return frozenset(
        key
        for key in entry.wanted
        if key not in states or not (states[key] in _LEFT_ALONE or states[key].is_under_way)
    )


def due_at(entry: Entry, mode: str, lifetime_s: float = view.LINK_LIFETIME_S) -> float | None:
    """Give when an entry's files are to be fetched, epoch seconds; None for not by itself.

    Before expiry means two hours or a quarter of the link's life before its end, whichever is
    earlier. Source: ux.md, ``download.auto``.
    """
    if mode == OFF or not entry.is_unsaved:
        return None
    if mode == ON_SUCCESS:
        return entry.finished_at or 0.0
    end = view.expires_at(entry, lifetime_s)
    if end is None:
        return None
    life_s = max(0.0, end - (entry.answered_at or entry.finished_at or end))
    return end - max(MARGIN_S, MARGIN_SHARE * life_s)
