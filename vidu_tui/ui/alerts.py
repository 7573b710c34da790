"""Tells the person of ends: a toast, and a bell and a notice while the terminal is not in front.

Also names the terminal's window. Knows not what has ended before: what it is told is told once.
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from textual import events

from vidu_tui.core import text
from vidu_tui.core.board import Board
from vidu_tui.core.task import TaskState
from vidu_tui.core.text import to_ascii
from vidu_tui.core.tidings import Tiding
from vidu_tui.ui import escapes, toasts

if TYPE_CHECKING:
    from textual.app import App, ReturnType

NAMED_EACH_S = 1.0
"""The window is named at most this often for each thousand tasks, seconds: all are counted."""


class Alerts:
    """Know whether the terminal is in front, and say what is to be said there or beside it."""

    def __init__(
        self,
        app: "App[ReturnType]",
        *,
        is_ascii: bool,
        write: Callable[[str], None],
        environ: Mapping[str, str] = os.environ,
    ):
        self._app = app
        self._is_ascii = is_ascii
        self._write = write
        self._environ = environ
        self._is_in_front = False
        """Only a terminal that has said so counts as being in front."""
        self._named = ""
        self._named_at = float("-inf")

    def look(self, event: events.Event) -> None:
        """Note what the terminal says of its focus."""
        if isinstance(event, events.AppFocus | events.AppBlur):
            self._is_in_front = isinstance(event, events.AppFocus)

    def tell(self, tidings: tuple[Tiding, ...]) -> None:
        """Say what has ended; only what happened while it was watched is worth a bell."""
        words = toasts.ended([(tiding.entry, tiding.event) for tiding in tidings])
        is_bad = all(tiding.event == "failed" for tiding in tidings)
        (toasts.error if is_bad else toasts.say)(self._app, words)
        news = [(t.entry, t.event) for t in tidings if t.is_news]
        if news and not self._is_in_front:
            said = toasts.clean(toasts.ended(news, has_keys=False))
            self._write(escapes.notice(to_ascii(said) if self._is_ascii else said, self._environ))

    def name_window(self, board: Board, *, is_anew: bool = False) -> None:
        """Say in the window's title how the list does; nothing where it says so already."""
        now = time.monotonic()
        pause_s = NAMED_EACH_S * max(1.0, len(board.entries) / 1000)
        if self._environ.get("TERM") == "linux" or now - self._named_at < pause_s:
            return
        self._named_at = now
        words = title_of(board)
        words = to_ascii(words) if self._is_ascii else words
        if words != self._named or is_anew:
            self._named = words
            self._write(escapes.title(words))


def title_of(board: Board) -> str:
    """Count what goes on, what is done and what went wrong, and say how far it is on the whole."""
    counts = {"►": 0, "✓": 0, "✗": 0}
    shares = []
    for entry in board.entries.values():
        if entry.state is TaskState.SUCCESS:
            counts["✓"] += 1
        elif entry.state in (TaskState.FAILED, TaskState.NOT_FOUND):
            counts["✗"] += 1
        elif not entry.state.is_terminal:
            counts["►"] += 1
            if entry.task is not None and entry.task.progress is not None:
                shares.append(entry.task.progress / 100)
    parts = [f"{sign}{count:,}" for sign, count in counts.items() if count]
    if shares:
        parts.append(text.per_cent(sum(shares) / len(shares)))
    return " ".join(parts) or "vidu-tui"
