"""The Textual app: owns the board on the screen's side, the engine's worker and the themes."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.notifications import Notify, SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from vidu_tui.core.board import Board, Entry, HealthKind
from vidu_tui.core.files import FileStage
from vidu_tui.ui import actions, escapes, keymap, plain, stylesheet, themes, toasts
from vidu_tui.ui.alerts import Alerts
from vidu_tui.ui.bursts import Bursts
from vidu_tui.ui.leftovers import Leftovers
from vidu_tui.ui.messages import BoardChanged, Ended, HookFailed, PastedElsewhere
from vidu_tui.ui.options import Options
from vidu_tui.ui.remembered import THEME, Remembered
from vidu_tui.ui.screens.main import MainScreen
from vidu_tui.ui.widgets.painted import ROLE_CLASSES

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


LOOK_FOR_TERMINAL_S = 2.0
LAST_RESORT_S = 5.0
"""After a signal to end: how long the orderly end may take."""


class ViduApp(App[str], inherit_bindings=False):
    """Show the engine's Board and turn keys into its methods."""

    TITLE = "vidu-tui"
    CSS_PATH = stylesheet.path()
    COMPONENT_CLASSES: ClassVar[set[str]] = set(ROLE_CLASSES)
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = actions.APP

    board: reactive[Board] = reactive(Board, repaint=False)

    def __init__(self, engine: "Engine", options: Options, *, now: Callable[[], float] = time.time):
        super().__init__()
        self.engine = engine
        keys, self._clashes = keymap.resolve(options.keymap, options.config_file)
        self.options = options = replace(options, keymap=keys)
        self.crash_report = ""
        """What the terminal was told of a bug; empty while there was none."""
        self._now = now
        self._bursts = Bursts(self)
        self._leftovers = Leftovers(self)
        self.alerts = Alerts(self, is_ascii=options.is_ascii, write=self.write_to_terminal)
        self._is_asking_for_key = False
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.remembered = Remembered(self, options.remembered, options.keep_look)
        known, wanted = frozenset(self.available_themes), self.remembered.theme
        wanted = wanted if wanted in known else options.theme
        self.theme = themes.choose(wanted, known, options.colorfgbg)
        plain.draw_ascii(self, is_ascii=options.is_ascii)
        self.set_keymap(dict(options.keymap))

    def get_default_screen(self) -> Screen[None]:
        """Begin with the main screen."""
        screen = MainScreen(self.engine, self.options, self.remembered, now=self._now)
        return screen.data_bind(ViduApp.board)

    def get_driver_class(self) -> type[Driver]:
        """Use our own driver, where Textual would use its own for terminals."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from vidu_tui.ui.driver import TerminalDriver

        return TerminalDriver

    def on_mount(self) -> None:
        """Show what is on disk; ask the network only after the first frame."""
        plain.count_colours(self)
        self.board = self.engine.board
        self.engine.publish_to(self.take_board)
        self.engine.herald.listeners.append(lambda told: self.post_message(Ended(told)))
        self.engine.hooks.listeners.append(lambda line: self.post_message(HookFailed(line)))
        self.watch(self, "theme", partial(self.remembered.note, THEME), init=False)
        self._obey_signals()
        if not self.is_headless:
            self.set_interval(LOOK_FOR_TERMINAL_S, self._look_for_terminal)
        self.call_after_refresh(self.begin)

    def _obey_signals(self) -> None:
        """End as by ``q`` when the terminal goes or the system asks, so that all is restored."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP", "SIGINT"):
            number = getattr(signal, name, None)
            if number is not None:
                # Windows has no such handlers, and a thread that is not the first may set none.
                with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                    loop.add_signal_handler(number, self._end_by_signal, number)

    def _look_for_terminal(self) -> None:
        """End as by SIGHUP when the terminal is gone without one: its reader would spin."""
        try:
            import termios
        except ImportError:
            return  # Windows closes the program with its window
        try:
            termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
        except (termios.error, OSError, ValueError):
            self._end_by_signal(1)

    def _end_by_signal(self, number: int) -> None:
        self.exit(None, 128 + number)
        # A terminal that is gone may hold the orderly end up for ever; parts are whole anyway.
        last = threading.Timer(LAST_RESORT_S, os._exit, (128 + number,))
        last.daemon = True
        last.start()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a toast, Textual's own too."""
        shown_s = self.NOTIFICATION_TIMEOUT if timeout is None else timeout
        toast = toasts.Lasting(message, title, severity, shown_s, markup)
        self.post_message(Notify(toast))

    def action_suspend_process(self) -> None:
        """Stop the whole job, with a program that has started us; ``fg`` comes back."""
        if self._driver is not None and self._driver.can_suspend:
            os.killpg(0, signal.SIGTSTP)

    @on(Driver.SignalResume)
    def draw_anew(self) -> None:
        """Paint everything: the terminal has shown something else meanwhile."""
        self.refresh(layout=True)
        self.alerts.name_window(self.board, is_anew=True)

    @on(Ended)
    def tell_of_ends(self, message: Ended) -> None:
        """Say what has ended."""
        self.alerts.tell(message.tidings)

    @on(HookFailed)
    def tell_of_hook(self, message: HookFailed) -> None:
        """Say that a person's program has failed."""
        toasts.error(self, self.options.redact(message.line))

    def write_to_terminal(self, sequence: str) -> None:
        """Write what is no part of the screen."""
        if self._driver is not None:
            self._driver.write(sequence)

    def take_board(self, board: Board) -> None:
        """Let the engine hand in a new Board: the only door into the app."""
        self.post_message(BoardChanged(board))

    def begin(self) -> None:
        """Start the engine, once the first frame stands."""
        self._leftovers.begin()
        for line in self._clashes:
            toasts.error(self, line)
        if self.options.list_error:
            from vidu_tui.ui.screens.broken_list import BrokenListScreen

            self.push_screen(BrokenListScreen(self.engine, self.options), self.after_mending)
            return
        self.start_engine()
        if self.options.wants_key:
            self.action_ask_for_key()

    def after_mending(self, is_whole: bool | None) -> None:
        """Go on with a list that can be read now."""
        if is_whole:
            self.start_engine()
            if self.options.wants_key:
                self.action_ask_for_key()
        else:
            self.exit(return_code=2)

    def start_engine(self) -> None:
        """Run the engine beside the screen."""
        self.board = self.engine.board
        self.run_engine()

    @work(group="engine", exclusive=True, description="engine")
    async def run_engine(self) -> None:
        """Poll and download until the app ends."""
        await self.engine.run()

    @on(PastedElsewhere)
    def add_pasted(self, message: PastedElsewhere) -> None:
        """Open the dialog that adds tasks over whatever is shown."""
        main = next(screen for screen in self.screen_stack if isinstance(screen, MainScreen))
        main.add_from(message.text)

    @on(BoardChanged)
    def show_board(self, message: BoardChanged) -> None:
        """Take a new Board: the only writer of ``board`` while the engine runs."""
        old, self.board = self.board, message.board
        self.alerts.name_window(message.board)
        self._tell_saved(old, message.board)
        if message.board.notice and not old.notice:
            toasts.say(self, toasts.auto_save(message.board.notice, self.options.folder))

    def _tell_saved(self, old: Board, new: Board) -> None:
        for key, entry in new.entries.items():
            before = old.entries.get(key)
            if before is entry or before is None or not before.is_downloading:
                continue
            if not entry.is_downloading:
                self._tell_arrived(before, entry)

    def _tell_arrived(self, before: Entry, entry: Entry) -> None:
        """Say that the last file of a task has come; what was there before is not said again."""
        there = {f.key for f in before.files if f.stage is FileStage.SAVED}
        saved = [f for f in entry.files if f.stage is FileStage.SAVED]
        if not any(f.key not in there for f in saved):
            return
        fresh = [f for f in saved if f.key not in there]
        if all(file.was_there for file in fresh):
            for file in fresh:
                toasts.say(self, f"Already saved: {toasts.file_name(file)}")
        else:
            folder = (
                self.options.shown_path(toasts.folder_of(fresh[-1].path)) or self.options.folder
            )
            toasts.say(self, toasts.saved(entry, saved, folder))
        for file in saved:
            if file.line:
                toasts.error(self, file.line)

    def action_ask_for_key(self) -> None:
        """Open the dialog for a key, once at a time."""
        if self._is_asking_for_key:
            return
        self._is_asking_for_key = True
        gateway = next(
            (
                h.gateway
                for h in self.board.health
                if h.kind in (HealthKind.REFUSED, HealthKind.NO_KEY)
            ),
            self.options.gateway,
        )
        from vidu_tui.ui.screens.key import KeyScreen

        self.push_screen(KeyScreen(self.engine, self.options, gateway), self.take_key)

    def take_key(self, _: bool | None) -> None:
        """Let the dialog be opened again."""
        self._is_asking_for_key = False

    def copy_to_clipboard(self, text: str) -> None:
        """Copy by OSC 52, which reaches over ssh, and to this machine's own clipboard."""
        self._clipboard = text
        self.write_to_terminal(escapes.osc52(text, os.environ))
        copy = partial(self.options.copy_text, text)
        self.run_worker(copy, group="copy", exclusive=True, description="copy", thread=True)

    async def action_interrupt(self) -> None:
        """Copy selected text, else close what is on top, else quit."""
        field = self.focused
        selected = self.screen.get_selected_text()
        if isinstance(field, Input) and field.selected_text:
            # What is masked stays where it is.
            if not field.password:
                self.copy_to_clipboard(field.selected_text)
        elif selected:
            self.copy_to_clipboard(selected)
        elif isinstance(self.screen, MainScreen):
            self.screen.action_leave()
        else:
            self.screen.dismiss(None)

    async def on_event(self, event: events.Event) -> None:
        """Take a burst of keys for a paste: this terminal does not mark pastes."""
        self.alerts.look(event)
        if isinstance(event, events.Key):
            self.engine.give_way()
            self._leftovers.note_key()
            if self._bursts.takes(event):
                return
        await super().on_event(event)

    def action_command_palette(self) -> None:
        """Open the palette."""
        from textual.command import CommandPalette

        if not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            self.push_screen(CommandPalette(placeholder="Search all actions"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """List every action for the palette."""
        from vidu_tui.ui import palette

        yield from palette.commands(screen, self.options.keymap)
        for name in self.available_themes:
            yield SystemCommand(
                f"theme {name}", "Change the colours", lambda n=name: setattr(self, "theme", n)
            )

    def _fatal_error(self) -> None:
        """End after a bug: traceback without any values, through the redactor, exit status 1."""
        self.bell()
        from vidu_tui.ui import crash

        self.crash_report = self.options.redact(crash.report(self.options.redact))
        self.options.keep_crash(self.crash_report)
        self._exit_renderables.append(Text(self.crash_report))
        self._close_messages_no_wait()
