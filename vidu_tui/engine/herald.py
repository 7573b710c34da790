"""Tells of ends: once ever, by the window that polls, several of them together.

Knows neither a toast nor a bell: whoever listens does what is to be done.
"""

import asyncio
from collections.abc import Callable, Collection

from vidu_tui.core import tidings
from vidu_tui.core.board import Board
from vidu_tui.core.tidings import Tiding
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.storage.told import NOTICE

TOGETHER_S = 2.0
"""What comes within so many seconds is told as one (the first waits for the others)."""
HEIR_S = 15.0
"""So long a window that follows keeps what it saw: should the one that polls die, it tells."""
Listener = Callable[[tuple[Tiding, ...]], object]


class Herald:
    """See what ends, claim it, and tell it."""

    def __init__(
        self,
        *,
        clock: Clock,
        archive: Archive,
        leads: Callable[[], bool],
        events: Collection[str],
    ):
        """``events`` are the words of ``core.tidings.EVENTS`` that somebody wants to hear of."""
        self._clock = clock
        self._archive = archive
        self._leads = leads
        self._events = events
        self._seen: list[tuple[float, Tiding]] = []
        self._wake = asyncio.Event()
        self.listeners: list[Listener] = []

    def observe(self, old: Board, new: Board) -> None:
        """Look at what lies between two Boards that were published."""
        found = list(tidings.tidings(old, new, self._events))
        if found:
            now = self._clock.monotonic()
            self._seen += [(now, tiding) for tiding in found]
            self._wake.set()

    async def run(self) -> None:
        """Tell, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._clock.sleep(TOGETHER_S)
            if self._leads():
                await self._tell()
            elif self._seen:
                oldest = self._clock.monotonic() - HEIR_S
                self._seen = [(at, tiding) for at, tiding in self._seen if at >= oldest]
                self._wake.set()

    async def _tell(self) -> None:
        told, self._seen = [tiding for _, tiding in self._seen], []
        claimed = await asyncio.to_thread(self._claimed, told)
        if claimed:
            for listener in self.listeners:
                listener(claimed)

    def _claimed(self, told: list[Tiding]) -> tuple[Tiding, ...]:
        asked = {(tiding.entry.key, f"{NOTICE} {tiding.event}"): tiding for tiding in told}
        return tuple(asked[claim] for claim in self._archive.told.claim_all(asked))
