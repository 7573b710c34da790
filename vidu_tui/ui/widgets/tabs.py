"""The head of the pane: the name of its task and the tabs. Knows no task."""

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from vidu_tui.core.cells import Role, Span
from vidu_tui.ui.shapes import Shape
from vidu_tui.ui.widgets.painted import Painted, cut, width_of

TABS = ("overview", "timeline", "files", "raw")


class PaneHead(Painted):
    """The name of the task and the tabs, which can be clicked."""

    name_of: reactive[str] = reactive("")
    tab: reactive[str] = reactive(TABS[0])
    shape: reactive[Shape] = reactive(Shape.RIGHT)
    is_focused: reactive[bool] = reactive(False)

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, tab: str):
            super().__init__()
            self.tab = tab

    def _tabs(self) -> list[Span]:
        """Name the tabs; the gap before the current one says whether keys go there."""
        spans: list[Span] = []
        for tab in TABS:
            is_current = tab == self.tab
            gap = " " if not spans else "  "
            if is_current and self.is_focused:
                spans += [Span(gap[1:]), Span("▌", Role.PRIMARY)]
            else:
                spans.append(Span(gap))
            spans.append(Span(tab, Role.PRIMARY if is_current else Role.QUIET, is_current))
        return spans

    def _rule(self, width: int) -> tuple[list[Span], int]:
        """Draw name and tabs on one rule; give where the tabs begin."""
        tabs = [*self._tabs(), Span(" ")]
        start = max(0, width - 2 - width_of(tabs))
        name = cut([Span(f" {self.name_of} ", is_bold=True)], max(0, start - 4))
        line = Span("─" * max(0, start - 2 - width_of(name)), Role.RULE)
        head = [Span("──", Role.RULE), *name, line]
        return [*head, *tabs, Span("──", Role.RULE)], start

    def render_line(self, y: int) -> Strip:
        """Draw the name, then the tabs, or both on a rule."""
        width = self.size.width
        if self.shape is Shape.BELOW:
            spans = self._rule(width)[0]
        else:
            spans = [Span(f" {self.name_of}", is_bold=True)] if y == 0 else self._tabs()
        return self.strip(cut(spans, width), width)

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked tab."""
        is_below = self.shape is Shape.BELOW
        at = self._rule(self.size.width)[1] + 1 if is_below else 1
        if is_below or event.y == 1:
            for tab in TABS:
                if at <= event.x < at + len(tab):
                    event.stop()
                    self.post_message(self.Chosen(tab))
                at += len(tab) + 2
