"""The main screen: header, views, banner, table, footer; its keys act on the selection.

Dialogs are imported when they open: the first frame waits for none of them.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import reactive

from vidu_tui.core.board import Board, Entry
from vidu_tui.core.sorting import COLUMNS
from vidu_tui.core.task import TaskKey
from vidu_tui.ui import actions, words
from vidu_tui.ui.actions import MAIN
from vidu_tui.ui.commands import Commands
from vidu_tui.ui.options import Options
from vidu_tui.ui.remembered import Remembered
from vidu_tui.ui.screens.hands import Hands
from vidu_tui.ui.screens.paned import Paned
from vidu_tui.ui.widgets.bars import Banner, Footer, Header
from vidu_tui.ui.widgets.empty import EmptyList
from vidu_tui.ui.widgets.heads import Heads
from vidu_tui.ui.widgets.pane import Pane
from vidu_tui.ui.widgets.task_table import TaskTable
from vidu_tui.ui.widgets.views import FilterLine, ViewsLine

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine

TICK_S = 0.5
ASK_ABOVE = 5
"""Removing more than this asks first."""


class MainScreen(Paned, Hands):
    """Show the list and act on it."""

    BINDINGS: ClassVar[list[BindingType]] = MAIN
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (70, "-heads")]  # noqa: RUF012 - Textual's own type
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-bare"),
        (8, "-short"),
        (10, "-low"),
        (14, "-middle"),
        (30, "-high"),
    ]

    board: reactive[Board] = reactive(Board, repaint=False)

    def __init__(
        self,
        engine: "Engine",
        options: Options,
        remembered: Remembered,
        *,
        now: Callable[[], float] = time.time,
    ):
        super().__init__()
        self.engine = engine
        self.options = options
        self.remembered = remembered
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay the parts out from top to bottom."""
        options = self.options
        header = Header(
            gateway=options.gateway,
            unasked=options.unasked,
            auto=options.auto,
            is_demo=options.is_demo,
            shows_host=options.shows_host,
            now=self._now,
        )
        yield header.data_bind(MainScreen.board)
        yield ViewsLine()
        yield FilterLine()
        yield Banner()
        table = TaskTable(
            now=self._now,
            lifetime_s=options.lifetime_s,
            wish=self.remembered.wish,
            hidden=self.remembered.hidden(frozenset(COLUMNS) - set(options.columns)),
        )
        with Container(id="body"):
            with Container(id="list"):
                yield Heads()
                yield table.data_bind(MainScreen.board)
                with Container(id="empty"):
                    yield EmptyList(options.folder, options.auto, options.keymap)
            yield Pane(self.engine.gallery, options, now=self._now)
        yield Footer()

    def on_mount(self) -> None:
        """Begin to tell the time."""
        self.commands = Commands(self.app, self.engine)
        self.set_interval(TICK_S, self.tick)
        self.dress()
        self.place_pane()
        self.show_board()

    def on_screen_suspend(self) -> None:
        """Leave the keys to the dialog on top."""
        self.query_one(Footer).visible = False

    def on_screen_resume(self) -> None:
        """Show the keys again."""
        self.query_one(Footer).visible = True

    def on_resize(self) -> None:
        """Say no more than the height has room for."""
        self._show_notice()

    def tick(self) -> None:
        """Repaint what time alone has changed."""
        self.query_one(Header).tick()
        self.table.tick()
        self.pane.tick()
        self._show_notice()

    def watch_board(self) -> None:
        """Take the new picture."""
        if self.is_mounted:
            self.show_board()

    def show_board(self) -> None:
        """Show either the rows or what an empty list says, the banner and the footer."""
        is_empty = not self.board.entries
        if is_empty is not self.has_class("-empty"):
            self.set_class(is_empty, "-empty")
            self.place_pane()
        if is_empty or not (self.is_typing or self.is_in_pane):
            self.focus_list()
        self._show_notice()
        self.show_hints()

    def focus_list(self) -> None:
        """Give the keys to the rows, or to what an empty list says."""
        wanted = self.table if self.board.entries else self.query_one(EmptyList)
        if self.focused is not wanted:
            wanted.focus()  # it repaints all of a widget, even of one that has the focus already

    def _show_notice(self) -> None:
        banner = self.query_one(Banner)
        notice = words.notice(self.board, self._now())
        if notice is not None and notice.hint is not None:
            notice = notice._replace(hint=self.with_own_key(notice.hint))
        banner.notice = notice if self.size.height >= 8 else None

    @on(TaskTable.CursorMoved)
    def show_hints(self) -> None:
        """Say what the keys do for this row, the marked rows, or the filter."""
        footer = self.query_one(Footer)
        footer.hints = self.hints()
        footer.flush = () if self.is_typing else Footer.ALWAYS

    def hints(self) -> tuple[words.Hint, ...]:
        """Give the footer's hints with the keys that the person has chosen."""
        found = (self.with_own_key(hint) for hint in self._plain_hints())
        return tuple(hint for hint in found if hint.key)

    def with_own_key(self, hint: words.Hint) -> words.Hint:
        """Give a hint the key that the person has chosen."""
        return hint._replace(key=actions.sign_of(hint.action, hint.key, self.options.keymap))

    def _plain_hints(self) -> tuple[words.Hint, ...]:
        table = self.table
        if self.is_typing:
            return words.TYPING
        if self.is_in_pane:
            return self.PANE_HINTS
        if table.marks:
            return words.marked_hints(self.count_marked())
        return words.hints(table.entry)

    @on(TaskTable.Chosen)
    def action_open_details(self) -> None:
        """Show everything about the task under the cursor."""
        entry = self.table.entry
        if entry is not None:
            from vidu_tui.ui.screens.detail import DetailScreen

            screen = DetailScreen(
                self.engine, self.commands, self.options, entry.key, now=self._now
            )
            self.app.push_screen(screen.data_bind(MainScreen.board))

    @property
    def change_count(self) -> int:
        """Count the changes of the list that could be undone."""
        return self.commands.change_count

    def on_paste(self, event: events.Paste) -> None:
        """Take ids out of whatever is pasted anywhere."""
        event.stop()
        self.add_from(event.text)

    def add_from(self, pasted: str | None) -> None:
        """Open the dialog that adds tasks, with pasted text or empty."""
        from vidu_tui.ui.screens.add import AddScreen

        self.app.push_screen(AddScreen(self.options, self.board, pasted), self._add_chosen)

    def _add_chosen(self, chosen: list[tuple[TaskKey, str]] | None) -> None:
        if chosen:
            self.commands.add(chosen, self.table.go_to, self._add_again)

    def _add_again(self, chosen: list[tuple[TaskKey, str]]) -> None:
        from vidu_tui.ui.screens.add import AddScreen

        self.app.push_screen(AddScreen(self.options, self.board, "", chosen), self._add_chosen)

    def action_add(self) -> None:
        """Open a box to type or paste into."""
        self.add_from(None)

    def action_remove(self) -> None:
        """Remove the selection from the list; files stay."""
        keys = self.selection()
        if len(keys) <= ASK_ABOVE:
            self.commands.remove(keys)
            return

        def take_off(is_sure: bool | None) -> None:
            if is_sure:
                self.commands.remove(keys)

        from vidu_tui.ui.screens.confirm import ConfirmRemove

        self.app.push_screen(ConfirmRemove([self.board.entries[k] for k in keys]), take_off)

    def action_undo(self) -> None:
        """Bring back what was removed, the label that was, or the marks."""
        if not self.bring_marks_back():
            self.commands.undo(self.table.go_to)

    def action_label(self) -> None:
        """Label the task under the cursor."""
        entry = self.table.entry
        if entry is None:
            return
        key = entry.key

        def take(label: str | None) -> None:
            if label is not None:
                self.commands.relabel(key, label)

        from vidu_tui.ui.screens import label

        place = self.table.name_region
        is_roomy = (cell := place()) is not None and cell.width >= label.LEAST_WIDTH
        screen = (
            label.LabelInRow(key.id, entry.label, place)
            if is_roomy
            else label.LabelScreen(key.id, entry.label)
        )
        self.app.push_screen(screen, take)

    def action_download(self) -> None:
        """Download, go on, or stop."""
        self.commands.download(self.selection())

    def action_choose_files(self) -> None:
        """Choose which files are wanted, and their folder."""
        keys = self.selection()
        if keys:
            from vidu_tui.ui.screens import files

            entries = [self.board.entries[key] for key in keys]
            files.ask(
                self.app, self.options, entries, lambda choice: self.commands.choose(keys, *choice)
            )

    def action_purge(self) -> None:
        """Take off the list what has ended and is safe on disk."""
        self.commands.purge()

    def action_retry_failed(self) -> None:
        """Try every download again that was given up."""
        self.commands.retry_failed()

    def action_mute(self) -> None:
        """Tell of the ends of the selection, or do not."""
        self.commands.mute(self.selection())

    def action_poll(self) -> None:
        """Poll the selection now."""
        self.engine.poll_now(self.selection())

    def action_poll_all(self) -> None:
        """Poll all that has not ended now."""
        self.engine.poll_now()

    def action_pause(self) -> None:
        """Pause or resume polling."""
        self.engine.pause(is_paused=self.board.paused_since is None)

    async def action_enter_key(self) -> None:
        """Ask for an API key."""
        await self.run_action("app.ask_for_key")

    def action_log(self) -> None:
        """Show what has happened."""
        from vidu_tui.ui.screens.log import LogScreen

        self.app.push_screen(LogScreen(self.engine.journal, now=self._now))

    def selected(self) -> list[Entry]:
        """Give the tasks that a key acts upon."""
        return [self.board.entries[key] for key in self.selection()]

    def action_help(self) -> None:
        """Show every key."""
        from vidu_tui.ui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.options, self.hints()))

    def action_redraw(self) -> None:
        """Draw the screen anew."""
        self.app.refresh(layout=True)

    def action_leave(self) -> None:
        """Quit; asks only while something is downloading."""
        coming = self.board.downloads
        if not coming:
            self.app.exit()
            return

        def leave(is_sure: bool | None) -> None:
            if is_sure:
                self.app.exit()

        from vidu_tui.ui.screens.confirm import ConfirmQuit

        self.app.push_screen(ConfirmQuit([f for _, f in coming]), leave)
