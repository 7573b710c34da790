"""What survives the end of the program, and what is left behind at it."""

import asyncio
import threading

from tests.engine.conftest import House, ids, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core.errors import ConfigError, Stopped
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskState
from vidu_tui.storage.ledger import Ledger


async def begin(house: House) -> None:
    """Have task 1 finished and its video on its way."""
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    house.host.last.announce(1000, '"strong"')
    house.host.last.advance(410, 1000)
    (house.videos / "1.mp4.part").write_bytes(b"x" * 410)
    await house.pass_by(0)


async def test_a_saved_file_is_known_as_saved_after_a_restart(house: House) -> None:
    await begin(house)
    house.host.last.land(b"video")
    await house.pass_by(0)
    await house.restart()
    file = house.file("1")
    assert (file.stage, file.path) == (FileStage.SAVED, str(house.videos / "1.mp4"))
    assert file.sha256 == "ab" * 32
    assert len((await house.press("1")).already) == 1


async def test_a_saved_file_that_is_gone_is_missing_after_a_restart(house: House) -> None:
    await begin(house)
    house.host.last.land(b"video")
    await house.pass_by(0)
    (house.videos / "1.mp4").unlink()
    await house.restart()
    assert house.file("1").stage is FileStage.MISSING
    await house.press("1")
    assert house.file("1").stage is FileStage.RUNNING


async def test_what_was_under_way_goes_on_with_its_validator(house: House) -> None:
    await begin(house)
    await house.restart()
    file = house.file("1")
    assert (file.stage, file.share) == (FileStage.RUNNING, 0.41)
    assert house.host.last.order.known.etag == '"strong"'
    assert house.host.last.order.known.total == 1000
    assert house.host.last.order.target == str(house.videos / "1.mp4")


async def test_what_was_stopped_by_hand_stays_stopped_and_shows_its_share(house: House) -> None:
    await begin(house)
    await house.pass_by(2)
    await house.press("1")
    await house.restart()
    file = house.file("1")
    assert (file.stage, file.share) == (FileStage.STOPPED, 0.41)
    assert len(house.host.transfers) == 1
    await house.press("1")
    assert house.host.last.order.known.etag == '"strong"'


async def test_what_only_waited_for_its_turn_is_not_forgotten(house: House) -> None:
    house.parallel = 1
    for name in ("1", "2", "3"):
        house.say(name, task(name, "success", link(int(name))))
    await house.open("1", "2", "3")
    await house.press("1", "2", "3")
    await house.restart()
    for _ in range(3):
        house.host.last.land()
        await house.pass_by(1)
    assert all(house.entry(name).is_saved for name in ("1", "2", "3"))
    await house.restart()
    assert len(house.host.transfers) == 4


async def test_a_part_keeps_its_name_when_the_label_has_changed(house: House) -> None:
    house.template = "{label}_{id}.{ext}"
    await begin(house)
    old = house.host.last.order.target
    (house.videos / f"{old}.part").write_bytes(b"x")
    await house.engine.relabel(key("1"), "hero")
    await house.restart()
    await house.press("1")
    assert house.host.last.order.target == old


async def test_a_file_whose_last_step_was_not_noted_is_saved_all_the_same(house: House) -> None:
    content = b"x" * 1000
    await begin(house)
    house.host.last.settle(content)
    await house.pass_by(0)
    await house.close()
    (house.videos / "1.mp4.part").unlink()
    (house.videos / "1.mp4").write_bytes(b"of somebody else")
    (house.videos / "1_2.mp4").write_bytes(content)
    await house.open()
    assert house.file("1").stage is FileStage.SAVED
    assert house.file("1").path == str(house.videos / "1_2.mp4")
    assert len(house.host.transfers) == 1
    assert len((await house.press("1")).already) == 1


async def test_a_kill_between_the_two_last_steps_leaves_one_file(house: House) -> None:
    content = b"x" * 1000
    await begin(house)
    house.host.last.settle(content)
    await house.pass_by(0)
    await house.close()
    (house.videos / "1.mp4.part").write_bytes(content)
    (house.videos / "1.mp4").hardlink_to(house.videos / "1.mp4.part")
    await house.open()
    assert house.file("1").stage is FileStage.SAVED
    assert [p.name for p in house.videos.iterdir()] == ["1.mp4"]


async def test_a_file_of_the_same_length_is_not_taken_for_the_one_that_was_on_its_way(
    house: House,
) -> None:
    await begin(house)
    house.host.last.settle(b"x" * 1000)
    await house.pass_by(0)
    await house.close()
    (house.videos / "1.mp4.part").unlink()
    (house.videos / "1.mp4").write_bytes(b"y" * 1000)
    await house.open()
    assert house.file("1").stage is FileStage.RUNNING
    assert (house.videos / "1.mp4").read_bytes() == b"y" * 1000


async def test_the_wish_survives_and_is_granted(house: House) -> None:
    house.say("1", task("1", "processing"))
    await house.open("1")
    await house.press("1")
    await house.restart()
    assert house.entry("1").is_wanted
    house.say("1", task("1", "success", link()))
    await house.pass_by(11)
    assert house.file("1").stage is FileStage.RUNNING
    assert not house.entry("1").is_wanted


