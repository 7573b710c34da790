"""The dialog that adds tasks: what was found in a text, and what of it is taken.

Shows ids and labels, and only counts the rest: a pasted curl line holds a key.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events, on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core import intake, text
from vidu_tui.core.board import Board
from vidu_tui.core.cells import Role, Span, title
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.commands import Chosen
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.screens.label import LabelScreen
from vidu_tui.ui.widgets.lines import Line, Lines, SpanList
from vidu_tui.ui.words import Hint

NOTHING = (
    "No task id in this text. An id looks like 940107923630096384 or task_…;"
    " creation ids and times are left out."
)


@dataclass(frozen=True, slots=True)
class _Found:
    """One id of the text and what becomes of it."""

    key: TaskKey
    label: str
    note: str
    is_new: bool
    is_left_out: bool = False


class PasteInput(Input):
    """An input that hands a paste on instead of keeping its first line."""

    class Pasted(events.Paste):
        """Text was pasted into the input."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.screen.post_message(events.Paste(self.value + event.text))


class AddScreen(Dialog[Chosen]):
    """Preview the ids of a text; Enter adds all that are new."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "add", "add", show=False),
        Binding("space", "leave_out", "leave out", show=False),
        Binding("e", "label", "label", show=False),
    ]
    HEADING = "Add tasks"

    def __init__(
        self, options: Options, board: Board, pasted: str | None, kept: Chosen | None = None
    ):
        """``kept`` are ids that were chosen before and that the disk did not take."""
        super().__init__()
        self._options = options
        self._board = board
        self._pasted = pasted
        self._is_blank = True
        self._found = [_Found(key, label, "new", is_new=True) for key, label in kept or ()]

    def content(self) -> Iterable[Widget]:
        """An input if nothing was pasted, then what was found."""
        if self._pasted is None:
            yield PasteInput(placeholder="Ids, links, JSON, curl or a log")
        yield Lines(id="summary")
        yield SpanList()
        yield Lines(id="ignored")

    def on_mount(self) -> None:
        """Read what was pasted."""
        if self._found:
            said = f"{text.plural(len(self._found), 'id')}, not on the list yet"
            self.query_one("#summary", Lines).lines = ((Span(said, Role.QUIET),), ())
            self._refresh()
        else:
            self._show(self._pasted or "")
        if self._pasted is not None:
            self.query_one(SpanList).focus()

    def on_paste(self, event: events.Paste) -> None:
        """Read pasted text; the input goes, since its text may hold a key."""
        event.stop()
        self._pasted = event.text
        self.query(PasteInput).remove()
        self._show(event.text)
        self.query_one(SpanList).focus()

    @on(Input.Changed)
    def read_typed(self, event: Input.Changed) -> None:
        """Read along while typing."""
        self._show(event.value)

    @on(Input.Submitted)
    def submit(self) -> None:
        """Add what was typed."""
        self.action_add()

    def _show(self, words: str) -> None:
        self._is_blank = not words.strip()
        read = intake.read(words)
        seen: dict[TaskKey, _Found] = {}
        for found in read.finds:
            item = self._place(found)
            seen.setdefault(item.key, item)
        self._found = list(seen.values())
        self.query_one("#summary", Lines).lines = self._summary(read, words)
        ignored = [(Span(_ignored(read), Role.QUIET),)] if read.ignored else []
        self.query_one("#ignored", Lines).lines = (
            ((), *ignored, ()) if self._found else (*ignored, ())
        )
        self._refresh()

    def _place(self, found: intake.Found) -> _Found:
        gateway, note = self._options.gateway, "new"
        if found.origin:
            known = self._options.known_origins.get(found.origin)
            if known is None:
                note = f"new  asked at {gateway}, not at {found.origin.partition('//')[2]}"
            gateway = known or gateway
        key = TaskKey(gateway, found.id)
        there = self._board.entries.get(key)
        if there is not None:
            return _Found(key, title(there), "already on the list", is_new=False)
        return _Found(key, found.label, note, is_new=True)

    def _summary(self, read: intake.Intake, words: str) -> tuple[Line, ...]:
        if not self._found:
            if not words.strip():
                return ((),)
            return ((), (Span(NOTHING),), ())
        lines = f" in {text.plural(read.lines, 'line')} of pasted text" if self._pasted else ""
        words = f"{text.plural(len(self._found), 'id')}{lines}"
        if read.is_cut:
            words += "; only its first 4 MB were read"
        return ((Span(words, Role.QUIET),), ())

    def _refresh(self) -> None:
        self.query_one(SpanList).lines = tuple(_line(f) for f in self._found)
        number = len(self._taken())
        adds = (Hint("Enter", f"adds {number:,}", "add"),) if number else ()
        edits = (Hint("Space", "leave out", "leave_out"), Hint("e", "label", "label"))
        is_typing = self._pasted is None
        self.show_keys(
            (
                *adds,
                *(edits if self._found and not is_typing else ()),
                Hint("Esc", "cancel", "cancel"),
            )
        )

    def _taken(self) -> Chosen:
        return [(f.key, f.label) for f in self._found if f.is_new and not f.is_left_out]

    def _current(self) -> int | None:
        cursor = self.query_one(SpanList).cursor
        is_new = cursor < len(self._found) and self._found[cursor].is_new
        return cursor if is_new else None

    def action_add(self) -> None:
        """Add all that are new and not left out."""
        taken = self._taken()
        if taken or self._found or self._is_blank:
            self.dismiss(taken or None)

    def action_leave_out(self) -> None:
        """Leave the id under the cursor out, or take it in again."""
        row = self._current()
        if row is not None:
            found = self._found[row]
            self._found[row] = replace(found, is_left_out=not found.is_left_out)
            self._refresh()
            self.query_one(SpanList).cursor = row + 1

    def action_label(self) -> None:
        """Label the id under the cursor."""
        row = self._current()
        if row is None:
            return

        def take(label: str | None) -> None:
            if label is not None:
                self._found[row] = replace(self._found[row], label=label)
                self._refresh()

        found = self._found[row]
        self.app.push_screen(LabelScreen(found.key.id, found.label), take)


def _ignored(read: intake.Intake) -> str:
    if read.ignored == 1:
        return "1 other number is not a task id."
    return f"{read.ignored:,} other numbers are not task ids."


def _line(found: _Found) -> Line:
    sign, role = ("+", Role.SUCCESS) if found.is_new else ("=", Role.QUIET)
    note = found.note
    if found.is_left_out:
        sign, role, note = "-", Role.QUIET, "left out"
    label: tuple[Span, ...] = ()
    if found.label and not found.is_left_out:
        word = "  label " if found.is_new else "  "
        label = (Span(word, Role.QUIET), Span(text.inert(found.label)))
    words = Span(
        f" {text.inert(found.key.id):<22}  ", Role.QUIET if found.is_left_out else Role.PLAIN
    )
    return (Span(f" {sign}", role), words, Span(note, Role.QUIET), *label)
