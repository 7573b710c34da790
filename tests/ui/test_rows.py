"""When a row has to be drawn again though nothing was heard: not before its words change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui import stage
from tests.ui.scenes import mixed
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Span
from vidu_tui.ui import rows
from vidu_tui.ui.columns import layout

LIFETIME_S = 86_400.0
FINISHED = stage.named(mixed(), "beach at dusk")


def line(entry: Entry, now: float, width: int) -> list[Span]:
    return rows.line(entry, layout(width), now, lifetime_s=LIFETIME_S)


def ends_in(left_s: float) -> Entry:
    """Show a finished task whose link has so long to live."""
    assert FINISHED.task is not None
    made = FINISHED.task.creations[0]
    assets = tuple(asset._replace(ends_at=stage.NOW + left_s) for asset in made.assets)
    task = FINISHED.task._replace(creations=(made._replace(assets=assets),))
    return FINISHED._replace(task=task, skew_s=0.0)


@given(
    left_s=st.floats(-100, 4 * 86_400) | st.integers(-10, 5000),
    share=st.floats(0, 0.999),
    width=st.sampled_from([40, 60, 80, 140]),
)
def test_a_row_says_the_same_until_it_is_drawn_again(
    left_s: float, share: float, width: int
) -> None:
    entry = ends_in(left_s)
    at = min(rows.changes_at(entry, stage.NOW, LIFETIME_S), stage.NOW + 1e6)
    before = stage.NOW + share * (at - stage.NOW)
    if at > stage.NOW:
        assert line(entry, before, width) == line(entry, stage.NOW, width)


def test_it_is_drawn_again_when_a_minute_of_its_link_is_over() -> None:
    entry = ends_in(2 * 3600 + 59)
    assert rows.changes_at(entry, stage.NOW, LIFETIME_S) == pytest.approx(stage.NOW + 59)
    at = stage.NOW + 59.1
    assert line(entry, at, 140) != line(entry, stage.NOW, 140)
    assert rows.changes_at(entry, at, LIFETIME_S) == pytest.approx(stage.NOW + 119)


@pytest.mark.parametrize("label", ["car chase", "street interview", "crowd plate"])
def test_what_has_no_clock_is_left_alone(label: str) -> None:
    entry = stage.named(mixed(), label)
    assert rows.changes_at(entry, stage.NOW, LIFETIME_S) == rows.NEVER


def test_a_row_that_counts_seconds_is_drawn_at_each_tick() -> None:
    troubled = stage.named(mixed(), "drone over fjord")
    stale = stage.named(mixed(), "street interview")._replace(is_stale=True)
    for entry in (troubled, stale, ends_in(119)):
        assert rows.changes_at(entry, stage.NOW, LIFETIME_S) == stage.NOW
