"""Full collections come in pauses between keys, and only there."""

from typing import TYPE_CHECKING, cast

import pytest

from vidu_tui.ui.leftovers import STILL_S, Leftovers

if TYPE_CHECKING:
    from textual.app import App


class Waiting:
    """Stands for the app: keeps what is to be called later."""

    def __init__(self) -> None:
        self.later: list[tuple[float, object]] = []

    def set_timer(self, delay: float, callback: object) -> None:
        """Keep a call and its delay, in seconds."""
        self.later.append((delay, callback))


class Bench:
    """Leftovers with a clock that is set by hand."""

    def __init__(self) -> None:
        self.now, self.collections, self.app = 100.0, 0, Waiting()
        self.leftovers = Leftovers(
            cast("App[str]", self.app), clock=lambda: self.now, collect=self._collect
        )

    def _collect(self) -> None:
        self.collections += 1


def test_still_hands_let_it_collect_at_once() -> None:
    bench = Bench()
    bench.leftovers.clear()
    assert (bench.collections, bench.app.later) == (1, [])


def test_a_key_puts_it_off_until_the_hands_are_still() -> None:
    bench = Bench()
    bench.leftovers.note_key()
    bench.now += STILL_S / 5
    bench.leftovers.clear()
    assert bench.collections == 0
    [(delay_s, again)] = bench.app.later
    assert delay_s == pytest.approx(STILL_S * 4 / 5)
    assert again == bench.leftovers.clear
    bench.now += delay_s
    bench.leftovers.clear()
    assert bench.collections == 1
