"""One task on the whole screen: every field, its creations, the explained error, its actions."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Button

from vidu_tui.core.board import Board, Entry
from vidu_tui.core.cells import Span
from vidu_tui.core.task import TaskKey
from vidu_tui.ui import actions, facts, offers, toasts
from vidu_tui.ui.commands import Commands
from vidu_tui.ui.messages import PastedElsewhere
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.label import LabelScreen
from vidu_tui.ui.widgets.bars import HintLine
from vidu_tui.ui.widgets.lines import Lines
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


class DetailScreen(Screen[None]):
    """Show all that is known of one task; arrows, Enter and mouse reach its actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "close", "back", show=False),
        Binding("d", "download", "download", show=False),
        Binding("D", "choose_files", "choose files", show=False),
        Binding("c", "copy_id", "copy id", show=False),
        Binding("e", "label", "label", show=False),
        Binding("x,delete", "remove", "remove", show=False),
        Binding("r", "poll", "poll now", show=False),
        Binding("question_mark,f1", "help", "help", show=False),
        Binding("right", "app.focus_next", "next", show=False),
        Binding("left", "app.focus_previous", "previous", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,ctrl+d", "scroll(10)", "page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "page up", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (72, "-wide")]  # noqa: RUF012 - Textual's own type
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("← →", "choose", "app.focus_next"),
        Hint("Enter", "press", "press"),
        Hint("↑ ↓", "scroll", "scroll(5)"),
        Hint("Esc", "back", "close"),
        Hint("?", "help", "help"),
    )

    board: reactive[Board] = reactive(Board, repaint=False)

    def __init__(
        self,
        engine: "Engine",
        commands: Commands,
        options: Options,
        key: TaskKey,
        *,
        now: Callable[[], float] = time.time,
    ):
        super().__init__()
        self._engine = engine
        self._commands = commands
        self._options = options
        self._key = key
        self._now = now

    def compose(self) -> ComposeResult:
        """The name, the facts, the buttons and the keys."""
        yield Lines(id="title")
        with VerticalScroll(can_focus=False):
            yield Lines(id="facts")
        with Container(classes="buttons"):
            with Horizontal():
                yield Button("Download", id="download", compact=True)
                yield Button("Choose files", id="choose_files", compact=True)
            with Horizontal():
                yield Button("Copy id", id="copy_id", compact=True)
                yield Button("Label", id="label", compact=True)
                yield Button("Remove", id="remove", compact=True)
        line = HintLine()
        line.hints = self.HINTS
        yield line

    def on_mount(self) -> None:
        """Show the task as it is, and what time changes."""
        self.show_task()
        self.set_interval(0.5, self.show_task)

    @property
    def entry(self) -> Entry | None:
        """Give the task as it is now, None once it was removed."""
        return self.board.entries.get(self._key)

    def watch_board(self) -> None:
        """Take the new picture."""
        if self.is_mounted:
            self.show_task()

    def show_task(self) -> None:
        """Write the facts down, if they have changed."""
        entry = self.entry
        if entry is None:
            return
        title, shown = self.query_one("#title", Lines), self.query_one("#facts", Lines)
        title.lines = ((), (Span(toasts.name_of(entry), is_bold=True),), ())
        shown.lines = tuple(
            facts.lines(
                entry, self._now(), self._options.lifetime_s, is_ascii=self._options.is_ascii
            )
        )
        button = self.query_one("#download", Button)
        button.label = "Stop" if entry.is_downloading else "Download"
        button.disabled = entry.state.is_terminal and not (entry.wanted or entry.videos)
        may_choose = offers.may_have_files(entry)
        self.query_one("#choose_files", Button).disabled = not may_choose

    @on(Button.Pressed)
    async def act(self, event: Button.Pressed) -> None:
        """Do what a button says."""
        await self.run_action(str(event.button.id))

    async def action_press(self) -> None:
        """Press the button in focus."""
        if isinstance(self.focused, Button):
            self.focused.press()

    def action_scroll(self, lines_down: int) -> None:
        """Scroll the facts."""
        self.query_one(VerticalScroll).scroll_relative(y=lines_down, animate=False)

    def on_paste(self, event: events.Paste) -> None:
        """Take ids out of a paste, as the list does."""
        event.stop()
        self.post_message(PastedElsewhere(event.text))

    def action_close(self) -> None:
        """Go back to the list."""
        if self.is_current:
            self.dismiss(None)

    def action_download(self) -> None:
        """Download, go on, or stop."""
        self._commands.download([self._key])

    def action_choose_files(self) -> None:
        """Choose which files are wanted, and their folder."""
        entry = self.entry
        if entry is not None:
            from vidu_tui.ui.screens import files

            files.ask(
                self.app,
                self._options,
                [entry],
                lambda choice: self._commands.choose([self._key], *choice),
            )

    def action_help(self) -> None:
        """Show the keys of this screen before all others."""
        from vidu_tui.ui.screens.help import HelpScreen

        own = (binding for binding in self.BINDINGS if isinstance(binding, Binding))
        keys = tuple(Hint(actions.signs(b.key), b.description, "") for b in own)
        self.app.push_screen(HelpScreen(self._options, keys))

    def action_copy_id(self) -> None:
        """Copy the task's id."""
        self.app.copy_to_clipboard(self._key.id)
        toasts.say(self.app, f"Copied {self._key.id}")

    def action_poll(self) -> None:
        """Poll the task now."""
        self._engine.poll_now([self._key])

    def action_label(self) -> None:
        """Give the task a label."""
        entry = self.entry
        if entry is not None:
            self.app.push_screen(LabelScreen(self._key.id, entry.label), self._take_label)

    def _take_label(self, label: str | None) -> None:
        if label is not None:
            self._commands.relabel(self._key, label)

    def action_remove(self) -> None:
        """Remove the task from the list and go back."""
        self._commands.remove([self._key])
        self.action_close()
