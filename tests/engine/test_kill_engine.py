"""The whole engine killed again and again on one disk: every paid film is saved once, and whole."""

import hashlib
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pytest

from tests.engine.lives import TASKS, WISHED, Plan
from tests.gateway.conftest import film_of
from vidu_tui.core import rescue
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Watchlist

KILLS: Final = 26
"""In each of the two ways; fifty-two in all."""
SEED: Final = 20_260_214
LIMIT_S: Final = 20.0
RATES: Final = (300_000.0, 1_500_000.0, 6_000_000.0)
NAMES: Final = ("a.mp4", "b.mp4", "c1.mp4", "c2.mp4", "late.mp4", "dying.mp4")
FILMS: Final = {name: film_of(500_000 + 60_000 * at, at) for at, name in enumerate(NAMES)}
SHA256: Final = {name: hashlib.sha256(film).hexdigest() for name, film in FILMS.items()}
OWN: Final = {"watchlist.toml", "watchlist.toml.lock", "ledger.db", "ledger.db-wal"}


@dataclass(frozen=True)
class Moment:
    """When to kill: so long after the child has told of something for the first time."""

    event: str
    delay_s: float = 0.0
    is_due: Callable[[], bool] = lambda: True
    """What is waited for besides, once it was told."""


class Nursery:
    """Start engines in processes of their own; a kill is a real ``kill -9``."""

    def __init__(self, process: "subprocess.Popen[str]"):
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._told = process.stdin, process.stdout
        self._lines: queue.Queue[tuple[str, str]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._told:
            what, _, words = line.strip().partition(" ")
            self._lines.put((what, words))

    def life(self, plan: Plan, moment: Moment | None = None) -> bool:
        """Let one engine live until its moment, or until all is saved; tell if it was killed."""
        print(json.dumps(vars(plan)), file=self._orders, flush=True)
        child, is_killed = 0, False
        kill_at, end = float("inf"), time.monotonic() + LIMIT_S
        while True:
            try:
                wait_s = min(kill_at, end) - time.monotonic()
                what, words = self._lines.get(timeout=max(0.0, wait_s))
            except queue.Empty:
                assert kill_at < end, "the engine never came to an end"
                kill_at, is_killed = float("inf"), True
                os.kill(child, signal.SIGKILL)
                continue
            if what == "over":
                return is_killed
            assert what != "failed", words
            if what == "child":
                child = int(words)
            if is_killed:
                continue
            if moment and what == moment.event:
                until(moment.is_due)
                kill_at, moment = time.monotonic() + moment.delay_s, None
            elif what == "all":
                kill_at = float("inf")
                os.kill(child, signal.SIGTERM)


@contextmanager
def nursery() -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.engine.lives"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    with process:
        try:
            yield Nursery(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


def signed(folder: Path) -> list[str]:
    """List the files of the program itself in which a link's query stands."""
    found = []
    for path in folder.glob("*.*"):
        with suppress(FileNotFoundError):
            if b"X-Amz" in path.read_bytes():
                found.append(path.name)
    return found


@contextmanager
def ledger_of(folder: Path) -> Iterator[Ledger]:
    """Read a copy of the ledger: to open the very file would mend what a kill has left."""
    copy = folder.with_name(f"{folder.name}-copy")
    copy.mkdir()
    for path in folder.glob("ledger.db*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, copy)
    ledger = Ledger(copy / "ledger.db")
    yield ledger
    assert ledger.trouble == ""
    ledger.close()
    shutil.rmtree(copy)


def check_between(folder: Path) -> set[str]:
    """See that nothing is wrong after a kill; give the ids that the ledger remembers as wanted."""
    videos = folder / "videos"
    whole = []
    for path in videos.iterdir() if videos.exists() else ():
        content = path.read_bytes()
        assert path.suffix in (".mp4", ".part"), path.name
        if path.suffix == ".mp4":
            assert content in FILMS.values(), path.name
            whole.append(content)
        else:
            assert any(film.startswith(content) for film in FILMS.values()), path.name
    assert len(whole) == len(set(whole))
    with ledger_of(folder) as ledger:
        facts = ledger.files()
        for fact in facts:
            if fact.path:
                name = TASKS[int(fact.task.id) - 1].clips[fact.file.creation]
                assert (Path(fact.path).read_bytes(), fact.sha256) == (FILMS[name], SHA256[name])
        queued = {task.id for task, _ in ledger.queue()} | {fact.task.id for fact in facts}
        return queued | {task.id for task in ledger.wishes()}


def check_end(folder: Path, secret: str) -> None:
    """See that each film lies there once, is on record as saved, and nothing else is left."""
    lying = {str(path): path.read_bytes() for path in (folder / "videos").iterdir()}
    assert {Path(path).suffix for path in lying} == {".mp4"}
    assert sorted(lying.values()) == sorted(FILMS.values())
    with ledger_of(folder) as ledger:
        facts = ledger.files()
        assert len(facts) == len(FILMS)
        for fact in facts:
            task = TASKS[int(fact.task.id) - 1]
            name = task.clips[fact.file.creation]
            assert lying.pop(fact.path) == FILMS[name]
            assert Path(fact.path).name.startswith(task.label)
            assert (fact.sha256, fact.size_bytes) == (SHA256[name], len(FILMS[name]))
        assert ledger.wishes() == set()
        assert ledger.queue() == []
    assert lying == {}
    assert signed(folder) == []
    own = [path for path in folder.iterdir() if path.is_file()]
    assert {path.name for path in own} <= OWN
    assert not [path.name for path in own if secret.encode() in path.read_bytes()]


def moment_of(chance: random.Random) -> Moment:
    """Choose when to kill: at any time, or close to one of the steps that matter."""
    if chance.random() < 0.4:
        return Moment("child", chance.uniform(0.0, 0.45))
    steps = ("listed", "pressed", "renewing", "before-begun", "begun", "checking")
    last = ("before-whole", "whole", "named", "all")
    event = chance.choice((*steps, *last, *last))
    return Moment(event, chance.choice((0.0, chance.uniform(0.0, 0.03))))


@contextmanager
def host() -> Iterator[Sandbox]:
    with Sandbox(TASKS, bytes_per_s=0) as sandbox:
        for name, film in FILMS.items():
            sandbox.files.put(name, film)
        yield sandbox


def until_saved(children: Nursery, sandbox: Sandbox, plan: Plan, chance: random.Random) -> int:
    """Kill and restart one engine until all of its films are saved; give how many kills it was."""
    folder, kills, wanted = Path(plan.folder), 0, set[str]()
    for task in TASKS:
        sandbox.add(task)
    sandbox.faults.put("dying.mp4", Fault(cut_after=200_000), times=1)
    sandbox.faults.put("dying.mp4", Fault(is_expired=True), times=1)
    while True:
        sandbox.bytes_per_s = chance.choice(RATES)
        press = [task_id for task_id in plan.press if task_id not in wanted]
        if not children.life(replace(plan, press=press), moment_of(chance)):
            break
        kills += 1
        # What is on record is never pressed again: it must go on by itself.
        wanted |= check_between(folder)
    check_end(folder, plan.key)
    sandbox.forget_requests()
    assert not children.life(replace(plan, press=[]))
    assert not [seen.path for seen in sandbox.requests if "/files/" in seen.path]
    check_end(folder, plan.key)
    return kills


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engines are forked, as POSIX can")
@pytest.mark.parametrize("auto", [rescue.OFF, rescue.ON_SUCCESS])
def test_an_engine_that_is_killed_again_and_again_saves_every_film_once(
    tmp_path: Path, auto: str
) -> None:
    chance = random.Random(f"{SEED} {auto}")
    press = ["1", "2", "3", "4", "5"] if auto == rescue.OFF else [WISHED]
    kills, rounds = 0, 0
    with host() as sandbox, nursery() as children:
        while kills < KILLS:
            rounds += 1
            folder = tmp_path / str(rounds)
            folder.mkdir()
            plan = Plan(str(folder), sandbox.base_url, sandbox.key, auto, press)
            kills += until_saved(children, sandbox, plan, chance)
    assert rounds > 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engines are forked, as POSIX can")
def test_a_kill_before_the_first_byte_leaves_no_part_behind_under_an_old_label(
    tmp_path: Path,
) -> None:
    with host() as sandbox, nursery() as children:
        plan = Plan(str(tmp_path), sandbox.base_url, sandbox.key, rescue.OFF, ["1"])
        part = tmp_path / "videos" / "night.mp4.part"
        sandbox.faults.put("a.mp4", Fault(latency_s=LIMIT_S), times=1)
        assert children.life(plan, Moment("pressed", is_due=part.exists))
        sandbox.faults.clear("a.mp4")
        wanted, listed = check_between(tmp_path), Watchlist(tmp_path / "watchlist.toml")
        for item in listed.read():
            assert listed.relabel(item.key, f"new {item.id}") == item.label
        press = [task.id for task in TASKS if task.id not in wanted]
        assert not children.life(replace(plan, press=press))
    names = sorted(path.name for path in (tmp_path / "videos").iterdir())
    assert [name for name in names if name.endswith(".part")] == []
