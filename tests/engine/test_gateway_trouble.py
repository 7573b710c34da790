"""Trouble that is the gateway's: its key, its rate, its connection."""

import asyncio

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import EPOCH, Gateway, link, task
from vidu_tui.core.board import HealthKind
from vidu_tui.core.errors import (
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoAnswer,
    NoConnection,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.task import TaskState
from vidu_tui.engine.poller import MAX_AT_ONCE

REFUSED = KeyRefused("theturbo refused the key (401).")
OFFLINE = NoConnection("No connection to theturbo.example.com (name not found).")
IDS = [str(n) for n in range(100, 200)]


def health_kind(house: House, name: str = "theturbo") -> HealthKind:
    return house.engine.board.health_of(name).kind


async def test_never_more_than_sixteen_questions_are_under_way(house: House) -> None:
    house.gateway.delay_s = 0.3
    await house.open(*IDS)
    await house.pass_by(20)
    assert house.gateway.most_in_flight == MAX_AT_ONCE
    assert {i for _, i, _ in house.gateway.asked} == set(IDS)


async def test_of_five_thousand_due_tasks_none_starves(house: House) -> None:
    many = [str(n) for n in range(10_000, 15_000)]
    house.gateway.delay_s = 0.2
    await house.open(*many)
    await house.pass_by(63)
    first = [i for _, i, _ in house.gateway.asked[:5000]]
    assert sorted(first) == many


async def test_what_is_asked_by_hand_goes_before_five_hundred_that_are_late(house: House) -> None:
    house.gateway.delay_s = 1.0
    await house.open(*[str(n) for n in range(1000, 1500)])
    house.engine.poll_now([key("1499")])
    await house.pass_by(1.5)
    assert house.gateway.times("1499") == [1.0]


async def test_a_refused_key_stops_the_gateway_with_what_is_under_way(house: House) -> None:
    house.gateway.default = REFUSED
    house.gateway.delay_s = 0.1
    await house.open(*IDS)
    await house.pass_by(3600)
    assert len(house.gateway.asked) == MAX_AT_ONCE
    health = house.engine.board.health_of("theturbo")
    assert health.kind is HealthKind.REFUSED
    assert health.line == "theturbo refused the key (401)."
    assert all(e.trouble is None for e in house.engine.board.entries.values())


@pytest.mark.parametrize("late", [OFFLINE, RateLimited("Slow."), task("101", "processing")])
async def test_what_comes_after_the_refusal_does_not_hide_it(
    house: House, late: GatewayError
) -> None:
    house.say("100", REFUSED)
    house.say("101", late)
    await house.open("100", "101")
    await house.pass_by(100)
    assert health_kind(house) is HealthKind.REFUSED
    assert len(house.gateway.asked) == 2


async def test_a_refused_key_leaves_other_gateways_alone(house: House) -> None:
    other = Gateway(house.time.clock, "other")
    house.gateways.append(other)
    house.gateway.default = REFUSED
    house.listed("7", gateway="other")
    await house.open("1")
    await house.pass_by(11)
    assert len(other.asked) == 3
    assert len(house.gateway.asked) == 1
    assert health_kind(house, "other") is HealthKind.OK


async def test_a_new_key_goes_on_where_polling_stopped(house: House) -> None:
    house.gateway.default = REFUSED
    await house.open("1", "2")
    await house.pass_by(100)
    house.gateway.default = None
    house.engine.use_key("theturbo", "new")
    await house.pass_by(1)
    assert [k for _, _, k in house.gateway.asked] == ["old", "old", "new", "new"]
    assert house.entry("1").state is TaskState.PROCESSING
    assert health_kind(house) is HealthKind.OK


async def test_an_answer_to_the_old_key_is_dropped_and_asked_anew(house: House) -> None:
    house.gateway.delay_s = 1.0
    house.say("1", REFUSED, task("1", "processing"))
    await house.open("1")
    house.engine.use_key("theturbo", "new")
    await house.pass_by(1.5)
    assert health_kind(house) is HealthKind.OK
    await house.pass_by(1)
    assert [k for _, _, k in house.gateway.asked] == ["old", "new"]
    assert house.entry("1").state is TaskState.PROCESSING


async def test_without_a_key_nothing_is_polled_and_the_header_says_so(house: House) -> None:
    house.gateway.default = KeyMissing("No API key for theturbo: nothing is polled.")
    await house.open("1")
    await house.pass_by(100)
    assert health_kind(house) is HealthKind.NO_KEY
    assert len(house.gateway.asked) == 1


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        (REFUSED, False),
        (TaskUnknown("No."), True),
        (RateLimited("Slow."), True),
        (ServerTrouble("502.", status=502), True),
        (OFFLINE, None),
        (NoAnswer("Nothing."), None),
        (UnusableAnswer("A page."), True),
        (task("1", "created"), True),
    ],
)
async def test_a_key_is_tried_with_the_first_watched_id(
    house: House, reply: GatewayError, taken: bool | None
) -> None:
    await house.open("1", "2")
    house.gateway.default = reply
    assert (await house.engine.test_key("theturbo", "typed")).is_taken is taken
    assert house.gateway.asked[-1][1:] == ("1", "typed")


