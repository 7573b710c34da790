"""Lines of spans as a widget: paragraphs that wrap, and lists with a cursor."""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from vidu_tui.core.cells import Role, Span
from vidu_tui.ui.widgets.painted import Painted, cut, width_of

Line = tuple[Span, ...]
LEAST_CELLS = 12
"""What a value needs beside its name; with less it begins anew at the left."""


def wrapped(line: Line, width: int) -> list[Line]:
    """Break a line at spaces, its spans kept; a word longer than the width is broken anywhere."""
    if width_of(line) <= width or width < 1:
        return [line]
    lines: list[list[Span]] = [[]]
    used = 0
    for span in line:
        for word in _words(span.text, width):
            if used + cell_len(word.rstrip()) > width and used:
                last = lines[-1].pop()
                lines[-1].append(last._replace(text=last.text.rstrip(" ")))
                lines.append([])
                used = 0
            kept = word if used or len(lines) == 1 else word.lstrip()
            lines[-1].append(span._replace(text=kept))
            used += cell_len(kept)
    last = lines[-1].pop()
    lines[-1].append(last._replace(text=last.text.rstrip(" ")))
    return [tuple(spans) for spans in lines]


def hanging(line: Line, width: int) -> list[Line]:
    """Break a line so that what follows its first span stands under itself: a name, an indent."""
    indent = cell_len(line[0].text) if len(line) > 1 and line[0].text.endswith(" ") else 0
    if not indent or width - indent < LEAST_CELLS or width_of(line) <= width:
        return wrapped(line, width)
    first, *others = wrapped(line[1:], width - indent)
    return [(line[0], *first), *((Span(" " * indent), *other) for other in others)]


def _words(text: str, width: int) -> list[str]:
    words: list[str] = []
    for word in text.replace(" ", " \0").split("\0"):
        rest = word
        while cell_len(rest) > width:
            head = rest[:width]
            while cell_len(head) > width:
                head = head[:-1]
            words.append(head)
            rest = rest[len(head) :]
        words.append(rest)
    return words


class Lines(Painted):
    """Paragraphs of spans; long ones wrap, the height follows. Its text can be selected."""

    ALLOW_SELECT = True

    lines: reactive[tuple[Line, ...]] = reactive((), layout=True)

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None, classes: str = ""):  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._wrapped: tuple[tuple[Line, ...], int, list[Line]] = ((), -1, [])
        self.set_reactive(Lines.lines, tuple(lines))

    def _drawn(self, width: int) -> list[Line]:
        if self._wrapped[0] is not self.lines or self._wrapped[1] != width:
            parts = [part for line in self.lines for part in self.broken(line, width)]
            self._wrapped = (self.lines, width, parts)
        return self._wrapped[2]

    def broken(self, line: Line, width: int) -> list[Line]:
        """Break one line."""
        return wrapped(line, width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take as many rows as the text needs."""
        return len(self._drawn(width))

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Give the selected text as it stands on the screen."""
        rows = ["".join(s.text for s in line) for line in self._drawn(self.size.width)]
        return selection.extract("\n".join(rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one row of the wrapped text."""
        width = self.size.width
        drawn = self._drawn(width)
        strip = self.strip(cut(drawn[y], width) if y < len(drawn) else (), width)
        selected = self.text_selection.get_span(y) if self.text_selection else None
        if selected is not None:
            start, end = selected[0], width if selected[1] < 0 else min(selected[1], width)
            style = self.screen.get_component_rich_style("screen--selection")
            before, chosen, after = strip.divide([start, max(start, end), width])
            strip = Strip.join([before, chosen.apply_style(style), after])
        return strip.apply_offsets(0, y)


class SpanList(Painted, ScrollView, can_focus=True):
    """A list of lines with a cursor; any number of them, drawn as they are looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("pagedown", "move(10)", "page down", show=False),
        Binding("pageup", "move(-10)", "page up", show=False),
        Binding("home,g", "move(-1000000)", "top", show=False),
        Binding("end,G", "move(1000000)", "bottom", show=False),
    ]

    lines: reactive[tuple[Line, ...]] = reactive((), layout=True)
    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor stands on another line."""

    def __init__(self, lines: Sequence[Line] = (), *, has_cursor: bool = True):
        super().__init__()
        self.set_reactive(SpanList.lines, tuple(lines))
        self._has_cursor = has_cursor

    def on_mount(self) -> None:
        """Take the height of the lines."""
        self.watch_lines()

    def watch_lines(self) -> None:
        """Fit the scrolling to the lines."""
        self.virtual_size = Size(self.size.width, len(self.lines))

    def on_resize(self, event: events.Resize) -> None:
        """Fit the scrolling to the width."""
        self.virtual_size = Size(event.size.width, len(self.lines))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Take a row a line, and leave room around the dialog."""
        return min(len(self.lines), max(1, viewport.height * 6 // 10))

    def validate_cursor(self, cursor: int) -> int:
        """Stay on the lines."""
        return max(0, min(cursor, len(self.lines) - 1))

    def watch_cursor(self) -> None:
        """Bring the cursor into sight."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, force=True)
        self.post_message(self.Moved())

    def action_move(self, lines_down: int) -> None:
        """Move the cursor."""
        self.cursor += lines_down

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked line."""
        offset = event.get_content_offset(self)
        if offset is not None:
            self.cursor = offset.y + self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        row = y + self.scroll_offset.y
        width = self.size.width
        if row >= len(self.lines):
            return Strip.blank(width, self.paint(Role.PLAIN))
        is_cursor = self._has_cursor and row == self.cursor
        room = width - self.scrollbar_size_vertical
        return self.strip(cut(self.lines[row], room), width, "cursor" if is_cursor else "")
