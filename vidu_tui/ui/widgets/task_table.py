"""The table of tasks: one strip a row, drawn only when it is looked at and has changed.

A DataTable renders every visible line again for each changed cell; this one renders the line.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from vidu_tui.core import view
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.finder import Finder, Wish
from vidu_tui.core.task import TaskKey
from vidu_tui.ui import rows, words
from vidu_tui.ui.actions import TABLE
from vidu_tui.ui.columns import MARGIN_FROM, Layout, layout
from vidu_tui.ui.widgets.painted import Painted, width_of


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a cached strip was made of."""

    entry: Entry
    is_cursor: bool
    is_focused: bool
    is_marked: bool
    width: int
    changes_at: float
    """When time alone makes another of it, epoch seconds."""


class TaskTable(Painted, ScrollView, can_focus=True):
    """Show the rows that are wished for; the cursor stays on its task whatever moves."""

    BINDINGS: ClassVar[list[BindingType]] = TABLE

    board: reactive[Board] = reactive(Board, always_update=False, layout=False, repaint=False)
    cursor: reactive[TaskKey | None] = reactive(None, repaint=False)
    marks: reactive[frozenset[TaskKey]] = reactive(frozenset(), repaint=False)
    """Marked tasks, those that a filter hides too."""

    class CursorMoved(Message):
        """The cursor stands on another task, or its task has changed."""

    class Found(Message):
        """Other rows are shown, or the views hold other numbers."""

        def can_replace(self, message: Message) -> bool:
            """Say it once."""
            return isinstance(message, TaskTable.Found)

    class Chosen(Message):
        """A row was opened, by Enter or a double click."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        lifetime_s: float = view.LINK_LIFETIME_S,
        wish: Wish | None = None,
        hidden: frozenset[str] = frozenset(),
        id: str | None = None,  # noqa: A002 - Textual's own name for it
    ):
        super().__init__(id=id)
        self._now = now
        self._lifetime_s = lifetime_s
        self.finder = Finder(lifetime_s, wish)
        self.hidden = hidden
        """Columns that are not shown."""
        self._order: list[TaskKey] = []
        self._index: dict[TaskKey, int] = {}
        self._strips: dict[TaskKey, tuple[_Drawn, Strip]] = {}
        self._awaited: TaskKey | None = None
        """Where the cursor goes once it is on the Board."""

    @property
    def entry(self) -> Entry | None:
        """Give the entry under the cursor."""
        return self.board.entries.get(self.cursor) if self.cursor else None

    @property
    def row(self) -> int:
        """Give the cursor's row, 0 where there is none."""
        return self._index.get(self.cursor, 0) if self.cursor else 0

    @property
    def marked(self) -> list[TaskKey]:
        """List the marked tasks that are shown, from top to bottom."""
        return [key for key in self._order if key in self.marks] if self.marks else []

    def watch_board(self, board: Board) -> None:
        """Draw the difference: changed rows alone, everything only if rows came, went or moved."""
        gateways = self.finder.gateways
        changed = self.finder.take(board, self._now())
        if gateways != self.finder.gateways:
            self._strips.clear()
            self.refresh()
        if not self.marks <= board.entries.keys():
            self.marks = frozenset(key for key in self.marks if key in board.entries)
        if self.finder.is_waiting:
            self.call_after_refresh(self.post_message, self.Found())
        elif changed or self.finder.order is not self._order:
            self.post_message(self.Found())
        if self._follow():
            return
        for entry in changed:
            self._refresh_row(entry.key)
            if entry.key == self.cursor:
                self.post_message(self.CursorMoved())

    def layout_of(self, width: int) -> Layout:
        """Give the columns of a width."""
        return layout(width, self.hidden, self.finder.gateways)

    def hide(self, columns: frozenset[str]) -> None:
        """Show all columns but these."""
        self.hidden = columns
        self._strips.clear()
        self.refresh()

    def show(self, wish: Wish, anchor: TaskKey | None = None) -> None:
        """Show other rows, or in another order; the cursor goes to the anchor if it is shown."""
        self.finder.show(wish, self._now())
        if self._follow(anchor):
            self._keep_in_sight()
        elif anchor in self._index:
            self.cursor = anchor
        if not self._order:
            self.refresh()
        self.post_message(self.Found())

    def _follow(self, anchor: TaskKey | None = None) -> bool:
        """Take the rows in the order in which they are found; tell whether any moved."""
        if self.finder.order is self._order:
            return False
        self._reorder(self.finder.order, anchor)
        return True

    def go_to(self, key: TaskKey) -> None:
        """Put the cursor on a task, at once or as soon as it is there."""
        if key in self._index:
            self.cursor = key
        else:
            self._awaited = key

    def _reorder(self, order: list[TaskKey], anchor: TaskKey | None) -> None:
        was_in_sight = self._is_in_sight(self.row)
        before, row = self._order, self.row
        self._order = order
        self._index = {key: i for i, key in enumerate(order)}
        if len(self._strips) > len(self.board.entries):
            there = self.board.entries
            self._strips = {k: s for k, s in self._strips.items() if k in there}
        self.virtual_size = Size(self.size.width, len(order))
        if self._awaited in self._index:
            self.cursor, self._awaited = self._awaited, None
        elif anchor in self._index:
            self.cursor = anchor
        elif self.cursor not in self._index:
            self.cursor = self._heir(before, row) or (order[0] if order else None)
        self.refresh()
        if was_in_sight:
            self._keep_in_sight()
        self.post_message(self.CursorMoved())

    def _heir(self, before: list[TaskKey], row: int) -> TaskKey | None:
        """Find where the cursor goes if its task has gone: the next row that is left, or the last.

        Many rows may go at once, those above the cursor too: its number says nothing then.
        """
        below = (key for key in before[row:] if key in self._index)
        above = (key for key in reversed(before[:row]) if key in self._index)
        return next(below, None) or next(above, None)

    def watch_cursor(self, old: TaskKey | None, new: TaskKey | None) -> None:
        """Repaint the two rows and bring the cursor into sight."""
        for key in (old, new):
            if key is not None:
                self._refresh_row(key)
        self._keep_in_sight()
        self.paint_now()
        self.post_message(self.CursorMoved())

    def watch_marks(self, old: frozenset[TaskKey], new: frozenset[TaskKey]) -> None:
        """Repaint the rows in sight whose mark has come or gone."""
        top = self.scroll_offset.y
        for row, key in enumerate(self._order[top : top + self.size.height], top):
            if (key in old) != (key in new):
                self.refresh_line(row)
        self.post_message(self.Found())

    def _refresh_row(self, key: TaskKey) -> None:
        row = self._index.get(key)
        if row is not None and self._is_in_sight(row):
            self.refresh_line(row)

    def _is_in_sight(self, row: int) -> bool:
        return 0 <= row - self.scroll_offset.y < self.size.height

    def name_region(self) -> Region | None:
        """Give where the name under the cursor stands on the screen; None while out of sight."""
        column = layout(self.size.width, self.hidden).column("name")
        if column is None or not self._order or not self._is_in_sight(self.row):
            return None
        x, y = self.content_region.x, self.content_region.y + self.row - self.scroll_offset.y
        return Region(x + column.start, y, column.width, 1)

    def _keep_in_sight(self) -> None:
        if self._order and self.size.height:
            self.scroll_to_region(Region(0, self.row, 1, 1), animate=False, force=True)

    def tick(self) -> None:
        """Repaint the visible rows that say something which time has changed."""
        now = self._now()
        counts = self.finder.counts
        self.finder.turn(now)
        if self._follow() or self.finder.counts != counts:
            self.post_message(self.Found())
        top = self.scroll_offset.y
        for key in self._order[top : top + self.size.height]:
            entry = self.board.entries.get(key)
            cached = self._strips.get(key)
            if entry is None or cached is None or now < cached[0].changes_at:
                continue
            drawn, strip = cached
            fresh = self._draw(entry, drawn, now)
            at = rows.changes_at(entry, now, self._lifetime_s)
            self._strips[key] = (replace(drawn, changes_at=at), fresh)
            if fresh != strip:
                self.refresh_line(self._index[key])

    def render_line(self, y: int) -> Strip:
        """Draw one line, from the cache where nothing has changed."""
        row = y + self.scroll_offset.y
        width = self._room
        entry = self.board.entries.get(self._order[row]) if row < len(self._order) else None
        if entry is None:
            return self._nothing(y, self.size.width)
        is_cursor, is_marked = entry.key == self.cursor, entry.key in self.marks
        cached = self._strips.get(entry.key)
        if cached is not None:
            drawn, strip = cached
            is_same = drawn.entry is entry and drawn.width == width
            is_same = is_same and drawn.is_marked == is_marked
            if is_same and drawn.is_cursor == is_cursor and drawn.is_focused == self.has_focus:
                return strip
        now = self._now()
        at = rows.changes_at(entry, now, self._lifetime_s)
        drawn = _Drawn(entry, is_cursor, self.has_focus, is_marked, width, at)
        strip = self._draw(entry, drawn, now)
        self._strips[entry.key] = (drawn, strip)
        return strip

    @property
    def _room(self) -> int:
        """Count the cells of a row that a scroll bar leaves."""
        width = self.size.width
        return width if width >= MARGIN_FROM else width - self.scrollbar_size_vertical

    def _draw(self, entry: Entry, drawn: _Drawn, now: float) -> Strip:
        spans = rows.line(
            entry,
            self.layout_of(drawn.width),
            now,
            lifetime_s=self._lifetime_s,
            is_cursor=drawn.is_cursor,
            is_focused=drawn.is_focused,
            is_marked=drawn.is_marked,
            is_ascii=self.is_ascii,
        )
        ground = "cursor" if drawn.is_cursor else "marked" if drawn.is_marked else ""
        return self.strip(spans, self.size.width, ground)

    def _nothing(self, y: int, width: int) -> Strip:
        """Draw a line without a row: in an empty view one of them says so."""
        if self._order or not self.board.entries or y != self.size.height // 3:
            return Strip.blank(width, self.paint(Role.PLAIN))
        wish = self.finder.wish
        count = self.finder.counts[wish.view]
        said = words.nothing(wish.view, wish.query.text.strip(), count, width - 2)
        span = Span(said, Role.QUIET)
        return self.strip([Span(" " * ((width - width_of((span,))) // 2)), span], width)

    def notify_style_update(self) -> None:
        """Draw all anew in other colours."""
        super().notify_style_update()
        self._strips = {}

    def on_resize(self, event: events.Resize) -> None:
        """Fit the rows to the new width and keep the cursor in sight."""
        self.virtual_size = Size(event.size.width, len(self._order))
        self._keep_in_sight()

    def on_focus(self) -> None:
        """Show the cursor as the one that keys act upon."""
        if self.cursor is not None:
            self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """Show the cursor as resting."""
        self.on_focus()

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the clicked row; a double click opens it."""
        offset = event.get_content_offset(self)
        row = (offset.y if offset else 0) + self.scroll_offset.y
        if offset is None or row >= len(self._order):
            return
        self.cursor = self._order[row]
        if event.chain == 2:
            self.post_message(self.Chosen())

    def _move_to(self, row: int) -> None:
        if self._order:
            self.cursor = self._order[max(0, min(row, len(self._order) - 1))]

    def action_move(self, rows_down: int) -> None:
        """Move the cursor by rows."""
        self._move_to(self.row + rows_down)

    def action_page(self, halves_down: int) -> None:
        """Move the cursor by half pages."""
        self._move_to(self.row + halves_down * max(1, self.size.height // 2))

    def action_top(self) -> None:
        """Go to the newest task."""
        self._move_to(0)

    def action_bottom(self) -> None:
        """Go to the oldest task."""
        self._move_to(len(self._order) - 1)

    def action_open(self) -> None:
        """Open the task under the cursor."""
        if self.entry is not None:
            self.post_message(self.Chosen())
