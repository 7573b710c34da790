"""Blocking work in threads of its own, and the way back into the loop. Knows no transfer."""

import asyncio
import contextlib
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from vidu_tui.core.errors import VidutuiError

T = TypeVar("T")
TRANSFER_NICENESS = 10
HOLD_S = 0.25
"""So long after a key the threads give way to the screen."""
NAP_S = 0.006
"""Between two chunks of 256 kB: what comes over a network is no slower for it."""


def hop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Have a call made in the loop, from any thread."""
    # The loop may be closed: the program has ended while a thread wrote its last chunk.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


def _step_back() -> None:
    """Let the screen's thread go first where the processor is short; Linux knows threads alone."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), TRANSFER_NICENESS)


class _Caught:
    """Keep what a block raised, so that the loop can raise it instead of the thread."""

    error: BaseException | None = None

    def __enter__(self) -> "_Caught":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self.error = error
        return True


class Threads:
    """Start daemon threads and know when all have ended: one that hangs never keeps us here."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        nap: Callable[[float], None] = time.sleep,
    ):
        self._monotonic = monotonic
        self._nap = nap
        self._numbers = itertools.count()
        self._running = 0
        self._held_until = 0.0
        self._is_quiet = asyncio.Event()
        self._is_quiet.set()

    def hold_back(self) -> None:
        """Have all threads nap between their steps for a moment."""
        self._held_until = self._monotonic() + HOLD_S

    def give_way(self) -> None:
        """Nap, called in a thread between two steps, if the threads are held back."""
        if self._monotonic() < self._held_until:
            self._nap(NAP_S)

    async def run(self, work: Callable[[], T]) -> T | VidutuiError:
        """Do work in a thread of its own.

        An error of our own tree is the outcome; anything else is a bug and is raised here.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T | VidutuiError] = loop.create_future()
        done: list[T] = []

        def settle(error: BaseException | None) -> None:
            self._running -= 1
            if not self._running:
                self._is_quiet.set()
            if future.done():
                return
            if done:
                future.set_result(done[0])
            elif isinstance(error, VidutuiError):
                future.set_result(error)
            else:
                future.set_exception(error or RuntimeError("a thread ended without an outcome"))

        def body() -> None:
            _step_back()
            with _Caught() as caught:
                done.append(work())
            hop(loop, lambda: settle(caught.error))

        self._running += 1
        self._is_quiet.clear()
        name = f"transfer-{next(self._numbers)}"
        threading.Thread(target=body, name=name, daemon=True).start()
        return await future

    async def finish(self, limit_s: float) -> None:
        """Wait until all threads have ended, at most ``limit_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._is_quiet.wait()
