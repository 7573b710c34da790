"""Lends out lines of one connection each, for one question at a time. Knows no endpoint, no key.

What a line costs grows with its connections: httpx's pool looks at all of them for each request,
with several system calls a connection. With sixteen that is most of what a poll costs.
"""

import asyncio
import importlib.util
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

if importlib.util.find_spec("sniffio") is None:
    # httpcore looks for it at every step: a module that is not there is sought on the disk anew
    # each time, a third of a request, but not one that is known to be missing.
    sys.modules["sniffio"] = None  # type: ignore[assignment] # the documented way to say so

from vidu_tui.gateway.straight import Line

MAX_CONNECTIONS: Final = 16
IDLE_S: Final = 60.0
"""A connection that was not used for so long is closed."""


class Connections:
    """Hold as many lines as are used at once; what was used last is used next."""

    def __init__(self, make: Callable[[], Line], clock: Callable[[], float] = time.monotonic):
        """Make the first line; what is wrong with it is raised here."""
        self._make = make
        self._clock = clock
        self._free = [(clock(), make())]
        """When each was given back, longest ago first."""
        self._lent: set[Line] = set()
        self._turn = asyncio.Semaphore(MAX_CONNECTIONS)
        self._is_closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Line]:
        """Lend a line that nobody uses; wait for one where all are in use.

        One whose use ended in an error is closed and not lent again.
        """
        async with self._turn:
            line = self._free.pop()[1] if self._free else self._make()
            self._lent.add(line)
            is_whole = False
            try:
                yield line
                is_whole = True
            finally:
                self._lent.discard(line)
                if is_whole:
                    await self._take_back(line)
                else:
                    # Cut off at some moments, httpx's pool waits for a connection for ever.
                    await line.aclose()

    async def aclose(self) -> None:
        """Close them all."""
        self._is_closed = True
        free, self._free = self._free, []
        for line in [*self._lent, *(line for _, line in free)]:
            await line.aclose()

    async def _take_back(self, line: Line) -> None:
        """Keep a line for the next question; what was not used for long is closed.

        What is to be closed is out of reach before it is waited for: others lend meanwhile.
        """
        if self._is_closed:
            await line.aclose()
            return
        now = self._clock()
        old = [idle for at, idle in self._free if now - at > IDLE_S]
        self._free = [(at, idle) for at, idle in self._free if now - at <= IDLE_S]
        self._free.append((now, line))
        for idle in old:
            await idle.aclose()
