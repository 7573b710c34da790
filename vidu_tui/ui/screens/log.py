"""The log: what has happened, newest first; ``/`` filters. Knows no file."""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core.cells import Role, Span
from vidu_tui.core.journal import Happening, Weight
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines, SpanList
from vidu_tui.ui.widgets.painted import fit
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.journal import Journal

LOOK_S = 0.5
KIND_FROM = 60
"""From so many columns on each line says what it is about."""
NAME_CELLS = 20
NARROW_NAME_CELLS = 10
_ROLES = {
    Weight.PLAIN: Role.PLAIN,
    Weight.GOOD: Role.SUCCESS,
    Weight.WARNING: Role.WARNING,
    Weight.ERROR: Role.ERROR,
}
_SIGNS = {Weight.PLAIN: " ", Weight.GOOD: "✓", Weight.WARNING: "!", Weight.ERROR: "✗"}


def line(happening: Happening, width: int, now: float) -> Line:
    """Write one happening as a line: when, what about, which task, what."""
    role = _ROLES[happening.weight]
    spans = [Span(_moment(happening.at, now), Role.QUIET), Span("  ")]
    spans += [Span(_SIGNS[happening.weight], role, is_bold=True), Span(" ")]
    if width >= KIND_FROM:
        spans += [Span(f"{happening.kind.value:<7}", Role.QUIET), Span("  ")]
    cells = NAME_CELLS if width >= KIND_FROM else NARROW_NAME_CELLS
    name = happening.name or (happening.task.id if happening.task else "")
    spans += [*fit((Span(name),), cells), Span("  ")]
    return (*spans, Span(happening.words, Role.PLAIN if role is Role.SUCCESS else role))


def text_of(happening: Happening) -> str:
    """Give what a filter looks at, in lower case."""
    task = happening.task.id if happening.task else ""
    return f"{happening.kind.value} {task} {happening.name} {happening.words}".lower()


def _moment(at: float, now: float) -> str:
    """Write the time of today in full, any other with its day, in eight cells."""
    then, today = time.localtime(at), time.localtime(now)
    return time.strftime("%H:%M:%S" if then[:3] == today[:3] else "%d %b  ", then)[:8]


class LogScreen(Dialog[None]):
    """Show what has happened while it goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("L", "cancel", "close", show=False),
        Binding("slash", "search", "filter", show=False),
    ]
    AUTO_FOCUS = "SpanList"
    HEADING = "Log"
    HINTS = (
        Hint("/", "filter", "search"),
        Hint("↑ ↓", "move", "page(10)"),
        Hint("Esc", "close", "cancel"),
    )

    def __init__(self, journal: "Journal", *, now: Callable[[], float] = time.time):
        super().__init__()
        self._journal = journal
        self._now = now
        self._count = -1
        self._shown: Sequence[Happening] = ()

    def content(self) -> Iterable[Widget]:
        """The filter, hidden until it is wanted, the lines, and the whole of the chosen one."""
        field = Input(placeholder="every word occurs: a label, an id, file, gateway")
        field.display = False
        yield field
        yield SpanList()
        yield Lines(classes="whole")

    def on_mount(self) -> None:
        """Show what is there, and what comes."""
        self.set_interval(LOOK_S, self.look)

    def on_resize(self) -> None:
        """Fit the lines to the new width."""
        self._show()

    def look(self) -> None:
        """Show what has happened since the last look."""
        if self._count != self._journal.count:
            self._show()

    def _show(self) -> None:
        there = self.query_one(SpanList)
        before = self._chosen()
        self._count = self._journal.count
        wanted = self.query_one(Input).value.lower().split()
        found = self._journal.happenings
        self._shown = [h for h in found if all(w in text_of(h) for w in wanted)]
        width, now = self.size.width - 4, self._now()
        nothing = "Nothing matches." if wanted else "Nothing has happened yet."
        empty: list[Line] = [(Span(nothing, Role.QUIET),)]
        there.lines = tuple(line(h, width, now) for h in self._shown) or tuple(empty)
        if before is not None and before in self._shown and there.cursor:
            there.cursor = self._shown.index(before)
        self.show_whole()

    def _chosen(self) -> Happening | None:
        row = self.query_one(SpanList).cursor
        return self._shown[row] if row < len(self._shown) else None

    @on(SpanList.Moved)
    def show_whole(self) -> None:
        """Say all of the chosen line, which may be longer than the screen is wide."""
        chosen = self._chosen()
        name = f"{chosen.name}  {chosen.task.id}".strip() if chosen and chosen.task else ""
        head = (Span(f"{name}  " if name else "", Role.QUIET),)
        self.query_one(Lines).lines = ((*head, Span(chosen.words)),) if chosen else ()

    def action_page(self, lines_down: int) -> None:
        """Go on by some lines, as a click on the hint does."""
        self.query_one(SpanList).action_move(lines_down)

    def action_search(self) -> None:
        """Open the filter."""
        field = self.query_one(Input)
        field.display = True
        field.focus()

    @on(Input.Changed)
    def filter(self) -> None:
        """Show the lines that hold every word."""
        self._show()

    @on(Input.Submitted)
    def keep(self) -> None:
        """Go on to the found lines."""
        self.query_one(SpanList).focus()

    def action_cancel(self) -> None:
        """End the filter first, then the log."""
        field = self.query_one(Input)
        if field.display:
            field.value = ""
            field.display = False
            self.query_one(SpanList).focus()
        else:
            self.dismiss(None)
