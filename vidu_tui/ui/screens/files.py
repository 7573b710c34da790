"""The dialog that chooses which files of some tasks are wanted, and where they go.

Opens no file: what a folder's name means is told by ``Options.own_folder``.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual import events, on
from textual.app import App
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core import text
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.errors import VidutuiError
from vidu_tui.core.task import AssetKind
from vidu_tui.ui import offers, toasts
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines, SpanList
from vidu_tui.ui.words import Hint

NONE_CHOSEN = "Choose at least one file."


class Choice(NamedTuple):
    """What a person wants of some tasks."""

    kinds: tuple[AssetKind, ...]
    folder: str | None
    """Empty for the common folder, None for where each task's files go already."""


class KindList(SpanList):
    """The kinds of files; a click toggles, and the arrows leave it at its ends."""

    class Clicked(Message):
        """A line was clicked."""

        def __init__(self, row: int):
            super().__init__()
            self.row = row

    def on_click(self, event: events.Click) -> None:
        """Toggle the clicked line."""
        offset = event.get_content_offset(self)
        row = offset.y + self.scroll_offset.y if offset is not None else -1
        if 0 <= row < len(self.lines):
            self.post_message(self.Clicked(row))

    def action_move(self, lines_down: int) -> None:
        """Move the cursor; below the last line goes on to the folder."""
        if lines_down == 1 and self.cursor == len(self.lines) - 1:
            self.screen.focus_next()
        else:
            super().action_move(lines_down)

    def on_focus(self) -> None:
        """Show the cursor while keys go here."""
        self._has_cursor = True
        self.refresh()

    def on_blur(self) -> None:
        """Show no cursor while keys go to the folder."""
        self._has_cursor = False
        self.refresh()


class FilesScreen(Dialog[Choice]):
    """Let a person choose the kinds of files and their folder."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "download", "download", show=False),
        Binding("space", "mark", "choose", show=False),
    ]

    def __init__(self, options: Options, entries: Sequence[Entry]):
        super().__init__()
        self._options = options
        self._entries = tuple(entries)
        self._chosen = set(offers.chosen(entries))
        folders = {entry.folder for entry in entries}
        self._shown = self._show_folder(folders.pop()) if len(folders) == 1 else ""
        """What the folder field holds at first: nothing where the tasks do not agree."""
        self._problem = ""

    def _show_folder(self, folder: str) -> str:
        return self._options.shown_path(folder) if folder else self._options.folder

    def heading(self) -> Content:
        """Name the task, or count them."""
        if len(self._entries) == 1:
            return Content(f"Files of {toasts.name_of(self._entries[0])}")
        return Content(f"Files of {text.plural(len(self._entries), 'task')}")

    def content(self) -> Iterable[Widget]:
        """The kinds, what is wrong, and the folder."""
        yield KindList()
        yield Lines([()], id="problem")
        with Horizontal(classes="folder"):
            yield Lines([(Span("folder", Role.QUIET),)], classes="name")
            hint = self._options.folder if self._shown else "each as before"
            yield Input(self._shown, placeholder=hint, select_on_focus=False)
        yield Lines([()], classes="gap")

    def on_mount(self) -> None:
        """Follow the Board: a task may finish meanwhile."""
        self.watch(self.app, "board", self._take_board)
        self.query_one(KindList).focus()

    def _take_board(self, board: Board) -> None:
        self._entries = tuple(board.entries.get(e.key, e) for e in self._entries)
        self._refresh()

    def _refresh(self) -> None:
        offered = offers.offers(self._entries)
        self.query_one(KindList).lines = tuple(_line(o, o.kind in self._chosen) for o in offered)
        problem = self._problem or ("" if self._kinds() else NONE_CHOSEN)
        said: tuple[Line, ...] = ((Span(problem, Role.WARNING),),) if problem else ((),)
        line = self.query_one("#problem", Lines)
        line.lines = said
        line.set_class(not problem, "-none")
        enter = (Hint("Enter", "downloads", "download"),) if self._kinds() else ()
        space = Hint("Space", "choose", "mark")
        self.show_keys((*enter, space, Hint("Esc", "cancel", "cancel")))

    def _kinds(self) -> tuple[AssetKind, ...]:
        """List what is chosen; nothing if none of it can ever be had."""
        offered = [o for o in offers.offers(self._entries) if o.kind in self._chosen]
        return tuple(o.kind for o in offered) if any(o.is_open for o in offered) else ()

    def action_mark(self) -> None:
        """Choose the kind under the cursor, or leave it out; what is not offered stays out."""
        offer = offers.offers(self._entries)[self.query_one(KindList).cursor]
        if offer.kind in self._chosen:
            self._chosen.remove(offer.kind)
        elif offer.is_open:
            self._chosen.add(offer.kind)
        self._refresh()

    @on(KindList.Clicked)
    def toggle_clicked(self, message: KindList.Clicked) -> None:
        """Choose the clicked kind, or leave it out."""
        self.query_one(KindList).cursor = message.row
        self.action_mark()

    @on(Input.Changed)
    def forget_problem(self) -> None:
        """Say no more of a folder that is being mended."""
        if self._problem:
            self._problem = ""
            self._refresh()

    @on(Input.Submitted)
    def action_download(self) -> None:
        """Give the choice back, unless nothing is chosen or the folder is none."""
        kinds = self._kinds()
        if not kinds:
            return
        try:
            folder = self._folder()
        except VidutuiError as error:
            self._problem = toasts.clean(str(error))
            self._refresh()
            self.query_one(Input).focus()
            return
        self.dismiss(Choice(kinds, folder))

    def _folder(self) -> str | None:
        """Read the folder field; raises ConfigError."""
        typed = self.query_one(Input).value.strip()
        if typed == self._shown:
            return None
        if not typed:
            return ""
        read = self._options.own_folder
        folder = read(typed)
        return "" if folder == read(self._options.folder) else folder


def ask(
    app: App[str], options: Options, entries: Sequence[Entry], take: Callable[[Choice], None]
) -> None:
    """Open the dialog, unless none of the tasks will ever have a file."""
    there = [entry for entry in entries if offers.may_have_files(entry)]

    def take_choice(choice: Choice | None) -> None:
        if choice is not None:
            take(choice)

    if there:
        app.push_screen(FilesScreen(options, there), take_choice)
    for said in () if there else toasts.fruitless(entries):
        toasts.say(app, said)


def _line(offer: offers.Offer, is_chosen: bool) -> Line:
    box = Span(" [x] " if is_chosen else " [ ] ", Role.ACCENT if is_chosen else Role.QUIET)
    name = Span(f"{offer.kind.value:<13}", Role.PLAIN if offer.is_open else Role.QUIET)
    return (box, name, Span(offer.note, Role.QUIET))
