"""Everything about one task beside the list or on the whole screen, on four tabs."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input

from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskKey
from vidu_tui.core.timeline import Past, steps
from vidu_tui.ui import facts, filefacts, rawtext, shapes, stepped, toasts
from vidu_tui.ui.options import Options
from vidu_tui.ui.shapes import Shape
from vidu_tui.ui.widgets.cover import Cover, creations_of, place_of
from vidu_tui.ui.widgets.lines import Line, Lines, hanging
from vidu_tui.ui.widgets.tabs import TABS, PaneHead

if TYPE_CHECKING:
    from vidu_tui.engine.gallery import Gallery


class PaneLines(Lines):
    """Lines that lay the pane out anew only where their number changes."""

    lines: reactive[tuple[Line, ...]] = reactive((), layout=False)

    def broken(self, line: Line, width: int) -> list[Line]:
        """Break a line so that its value stands under itself."""
        return hanging(line, width)

    def watch_lines(self) -> None:
        """Ask for another height if it takes one."""
        is_other = len(self._drawn(max(1, self.size.width))) != self.size.height
        self.refresh(layout=is_other)


class PaneSearch(Input):
    """What is looked for in the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "end", show=False)]

    def action_leave(self) -> None:
        """End the search."""
        self.value = ""
        self.display = False
        self.screen.set_focus(self.screen.query_one(PaneBody))


class PaneBody(VerticalScroll, can_focus=True):
    """What scrolls; with the keys on it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "step(1)", "down", show=False),
        Binding("up,k", "step(-1)", "up", show=False),
        Binding("pagedown,ctrl+d,space", "step(10)", "page down", show=False),
        Binding("pageup,ctrl+u", "step(-10)", "page up", show=False),
        Binding("home,g", "step(-100000)", "top", show=False),
        Binding("end,G", "step(100000)", "bottom", show=False),
        Binding("slash", "search", "search", show=False),
        Binding("n", "find(1)", "next", show=False),
        Binding("N", "find(-1)", "previous", show=False),
    ]

    class Left(Message):
        """The keys are wanted elsewhere: there is nothing below."""

    def action_step(self, lines_down: int) -> None:
        """Scroll; past the end somebody else may want the keys."""
        if lines_down > 0 and self.scroll_offset.y >= self.max_scroll_y:
            self.post_message(self.Left())
        self.scroll_relative(y=lines_down, animate=False)

    def action_search(self) -> None:
        """Look for words in the answer; elsewhere the key is the list's."""
        pane = self.parent
        if not isinstance(pane, Pane) or not pane.search():
            raise SkipAction

    def action_find(self, steps: int) -> None:
        """Go to another place that was found."""
        if isinstance(self.parent, Pane):
            self.parent.find(steps)


