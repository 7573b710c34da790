"""When each task is asked, and when it is not asked any more."""

from itertools import pairwise

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import link, task
from vidu_tui.core.board import HealthKind
from vidu_tui.core.errors import ServerTrouble, TaskUnknown, UnusableAnswer
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskState


@pytest.mark.parametrize(
    ("state", "interval_s"),
    [
        ("processing", 5.0),
        ("created", 10.0),
        ("queueing", 10.0),
        ("preparation", 10.0),
        ("scheduling", 10.0),
        ("moderating", 15.0),
    ],
)
async def test_each_state_is_asked_at_its_own_interval(
    house: House, state: str, interval_s: float
) -> None:
    house.say("1", task("1", state))
    await house.open("1")
    await house.pass_by(4 * interval_s)
    assert house.gateway.times("1") == [interval_s * n for n in range(5)]


async def test_a_person_may_set_an_interval_down_to_a_fifth_of_a_second(house: House) -> None:
    house.intervals = Intervals(processing_s=0.2)
    await house.open("1")
    await house.pass_by(1.05)
    assert house.gateway.times("1") == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


async def test_the_interval_is_spread_by_a_tenth_either_way(house: House) -> None:
    house.time.sample = 1.0
    await house.open("1")
    await house.pass_by(6)
    house.time.sample = 0.0
    await house.pass_by(10)
    assert house.gateway.times("1") == [0.0, 5.5, 11.0, 15.5]


@pytest.mark.parametrize("state", ["success", "failed", "canceled", "cancelled"])
async def test_a_task_that_has_ended_is_asked_once(house: House, state: str) -> None:
    house.say("1", task("1", state, link()))
    await house.open("1")
    await house.pass_by(7200)
    assert house.gateway.times("1") == [0.0]
    assert house.engine.board.health_of("theturbo").kind is HealthKind.IDLE


async def test_a_task_that_has_ended_is_asked_again_by_hand_and_then_no_more(house: House) -> None:
    house.say("1", task("1", "failed"))
    await house.open("1")
    await house.pass_by(60)
    assert house.engine.poll_now([key("1")]) == 1
    await house.pass_by(600)
    assert house.gateway.times("1") == [0.0, 60.0]


async def test_a_hand_poll_of_an_ended_task_that_fails_is_not_repeated(house: House) -> None:
    house.say("1", task("1", "success", link()), ServerTrouble("502.", status=502))
    await house.open("1")
    house.engine.poll_now([key("1")])
    await house.pass_by(600)
    assert len(house.gateway.asked) == 2
    assert house.entry("1").trouble is None
    assert house.entry("1").state is TaskState.SUCCESS


async def test_poll_all_asks_what_has_not_ended_and_nothing_else(house: House) -> None:
    house.say("1", task("1", "success", link()))
    house.say("3", task("3", "queueing"))
    await house.open("1", "2", "3")
    await house.pass_by(1)
    assert house.engine.poll_now() == 2
    await house.pass_by(1)
    assert house.gateway.times("1") == [0.0]
    assert house.gateway.times("2") == house.gateway.times("3") == [0.0, 1.0]


async def test_refresh_now_never_starts_a_second_loop(house: House) -> None:
    house.gateway.delay_s = 0.1
    await house.open("1")
    await house.pass_by(1)
    for _ in range(5):
        house.engine.poll_now()
    await house.pass_by(0.05)
    house.engine.poll_now()
    await house.pass_by(10.2)
    assert house.gateway.times("1") == [0.0, 1.0, 6.1, 11.2]
    assert house.gateway.most_in_flight == 1


async def test_success_without_a_file_is_asked_five_more_times_and_then_slowly(
    house: House,
) -> None:
    house.say("1", task("1", "success"))
    await house.open("1")
    await house.pass_by(1300)
    assert house.gateway.times("1") == [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 650.0, 1250.0]


async def test_a_file_that_comes_late_ends_the_slow_questions(house: House) -> None:
    house.say("1", task("1", "success"), task("1", "success"), task("1", "success", link()))
    await house.open("1")
    await house.pass_by(1300)
    assert house.gateway.times("1") == [0.0, 10.0, 20.0]
    assert house.entry("1").is_unsaved


async def test_a_denied_id_counts_as_not_found_after_three_times_in_a_minute(house: House) -> None:
    house.say("1", TaskUnknown("No."))
    await house.open("1")
    await house.pass_by(59)
    assert house.entry("1").state is TaskState.ASKING
    assert house.entry("1").trouble is not None
    await house.pass_by(2)
    assert house.entry("1").state is TaskState.NOT_FOUND
    await house.pass_by(1200)
    assert house.gateway.times("1") == [0, 10, 20, 30, 40, 50, 60, 660, 1260]


async def test_two_denials_far_apart_are_not_enough(house: House) -> None:
    house.intervals = Intervals(queueing_s=61)
    house.say("1", TaskUnknown("No."))
    await house.open("1")
    await house.pass_by(62)
    assert house.entry("1").state is TaskState.ASKING
    await house.pass_by(61)
    assert house.entry("1").state is TaskState.NOT_FOUND


async def test_a_success_after_not_found_is_still_taken(house: House) -> None:
    house.say("1", *[TaskUnknown("No.")] * 7, task("1", "success", link()))
    await house.open("1")
    await house.pass_by(61)
    assert house.entry("1").state is TaskState.NOT_FOUND
    await house.pass_by(600)
    assert house.entry("1").state is TaskState.SUCCESS
    assert house.entry("1").trouble is None


async def test_an_answer_that_says_nothing_keeps_the_last_state(house: House) -> None:
    house.say("1", task("1", "processing", progress=40), UnusableAnswer("A page came."))
    await house.open("1")
    await house.pass_by(6)
    entry = house.entry("1")
    assert entry.state is TaskState.PROCESSING
    assert entry.task is not None
    assert entry.task.progress == 40
    assert entry.trouble is not None
    assert entry.trouble.cell == "not the gateway"


async def test_a_failure_stays_with_its_task_and_backs_off_to_a_minute(house: House) -> None:
    house.say("1", ServerTrouble("502.", status=502))
    await house.open("1", "2")
    await house.pass_by(245)
    assert house.gateway.times("1") == [0, 2, 6, 14, 30, 62, 122, 182, 242]
    assert len(house.gateway.times("2")) == 50
    assert house.entry("2").trouble is None
    assert house.engine.board.health_of("theturbo").kind is HealthKind.OK


async def test_the_back_off_never_passes_a_minute_whatever_the_jitter(house: House) -> None:
    house.time.sample = 1.0
    house.say("1", ServerTrouble("502.", status=502))
    await house.open("1")
    await house.pass_by(1000)
    times = house.gateway.times("1")
    gaps = [round(b - a, 1) for a, b in pairwise(times)]
    assert gaps[:3] == [2.2, 4.4, 8.8]
    assert max(gaps) == 60.0


async def test_one_good_answer_ends_the_back_off(house: House) -> None:
    trouble = ServerTrouble("502.", status=502)
    house.say("1", trouble, trouble, task("1", "processing"), trouble, task("1", "processing"))
    await house.open("1")
    await house.pass_by(14)
    assert house.gateway.times("1") == [0, 2, 6, 11, 13]


async def test_an_old_answer_makes_the_row_stale_and_a_new_one_mends_it(house: House) -> None:
    trouble = ServerTrouble("502.", status=502)
    house.say("1", task("1", "processing"), *[trouble] * 4, task("1", "processing"))
    await house.open("1")
    await house.pass_by(17)
    assert house.entry("1").is_stale
    await house.pass_by(60)
    assert not house.entry("1").is_stale
