"""What passes from window to window: nothing old for the new, nothing twice, nothing lost."""

import asyncio
import sys
from collections.abc import Sequence

import pytest

from tests.engine.conftest import House, Pair, key
from tests.engine.simulated import link, task
from tests.engine.test_company import kill, open_both
from vidu_tui.core import view
from vidu_tui.core.board import Entry, with_answer
from vidu_tui.core.errors import RateLimited
from vidu_tui.core.files import FileKey, Validator
from vidu_tui.core.task import AssetKind, Task, TaskKey, TaskState
from vidu_tui.engine.memory import Memory
from vidu_tui.storage.facts import Choice, FileFact
from vidu_tui.storage.windows import Wish

VIDEO = FileKey(0, AssetKind.VIDEO)


async def test_an_answer_that_comes_after_the_lease_was_lost_changes_nothing_newer(
    pair: Pair,
) -> None:
    first, second = pair
    await open_both(pair, "1")
    await first.pass_by(4)
    first.gateway.delay_s = 20
    await first.pass_by(2)
    second.say("1", task("1", "success", link()))
    second.engine._lease.take()
    await second.pass_by(8)
    assert first.entry("1").state is second.entry("1").state is TaskState.SUCCESS
    await second.pass_by(30)
    assert first.gateway.in_flight == 0
    for window in pair:
        assert window.entry("1").state is TaskState.SUCCESS


async def test_a_window_that_leads_asks_for_what_it_hears_to_be_open_again(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "failed"), task("1", "processing"))
    await open_both(pair, "1")
    await first.pass_by(2)
    entry = second.entry("1")
    assert entry.task is not None
    second.engine._archive.answered(_answered_later(second, entry.key, task("1", "processing")))
    await first.pass_by(20)
    assert len(first.gateway.times("1")) > 2


async def test_what_has_ended_while_it_followed_is_not_asked_by_the_one_that_takes_over(
    pair: Pair,
) -> None:
    first, second = pair
    first.say("1", task("1", "processing"), task("1", "failed"))
    await open_both(pair, "1")
    await first.pass_by(8)
    assert second.entry("1").state is TaskState.FAILED
    await first.close()
    await second.pass_by(20)
    assert second.gateway.asked == []


async def test_a_window_opened_after_one_that_was_killed_keeps_its_intervals_and_rests(
    pair: Pair,
) -> None:
    first, second = pair
    first.say("1", task("1", "processing"), RateLimited("Slow down.", retry_after_s=600))
    await first.open("1")
    await first.pass_by(8)
    await kill(first)
    first.time.at += 6
    await second.open()
    await second.pass_by(500)
    assert second.gateway.asked == []
    await second.pass_by(120)
    assert second.gateway.asked


async def test_a_window_opened_after_one_that_was_closed_asks_at_once(pair: Pair) -> None:
    first, second = pair
    await first.open("1")
    await first.pass_by(2)
    await first.close()
    await second.open()
    await second.pass_by(0.5)
    assert len(second.gateway.asked) == 1


async def _fetched_by_the_second(pair: Pair) -> None:
    """Have the window that follows downloading task 1, both having seen it."""
    first, second = pair
    for window in pair:
        window.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    await second.press("1")
    await first.pass_by(1)
    assert (len(first.host.transfers), len(second.host.transfers)) == (0, 1)


async def test_a_download_of_a_window_that_was_closed_goes_on_in_the_one_that_polls(
    pair: Pair,
) -> None:
    first, second = pair
    await _fetched_by_the_second(pair)
    await second.close()
    await first.pass_by(16)
    assert len(first.host.transfers) == 1
    first.host.last.land(b"video")
    await first.pass_by(1)
    assert first.entry("1").is_saved


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")
async def test_a_part_that_another_window_is_fetching_is_left_to_it(pair: Pair) -> None:
    import fcntl

    first, _ = pair
    await _fetched_by_the_second(pair)
    fact = FileFact(key("1"), VIDEO, str(first.videos / "1.mp4"), Validator())
    first.engine._archive._records.keep(fact)
    with (first.videos / "1.mp4.part").open("w") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        await first.pass_by(31)
        assert first.host.transfers == []
    await first.pass_by(16)
    assert len(first.host.transfers) == 1


