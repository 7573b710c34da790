"""What is asked when the list cannot be read: nothing is overwritten without the person."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Button

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.errors import VidutuiError
from vidu_tui.ui import toasts
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


class BrokenListScreen(Dialog[bool]):
    """Offer to mend the list, to set it aside, or to quit; True once it can be read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "edit", show=False),
        Binding("s", "set_aside", "set aside", show=False),
    ]
    HEADING = "The list cannot be read"
    HINTS = (
        Hint("e", "edit it", "edit"),
        Hint("s", "set aside, start empty", "set_aside"),
        Hint("q", "quit", "cancel"),
    )

    def __init__(self, engine: "Engine", options: Options):
        super().__init__()
        self._engine = engine
        self._options = options

    def content(self) -> Iterable[Widget]:
        """Say what is wrong and where, then the three choices."""
        yield Lines([(Span(self._options.list_error),), ()], id="error")
        kept = "Nothing was changed. Set aside, the file keeps its content under another name."
        yield Lines([(Span(kept, Role.QUIET),), ()])
        with Horizontal(classes="buttons"):
            yield Button("Edit it", id="edit", compact=True)
            yield Button("Set aside, start empty", id="set_aside", compact=True)
            yield Button("Quit", id="cancel", compact=True)
        yield Lines([()])

    @on(Button.Pressed)
    async def act(self, event: Button.Pressed) -> None:
        """Do what a button says."""
        await self.run_action(str(event.button.id))

    def action_edit(self) -> None:
        """Open the file in the person's editor, then read it again."""
        edit = self._options.edit_list
        if edit is None:
            path = self._options.list_path
            toasts.error(self.app, f"No editor: set EDITOR, or mend {path} by hand.")
            return
        with self.app.suspend():
            edit()
        try:
            self._engine.load()
        except VidutuiError as error:
            self.query_one("#error", Lines).lines = ((Span(str(error)),), ())
            return
        self.dismiss(True)

    @work(group="list", exit_on_error=True, description="set the list aside")
    async def action_set_aside(self) -> None:
        """Keep the file under another name and begin an empty list."""
        try:
            self._engine.load()
        except VidutuiError:
            pass
        else:
            self.dismiss(True)  # mended meanwhile: there is nothing to set aside
            return
        try:
            path = await self._engine.set_aside()
        except VidutuiError as error:
            self.query_one("#error", Lines).lines = ((Span(str(error)),), ())
            return
        toasts.say(self.app, f"The old list is kept as {path}")
        self.dismiss(True)
