"""The lines around the table: header, banner, footer. Each draws what it is given."""

import time
from collections.abc import Callable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.strip import Strip

from vidu_tui.core.board import Board, Health, HealthKind
from vidu_tui.core.cells import Role, Span
from vidu_tui.ui import words
from vidu_tui.ui.widgets.painted import PaintedLine, width_of
from vidu_tui.ui.words import Hint


class Header(PaintedLine):
    """Say which gateway, how it does, and what is going on in all."""

    board: reactive[Board] = reactive(Board, repaint=False)

    def __init__(
        self,
        *,
        gateway: str,
        unasked: frozenset[str] = frozenset(),
        auto: str,
        is_demo: bool = False,
        shows_host: bool = False,
        now: Callable[[], float] = time.time,
    ):
        super().__init__()
        self._gateway = gateway
        self._unasked = unasked
        """Gateways that are not worth a word before they were asked anything."""
        self._auto = auto
        self._is_demo = is_demo
        self._shows_host = shows_host
        self._now = now
        self._drawn: tuple[list[Span], list[Span]] = ([], [])
        self._totals: tuple[Board, int, int, list[Span]] | None = None
        """What was said of which Board at which width and room: it is counted over all rows."""

    def watch_board(self) -> None:
        """Repaint if the words are others."""
        self.tooltip = Content(words.rates(self.board))
        self.tick()

    def on_resize(self) -> None:
        """Take the words of the new width for drawn."""
        self.tick()

    def tick(self) -> None:
        """Repaint if time has changed the words."""
        width = self.size.width
        left = self.left(width)
        drawn = (left, self.right(width - width_of(left) - 2))
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def left(self, width: int) -> list[Span]:
        """Name the program and the gateway."""
        spans = [Span(" vidu-tui", is_bold=True), Span("   ")]
        if self._is_demo:
            spans += [Span(" DEMO ", Role.WARNING, is_bold=True), Span("   ")]
        known = self.board.health or (self.board.health_of(self._gateway),)
        named = [(h, self._title(h)) for h in known if not self._is_unasked(h)]
        return [*spans, *words.health(named, self.board, self._now(), width)]

    def _is_unasked(self, health: Health) -> bool:
        is_quiet = health.kind is HealthKind.IDLE and health.polled_at is None
        return is_quiet and health.gateway in self._unasked

    def _title(self, health: Health) -> str:
        is_other = self._shows_host and health.gateway == self._gateway and health.host
        return health.host if is_other else health.gateway

    def right(self, room: int) -> list[Span]:
        """Say auto-save, downloads and credits, as far as there is room."""
        board, width, known = self.board, self.size.width, self._totals
        if known is not None and known[0] is board and known[1:3] == (width, room):
            return known[3]
        said = words.totals(board, self._auto, width, room)
        self._totals = (board, width, room, said)
        return said

    def render_line(self, y: int) -> Strip:
        """Draw the demo's name on its own ground."""
        strip = super().render_line(y)
        if not self._is_demo or y:
            return strip
        drawn = self.app.get_component_styles("role--badge")
        badge = Style(color=drawn.color.rich_color, bgcolor=drawn.background.rich_color, bold=True)
        return Strip(
            [Segment(s.text, badge if s.text == " DEMO " else s.style) for s in strip],
            strip.cell_length,
        )


class Banner(PaintedLine):
    """The gravest thing that a person should know, with its key."""

    board: reactive[Board] = reactive(Board, repaint=False)
    notice: reactive[words.Notice | None] = reactive(None)

    def left(self, width: int) -> list[Span]:
        """Say it; where it is too long the second sentence goes first, the key never."""
        notice = self.notice
        if notice is None:
            return []
        key = self._key(notice)
        text = words.shortened(notice.text, width - width_of(key) - 4)
        return [Span(f" {notice.sign} ", notice.role), Span(text), *key]

    def _key(self, notice: words.Notice) -> list[Span]:
        """Draw the key that helps, and count what else there is to say."""
        spans: list[Span] = []
        if notice.hint is not None and notice.hint.key:
            word = Span(f" {notice.hint.word}")
            spans += [Span("   "), Span(notice.hint.key, Role.ACCENT, is_bold=True), word]
        return spans + ([Span(f"   +{notice.more}", Role.QUIET)] if notice.more else [])

    def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        hint = self.notice.hint if self.notice is not None else None
        if hint is not None:
            event.stop()
            self.screen.call_later(self.screen.run_action, hint.action)

    def watch_notice(self, notice: words.Notice | None) -> None:
        """Take the ground of its weight, or no room at all."""
        self.display = notice is not None
        self.set_class(notice is not None and notice.role is Role.ERROR, "-error")


class HintLine(PaintedLine):
    """What the keys do here; every hint can be clicked and runs an action of its screen."""

    hints: reactive[tuple[Hint, ...]] = reactive(())
    flush: reactive[tuple[Hint, ...]] = reactive(())
    MARGIN: ClassVar[int] = 0

    def left(self, width: int) -> list[Span]:
        """Draw whole hints, dropped from the right."""
        return [Span(" " * self.MARGIN), *self._spans(self._fitting(width))]

    def right(self, room: int) -> list[Span]:
        """Keep what is flush right in sight."""
        spans = [*self._spans(self.flush), Span(" " * self.MARGIN)]
        return spans if width_of(spans) <= room + 2 else []

    def _fitting(self, width: int) -> tuple[Hint, ...]:
        room = (
            width - 2 * self.MARGIN - (width_of(self._spans(self.flush)) + 2 if self.flush else 0)
        )
        hints = self.hints
        while hints and width_of(self._spans(hints)) > room:
            hints = hints[:-1]
        return hints

    def _gap(self) -> int:
        return 3 if self.app.size.width >= 100 else 2

    def _spans(self, hints: tuple[Hint, ...]) -> list[Span]:
        spans: list[Span] = []
        for hint in hints:
            spans += [Span(" " * self._gap())] if spans else []
            word = Span(f" {hint.word}", Role.QUIET if hint.action else Role.ACCENT)
            spans += [Span(hint.key, Role.ACCENT, is_bold=True), word]
        return spans

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked hint says."""
        offset = event.get_content_offset(self)
        hint = self.hint_at(offset.x) if offset is not None else None
        if hint is not None:
            event.stop()
            # In the screen's own turn, as a key would: a new screen binds to its board.
            self.screen.call_later(self.screen.run_action, hint.action)

    def hint_at(self, x: int) -> Hint | None:
        """Find the hint that is drawn at a cell."""
        width = self.size.width
        fitting = self._fitting(width)
        used = self.MARGIN + width_of(self._spans(fitting))
        flush = self.flush if self.right(width - used - 2) else ()
        flush_at = width - self.MARGIN - width_of(self._spans(flush))
        for hints, start in ((fitting, self.MARGIN), (flush, flush_at)):
            at = start
            for hint in hints:
                size = width_of(self._spans((hint,)))
                if at <= x < at + size:
                    return hint
                at += size + self._gap()
        return None


class Footer(HintLine):
    """The hints for the row under the cursor; help and quit stay in sight."""

    ALWAYS: ClassVar[tuple[Hint, ...]] = (Hint("?", "help", "help"), Hint("q", "quit", "leave"))
    MARGIN: ClassVar[int] = 1

    flush: reactive[tuple[Hint, ...]] = reactive(ALWAYS)