async def test_what_was_stopped_by_hand_is_not_begun_again_by_the_one_that_takes_over(
    pair: Pair,
) -> None:
    first, second = pair
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    await first.press("1")
    await first.pass_by(2)
    await second.close()
    await second.open()
    assert second.engine._archive.queue_of(key("1"))
    await first.press("1")
    await first.pass_by(2)
    await first.close()
    await second.pass_by(20)
    assert second.host.transfers == []


async def test_a_wish_that_is_not_written_yet_outlives_what_another_window_writes(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    await open_both(pair, "1")
    await first.pass_by(2)
    write = first.engine._archive._ledger.write
    monkeypatch.setattr(first.engine._archive._ledger, "write", lambda changes: False)
    await first.press("1")
    second.engine._archive.choose(key("1"), Choice((AssetKind.COVER,)))
    await first.pass_by(2)
    assert first.entry("1").is_wanted
    monkeypatch.setattr(first.engine._archive._ledger, "write", write)
    await first.pass_by(7)
    assert first.entry("1").is_wanted
    assert second.entry("1").is_wanted


async def test_a_window_that_follows_misses_nothing_when_the_ledger_is_begun_anew(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    first.say("1", task("1", "processing"), task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)

    async def busy(*_: object, **__: object) -> None:
        """See nothing for a while."""

    with monkeypatch.context() as patch:
        patch.setattr(second.engine._lease, "look", busy)
        for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
            (first.folder / name).unlink(missing_ok=True)
        second.engine._company._heard = 1_000
        await first.pass_by(8)
        assert second.entry("1").state is TaskState.PROCESSING
    await first.pass_by(1)
    assert second.entry("1").state is first.entry("1").state is TaskState.SUCCESS


async def test_a_link_for_a_file_that_was_put_away_is_handed_over_at_once(pair: Pair) -> None:
    first, second = pair
    for window in pair:
        window.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    await first.press("1")
    first.host.last.land(b"video")
    await first.pass_by(2)
    (first.videos / "1.mp4").unlink()
    refreshed = asyncio.create_task(second.engine._poller.refresh(key("1"), 60))
    await first.pass_by(3)
    assert refreshed.done()
    asset = view.asset_of(second.entry("1"), VIDEO)
    assert asset is not None
    assert asset.url == link()


async def test_windows_that_know_of_a_saved_file_have_no_more_to_say(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    await second.press("1")
    second.host.last.land(b"video")
    await second.pass_by(4)
    said = first.engine._lease.windows.news(0)
    newest = _newest(first)
    await first.pass_by(20)
    assert said
    assert _newest(first) == newest


async def test_a_servers_wait_goes_on_while_the_machine_sleeps(house: House) -> None:
    house.say("1", task("1", "processing"), RateLimited("Slow down.", retry_after_s=600))
    await house.open("1")
    await house.pass_by(8)
    asked = len(house.gateway.asked)
    house.time.slept += 590
    await house.pass_by(20)
    assert len(house.gateway.asked) > asked


async def test_a_row_that_is_removed_while_it_is_remembered_ends_nothing(house: House) -> None:
    await house.open("1")
    await house.engine.press_download([key("1")])
    await house.close()
    house.build()
    house.engine.load()
    archive = house.engine._archive
    remember = archive.remember

    def remember_late(tasks: Sequence[TaskKey]) -> dict[TaskKey, Memory]:
        found = remember(tasks)
        board = house.engine.board
        house.engine._tell(board._replace(entries={}))
        return found

    archive.remember = remember_late  # type: ignore[method-assign] # a row goes while it is read
    house.running = asyncio.create_task(house.engine.run())
    await house.pass_by(2)
    assert not house.running.done()


def _newest(window: House) -> int:
    glimpse = window.engine._lease.windows.look(window.time.clock.now(), Wish(takes=False))
    assert glimpse is not None
    return glimpse.newest


def _answered_later(window: House, key: TaskKey, answer: Task) -> Entry:
    return with_answer(window.engine.board.entries[key], answer, window.time.clock.now())
