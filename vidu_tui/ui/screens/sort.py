"""The menu of columns to sort by."""

from collections.abc import Iterable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.sorting import COLUMNS, NEWEST, Sort
from vidu_tui.ui.columns import head_of
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines, SpanList
from vidu_tui.ui.words import Hint

CHOICES = (NEWEST, *COLUMNS)


class ColumnList(SpanList):
    """The columns; a click chooses."""

    class Clicked(Message):
        """A line was clicked."""

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked line."""
        offset = event.get_content_offset(self)
        row = offset.y + self.scroll_offset.y if offset is not None else -1
        if 0 <= row < len(self.lines):
            self.cursor = row
            self.post_message(self.Clicked())


class SortScreen(Dialog[str]):
    """Give the chosen column back; the one that is sorted by already reverses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "sort", show=False),
        Binding("s", "cancel", "cancel", show=False),
    ]
    HEADING = "Sort by"
    HINTS = (
        Hint("Enter", "sorts, the same again reverses", "choose"),
        Hint("Esc", "cancel", "cancel"),
    )

    def __init__(self, sort: Sort):
        super().__init__()
        self._sort = sort

    def content(self) -> Iterable[Widget]:
        """List the columns, the cursor on the one that is sorted by."""
        yield ColumnList([_line(column, self._sort) for column in CHOICES])
        yield Lines([()], classes="gap")

    def on_mount(self) -> None:
        """Begin at the column that is sorted by."""
        menu = self.query_one(ColumnList)
        menu.cursor = CHOICES.index(self._sort.column)
        menu.focus()

    def on_column_list_clicked(self) -> None:
        """Take the clicked column."""
        self.action_choose()

    def action_choose(self) -> None:
        """Give the column under the cursor back."""
        self.dismiss(CHOICES[self.query_one(ColumnList).cursor])


def _line(column: str, sort: Sort) -> Line:
    name = Span(f" {head_of(column)}".ljust(14))
    if column != sort.column:
        return (name,)
    return (name._replace(is_bold=True), Span(sort.sign, Role.PRIMARY))
