from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

import vidu_tui
from vidu_tui.storage.watchlist import Listed, Watchlist

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL")

ADD_ONE_BY_ONE = """
import pathlib, sys
from vidu_tui.storage.watchlist import Listed, Watchlist
watchlist = Watchlist(pathlib.Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    watchlist.add([Listed(f"{sys.argv[2]}-{number}", "a label " * 20)])
    print(number, flush=True)
"""


def start(path: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    root = Path(vidu_tui.__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", ADD_ONE_BY_ONE, str(path), name, str(count)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
    )


def test_killed_at_any_instant_the_list_is_the_old_or_the_new_one_whole(tmp_path: Path) -> None:
    watchlist = Watchlist(tmp_path / "watchlist.toml")
    watchlist.add([Listed(f"base-{number}", "a label " * 20) for number in range(300)])
    chance = random.Random(20260131)
    for turn in range(20):
        before = [item.id for item in watchlist.read()]
        process = start(watchlist.path, f"turn{turn}", 100_000)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        told = len((first + process.stdout.read()).splitlines())
        process.stdout.close()
        process.wait()
        after = [item.id for item in watchlist.read()]
        assert after[: len(before)] == before
        new = after[len(before) :]
        assert new == [f"turn{turn}-{number}" for number in range(len(new))]
        assert told <= len(new) <= told + 1
    watchlist.add([Listed("last")])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "watchlist.toml",
        "watchlist.toml.lock",
    ]


def test_four_programs_that_add_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new/watchlist.toml"
    names = ("a", "b", "c", "d")
    processes = [start(path, name, 25) for name in names]
    for process in processes:
        process.communicate(timeout=30)
        assert process.returncode == 0
    ids = {item.id for item in Watchlist(path).read()}
    assert ids == {f"{name}-{number}" for name in names for number in range(25)}
