"""Bring facts to the ledger: in order, in batches, off the loop. Knows not what they say."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from vidu_tui.core.board import Entry
from vidu_tui.engine.clock import Clock
from vidu_tui.storage import facts
from vidu_tui.storage.facts import Change
from vidu_tui.storage.ledger import Ledger

if TYPE_CHECKING:
    from vidu_tui.core.task import TaskKey

BATCH_S = 0.25
"""What comes within so many seconds is written together."""
RETRY_S = 5.0
"""So long after a write that failed; what it was about waits in its order."""


class Scribe:
    """Write what is said, sooner or later; safe from any thread."""

    def __init__(self, ledger: Ledger, clock: Clock, everything: Callable[[], list[Change]]):
        """``everything`` says again all that is known, for a ledger that was lost in use."""
        self._ledger = ledger
        self._clock = clock
        self._everything = everything
        self._generation = 0
        self._changes: deque[Change] = deque()
        self._answers: dict[TaskKey, tuple[Entry, bool]] = {}
        self._is_wiping = True
        """What a kill left in the log goes with the first write."""
        self._lock = threading.Lock()
        self._draining = threading.Lock()
        self._wake = asyncio.Event()

    def later(self, *changes: Change) -> None:
        """Have facts written soon; called in the loop."""
        self.with_next(changes)
        self._wake.set()

    def with_next(self, changes: Iterable[Change], *, wipes: bool = False) -> None:
        """Have facts written together with what is said next; from any thread.

        ``wipes`` takes what they replace off the disk.
        """
        with self._lock:
            self._changes.extend(changes)
            self._is_wiping = self._is_wiping or wipes

    def answer(self, entry: Entry, *, is_watched: bool = True) -> None:
        """Have a task's last answer written; of several the last; called in the loop."""
        with self._lock:
            self._answers[entry.key] = (entry, is_watched)
        self._wake.set()

    def wipe(self) -> None:
        """Have what is replaced taken off the disk with the next write; called in the loop."""
        with self._lock:
            self._is_wiping = True
        self._wake.set()

    def write(self, *more: Change) -> bool:
        """Write all that waits, and more, in the order in which it was said; False to try again.

        What could not be written waits for the next time: nothing that was said is dropped.
        """
        with self._draining:
            with self._lock:
                changes, answers = [*self._changes, *more], dict(self._answers)
                self._changes.clear()
                self._answers.clear()
                is_wiping, self._is_wiping = self._is_wiping, False
            now = self._clock.now()
            said = (facts.answer(e, now, is_watched=is_on) for e, is_on in answers.values())
            news = (facts.news(self._ledger.writer, key) for key in answers)
            told = [*changes, *said, *news]
            is_written = self._ledger.write(told)
            if is_written and self._generation != self._ledger.generation:
                # It was begun anew under this very write: what stood in the old one follows.
                is_written = self._ledger.write(self._everything())
            if is_written:
                self._generation = self._ledger.generation
                is_wiping = is_wiping and not self._ledger.wipe()
            with self._lock:
                self._is_wiping = self._is_wiping or is_wiping
                if not is_written:
                    self._changes.extendleft(reversed(changes))
                    self._answers = answers | self._answers
            return is_written

    async def run(self) -> None:
        """Write what is said in the loop, until cancelled; then call ``close``."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            is_written = await asyncio.to_thread(self.write)
            if not is_written:
                self._wake.set()
            await self._clock.sleep(BATCH_S if is_written else RETRY_S)

    def close(self, *last: Change) -> None:
        """Write what still waits and then what is said last, and close the ledger."""
        self.write(*last)
        self._ledger.close()
