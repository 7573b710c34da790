"""Hooks run once ever, in the window that polls, and harm nothing."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from tests.engine.conftest import House, Pair
from tests.engine.simulated import link, task
from tests.engine.test_company import kill, open_both
from vidu_tui.core import rescue
from vidu_tui.core.hooks import Hook
from vidu_tui.core.journal import Kind
from vidu_tui.core.task import TaskState
from vidu_tui.storage.programs import Ran

DONE = Hook(("success",), ("done", "{id}"))
SAVED = Hook(("success",), ("./post.sh", "{path}"))
FAILED = Hook(("failed", "canceled"), ("sad", "{id}", "{state}"))


class Shell:
    """A runner that keeps what it was asked to run."""

    def __init__(self, *, ran: Ran | None = None, gate: asyncio.Event | None = None):
        self.commands: list[list[str]] = []
        self.said: list[bytes] = []
        self.ran = ran or Ran()
        self.gate = gate

    async def __call__(self, command: Sequence[str], said: bytes, timeout_s: float) -> Ran:
        self.commands.append(list(command))
        self.said.append(said)
        if self.gate is not None:
            await self.gate.wait()
        return self.ran


def give(house: House, *hooks: Hook, ran: Ran | None = None) -> Shell:
    """Give a house hooks and a runner."""
    shell = Shell(ran=ran)
    house.hooks, house.run_hook = hooks, shell
    return shell


async def test_a_hook_runs_when_the_state_comes_and_gets_the_task_as_json(house: House) -> None:
    shell = give(house, DONE, FAILED)
    house.say("1", task("1", "processing"), task("1", "success", link()))
    house.say("2", task("2", "failed"))
    house.say("3", task("3", "canceled"))
    await house.open("1", "2", "3")
    assert shell.commands == [["sad", "2", "failed"], ["sad", "3", "canceled"]]
    await house.pass_by(20)
    assert shell.commands[2:] == [["done", "1"]]
    assert json.loads(shell.said[2])["id"] == "1"
    assert b"Signature" not in b"".join(shell.said)


async def test_a_hook_with_a_path_runs_once_its_file_is_saved(house: House) -> None:
    shell = give(house, SAVED)
    await house.begin()
    assert shell.commands == []
    house.host.last.land()
    await house.pass_by(3)
    path = house.file("1").path
    assert Path(path).is_absolute()
    assert shell.commands == [["./post.sh", path]]
    await house.restart()
    await house.pass_by(30)
    assert len(shell.commands) == 1


async def test_each_event_runs_once_also_after_a_restart(house: House) -> None:
    shell = give(house, DONE)
    answers = [task("1", state, link()) for state in ("success", "processing", "success")]
    house.say("1", *answers)
    await house.open("1")
    for _ in range(3):
        house.engine.poll_now()
        await house.pass_by(3)
        await house.restart()
    assert shell.commands == [["done", "1"]]


async def test_what_ended_before_there_was_a_hook_is_old_news(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    shell = give(house, DONE)
    await house.restart()
    await house.pass_by(20)
    assert house.entry("1").state is TaskState.SUCCESS
    assert shell.commands == []


async def test_what_was_not_begun_when_the_program_ended_runs_at_the_next_start(
    house: House,
) -> None:
    first = give(house, DONE)
    first.gate = asyncio.Event()
    for name in ("1", "2"):
        house.say(name, task(name, "success", link()))
    await house.open("1", "2")
    assert len(first.commands) == 1
    await house.close()
    second = give(house, DONE)
    await house.open()
    await house.pass_by(3)
    assert sorted(first.commands + second.commands) == [["done", "1"], ["done", "2"]]


async def test_only_the_window_that_polls_runs_hooks(pair: Pair) -> None:
    first, second = pair
    mine, other = give(first, DONE), give(second, DONE)
    first.say("1", task("1", "processing"), task("1", "success", link()))
    await open_both(pair, "1")
    await first.pass_by(20)
    assert second.entry("1").state is TaskState.SUCCESS
    assert (mine.commands, other.commands) == ([["done", "1"]], [])
    await kill(first)
    await second.pass_by(20)
    assert other.commands == [], "it has taken over, and knows what was told"


async def test_the_heir_runs_what_the_window_before_it_did_not(pair: Pair) -> None:
    first, second = pair
    first.hooks = ()
    other = give(second, DONE)
    first.say("1", task("1", "processing"))
    second.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await kill(first)
    await second.pass_by(30)
    assert other.commands == [["done", "1"]]


async def test_a_window_that_follows_takes_nothing_from_the_one_that_polls(pair: Pair) -> None:
    first, second = pair
    mine = give(first, DONE)
    mine.gate = asyncio.Event()
    for name in ("1", "2"):
        first.say(name, task(name, "processing"), task(name, "success", link()))
    await open_both(pair, "1", "2")
    await first.pass_by(20)
    assert {second.entry(name).state for name in ("1", "2")} == {TaskState.SUCCESS}
    assert len(mine.commands) == 1
    mine.gate.set()
    await first.pass_by(5)
    assert sorted(mine.commands) == [["done", "1"], ["done", "2"]]


async def test_a_window_that_polls_no_more_begins_no_other_hook(pair: Pair) -> None:
    first, second = pair
    mine, other = give(first, DONE), give(second, DONE)
    mine.gate, other.gate = asyncio.Event(), asyncio.Event()
    names = ("1", "2", "3")
    for window in pair:
        for name in names:
            window.say(name, task(name, "success", link()))
    await open_both(pair, *names)
    second.engine.use_key("theturbo", "vd-another")
    await first.pass_by(5)
    assert first.engine.board.is_following
    assert (len(mine.commands), len(other.commands)) == (1, 1)
    mine.gate.set()
    await first.pass_by(10)
    assert len(mine.commands) == 1
    other.gate.set()
    await first.pass_by(10)
    assert sorted(mine.commands + other.commands) == [["done", name] for name in names]


async def test_what_a_window_that_follows_saves_runs_in_the_one_that_polls(pair: Pair) -> None:
    first, second = pair
    mine, other = give(first, SAVED), give(second, SAVED)
    first.say("1", task("1", "success", link()))
    await open_both(pair, "1")
    await second.press("1")
    second.host.last.land()
    await first.pass_by(5)
    assert [command[0] for command in mine.commands] == ["./post.sh"]
    assert other.commands == []


async def test_output_and_failure_are_in_the_log_and_one_toast_says_it(house: House) -> None:
    shell = give(
        house, DONE, ran=Ran("failed with exit status 3", b"one\n\x1b[31mtwo\x07\n\n" + b"x\n" * 99)
    )
    for name in ("1", "2"):
        house.say(name, task(name, "success", link()))
    await house.open()
    told: list[str] = []
    house.engine.hooks.listeners.append(told.append)
    house.listed("1", "2")
    await house.pass_by(10)
    assert len(shell.commands) == 2
    lines = [h.words for h in house.engine.journal.happenings if h.kind is Kind.HOOK]
    assert lines.count("hook done failed with exit status 3") == 2
    assert "done: one" in lines
    assert "done: two" in lines
    assert lines.count("done: … 61 more lines") == 2
    assert len(told) == 1, "the second came at once and is in the log"
    assert told[0].startswith("The hook done failed with exit status 3, for ")


async def test_a_hook_that_hangs_holds_up_nothing_else(house: House) -> None:
    shell = give(house, SAVED, DONE)
    shell.gate = asyncio.Event()
    house.auto = rescue.ON_SUCCESS
    for name in ("1", "2"):
        house.say(name, task(name, "success", link()))
    await house.open("1", "2")
    await house.pass_by(5)
    assert len(shell.commands) == 1
    assert len(house.host.transfers) == 2
    shell.gate.set()
    await house.pass_by(5)
    assert len(shell.commands) == 2


async def test_a_task_that_was_removed_meanwhile_runs_nothing(house: House) -> None:
    shell = give(house, DONE)
    shell.gate = asyncio.Event()
    for name in ("1", "2"):
        house.say(name, task(name, "success", link()))
    await house.open("1", "2")
    (begun,) = shell.commands
    waiting = {"1", "2"} - {begun[1]}
    await house.engine.remove(k for k in house.engine.board.entries if k.id in waiting)
    shell.gate.set()
    await house.pass_by(5)
    assert shell.commands == [begun]
