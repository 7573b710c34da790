"""Ends are told once ever: by the window that polls, several together, and not what is muted."""

from pathlib import Path

import pytest

from tests.engine.conftest import House, Pair, key
from tests.engine.simulated import link, task
from tests.engine.test_company import kill, open_both
from vidu_tui.core.task import TaskState
from vidu_tui.core.tidings import Tiding
from vidu_tui.engine.herald import TOGETHER_S
from vidu_tui.storage.ledger import Ledger

Told = list[tuple[Tiding, ...]]


def listen(window: House) -> Told:
    """Keep what a window tells."""
    told: Told = []
    window.engine.herald.listeners.append(told.append)
    return told


async def hear(*windows: House) -> None:
    """Have what has happened observed, as at a publish, and wait until it is told."""
    for window in windows:
        window.engine._bulletin.settle()
    await windows[0].pass_by(TOGETHER_S + 0.5)


def names(told: Told) -> list[list[str]]:
    return [[tiding.name for tiding in together] for together in told]


@pytest.fixture
def listening(pair: Pair) -> Pair:
    """Give two windows that tell of ends."""
    for window in pair:
        window.told = ("success", "failed")
    return pair


async def test_what_ends_within_two_seconds_is_told_together(house: House) -> None:
    house.told = ("success", "failed")
    for name, end in (("1", "success"), ("2", "failed"), ("3", "success")):
        house.say(name, task(name, "processing"), task(name, end, link()))
    await house.open("1", "2", "3")
    told = listen(house)
    await house.pass_by(4)
    await hear(house)
    assert told == []
    await house.pass_by(2)
    await hear(house)
    await hear(house)
    assert sorted(names(told)[0]) == [
        "failed theturbo 2",
        "success theturbo 1",
        "success theturbo 3",
    ]
    assert len(told) == 1
    assert all(tiding.is_news for tiding in told[0])


async def test_what_had_ended_when_it_was_first_seen_is_no_news(house: House) -> None:
    house.told = ("success",)
    house.say("1", task("1", "success", link()))
    house.say("2", task("2", "failed"))
    await house.open("1", "2")
    told = listen(house)
    await hear(house)
    assert [(t.name, t.is_news) for t in told[0]] == [("success theturbo 1", False)]


async def test_nothing_is_told_twice_not_even_after_a_restart(house: House) -> None:
    house.told = ("success",)
    house.say("1", task("1", "processing"), task("1", "success", link()))
    await house.open("1")
    told = listen(house)
    await house.pass_by(6)
    await hear(house)
    assert names(told) == [["success theturbo 1"]]
    await house.close()
    house.say("1", task("1", "processing"), task("1", "success", link()))
    await house.open()
    again = listen(house)
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    await hear(house)
    house.engine.poll_now([key("1")])
    await house.pass_by(1)
    await hear(house)
    assert len(house.gateway.times("1")) == 4
    assert again == []


async def test_a_muted_task_is_told_by_nobody_and_stays_muted(house: House) -> None:
    house.told = ("success",)
    house.say("1", task("1", "processing"))
    await house.open("1")
    house.engine.mute([key("1")], is_muted=True)
    assert house.entry("1").is_muted
    await house.restart()
    assert house.entry("1").is_muted
    told = listen(house)
    house.say("1", task("1", "success", link()))
    await house.pass_by(12)
    await hear(house)
    assert house.entry("1").state is TaskState.SUCCESS
    assert told == []


async def test_the_window_that_polls_tells_and_the_other_keeps_still(listening: Pair) -> None:
    first, second = listening
    first.say("1", task("1", "processing"), task("1", "success", link()))
    await open_both(listening, "1")
    told, echo = listen(first), listen(second)
    await first.pass_by(8)
    await hear(second, first)
    await first.pass_by(30)
    assert names(told) == [["success theturbo 1"]]
    assert echo == []


async def test_what_a_killed_window_had_not_told_yet_is_told_by_its_heir(listening: Pair) -> None:
    first, second = listening
    first.say("1", task("1", "processing"), task("1", "success", link()))
    await open_both(listening, "1")
    told, heir = listen(first), listen(second)
    while second.entry("1").state is not TaskState.SUCCESS:
        await first.pass_by(0.3)
    second.engine._bulletin.settle()
    assert told == []
    await kill(first)
    await second.pass_by(12)
    assert names(heir) == [["success theturbo 1"]]


def test_of_two_processes_one_claims(tmp_path: Path) -> None:
    first, second = Ledger(tmp_path / "ledger.db"), Ledger(tmp_path / "ledger.db")
    assert first.claim("auto-save")
    assert not second.claim("auto-save")
    assert second.claim("another")


def test_without_a_ledger_it_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert Ledger(tmp_path / "ledger.db").claim("auto-save")
