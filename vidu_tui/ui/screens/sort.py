"""The menu of columns to sort by."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.sorting import COLUMNS, GATEWAY, NEWEST, Sort
from vidu_tui.ui.columns import head_of
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines
from vidu_tui.ui.widgets.menu import Menu
from vidu_tui.ui.words import Hint


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

    def __init__(self, sort: Sort, *, has_gateways: bool = False):
        """``has_gateways`` where there is a column that says whose task it is."""
        super().__init__()
        self._sort = sort
        has_gateways = has_gateways or sort.column == GATEWAY
        self._choices = (NEWEST, *COLUMNS, *((GATEWAY,) if has_gateways else ()))

    def content(self) -> Iterable[Widget]:
        """List the columns, the cursor on the one that is sorted by."""
        yield Menu([_line(column, self._sort) for column in self._choices])
        yield Lines([()], classes="gap")

    def on_mount(self) -> None:
        """Begin at the column that is sorted by."""
        menu = self.query_one(Menu)
        menu.cursor = self._choices.index(self._sort.column)
        menu.focus()

    def on_menu_clicked(self) -> None:
        """Take the clicked column."""
        self.action_choose()

    def action_choose(self) -> None:
        """Give the column under the cursor back."""
        self.dismiss(self._choices[self.query_one(Menu).cursor])


def _line(column: str, sort: Sort) -> Line:
    name = Span(f" {head_of(column)}".ljust(14))
    if column != sort.column:
        return (name,)
    return (name._replace(is_bold=True), Span(sort.sign, Role.PRIMARY))
