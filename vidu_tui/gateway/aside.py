"""A thread with a loop of its own for the clients of gateways. Knows no endpoint and no key.

A question is some two milliseconds of work in a dozen steps. In the screen's loop a key would
stand in line behind the steps of every question that is under way, at each of its own steps.
"""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self, TypeVar

from vidu_tui.core.answer import Answer
from vidu_tui.gateway.client import GatewayClient

T = TypeVar("T")
Work = Callable[[], Awaitable[T]]


class Aside:
    """Run coroutines in another thread while it is entered; what is left then is cancelled."""

    _loop: asyncio.AbstractEventLoop

    async def __aenter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._serve, name="gateways", daemon=True).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def run(self, work: Work[T]) -> T:
        """Have a coroutine made and run over there; cancelled with whoever waits for it."""
        made = asyncio.run_coroutine_threadsafe(_made(work), self._loop)
        return await asyncio.wrap_future(made)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def _made(work: Work[T]) -> T:
    return await work()


class AsideClient:
    """A gateway that is asked from one loop and does its work in another."""

    def __init__(self, client: GatewayClient, aside: Aside):
        self.name = client.name
        self.host = client.host
        self._client = client
        self._aside = aside

    async def fetch(self, task_id: str, *, key: str | None = None) -> Answer:
        """Ask for one task, as ``GatewayClient.fetch`` does."""
        return await self._aside.run(lambda: self._client.fetch(task_id, key=key))

    def use_key(self, key: str) -> None:
        """Take another key for all questions from now on; empty for none."""
        self._client.use_key(key)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._aside.run(self._client.aclose)
