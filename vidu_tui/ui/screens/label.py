"""A box for one line of text: the label of a task."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core import text
from vidu_tui.core.cells import Role, Span
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

MAX_LABEL = 200


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
