"""Which columns a width has room for. Pure numbers from look.md, section 2; draws nothing."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

GAP: Final = 2
NAME_MAX: Final = 48
NAME_LEAST: Final = 14
"""What the name keeps beside a gateway's."""
GATEWAY_MAX: Final = 10
MARGIN_FROM: Final = 40
"""From this width on the last cell is a margin, where a scroll bar hides nothing."""
PER_CENT: Final = 4
"""Cells of a progress column that has no room for a bar."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where it begins, how wide it is, and to which side its text leans."""

    id: str
    head: str
    start: int
    width: int
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one width of the table."""

    width: int
    columns: tuple[Column, ...]
    has_heads: bool

    def column(self, name: str) -> Column | None:
        """Find a column, None where this width has no room for it."""
        return next((c for c in self.columns if c.id == name), None)


_RIGHT: Final = frozenset({"resolution", "duration", "credits", "expires", "now"})
_HEADS: Final = {"resolution": "res", "duration": "dur", "file": "result", "now": "", "glyph": ""}


def head_of(column: str) -> str:
    """Give the head of a column."""
    return _HEADS.get(column, column)


# Widest first: least table width, then columns with their widths; 0 is what is left.
_CLASSES: Final[tuple[tuple[int, tuple[tuple[str, int], ...]], ...]] = (
    (
        132,
        (
            ("state", 12),
            ("progress", 15),
            ("name", 0),
            ("model", 15),
            ("resolution", 5),
            ("duration", 4),
            ("credits", 7),
            ("expires", 7),
            ("file", 28),
        ),
    ),
    (
        116,
        (
            ("state", 12),
            ("progress", 15),
            ("name", 0),
            ("model", 15),
            ("resolution", 5),
            ("credits", 7),
            ("expires", 7),
            ("file", 18),
        ),
    ),
    (
        97,
        (
            ("state", 12),
            ("progress", 10),
            ("name", 0),
            ("model", 11),
            ("resolution", 5),
            ("credits", 7),
            ("file", 18),
        ),
    ),
    (
        80,
        (
            ("state", 12),
            ("progress", 4),
            ("name", 0),
            ("model", 11),
            ("resolution", 5),
            ("credits", 7),
            ("file", 14),
        ),
    ),
    (70, (("state", 12), ("progress", 10), ("name", 0), ("file", 18))),
    (40, (("glyph", 1), ("name", 0), ("file", 14))),
)


@lru_cache(maxsize=64)
def layout(
    width: int, hidden: frozenset[str] = frozenset(), gateways: frozenset[str] = frozenset()
) -> Layout:
    """Choose the columns for a table of ``width`` cells; any width has an answer.

    What is ``hidden`` leaves its room to the name, which always stands. Tasks of several
    ``gateways`` have a column that says which, where the name keeps enough room.
    """
    for least, wanted in _CLASSES:
        if width >= least:
            widths = {c: n for c, n in wanted if c not in hidden or c == "name"}
            return _fill(width, _with_gateway(width, widths, gateways))
    name = max(0, width - 8)
    glyph = Column("glyph", "", 1, 1)
    now = Column("now", "", 2, 4, is_right=True)
    columns = (glyph, now, Column("name", "", 8, name)) if name else (glyph, now)
    return Layout(width, tuple(c for c in columns if c.start + c.width <= width), has_heads=False)


def _with_gateway(width: int, widths: dict[str, int], gateways: frozenset[str]) -> dict[str, int]:
    """Put the gateway behind the name; a bar makes room for it before the name does."""
    if len(gateways) < 2 or "glyph" in widths:
        return widths
    cells = min(GATEWAY_MAX, max(len("gateway"), *map(len, gateways)))
    wider: dict[str, int] = {}
    for name, own in widths.items():
        wider[name] = own
        if name == "name":
            wider["gateway"] = cells
    slimmer = {n: PER_CENT if n == "progress" else own for n, own in wider.items()}
    return next((w for w in (wider, slimmer) if _left(width, w) >= NAME_LEAST), widths)


def _left(width: int, widths: dict[str, int]) -> int:
    """Count what is left for the name."""
    return width - 4 - sum(widths.values()) - GAP * (len(widths) - 1)


def _fill(width: int, widths: dict[str, int]) -> Layout:
    left = _left(width, widths)
    if "glyph" in widths:
        left += 1
    widths["name"] = min(NAME_MAX, left) if "file" in widths else left
    if "file" in widths:
        widths["file"] += left - widths["name"]
    columns, start = [], 3
    for name, cells in widths.items():
        head, is_right = head_of(name), name in _RIGHT
        if name == "progress" and cells == PER_CENT:
            head, is_right = "%", True
        columns.append(Column(name, head, start, cells, is_right))
        start += cells + (1 if name == "glyph" else GAP)
    return Layout(width, tuple(columns), has_heads="glyph" not in widths)
