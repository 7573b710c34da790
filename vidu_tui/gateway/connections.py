"""Lends out HTTP clients of one connection each. Knows no endpoint and no key.

httpx's pool looks at all of its connections for each request, with several system calls a
connection: with sixteen that is most of what a poll costs.
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

import httpx

MAX_CONNECTIONS: Final = 16
IDLE_S: Final = 60.0
"""A connection that was not used for so long is closed."""


class Connections:
    """Hold as many clients as are used at once; what was used last is used next."""

    def __init__(
        self, make: Callable[[], httpx.AsyncClient], clock: Callable[[], float] = time.monotonic
    ):
        """Make the first client; what is wrong with it is raised here."""
        self._make = make
        self._clock = clock
        self._free = [(clock(), make())]
        """When each was given back, longest ago first."""
        self._lent: set[httpx.AsyncClient] = set()
        self._turn = asyncio.Semaphore(MAX_CONNECTIONS)
        self._is_closed = False

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncClient]:
        """Lend a client that nobody uses; wait for one where all are in use."""
        async with self._turn:
            client = self._free.pop()[1] if self._free else self._make()
            self._lent.add(client)
            try:
                yield client
            finally:
                self._lent.discard(client)
                await self._take_back(client)

    async def aclose(self) -> None:
        """Close them all."""
        self._is_closed = True
        free, self._free = self._free, []
        for client in [*self._lent, *(client for _, client in free)]:
            await client.aclose()

    async def _take_back(self, client: httpx.AsyncClient) -> None:
        """Keep a client for the next question; what was not used for long is closed.

        What is to be closed is out of reach before it is waited for: others lend meanwhile.
        """
        if self._is_closed:
            await client.aclose()
            return
        now = self._clock()
        old = [idle for at, idle in self._free if now - at > IDLE_S]
        self._free = [(at, idle) for at, idle in self._free if now - at <= IDLE_S]
        self._free.append((now, client))
        for idle in old:
            await idle.aclose()
