"""The heads of the columns: they name them, and a click sorts."""

from textual import events
from textual.message import Message
from textual.reactive import reactive

from vidu_tui.core.cells import Span
from vidu_tui.core.sorting import Sort
from vidu_tui.ui import rows
from vidu_tui.ui.columns import GAP, layout
from vidu_tui.ui.widgets.painted import PaintedLine


class Heads(PaintedLine):
    """The heads of the columns, on a ground of their own."""

    sort: reactive[Sort] = reactive(Sort())
    hidden: reactive[frozenset[str]] = reactive(frozenset())
    """Columns that are not shown."""
    gateways: reactive[frozenset[str]] = reactive(frozenset())
    """Whose tasks there are."""

    class Chosen(Message):
        """A head was clicked."""

        def __init__(self, column: str):
            super().__init__()
            self.column = column

    def left(self, width: int) -> list[Span]:
        """Name the columns of this width."""
        return rows.heads(layout(width, self.hidden, self.gateways), self.sort)

    def on_click(self, event: events.Click) -> None:
        """Sort by the clicked column; the gap after a column belongs to it."""
        for column in layout(self.size.width, self.hidden, self.gateways).columns:
            if column.start <= event.x < column.start + column.width + GAP:
                event.stop()
                self.post_message(self.Chosen(column.id))
