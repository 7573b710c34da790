"""What the next start knows before any request, and what no longer stands on the disk then."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import environ_of
from tests.engine.conftest import House, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core import cells, outcome
from vidu_tui.core.board import Entry
from vidu_tui.core.errors import TaskUnknown
from vidu_tui.core.files import FileKey, FileStage
from vidu_tui.core.task import Asset, AssetKind, TaskState
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.memory import merged
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger

SECRET = "Signature=s"


def on_disk(house: House) -> bytes:
    """Read every byte that the ledger has on the disk, its log too."""
    return b"".join(p.read_bytes() for p in sorted(house.folder.glob("ledger.db*")))


async def test_the_last_states_are_there_before_the_engine_runs(house: House) -> None:
    house.say("1", task("1", "processing", progress=62))
    house.say("2", task("2", "success", link()))
    house.say("3", task("3", "failed"))
    await house.open("1", "2", "3")
    await house.pass_by(1)
    await house.close()
    house.time.at += 3600
    engine = house.build()
    engine.load()
    states = [house.entry(name).state for name in ("1", "2", "3")]
    assert states == [TaskState.PROCESSING, TaskState.SUCCESS, TaskState.FAILED]
    assert [house.entry(name).is_stale for name in ("1", "2", "3")] == [True, False, False]
    said = cells.plain(outcome.result(house.entry("1"), house.time.clock.now()))
    assert said == "last known 1h00m ago"


async def test_a_start_asks_only_what_has_not_ended(house: House) -> None:
    house.say("1", task("1", "processing"))
    house.say("2", task("2", "success", link()))
    await house.open("1", "2")
    await house.restart()
    assert house.gateway.times("2") == [0]
    assert len(house.gateway.times("1")) == 2


async def test_an_answer_of_this_run_is_newer_than_what_is_remembered(house: House) -> None:
    house.say("1", task("1", "processing"))
    await house.open("1")
    await house.close()
    memory = Archive(Ledger(house.ledger.path)).remember([key("1")])[key("1")]
    now = Entry(key("1"), task=task("1", "success", link()), answered_at=EPOCH)
    assert merged(now, memory).state is TaskState.SUCCESS


async def test_an_id_that_was_denied_is_shown_so_at_the_next_start(house: House) -> None:
    house.say("1", TaskUnknown("no such task"))
    await house.open("1")
    await house.pass_by(120)
    assert house.entry("1").state is TaskState.NOT_FOUND
    await house.close()
    house.build().load()
    assert house.entry("1").state is TaskState.NOT_FOUND


async def test_every_change_of_state_is_kept_with_its_time_and_once(house: House) -> None:
    answers = [task("1", "queueing"), task("1", "queueing"), task("1", "processing", progress=1)]
    house.say("1", *answers, task("1", "processing", progress=50), task("1", "success", link()))
    await house.open("1")
    await house.pass_by(60)
    await house.restart()
    await house.pass_by(1)
    events = Ledger(house.ledger.path).events(key("1"))
    assert [event.state for event in events] == ["queueing", "processing", "success"]
    assert [round(event.at - EPOCH) for event in events] == [0, 20, 30]


async def test_a_signed_link_stands_on_the_disk_only_until_its_file_is_saved(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.pass_by(1)
    assert SECRET.encode() in on_disk(house)
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    assert house.entry("1").is_saved
    assert SECRET.encode() not in on_disk(house)


async def test_a_link_that_a_kill_left_behind_goes_at_the_next_start(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    entry = house.entry("1")
    await house.close()
    unsaved = entry._replace(task=task("1", "success", link()), files=())
    archive = Archive(Ledger(house.ledger.path))
    archive.answered(unsaved)
    archive.close()
    assert SECRET.encode() in on_disk(house)
    await house.open()
    await house.pass_by(1)
    assert SECRET.encode() not in on_disk(house)


async def test_links_of_files_that_nobody_wants_are_not_kept(house: House) -> None:
    done = task("1", "success", link())
    cover = Asset(AssetKind.COVER, "https://files.example.com/c.jpeg?Expires=1800003600&sig=c0v3r")
    creation = done.creations[0]._replace(assets=(*done.creations[0].assets, cover))
    house.say("1", done._replace(creations=(creation,)))
    await house.open("1")
    await house.pass_by(1)
    assert b"c0v3r" not in on_disk(house)


async def test_a_cut_link_is_asked_anew_before_it_is_used(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    (house.videos / "1.mp4").unlink()
    await house.restart()
    assert house.gateway.times("1") == [0]
    house.say("1", task("1", "success", link(9)))
    await house.press("1")
    assert len(house.gateway.times("1")) == 2
    assert house.host.last.order.url == link(9)


async def test_a_creation_keeps_its_number_when_the_gateway_leaves_one_out(house: House) -> None:
    both = task("1", "success", link(0), link(1))
    house.say("1", both, both._replace(creations=both.creations[1:]))
    await house.open("1")
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    found = house.entry("1").task
    assert found is not None
    assert [c.id for c in found.creations] == ["0", "1"]


async def test_the_choice_of_files_survives(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    kinds = (AssetKind.VIDEO, AssetKind.COVER)
    await house.engine.choose([key("1")], kinds, str(house.folder / "elsewhere"))
    await house.pass_by(0)
    (house.folder / "elsewhere").mkdir()
    house.host.last.land()
    await house.pass_by(1)
    await house.restart()
    entry = house.entry("1")
    assert (entry.kinds, entry.folder) == (kinds, str(house.folder / "elsewhere"))
    assert house.file("1").path == str(house.folder / "elsewhere" / "1.mp4")


async def test_a_lost_ledger_costs_history_and_no_task(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.close()
    for path in house.folder.glob("ledger.db*"):
        path.unlink()
    await house.open()
    assert house.entry("1").state is TaskState.SUCCESS
    assert house.engine.board.ledger_line == ""


async def test_a_broken_ledger_is_named_at_the_start_and_set_aside(house: House) -> None:
    await house.open("1")
    await house.close()
    for path in house.folder.glob("ledger.db*"):
        path.unlink()
    house.ledger.path.write_bytes(b"no database" * 100)
    await house.open()
    await house.pass_by(2)
    assert "set aside as ledger.db.broken-" in house.engine.board.ledger_line
    assert house.entry("1").state is TaskState.PROCESSING


async def test_a_record_that_cannot_be_read_is_a_task_without_an_answer(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.close()
    Ledger(house.ledger.path).write([("UPDATE answer SET body = ?", ("{not json",))])
    house.build().load()
    assert house.entry("1").state is TaskState.ASKING
    await house.open()
    assert house.entry("1").state is TaskState.SUCCESS


async def test_a_sidecar_says_all_but_the_links_queries(house: House) -> None:
    house.has_sidecars = True
    house.say("1", task("1", "success", link())._replace(credits=60.0, model="viduq3"))
    await house.open("1")
    await house.press("1")
    house.host.last.land(b"video")
    await house.pass_by(1)
    said = json.loads((house.videos / "1.mp4.json").read_text())
    assert (said["sha256"], said["size_bytes"], said["asset"]) == ("ab" * 32, 5, "video")
    assert (said["task"]["credits"], said["task"]["model"]) == (60.0, "viduq3")
    assert said["task"]["creations"][0]["url"] == "https://files.example.com/0.mp4"
    assert SECRET not in (house.videos / "1.mp4.json").read_text()


async def test_a_sidecar_never_overwrites_a_file_of_somebody_else(house: House) -> None:
    house.has_sidecars = True
    (house.videos / "1.mp4.json").write_text("mine")
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await house.press("1")
    house.host.last.land()
    await house.pass_by(1)
    assert (house.videos / "1.mp4.json").read_text() == "mine"
    assert house.entry("1").is_saved
    assert "left as it is" in house.file("1").line


async def test_a_cover_that_fails_does_not_fail_the_video(house: House) -> None:
    house.kinds = (AssetKind.VIDEO, AssetKind.COVER)
    done = task("1", "success", link())
    cover = Asset(AssetKind.COVER, "https://files.example.com/c.jpeg?Expires=1800090000")
    creation = done.creations[0]._replace(assets=(*done.creations[0].assets, cover))
    house.say("1", done._replace(creations=(creation,)))
    await house.open("1")
    await house.press("1")
    coming = {transfer.order.kind: transfer for transfer in house.host.transfers}
    video, image = coming[AssetKind.VIDEO], coming[AssetKind.COVER]
    assert image.order.target.endswith("1_cover.jpeg")
    image.fail(_no())
    video.land()
    await house.pass_by(1)
    entry = house.entry("1")
    assert (entry.saved_count, entry.is_unsaved) == (1, True)
    stages = {f.key.kind: f.stage for f in entry.files}
    assert stages == {AssetKind.VIDEO: FileStage.SAVED, AssetKind.COVER: FileStage.FAILED}
    assert cells.plain(outcome.result(entry, EPOCH)) == "unsaved 1 of 2"


def _no() -> Exception:
    from vidu_tui.core.errors import FileRefused

    return FileRefused("The host refused the file (418).", status=418)


async def test_a_purge_takes_what_has_ended_and_is_safe_and_undo_brings_it_back(
    house: House,
) -> None:
    for name in ("saved", "gone", "open"):
        house.say(name, task(name, "success", link()))
    house.say("failed", task("failed", "failed"))
    house.say("busy", task("busy", "processing"))
    await house.open("saved", "gone", "open", "failed", "busy")
    for name in ("saved", "gone"):
        await house.press(name)
        house.host.last.land()
        await house.pass_by(1)
    (house.videos / "gone.mp4").unlink()
    purged = await house.engine.purge()
    assert {e.key.id for e in purged.removed} == {"saved", "failed"}
    assert {e.key.id for e in purged.kept} == {"gone", "open"}
    assert {k.id for k in house.engine.board.entries} == {"gone", "open", "busy"}
    assert (house.videos / "saved.mp4").exists()
    await house.engine.undo()
    assert house.entry("saved").is_saved


_RUN = """
import sys, time
from pathlib import Path
from vidu_tui.core.files import FileKey
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger
archive = Archive(Ledger(Path(sys.argv[1])))
archive.queued(TaskKey("g", "1"), FileKey(0, AssetKind.VIDEO))
archive._scribe.write()
print("there", flush=True)
time.sleep(60)
"""


def test_the_queue_outlives_a_kill(tmp_path: Path, home: Path) -> None:
    path = tmp_path / "ledger.db"
    child = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(path)], stdout=subprocess.PIPE, env=environ_of(home)
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"there\n"
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert Ledger(path).queue() == [(key("1", "g"), FileKey(0, AssetKind.VIDEO))]


def test_a_gateway_that_never_stops_inventing_states_fills_no_disk(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    for number in range(facts.MAX_EVENTS + 50):
        ledger.write([facts.event(key("1"), EPOCH, f"state {number} {SECRET}" + "x" * 10_000)])
    events = ledger.events(key("1"))
    assert len(events) == facts.MAX_EVENTS
    assert max(len(event.state) for event in events) <= facts.LONGEST_WORD
    assert SECRET not in "".join(event.state for event in events)
