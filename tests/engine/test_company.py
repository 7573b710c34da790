"""Two windows on one list: one polls, the other follows, asks, and takes over."""

import itertools
from pathlib import Path

from tests.engine.conftest import House, Pair, key
from tests.engine.simulated import EPOCH, link, task
from vidu_tui.core.board import HealthKind
from vidu_tui.core.errors import KeyRefused, RateLimited, ServerTrouble, TaskUnknown
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import AssetKind, TaskState


async def open_both(pair: Pair, *ids: str) -> None:
    """Open the first window with ids, then the second."""
    await pair[0].open(*ids)
    await pair[1].open()


async def kill(window: House) -> None:
    """End a window without letting it say anything."""
    window.engine._archive._ledger.close()
    await window.close()


async def test_the_second_window_asks_nothing_and_shows_every_answer_within_a_second(
    pair: Pair,
) -> None:
    first, second = pair
    first.say("1", task("1", "queueing"))
    await open_both(pair, "1")
    assert second.engine.board.is_following
    await first.pass_by(12)
    first.say("1", task("1", "processing", progress=62))
    await first.pass_by(9)
    asked_at = first.gateway.times("1")[-1]
    assert first.time.at - 1_000 - asked_at <= 1.0
    shown = second.entry("1").task
    assert shown is not None
    assert (shown.state, shown.progress) == (TaskState.PROCESSING, 62)
    assert second.gateway.asked == []


async def test_the_one_that_follows_shows_trouble_and_health_as_the_other_has_it(
    pair: Pair,
) -> None:
    first, second = pair
    first.say("1", task("1", "processing"), ServerTrouble("theturbo answered 502.", status=502))
    await open_both(pair, "1")
    await first.pass_by(6.5)
    trouble = second.entry("1").trouble
    assert trouble == first.entry("1").trouble
    assert trouble is not None
    first.say("1", RateLimited("Slow down.", retry_after_s=100))
    await first.pass_by(30)
    assert second.engine.board.health_of("theturbo").kind is HealthKind.THROTTLED


async def test_a_window_that_opens_shows_the_trouble_that_there_is(pair: Pair) -> None:
    first, second = pair
    first.say("1", TaskUnknown("no such id"))
    await open_both(pair, "1")
    assert second.entry("1").trouble == first.entry("1").trouble
    assert second.entry("1").trouble is not None


async def test_a_window_that_quits_hands_over_at_once_and_nothing_is_asked_twice_in_an_interval(
    pair: Pair,
) -> None:
    first, second = pair
    await open_both(pair, "1", "2")
    await first.pass_by(11)
    await first.close()
    await second.pass_by(1)
    assert not second.engine.board.is_following
    await second.pass_by(30)
    for name in ("1", "2"):
        times = sorted(first.gateway.times(name) + second.gateway.times(name))
        gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
        assert min(gaps) >= 4.9
        assert max(gaps) <= 10.5


async def test_a_window_that_is_killed_is_followed_by_the_other_within_ten_seconds(
    pair: Pair,
) -> None:
    first, second = pair
    await open_both(pair, "1")
    await first.pass_by(11)
    await kill(first)
    await second.pass_by(10)
    assert not second.engine.board.is_following
    times = sorted(first.gateway.times("1") + second.gateway.times("1"))
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert second.gateway.times("1")
    assert min(gaps) >= 4.9


async def test_what_the_other_asked_in_the_last_minute_counts(pair: Pair) -> None:
    first, second = pair
    for window in pair:
        window.max_per_minute = 60
    await open_both(pair, *[str(number) for number in range(100)])
    await first.pass_by(65)
    await first.close()
    await second.pass_by(60)
    times = sorted(at for window in pair for at, _, _ in window.gateway.asked)
    assert second.gateway.asked
    assert max(sum(a <= t < a + 60 for t in times) for a in times) <= 61


async def test_a_servers_wait_is_kept_by_the_window_that_takes_over(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "processing"), RateLimited("Slow down.", retry_after_s=600))
    await open_both(pair, "1")
    await first.pass_by(10)
    await first.close()
    await second.pass_by(500)
    assert second.gateway.asked == []
    await second.pass_by(120)
    assert second.gateway.asked


async def test_polling_by_hand_works_in_the_window_that_follows(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "queueing"))
    first.say("2", task("2", "failed"))
    await open_both(pair, "1", "2")
    await first.pass_by(1)
    assert second.engine.poll_now([key("2")]) == 1
    await first.pass_by(1)
    assert len(first.gateway.times("2")) == 2
    second.engine.poll_now()
    await first.pass_by(1)
    assert len(first.gateway.times("1")) == 2
    assert second.gateway.asked == []


