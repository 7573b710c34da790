"""What goes wrong around downloads, and that no wish, no file and no time is lost over it."""

import os
import sqlite3

from tests.engine.conftest import House, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core import rescue
from vidu_tui.core.errors import DiskTrouble, FileRefused, NoConnection, ServerTrouble
from vidu_tui.core.files import Arrived, FileKey, FileStage
from vidu_tui.core.task import Asset, AssetKind, Task
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger

GONE = FileRefused("files.example.com refused the file (404).", status=404)
FULL = DiskTrouble("Disk full: 1 MB free in /videos, 8 MB needed.", is_full=True)


def with_cover(done: Task) -> Task:
    """Add a cover to a success."""
    cover = Asset(AssetKind.COVER, "https://files.example.com/c.jpeg?Expires=1800086400")
    first = done.creations[0]
    return done._replace(creations=(first._replace(assets=(*first.assets, cover)),))


async def test_a_ledger_that_is_locked_for_long_loses_nothing(house: House) -> None:
    await house.open("1")
    await house.pass_by(1)
    holder = sqlite3.connect(house.ledger.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    await house.press("1")
    await house.pass_by(3)
    assert "locked" in house.engine.board.ledger_line
    assert Ledger(house.ledger.path).wishes() == set()
    holder.execute("ROLLBACK")
    holder.close()
    await house.pass_by(10)
    assert Ledger(house.ledger.path).wishes() == {key("1")}
    assert house.engine.board.ledger_line == ""


async def test_a_ledger_that_is_deleted_in_use_is_written_again(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1", "2")
    await house.press("2")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    for path in house.folder.glob("ledger.db*"):
        path.unlink()
    house.engine.poll_now([key("2")])
    await house.pass_by(2)
    assert "taken away" in house.engine.board.ledger_line
    await house.restart()
    assert house.entry("1").is_saved
    assert house.entry("2").is_wanted


async def test_a_queued_file_that_the_last_answer_lacks_waits_for_a_better_one(
    house: House,
) -> None:
    house.parallel = 1
    house.say("1", task("1", "success", link(0), link(1)))
    await house.open("1")
    await house.press("1")
    house.say("1", task("1", "processing"))
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    await house.close()
    transfers = len(house.host.transfers)
    house.say("1", task("1", "processing"), task("1", "success", link(0), link(1)))
    await house.open()
    assert len(house.host.transfers) == transfers
    await house.pass_by(6)
    assert len(house.host.transfers) == transfers + 1
    house.host.last.land(b"first")
    await house.pass_by(1)
    house.host.last.land(b"second")
    await house.pass_by(1)
    assert house.entry("1").is_saved


async def test_a_link_without_its_signature_is_never_sent(house: House) -> None:
    await house.begin()
    house.host.last.land()
    await house.pass_by(1)
    (house.videos / "1.mp4").unlink()
    await house.restart()
    house.say(
        "1", ServerTrouble("502.", status=502), NoConnection("gone"), ServerTrouble("x", status=502)
    )
    await house.press("1")
    await house.pass_by(600)
    assert len(house.host.transfers) == 1
    assert house.file("1").stage is FileStage.RENEWING
    house.say("1", task("1", "success", link(5)))
    await house.pass_by(120)
    assert house.host.last.order.url == link(5)


async def test_what_was_given_up_is_tried_again_by_itself_every_hour(house: House) -> None:
    house.auto = rescue.ON_SUCCESS
    house.say("1", task("1", "success", link()))
    await house.open("1")
    for _ in range(4):
        await house.fail(GONE, 60)
    assert house.file("1").stage is FileStage.FAILED
    await house.pass_by(3000)
    assert len(house.host.transfers) == 4
    await house.pass_by(900)
    assert len(house.host.transfers) == 5
    house.host.last.land()
    await house.pass_by(1)
    assert house.entry("1").is_saved


async def test_fresh_links_are_asked_for_over_a_minute(house: House) -> None:
    await house.begin()
    begun = house.time.at
    for _ in range(4):
        count = len(house.host.transfers)
        house.host.last.fail(GONE)
        while len(house.host.transfers) == count and house.file("1").stage is not FileStage.FAILED:
            await house.pass_by(1)
    assert 60 <= house.time.at - begun < 70


async def test_a_full_disk_holds_all_of_its_folder_and_one_looks_at_a_time(house: House) -> None:
    names = [str(number) for number in range(10, 20)]
    for name in names:
        house.say(name, task(name, "success", link(int(name))))
    await house.open(*names)
    await house.press(*names)
    for transfer in list(house.host.running()):
        transfer.fail(FULL)
    await house.pass_by(0)
    count = len(house.host.transfers)
    for _ in range(10):
        await house.pass_by(10)
        house.host.last.fail(FULL)
        await house.pass_by(0)
    assert len(house.host.transfers) == count + 10
    assert {t.order.target for t in house.host.transfers} == {
        str(house.videos / f"{name}.mp4") for name in names
    }
    await house.pass_by(10)
    house.host.last.advance(5, 10)
    await house.pass_by(1)
    assert len(list(house.host.running())) == house.parallel
    assert house.engine.board.disk_line == ""


async def test_more_files_can_be_chosen_while_one_is_coming(house: House) -> None:
    house.say("1", with_cover(task("1", "success", link())))
    await house.open("1")
    await house.press("1")
    await house.engine.choose([key("1")], (AssetKind.VIDEO, AssetKind.COVER), "")
    await house.pass_by(0)
    kinds = {t.order.kind for t in house.host.transfers}
    assert kinds == {AssetKind.VIDEO, AssetKind.COVER}


async def test_what_is_chosen_later_is_saved_by_itself_too(house: House) -> None:
    house.auto = rescue.BEFORE_EXPIRY
    house.say("1", task("1", "processing"), task("1", "success", link(end=EPOCH + 86_400)))
    await house.open("1")
    await house.pass_by(10)
    await house.engine.choose([key("1")], (AssetKind.VIDEO,), str(house.folder / "own"))
    await house.pass_by(0)
    assert house.host.last.order.target.startswith(str(house.folder / "own"))


async def test_removing_a_task_takes_its_link_off_the_disk(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.pass_by(1)
    await house.engine.remove([key("1")])
    await house.pass_by(1)
    disk = b"".join(p.read_bytes() for p in house.folder.glob("ledger.db*"))
    assert b"Signature=s" not in disk
    await house.engine.undo()
    await house.restart()
    house.say("1", task("1", "success", link(3)))
    await house.press("1")
    assert house.host.last.order.url == link(3)


async def test_a_task_that_others_removed_leaves_no_link_either(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1", "2")
    await house.close()
    house.watchlist.remove([("", "1")])
    await house.open()
    await house.pass_by(1)
    disk = b"".join(p.read_bytes() for p in house.folder.glob("ledger.db*"))
    assert b"Signature=s" not in disk


async def test_a_purge_reads_a_file_that_was_changed_since(house: House) -> None:
    await house.begin()
    house.host.last.land(b"video")
    await house.pass_by(1)
    (house.videos / "1.mp4").write_bytes(b"other")
    os.utime(house.videos / "1.mp4", (EPOCH + 60, EPOCH + 60))
    purged = await house.engine.purge()
    assert [e.key.id for e in purged.kept] == ["1"]


async def test_a_task_that_is_at_work_again_gives_its_file_once_it_is_finished(
    house: House,
) -> None:
    house.say(
        "1", task("1", "success", link()), task("1", "processing"), task("1", "success", link(2))
    )
    await house.open("1")
    await house.press("1")
    await house.fail(GONE, 0)
    assert not house.entry("1").is_downloading
    await house.pass_by(6)
    assert house.host.last.order.url == link(2)


async def test_a_new_link_ends_the_rest_of_what_was_given_up(house: House) -> None:
    house.auto = rescue.ON_SUCCESS
    house.say("1", task("1", "success", link()))
    await house.open("1")
    for _ in range(4):
        await house.fail(GONE, 60)
    assert house.file("1").stage is FileStage.FAILED
    house.say("1", task("1", "success", link(8)))
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    assert house.host.last.order.url == link(8)


async def test_a_saved_file_that_goes_or_shrinks_is_noticed_while_the_program_runs(
    house: House,
) -> None:
    await house.begin()
    house.host.last.land(b"video")
    await house.pass_by(1)
    os.truncate(house.videos / "1.mp4", 2)
    await house.pass_by(20)
    assert (house.file("1").stage, house.file("1").cell) == (FileStage.MISSING, "! file changed")
    assert rescue.files_to_save(house.entry("1"), EPOCH)
    (house.videos / "1.mp4").unlink()
    await house.restart()
    assert (house.file("1").stage, house.file("1").cell) == (FileStage.MISSING, "")
    assert not rescue.files_to_save(house.entry("1"), EPOCH)


async def test_another_folder_is_taken_by_what_only_waits_or_was_stopped(house: House) -> None:
    own = str(house.folder / "own")
    await house.begin()
    house.host.last.announce(1000)
    (house.videos / "1.mp4.part").write_bytes(b"x" * 410)
    await house.fail(FULL, 0)
    await house.engine.choose([key("1")], (AssetKind.VIDEO,), own)
    await house.pass_by(10)
    assert house.host.last.order.target == f"{own}/1.mp4"
    assert house.host.last.order.known.total == 1000
    assert (house.folder / "own" / "1.mp4.part").read_bytes() == b"x" * 410
    assert list(house.videos.iterdir()) == []


async def test_what_is_kept_at_a_stop_is_told_to_the_last_chunk(house: House) -> None:
    await house.begin()
    house.host.last.announce(1000)
    house.host.last.advance(100, 1000)
    house.host.last.advance(410, 1000)
    await house.pass_by(2)
    house.host.last.advance(500, 1000)
    house.host.last.advance(550, 1000)
    await house.pass_by(0)
    await house.press("1")
    assert house.file("1").received == 550


async def test_another_process_that_brought_the_file_is_asked_first(house: House) -> None:
    await house.begin()
    landed = house.host.last.watch.landed
    assert landed() is None
    (house.videos / "1.mp4").write_bytes(b"video")
    other = Ledger(house.ledger.path)
    arrived = Arrived(str(house.videos / "1.mp4"), 5, "ab" * 32)
    other.write(facts.landed(key("1"), FileKey(0, AssetKind.VIDEO), arrived, EPOCH))
    found = landed()
    assert found is not None
    assert found.path == arrived.path


async def test_a_look_at_the_files_leaves_what_is_on_its_way_alone(house: House) -> None:
    house.say("1", task("1", "success", link(0), link(1)))
    await house.open("1")
    await house.press("1")
    for transfer in house.host.transfers:
        transfer.land()
    await house.pass_by(1)
    (house.videos / "1_1.mp4").unlink()
    await house.pass_by(20)
    assert house.file("1", 0).stage is FileStage.MISSING
    await house.press("1")
    house.host.last.announce(1000)
    house.host.last.advance(10, 1000)
    await house.pass_by(40)
    assert house.file("1", 0).stage is FileStage.RUNNING
