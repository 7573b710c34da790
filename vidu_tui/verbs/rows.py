"""One task as one line: a row of a table on a terminal, fields between tabs in a pipe.

The words are those of the dashboard (``vidu_tui.core.cells``); the state has no glyph in a pipe.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TextIO

from vidu_tui.core import cells, outcome, text, view
from vidu_tui.core.board import Entry

FIELDS = (
    *("id", "state", "progress", "name", "model", "resolution", "duration", "credits"),
    *("expires", "result", "gateway"),
)
"""What stands between the tabs, in this order."""
_ON_TERMINAL = ("state", "progress", "id", "name", "model", "resolution", "credits", "result")
_GROWN = {"state": 12, "progress": 4, "model": 12, "resolution": 5, "credits": 3, "result": 20}
"""What most tasks come to need once they are answered."""
_RIGHT = frozenset({"progress", "credits"})
_DROPPED_FIRST = ("resolution", "credits", "model", "gateway", "name")
NAME_CELLS = 28
RESULT_CELLS = 28
"""What is left for the result at least, unless it is alone."""


class Printer(NamedTuple):
    """Where rows go and how they are written there."""

    out: TextIO
    now: Callable[[], float]
    lifetime_s: float = view.LINK_LIFETIME_S
    is_ascii: bool = False
    has_table: bool = False
    """Aligned for a person, instead of parted by tabs."""

    def show(self, entries: Sequence[Entry]) -> None:
        """Print rows below each other."""
        layout = self.layout(entries)
        for entry in entries:
            self.line(entry, layout)

    def line(self, entry: Entry, layout: "Layout") -> None:
        """Print one row and let it go at once: a program may wait for it."""
        self.out.write(self.written(entry, layout) + "\n")
        self.out.flush()

    def layout(self, entries: Iterable[Entry], *, is_growing: bool = False) -> "Layout":
        """Make room for some rows, for what they may yet say too; in a pipe nothing is aligned."""
        if not self.has_table:
            return ()
        rows = [self._said(entry) for entry in entries]
        has_several = len({row["gateway"] for row in rows}) > 1
        names = (*_ON_TERMINAL[:-1], *(["gateway"] if has_several else []), _ON_TERMINAL[-1])
        found = {n: max((_cells(row[n]) for row in rows), default=0) for n in names}
        if is_growing:
            found |= {name: max(found[name], least) for name, least in _GROWN.items()}
        found["name"] = min(NAME_CELLS, found["name"])
        import shutil

        width = shutil.get_terminal_size().columns
        for name in _DROPPED_FIRST:
            if _room(found, width) >= min(RESULT_CELLS, found["result"]):
                break
            found.pop(name, None)
        found["result"] = max(0, _room(found, width))
        return tuple((name, cells_wide) for name, cells_wide in found.items() if cells_wide)

    def written(self, entry: Entry, layout: "Layout") -> str:
        """Write one row."""
        said = self._said(entry)
        if not self.has_table:
            return "\t".join(said[name] for name in FIELDS)
        parts = [_fitted(said[name], width, name in _RIGHT) for name, width in layout]
        return "  ".join(parts).rstrip()

    def _said(self, entry: Entry) -> dict[str, str]:
        now, life = self.now(), self.lifetime_s
        state = cells.state(entry, is_ascii=self.is_ascii)
        said = {
            "id": text.inert(entry.key.id),
            "state": cells.plain(state if self.has_table else state[1:]),
            "progress": cells.plain(cells.progress(entry, 4)),
            "name": cells.title(entry),
            "model": cells.plain(cells.model(entry, 15)),
            "resolution": cells.plain(cells.resolution(entry)),
            "duration": cells.plain(cells.duration(entry)),
            "credits": cells.plain(cells.credits_cell(entry)),
            "expires": cells.plain(cells.expires(entry, now, life)),
            "result": cells.plain(
                outcome.result(entry, now, lifetime_s=life, has_expires=not self.has_table)
            ),
            "gateway": text.inert(entry.key.gateway),
        }
        if self.is_ascii:
            return {name: text.to_ascii(words) for name, words in said.items()}
        return said


Layout = tuple[tuple[str, int], ...]
"""The columns of a table with their cells; empty where there is none."""


def fit(words: str, width: int) -> str:
    """Cut or pad words to exactly so many cells; wide characters are never halved."""
    return _fitted(words, width, is_right=False)


def _room(found: dict[str, int], width: int) -> int:
    others = [cells_wide for name, cells_wide in found.items() if name != "result" and cells_wide]
    return width - 1 - sum(others) - 2 * len(others)


def _fitted(words: str, width: int, is_right: bool) -> str:
    from rich.cells import cell_len, set_cell_size

    length = cell_len(words)
    if length > width:
        return set_cell_size(set_cell_size(words, max(0, width - 1)).rstrip() + "…", width)
    blank = " " * (width - length)
    return blank + words if is_right else words + blank


def _cells(words: str) -> int:
    from rich.cells import cell_len

    return cell_len(words)