class Pane(Container):
    """One task, on the tab that is chosen."""

    tab: reactive[str] = reactive(TABS[0], repaint=False)
    shape: reactive[Shape] = reactive(Shape.RIGHT, repaint=False)

    def __init__(
        self,
        gallery: "Gallery",
        options: Options,
        *,
        now: Callable[[], float] = time.time,
        shape: Shape = Shape.RIGHT,
    ):
        super().__init__()
        self._gallery = gallery
        self._options = options
        self._now = now
        self._entry: Entry | None = None
        self._past: tuple[Entry | None, Past] = (None, Past())
        self._raw: tuple[object, list[Line]] = (None, [])
        self._hit = 0
        self.set_reactive(Pane.shape, shape)

    def compose(self) -> ComposeResult:
        """The name and the tabs, the words with the cover, a line to search in."""
        yield PaneHead()
        with PaneBody():
            yield Cover(self._gallery)
            yield PaneLines(id="about")
            yield PaneLines(id="files")
        field = PaneSearch(placeholder="search", compact=True)
        field.display = False
        yield field

    def on_mount(self) -> None:
        """Take the shape that it was made with."""
        self.watch_shape()
        self.query_one(PaneHead).tab = self.tab

    def watch_shape(self) -> None:
        """Stand where it is told."""
        self.update_classes({f"-{shape}": shape is self.shape for shape in Shape})
        if self.is_mounted:
            self.query_one(PaneHead).shape = self.shape
            self.draw()

    def watch_tab(self) -> None:
        """Show another tab, from its top."""
        if self.is_mounted:
            self.query_one(PaneHead).tab = self.tab
            self.query_one(PaneSearch).display = False
            self.query_one(PaneSearch).value = ""
            self.query_one(PaneBody).scroll_home(animate=False)
            self.draw()

    @property
    def cover(self) -> Cover:
        """Give the cover's widget."""
        return self.query_one(Cover)

    def show(self, entry: Entry | None) -> None:
        """Show a task; another one from its top."""
        if entry is self._entry:
            return
        is_other = entry is None or self._entry is None or entry.key != self._entry.key
        self._entry = entry
        if is_other:
            self.query_one(PaneBody).scroll_home(animate=False)
        self.draw()

    def turn(self, steps_right: int) -> None:
        """Show the tab beside, round and round."""
        self.tab = TABS[(TABS.index(self.tab) + steps_right) % len(TABS)]

    def on_resize(self) -> None:
        """Fit cover and words to the room."""
        self.draw()

    def tick(self) -> None:
        """Say what time has changed."""
        self.draw()

    @on(Cover.Settled)
    def draw(self) -> None:
        """Write the words of the tab, if they have changed."""
        if not self.display or not self.is_mounted or not self.size.width:
            return
        entry = self._entry
        head = self.query_one(PaneHead)
        head.name_of = toasts.name_of(entry) if entry else ""
        self._show_cover(entry)
        about, files = self._written(entry) if entry else ([], [])
        is_whole = self.shape is Shape.WHOLE
        self.set_class(is_whole and self.app.size.width >= shapes.BESIDE_FROM, "-beside")
        is_apart = self._has_blocks and bool(files)
        self.set_class(is_apart, "-blocks")
        if not is_apart:
            about, files = [*about, *([()] if files else []), *files], []
        self.query_one("#about", Lines).lines = tuple(about)
        self.query_one("#files", Lines).lines = tuple(files)

    @property
    def _has_blocks(self) -> bool:
        is_wide = self.app.size.width >= shapes.BLOCKS_FROM
        return self.shape is not Shape.RIGHT and is_wide and self.tab == TABS[0]

    def _show_cover(self, entry: Entry | None) -> None:
        size = self.app.size
        is_right = self.shape is Shape.RIGHT
        width = shapes.pane_width(size.width) if is_right else size.width
        box = shapes.box_of(self.shape, width, size.height)
        first = next(iter(creations_of(entry)), None)
        is_wanted = self.tab == TABS[0] and first is not None
        self.cover.show(place_of(entry, first or 0) if is_wanted else None, box)

    def _written(self, entry: Entry) -> tuple[list[Line], list[Line]]:
        now, options = self._now(), self._options
        lifetime_s = options.lifetime_s
        width = self.query_one("#about").size.width or 40
        if self.tab == "timeline":
            self._read_past(entry)
            told = steps(entry, self._past[1], now)
            return stepped.lines(told, now, width), []
        if self.tab == "files":
            return filefacts.full(entry, now, lifetime_s, options.shown_path), []
        if self.tab == "raw":
            return [rawtext.marked(line, self._sought) for line in self._raw_lines(entry)], []
        word = self.cover.word or ("is coming" if self.cover.is_coming else "")
        return facts.overview(
            entry,
            now,
            lifetime_s,
            width=width,
            cover=word,
            gateway=options.gateway,
            is_ascii=options.is_ascii,
        )

    def _read_past(self, entry: Entry) -> None:
        """Ask for what is on record; what is known of another task is no use."""
        of = self._past[0]
        if of is entry:
            return
        is_same = of is not None and of.key == entry.key
        self._past = (entry, self._past[1] if is_same else Past())
        if (
            is_same
            and of is not None
            and (of.since, of.saved_count)
            == (
                entry.since,
                entry.saved_count,
            )
        ):
            return
        self._ask_for_past(entry.key)

    @work(group="past", exclusive=True, description="timeline")
    async def _ask_for_past(self, key: TaskKey) -> None:
        past = await self._gallery.past(key)
        of = self._past[0]
        if of is not None and of.key == key:
            self._past = (of, past)
            self.draw()

    def _raw_lines(self, entry: Entry) -> list[Line]:
        if self._raw[0] is not entry.task or entry.task is None:
            self._raw = (entry.task, rawtext.lines(entry.task))
        return self._raw[1]

    @property
    def _sought(self) -> str:
        return self.query_one(PaneSearch).value

    def search(self) -> bool:
        """Open the line to search in; False where there is nothing to search."""
        if self.tab != "raw":
            return False
        field = self.query_one(PaneSearch)
        field.display = True
        self.screen.set_focus(field)
        return True

    @on(Input.Changed, "PaneSearch")
    def look_for(self, event: Input.Changed) -> None:
        """Mark what is found, at each key."""
        event.stop()
        self._hit = 0
        self.draw()
        if event.value:
            self.find(0)

    @on(Input.Submitted, "PaneSearch")
    def go_on(self, event: Input.Submitted) -> None:
        """Leave the keys to what was found."""
        event.stop()
        self.screen.set_focus(self.query_one(PaneBody))

    def find(self, steps_down: int) -> None:
        """Bring the next place that was found into sight."""
        body, sought = self.query_one(PaneBody), self._sought.lower()
        width = max(1, self.query_one("#about").size.width)
        if not sought or self.tab != "raw":
            return
        hits, row = [], 0
        for line in self._raw[1]:
            if sought in "".join(span.text for span in line).lower():
                hits.append(row)
            row += len(hanging(line, width))
        if hits:
            self._hit = (self._hit + steps_down) % len(hits)
            body.scroll_to(y=max(0, hits[self._hit] - 2), animate=False)

    @on(PaneHead.Chosen)
    def choose(self, message: PaneHead.Chosen) -> None:
        """Show the clicked tab."""
        message.stop()
        self.tab = message.tab

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def show_focus(self) -> None:
        """Show whether keys go here."""
        self.query_one(PaneHead).is_focused = self.query_one(PaneBody).has_focus
