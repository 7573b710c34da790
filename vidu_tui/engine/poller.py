"""Who is due → ask → tell. Knows no screen, no file and no HTTP client.

One loop serves all gateways; each has a lane with its own queue, health and rest. A failure
stays with its own task unless it is the gateway's: key, rate and connection hold the lane.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from vidu_tui.core import schedule
from vidu_tui.core.answer import Answer
from vidu_tui.core.board import Board, Entry, Health, HealthKind, Trouble, with_answer
from vidu_tui.core.errors import (
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoConnection,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
)
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.ports import Asker

MAX_AT_ONCE = 16
"""Questions under way to one gateway; as many as its client has connections."""


@dataclass(slots=True)
class _Lane:
    """One gateway's queue and condition."""

    asker: Asker
    due: dict[TaskKey, float] = field(default_factory=dict)
    queue: list[tuple[float, TaskKey]] = field(default_factory=list)
    asking: set[TaskKey] = field(default_factory=set)
    rest_until: float = 0.0
    strikes: int = 0
    is_offline: bool = False
    is_closed: bool = False
    """The key was refused or is missing: nothing is asked until it changes."""
    generation: int = 0
    """Grows with each new key; an answer to an older question is dropped."""

    def put(self, key: TaskKey, at: float) -> None:
        self.due[key] = at
        heapq.heappush(self.queue, (at, key))

    def next_due(self) -> float | None:
        while self.queue and self.due.get(self.queue[0][1]) != self.queue[0][0]:
            heapq.heappop(self.queue)
        return self.queue[0][0] if self.queue else None

    def take(self) -> TaskKey:
        _, key = heapq.heappop(self.queue)
        del self.due[key]
        return key


