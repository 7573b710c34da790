"""The queue: order, room, back-off, stops."""

from itertools import pairwise

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core.errors import (
    BrokenOff,
    Damaged,
    DiskTrouble,
    FileRefused,
    HeldElsewhere,
    NotTheFile,
)
from vidu_tui.core.files import FileStage
from vidu_tui.engine.threads import HOLD_S, NAP_S, Threads

GONE = FileRefused("files.example.com refused the file (403: expired).", status=403)


async def test_no_more_than_parallel_transfers_run(house: House) -> None:
    names = [str(n) for n in range(10, 16)]
    for name in names:
        house.say(name, task(name, "success", link()))
    await house.open(*names)
    await house.press(*names)
    assert len(house.host.transfers) == 3
    assert house.file("15").stage is FileStage.WAITING
    house.host.transfers[0].land()
    await house.pass_by(0)
    assert len(house.host.transfers) == 4


async def test_the_link_that_dies_first_goes_first(house: House) -> None:
    house.parallel = 1
    ends = {"1": 9000, "2": 3000, "3": 6000}
    for name, end in ends.items():
        house.say(name, task(name, "success", link(int(name), end=EPOCH + end)))
    await house.open(*ends)
    await house.press(*ends)
    for _ in ends:
        house.host.last.land()
        await house.pass_by(0)
    order = [t.order.url for t in house.host.transfers]
    assert order == [link(n, end=EPOCH + ends[str(n)]) for n in (2, 3, 1)]


async def test_a_broken_transfer_is_tried_again_doubling_from_one_second(house: House) -> None:
    await house.begin()
    began = []
    for _ in range(9):
        began.append(house.time.at)
        house.host.last.fail(BrokenOff("The connection broke off."))
        before = len(house.host.transfers)
        await house.pass_by(0)
        assert house.file("1").stage is FileStage.RETRYING
        while len(house.host.transfers) == before:
            await house.pass_by(0.5)
    gaps = [b - a for a, b in pairwise(began)]
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_progress_resets_the_back_off(house: House) -> None:
    await house.begin()
    for _ in range(4):
        await house.fail(BrokenOff("The connection broke off."), 20)
    house.host.last.advance(100, 1000)
    await house.fail(BrokenOff("The connection broke off."), 1.1)
    assert len(house.host.transfers) == 6
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_failed_download_goes_on_with_the_next_press(house: House) -> None:
    await house.begin()
    for _ in range(4):
        await house.fail(GONE, 60)
    await house.press("1")
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_whole_file_that_is_no_video_is_not_fetched_for_ever(house: House) -> None:
    await house.begin()
    for _ in range(4):
        house.host.last.advance(1000, 1000)
        await house.fail(NotTheFile("What arrived is no video."), 60)
    assert house.file("1").stage is FileStage.FAILED
    assert house.file("1").cell == "not a video"


async def test_disk_trouble_waits_and_goes_on_by_itself(house: House) -> None:
    await house.begin()
    line = "Disk full: 1 MB free in /videos, 8 MB needed."
    await house.fail(DiskTrouble(line, is_full=True))
    file = house.file("1")
    assert (file.stage, file.cell, file.line) == (FileStage.WAITING, "disk full", line)
    assert house.engine.board.disk_line == line
    await house.pass_by(9)
    assert len(house.host.transfers) == 1
    await house.pass_by(2)
    house.host.last.advance(10, 100)
    await house.pass_by(0)
    assert house.engine.board.disk_line == ""
    assert house.file("1").stage is FileStage.RUNNING


async def test_a_file_that_another_process_writes_is_waited_for(house: House) -> None:
    await house.begin()
    await house.fail(HeldElsewhere("1.mp4.part is being downloaded by another vidu-tui."))
    file = house.file("1")
    assert (file.stage, file.cell) == (FileStage.WAITING, "another vidu-tui")
    await house.pass_by(2.1)
    assert len(house.host.transfers) == 2


