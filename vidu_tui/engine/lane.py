"""One gateway's queue and condition: what is due, what rests, how it does. Asks nobody."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

from vidu_tui.core import schedule
from vidu_tui.core.board import Entry, Health, HealthKind
from vidu_tui.core.budget import Budget
from vidu_tui.core.errors import GatewayError, NoConnection, RateLimited, ServerTrouble
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.ports import Asker

FIRST = float("-inf")
"""Never: a rest that is over before it begins."""
AHEAD_S = 1e9
"""What is asked for by hand, or for a fresh link, counts as so much later than all the rest."""


@dataclass(slots=True)
class Lane:
    """What is to be asked of one gateway, and whether it may be asked now."""

    asker: Asker
    due: dict[TaskKey, float] = field(default_factory=dict)
    asking: set[TaskKey] = field(default_factory=set)
    forced: dict[TaskKey, None] = field(default_factory=dict)
    """Of what is due, in order: that which is asked while paused, too."""
    throttled_until: float = FIRST
    offline_until: float = FIRST
    strikes: int = 0
    condition: HealthKind = HealthKind.OK
    line: str = ""
    since: float | None = None
    next_at: float | None = None
    generation: int = 0
    """Grows with each new key; an answer to an older question is dropped."""
    budget: Budget = field(default_factory=Budget)
    failing: set[TaskKey] = field(default_factory=set)
    """Tasks that failed in a row, with no good answer between."""
    _queue: list[tuple[float, TaskKey]] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        """Tell whether the key was refused or is missing: nothing is asked until it changes."""
        return self.condition in (HealthKind.REFUSED, HealthKind.NO_KEY)

    @property
    def is_offline(self) -> bool:
        """Tell whether one probe at a time is all that is asked."""
        return self.condition is HealthKind.OFFLINE

    @property
    def rest_until(self) -> float:
        """Give until when (monotonic) nothing is asked."""
        return max(self.throttled_until, self.offline_until)

    def put(self, key: TaskKey, at: float, *, is_forced: bool = False) -> None:
        """Have a task asked at a time (monotonic); in order of lateness."""
        self.due[key] = at
        heapq.heappush(self._queue, (at, key))
        if is_forced:
            self.forced[key] = None

    def force(self, key: TaskKey, mono: float) -> None:
        """Have a task asked before all that is late by itself; of several the first one first.

        One that was asked for by hand before and put off since is asked anew.
        """
        is_waiting = key in self.forced and self.due.get(key, mono) <= mono
        if key not in self.asking and not is_waiting:
            self.put(key, mono - AHEAD_S, is_forced=True)

    def drop(self, key: TaskKey) -> None:
        """Take a task out of the queue."""
        self.due.pop(key, None)
        self.forced.pop(key, None)
        self.failing.discard(key)

    def next_due(self) -> float | None:
        """Give when the next task is due, None for never."""
        while self._queue and self.due.get(self._queue[0][1]) != self._queue[0][0]:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def take(self, now: float, *, only_forced: bool) -> tuple[TaskKey, bool] | None:
        """Take the latest task of those due, and tell whether it was asked for by hand."""
        if only_forced:
            key = next(iter(self.forced), None)
        else:
            at = self.next_due()
            key = self._queue[0][1] if at is not None and at <= now else None
        if key is None:
            return None
        is_forced = key in self.forced
        self.due.pop(key, None)
        self.forced.pop(key, None)
        return key, is_forced

    def catch_up(self, mono: float, slept_s: float) -> None:
        """Have everything asked at once, what is latest first: the machine was asleep.

        Our clock stood still meanwhile, the server's did not: its wait is shorter by that.
        """
        self.throttled_until -= slept_s
        self.offline_until -= slept_s
        for key, at in list(self.due.items()):
            if at > mono:
                self.put(key, mono, is_forced=key in self.forced)

    def close(self, kind: HealthKind, line: str) -> None:
        """Ask nothing until the key changes."""
        self.condition, self.line, self.since, self.next_at = kind, line, None, None

    def reopen(self) -> None:
        """Begin anew with another key."""
        self.generation += 1
        self.throttled_until = self.offline_until = FIRST
        self.strikes = 0
        self._recover(FIRST)

    def rest(self, kind: HealthKind, line: str, wait_s: float, mono: float, now: float) -> None:
        """Hold everything for a while; what closed the lane stays graver than that."""
        if kind is HealthKind.OFFLINE:
            self.offline_until = max(self.offline_until, mono + wait_s)
        else:
            self.throttled_until = max(self.throttled_until, mono + wait_s)
        if self.is_closed:
            return
        if self.condition is not kind or self.since is None:
            self.since = now
        self.condition, self.line = kind, line
        self.next_at = now + (self.rest_until - mono)

    def hold(self, error: GatewayError, mono: float, now: float) -> float | None:
        """Rest after a failure and give for how many seconds; None for a task's own trouble."""
        has_wait = isinstance(error, ServerTrouble) and error.retry_after_s is not None
        is_away = isinstance(error, NoConnection) or (
            len(self.failing) >= schedule.FAILING_TASKS and not has_wait
        )
        if not (is_away or isinstance(error, RateLimited) or has_wait):
            return None
        if mono >= self.rest_until:
            self.strikes += 1
            if isinstance(error, RateLimited):
                self.budget.halve(mono)
        wait_s = schedule.gateway_wait_s(error, self.strikes, is_away=is_away)
        kind = HealthKind.OFFLINE if is_away else HealthKind.THROTTLED
        self.rest(kind, str(error), wait_s, mono, now)
        return max(0.0, self.rest_until - mono)

    def inherit(self, told: Health, lately: Sequence[int], mono: float, now: float) -> None:
        """Go on as the window before us did: what it has asked counts, and its wait holds."""
        self.budget.inherit(lately, told.limit, mono)
        if told.kind is HealthKind.THROTTLED and told.next_at is not None and told.next_at > now:
            wait_s = min(told.next_at - now, schedule.MAX_SERVER_WAIT_S)
            self.rest(told.kind, told.line, wait_s, mono, now)

    def resume(self, entry: Entry, at: float | None, mono: float, now: float) -> None:
        """Have a task asked at ``at`` (epoch), None for never; what is being asked stays so."""
        if at is None and entry.key not in self.forced:
            self.drop(entry.key)
        elif at is not None and entry.key not in self.asking:
            self.put(entry.key, mono + at - now, is_forced=entry.key in self.forced)

    def heard(self, mono: float) -> bool:
        """Note that the gateway has answered; tell whether there was no connection before."""
        was_offline = self.is_offline
        if not self.is_closed and (was_offline or mono >= self.rest_until):
            self.offline_until = FIRST
            self._recover(mono)
        return was_offline

    def health(self, old: Health, mono: float, now: float, latency_s: float | None) -> Health:
        """Say how the gateway does; the latency of an answer that came just now is smoothed."""
        kind, latency_ms, polled_at = self.condition, old.latency_ms, old.polled_at
        if latency_s is not None:
            fresh, polled_at = latency_s * 1000, now
            latency_ms = round(fresh if latency_ms is None else 0.7 * latency_ms + 0.3 * fresh)
        if kind is HealthKind.OK and not self.due and not self.asking:
            kind = HealthKind.IDLE
        elif kind is HealthKind.OK and (latency_ms or 0) >= schedule.SLOW_ANSWER_S * 1000:
            kind = HealthKind.SLOW
        return Health(
            gateway=self.asker.name,
            host=old.host or self.asker.host,
            kind=kind,
            latency_ms=latency_ms,
            polled_at=polled_at,
            since=self.since,
            next_at=self.next_at,
            line=self.line,
            asked=self.budget.asked(mono),
            limit=self.budget.limit,
        )

    def _recover(self, mono: float) -> None:
        if mono < self.throttled_until:
            # The connection is back, but the server's own wait still holds.
            self.condition = HealthKind.THROTTLED
            return
        self.condition, self.line, self.since, self.next_at = HealthKind.OK, "", None, None
        self.strikes = 0