async def test_a_wish_made_just_before_the_end_is_on_disk(house: House) -> None:
    await house.open("1")
    pressing = asyncio.ensure_future(house.engine.press_download([key("1")]))
    await asyncio.sleep(0)
    await house.close()
    await pressing
    assert Ledger(house.ledger.path).wishes() == {key("1")}


async def test_the_end_stops_the_threads_promptly_and_keeps_the_part(house: House) -> None:
    await begin(house)
    await house.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("transfer-")]
    assert (house.videos / "1.mp4.part").read_bytes() == b"x" * 410
    assert house.file("1").stage is FileStage.STOPPED


async def test_what_lands_while_the_program_ends_is_noted(house: House) -> None:
    await begin(house)
    house.host.last.is_deaf = True
    assert house.running is not None
    house.running.cancel()
    await asyncio.sleep(0)
    house.host.last.land(b"video")
    await house.close()
    assert house.file("1").stage in (FileStage.STOPPED, FileStage.SAVED)
    await house.open()
    assert house.file("1").stage is FileStage.SAVED


async def test_the_end_waits_for_a_thread_that_is_about_to_land(house: House) -> None:
    await begin(house)
    transfer = house.host.last
    transfer.is_deaf = True
    threading.Timer(0.1, transfer.land).start()
    await house.close()
    assert [f.path for f in Ledger(house.ledger.path).files()] == [str(house.videos / "1.mp4")]


async def test_a_stop_while_waiting_for_room(house: House) -> None:
    house.parallel = 1
    for name in "12":
        house.say(name, task(name, "success", link()))
    await house.open("1", "2")
    await house.press("1")
    await house.press("2")
    await house.pass_by(2)
    assert ids((await house.press("2")).stopped) == ["2"]
    house.host.last.land()
    await house.pass_by(5)
    assert len(house.host.transfers) == 1
    assert house.file("2").stage is FileStage.STOPPED


async def test_a_stop_while_a_fresh_link_is_asked_for(house: House) -> None:
    house.say("1", task("1", "success", link(end=EPOCH - 1)))
    await house.open("1")
    house.gateway.delay_s = 5
    await house.press("1")
    assert house.file("1").stage is FileStage.RENEWING
    await house.pass_by(2)
    assert ids((await house.press("1")).stopped) == ["1"]
    await house.pass_by(10)
    assert house.host.transfers == []
    assert house.file("1").stage is FileStage.STOPPED
    await house.press("1")
    await house.pass_by(10)
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_stop_that_the_thread_has_not_noticed_yet(house: House) -> None:
    await begin(house)
    house.host.last.is_deaf = True
    await house.pass_by(2)
    await house.press("1")
    assert house.file("1").stage is FileStage.STOPPED
    house.host.last.check()
    await house.pass_by(1)
    assert house.file("1").stage is FileStage.STOPPED
    await house.press("1")
    house.host.last.advance(500, 1000)
    await house.pass_by(1)
    assert house.file("1").stage is FileStage.RUNNING
    assert len(house.host.transfers) == 1
    house.host.last.is_deaf = False


async def test_a_stop_noticed_after_d_was_pressed_again_begins_anew(house: House) -> None:
    await begin(house)
    house.host.last.is_deaf = True
    await house.pass_by(2)
    await house.press("1")
    await house.pass_by(1)
    await house.press("1")
    house.host.last.fail(Stopped("Stopped."))
    await house.pass_by(0)
    assert len(house.host.transfers) == 2
    assert house.file("1").stage is FileStage.RUNNING


async def test_what_lands_after_a_stop_is_saved(house: House) -> None:
    await begin(house)
    house.host.last.is_deaf = True
    await house.pass_by(2)
    await house.press("1")
    house.host.last.land()
    await house.pass_by(0)
    assert house.file("1").stage is FileStage.SAVED


async def test_what_lands_after_its_task_was_removed_is_known_once_it_is_back(
    house: House,
) -> None:
    await begin(house)
    house.host.last.is_deaf = True
    await house.engine.remove([key("1")])
    house.host.last.land()
    await house.pass_by(0)
    await house.engine.undo()
    await house.pass_by(0)
    assert house.file("1").stage is FileStage.SAVED


async def test_a_task_added_again_knows_its_saved_file(house: House) -> None:
    await begin(house)
    house.host.last.land()
    await house.pass_by(0)
    await house.engine.remove([key("1")])
    await house.restart()
    assert list(house.engine.board.entries) == []
    await house.engine.add([(key("1"), "")])
    await house.pass_by(0)
    assert house.file("1").stage is FileStage.SAVED


async def test_a_wire_that_cannot_be_opened_is_one_clear_line(house: House) -> None:
    def refuse() -> None:
        raise ConfigError("The proxy cannot be used.")

    house.listed("1")
    engine = house.build()
    engine.load()
    engine._open_wire = refuse  # type: ignore[assignment] # it never opens
    await engine.run()
    assert engine.board.health_of("theturbo").line == "The proxy cannot be used."
    assert (await engine.test_key("theturbo", "k")).is_taken is None
    assert engine.board.entries[key("1")].state is TaskState.ASKING
