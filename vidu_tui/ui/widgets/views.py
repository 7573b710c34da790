"""The line of views with its counts and the filter; while a filter is typed, its input."""

from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.reactive import reactive
from textual.widgets import Input

from vidu_tui.core import text
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.view import View
from vidu_tui.ui import words
from vidu_tui.ui.widgets.painted import PaintedLine, cut, width_of

LONG = 80
"""From this width on the views have names; below, and where a filter needs the room, signs."""
APART = 90
SHOWN_FROM = 10
"""Below this height only a filter is told."""
MOST_FILTER = 500
"""Characters of a filter."""

_SIGNS = {
    View.ACTIVE: ("►", Role.PRIMARY),
    View.DONE: ("✓", Role.SUCCESS),
    View.PROBLEMS: ("✗", Role.ERROR),
    View.UNSAVED: ("↓", Role.SECONDARY),
    View.EXPIRING: ("!", Role.WARNING),
}


class Found(NamedTuple):
    """What the line says: the views, which one is shown, and what a filter leaves of it."""

    counts: Mapping[View, int]
    view: View = View.ALL
    filter: str = ""
    shown: int = 0

    @property
    def share(self) -> str:
        """Say how many of the view's rows the filter leaves."""
        return f"{self.shown:,} of {self.counts.get(self.view, 0):,}"


class _Item(NamedTuple):
    """A part of the line that can be clicked, and the cells before it."""

    gap: int
    spans: tuple[Span, ...]
    action: str


NOTHING = Found({})


class ViewsLine(PaintedLine):
    """Name the views with their counts; each can be clicked, the filter too."""

    found: reactive[Found] = reactive(NOTHING)

    def left(self, width: int) -> list[Span]:
        """Draw the views as far as they go whole beside the filter."""
        return [span for item in self._items(width) for span in (Span(" " * item.gap), *item.spans)]

    def right(self, room: int) -> list[Span]:
        """Draw the filter."""
        return self._filter(room) if self.app.size.height >= SHOWN_FROM else []

    def _items(self, width: int) -> list[_Item]:
        if self.app.size.height < SHOWN_FROM:
            return [_Item(1, tuple(self._filter(width - 1)), "filter")]
        long = list(_long(self.found, 3 if width >= APART else 1))
        room = width - min(width_of(self._filter(width)), max(width // 3, 20)) - 2
        if width >= LONG and (not self.found.filter or _end(long) <= room):
            return long
        short = list(_short(self.found))
        while self.found.filter and len(short) > 1 and _end(short) > room:
            short.pop()
        return short

    def _filter(self, room: int) -> list[Span]:
        """Say the filter and what it leaves; the text gives way first, then the count."""
        found = self.found
        if not found.filter:
            return []
        sign, share = Span("/ ", Role.ACCENT, is_bold=True), Span(f"  {found.share}", Role.QUIET)
        name = Span(text.inert(found.filter, 60))
        ends = (share, Span(" ")) if room >= width_of((sign, share)) + 5 else (Span(" "),)
        return [sign, *cut([name], max(1, room - width_of((sign, *ends)))), *ends]

    def on_click(self, event: events.Click) -> None:
        """Show the clicked view, or change the filter."""
        action = self.action_at(event.x)
        if action:
            event.stop()
            self.screen.call_later(self.screen.run_action, action)

    def action_at(self, x: int) -> str:
        """Give what a click at a cell does; nothing between the parts."""
        width, at = self.size.width, 0
        items = self._items(width)
        for item in items:
            at += item.gap
            if at <= x < at + width_of(item.spans):
                return item.action
            at += width_of(item.spans)
        filtered = self.right(width - at - 2)
        return "filter" if filtered and width - width_of(filtered) <= x else ""


def _end(items: Iterable[_Item]) -> int:
    return sum(item.gap + width_of(item.spans) for item in items)


def _long(found: Found, gap: int) -> Iterable[_Item]:
    for view in View:
        count = found.counts.get(view, 0)
        is_shown = view is found.view
        plain = Role.PLAIN if is_shown else Role.QUIET
        is_urgent = view is View.EXPIRING and count > 0
        spans = (
            Span(str(view.value), Role.PRIMARY if is_shown else Role.FAINT, is_shown),
            Span(f" {view.word} ", plain, is_shown),
            Span(f"{count:,}", Role.WARNING if is_urgent else plain, is_shown),
        )
        yield _Item(3 if view is View.ALL else gap, spans, f"show_view({view.value})")


def _short(found: Found) -> Iterable[_Item]:
    for view in View:
        count = found.counts.get(view, 0)
        is_shown = view is found.view
        sign, role = _SIGNS.get(view, ("all ", Role.PLAIN if is_shown else Role.QUIET))
        role = role if count or is_shown else Role.QUIET
        span = Span(f"{sign}{count:,}", role, is_shown)
        yield _Item(2 if view is View.ACTIVE else 1, (span,), f"show_view({view.value})")


class FilterInput(Input):
    """Take the filter; Enter and down keep it, Esc clears it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.clear_filter", "clear", show=False),
        Binding("down", "screen.keep_filter", "to the list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(max_length=MOST_FILTER, select_on_focus=False, compact=True)


class FilterSign(PaintedLine):
    """The sign before the input."""

    def left(self, width: int) -> list[Span]:
        """Draw it where the rows' states stand."""
        return [Span(" / ", Role.ACCENT, is_bold=True)]


class FilterNote(PaintedLine):
    """What the filter leaves, or what is wrong with it."""

    note: reactive[str] = reactive("", layout=True)
    is_wrong: reactive[bool] = reactive(False)

    def watch_note(self) -> None:
        """Say something else."""
        self.fit()

    def fit(self) -> None:
        """Take the cells that the note needs, and leave some to the input."""
        self.styles.width = width_of((Span(self._said()),)) + 2

    def _said(self) -> str:
        room = max(8, self.app.size.width - 20)
        return words.shortened(self.note, room) if self.is_wrong else self.note

    def left(self, width: int) -> list[Span]:
        """Say it."""
        return [Span(" "), Span(self._said(), Role.WARNING if self.is_wrong else Role.QUIET)]


class FilterLine(Horizontal):
    """The input of the filter, with what it leaves or what is wrong beside it."""

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        yield FilterSign()
        yield FilterInput()
        yield FilterNote()

    def on_resize(self) -> None:
        """Share another width out."""
        self.query_one(FilterNote).fit()

    @property
    def input(self) -> FilterInput:
        """Give the input."""
        return self.query_one(FilterInput)

    def show(self, share: str, error: str) -> None:
        """Say what is wrong, else what the filter leaves."""
        note = self.query_one(FilterNote)
        note.is_wrong = bool(error)
        note.note = f"! {error}" if error else share
