"""Look now and then at what no answer tells: the list, files, ages, clocks. Asks no gateway."""

from collections.abc import Awaitable, Callable, Iterable

from vidu_tui.core import schedule
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock

EACH_S = 1.0
LOOK_AT_FILES_S = 15.0
"""How often saved files are looked for on the disk."""
JUMP_S = 20.0
"""The clock on the wall has gone on so much more than ours: the machine was asleep."""


class Housekeeping:
    """See what has changed without an answer, and say it on the Board."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        intervals: Intervals,
        follow: Callable[[], Awaitable[None]],
        look_at_files: Callable[[], Awaitable[None]],
        catch_up: Callable[[float], None],
        polled: Callable[[], set[TaskKey]],
        trouble: Callable[[], str],
    ):
        self._clock = clock
        self._board = board
        self._tell = tell
        self._intervals = intervals
        self._follow = follow
        self._look_at_files = look_at_files
        self._catch_up = catch_up
        self._polled = polled
        self._trouble = trouble
        self._stale: set[TaskKey] = set()
        own = (intervals.processing_s, intervals.queueing_s, intervals.unknown_s)
        self._young_s = max(schedule.STALE_FROM_S, 3 * min(own))

    async def run(self) -> None:
        """Look every second, until cancelled."""
        drift = self._clock.now() - self._clock.monotonic()
        look_at = self._clock.monotonic() + LOOK_AT_FILES_S
        while True:
            await self._clock.sleep(EACH_S)
            before, drift = drift, self._clock.now() - self._clock.monotonic()
            if drift - before > JUMP_S:
                self._catch_up(drift - before)
            await self._follow()
            self._mark(self._polled() | self._stale)
            if self._clock.monotonic() >= look_at:
                look_at = self._clock.monotonic() + LOOK_AT_FILES_S
                await self._look_at_files()
            if self._trouble() != self._board().ledger_line:
                self._tell(self._board()._replace(ledger_line=self._trouble()))

    def mark_stale(self) -> None:
        """Dim what is still polled and whose last good answer is older than three intervals."""
        self._mark(self._board().entries)

    def _mark(self, keys: Iterable[TaskKey]) -> None:
        entries, now, changed = self._board().entries, self._clock.now(), []
        for key in keys:
            entry = entries.get(key)
            is_old = entry is not None and self._is_stale(entry, now)
            (self._stale.add if is_old else self._stale.discard)(key)
            if entry is not None and is_old != entry.is_stale:
                changed.append(entry._replace(is_stale=is_old))
        self._tell(self._board().with_entries(changed))

    def _is_stale(self, entry: Entry, now: float) -> bool:
        is_young = now - (entry.answered_at or now) <= self._young_s
        return not is_young and schedule.is_stale(entry, self._intervals, now)
