"""Two dashboards of one person, as processes on terminals of their own, against one gateway."""

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal, words_of
from vidu_tui.sandbox.scenario import Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox

FOLLOWS = "Another vidu-tui window does the polling; this one follows it."
INTERVAL_S = 1.5
SHORTEST_S = INTERVAL_S * 0.9 - 0.05
"""An interval less a tenth, and what a packet may take."""
IDS = [str(940107923630000000 + number) for number in range(4)]
TASKS = [
    SandboxTask(id=name, label=f"shot {name[-1]}", phases=(Phase(0, "processing", 5, 90),))
    for name in IDS
]


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    with Sandbox(TASKS, key="vd-two-windows-first-key") as sandbox:
        yield sandbox


@pytest.fixture
def environ(home: Path, gateway: Sandbox) -> dict[str, str]:
    found = environ_of(home) | {"VIDU_BASE_URL": gateway.base_url, "VIDU_API_KEY": gateway.key}
    config = home / "config" / "vidu-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'[poll]\nprocessing = "{INTERVAL_S * 1000:.0f}ms"\n')
    run(found, "add", *IDS)
    return found


def run(environ: dict[str, str], *words: str) -> None:
    """Run a verb to its end."""
    subprocess.run([sys.executable, "-m", "vidu_tui", *words], env=environ, check=True, timeout=30)


def until(is_so: Callable[[], bool], limit_s: float) -> float:
    """Wait until something is so; give how long that took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < limit_s, "it never came to that"
        time.sleep(0.02)
    return time.monotonic() - started


def asked(gateway: Sandbox, task_id: str) -> list[float]:
    """Give when a task was asked for."""
    return [seen.at_s for seen in gateway.requests if f"/tasks/{task_id}/" in seen.path]


def count(gateway: Sandbox) -> int:
    return sum(len(asked(gateway, name)) for name in IDS)


def shortest_gap(gateway: Sandbox) -> float:
    """Give the shortest time between two questions for one task."""
    gaps = [b - a for name in IDS for a, b in itertools.pairwise(asked(gateway, name))]
    return min(gaps)


def both(environ: dict[str, str]) -> tuple[Terminal, Terminal]:
    """Start two windows; the second follows the first."""
    first = Terminal([], environ)
    first.wait_for("processing")
    second = Terminal([], environ)
    second.wait_for(FOLLOWS)
    return first, second


def test_one_window_asks_and_the_other_shows_what_it_hears(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    first, second = both(environ)
    with first, second:
        second.wait_for("processing")
        before, seen = count(gateway), len(second.written)
        until(lambda: count(gateway) >= before + 2 * len(IDS), 15)
        assert re.search(r"\d%", second.text[len(words_of(second.written[:seen])) :])
        assert shortest_gap(gateway) >= SHORTEST_S


def test_a_killed_window_is_followed_by_the_other_and_nothing_is_asked_twice_in_an_interval(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    first, second = both(environ)
    with first, second:
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait()
        before = count(gateway)
        until(lambda: count(gateway) > before, 10)
        until(lambda: count(gateway) >= before + 2 * len(IDS), 20)
        assert shortest_gap(gateway) >= SHORTEST_S


def test_a_window_that_was_stopped_asks_nothing_on_its_old_lease(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    first, second = both(environ)
    with first, second:
        os.kill(first.process.pid, signal.SIGSTOP)
        before = count(gateway)
        until(lambda: count(gateway) > before, 10)
        seen = len(first.written)
        os.kill(first.process.pid, signal.SIGCONT)
        first.wait_for(FOLLOWS, after=seen)
        before = count(gateway)
        until(lambda: count(gateway) >= before + len(IDS), 10)
        assert shortest_gap(gateway) >= SHORTEST_S


def test_a_window_that_quits_leaves_the_polling_to_the_other_at_once(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    first, second = both(environ)
    with first, second:
        first.press("q")
        assert first.status() == 0
        before = count(gateway)
        until(lambda: count(gateway) > before + len(IDS), 2 + 2 * INTERVAL_S)
        assert shortest_gap(gateway) >= SHORTEST_S


def test_polling_by_hand_and_pause_work_from_the_window_that_follows(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    first, second = both(environ)
    with first, second:
        second.press("P")
        first.wait_for("Polling is paused since")
        before = count(gateway)
        second.press("r")
        until(lambda: count(gateway) == before + 1, 3)
        second.press("P")
        until(lambda: count(gateway) > before + 1, 8)


def test_what_another_process_adds_or_removes_is_seen_within_two_seconds(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    late = SandboxTask(id="940107923639999999", phases=(Phase(0, "queueing"),))
    gateway.add(late)
    first, second = both(environ)
    with first, second:
        run(environ, "add", late.id, "--label", "late shot")
        until(lambda: len(asked(gateway, late.id)) == 1, 2)
        for window in (first, second):
            window.wait_for("late shot")
        seen = len(second.written)
        run(environ, "rm", late.id)
        second.wait_for("all 4", after=seen)


def test_a_key_given_to_one_window_is_used_there_and_is_told_to_no_other(
    environ: dict[str, str], gateway: Sandbox, home: Path
) -> None:
    first, second = both(environ)
    with first, second:
        gateway.key = "vd-two-windows-other-key"
        for window in (first, second):
            window.wait_for("refused the key (401)")
        before = len(gateway.requests)
        second.press("K")
        second.wait_for("wants an API key")
        second.press(gateway.key)
        second.press("\r")
        until(lambda: _good(gateway, before) > len(IDS), 10)
        first.wait_for(FOLLOWS)
        old = [s for s in gateway.requests[before:] if s.authorization != f"Bearer {gateway.key}"]
        assert old == []
    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    for secret in (b"two-windows-first", b"two-windows-other"):
        assert secret not in written + first.written + second.written


def _good(gateway: Sandbox, after: int) -> int:
    return sum(seen.authorization == f"Bearer {gateway.key}" for seen in gateway.requests[after:])
