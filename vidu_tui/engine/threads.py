"""A blocking transfer in a thread of its own, and the way back into the loop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from types import TracebackType

from vidu_tui.core.errors import VidutuiError
from vidu_tui.core.orders import Arrived, Watch


def hop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Have a call made in the loop, from any thread."""
    # The loop may be closed: the program has ended while a thread wrote its last chunk.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


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


async def in_thread(fetch: Callable[[Watch], Arrived], watch: Watch) -> Arrived | VidutuiError:
    """Run a transfer in a daemon thread: one that hangs never keeps the program from ending.

    An error of our own tree is the outcome; anything else is a bug and is raised here.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Arrived | VidutuiError] = loop.create_future()

    def settle(outcome: Arrived | BaseException | None) -> None:
        if future.done():
            return
        if isinstance(outcome, Arrived | VidutuiError):
            future.set_result(outcome)
        else:
            future.set_exception(outcome or RuntimeError("a transfer ended without an outcome"))

    def body() -> None:
        arrived: Arrived | None = None
        with _Caught() as caught:
            arrived = fetch(watch)
        hop(loop, lambda: settle(arrived or caught.error))

    threading.Thread(target=body, name="transfer", daemon=True).start()
    return await future
