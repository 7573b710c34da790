"""Terminals that can do less: ASCII alone, or sixteen colours. Set once, for all widgets."""

from typing import ClassVar

from textual.app import App, ReturnType
from textual.scrollbar import ScrollBar, ScrollBarRender

from vidu_tui.ui.widgets.painted import Painted


class PlainBar(ScrollBarRender):
    """A scroll bar of whole cells: it has no signs, only grounds."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


def draw_ascii(app: App[ReturnType], *, is_ascii: bool) -> None:
    """Draw signs, frames and scroll bars in ASCII, or as they are."""
    Painted.is_ascii = is_ascii
    ScrollBar.renderer = PlainBar if is_ascii else ScrollBarRender
    app.set_class(is_ascii, "-ascii")


def count_colours(app: App[ReturnType]) -> None:
    """Turn the cursor's row round where sixteen colours have none for its ground."""
    Painted.has_few_colours = not app.is_headless and app.console.color_system in (
        "standard",
        "windows",
    )
