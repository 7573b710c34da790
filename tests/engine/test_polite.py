"""How much a gateway is asked: by age, inside its budget, and not at all while it is away."""

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import task
from vidu_tui.core.board import HealthKind
from vidu_tui.core.errors import NoAnswer, RateLimited, ServerTrouble, UnusableAnswer


@pytest.mark.parametrize(
    ("state", "young_s", "old_s"),
    [("processing", 5, 10), ("queueing", 10, 30), ("created", 10, 30)],
)
async def test_what_lasts_longer_than_ten_minutes_is_asked_less_often(
    house: House, state: str, young_s: int, old_s: int
) -> None:
    house.say("1", task("1", state))
    await house.open("1")
    await house.pass_by(1000)
    times = house.gateway.times("1")
    assert times[1] - times[0] == young_s
    assert times[-1] - times[-2] == old_s


async def test_a_new_state_is_young_again(house: House) -> None:
    house.say("1", task("1", "queueing"))
    await house.open("1")
    await house.pass_by(700)
    house.say("1", task("1", "processing"))
    await house.pass_by(100)
    times = house.gateway.times("1")
    assert times[-1] - times[-2] == 5


async def test_the_age_of_a_state_survives_a_restart(house: House) -> None:
    await house.open("1")
    await house.pass_by(700)
    await house.restart()
    await house.pass_by(30)
    times = house.gateway.times("1")
    assert times[-1] - times[-2] == 10


async def test_what_waits_off_peak_is_asked_every_minute(house: House) -> None:

    house.say("1", task("1", "queueing")._replace(off_peak=True))
    await house.open("1")
    await house.pass_by(300)
    assert house.gateway.times("1") == [0, 60, 120, 180, 240, 300]


async def test_the_budget_holds_in_every_minute_and_none_starves(house: House) -> None:
    house.max_per_minute = 60
    names = [str(number) for number in range(200)]
    await house.open(*names)
    await house.pass_by(600)
    times = [at for at, _, _ in house.gateway.asked]
    assert max(sum(a <= t < a + 60 for t in times) for a in times) <= 60
    assert len(times) >= 590
    counts = [len(house.gateway.times(name)) for name in names]
    assert max(counts) - min(counts) <= 1


async def test_a_refusal_halves_what_is_asked(house: House) -> None:
    house.max_per_minute = 600
    house.say("0", RateLimited("Slow down.", retry_after_s=1), task("0", "processing"))
    await house.open(*[str(number) for number in range(100)])
    await house.pass_by(20)
    health = house.engine.board.health_of("theturbo")
    assert health.limit == 300
    await house.pass_by(300)
    assert house.engine.board.health_of("theturbo").limit == 600


async def test_by_hand_goes_first_but_inside_the_budget(house: House) -> None:
    house.max_per_minute = 60
    await house.open(*[str(number) for number in range(100)])
    await house.pass_by(5)
    count = len(house.gateway.asked)
    house.engine.poll_now([key("99")])
    await house.pass_by(1.5)
    assert house.gateway.asked[count][1] == "99"
    assert len(house.gateway.asked) <= count + 2


async def test_asking_for_all_again_and_again_starves_none(house: House) -> None:
    house.max_per_minute = 60
    names = [str(number) for number in range(100, 200)]
    await house.open(*names)
    for _ in range(240):
        house.engine.poll_now()
        await house.pass_by(1)
    counts = [len(house.gateway.times(name)) for name in names]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(
    "error", [NoAnswer("timed out"), UnusableAnswer("a page"), ServerTrouble("502.", status=502)]
)
async def test_three_different_tasks_failing_in_a_row_are_a_gateway_that_is_away(
    house: House, error: Exception
) -> None:
    for name in ("1", "2", "3"):
        house.say(name, error)
    await house.open("1", "2", "3")
    assert house.engine.board.health_of("theturbo").kind is HealthKind.OFFLINE
    house.gateway.asked.clear()
    await house.pass_by(20)
    assert len(house.gateway.asked) <= 5
    for name in ("1", "2", "3"):
        house.say(name, task(name, "processing"))
    await house.pass_by(31)
    assert house.engine.board.health_of("theturbo").kind is HealthKind.OK
    assert all(house.entry(name).trouble is None for name in ("1", "2", "3"))


async def test_one_good_answer_between_means_that_it_is_there(house: House) -> None:
    for name in ("1", "2"):
        house.say(name, NoAnswer("timed out"))
    await house.open("1", "2", "3")
    await house.pass_by(100)
    assert house.engine.board.health_of("theturbo").kind is HealthKind.OK


async def test_a_slow_gateway_is_said_to_be_slow(house: House) -> None:
    house.gateway.latency_s = 4.0
    await house.open("1")
    assert house.engine.board.health_of("theturbo").kind is HealthKind.SLOW


async def test_after_a_sleep_of_the_machine_all_is_asked_at_once(house: House) -> None:
    house.say("1", task("1", "queueing"))
    await house.open("1")
    await house.pass_by(2)
    house.time.slept += 3600
    await house.pass_by(2)
    assert len(house.gateway.times("1")) == 2