async def test_a_host_that_wants_a_key_is_not_asked_again(house: House) -> None:
    await house.begin()
    error = FileRefused("Name it in file_hosts.", status=401, wants_key=True)
    await house.fail(error, 600)
    assert house.file("1").stage is FileStage.FAILED
    assert house.file("1").line == "Name it in file_hosts."
    assert len(house.gateway.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_host_in_trouble_is_tried_again_with_the_same_link(
    house: House, status: int
) -> None:
    await house.begin()
    await house.fail(FileRefused("Trouble.", status=status), 1.1)
    assert len(house.host.transfers) == 2
    assert len(house.gateway.asked) == 1


async def test_the_speed_is_that_of_the_last_five_seconds(house: House) -> None:
    await house.begin()
    got = 0
    seen = []
    for step in range(120):
        got += 100_000 if step < 60 else 300_000
        house.host.last.advance(got, 50_000_000)
        await house.pass_by(0.101)
        seen.append(house.file("1").speed_bps or 0.0)
    assert seen[59] == pytest.approx(1_000_000, rel=0.05)
    assert seen[-1] == pytest.approx(3_000_000, rel=0.05)
    late = seen[10:]
    assert all(b <= 1.25 * a for a, b in pairwise(late) if a)


async def test_progress_is_painted_twice_a_second_at_most(house: House) -> None:
    await house.begin()
    shown = set()
    for step in range(1, 21):
        house.host.last.watch.on_progress(step, step)
        await house.pass_by(0.1)
        shown.add(house.file("1").received)
    assert 3 <= len(shown) <= 5


async def test_checking_is_shown_while_it_lasts(house: House) -> None:
    await house.begin()
    house.host.last.check()
    await house.pass_by(0)
    assert house.file("1").stage is FileStage.CHECKING


async def test_a_bug_in_a_transfer_is_raised_out_of_the_engine(house: House) -> None:
    await house.begin()
    house.host.last.fail(ZeroDivisionError("a bug"))
    running, house.running = house.running, None
    assert running is not None
    with pytest.raises(ExceptionGroup) as caught:
        await running
    assert caught.group_contains(ZeroDivisionError)


async def test_a_cover_that_is_missing_never_fails_the_video(house: House) -> None:
    await house.begin()
    house.host.last.land()
    await house.pass_by(0)
    assert house.entry("1").is_saved
    assert [t.order.kind.value for t in house.host.transfers] == ["video"]


async def test_removing_a_task_stops_its_download_and_undo_brings_it_back(house: House) -> None:
    await house.begin()
    house.host.last.announce(1000)
    house.host.last.advance(410, 1000)
    await house.pass_by(0)
    (house.videos / "1.mp4.part").write_bytes(b"x" * 410)
    gone = await house.engine.remove([key("1")])
    await house.pass_by(1)
    assert gone[0].files[0].stage is FileStage.STOPPED
    assert list(house.host.running()) == []
    assert (house.videos / "1.mp4.part").exists()
    await house.engine.undo()
    await house.pass_by(1)
    assert house.file("1").stage is FileStage.STOPPED
    assert house.file("1").share == 0.41
    assert house.entry("1").task is not None
    assert len(house.gateway.asked) == 1
    await house.press("1")
    assert house.host.last.order.known.total == 1000


async def test_the_speed_of_what_has_stopped_coming_falls_to_nothing(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    house.host.last.announce(1000)
    for received in (100, 200, 300, 400):
        await house.pass_by(0.5)
        house.host.last.advance(received, 1000)
    await house.pass_by(0.6)
    before = house.file("1").speed_bps
    await house.pass_by(3)
    between = house.file("1").speed_bps
    await house.pass_by(20)
    assert before is not None
    assert between is not None
    assert before > between > 0
    assert not house.file("1").speed_bps
    assert house.file("1").received == 400


async def test_a_damaged_file_is_fetched_once_more_from_a_fresh_link_and_then_explained(
    house: House,
) -> None:
    damage = Damaged("The video is not whole. It is kept as 1.mp4.bad.", kept_as="/v/1.mp4.bad")
    await house.begin(link(0), link(1))
    await house.fail(damage, 2)
    assert house.host.last.order.url == link(1)
    await house.fail(damage, 600)
    assert len(house.host.transfers) == 2
    assert (house.file("1").stage, house.file("1").cell) == (FileStage.FAILED, "damaged")
    assert house.file("1").line == str(damage)
    assert not house.entry("1").is_saved


async def test_a_host_that_says_when_to_come_back_is_left_alone_until_then(house: House) -> None:
    await house.begin()
    await house.fail(FileRefused("Slow down (429).", status=429, retry_after_s=90), 89)
    assert len(house.host.transfers) == 1
    await house.pass_by(2)
    assert len(house.host.transfers) == 2


async def test_what_is_fetched_again_up_to_the_same_byte_is_no_progress(house: House) -> None:
    await house.begin()
    begun = [house.time.at]
    for _ in range(6):
        house.host.last.announce(1000, "")
        house.host.last.advance(500, 1000)
        await house.fail(BrokenOff("cut"), 0)
        count = len(house.host.transfers)
        while len(house.host.transfers) == count:
            await house.pass_by(0.5)
        begun.append(house.time.at)
    waits = [round(b - a) for a, b in pairwise(begun)]
    assert waits == [1, 2, 4, 8, 16, 32]


def test_after_a_key_transfers_nap_between_their_chunks_for_a_moment() -> None:
    naps: list[float] = []
    now = [100.0]
    running = Threads(lambda: now[0], naps.append)
    running.give_way()
    assert naps == []
    running.hold_back()
    running.give_way()
    assert naps == [NAP_S]
    now[0] += HOLD_S + 0.01
    running.give_way()
    assert naps == [NAP_S]
