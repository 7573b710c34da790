"""Save by itself what would be lost: waits for each link's time. Knows no transfer."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable

from vidu_tui.core import rescue, text
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.storage.paths import tilde

_AUTO_NOTE = "auto-save"
LOOK_AGAIN_S = 10.0
LONGEST_WAIT_S = 30.0
"""The clock on the wall may jump, as after a sleep of the machine: look at least so often."""


class Rescue:
    """Start the download of what is unsaved when its time has come."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        fetch: Callable[[Iterable[TaskKey]], Awaitable[None]],
        free_bytes: Callable[[str], int | None],
        folder: str,
        mode: str,
        lifetime_s: float,
        leads: Callable[[], bool] = lambda: True,
    ):
        """``leads`` tells whether this window starts anything by itself."""
        self._clock = clock
        self._board = board
        self._tell = tell
        self._fetch = fetch
        self._free_bytes = free_bytes
        self._folder = folder
        self._mode = mode
        self._lifetime_s = lifetime_s
        self._leads = leads
        self._due: dict[TaskKey, float] = {}
        self._heap: list[tuple[float, TaskKey]] = []
        self._stopped_at: dict[TaskKey, float] = {}
        self._wake = asyncio.Event()

    async def introduce(self, archive: Archive) -> None:
        """Say once, at the first start ever, that files are saved without being asked for."""
        if self._mode != rescue.OFF and await asyncio.to_thread(archive.is_first, _AUTO_NOTE):
            self._tell(self._board()._replace(notice=self._mode))

    def look(self, key: TaskKey) -> None:
        """Note when a task's files are due, after an answer or a change of what is wanted."""
        entry = self._board().entries.get(key)
        is_ours = entry is not None and self._leads()
        due = rescue.due_at(entry, self._mode, self._lifetime_s) if entry and is_ours else None
        if due is None:
            self._due.pop(key, None)
        elif self._due.get(key) != due:
            self._put(key, due)
            self._wake.set()

    def stopped(self, keys: Iterable[TaskKey]) -> None:
        """Leave alone what a person has stopped, until a time that comes later than that."""
        now = self._clock.now()
        self._stopped_at |= dict.fromkeys(keys, now)

    async def run(self) -> None:
        """Start what is due, until cancelled."""
        while True:
            self._wake.clear()
            now = self._clock.now()
            due = self._take(now)
            if due and self._leads():
                await self._start(due, now)
            pause = min(LONGEST_WAIT_S, self._heap[0][0] - now) if self._heap else None
            await wait(self._wake, pause, self._clock)

    def _put(self, key: TaskKey, due: float) -> None:
        self._due[key] = due
        heapq.heappush(self._heap, (due, key))

    def _take(self, now: float) -> list[Entry]:
        """Take what is due and may start."""
        found = []
        while self._heap and (self._heap[0][0] <= now or self._is_old(self._heap[0])):
            item = heapq.heappop(self._heap)
            entry = self._board().entries.get(item[1])
            if self._is_old(item) or entry is None:
                continue
            del self._due[entry.key]
            is_by_hand = self._stopped_at.get(entry.key, float("-inf")) >= item[0]
            if rescue.files_to_save(entry, now) and not is_by_hand:
                found.append(entry)
        return found

    def _is_old(self, item: tuple[float, TaskKey]) -> bool:
        return self._due.get(item[1]) != item[0]

    async def _start(self, entries: list[Entry], now: float) -> None:
        folders = {entry.folder or self._folder for entry in entries}
        free = await asyncio.to_thread(lambda: {f: self._free_bytes(f) for f in folders})
        low = {f: size for f, size in free.items() if size is not None and size < rescue.LEAST_FREE}
        for entry in entries:
            if (entry.folder or self._folder) in low:
                self._put(entry.key, now + LOOK_AGAIN_S)
        self._say(low)
        await self._fetch(e.key for e in entries if (e.folder or self._folder) not in low)

    def _say(self, low: dict[str, int]) -> None:
        line = ""
        for folder, size in sorted(low.items()):
            line = (
                f"Disk nearly full: {text.size(size)} free in {tilde(folder)}."
                " Below 1 GB nothing is saved by itself; d still downloads."
            )
        if line != self._board().rescue_line:
            self._tell(self._board()._replace(rescue_line=line))
