"""When a Board goes out: seldom while much is told, and never in the middle of a key."""

from collections.abc import Callable

import pytest

from vidu_tui.core.board import Board
from vidu_tui.engine.bulletin import HOLD_S, LONGEST_HOLD_S, PUBLISH_S, Bulletin


class Loop:
    """A loop whose clock is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], object]]] = []

    def time(self) -> float:
        """Give the time, in seconds."""
        return self.now

    def call_at(self, when: float, call: Callable[..., object], *words: object) -> None:
        """Keep a call for later."""
        self.due.append((when, lambda: call(*words)))

    def call_later(self, delay: float, call: Callable[..., object], *words: object) -> None:
        """Keep a call for so much later."""
        self.call_at(self.now + delay, call, *words)

    def run_until(self, end: float) -> None:
        """Make all calls that are due by then, each at its time."""
        while due := sorted((d for d in self.due if d[0] <= end), key=lambda d: d[0]):
            self.due.remove(due[0])
            self.now = max(self.now, due[0][0])
            due[0][1]()
        self.now = end


class Desk:
    """A bulletin, and when it published."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.published: list[float] = []
        self.bulletin = Bulletin(
            Board(), lambda _: self.published.append(loop.now), lambda *_: None
        )

    def tell(self) -> None:
        """Take a Board that is another than the one before."""
        self.bulletin.tell(Board(notice=f"{len(self.loop.due)} {self.loop.now}"))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    loop = Loop()
    monkeypatch.setattr("vidu_tui.engine.bulletin.asyncio.get_running_loop", lambda: loop)
    return Desk(loop)


def test_what_is_told_after_a_while_goes_out_at_once_and_the_next_a_little_later(
    desk: Desk,
) -> None:
    desk.tell()
    desk.loop.run_until(100.01)
    desk.tell()
    desk.loop.run_until(100.02)
    desk.tell()
    desk.loop.run_until(101)
    assert desk.published == pytest.approx([100, 100 + PUBLISH_S])


def test_a_key_holds_back_what_was_about_to_go_out(desk: Desk) -> None:
    desk.tell()
    desk.loop.run_until(100.05)
    desk.tell()
    desk.loop.run_until(100 + PUBLISH_S - 0.001)
    desk.bulletin.hold_back()
    desk.loop.run_until(101)
    assert desk.published == pytest.approx([100, 100 + PUBLISH_S - 0.001 + HOLD_S])


def test_a_key_that_is_held_down_does_not_hold_back_for_ever(desk: Desk) -> None:
    desk.tell()
    desk.loop.run_until(100.01)
    desk.tell()
    for step in range(1, 200):
        desk.bulletin.hold_back()
        desk.loop.run_until(100.01 + step * HOLD_S / 2)
    assert desk.published[1] == pytest.approx(100 + LONGEST_HOLD_S, abs=HOLD_S)
