"""A cover as large as the screen; the arrows step through the creations of its task."""

from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, ComposeResult, ReturnType
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen

from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.ui import toasts
from vidu_tui.ui.messages import PastedElsewhere
from vidu_tui.ui.shapes import Box
from vidu_tui.ui.widgets.bars import HintLine
from vidu_tui.ui.widgets.cover import Cover, creations_of, place_of
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.gallery import Gallery


def enlarge(app: App[ReturnType], gallery: "Gallery", entry: Entry | None) -> None:
    """Show a task's covers on the whole screen, or say that it has none."""
    if entry is None:
        return
    if creations_of(entry):
        app.push_screen(CoverScreen(gallery, entry))
    else:
        toasts.say(app, f"No cover yet: {toasts.name_of(entry)}")


class CoverScreen(Screen[None]):
    """Show one cover, and nothing else but its name."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v,enter,backspace", "close", "back", show=False),
        Binding("right,l,right_square_bracket,down,j", "step(1)", "next", show=False),
        Binding("left,h,left_square_bracket,up,k", "step(-1)", "previous", show=False),
    ]

    def __init__(self, gallery: "Gallery", entry: Entry):
        super().__init__()
        self._gallery = gallery
        self._entry = entry
        self._covers = creations_of(entry)
        self._at = 0

    def compose(self) -> ComposeResult:
        """The name, the picture, the keys."""
        yield Lines(id="title")
        with Container():
            yield Cover(self._gallery, rest_s=0.0)
        yield HintLine()

    def on_mount(self) -> None:
        """Name the keys that do something here."""
        back, step = Hint("Esc", "back", "close"), Hint("← →", "other creations", "step(1)")
        self.query_one(HintLine).hints = (step, back) if len(self._covers) > 1 else (back,)

    def on_resize(self) -> None:
        """Draw the picture as large as the screen allows."""
        self.show_cover()

    def show_cover(self) -> None:
        """Show the cover of the creation whose turn it is."""
        number, count = self._covers[self._at], len(self._covers)
        about = f"  creation {number + 1} of {count}" if count > 1 else ""
        name = Span(toasts.name_of(self._entry), is_bold=True)
        self.query_one("#title", Lines).lines = ((name, Span(about, Role.QUIET)),)
        rows = max(1, self.size.height - 2)
        box = Box(max(1, self.size.width), rows, rows)
        self.query_one(Cover).show(place_of(self._entry, number), box)

    def action_step(self, steps_right: int) -> None:
        """Show another creation's cover, round and round."""
        self._at = (self._at + steps_right) % len(self._covers)
        self.show_cover()

    def on_paste(self, event: events.Paste) -> None:
        """Take ids out of a paste, as the list does."""
        event.stop()
        self.post_message(PastedElsewhere(event.text))

    def action_cover(self) -> None:
        """Go back: the picture was clicked."""
        self.action_close()

    def action_close(self) -> None:
        """Go back to where the key was pressed."""
        if self.is_current:
            self.dismiss(None)
