"""What is remembered of files: the same in memory, on disk and after a race between the two."""

import asyncio
from pathlib import Path

import pytest

from tests.engine.simulated import Inline, Time
from vidu_tui.core.files import Arrived, FileKey, FileStage, Validator
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.ondisk import length
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger

TASK = TaskKey("theturbo", "1")
VIDEO = FileKey(0, AssetKind.VIDEO)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


def test_what_the_loop_wants_written_is_written_in_order_at_the_end(ledger: Ledger) -> None:
    archive = Archive(ledger)
    for is_wanted in (True, False, True, False, True):
        archive.wish(TASK, is_wanted=is_wanted)
    archive.found(TASK, VIDEO, Arrived("/v/1.mp4", 5, ""))
    assert ledger.wishes() == set()
    archive.close()
    later = Ledger(ledger.path)
    assert later.wishes() == {TASK}
    assert later.files()[0].path == "/v/1.mp4"


def test_a_thread_that_comes_after_the_end_writes_nothing(ledger: Ledger) -> None:
    Archive(ledger).close()
    assert not ledger.write([facts.wish(TASK, is_wanted=True)])
    assert Ledger(ledger.path).wishes() == set()


async def test_what_the_loop_wants_written_is_written_while_it_runs(ledger: Ledger) -> None:
    asyncio.get_running_loop().set_default_executor(Inline())
    archive = Archive(ledger)
    running = asyncio.create_task(archive.run())
    archive.wish(TASK, is_wanted=True)
    await Time().settle()
    running.cancel()
    assert ledger.wishes() == {TASK}


def test_a_wish_taken_back_before_the_ledger_was_read_stays_back(ledger: Ledger) -> None:
    ledger.write([facts.wish(TASK, is_wanted=True)])
    archive = Archive(ledger)
    archive.wish(TASK, is_wanted=False)
    archive.read()
    assert not archive.is_wished(TASK)


def test_what_this_run_has_learnt_is_newer_than_the_ledger(ledger: Ledger) -> None:
    ledger.write(facts.begun(TASK, VIDEO, "/old.mp4", Validator()))
    archive = Archive(ledger)
    archive.begun(TASK, VIDEO, "/new.mp4", Validator(total=7))
    fact = archive.fact(TASK, VIDEO)
    assert fact is not None
    assert fact.target == "/new.mp4"


def test_a_target_is_free_again_once_its_file_has_landed(ledger: Ledger, tmp_path: Path) -> None:
    archive = Archive(ledger)
    other = TaskKey("theturbo", "2")
    target = str(tmp_path / "Video.mp4")
    archive.begun(TASK, VIDEO, target, Validator())
    assert archive.claim(TASK, VIDEO, target)
    assert not archive.claim(other, VIDEO, target)
    assert not archive.claim(other, VIDEO, target.lower())
    archive.landed(TASK, VIDEO, Arrived(target, 5, ""))
    assert archive.claim(other, VIDEO, target)


def test_a_part_of_an_earlier_run_keeps_its_name(ledger: Ledger) -> None:
    ledger.write(facts.begun(TASK, VIDEO, "/v/video.mp4", Validator()))
    archive = Archive(ledger)
    archive.read()
    assert not archive.claim(TaskKey("theturbo", "2"), VIDEO, "/v/video.mp4")
    assert archive.claim(TASK, VIDEO, "/v/video.mp4")


def test_an_empty_part_is_nothing_kept(ledger: Ledger, tmp_path: Path) -> None:
    target = tmp_path / "1.mp4"
    target.with_name("1.mp4.part").touch()
    ledger.write(facts.begun(TASK, VIDEO, str(target), Validator(total=9)))
    assert Archive(ledger).remember([TASK])[TASK].files == ()


def test_a_folder_in_place_of_a_saved_file_is_a_missing_file(
    ledger: Ledger, tmp_path: Path
) -> None:
    arrived = Arrived(str(tmp_path), tmp_path.stat().st_size, "")
    ledger.write(facts.landed(TASK, VIDEO, arrived, 0))
    states = Archive(ledger).remember([TASK])[TASK].files
    assert [state.stage for state in states] == [FileStage.MISSING]
    assert length("/nul\0") is None
