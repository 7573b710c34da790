"""When to ask next: tables, no clock."""

import pytest

from vidu_tui.core import schedule
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.errors import (
    GatewayError,
    NoAnswer,
    NoConnection,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.schedule import SLOW_S, Intervals
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

KEY = TaskKey("g", "a")
MINE = Intervals(processing_s=5.0, queueing_s=10.0, unknown_s=15.0)
CREATION = Creation("c", (Asset(AssetKind.VIDEO, "https://f.example/v.mp4"),))
MIDDLE = 0.5
"""The sample that leaves an interval as it is."""


def entry(state: TaskState, count: int = 0) -> Entry:
    return Entry(KEY, task=Task("a", state, state.word, creations=(CREATION,) * count))


@pytest.mark.parametrize(
    ("shown", "interval_s", "stale_s"),
    [
        (Entry(KEY), 10.0, 30.0),
        (Entry(KEY, is_denied=True), SLOW_S, None),
        (entry(TaskState.CREATED), 10.0, 30.0),
        (entry(TaskState.PREPARING), 10.0, 30.0),
        (entry(TaskState.SCHEDULING), 10.0, 30.0),
        (entry(TaskState.QUEUEING), 10.0, 30.0),
        (entry(TaskState.PROCESSING), 5.0, 15.0),
        (entry(TaskState.UNKNOWN), 15.0, 45.0),
        (entry(TaskState.SUCCESS, 1), None, None),
        (entry(TaskState.SUCCESS), 10.0, 30.0),
        (entry(TaskState.FAILED), None, None),
        (entry(TaskState.CANCELED), None, None),
    ],
)
def test_each_state_has_its_interval(
    shown: Entry, interval_s: float | None, stale_s: float | None
) -> None:
    assert schedule.interval_s(shown, MINE) == interval_s
    assert schedule.stale_after_s(shown, MINE) == stale_s


def test_a_success_without_a_file_is_asked_a_few_times_more_then_slowly() -> None:
    waits = [schedule.interval_s(entry(TaskState.SUCCESS), MINE, n) for n in range(7)]
    assert waits == [10.0] * 5 + [SLOW_S] * 2


def test_intervals_are_spread_by_a_tenth() -> None:
    assert [schedule.jittered(10, s) for s in (0, MIDDLE, 1)] == [9, 10, 11]


def test_the_back_off_doubles_up_to_a_minute() -> None:
    waits = [schedule.back_off_s(n, MIDDLE) for n in (1, 2, 3, 4, 5, 6, 50, 10_000)]
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert schedule.back_off_s(6, 1.0) == 60
    assert schedule.back_off_s(1, 0.0) == 1.8
    assert schedule.back_off_s(1, MIDDLE, base_s=5) == 5


@pytest.mark.parametrize(
    ("denials", "first_at", "now", "is_final"),
    [
        (1, 0, 3600, False),
        (2, 0, 3600, False),
        (3, 0, 59.9, False),
        (3, 0, 60, True),
        (30, 0, 59.9, False),
        (4, 100, 200, True),
    ],
)
def test_an_id_is_unknown_after_three_denials_over_a_minute(
    denials: int, first_at: float, now: float, is_final: bool
) -> None:
    assert schedule.is_denial_final(denials, first_at, now) is is_final


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (TaskUnknown("x"), [10, 10, 10, 10]),
        (QuestionRefused("x", status=400), [60, 300, 600, 600]),
        (UnusableAnswer("x"), [5, 10, 20, 40]),
        (ServerTrouble("x", status=502), [2, 4, 8, 16]),
        (NoAnswer("x"), [2, 4, 8, 16]),
        (NoConnection("x"), [2, 4, 8, 16]),
        (RateLimited("x"), [5, 10, 20, 40]),
        (RateLimited("x", retry_after_s=12), [12, 12, 12, 12]),
    ],
)
def test_each_failure_has_its_wait(error: GatewayError, waits: list[float]) -> None:
    assert [schedule.retry_s(error, n, MIDDLE, MINE) for n in (1, 2, 3, 4)] == waits


