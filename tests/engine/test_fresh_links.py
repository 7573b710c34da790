"""Links that are refused, die or look dead: when they are asked anew, and by whose clock."""

import pytest

from tests.engine.conftest import House
from tests.engine.simulated import DAY_S, EPOCH, link, task
from vidu_tui.core import view
from vidu_tui.core.errors import (
    BrokenOff,
    FileRefused,
    NoConnection,
    NotTheFile,
    TaskUnknown,
    VidutuiError,
)
from vidu_tui.core.files import FileStage

GONE = FileRefused("files.example.com refused the file (403: expired).", status=403)


@pytest.mark.parametrize(
    "error",
    [FileRefused("No.", status=s) for s in (401, 403, 404, 410)] + [NotTheFile("A web page.")],
)
async def test_a_refused_link_is_renewed_and_the_same_part_goes_on(
    house: House, error: VidutuiError
) -> None:
    await house.begin(link(1), link(2))
    house.host.last.announce(1000, '"strong"')
    house.host.last.advance(500, 1000)
    house.host.last.fail(BrokenOff("The connection broke off."))
    await house.pass_by(1.1)
    asked = len(house.gateway.asked)
    await house.fail(error, 0.1)
    assert len(house.gateway.asked) == asked + 1
    order = house.host.last.order
    assert order.url == link(2)
    assert order.known.etag == '"strong"'
    assert order.target == house.host.transfers[0].order.target


async def test_after_three_fresh_links_without_a_byte_it_says_that_the_file_is_gone(
    house: House,
) -> None:
    await house.begin()
    for _ in range(4):
        await house.fail(GONE, 60)
    assert len(house.host.transfers) == 4
    assert len(house.gateway.asked) == 1 + 3
    file = house.file("1")
    assert file.stage is FileStage.FAILED
    assert file.cell == "✗ gone"
    assert "no longer gives this file" in file.line
    assert "403: expired" in file.line


async def test_a_byte_between_resets_the_count_of_fresh_links(house: House) -> None:
    await house.begin()
    for _ in range(3):
        await house.fail(GONE, 60)
    house.host.last.advance(1, 10)
    for _ in range(3):
        await house.fail(GONE, 60)
    assert house.file("1").stage is FileStage.RUNNING


async def test_while_the_gateway_cannot_be_asked_a_refused_link_waits(house: House) -> None:
    await house.begin()
    house.say("1", NoConnection("No connection."))
    await house.fail(GONE, 300)
    assert len(house.host.transfers) == 1
    assert house.file("1").stage is FileStage.RENEWING
    house.say("1", task("1", "success", link(7)))
    await house.pass_by(61)
    assert house.host.last.order.url == link(7)


async def test_a_task_that_the_gateway_has_forgotten_ends_as_gone(house: House) -> None:
    await house.begin()
    house.say("1", TaskUnknown("No such task."))
    for _ in range(4):
        await house.fail(GONE, 90)
    assert house.file("1").stage is FileStage.FAILED
    assert house.file("1").cell == "✗ gone"


@pytest.mark.parametrize("left_s", [-3600.0, 0.0, 59.0])
async def test_a_link_at_its_end_is_renewed_first_and_only_once(
    house: House, left_s: float
) -> None:
    dying = link(1, end=EPOCH + left_s)
    await house.begin(dying, dying, dying, link(9))
    assert len(house.gateway.asked) == 2
    await house.fail(BrokenOff("The connection broke off."), 1.1)
    assert len(house.gateway.asked) == 2
    assert house.host.last.order.url == dying


async def test_a_link_with_more_than_a_minute_left_is_tried_as_it_is(house: House) -> None:
    await house.begin(link(end=EPOCH + 61))
    assert len(house.gateway.asked) == 1
    assert len(house.host.transfers) == 1


async def test_the_other_file_of_a_task_has_its_own_end(house: House) -> None:
    urls = (link(0, end=EPOCH - 1), link(1))
    house.gateway.delay_s = 1.0
    house.say("1", task("1", "success", *urls), task("1", "success", link(5), link(6)))
    await house.open("1")
    await house.pass_by(1)
    await house.press("1")
    assert [t.order.url for t in house.host.transfers] == [link(1)]
    assert house.file("1", 0).stage is FileStage.RENEWING
    await house.pass_by(1.1)
    assert [t.order.url for t in house.host.transfers] == [link(1), link(5)]


async def test_waiting_for_a_fresh_link_takes_no_room_from_others(house: House) -> None:
    house.parallel = 1
    house.say("1", task("1", "success", link(1, end=EPOCH - 1)))
    house.say("2", task("2", "success", link(2)))
    await house.open("1", "2")
    house.gateway.delay_s = 20
    await house.press("1", "2")
    assert [t.order.url for t in house.host.transfers] == [link(2)]


async def test_a_link_that_says_nothing_of_its_end_lives_for_a_day(house: House) -> None:
    await house.begin("https://files.example.com/1.mp4")
    assert len(house.gateway.asked) == 1
    await house.pass_by(2)
    await house.press("1")
    house.time.at += DAY_S
    await house.press("1")
    assert len(house.gateway.asked) == 2


async def test_a_link_is_judged_by_the_gateways_clock(house: House) -> None:
    house.gateway.skew_s = -3600
    house.say("1", task("1", "success", link(end=EPOCH + 30)))
    await house.open("1")
    assert view.expires_at(house.entry("1")) == EPOCH + 3630
    await house.press("1")
    assert house.gateway.times("1") == [0]
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_clock_that_is_a_little_off_changes_nothing(house: House) -> None:
    house.gateway.skew_s = 2
    house.say("1", task("1", "success", link(end=EPOCH + 3600)))
    await house.open("1")
    assert view.expires_at(house.entry("1")) == EPOCH + 3600
