"""What one press of ``d`` means, word for word from the table of keys."""

import pytest

from tests.engine.conftest import House, ids
from tests.engine.simulated import link, task
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskState


def finish(house: House, *task_ids: str) -> None:
    """Have tasks finished, each with a link of its own."""
    for number, task_id in enumerate(task_ids):
        house.say(task_id, task(task_id, "success", link(number)))


async def test_d_on_a_finished_task_brings_its_video(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    pressed = await house.press("1")
    assert ids(pressed.started) == ["1"]
    assert house.file("1").stage is FileStage.RUNNING
    house.host.last.land(b"mp4")
    await house.pass_by(0)
    assert house.entry("1").is_saved
    assert (house.videos / "1.mp4").read_bytes() == b"mp4"


async def test_d_brings_the_video_of_each_creation(house: House) -> None:
    house.say("1", task("1", "success", link(0), "", link(2)))
    await house.open("1")
    await house.press("1")
    assert [t.order.url for t in house.host.transfers] == [link(0), link(2)]
    house.host.transfers[0].land()
    await house.pass_by(0)
    assert house.entry("1").saved_count == 1
    house.host.transfers[1].land()
    await house.pass_by(0)
    assert house.entry("1").is_saved


@pytest.mark.parametrize("gap_s", [0.03, 0.3, 0.69])
async def test_a_double_press_or_a_held_key_does_no_harm(house: House, gap_s: float) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    for _ in range(int(5 / gap_s)):
        await house.pass_by(gap_s)
        assert await house.press("1") == type(await house.press("1"))()
    assert house.file("1").stage is FileStage.RUNNING
    assert len(house.host.transfers) == 1


async def test_a_press_between_the_two_limits_changes_nothing(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    await house.pass_by(0.9)
    pressed = await house.press("1")
    assert not pressed.stopped
    assert house.file("1").stage is FileStage.RUNNING


async def test_after_more_than_a_second_d_stops_and_the_next_goes_on(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    house.host.last.announce(1000)
    house.host.last.advance(410, 1000)
    await house.pass_by(1.1)
    pressed = await house.press("1")
    assert ids(pressed.stopped) == ["1"]
    assert pressed.stopped[0].files[0].share == 0.41
    assert house.file("1").stage is FileStage.STOPPED
    (house.videos / "1.mp4.part").write_bytes(b"x" * 410)
    await house.pass_by(0.8)
    pressed = await house.press("1")
    assert ids(pressed.started) == ["1"]
    assert house.host.last.order.target == house.host.transfers[0].order.target
    assert house.host.last.order.known.etag == '"v1"'
    assert house.host.last.order.known.total == 1000


async def test_d_stops_only_where_all_of_the_selection_is_downloading(house: House) -> None:
    finish(house, "1", "2")
    await house.open("1", "2")
    await house.press("1")
    await house.pass_by(5)
    pressed = await house.press("1", "2")
    assert ids(pressed.started) == ["2"]
    assert not pressed.stopped
    await house.pass_by(0.9)
    assert not (await house.press("1", "2")).stopped
    await house.pass_by(5)
    assert ids((await house.press("1", "2")).stopped) == ["1", "2"]
    assert house.file("1").stage is house.file("2").stage is FileStage.STOPPED


async def test_d_on_a_saved_and_a_running_one_stops_nothing(house: House) -> None:
    finish(house, "1", "2")
    await house.open("1", "2")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    await house.press("2")
    await house.pass_by(5)
    pressed = await house.press("1", "2")
    assert len(pressed.already) == 1
    assert house.file("2").stage is FileStage.RUNNING


async def test_a_second_press_on_another_selection_counts_as_its_own(house: House) -> None:
    finish(house, "1", "2")
    await house.open("1", "2")
    await house.press("1")
    pressed = await house.press("2")
    assert ids(pressed.started) == ["2"]


async def test_d_on_a_task_not_finished_yet_saves_it_once_it_is(house: House) -> None:
    house.say("1", task("1", "processing"), task("1", "success", link()))
    await house.open("1")
    assert ids((await house.press("1")).wanted) == ["1"]
    assert house.entry("1").is_wanted
    await house.pass_by(6)
    assert house.entry("1").state is TaskState.SUCCESS
    assert not house.entry("1").is_wanted
    assert house.file("1").stage is FileStage.RUNNING


async def test_d_again_after_more_than_a_second_takes_the_wish_back(house: House) -> None:
    house.say("1", task("1", "processing"), task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    await house.pass_by(0.9)
    assert not (await house.press("1")).unwanted
    await house.pass_by(1)
    assert ids((await house.press("1")).unwanted) == ["1"]
    await house.pass_by(10)
    assert house.host.transfers == []
    assert house.ledger.wishes() == set()


async def test_a_wish_and_a_download_together_are_left_as_they_are(house: House) -> None:
    finish(house, "1")
    await house.open("1", "2")
    await house.press("1", "2")
    await house.pass_by(5)
    pressed = await house.press("1", "2")
    assert pressed == type(pressed)()
    assert house.entry("2").is_wanted
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_wish_ends_with_a_task_that_failed(house: House) -> None:
    house.say("1", task("1", "processing"), task("1", "failed"))
    await house.open("1")
    await house.press("1")
    await house.pass_by(6)
    assert not house.entry("1").is_wanted
    assert ids((await house.press("1")).fruitless) == ["1"]


async def test_a_thousand_wishes_granted_at_once_all_begin(house: House) -> None:
    many = [str(n) for n in range(1000, 1200)]
    await house.open(*many)
    await house.press(*many)
    finish(house, *many)
    await house.pass_by(12)
    assert all(house.entry(i).is_downloading for i in many)
    assert len(list(house.host.running())) == 3


async def test_d_on_a_failed_task_says_that_there_is_nothing(house: House) -> None:
    house.say("1", task("1", "failed"))
    await house.open("1")
    assert ids((await house.press("1")).fruitless) == ["1"]


async def test_already_saved_asks_the_network_nothing(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    asked = len(house.gateway.asked)
    pressed = await house.press("1")
    assert [f.path for f in pressed.already] == [str(house.videos / "1.mp4")]
    assert not pressed.started
    assert len(house.host.transfers) == 1
    assert len(house.gateway.asked) == asked


async def test_a_saved_file_that_was_cut_short_is_fetched_again(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    house.host.last.land(b"whole")
    await house.pass_by(1)
    (house.videos / "1.mp4").write_bytes(b"who")
    assert ids((await house.press("1")).started) == ["1"]


async def test_a_file_that_is_back_in_its_place_counts_as_saved_again(house: House) -> None:
    finish(house, "1")
    await house.open("1")
    await house.press("1")
    house.host.last.land(b"whole")
    await house.pass_by(0)
    (house.videos / "1.mp4").rename(house.videos / "away")
    await house.restart()
    assert house.file("1").stage is FileStage.MISSING
    (house.videos / "away").rename(house.videos / "1.mp4")
    assert len((await house.press("1")).already) == 1
    assert house.file("1").stage is FileStage.SAVED


async def test_two_tasks_of_one_name_never_share_a_part(house: House) -> None:
    house.template = "video.{ext}"
    finish(house, "1", "2")
    await house.open("1", "2")
    await house.press("1")
    await house.press("2")
    first, second = house.host.transfers
    assert first.order.target == str(house.videos / "video.mp4")
    assert second.order.target == str(house.videos / "video_2.mp4")


async def test_a_press_on_nothing_does_nothing(house: House) -> None:
    await house.open("1")
    pressed = await house.engine.press_download([])
    assert pressed == type(pressed)()