async def test_with_an_empty_list_a_key_is_tried_with_the_id_0(house: House) -> None:
    await house.open()
    await house.engine.test_key("theturbo", "typed")
    assert house.gateway.asked[-1][1:] == ("0", "typed")


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("Slow down.", retry_after_s=90),
        ServerTrouble("503.", status=503, retry_after_s=90),
    ],
)
async def test_retry_after_holds_the_whole_gateway(house: House, error: GatewayError) -> None:
    house.say("1", error, task("1", "processing"))
    await house.open("1", "2")
    health = house.engine.board.health_of("theturbo")
    assert health.kind is HealthKind.THROTTLED
    assert health.next_at == EPOCH + 90
    house.engine.poll_now()
    await house.pass_by(89)
    assert len(house.gateway.asked) == 2
    await house.pass_by(2)
    assert house.gateway.times("1")[1] == house.gateway.times("2")[1] == 90.0
    assert health_kind(house) is HealthKind.OK


async def test_a_good_answer_on_its_way_does_not_end_the_wait(house: House) -> None:
    house.say("1", RateLimited("Slow down.", retry_after_s=90))
    house.say("2", task("2", "processing"))
    await house.open("1", "2")
    assert house.entry("2").state is TaskState.PROCESSING
    assert health_kind(house) is HealthKind.THROTTLED


async def test_without_retry_after_the_wait_doubles_from_five_seconds(house: House) -> None:
    house.gateway.default = RateLimited("Slow down.")
    await house.open("1")
    await house.pass_by(200)
    assert house.gateway.times("1") == [0, 5, 15, 35, 75, 135, 195]


async def test_a_spell_of_429_touches_no_row(house: House) -> None:
    house.say("1", task("1", "processing"), RateLimited("Slow down."))
    await house.open("1")
    await house.pass_by(20)
    assert house.entry("1").state is TaskState.PROCESSING
    assert house.entry("1").trouble is None


async def test_a_denied_id_ends_the_spell_as_well_as_an_answer_does(house: House) -> None:
    house.say("1", RateLimited("Slow down."), TaskUnknown("No."))
    await house.open("1")
    await house.pass_by(6)
    assert health_kind(house) is HealthKind.OK


async def test_no_connection_is_probed_one_at_a_time_doubling_to_thirty_seconds(
    house: House,
) -> None:
    house.gateway.default = OFFLINE
    await house.open(*IDS)
    assert len(house.gateway.asked) == MAX_AT_ONCE
    health = house.engine.board.health_of("theturbo")
    assert health.kind is HealthKind.OFFLINE
    assert (health.since, health.next_at) == (EPOCH, EPOCH + 1)
    await house.pass_by(125)
    probes = [round(at) for at, _, _ in house.gateway.asked[MAX_AT_ONCE:]]
    assert probes == [1, 3, 7, 15, 31, 61, 91, 121]
    assert house.engine.board.health_of("theturbo").since == EPOCH


