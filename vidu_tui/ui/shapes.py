"""Where the pane stands and how large its cover is. Pure numbers from look.md, section 4."""

from enum import StrEnum
from typing import Final, NamedTuple

RIGHT_FROM: Final = 140
BROAD_FROM: Final = 220
PANE_FROM: Final = (100, 24)
"""Below this width or height there is no pane beside the list."""
BLOCKS_FROM: Final = 120
"""From this width on the files stand beside the facts, not under them."""
BESIDE_FROM: Final = 80
"""From this width on the whole screen has the cover at the left."""
COVER_FROM: Final = 24
"""A whole screen of fewer rows shows words alone where the cover would stand on top."""


class Shape(StrEnum):
    """Where the pane stands."""

    RIGHT = "right"
    BELOW = "below"
    WHOLE = "whole"


class Box(NamedTuple):
    """The most cells that a cover takes; portrait pictures may be higher."""

    columns: int
    rows: int
    tall: int


def shape_of(setting: str, width: int, height: int) -> Shape | None:
    """Say where a pane would stand beside the list; None where there is no room for one."""
    if width < PANE_FROM[0] or height < PANE_FROM[1]:
        return None
    if setting in ("right", "below"):
        return Shape(setting)
    return Shape.RIGHT if width >= RIGHT_FROM else Shape.BELOW


def is_open_by_itself(setting: str, width: int) -> bool:
    """Tell whether the pane is there before anybody asked for it."""
    return setting in ("right", "below") or (setting == "auto" and width >= RIGHT_FROM)


def pane_width(width: int) -> int:
    """Give the cells of a pane at the right of a screen."""
    return 60 if width >= BROAD_FROM else 43


def box_of(shape: Shape, width: int, height: int) -> Box | None:
    """Give the room for a cover in a pane of this size; None where words need it."""
    if shape is Shape.BELOW:
        return Box(36, 10, 10)
    if shape is Shape.RIGHT:
        rows = (width - 3) * 9 // 32
        return Box(width - 3, rows, rows + 1)
    if width >= BESIDE_FROM:
        return Box(40, 11, 12) if width >= PANE_FROM[0] else Box(36, 10, 12)
    return Box(40, 11, 12) if height >= COVER_FROM and width >= 44 else None