@pytest.mark.parametrize(
    ("error", "strikes", "wait_s"),
    [
        (RateLimited("x", retry_after_s=7), 1, 7),
        (RateLimited("x", retry_after_s=7), 9, 7),
        (RateLimited("x", retry_after_s=0), 1, 1),
        (RateLimited("x", retry_after_s=-5), 1, 1),
        (RateLimited("x", retry_after_s=99_999), 1, 3600),
        (ServerTrouble("x", status=503, retry_after_s=30), 1, 30),
        (ServerTrouble("x", status=503, retry_after_s=0), 1, 1),
        (RateLimited("x"), 1, 5),
        (RateLimited("x"), 4, 40),
        (RateLimited("x"), 5, 60),
        (RateLimited("x"), 500, 60),
        (NoConnection("x"), 1, 1),
        (NoConnection("x"), 4, 8),
        (NoConnection("x"), 500, 30),
    ],
)
def test_a_whole_gateway_rests_as_long_as_it_says_up_to_an_hour(
    error: GatewayError, strikes: int, wait_s: float
) -> None:
    assert schedule.gateway_wait_s(error, strikes) == wait_s


@pytest.mark.parametrize(
    ("ahead_s", "skew_s"),
    [(0, 0), (29, 0), (-29, 0), (31, 31), (-3600, -3600), (8 * 86_400, 0), (None, 0)],
)
def test_a_gateways_clock_counts_where_it_is_really_another(
    ahead_s: float | None, skew_s: float
) -> None:
    told = None if ahead_s is None else 1_800_000_000.0 + ahead_s
    assert schedule.skew_s(told, 1_800_000_000.0) == skew_s


def test_a_known_skew_stays_while_the_date_says_about_the_same() -> None:
    assert schedule.skew_s(1_800_003_610.0, 1_800_000_000.0, 3600.0) == 3600.0
    assert schedule.skew_s(1_800_000_000.0, 1_800_000_000.0, 3600.0) == 0.0
    assert schedule.skew_s(None, 1_800_000_000.0, 3600.0) == 3600.0


@pytest.mark.parametrize(
    ("answered_at", "handed_at", "due_at", "why"),
    [
        (None, None, 100.0, "nobody asked before us"),
        (97.0, 99.0, 102.0, "its turn comes when it would have come"),
        (93.0, 99.0, 104.0, "it was due and may have been asked just before the end"),
        (80.0, 90.0, 100.0, "whatever was asked then is an interval ago"),
        (None, 99.0, 104.0, "it was never heard of, but may have been asked"),
    ],
)
def test_a_window_that_takes_over_asks_nothing_twice_in_an_interval(
    answered_at: float | None, handed_at: float | None, due_at: float, why: str
) -> None:
    row = entry(TaskState.PROCESSING)._replace(answered_at=answered_at)
    assert schedule.resumed_at(row, MINE, handed_at, 100.0, MIDDLE) == due_at, why


def test_a_window_that_takes_over_keeps_a_wait_and_asks_what_is_new_at_once() -> None:
    row = entry(TaskState.PROCESSING)
    sick = row._replace(trouble=Trouble("502", "502", 90.0, next_at=130.0))
    assert schedule.resumed_at(sick, MINE, 99.0, 100.0, MIDDLE) == 130.0
    fresh = row._replace(added_at=99.5)
    assert schedule.resumed_at(fresh, MINE, 99.0, 100.0, MIDDLE) == 100.0
    assert schedule.resumed_at(entry(TaskState.FAILED), MINE, 99.0, 100.0, MIDDLE) is None


def test_after_a_clock_was_set_back_nothing_waits_until_it_has_caught_up() -> None:
    row = entry(TaskState.PROCESSING)._replace(answered_at=3700.0)
    asked_at = schedule.resumed_at(row, MINE, 99.0, 100.0, MIDDLE)
    assert asked_at == 100.0 + MINE.processing_s
    sick = row._replace(trouble=Trouble("502", "502", 3600.0, next_at=3700.0))
    assert schedule.resumed_at(sick, MINE, 99.0, 100.0, MIDDLE) == 100.0 + schedule.SLOW_S
