"""What the main screen knows of finding: views, filter, sort and marks. Knows no engine."""

from typing import ClassVar

from textual import events, on
from textual.screen import Screen
from textual.widgets import Input

from vidu_tui.core import query
from vidu_tui.core.finder import Wish
from vidu_tui.core.sorting import COLUMNS, Sort
from vidu_tui.core.task import TaskKey
from vidu_tui.core.view import View
from vidu_tui.ui.remembered import HIDDEN, VIEW, Remembered
from vidu_tui.ui.widgets.heads import Heads
from vidu_tui.ui.widgets.task_table import TaskTable
from vidu_tui.ui.widgets.views import FilterInput, FilterLine, Found, ViewsLine
from vidu_tui.ui.words import Marked


class Finding(Screen[None]):
    """Let a person choose which rows are shown and in what order, and mark some of them."""

    TYPING: ClassVar[str] = "-typing"
    FILTERED: ClassVar[str] = "-filtered"
    remembered: Remembered
    """What the person has changed on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._anchor: TaskKey | None = None
        """Where the cursor goes back to when a filter shows its task again."""
        self._led_to: TaskKey | None = None
        """Where the last change of the filter has put the cursor."""
        self._unmarked: tuple[frozenset[TaskKey], int] = (frozenset(), 0)
        """Marks cleared by Esc, and how many changes of the list could be undone then."""
        self._counted: tuple[tuple[object, object, object], Marked] | None = None
        """The marked rows as they were last counted, and of what."""

    def show_hints(self) -> None:
        """Say what the keys do now."""
        raise NotImplementedError

    def focus_list(self) -> None:
        """Give the keys to the rows, or to what an empty list says."""
        raise NotImplementedError

    @property
    def table(self) -> TaskTable:
        """Give the table."""
        return self.query_one(TaskTable)

    @property
    def is_typing(self) -> bool:
        """Tell whether a filter is being typed."""
        return self.has_class(self.TYPING)

    @property
    def wish(self) -> Wish:
        """Give what is shown of the list."""
        return self.table.finder.wish

    def selection(self) -> list[TaskKey]:
        """Give the tasks that a key acts upon: the marked ones in sight of the filter, else one."""
        table = self.table
        cursor = [table.cursor] if table.entry is not None and table.cursor else []
        return table.marked or cursor

    @on(TaskTable.Found)
    def show_found(self) -> None:
        """Say how many tasks each view holds and what the filter leaves."""
        finder = self.table.finder
        found = Found(
            finder.counts, self.wish.view, self.wish.query.text.strip(), len(finder.order)
        )
        self.query_one(ViewsLine).found = found
        self.query_one(Heads).gateways = finder.gateways
        self.query_one(FilterLine).show(found.share, self.wish.query.error)
        self.set_class(bool(found.filter), self.FILTERED)
        self.show_hints()

    def action_show_view(self, number: int) -> None:
        """Show one of the six views."""
        self.table.show(self.wish._replace(view=View(number)))
        self.remembered.note(VIEW, View(number).word)

    def action_filter(self) -> None:
        """Open the input of the filter, with what is filtered now."""
        if not self.table.board.entries:
            return
        self.table.finder.prepare()
        self._anchor = self._led_to = self.table.cursor
        self.add_class(self.TYPING)
        field = self.query_one(FilterLine).input
        field.value = self.wish.query.text
        field.cursor_position = len(field.value)
        field.focus()
        self.show_found()

    @on(Input.Changed, "FilterInput")
    def apply_filter(self, event: Input.Changed) -> None:
        """Show what matches, at each key; the cursor goes back to its task once that is shown."""
        if self.is_typing and event.value != self.wish.query.text:
            self._filter(event.value)

    @on(Input.Submitted, "FilterInput")
    def action_keep_filter(self) -> None:
        """Keep the filter and go to the list."""
        self.remove_class(self.TYPING)
        self.focus_list()
        self.show_found()

    def action_clear_filter(self) -> None:
        """Show all of the view again."""
        self._filter("")
        self.action_keep_filter()

    def _filter(self, words: str) -> None:
        table = self.table
        if table.cursor not in (None, self._led_to):
            self._anchor = table.cursor
        table.show(self.wish._replace(query=query.parse(words)), self._anchor)
        self._led_to = table.cursor

    @on(events.DescendantFocus)
    def leave_input(self, event: events.DescendantFocus) -> None:
        """Keep the filter when the list was clicked."""
        if self.is_typing and not isinstance(event.widget, FilterInput):
            self.action_keep_filter()

    def action_back(self) -> None:
        """Clear the filter, then the marks."""
        if self.wish.query.text:
            self.action_clear_filter()
        elif self.table.marks:
            self._unmarked = (self.table.marks, self.change_count)
            self.table.marks = frozenset()

    @property
    def change_count(self) -> int:
        """Count the changes of the list that could be undone."""
        raise NotImplementedError

    def bring_marks_back(self) -> bool:
        """Mark again what Esc has unmarked, unless the list was changed since."""
        marks, changes = self._unmarked
        there = frozenset(key for key in marks if key in self.table.board.entries)
        if not there or self.change_count > changes:
            return False
        self._unmarked = (frozenset(), 0)
        self.table.marks |= there
        return True

    def count_marked(self) -> Marked:
        """Count the marked rows by what ``d`` would do with them; once for each picture."""
        table = self.table
        marks, order, board = shown = (table.marks, table.finder.order, table.board)
        kept = self._counted
        if kept and kept[0][0] is marks and kept[0][1] is order and kept[0][2] is board:
            return kept[1]
        self._counted = (shown, self._count(table))
        return self._counted[1]

    def _count(self, table: TaskTable) -> Marked:
        finder, entries, keys = table.finder, table.board.entries, table.marked
        files = {k: entries[k].files for k in keys if k in entries}
        coming = {k for k, of in files.items() if any(f.stage.is_under_way for f in of)}
        unsaved = sum(finder.is_in(k, View.UNSAVED) for k in keys if k not in coming)
        active = sum(finder.is_in(k, View.ACTIVE) for k in keys)
        return Marked(len(keys), len(table.marks) - len(keys), len(coming), unsaved, active)

    def action_mark(self) -> None:
        """Mark the task under the cursor or unmark it, and go down."""
        table = self.table
        if table.entry is not None and table.cursor is not None:
            table.marks ^= {table.cursor}
            table.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that is shown."""
        self.table.marks |= frozenset(self.table.finder.order)

    def action_invert_marks(self) -> None:
        """Mark what is shown and not marked, and unmark the rest of it."""
        self.table.marks ^= frozenset(self.table.finder.order)

    def action_sort(self) -> None:
        """Choose a column to sort by."""
        from vidu_tui.ui.screens.sort import SortScreen

        if self.table.board.entries:
            self.app.push_screen(
                SortScreen(self.wish.sort, has_gateways=len(self.table.finder.gateways) > 1),
                self._take_sort,
            )

    def _take_sort(self, column: str | None) -> None:
        if column is not None:
            self._sort(self.wish.sort.by(column))

    @on(Heads.Chosen)
    def sort_by_head(self, message: Heads.Chosen) -> None:
        """Sort by the clicked head; the same again reverses."""
        self._sort(self.wish.sort.by(message.column))

    def action_move_sort(self, steps: int) -> None:
        """Sort by a column beside the one that is sorted by now."""
        there = self.table.layout_of(self.table.size.width)
        shown = [c.id for c in there.columns] if there.has_heads else list(COLUMNS)
        self._sort(self.wish.sort.beside(shown, steps))

    def _sort(self, sort: Sort) -> None:
        self.table.show(self.wish._replace(sort=sort))
        self.query_one(Heads).sort = sort
        self.remembered.sorted_by(sort)

    def action_toggle_column(self, column: str) -> None:
        """Show a column, or hide it."""
        hidden = self.table.hidden ^ {column}
        self.table.hide(hidden)
        self.query_one(Heads).hidden = hidden
        self.remembered.note(HIDDEN, " ".join(c for c in COLUMNS if c in hidden))
