"""How many questions a gateway may be asked. Pure: time comes in as monotonic seconds."""

from collections import deque
from collections.abc import Sequence

MINUTE_S = 60.0
LEAST = 12.0
"""Questions a minute that are left however often the gateway says stop."""
GROW_S = 30.0
"""So long without a refusal, and the budget grows a step."""
STEP = 0.25
BURST_S = 6.0
"""So many seconds' worth may be asked in one go."""
TENTHS = int(MINUTE_S / BURST_S)


class Budget:
    """A token bucket of six seconds' worth, and never more than the limit in any minute."""

    def __init__(self, per_minute: int = 0):
        """``per_minute`` 0 means no limit, until the gateway sets one by refusing."""
        self._full = float(per_minute)
        self._limit = self._full
        self._ceiling = self._full
        """Up to here it grows back; beyond it there is no limit again where none was set."""
        self._tokens = self._capacity
        self._at = float("-inf")
        self._grow_at = float("inf")
        self._asked: deque[float] = deque()

    @property
    def limit(self) -> int | None:
        """Give the questions a minute that are allowed now, None for no limit."""
        return int(self._limit) if self._limit else None

    def asked(self, now: float) -> int:
        """Count the questions of the last minute."""
        while self._asked and self._asked[0] <= now - MINUTE_S:
            self._asked.popleft()
        return len(self._asked)

    def ready_at(self, now: float) -> float:
        """Give when the next question may be asked; not after ``now`` if it may be now."""
        self._grow(now)
        if not self._limit:
            return now
        self._refill(now)
        wait_s = max(0.0, 1.0 - self._tokens) * MINUTE_S / self._limit
        if self.asked(now) >= int(self._limit):
            oldest = self._asked[-int(self._limit)]
            wait_s = max(wait_s, oldest + MINUTE_S - now)
        return now + wait_s

    def take(self, now: float) -> None:
        """Note that a question is asked."""
        self._refill(now)
        self._tokens = max(0.0, self._tokens - 1.0)
        self._asked.append(now)

    def halve(self, now: float) -> None:
        """Ask half as much from now on: the gateway has refused."""
        current = self._limit or float(self.asked(now))
        if not self._full:
            self._ceiling = max(self._ceiling, current)
        self._limit = max(LEAST, current / 2)
        if self._full:
            self._limit = min(self._limit, self._full)
        self._tokens = min(self._tokens, self._capacity)
        self._grow_at = now + GROW_S

    def lately(self, now: float) -> tuple[int, ...]:
        """Count the questions of each tenth of the last minute, the newest first."""
        counts = [0] * TENTHS
        for at in self._asked:
            age = int((now - at) / BURST_S)
            if 0 <= age < TENTHS:
                counts[age] += 1
        return tuple(counts)

    def inherit(self, lately: Sequence[int], limit: int | None, now: float) -> None:
        """Count what another process has asked in the last minute, each as late as it may be.

        It may have inherited ours: of both counts of a tenth the larger holds, not the sum. Its
        ``limit`` holds as well where it is lower than ours: the gateway has refused it.
        """
        for age, (told, own) in enumerate(zip(lately, self.lately(now), strict=False)):
            self._asked.extend([now - age * BURST_S] * (told - own))
        self._asked = deque(sorted(self._asked))
        self._tokens = min(self._tokens, 1.0)
        self._at = now
        if limit and (not self._limit or limit < self._limit):
            self._ceiling = max(self._ceiling, self._full, 2.0 * limit)
            self._limit, self._grow_at = float(limit), now + GROW_S

    def _grow(self, now: float) -> None:
        while now >= self._grow_at:
            self._grow_at += GROW_S
            self._limit += max(1.0, STEP * self._limit)
            if self._limit >= (self._full or max(self._ceiling, LEAST)):
                self._limit, self._grow_at = self._full, float("inf")
                self._ceiling = self._full

    @property
    def _capacity(self) -> float:
        return max(1.0, self._limit * BURST_S / MINUTE_S)

    def _refill(self, now: float) -> None:
        if self._limit and now > self._at:
            gained = (now - self._at) * self._limit / MINUTE_S
            self._tokens = min(self._capacity, self._tokens + gained)
        self._at = max(self._at, now)
