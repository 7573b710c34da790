"""What is saved by itself, when, and what keeps it from that."""

from tests.engine.conftest import House, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core import rescue
from vidu_tui.core.errors import FileRefused
from vidu_tui.core.files import FileStage

HOUR_S = 3600


async def finished(house: House, *names: str, life_s: float = 24 * HOUR_S) -> None:
    """Open the house with tasks that are finished."""
    house.auto = rescue.BEFORE_EXPIRY
    for name in names:
        house.say(name, task(name, "success", link(int(name), end=EPOCH + life_s)))
    await house.open(*names)


async def test_a_file_is_fetched_a_quarter_of_its_links_life_before_the_end(house: House) -> None:
    await finished(house, "1", life_s=10 * HOUR_S)
    await house.pass_by(7.5 * HOUR_S - 60)
    assert not house.host.transfers
    await house.pass_by(120)
    assert len(house.host.transfers) == 1
    house.host.last.land()
    await house.pass_by(HOUR_S)
    assert house.entry("1").is_saved
    assert len(house.host.transfers) == 1


async def test_a_short_link_is_used_at_once(house: House) -> None:
    await finished(house, "1", life_s=HOUR_S)
    assert house.file("1").stage is FileStage.RUNNING


async def test_success_fetches_as_soon_as_it_is_finished(house: House) -> None:
    house.auto = rescue.ON_SUCCESS
    house.say("1", task("1", "processing"), task("1", "success", link()))
    await house.open("1")
    assert not house.host.transfers
    await house.pass_by(10)
    assert house.file("1").stage is FileStage.RUNNING


async def test_off_fetches_nothing(house: House) -> None:
    house.say("1", task("1", "success", link(end=EPOCH + 60)))
    await house.open("1")
    await house.pass_by(2 * HOUR_S)
    assert not house.host.transfers


async def test_what_came_due_while_the_program_was_closed_starts_with_it(house: House) -> None:
    await finished(house, "1")
    await house.close()
    house.time.at += 20 * HOUR_S
    await house.open()
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_link_that_died_while_the_program_was_closed_is_asked_anew(house: House) -> None:
    await finished(house, "1")
    await house.close()
    house.time.at += 30 * HOUR_S
    house.say("1", task("1", "success", link(7, end=EPOCH + 60 * HOUR_S)))
    await house.open()
    assert house.file("1").stage is FileStage.RUNNING
    assert "/7.mp4" in house.host.last.order.url


async def test_polling_that_is_paused_does_not_hold_a_rescue_up(house: House) -> None:
    await finished(house, "1", life_s=4 * HOUR_S)
    house.engine.pause(is_paused=True)
    await house.pass_by(2 * HOUR_S - 60)
    assert not house.host.transfers
    await house.pass_by(120)
    assert house.file("1").stage is FileStage.RUNNING


async def test_below_a_gigabyte_nothing_starts_by_itself_and_it_is_said(house: House) -> None:
    house.free = 900_000_000
    await finished(house, "1", life_s=HOUR_S)
    assert not house.host.transfers
    assert "900 MB free" in house.engine.board.rescue_line
    await house.press("1")
    assert len(house.host.transfers) == 1


async def test_room_that_comes_back_is_used_and_the_line_goes(house: House) -> None:
    house.free = 900_000_000
    await finished(house, "1", life_s=HOUR_S)
    house.free = 2_000_000_000
    await house.pass_by(11)
    assert house.file("1").stage is FileStage.RUNNING
    assert house.engine.board.rescue_line == ""


async def test_what_was_stopped_by_hand_is_not_started_again_by_itself(house: House) -> None:
    await finished(house, "1", life_s=HOUR_S)
    house.host.last.announce(1000)
    house.host.last.advance(100, 1000)
    await house.pass_by(2)
    await house.press("1")
    await house.pass_by(600)
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    assert house.file("1").stage is FileStage.STOPPED
    assert len(house.host.transfers) == 1


async def test_what_was_stopped_early_is_fetched_when_its_time_comes(house: House) -> None:
    await finished(house, "1", life_s=4 * HOUR_S)
    await house.press("1")
    await house.pass_by(2)
    await house.press("1")
    await house.pass_by(2 * HOUR_S - 60)
    assert house.file("1").stage is FileStage.STOPPED
    await house.pass_by(120)
    assert house.file("1").stage is FileStage.RUNNING


async def test_what_was_given_up_is_not_tried_for_ever(house: House) -> None:
    await finished(house, "1", life_s=HOUR_S)
    house.host.last.fail(FileRefused("no", status=418))
    await house.pass_by(600)
    assert house.file("1").stage is FileStage.FAILED
    assert len(house.host.transfers) == 1
    assert await house.engine.retry_failed() == 1
    await house.pass_by(0)
    assert len(house.host.transfers) == 2


async def test_that_files_are_saved_by_itself_is_said_once_ever(house: House) -> None:
    await finished(house, "1")
    assert house.engine.board.notice == rescue.BEFORE_EXPIRY
    await house.restart()
    assert house.engine.board.notice == ""
