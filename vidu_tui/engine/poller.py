"""Who is due → ask → tell. Knows no screen, no file and no HTTP client.

One loop serves all gateways; each has a lane with its own queue, health and rest. A failure
stays with its own task unless it is the gateway's: key, rate and connection hold the lane.
"""

import asyncio
from collections.abc import Callable, Iterable

from vidu_tui.core import schedule, setback
from vidu_tui.core.answer import Answer
from vidu_tui.core.board import Board, Entry, HealthKind, with_answer
from vidu_tui.core.budget import Budget
from vidu_tui.core.errors import (
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoAnswer,
    QuestionRefused,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.report import Report
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.lane import FIRST, Lane
from vidu_tui.engine.ports import Asker
from vidu_tui.engine.waiters import Waiters
from vidu_tui.storage.windows import Request, RequestKind

MAX_AT_ONCE = 16
"""Questions under way to one gateway; as many as its client has connections."""


class Poller:
    """Ask for every task when it is due, and hand each change of the Board on."""

    def __init__(
        self,
        *,
        clock: Clock,
        intervals: Intervals,
        max_per_minute: int = 0,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        on_answer: Callable[[TaskKey], None] = lambda _: None,
        on_trouble: Callable[[Entry], None] = lambda _: None,
        on_outcome: Callable[[TaskKey, Answer | GatewayError], None] = lambda *_: None,
        may_ask: Callable[[], bool] = lambda: True,
        follows: Callable[[], bool] = lambda: False,
        ask_leader: Callable[[Iterable[Request]], None] = lambda _: None,
    ):
        """``may_ask`` is looked at before each batch; while it ``follows`` another window polls,
        and what is asked by hand goes to it by ``ask_leader``.
        """
        self._clock = clock
        self._intervals = intervals
        self._max_per_minute = max_per_minute
        self._board = board
        self._tell = tell
        self._on_answer = on_answer
        self._on_trouble = on_trouble
        self._on_outcome = on_outcome
        self._may_ask = may_ask
        self._follows = follows
        self._ask_leader = ask_leader
        self._is_held = False
        self._lanes: dict[str, Lane] = {}
        self._wake = asyncio.Event()
        self._empty_polls: dict[TaskKey, int] = {}
        self.waiters = Waiters(clock)

    def open(self, askers: Iterable[Asker]) -> None:
        """Take the gateways that can be asked."""
        self._lanes = {
            asker.name: Lane(asker, budget=Budget(self._max_per_minute)) for asker in askers
        }
        self.watch(self._board().entries)
        for lane in self._lanes.values():
            self._say_health(lane)

    def watch(self, keys: Iterable[TaskKey]) -> None:
        """Begin to poll tasks that are not polled yet; what has ended is left alone."""
        now, stray = self._clock.monotonic(), []
        for key in keys:
            lane, entry = self._lanes.get(key.gateway), self._board().entries.get(key)
            if entry is None or not self._lanes:
                continue
            if lane is None:
                stray.append(setback.unknown_gateway(entry, self._clock.now()))
                continue
            is_asked = key in lane.due or key in lane.asking
            if not is_asked and schedule.interval_s(entry, self._intervals) is not None:
                was_idle = not lane.due and not lane.asking
                lane.put(key, now)
                if was_idle:
                    self._say_health(lane)
        self._tell(self._board().with_entries(stray))
        self._wake.set()

    def forget(self, keys: Iterable[TaskKey]) -> None:
        """Stop asking for tasks that were removed; an answer under way is dropped."""
        for key in keys:
            self._empty_polls.pop(key, None)
            self.waiters.tell(key, is_fresh=False)
            if (lane := self._lanes.get(key.gateway)) is not None:
                lane.drop(key)
                if not lane.due:
                    self._say_health(lane)

    def poll_now(self, keys: Iterable[TaskKey]) -> int:
        """Ask at once, also what has ended and while paused; give how many are asked.

        Where there is no connection it is tried at once; a server's own wait is still kept.
        """
        count = sum(self._force(key) for key in keys)
        for lane in self._lanes.values():
            if lane.forced:
                lane.offline_until = FIRST
        self._wake.set()
        return count

    async def refresh(self, key: TaskKey, limit_s: float) -> bool | None:
        """Ask for one task at once and wait: True for a good answer, False for a refusal.

        None where it could not be asked, or not within ``limit_s``.
        """
        if self._follows():
            self._ask_leader([Request(RequestKind.POLL, key)])
        elif not self._force(key):
            return None
        self._wake.set()
        return await self.waiters.wait(key, limit_s)

    def heard_of(self, old: Entry, new: Entry) -> None:
        """Note what another window has been answered, if anything."""
        self.waiters.hear(old, new)

    def askable(self) -> int:
        """Count the gateways whose key is neither missing nor refused; 1 before that is known."""
        return sum(not lane.is_closed for lane in self._lanes.values()) if self._lanes else 1

    def report(self) -> Report:
        """Say to other windows how the polling goes."""
        board, mono = self._board(), self._clock.monotonic()
        lately = ((name, lane.budget.lately(mono)) for name, lane in self._lanes.items())
        return Report(board.paused_since, board.health, tuple(lately))

    def take_over(self, handed_at: float | None, told: Report) -> None:
        """Poll from now on, each task when it would have been due; ``handed_at`` is epoch."""
        mono, now, sample = self._clock.monotonic(), self._clock.now(), self._clock.sample
        lately = dict(told.lately)
        for health in told.health:
            if (lane := self._lanes.get(health.gateway)) is not None:
                lane.inherit(health, lately.get(health.gateway, ()), mono, now)
        for entry in self._board().entries.values():
            if (lane := self._lanes.get(entry.key.gateway)) is not None:
                at = schedule.resumed_at(entry, self._intervals, handed_at, now, sample())
                lane.resume(entry, at, mono, now)
        for lane in self._lanes.values():
            self._say_health(lane)
        self._wake.set()

    def use_key(self, gateway: str) -> None:
        """Open a lane again whose key has changed."""
        lane = self._lanes.get(gateway)
        if lane is None:
            return
        lane.reopen()
        self._say_health(lane)
        self.watch(k for k in self._board().entries if k.gateway == gateway)

    def polled(self) -> set[TaskKey]:
        """List what is to be asked again."""
        return {key for lane in self._lanes.values() for key in (*lane.due, *lane.asking)}

    def wake(self, *, only_if_held: bool = False) -> None:
        """Look at once whether something is due, as after a pause or when it might not be asked."""
        if self._is_held or not only_if_held:
            self._wake.set()

    def catch_up(self, slept_s: float) -> None:
        """Ask for everything at once, inside the budget: the machine was asleep for so long."""
        for lane in self._lanes.values():
            lane.catch_up(self._clock.monotonic(), slept_s)
        self._wake.set()

    async def run(self) -> None:
        """Serve all lanes until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                self._is_held = False
                next_at = [self._start_due(lane, group) for lane in self._lanes.values()]
                soonest = min((at for at in next_at if at is not None), default=None)
                pause = None if soonest is None else soonest - self._clock.monotonic()
                await wait(self._wake, pause, self._clock)

    def _force(self, key: TaskKey) -> bool:
        lane = self._lanes.get(key.gateway)
        if lane is None or key not in self._board().entries or lane.is_closed:
            return False
        lane.force(key, self._clock.monotonic())
        return True

    def _start_due(self, lane: Lane, group: asyncio.TaskGroup) -> float | None:
        """Start what is due and may be asked; give when to look again, None for not by time."""
        now = self._clock.monotonic()
        if lane.is_closed:
            return None
        if not self._may_ask():
            self._is_held = True
            return None
        if now < lane.rest_until:
            return lane.rest_until
        is_paused = self._board().paused_since is not None
        limit = 1 if lane.is_offline else MAX_AT_ONCE
        ready_at = lane.budget.ready_at(now)
        while len(lane.asking) < limit and ready_at <= now:
            taken = lane.take(now, only_forced=is_paused)
            if taken is None:
                break
            key, is_forced = taken
            lane.asking.add(key)
            lane.budget.take(now)
            ready_at = lane.budget.ready_at(now)
            group.create_task(self._ask(lane, key, is_forced=is_forced))
        if len(lane.asking) >= limit:
            return None
        next_due = lane.next_due() if not is_paused else now if lane.forced else None
        return None if next_due is None else max(next_due, ready_at)

    async def _ask(self, lane: Lane, key: TaskKey, *, is_forced: bool) -> None:
        generation, asked_at = lane.generation, self._clock.now()
        outcome: Answer | GatewayError
        try:
            outcome = await lane.asker.fetch(key.id)
        except GatewayError as error:
            outcome = error
        finally:
            lane.asking.discard(key)
            self._wake.set()
        entry = self._board().entries.get(key)
        if entry is None:
            self.waiters.tell(key, is_fresh=False)
            self._say_health(lane)
        elif generation != lane.generation:
            lane.put(key, self._clock.monotonic(), is_forced=is_forced)
        elif isinstance(outcome, Answer):
            self._answered(lane, entry, outcome, asked_at)
            self.waiters.tell(key, is_fresh=True)
        else:
            self._failed(lane, entry, outcome, is_forced=is_forced)
            is_no = isinstance(outcome, TaskUnknown | QuestionRefused)
            self.waiters.tell(key, is_fresh=False if is_no else None)
        self._on_outcome(key, outcome)

    def _answered(self, lane: Lane, entry: Entry, got: Answer, asked_at: float) -> None:
        now = at = self._clock.now()
        if not self._may_ask():
            # Another window may have asked since: this answer is as old as its question.
            at = asked_at
            if at < (entry.answered_at or 0.0):
                return
        skew_s = schedule.skew_s(got.server_time, now, entry.skew_s)
        entry = with_answer(entry, got.task, at, skew_s)
        polls = self._empty_polls.pop(entry.key, 0)
        again = schedule.interval_s(entry, self._intervals, polls, now)
        if again is not None:
            if entry.state.is_terminal:
                self._empty_polls[entry.key] = polls + 1
            wait_s = schedule.jittered(again, self._clock.sample())
            lane.put(entry.key, self._clock.monotonic() + wait_s)
            self._wake.set()
        self._tell(self._board().with_entry(entry))
        self._heard(lane)
        self._say_health(lane, latency_s=got.latency_s)
        self._on_answer(entry.key)

    def _failed(self, lane: Lane, entry: Entry, error: GatewayError, *, is_forced: bool) -> None:
        key, is_over = entry.key, schedule.interval_s(entry, self._intervals) is None
        if isinstance(error, KeyRefused | KeyMissing):
            if not is_over:
                lane.put(key, self._clock.monotonic())
            kind = HealthKind.REFUSED if isinstance(error, KeyRefused) else HealthKind.NO_KEY
            lane.close(kind, str(error))
            entries = self._board().entries.values()
            theirs = (e for e in entries if e.key.gateway == lane.asker.name)
            self._tell(self._board().with_entries(map(setback.unpromised, theirs)))
            self.waiters.tell_all(lane.asker.name)
            self._say_health(lane)
            return
        if isinstance(error, NoAnswer | UnusableAnswer | ServerTrouble):
            lane.failing.add(key)
        else:
            lane.failing.clear()
        rest_s = lane.hold(error, self._clock.monotonic(), self._clock.now())
        if rest_s is None and not lane.failing:
            self._heard(lane)
        if is_over:
            # Asked by hand: it waits with its gateway, but is not asked again for its own trouble.
            if rest_s is not None:
                lane.put(key, lane.rest_until, is_forced=is_forced)
        else:
            self._put_off(lane, entry, error, rest_s, is_forced=is_forced and rest_s is not None)
        self._say_health(lane)

    def _put_off(
        self,
        lane: Lane,
        entry: Entry,
        error: GatewayError,
        rest_s: float | None,
        *,
        is_forced: bool,
    ) -> None:
        """Ask again later, and say so in the row unless it is the gateway's rate alone."""
        now, sample = self._clock.now(), self._clock.sample()
        fresh, retry_s = setback.after(
            entry, error, rest_s=rest_s, now=now, sample=sample, intervals=self._intervals
        )
        lane.put(entry.key, self._clock.monotonic() + retry_s, is_forced=is_forced)
        self._wake.set()
        self._tell(self._board().with_entry(fresh))
        if fresh != entry:
            self._on_trouble(fresh)
        if fresh.is_denied and not entry.is_denied:
            self._on_answer(entry.key)

    def _heard(self, lane: Lane) -> None:
        """Note that the gateway answers; what failed without a connection is asked at once."""
        now = self._clock.monotonic()
        lane.failing.clear()
        if not lane.heard(now):
            return
        for key in list(lane.due):
            entry = self._board().entries.get(key)
            if entry is not None and entry.trouble and not entry.trouble.is_denial:
                lane.put(key, min(now, lane.due[key]))
        self._wake.set()

    def _say_health(self, lane: Lane, *, latency_s: float | None = None) -> None:
        if self._follows():
            return
        old = self._board().health_of(lane.asker.name)
        mono, now = self._clock.monotonic(), self._clock.now()
        self._tell(self._board().with_health(lane.health(old, mono, now, latency_s)))