async def test_pause_is_told_to_the_window_that_polls_and_outlives_it(pair: Pair) -> None:
    first, second = pair
    await open_both(pair, "1")
    await first.pass_by(1)
    second.engine.pause(is_paused=True)
    await first.pass_by(1)
    assert first.engine.board.paused_since is not None
    await first.pass_by(2)
    assert first.engine.board.paused_since == second.engine.board.paused_since
    await first.close()
    await second.pass_by(20)
    assert second.gateway.asked == []
    second.engine.pause(is_paused=False)
    await second.pass_by(10)
    assert second.gateway.asked


async def test_a_key_given_to_one_window_is_used_there_and_nowhere_else(pair: Pair) -> None:
    first, second = pair
    for window in pair:
        window.gateway.default = KeyRefused("theturbo refused the key (401).", status=401)
    await open_both(pair, "1")
    await first.pass_by(5)
    second.gateway.default = task("1", "processing")
    second.engine.use_key("theturbo", "new")
    await second.pass_by(3)
    assert first.engine.board.is_following
    assert not second.engine.board.is_following
    assert second.entry("1").state is TaskState.PROCESSING
    assert first.entry("1").state is TaskState.PROCESSING
    assert {used for _, _, used in first.gateway.asked} == {"old"}
    assert len(first.gateway.asked) <= 2


async def test_only_the_window_that_polls_saves_by_itself(pair: Pair) -> None:
    first, second = pair
    for window in pair:
        window.auto = "success"
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    assert len(first.host.transfers) == 1
    assert second.host.transfers == []
    first.host.last.land(b"video")
    await first.pass_by(1.5)
    assert second.entry("1").is_saved
    await first.close()
    await second.pass_by(5)
    assert second.host.transfers == []


async def test_a_download_by_hand_works_in_the_window_that_follows(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(2)
    await second.press("1")
    second.host.last.land(b"video")
    await second.pass_by(2)
    assert first.entry("1").is_saved
    assert second.entry("1").is_saved
    ledger = (first.folder / "ledger.db").read_bytes() + _wal(first.folder)
    assert b"Signature" not in ledger


async def test_a_fresh_link_is_asked_for_by_the_window_that_polls(pair: Pair) -> None:
    first, second = pair
    dying = link(1, end=EPOCH + 3)
    first.say("1", task("1", "success", dying), task("1", "success", link(2)))
    await open_both(pair, "1")
    await first.pass_by(10)
    await second.press("1")
    await second.pass_by(3)
    assert second.host.last.order.url == link(2)
    assert second.gateway.asked == []
    assert len(first.gateway.asked) == 2


async def test_a_wish_made_in_one_window_is_granted_by_the_one_that_polls(pair: Pair) -> None:
    first, second = pair
    await open_both(pair, "1")
    await first.pass_by(1)
    await second.press("1")
    await second.pass_by(1)
    assert first.entry("1").is_wanted
    first.say("1", task("1", "success", link()))
    await first.pass_by(8)
    assert len(first.host.transfers) == 1
    first.host.last.land(b"video")
    await first.pass_by(2)
    assert second.entry("1").is_saved
    assert not second.entry("1").is_wanted


async def test_a_wish_for_what_has_just_finished_is_granted_at_once(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    second.engine._archive.wish(key("1"), is_wanted=True)
    await first.pass_by(1)
    assert len(first.host.transfers) == 1


async def test_a_choice_made_in_one_window_holds_in_the_other(pair: Pair) -> None:
    first, second = pair
    await open_both(pair, "1")
    await second.engine.choose([key("1")], (AssetKind.COVER,), "/elsewhere")
    await second.pass_by(1)
    assert (first.entry("1").kinds, first.entry("1").folder) == ((AssetKind.COVER,), "/elsewhere")


async def test_what_a_killed_window_was_fetching_goes_on_in_the_other(pair: Pair) -> None:
    first, second = pair
    first.say("1", task("1", "success", link()))
    second.gateway.default = task("1", "success", link())
    await open_both(pair, "1")
    await first.pass_by(2)
    await first.press("1")
    await first.pass_by(1)
    await kill(first)
    await second.pass_by(8)
    assert len(second.host.transfers) == 1
    shown = second.file("1")
    assert shown.stage is FileStage.RUNNING


async def test_a_task_that_the_other_added_is_asked_within_two_seconds(pair: Pair) -> None:
    first, second = pair
    await open_both(pair, "1")
    await second.engine.add([(key("2"), "late")])
    await first.pass_by(2)
    assert first.gateway.times("2")
    assert second.entry("2").state is TaskState.PROCESSING
    await second.engine.remove([key("1")])
    await first.pass_by(2)
    assert key("1") not in first.engine.board.entries


def _wal(folder: Path) -> bytes:
    wal = folder / "ledger.db-wal"
    return wal.read_bytes() if wal.exists() else b""
