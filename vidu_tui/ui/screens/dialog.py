"""What all dialogs share: a frame with a title, content, and the keys in the last line."""

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from vidu_tui.ui.widgets.bars import HintLine
from vidu_tui.ui.words import Hint

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A framed box over the main screen; Esc closes it without doing anything."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "cancel", "cancel", show=False),
        Binding("down,right", "app.focus_next", "next", show=False),
        Binding("up,left", "app.focus_previous", "previous", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tight"), (50, "-wide")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (12, "-tall")]  # noqa: RUF012 - Textual's own type

    HEADING: ClassVar[str] = ""
    HINTS: ClassVar[tuple[Hint, ...]] = (Hint("Esc", "cancel", "cancel"),)

    def compose(self) -> ComposeResult:
        """Frame what the dialog holds."""
        frame = Vertical(classes="dialog")
        frame.border_title = self.heading()
        with frame:
            yield from self.content()
            line = HintLine()
            line.hints = self.HINTS
            yield line

    def heading(self) -> Content:
        """Give the title; as Content, so that a task's name is never markup."""
        return Content(self.HEADING)

    def content(self) -> Iterable[Widget]:
        """Give what stands inside the frame."""
        raise NotImplementedError

    def show_keys(self, hints: tuple[Hint, ...]) -> None:
        """Change what the last line says."""
        self.query_one(HintLine).hints = hints

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close, once: a second key that was waiting must not close the screen beneath."""
        return super().dismiss(result) if self.is_current else AwaitComplete()

    def action_cancel(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)
