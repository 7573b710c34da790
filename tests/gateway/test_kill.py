"""A download that is killed again and again: no byte is lost, none is doubled, no litter stays."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.gateway.conftest import film_of
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox

KILLS: Final = 50
FILM: Final = film_of(3_000_000)
RATES: Final = (1_500_000.0, 6_000_000.0, 0.0)
SEED: Final = 20_251_123

NURSERY: Final = """
import json, os, sys
from pathlib import Path
from vidu_tui.core.errors import TransferError
from vidu_tui.core.files import Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import FileClient

def say(*words):
    # In one write: a kill between two would leave half a line.
    os.write(1, (" ".join(map(str, words)) + "\\n").encode())

def fetch(url, target, ledger):
    known = Validator(**json.loads(ledger.read_text())) if ledger.exists() else Validator()

    def begun(v):
        words = {"etag": v.etag, "last_modified": v.last_modified, "total": v.total}
        fresh = ledger.with_suffix(".new")
        fresh.write_text(json.dumps(words))
        fresh.replace(ledger)

    watch = Watch(
        on_validator=begun,
        on_progress=lambda got, _: say("got", got),
        on_checking=lambda: say("checking", 0),
    )
    say("path", FileClient(stall_s=10).fetch(Order(url, target, known=known), watch).path)

for line in sys.stdin:
    url, target, ledger = json.loads(line)
    child = os.fork()
    if not child:
        try:
            fetch(url, target, Path(ledger))
        except TransferError as error:
            say("error", error)
        os._exit(0)
    say("child", child)
    os.waitpid(child, 0)
    say("over", 0)
"""
"""Waits for orders and forks a process for each: a start of Python apiece would take too long."""


class Nursery:
    """Start downloads in processes of their own; a kill is a real ``kill -9``."""

    def __init__(self, process: "subprocess.Popen[str]"):
        assert process.stdin is not None
        assert process.stdout is not None
        self._orders, self._told = process.stdin, process.stdout

    def attempt(self, url: str, target: Path, ledger: Path, enough: int, *, is_late: bool) -> str:
        """Run one attempt; kill it after so many bytes, or while it checks. Give how it ended."""
        print(json.dumps([url, str(target), str(ledger)]), file=self._orders, flush=True)
        child, ended = 0, "killed"
        while True:
            what, _, value = self._told.readline().strip().partition(" ")
            if what == "over":
                return ended
            if what == "child":
                child = int(value)
            elif what in ("path", "error"):
                ended = value
            elif (int(value) >= enough and what == "got") or (what == "checking" and is_late):
                assert child
                with suppress(ProcessLookupError):  # it may have ended meanwhile
                    os.kill(child, signal.SIGKILL)


@contextmanager
def nursery() -> Iterator[Nursery]:
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def check_between(target: Path, part: Path) -> None:
    """What lies there after a kill is the beginning of the film, or all of it."""
    assert {path.name for path in target.parent.iterdir()} <= {target.name, part.name}
    if part.exists():
        assert FILM.startswith(part.read_bytes())
    if target.exists():
        assert target.read_bytes() == FILM


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the downloads are forked, as POSIX can")
@pytest.mark.parametrize("has_validator", [True, False])
def test_a_download_that_is_killed_again_and_again_ends_in_one_equal_file(
    tmp_path: Path, has_validator: bool
) -> None:
    chance = random.Random(SEED + has_validator)
    kills, films = 0, 0
    bare = () if has_validator else (("etag", ""), ("last-modified", ""))
    with Sandbox([], bytes_per_s=0) as sandbox, nursery() as children:
        sandbox.files.put("film.mp4", FILM)
        sandbox.faults.put("film.mp4", Fault(headers=bare))
        url = f"{sandbox.origin}/open/film.mp4"
        while kills < KILLS:
            films += 1
            target = tmp_path / f"out{films}" / "clip.mp4"
            part, ledger = target.with_name("clip.mp4.part"), tmp_path / f"{films}.json"
            ended = "killed"
            while ended == "killed":
                sandbox.bytes_per_s = chance.choice(RATES)
                have = part.stat().st_size if part.exists() else 0
                enough = have + chance.randrange(200_000)
                is_late = chance.random() < 0.7
                ended = children.attempt(url, target, ledger, enough, is_late=is_late)
                kills += ended == "killed"
                check_between(target, part)
            assert ended == str(target)
            assert {path.name: path.read_bytes() for path in target.parent.iterdir()} == {
                "clip.mp4": FILM
            }
    assert films > 1
