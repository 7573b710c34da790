"""The dialog for an API key: masked, tried live, kept in memory unless the person wants more."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.errors import VidutuiError
from vidu_tui.ui import toasts
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


class SecretInput(Input):
    """A masked field whose text reaches no clipboard."""

    def action_copy(self) -> None:
        """Copy nothing."""

    def action_cut(self) -> None:
        """Cut nothing."""


class TickBox(Checkbox):
    """A box that says by its shape whether it is ticked."""

    BUTTON_LEFT = "["
    BUTTON_RIGHT = "]"

    def render(self) -> Content:
        """Draw ``[ ]`` or ``[x]``, then the words."""
        return Content(f"[{'x' if self.value else ' '}] ").append(self._label)


class KeyScreen(Dialog[bool]):
    """Ask for the key of one gateway; True once one is in use."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "later", show=False, priority=True)
    ]
    HEADING = "API key"
    HINTS = (
        Hint("Enter", "test and use", "test"),
        Hint("Tab", "store it, demo instead", "app.focus_next"),
        Hint("Esc", "later", "cancel"),
    )

    def __init__(self, engine: "Engine", options: Options, gateway: str):
        super().__init__()
        self._engine = engine
        self._options = options
        self._gateway = gateway

    def on_mount(self) -> None:
        """Name the box that keeps the key only where there is one."""
        if not self._options.can_store_key:
            test, _, later = self.HINTS
            self.show_keys((test, Hint("Tab", "demo instead", "app.focus_next"), later))

    def content(self) -> Iterable[Widget]:
        """The masked input, what the gateway said, where the key is kept, and the buttons."""
        options = self._options
        wants = f"{self._gateway} wants an API key. It stays in memory until you quit."
        yield Lines([(Span(wants),), ()])
        yield SecretInput(password=True, placeholder="paste the key")
        yield Lines([()], id="result")
        store = TickBox(f"store it in {options.credentials_file} (mode 0600)", compact=True)
        store.display = options.can_store_key
        yield store
        if self._gateway == options.gateway:
            variable = (Span("Setting ", Role.QUIET), Span("VIDU_API_KEY"))
            yield Lines([(*variable, Span(" before the start works as well.", Role.QUIET)), ()])
        with Horizontal(classes="buttons"):
            yield Button("Test and use", id="test", compact=True)
            yield Button("Demo instead", id="demo", compact=True)
            yield Button("Later", id="later", compact=True)
        yield Lines([()])

    @on(Input.Submitted)
    @on(Button.Pressed, "#test")
    def action_test(self) -> None:
        """Try the key live."""
        try:
            key = self._options.clean_key(self.query_one(Input).value)
        except VidutuiError as error:
            self._say("✗", Role.ERROR, str(error))
            return
        if key:
            self._say(" ", Role.QUIET, f"asking {self._gateway} …")
            self._try(lambda: key)

    @work(group="key", exclusive=True, description="test a key")
    async def _try(self, key: Callable[[], str]) -> None:
        # The key comes as a call: a worker's arguments stand in its description.
        tested = await self._engine.test_key(self._gateway, key())
        if tested.is_taken is False:
            words = f"{self._gateway} refused this key ({tested.line}). Nothing was sent elsewhere."
            self._say("✗", Role.ERROR, words)
            return
        self._engine.use_key(self._gateway, key())
        said = f"✓ {self._gateway} answers to this key."
        if tested.is_taken is None:
            said = f"! {self._gateway} could not be reached; the key is not tested."
        if self.query_one(Checkbox).value:
            try:
                self._options.store_key(self._gateway, key())
            except VidutuiError as error:
                toasts.error(self.app, str(error))
        toasts.say(self.app, said)
        self.dismiss(True)

    def _say(self, sign: str, role: Role, words: str) -> None:
        self.query_one("#result", Lines).lines = ((), (Span(f"{sign} ", role), Span(words)), ())

    @on(Button.Pressed, "#demo")
    def show_demo(self) -> None:
        """End this run and begin the demo."""
        self.app.exit("demo")

    @on(Button.Pressed, "#later")
    def later(self) -> None:
        """Go on without a key."""
        self.dismiss(None)
