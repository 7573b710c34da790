"""One line of text, the label of a task: in its row where there is room, else in a box."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core import text
from vidu_tui.core.cells import Role, Span
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.bars import HintLine
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

MAX_LABEL = 200
LEAST_WIDTH = 16
"""Cells of a name that a label can be typed into."""


class LabelScreen(Dialog[str]):
    """Take a label; an empty one takes the label away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", show=False, priority=True)
    ]
    HEADING = "Label"
    HINTS = (Hint("Enter", "keeps it", "keep"), Hint("Esc", "cancel", "cancel"))

    def __init__(self, task_id: str, label: str):
        super().__init__()
        self._task_id = task_id
        self._label = text.inert(label, MAX_LABEL)

    def content(self) -> Iterable[Widget]:
        """Show the id and the label so far."""
        yield Lines([(Span(text.inert(self._task_id), Role.QUIET),), ()])
        yield Input(
            self._label, placeholder="no label", max_length=MAX_LABEL, select_on_focus=False
        )
        yield Lines([()])

    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Give the label back."""
        self.dismiss(text.inert(self.query_one(Input).value, MAX_LABEL))


class LabelInRow(LabelScreen):
    """The same, written where the name stands in the list."""

    def __init__(self, task_id: str, label: str, place: Callable[[], Region | None]):
        """``place`` gives the cell of the name, in cells of the screen; None while out of sight."""
        super().__init__(task_id, label)
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay the input over the name, and the keys over the footer."""
        yield Input(
            self._label, placeholder="no label", max_length=MAX_LABEL, select_on_focus=False
        )
        line = HintLine()
        line.hints = self.HINTS
        yield line

    def on_mount(self) -> None:
        """Stand over the name."""
        self.take_place()

    def on_resize(self) -> None:
        """Go where the name goes."""
        self.call_after_refresh(self.take_place)

    def take_place(self) -> None:
        """Stand over the name, or on top where it is out of sight."""
        place = self._place() or Region(0, 0, self.size.width, 1)
        field = self.query_one(Input)
        field.styles.offset = place.offset
        field.styles.width = place.width
