"""Lines on a terminal that change in place, one for each task; nothing where there is none."""

import os
import shutil
import time
from collections.abc import Sequence
from typing import TextIO

from vidu_tui.core import cells, outcome, text
from vidu_tui.core.board import Entry
from vidu_tui.verbs.rows import Printer, fit

PAINT_S = 0.5
"""Changing numbers are painted at most this often."""
BAR_CELLS = 15
STATE_CELLS = 12
NAME_CELLS = 20


class Live:
    """Draw lines over those drawn before, on the stream of narration."""

    def __init__(self, err: TextIO, printer: Printer):
        self._err = err
        self._printer = printer
        self.is_on = err.isatty() and os.environ.get("TERM", "") not in ("", "dumb")
        self._drawn: list[str] = []
        self._drawn_at = float("-inf")

    def show(self, entries: Sequence[Entry]) -> None:
        """Draw a line for each task, as many as there is room for."""
        now = time.monotonic()
        if not self.is_on or now - self._drawn_at < PAINT_S:
            return
        columns, rows = shutil.get_terminal_size()
        room = max(1, rows - 2)
        shown = entries if len(entries) <= room else entries[: room - 1]
        lines = [self._line(entry, columns - 1) for entry in shown]
        if len(shown) < len(entries):
            lines.append(self._signs(f"… and {len(entries) - len(shown):,} more"))
        if lines != self._drawn:
            self.clear()
            self._err.write("".join(f"{line}\n" for line in lines))
            self._err.flush()
            self._drawn = lines
        self._drawn_at = now

    def clear(self) -> None:
        """Take the lines away, so that others can be written in their place."""
        if self._drawn:
            self._err.write(f"\x1b[{len(self._drawn)}F\x1b[J")
            self._err.flush()
        self._drawn, self._drawn_at = [], float("-inf")

    def _line(self, entry: Entry, width: int) -> str:
        is_ascii = self._printer.is_ascii
        state = cells.plain(cells.state(entry, is_ascii=is_ascii))
        drawn = "".join(span.text for span in cells.progress(entry, BAR_CELLS))
        name = cells.title(entry) or text.inert(entry.key.id)
        said = outcome.result(entry, self._printer.now(), lifetime_s=self._printer.lifetime_s)
        parts = (
            fit(self._signs(state), STATE_CELLS),
            fit(self._signs(drawn), BAR_CELLS),
            fit(self._signs(name), NAME_CELLS),
            self._signs("".join(span.text for span in said)),
        )
        return fit("  ".join(parts), width).rstrip()

    def _signs(self, words: str) -> str:
        return text.to_ascii(words) if self._printer.is_ascii else words