class Poller:
    """Ask for every task when it is due, and hand each change of the Board on."""

    def __init__(
        self,
        *,
        clock: Clock,
        intervals: Intervals,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
    ):
        self._clock = clock
        self._intervals = intervals
        self._board = board
        self._tell = tell
        self._lanes: dict[str, _Lane] = {}
        self._wake = asyncio.Event()
        self._forced: set[TaskKey] = set()
        self._empty_polls: dict[TaskKey, int] = {}
        self._waiters: dict[TaskKey, list[asyncio.Future[bool]]] = {}

    def open(self, askers: Iterable[Asker]) -> None:
        """Take the gateways that can be asked."""
        for asker in askers:
            self._lanes[asker.name] = _Lane(asker)
            self._say_health(asker.name)
        self.watch(self._board().entries)

    def watch(self, keys: Iterable[TaskKey]) -> None:
        """Begin to poll tasks that are not polled yet; what has ended is left alone."""
        now = self._clock.monotonic()
        for key in keys:
            lane, entry = self._lanes.get(key.gateway), self._board().entries.get(key)
            if lane is None or entry is None or key in lane.due or key in lane.asking:
                continue
            if schedule.interval_s(entry, self._intervals) is not None:
                lane.put(key, now)
        self._wake.set()

    def forget(self, keys: Iterable[TaskKey]) -> None:
        """Stop asking for tasks that were removed; an answer under way is dropped."""
        for key in keys:
            if (lane := self._lanes.get(key.gateway)) is not None:
                lane.due.pop(key, None)
                if not lane.is_closed and not lane.due and not lane.asking:
                    self._say_health(key.gateway)

    def poll_now(self, keys: Iterable[TaskKey]) -> int:
        """Ask at once, also what has ended and while paused; give how many are asked."""
        now, count = self._clock.monotonic(), 0
        for key in keys:
            lane = self._lanes.get(key.gateway)
            if lane is None or key not in self._board().entries or lane.is_closed:
                continue
            count += 1
            self._forced.add(key)
            if key not in lane.asking:
                lane.put(key, now)
        self._wake.set()
        return count

    async def refresh(self, key: TaskKey) -> bool:
        """Ask for one task at once and wait for the outcome: True for a good answer."""
        lane = self._lanes.get(key.gateway)
        if lane is None or lane.is_closed or key not in self._board().entries:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(key, []).append(future)
        self.poll_now([key])
        return await future

    def use_key(self, gateway: str) -> None:
        """Open a lane again whose key has changed."""
        lane = self._lanes.get(gateway)
        if lane is None:
            return
        lane.generation += 1
        lane.is_closed, lane.rest_until, lane.strikes = False, 0.0, 0
        self._say_health(gateway)
        self.watch(self._board().entries)

    def wake(self) -> None:
        """Look at once whether something is due, as after a pause."""
        self._wake.set()

    async def run(self) -> None:
        """Serve all lanes until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                next_at = [self._start_due(lane, group) for lane in self._lanes.values()]
                soonest = min((at for at in next_at if at is not None), default=None)
                pause = None if soonest is None else soonest - self._clock.monotonic()
                await wait(self._wake, pause, self._clock)

    def _start_due(self, lane: _Lane, group: asyncio.TaskGroup) -> float | None:
        """Start what is due and may be asked; give when to look again, None for not by time."""
        now = self._clock.monotonic()
        if lane.is_closed:
            return None
        if now < lane.rest_until:
            return lane.rest_until
        is_paused = self._board().paused_since is not None
        limit = 1 if lane.is_offline else MAX_AT_ONCE
        held: list[TaskKey] = []
        while (at := lane.next_due()) is not None and at <= now and len(lane.asking) < limit:
            key = lane.take()
            if key not in self._board().entries:
                continue
            if is_paused and key not in self._forced:
                held.append(key)
                continue
            lane.asking.add(key)
            group.create_task(self._ask(lane, key))
        at = lane.next_due()
        for key in held:
            lane.put(key, now)
        return None if len(lane.asking) >= limit else at

    async def _ask(self, lane: _Lane, key: TaskKey) -> None:
        generation = lane.generation
        self._forced.discard(key)
        outcome: Answer | GatewayError
        try:
            outcome = await lane.asker.fetch(key.id)
        except GatewayError as error:
            outcome = error
        finally:
            lane.asking.discard(key)
            self._wake.set()
        entry = self._board().entries.get(key)
        if entry is not None and generation == lane.generation:
            if isinstance(outcome, Answer):
                self._answered(lane, entry, outcome)
            else:
                self._failed(lane, entry, outcome)
        elif entry is not None:
            lane.put(key, self._clock.monotonic())
        for waiter in self._waiters.pop(key, ()):
            if not waiter.done():
                waiter.set_result(isinstance(outcome, Answer))

    def _answered(self, lane: _Lane, entry: Entry, got: Answer) -> None:
        now = self._clock.now()
        was_offline, lane.is_offline, lane.strikes = lane.is_offline, False, 0
        entry = with_answer(entry, got.task, now)
        polls = self._empty_polls.pop(entry.key, 0)
        again = schedule.interval_s(entry, self._intervals, polls)
        if again is not None:
            if entry.state.is_terminal:
                self._empty_polls[entry.key] = polls + 1
            self._later(lane, entry.key, schedule.jittered(again, self._clock.sample()))
        self._tell(self._board().with_entry(entry))
        old = self._board().health_of(lane.asker.name)
        fresh = got.latency_s * 1000
        smooth = fresh if old.latency_ms is None else 0.7 * old.latency_ms + 0.3 * fresh
        self._say_health(lane.asker.name, latency_ms=round(smooth), polled_at=now)
        if was_offline:
            self._wake_troubled(lane)

    def _failed(self, lane: _Lane, entry: Entry, error: GatewayError) -> None:
        if isinstance(error, KeyRefused | KeyMissing):
            lane.is_closed = True
            kind = HealthKind.REFUSED if isinstance(error, KeyRefused) else HealthKind.NO_KEY
            self._later(lane, entry.key, 0.0)
            self._say_health(lane.asker.name, kind, line=str(error))
            return
        sample = self._clock.sample()
        failures = entry.trouble.count + 1 if entry.trouble else 1
        retry_s = schedule.retry_s(error, failures, sample, self._intervals)
        has_wait = isinstance(error, ServerTrouble) and error.retry_after_s is not None
        if isinstance(error, NoConnection | RateLimited) or has_wait:
            retry_s = self._rest(lane, error)
        if isinstance(error, NoConnection) or not isinstance(error, RateLimited):
            entry = self._with_trouble(entry, error, failures, retry_s)
            self._tell(self._board().with_entry(entry))
        if entry.is_denied:
            retry_s = schedule.SLOW_S
        self._later(lane, entry.key, retry_s)

    def _rest(self, lane: _Lane, error: GatewayError) -> float:
        """Hold the whole lane; give for how many seconds."""
        mono, now = self._clock.monotonic(), self._clock.now()
        if mono >= lane.rest_until:
            lane.strikes += 1
        wait_s = schedule.gateway_wait_s(error, lane.strikes)
        if isinstance(error, ServerTrouble) and error.retry_after_s is not None:
            wait_s = min(schedule.MAX_SERVER_WAIT_S, error.retry_after_s)
        lane.rest_until = max(lane.rest_until, mono + wait_s)
        lane.is_offline = isinstance(error, NoConnection)
        kind = HealthKind.OFFLINE if lane.is_offline else HealthKind.THROTTLED
        old = self._board().health_of(lane.asker.name)
        since = old.since if old.kind is kind and old.since is not None else now
        until = now + (lane.rest_until - mono)
        self._say_health(lane.asker.name, kind, line=str(error), since=since, next_at=until)
        return lane.rest_until - mono

    def _with_trouble(
        self, entry: Entry, error: GatewayError, failures: int, retry_s: float
    ) -> Entry:
        now, old = self._clock.now(), entry.trouble
        is_denial = isinstance(error, TaskUnknown)
        goes_on = old is not None and old.is_denial == is_denial
        since = old.since if old is not None and goes_on else now
        count = failures if goes_on else 1
        is_denied = entry.is_denied or (is_denial and schedule.is_denial_final(count, since, now))
        trouble = Trouble(
            cell=error.cell,
            line=str(error),
            since=since,
            next_at=now + (schedule.SLOW_S if is_denied else retry_s),
            has_age=error.has_age,
            count=count,
            is_denial=is_denial,
            outlook=error.outlook,
            trace_id=error.trace_id,
        )
        return replace(entry, trouble=trouble, is_denied=is_denied)

    def _wake_troubled(self, lane: _Lane) -> None:
        """Ask again at once what failed while there was no connection."""
        now = self._clock.monotonic()
        for key in list(lane.due):
            entry = self._board().entries.get(key)
            if entry is not None and entry.trouble and not entry.trouble.is_denial:
                lane.put(key, now)

    def _later(self, lane: _Lane, key: TaskKey, seconds: float) -> None:
        lane.put(key, self._clock.monotonic() + seconds)
        self._wake.set()

    def _say_health(
        self,
        gateway: str,
        kind: HealthKind | None = None,
        *,
        latency_ms: int | None = None,
        polled_at: float | None = None,
        line: str = "",
        since: float | None = None,
        next_at: float | None = None,
    ) -> None:
        lane, old = self._lanes[gateway], self._board().health_of(gateway)
        if kind is None:
            kind = HealthKind.OK if lane.due or lane.asking else HealthKind.IDLE
        health = Health(
            gateway=gateway,
            host=lane.asker.host,
            kind=kind,
            latency_ms=latency_ms if latency_ms is not None else old.latency_ms,
            polled_at=polled_at if polled_at is not None else old.polled_at,
            since=since,
            next_at=next_at,
            line=line,
        )
        self._tell(self._board().with_health(health))
