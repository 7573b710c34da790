"""A verb's engine beside what else there is: it leaves the rest of the list and its files alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import GATEWAY, link, task
from vidu_tui.core import errors
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import AssetKind
from vidu_tui.engine import shelf
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.guest import Guest
from vidu_tui.engine.lease import Lease, Role
from vidu_tui.engine.waiters import Waiters
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.windows import Windows, Wish

KINDS = (AssetKind.VIDEO,)


@contextlib.asynccontextmanager
async def guest(house: House, *ids: str, is_polling: bool = True) -> AsyncIterator[Guest]:
    """Have a verb's engine for some tasks of a house."""
    only = frozenset(key(i) for i in ids)
    found = Guest(
        watchlist=house.watchlist,
        ledger=Ledger(house.ledger.path),
        wire=house._wire,
        settings=replace(house.engine.settings, is_alone=False, is_guest=True, only=only),
        clock=house.time.clock,
    )
    found.load()
    found.pause(is_paused=not is_polling)
    running = asyncio.create_task(found.run())
    await house.time.settle()
    try:
        yield found
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def finished(house: House, ids: Iterable[str]) -> None:
    """Have tasks that are finished and not saved, and end the engine that saw it."""
    for number in ids:
        house.say(number, task(number, "success", link()))
    await house.open(*ids)
    await house.close()


async def test_it_knows_only_its_tasks_and_forgets_no_link_of_the_others(house: House) -> None:
    await finished(house, "12")
    async with guest(house, "1") as engine:
        assert list(engine.board.entries) == [key("1")]
    ledger = Ledger(house.ledger.path)
    (kept,) = ledger.answers([key("2")])
    ledger.close()
    assert kept.task is not None
    assert not kept.task.creations[0].assets[0].is_cut


async def test_what_it_polls_is_not_fetched_unless_it_is_told_to(house: House) -> None:
    house.say("1", task("1", "processing"))
    await house.open("1")
    await house.press("1")
    await house.close()
    house.say("1", task("1", "success", link()))
    async with guest(house, "1") as engine:
        await house.pass_by(10)
        entry = engine.board.entries[key("1")]
        assert (entry.is_wanted, entry.files) == (True, ())
        await engine.fetch([key("1")])
        await house.time.settle()
        assert [f.stage for f in engine.board.entries[key("1")].files] == [FileStage.RUNNING]


async def test_it_says_what_came_of_a_question(house: House) -> None:
    house.say("1", task("1", "processing"))
    house.say("2", errors.TaskUnknown("no such task"))
    house.say("3", errors.NoAnswer("no answer"))
    house.listed("1", "2", "3")
    house.build()
    async with guest(house, "1", "2", "3", is_polling=False) as engine:
        told = await engine.ask([key("1"), key("2"), key("3")], 5.0)
    assert told == {key("1"): True, key("2"): False, key("3"): None}


async def test_the_shelf_shows_what_an_engine_remembers(house: House) -> None:
    house.say("1", task("1", "processing"))
    house.say("2", task("2", "success", link()))
    await house.open("1", "2", "3")
    await house.press("2")
    house.host.last.land()
    await house.time.settle()
    await house.restart()
    shown = house.engine.board.entries.values()
    read = shelf.read(
        house.watchlist,
        Ledger(house.ledger.path),
        default_gateway=GATEWAY,
        kinds=KINDS,
        intervals=house.intervals,
        now=house.time.clock.now(),
    )
    assert [(e.key, e.task, e.finished_at, e.files) for e in read] == [
        (e.key, e.task, e.finished_at, e.files) for e in shown
    ]
    assert [e.is_saved for e in read] == [False, True, False]


@pytest.mark.parametrize(("askable", "role"), [(0, Role.FOLLOWER), (1, Role.GUEST)])
async def test_a_window_that_can_ask_nobody_is_not_waited_for(
    house: House, askable: int, role: Role
) -> None:
    other, now = Windows(Ledger(house.ledger.path)), house.time.clock.now()
    other.look(now, Wish(askable=0))
    lease = Lease(Windows(Ledger(house.ledger.path)), house.time.clock, is_guest=True)
    await lease.look(lambda: "", (), askable=askable)
    assert lease.role is role


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"answered_at": 2.0}, True),
        ({"trouble": Trouble("404", "no such task", 1.0, is_denial=True)}, False),
        ({"trouble": Trouble("502", "trouble", 1.0)}, None),
    ],
)
async def test_whoever_waits_is_told_what_another_window_was_answered(
    change: dict[str, float | Trouble], told: bool | None
) -> None:
    waiters, old = Waiters(Clock()), Entry(key("1"), answered_at=1.0)
    waiting = asyncio.create_task(waiters.wait(key("1"), 5.0))
    await asyncio.sleep(0)
    waiters.hear(old, old)
    assert not waiting.done()
    waiters.hear(old, old._replace(**change))  # type: ignore[arg-type] # as the rows above say
    assert await waiting is told


async def test_what_was_asked_of_a_window_that_loses_its_key_is_asked_after_all(
    house: House,
) -> None:
    house.is_alone = False
    house.listed("1")
    house.build()
    house.engine.load()
    window = Windows(Ledger(house.ledger.path))
    window.look(house.time.clock.now(), Wish())
    async with guest(house, "1", is_polling=False) as engine:
        asked = asyncio.create_task(engine.ask([key("1")], 60))
        await house.pass_by(1)
        assert house.gateway.asked == []
        window.look(house.time.clock.now(), Wish(askable=0, renews=True))
        await house.pass_by(1)
        assert len(house.gateway.asked) == 1
        assert (await asked)[key("1")] is True
