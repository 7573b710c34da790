"""One task on the whole screen: every field, its creations, the explained error, its actions."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.reactive import reactive
from textual.widgets import Button

from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskKey
from vidu_tui.ui import actions, offers
from vidu_tui.ui.commands import Commands
from vidu_tui.ui.messages import PastedElsewhere
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.hands import Hands
from vidu_tui.ui.screens.label import LabelScreen
from vidu_tui.ui.shapes import Shape
from vidu_tui.ui.widgets.bars import HintLine
from vidu_tui.ui.widgets.pane import Pane, PaneBody
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


class DetailScreen(Hands):
    """Show all that is known of one task; arrows, Enter and mouse reach its actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "close", "back", show=False),
        Binding("d", "download", "download", show=False, id="task.download"),
        Binding("D", "choose_files", "choose files", show=False, id="task.files"),
        Binding("o", "open_file", "open", show=False, id="task.open"),
        Binding("O", "open_folder", "folder", show=False, id="task.folder"),
        Binding("c", "copy_id", "copy id", show=False, id="task.copy_id"),
        Binding("y", "copy_more", "copy", show=False, id="task.copy"),
        Binding("w", "mute", "tell me", show=False, id="task.mute"),
        Binding("e", "label", "label", show=False, id="task.label"),
        Binding("x,delete", "remove", "remove", show=False, id="task.remove"),
        Binding("r", "poll", "poll now", show=False, id="task.poll"),
        Binding("v", "cover", "cover", show=False, id="task.cover"),
        Binding("question_mark,f1", "help", "help", show=False, id="program.help"),
        Binding("l,right_square_bracket", "turn_tab(1)", "next tab", show=False),
        Binding("h,left_square_bracket", "turn_tab(-1)", "tab before", show=False),
        Binding("slash", "search", "search the answer", show=False),
        Binding("right", "across(1)", "next button, or tab", show=False),
        Binding("left", "across(-1)", "button or tab before", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up, then to the tabs", show=False),
        Binding("pagedown,ctrl+d", "scroll(10)", "page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "page up", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (80, "-wide")]  # noqa: RUF012 - Textual's own type
    AUTO_FOCUS = "Button"
    HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("h l", "tabs", "turn_tab(1)"),
        Hint("← →", "choose", "across(1)"),
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
        self.options = options
        self._key = key
        self._now = now

    def compose(self) -> ComposeResult:
        """The pane, the buttons and the keys."""
        yield Pane(self._engine.gallery, self.options, now=self._now, shape=Shape.WHOLE)
        with Container(classes="buttons"):
            with Horizontal():
                yield Button("Download", id="download", compact=True)
                yield Button("Open", id="open_file", compact=True)
                yield Button("Copy id", id="copy_id", compact=True)
            with Horizontal():
                yield Button("Choose files", id="choose_files", compact=True)
                yield Button("Label", id="label", compact=True)
                yield Button("Remove", id="remove", compact=True)
        line = HintLine()
        line.hints = self.HINTS
        yield line

    def on_mount(self) -> None:
        """Show the task as it is, and what time changes."""
        self.show_task()
        self.set_interval(0.5, self.tick)

    @property
    def entry(self) -> Entry | None:
        """Give the task as it is now, None once it was removed."""
        return self.board.entries.get(self._key)

    @property
    def pane(self) -> Pane:
        """Give what shows the task."""
        return self.query_one(Pane)

    def watch_board(self) -> None:
        """Take the new picture."""
        if self.is_mounted:
            self.show_task()

    def tick(self) -> None:
        """Say what time has changed."""
        self.pane.tick()

    def show_task(self) -> None:
        """Show the task, and what can be done with it."""
        entry = self.entry
        if entry is None:
            return
        self.pane.show(entry)
        button = self.query_one("#download", Button)
        button.label = "Stop" if entry.is_downloading else "Download"
        button.disabled = entry.state.is_terminal and not (entry.wanted or entry.videos)
        may_choose = offers.may_have_files(entry)
        self.query_one("#choose_files", Button).disabled = not may_choose
        is_there = any(f.stage is FileStage.SAVED for f in entry.files)
        self.query_one("#open_file", Button).disabled = not is_there

    @on(Button.Pressed)
    async def act(self, event: Button.Pressed) -> None:
        """Do what a button says."""
        await self.run_action(str(event.button.id))

    async def action_press(self) -> None:
        """Press the button in focus."""
        if isinstance(self.focused, Button):
            self.focused.press()

    def action_scroll(self, lines_down: int) -> None:
        """Scroll the words; above their top are the tabs."""
        body = self.query_one(PaneBody)
        if lines_down < 0 and not body.scroll_offset.y:
            self.set_focus(body)
        body.scroll_relative(y=lines_down, animate=False)

    def action_across(self, steps_right: int) -> None:
        """Go to the button beside, or to the tab where the keys are on the words."""
        if self.pane.has_focus_within:
            self.action_turn_tab(steps_right)
            return
        buttons = [b for b in self.query(Button) if not b.disabled]
        at = buttons.index(self.focused) if isinstance(self.focused, Button) else -1
        if buttons:
            self.set_focus(buttons[(at + steps_right) % len(buttons)])

    @on(PaneBody.Left)
    def back_to_buttons(self) -> None:
        """Give the keys to the buttons, which stand below the words."""
        button = next((b for b in self.query(Button) if not b.disabled), None)
        if button is not None:
            self.set_focus(button)

    def action_turn_tab(self, steps_right: int) -> None:
        """Show another tab."""
        self.pane.turn(steps_right)

    def action_search(self) -> None:
        """Look for words in the answer."""
        self.pane.tab = "raw"
        self.pane.search()

    def action_cover(self) -> None:
        """Show the cover on the whole screen."""
        from vidu_tui.ui.screens import cover

        cover.enlarge(self.app, self._engine.gallery, self.entry)

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
                self.options,
                [entry],
                lambda choice: self._commands.choose([self._key], *choice),
            )

    def action_help(self) -> None:
        """Show the keys of this screen before all others."""
        from vidu_tui.ui.screens.help import HelpScreen

        own = (binding for binding in self.BINDINGS if isinstance(binding, Binding))
        keymap = self.options.keymap
        keys = tuple(
            Hint(actions.signs(actions.keys_of(b, keymap)), b.description, "") for b in own
        )
        self.app.push_screen(HelpScreen(self.options, keys))

    def selected(self) -> list[Entry]:
        """Give the task."""
        return [self.entry] if self.entry else []

    def action_mute(self) -> None:
        """Tell of its end, or do not."""
        self._commands.mute([self._key])

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
