"""Every key and every sign, made from the bindings themselves; ``/`` searches."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from vidu_tui.core import fields
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.task import TaskState
from vidu_tui.ui import actions
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines, hanging
from vidu_tui.ui.words import Hint

_FILTER = (
    ("hero shot", "every word occurs: in id, name, model, type, state or error"),
    ('"hero shot"', "the words as they stand"),
    ("model:q3*", "a field is this, * stands for anything"),
    ("label~hero", "a field holds this"),
    ("credits>20", "and < >= <= :, also age<2d expires<3h duration:5s"),
    ("!saved", "! turns anything round"),
    ("fields", ", ".join((*fields.TEXTS, *fields.NUMBERS))),
    ("flags", ", ".join(fields.FLAGS)),
)
_RESULTS = (
    ("↓ when finished", "is saved as soon as it is finished; d takes it back"),
    ("↓ 41%", "is coming; d stops it"),
    ("‖ 41% kept", "was stopped; d goes on from there"),
    ("✓ saved", "is on disk, whole"),
    ("unsaved", "is finished, not on disk; the time is what is left of its link"),
    ("expired", "the link is dead; d gets a new one"),
    ("502 for 1m12s", "the last polls failed; the state is the last known one"),
)


def all_lines(options: Options, hints: tuple[Hint, ...]) -> list[Line]:
    """Write the whole help."""
    found: list[Line] = [_head("this row")]
    found += [_pair(hint.key, hint.word) for hint in hints]
    group = None
    for binding in actions.bindings():
        if binding.group is not group:
            group = binding.group
            found += [(), _head(binding.group.description if binding.group is not None else "")]
        found.append(
            _pair(actions.signs(actions.keys_of(binding, options.keymap)), binding.tooltip)
        )
    found += [(), _head("in the palette alone")]
    found += [_pair(command.words, command.tip) for command in actions.PALETTE]
    found += [(), _head("filter")]
    found += [_pair(sign, words) for sign, words in _FILTER]
    found += [(), _head("states")]
    for state in TaskState:
        word = state.word or "any other word: the gateway's own state"
        sign = state.ascii_glyph if options.is_ascii else state.glyph
        found.append(_pair(sign, word))
    found += [(), _head("result")]
    found += [_pair(sign, words) for sign, words in _RESULTS]
    found += [(), _head("mouse")]
    found += [
        _pair("click", "chooses a row, shows a view, sorts by a head, does what a hint says"),
        _pair("double click", "opens the details"),
        _pair("Shift+drag", "selects text, in iTerm2 Option"),
    ]
    found += [(), _head("where things lie")]
    found += [_pair(word, path) for word, path in options.places]
    return found


def _head(words: str) -> Line:
    return (Span(words, Role.PRIMARY, is_bold=True),)


def _pair(sign: str, words: str) -> Line:
    return (Span(f"{sign:<16}  ", Role.ACCENT, is_bold=True), Span(words))


def found_in(lines: Sequence[Line], words: Sequence[str]) -> list[Line]:
    """Give the lines that hold every word, they or their head; each group under its head."""
    found: list[Line] = []
    head: Line = ()
    about = ""
    for line in lines:
        said = "".join(span.text for span in line).lower()
        if len(line) == 1:
            head, about = line, said
        elif line and all(word in said or word in about for word in words):
            found += [*([()] if found and head else []), *([head] if head else []), line]
            head = ()
    return found


class HelpLines(Lines):
    """The lines of the help; what does not fit stands under its words, not under its key."""

    def broken(self, line: Line, width: int) -> list[Line]:
        """Break one line."""
        return hanging(line, width)


class HelpScreen(Dialog[None]):
    """Show every key, searchable."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "cancel", "close", show=False),
        Binding("slash", "search", "search", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", "page down", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", "page up", show=False),
        Binding("home,g", "scroll(-10000)", "top", show=False),
        Binding("end,G", "scroll(10000)", "bottom", show=False),
    ]
    AUTO_FOCUS = ""
    HEADING = "Help"
    HINTS = (
        Hint("/", "search", "search"),
        Hint("↑ ↓", "scroll", "scroll(5)"),
        Hint("Esc", "close", "cancel"),
    )

    def __init__(self, options: Options, hints: tuple[Hint, ...]):
        super().__init__()
        self._lines = all_lines(options, hints)

    def content(self) -> Iterable[Widget]:
        """The search field, hidden until it is wanted, and the lines."""
        field = Input(placeholder="search")
        field.display = False
        yield field
        with VerticalScroll(can_focus=False):
            yield HelpLines(self._lines)
        yield Lines([()], classes="gap")

    def action_search(self) -> None:
        """Open the search field."""
        field = self.query_one(Input)
        field.display = True
        field.focus()

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the lines that hold every word."""
        words = event.value.lower().split()
        nothing: list[Line] = [(Span("Nothing matches.", Role.QUIET),)]
        found = found_in(self._lines, words) or nothing
        self.query_one(HelpLines).lines = tuple(found if words else self._lines)

    @on(Input.Submitted)
    def keep(self) -> None:
        """Go on to the found lines."""
        self.set_focus(None)

    def action_cancel(self) -> None:
        """End the search first, then the help."""
        field = self.query_one(Input)
        if field.display:
            field.value = ""
            field.display = False
            self.set_focus(None)
        else:
            self.dismiss(None)

    def action_scroll(self, lines_down: int) -> None:
        """Scroll the lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines_down, animate=False)
