"""Spans of roles as Strips. Knows how tui.tcss colours a role, not what is drawn."""

import time
from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.text import to_ascii
from vidu_tui.ui.contrast import legible

HAND_OVER_S: Final = 0.0001
"""Given to the thread that writes to the terminal: it would wait for our next step to end."""
PAUSE_S: Final = 1 / 120
"""Between two paints that did not wait for their turn, seconds: keys may come in hundreds."""


def width_of(spans: Iterable[Span]) -> int:
    """Count the cells that spans take."""
    return sum(cell_len(span.text) for span in spans)


def cut(spans: Sequence[Span], width: int) -> list[Span]:
    """Cut spans to at most ``width`` cells with an ellipsis; wide characters are never halved."""
    if width_of(spans) <= width:
        return list(spans)
    kept: list[Span] = []
    room = width - 1
    for span in spans:
        cells = cell_len(span.text)
        if cells > room:
            words = set_cell_size(span.text, room).rstrip(" ") if room > 0 else ""
            return [*kept, span._replace(text=words + "…")] if width > 0 else kept
        kept.append(span)
        room -= cells
    return kept


def fit(spans: Sequence[Span], width: int, *, is_right: bool = False) -> list[Span]:
    """Cut or pad spans to exactly ``width`` cells."""
    kept = cut(spans, width)
    pad = Span(" " * (width - width_of(kept)))
    if not pad.text:
        return kept
    return [pad, *kept] if is_right else [*kept, pad]


ROLE_CLASSES = frozenset(
    {*(f"role--{role}" for role in Role), "role--cursor", "role--marked", "role--badge"}
)
"""The app's component classes: on each widget they would be half of a start's work with CSS."""

UNREAD: Final = frozenset({Role.FAINT, Role.TRACK, Role.RULE})
"""Roles of what nobody has to read; all others have contrast on whatever stands behind them."""
_DIM: Final = frozenset({Role.QUIET, *UNREAD})


class Painted(Widget):
    """A widget that draws lines of spans; its colours come from tui.tcss alone, by the app."""

    ALLOW_SELECT = False
    _paints_after = 0.0
    is_ascii = False
    """Whether signs are drawn in ASCII; set on the class by the app, for all widgets."""
    has_few_colours = False
    """Whether the terminal has sixteen colours or fewer; set in the same way."""

    def notify_style_update(self) -> None:
        """Forget the colours of an earlier theme."""
        super().notify_style_update()
        self._paints: dict[tuple[Role, bool, str], Style] = {}

    def paint(self, role: Role, *, is_bold: bool = False, ground: str = "") -> Style:
        """Give the style of a role, on the widget's background or on a named one."""
        cache = self.__dict__.setdefault("_paints", {})
        key = (role, is_bold, ground)
        style: Style | None = cache.get(key)
        if style is None:
            if ground == "cursor" and (self.has_few_colours or self.app.native_ansi_color):
                style = self.paint(Role.PLAIN, is_bold=is_bold) + Style(reverse=True)
            else:
                style = self._mixed(role, is_bold=is_bold, ground=ground)
            cache[key] = style
        return style

    def _mixed(self, role: Role, *, is_bold: bool, ground: str) -> Style:
        """Lay a role's colour over its ground; the terminal's own nobody can mix or know."""
        colour = self.app.get_component_styles(f"role--{role}").color
        if self.app.native_ansi_color:
            return Style(color=colour.rich_color, dim=role in _DIM or None, bold=is_bold or None)
        back = self.backdrop(ground)
        mixed = back.blend(colour.with_alpha(1.0), colour.a)
        mixed = mixed if role in UNREAD else legible(mixed, back)
        return Style(color=mixed.rich_color, bgcolor=back.rich_color, bold=is_bold or None)

    def paint_now(self) -> None:
        """Put on the screen at once what was refreshed: a key waits for no other's turn.

        Where more than lines has changed, or the last such paint is just over, or a later Textual
        has its parts elsewhere, the screen's own next turn does it.
        """
        screen, now = self.screen, time.monotonic()
        try:
            is_more = screen._layout_required or screen._scroll_required or screen._repaint_required
            if not is_more and now >= self._paints_after:
                screen._dirty_widgets.add(self)
                screen._on_timer_update()
                time.sleep(HAND_OVER_S)
                self._paints_after = now + PAUSE_S
        except AttributeError:
            self._paints_after = float("inf")

    def backdrop(self, ground: str = "") -> Color:
        """Give the colour behind text: the widget's own, or that of a kind of row."""
        back = self.background_colors[1]
        if not ground:
            return back
        over = self.app.get_component_styles(f"role--{ground}").background
        return back.blend(over.with_alpha(1.0), over.a)

    def strip(self, spans: Iterable[Span], width: int, ground: str = "") -> Strip:
        """Draw spans as one line of exactly ``width`` cells."""
        segments = [
            Segment(
                to_ascii(span.text) if self.is_ascii else span.text,
                self.paint(span.role, is_bold=span.is_bold, ground=ground),
            )
            for span in spans
            if span.text
        ]
        return Strip(segments).adjust_cell_length(width, self.paint(Role.PLAIN, ground=ground))


class PaintedLine(Painted):
    """A widget of one line: spans at the left, spans flush right."""

    def left(self, width: int) -> list[Span]:
        """Give the spans at the left."""
        raise NotImplementedError

    def right(self, room: int) -> list[Span]:
        """Give the spans at the right that fit into ``room`` cells."""
        return []

    def render_line(self, y: int) -> Strip:
        """Draw the line; the right part gives way first."""
        width = self.size.width
        if y or not width:
            return Strip.blank(width, self.paint(Role.PLAIN))
        left = cut(self.left(width), width)
        used = width_of(left)
        right = self.right(width - used - 2)
        gap = width - used - width_of(right)
        return self.strip([*left, Span(" " * max(0, gap)), *right], width)
