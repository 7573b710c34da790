"""A day of polling in a second: the poller alone, on a clock that jumps from sleep to sleep."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

from tests.engine.simulated import EPOCH, GATEWAY, Gateway, Time, link, task
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.errors import NoConnection, RateLimited, ServerTrouble, TaskUnknown
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.poller import Poller

DAY_S = 86_400.0
HOUR_S = 3_600.0
SEED = 0.618


class Day:
    """A poller with its board and one gateway."""

    def __init__(self, *ids: str, max_per_minute: int = 600):
        self.time = Time()
        self.gateway = Gateway(self.time.clock)
        self.board = Board().with_list(Entry(TaskKey(GATEWAY, i), added_at=EPOCH) for i in ids)
        self.poller = Poller(
            clock=self.time.clock,
            intervals=Intervals(),
            max_per_minute=max_per_minute,
            board=lambda: self.board,
            tell=self._tell,
        )

    def _tell(self, board: Board) -> None:
        self.board = board

    def jitter(self) -> None:
        """Let the jitter vary, the same in each run."""
        state = SEED

        def sample() -> float:
            nonlocal state
            state = (state + SEED) % 1.0
            return state

        object.__setattr__(self.time.clock, "sample", sample)

    async def run(
        self, *steps: tuple[float, Callable[[], object]], length_s: float = DAY_S
    ) -> None:
        """Let a whole day pass, or less; at some seconds of it something is done."""
        self.poller.open([self.gateway])
        running = asyncio.create_task(self.poller.run())
        passed = 0.0
        for at, step in steps:
            await self.time.pass_by(at - passed)
            passed = at
            step()
        await self.time.pass_by(length_s - passed)
        running.cancel()

    def gaps(self, task_id: str) -> list[float]:
        """Give the seconds between two questions for a task."""
        times = [at for at, asked, _ in self.gateway.asked if asked == task_id]
        return [later - earlier for earlier, later in pairwise(times)]

    def most_in_a_minute(self) -> int:
        """Count the questions of the busiest minute."""
        times = [at for at, _, _ in self.gateway.asked]
        first = most = 0
        for number, at in enumerate(times):
            while times[first] <= at - 60 + 1e-6:
                first += 1
            most = max(most, number - first + 1)
        return most


async def test_a_day_in_the_queue_is_asked_about_every_half_minute() -> None:
    day = Day("1")
    day.jitter()
    day.gateway.say("1", task("1", "queueing"))
    await day.run()
    gaps = day.gaps("1")
    assert all(9 <= gap <= 11 for gap in gaps[:50])
    assert all(27 <= gap <= 33 for gap in gaps[70:])
    assert len(gaps) > DAY_S / 33
    assert len(set(gaps)) > 100, "the jitter spreads them"


async def test_nothing_is_ever_given_up_whatever_it_answers_for_a_day() -> None:
    day = Day("unknown", "empty", "odd", "down")
    day.gateway.say("unknown", TaskUnknown("no such id"))
    day.gateway.say("empty", task("empty", "success"))
    day.gateway.say("odd", task("odd", "dreaming"))
    day.gateway.say("down", ServerTrouble("502.", status=502))
    await day.run()
    assert max(day.gaps("odd")) <= 16
    assert max(day.gaps("down")) <= 67
    for slow in ("unknown", "empty"):
        gaps = day.gaps(slow)
        assert 130 <= len(gaps) <= 160
        assert gaps[-1] == 600
    assert [round(gap) for gap in day.gaps("empty")[:7]] == [10, 10, 10, 10, 10, 600, 600]


async def test_what_has_ended_is_asked_once_in_a_day() -> None:
    day = Day("done", "failed", "canceled")
    day.gateway.say("done", task("done", "success", link()))
    day.gateway.say("failed", task("failed", "failed"))
    day.gateway.say("canceled", task("canceled", "canceled"))
    await day.run()
    assert sorted(asked for _, asked, _ in day.gateway.asked) == ["canceled", "done", "failed"]


async def test_a_night_without_a_network_costs_one_probe_each_half_minute() -> None:
    day = Day(*[str(number) for number in range(8)])
    hours = (HOUR_S, 9 * HOUR_S)

    def cut() -> None:
        day.gateway.default = NoConnection("No connection to theturbo (name not found).")

    def back() -> None:
        day.gateway.default = None

    await day.run((hours[0], cut), (hours[1], back), length_s=10 * HOUR_S)
    night = [at for at, _, _ in day.gateway.asked if hours[0] + 600 <= at < hours[1]]
    assert len(night) <= (hours[1] - hours[0]) / 29
    woken = {asked for at, asked, _ in day.gateway.asked if hours[1] <= at <= hours[1] + 40}
    assert len(woken) == 8, "the first success wakes all"


async def test_five_thousand_tasks_share_a_small_budget_and_none_starves() -> None:
    day = Day(*[str(number) for number in range(5_000)], max_per_minute=60)
    await day.run(length_s=3 * HOUR_S)
    assert day.most_in_a_minute() <= 60
    assert len(day.gateway.asked) >= 3 * HOUR_S * 0.98
    counts = [0] * 5_000
    for _, asked, _ in day.gateway.asked:
        counts[int(asked)] += 1
    assert max(counts) - min(counts) <= 1


async def test_a_thousand_tasks_added_at_once_spread_out() -> None:
    day = Day(*[str(number) for number in range(300)], max_per_minute=0)
    day.jitter()
    running = asyncio.create_task(day.poller.run())
    day.poller.open([day.gateway])
    await day.time.pass_by(120)
    running.cancel()
    late = [int(at * 10) for at, _, _ in day.gateway.asked if at >= 60]
    busiest = max(late.count(tenth) for tenth in set(late))
    assert busiest <= 3 * len(late) / (60 * 10)


async def test_a_gateway_that_refuses_now_and_then_is_asked_less_and_then_more_again() -> None:
    day = Day(*[str(number) for number in range(10)], max_per_minute=60)

    def refuse() -> None:
        day.gateway.say("7", RateLimited("Slow down."), task("7", "processing"))

    hours = [(hour * HOUR_S, refuse) for hour in (1, 2, 3)]
    await day.run(*hours, length_s=4 * HOUR_S)
    assert day.most_in_a_minute() <= 60
    assert day.board.health_of(GATEWAY).limit == 60
    assert min(len(day.gaps(str(number))) for number in range(10)) > 4 * HOUR_S / 12


async def test_a_clock_that_jumps_an_hour_asks_all_at_once_inside_the_budget() -> None:
    day = Day(*[str(number) for number in range(300)], max_per_minute=60)
    await day.run((HOUR_S, lambda: day.poller.catch_up(HOUR_S)), length_s=1.2 * HOUR_S)
    assert day.most_in_a_minute() <= 60
    after = [at for at, _, _ in day.gateway.asked if at >= HOUR_S]
    assert after[0] <= HOUR_S + 1
