"""The budget of a gateway: never more than the limit in any minute, and no pause without need."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core.budget import BURST_S, GROW_S, LEAST, MINUTE_S, Budget


def ask(budget: Budget, until: float, start: float = 0.0) -> list[float]:
    """Ask as often as is allowed; give when."""
    now, times = start, []
    while (now := max(now, budget.ready_at(now))) < until:
        budget.take(now)
        times.append(now)
    return times


def most_in_a_minute(times: list[float]) -> int:
    return max(sum(at <= t < at + MINUTE_S for t in times) for at in times)


@pytest.mark.parametrize("limit", [1, 2, 7, 60, 600])
def test_no_minute_holds_more_than_the_limit_and_a_long_time_nearly_all(limit: int) -> None:
    times = ask(Budget(limit), 10 * MINUTE_S)
    assert most_in_a_minute(times) <= limit
    assert len(times) >= 10 * limit * 0.9


def test_a_limit_is_used_evenly_after_a_first_burst() -> None:
    times = ask(Budget(60), MINUTE_S)
    assert times[:8] == pytest.approx([0, 0, 0, 0, 0, 0, 1, 2])


def test_a_long_pause_saves_up_no_more_than_a_burst() -> None:
    budget = Budget(600)
    ask(budget, 5)
    times = ask(budget, 101, start=100)
    assert times[0] == 100
    assert len(times) <= BURST_S * 10 + 11


def test_no_limit_means_no_wait() -> None:
    budget = Budget(0)
    assert budget.limit is None
    for number in range(10_000):
        assert budget.ready_at(number / 1000) == number / 1000
        budget.take(number / 1000)
    assert budget.asked(10) == 10_000


def test_a_refusal_halves_it_and_it_grows_back_by_steps() -> None:
    budget = Budget(600)
    budget.halve(0)
    assert budget.limit == 300
    budget.halve(1)
    limits = []
    for number in count(1):
        budget.ready_at(1 + number * GROW_S)
        limits.append(budget.limit)
        if budget.limit == 600:
            break
    assert limits == [187, 234, 292, 366, 457, 572, 600]


def test_without_a_limit_a_refusal_starts_from_what_was_asked_in_the_last_minute() -> None:
    budget = Budget(0)
    for number in range(200):
        budget.take(number * 0.1)
    budget.halve(20)
    assert budget.limit == 100
    budget.ready_at(20 + 3 * GROW_S)
    assert budget.limit == 195
    budget.ready_at(20 + 4 * GROW_S)
    assert budget.limit is None


def test_however_often_it_is_refused_something_is_left() -> None:
    budget = Budget(600)
    for number in range(50):
        budget.halve(number)
    assert budget.limit == LEAST
    small = Budget(3)
    small.halve(0)
    assert small.limit == 3


def test_a_limit_of_the_person_is_never_outgrown() -> None:
    budget = Budget(1)
    budget.halve(0)
    assert budget.ready_at(0) == 0
    budget.take(0)
    assert budget.ready_at(GROW_S) == MINUTE_S


def test_what_another_process_has_asked_counts_as_late_as_it_may_have_been() -> None:
    first, second = Budget(60), Budget(60)
    before = ask(first, 50)
    second.inherit(first.lately(50), first.limit, 50)
    after = ask(second, 120, start=50)
    assert second.asked(50) <= 60
    assert most_in_a_minute(before + after) <= 60
    assert len(after) >= 50


def test_a_refusal_that_another_process_met_holds() -> None:
    budget = Budget(600)
    budget.inherit((), 300, 0)
    assert budget.limit == 300
    budget.ready_at(100 * GROW_S)
    assert budget.limit == 600


@given(
    st.integers(1, 300),
    st.lists(st.tuples(st.floats(0, 90), st.booleans()), min_size=1, max_size=60),
)
def test_the_limit_holds_whatever_comes(limit: int, steps: list[tuple[float, bool]]) -> None:
    budget, now, times = Budget(limit), 0.0, []
    for pause, is_refused in steps:
        now = max(now + pause, budget.ready_at(now + pause))
        budget.take(now)
        times.append(now)
        if is_refused:
            budget.halve(now)
    assert most_in_a_minute(times) <= limit
    assert times == sorted(times)


def test_what_went_there_and_back_is_counted_once() -> None:
    first, second = Budget(60), Budget(60)
    for at in range(10):
        first.take(float(at))
    second.inherit(first.lately(10), first.limit, 10)
    second.take(11.0)
    first.inherit(second.lately(12), second.limit, 12)
    assert 11 <= first.asked(12) <= 13  # a tenth of a minute is as exact as it is told
