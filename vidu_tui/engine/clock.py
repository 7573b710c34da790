"""Time as the engine takes it: handed in, so that tests run minutes in milliseconds."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Two clocks, a sleep and a source of jitter."""

    now: Callable[[], float] = time.time
    """Epoch seconds, for what a person reads."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for what is due."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    sample: Callable[[], float] = random.random
    """A number from 0 to 1."""


async def wait(event: asyncio.Event, seconds: float | None, clock: Clock) -> None:
    """Sleep until the time is over or the event is set, whichever is first; None for no end."""
    if event.is_set():
        return
    if seconds is None:
        await event.wait()
        return
    waiter = asyncio.ensure_future(event.wait())
    sleeper = asyncio.ensure_future(clock.sleep(max(0.0, seconds)))
    try:
        await asyncio.wait({waiter, sleeper}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()
        sleeper.cancel()
