"""Questions before something that takes more than a key to mend."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from vidu_tui.core import text
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.toasts import name_of
from vidu_tui.ui.widgets.lines import Line, Lines, SpanList
from vidu_tui.ui.words import Hint


class ConfirmRemove(Dialog[bool]):
    """List what is to be removed, unsaved ones first."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "confirm", "remove", show=False)]
    HEADING = "Remove tasks"

    def __init__(self, entries: Sequence[Entry]):
        super().__init__()
        self._entries = sorted(entries, key=lambda e: not e.is_unsaved)

    def content(self) -> Iterable[Widget]:
        """List the tasks."""
        yield SpanList([_line(e) for e in self._entries], has_cursor=False)

    def on_mount(self) -> None:
        """Count in the last line."""
        number = len(self._entries)
        self.show_keys(
            (Hint("Enter", f"removes {number}", "confirm"), Hint("Esc", "keeps them", "cancel"))
        )

    def action_confirm(self) -> None:
        """Remove them."""
        self.dismiss(True)


def _line(entry: Entry) -> Line:
    sign = Span("  ! not saved", Role.WARNING) if entry.is_unsaved else Span("")
    return (Span(name_of(entry)), sign)


class ConfirmQuit(Dialog[bool]):
    """Ask before quitting while files are coming; Enter stays."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "cancel", "stay", show=False),
        Binding("q", "confirm", "quit", show=False),
    ]
    HEADING = "Quit"
    HINTS = (Hint("Enter", "stays", "cancel"), Hint("q", "quits", "confirm"))

    def __init__(self, files: Sequence[FileState]):
        super().__init__()
        self._files = files

    def content(self) -> Iterable[Widget]:
        """Say what is coming and what becomes of it."""
        number = len(self._files)
        left_s = time_left_s(self._files)
        about = "" if left_s is None else f", about {text.apart(text.left(left_s).strip())}"
        coming = f"{text.files(number)} {'is' if number == 1 else 'are'} still coming{about}."
        kept = " What has arrived is kept; the next start goes on from there."
        yield Lines([(Span(coming + kept),), ()])

    def action_confirm(self) -> None:
        """Quit."""
        self.dismiss(True)


def time_left_s(files: Sequence[FileState]) -> float | None:
    """Estimate when the last of the files is there, at the speed of all; None if nobody knows."""
    speed_bps = sum(f.speed_bps or 0.0 for f in files if f.stage is FileStage.RUNNING)
    totals = [f.total for f in files if f.total is not None]
    if not speed_bps or len(totals) < len(files):
        return None
    return max(0.0, sum(totals) - sum(f.received for f in files)) / speed_bps
