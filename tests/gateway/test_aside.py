"""Questions are asked in a thread of their own, and end with whoever waits for them."""

import asyncio
import threading

import pytest

from vidu_tui.core.errors import NoAnswer
from vidu_tui.gateway.aside import Aside

PATIENCE_S = 10.0


async def where() -> int:
    """Tell which thread this runs in."""
    await asyncio.sleep(0)
    return threading.get_ident()


async def test_the_work_is_done_in_one_other_thread() -> None:
    async with Aside() as aside:
        found = {await aside.run(where) for _ in range(3)}
    assert len(found) == 1
    assert threading.get_ident() not in found


async def test_what_goes_wrong_there_is_raised_here() -> None:
    async def fail() -> None:
        raise NoAnswer("theturbo did not answer.")

    async with Aside() as aside:
        with pytest.raises(NoAnswer, match="did not answer"):
            await aside.run(fail)


class Endless:
    """A question without an answer, and what becomes of it."""

    def __init__(self) -> None:
        self.has_begun, self.has_ended = threading.Event(), threading.Event()

    async def ask(self) -> None:
        """Wait until cancelled."""
        self.has_begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.has_ended.set()


async def begun(aside: Aside, endless: Endless) -> asyncio.Task[None]:
    """Ask, and come back once the question is under way."""
    task = asyncio.create_task(aside.run(endless.ask))
    assert await asyncio.to_thread(endless.has_begun.wait, PATIENCE_S)
    return task


async def test_who_stops_waiting_stops_the_question() -> None:
    endless = Endless()
    async with Aside() as aside:
        task = await begun(aside, endless)
        task.cancel()
        assert await asyncio.to_thread(endless.has_ended.wait, PATIENCE_S)
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_end_waits_for_no_question() -> None:
    endless = Endless()
    async with Aside() as aside:
        task = await begun(aside, endless)
    assert await asyncio.to_thread(endless.has_ended.wait, PATIENCE_S)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_S)