@pytest.mark.parametrize("back", [task("1", "processing"), TaskUnknown("No.")])
async def test_the_first_answer_after_no_connection_wakes_all(
    house: House, back: GatewayError
) -> None:
    house.gateway.default = OFFLINE
    await house.open(*IDS)
    await house.pass_by(40)
    before = len(house.gateway.asked)
    house.gateway.default = back
    await house.pass_by(21.5)
    assert len(house.gateway.asked) >= before + len(IDS)
    assert health_kind(house) is HealthKind.OK


async def test_poll_now_ends_the_rest_without_a_connection(house: House) -> None:
    house.gateway.default = OFFLINE
    await house.open("1", "2")
    await house.pass_by(35)
    before = len(house.gateway.asked)
    house.gateway.default = None
    house.engine.poll_now()
    await house.pass_by(0.1)
    assert len(house.gateway.asked) == before + 2


async def test_paused_nothing_is_asked_but_by_hand(house: House) -> None:
    await house.open("1", "2")
    house.engine.pause(is_paused=True)
    assert house.engine.board.paused_since == EPOCH
    await house.pass_by(60)
    assert len(house.gateway.asked) == 2
    house.engine.poll_now()
    await house.pass_by(60)
    assert house.gateway.times("1") == house.gateway.times("2") == [0.0, 60.0]
    house.engine.pause(is_paused=False)
    await house.pass_by(1)
    assert house.gateway.times("1") == [0.0, 60.0, 120.0]
    assert house.engine.board.paused_since is None


async def test_an_answer_for_a_removed_task_is_dropped(house: House) -> None:
    house.gateway.delay_s = 1.0
    await house.open("1", "2")
    await house.engine.remove([key("1")])
    await house.pass_by(30)
    assert house.gateway.times("1") == [0.0]
    assert list(house.engine.board.entries) == [key("2")]


async def test_a_gateway_that_the_config_does_not_know_is_named_in_the_row(house: House) -> None:
    house.listed("9", gateway="elsewhere")
    await house.open("1")
    trouble = house.entry("9", "elsewhere").trouble
    assert trouble is not None
    assert "elsewhere" in trouble.line


async def test_an_id_is_on_disk_before_its_first_request(house: House) -> None:
    missing = []

    def look(task_id: str) -> None:
        if f'id = "{task_id}"' not in house.watchlist.path.read_text("utf-8"):
            missing.append(task_id)

    house.gateway.before = look
    await house.open("1")
    await house.engine.add([(key(i), "") for i in IDS])
    await house.pass_by(5)
    assert {i for _, i, _ in house.gateway.asked} == {"1", *IDS}
    assert missing == []


async def test_a_bug_is_raised_out_of_the_engine_and_not_swallowed(house: House) -> None:
    house.gateway.default = ZeroDivisionError("a bug")
    await house.open("1")
    running, house.running = house.running, None
    assert running is not None
    with pytest.raises(ExceptionGroup) as caught:
        await asyncio.wait_for(running, 5)
    assert caught.group_contains(ZeroDivisionError)


async def test_a_fresh_link_is_asked_for_while_paused(house: House) -> None:
    house.say("1", task("1", "success", link(end=EPOCH - 1)), task("1", "success", link(5)))
    await house.open("1")
    house.engine.pause(is_paused=True)
    await house.press("1")
    assert house.host.last.order.url == link(5)


async def test_who_waits_for_a_fresh_link_is_told_at_once_that_the_key_was_refused(
    house: House,
) -> None:
    house.say("1", task("1", "success", link(end=EPOCH + 5)))
    await house.open("1")
    house.gateway.default, house.gateway.delay_s = REFUSED, 5.0
    await house.engine.add([(key(i), "") for i in IDS])
    await house.time.settle()
    await house.press("1")
    assert house.host.transfers == []
    await house.pass_by(5.1)
    assert len(house.host.transfers) == 1


async def test_who_waits_for_a_fresh_link_is_told_at_once_that_its_task_is_gone(
    house: House,
) -> None:
    house.gateway.delay_s = 20.0
    await house.open("1")
    waiting = asyncio.ensure_future(house.engine._poller.refresh(key("1"), 30.0))
    await house.time.settle()
    await house.engine.remove([key("1")])
    await house.time.settle()
    assert waiting.done()
    assert waiting.result() is False
