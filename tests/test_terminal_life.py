"""The program's life on a terminal: stopped, continued, told to end, resized, left alone."""

import os
import re
import signal
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui.sandbox import media
from vidu_tui.sandbox.scenario import Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox

DONE, GOING = "940107923630096384", "940107923630096385"
SHELL = ("-m", "tests.shell", "-m", "vidu_tui")
CTRL_Z = "\x1a"
CLIP = Path(media.__file__).with_name("sunset.mp4").read_bytes()
RESTORED = {1049: False, 1000: False, 1003: False, 1006: False, 2004: False, 25: True, 7: True}


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    """Be a gateway with one finished video that comes slowly, and a task that never ends."""
    going = (Phase(0, "processing", 10, 90), Phase(100_000, "success", 100))
    tasks = [SandboxTask(id=DONE), SandboxTask(id=GOING, phases=going)]
    with Sandbox(tasks, bytes_per_s=50_000) as running:
        yield running


@pytest.fixture
def environ(home: Path, gateway: Sandbox) -> dict[str, str]:
    """Ask that gateway every 0.2 s."""
    config = home / "config/vidu-tui/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[poll]\nprocessing = "200ms"\n[download]\nauto = "off"\n')
    keyed = {"VIDU_API_KEY": gateway.key, "VIDU_BASE_URL": gateway.base_url}
    return {**environ_of(home), **keyed, "VIDU_DOWNLOAD_DIR": str(home / "videos")}


@pytest.fixture
def terminal(environ: dict[str, str]) -> Iterator[Terminal]:
    """Run the dashboard under a shell, both tasks answered."""
    with Terminal([DONE, GOING], environ, program=SHELL) as running:
        running.wait_for("unsaved")
        running.wait_for("processing")
        yield running


def job(terminal: Terminal) -> int:
    found = re.search(r"job (\d+)", terminal.text)
    assert found
    return int(found[1])


def is_restored(terminal: Terminal) -> bool:
    written = terminal.written
    kitty = written.count(b"\x1b[>") - written.count(b"\x1b[<u")
    modes = {mode: terminal.modes[mode] for mode in RESTORED}
    assert (modes, kitty) == (RESTORED, 0)
    return terminal.attributes == terminal.fresh_attributes


def start_download(terminal: Terminal) -> None:
    seen = terminal.wait_for("quit")
    terminal.press("G")
    terminal.press("d")
    terminal.wait_for("kB/s", after=seen)


def stop(terminal: Terminal, key: str = CTRL_Z) -> int:
    """Press ctrl+z and wait until the shell has seen the job stop."""
    seen = len(terminal.written)
    terminal.press(key)
    return terminal.wait_for("stopped by SIGTSTP", after=seen)


def polls(gateway: Sandbox) -> int:
    return sum(GOING in seen.path for seen in gateway.requests)


def wait_for_polls(terminal: Terminal, gateway: Sandbox, more: int) -> None:
    wanted = polls(gateway) + more
    terminal.wait_until(lambda: polls(gateway) >= wanted)


def wait_for_silence(terminal: Terminal, gateway: Sandbox) -> None:
    """Wait until nothing is polled any more: for a second, that is five intervals."""
    last = [polls(gateway), time.monotonic()]

    def is_over() -> bool:
        if polls(gateway) != last[0]:
            last[:] = [polls(gateway), time.monotonic()]
        return time.monotonic() - last[1] > 1

    terminal.wait_until(is_over)


def listed(home: Path) -> list[str]:
    told = tomllib.loads((home / "data/vidu-tui/watchlist.toml").read_text())
    return [task["id"] for task in told["task"]]


def part_of(home: Path) -> bytes:
    (part,) = (home / "videos").glob("*.part")
    return part.read_bytes()


def check_that_it_goes_on(home: Path, gateway: Sandbox, environ: dict[str, str]) -> None:
    """Start once more: the list is whole, and the part goes on at its last byte."""
    kept = part_of(home)
    assert 0 < len(kept) < len(CLIP)
    assert CLIP.startswith(kept)
    assert listed(home) == [DONE, GOING]
    gateway.bytes_per_s = 0
    gateway.forget_requests()
    with Terminal([], environ, program=SHELL) as terminal:
        terminal.wait_for("✓ saved")
        terminal.press("q")
        assert terminal.status() == 0
    (ranged,) = [seen.range for seen in gateway.requests if seen.range]
    start = int(ranged.removeprefix("bytes=").partition("-")[0])
    assert 0 < start <= len(kept)
    (video,) = (home / "videos").iterdir()
    assert video.read_bytes() == CLIP


def test_ctrl_z_gives_the_terminal_back_and_fg_draws_all_anew(
    terminal: Terminal, gateway: Sandbox
) -> None:
    assert terminal.modes[1049]
    seen = stop(terminal)
    assert is_restored(terminal)
    asked = polls(gateway)
    terminal.press("fg\n")
    terminal.wait_for("unsaved", after=seen)
    terminal.wait_for("quit", after=seen)
    assert terminal.modes[1049]
    assert not terminal.modes[25]
    wait_for_polls(terminal, gateway, asked - polls(gateway) + 3)
    seen = len(terminal.written)
    terminal.press("?")
    terminal.wait_for("Move down", after=seen)
    terminal.press("?")
    terminal.press("q")
    assert terminal.status() == 0
    assert is_restored(terminal)


def test_ctrl_z_works_over_a_dialog_and_what_was_typed_there_stays(terminal: Terminal) -> None:
    seen = len(terminal.written)
    terminal.press("e")
    terminal.wait_for("abel", after=seen)
    terminal.press("quick fox")
    seen = stop(terminal)
    assert is_restored(terminal)
    terminal.press("fg\n")
    seen = terminal.wait_for("quick fox", after=seen)
    terminal.press("es\r")
    terminal.wait_for("quick foxes", after=seen)


def test_ctrl_z_during_a_download_and_the_file_comes_whole_after_fg(
    terminal: Terminal, home: Path, gateway: Sandbox
) -> None:
    start_download(terminal)
    seen = stop(terminal)
    assert is_restored(terminal)
    gateway.bytes_per_s = 0
    terminal.press("fg\n")
    terminal.wait_for("✓ saved", after=seen)
    (video,) = (home / "videos").iterdir()
    assert video.read_bytes() == CLIP


def test_bg_goes_on_without_the_terminal_until_fg(terminal: Terminal, gateway: Sandbox) -> None:
    seen = stop(terminal)
    terminal.press("bg\n")
    seen = terminal.wait_for("in the background\r\n", after=seen)
    wait_for_polls(terminal, gateway, 3)
    assert len(terminal.written) == seen
    assert is_restored(terminal)
    terminal.press("fg\n")
    terminal.wait_for("quit", after=seen)
    terminal.press("q")
    assert terminal.status() == 0


def test_a_stopped_program_that_is_told_to_end_ends(terminal: Terminal) -> None:
    stop(terminal)
    os.kill(job(terminal), signal.SIGTERM)
    terminal.press("bg\n")
    assert terminal.status() == 128 + signal.SIGTERM
    assert is_restored(terminal)


def test_ctrl_z_where_no_shell_could_continue_it_does_not_stop(
    environ: dict[str, str], gateway: Sandbox
) -> None:
    with Terminal([GOING], environ) as alone:
        alone.wait_for("processing")
        seen = len(alone.written)
        alone.press(CTRL_Z)
        alone.wait_for("processing", after=seen)
        wait_for_polls(alone, gateway, 3)
        alone.press("q")
        assert alone.status() == 0


def test_a_stop_that_asked_nobody_is_drawn_over_when_it_ends(terminal: Terminal) -> None:
    os.kill(job(terminal), signal.SIGSTOP)
    # Not the first word: the stop may cut off a sequence, which then takes the next letter.
    seen = terminal.wait_for("by SIGSTOP")
    terminal.press("fg\n")
    terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.written[seen:])
    terminal.wait_for("unsaved", after=seen)
    terminal.press("q")
    assert terminal.status() == 0
    assert is_restored(terminal)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_during_a_download_leaves_everything_whole(
    terminal: Terminal,
    home: Path,
    gateway: Sandbox,
    environ: dict[str, str],
    number: signal.Signals,
) -> None:
    start_download(terminal)
    os.kill(job(terminal), number)
    assert terminal.status() == 128 + number
    assert is_restored(terminal)
    check_that_it_goes_on(home, gateway, environ)


def test_a_terminal_that_goes_during_a_download_leaves_everything_whole(
    terminal: Terminal, home: Path, gateway: Sandbox, environ: dict[str, str]
) -> None:
    start_download(terminal)
    terminal.hang_up()
    assert terminal.status() == 128 + signal.SIGHUP
    check_that_it_goes_on(home, gateway, environ)


def stall(terminal: Terminal, gateway: Sandbox) -> None:
    """Take nothing, until much more was drawn than fits on the way; the polls go on."""
    terminal.stall()
    for number in range(100):
        terminal.resize(100 + number, 40)
        time.sleep(0.04)  # no faster than it is drawn: each size is a frame of its own
    wait_for_polls(terminal, gateway, 3)


def test_a_terminal_that_takes_nothing_holds_nothing_up_and_is_drawn_anew(
    terminal: Terminal, gateway: Sandbox
) -> None:
    stall(terminal, gateway)
    terminal.resize(101, 47)
    wait_for_polls(terminal, gateway, 3)
    seen = len(terminal.written)
    terminal.stall(is_stalled=False)
    terminal.wait_until(lambda: b"\x1b[46;1H" in terminal.written[seen:])
    seen = len(terminal.written)
    terminal.press("?")
    terminal.wait_for("Move down", after=seen)


def test_a_terminal_that_took_nothing_until_the_end_is_restored(
    terminal: Terminal, gateway: Sandbox
) -> None:
    stall(terminal, gateway)
    terminal.press("q")
    wait_for_silence(terminal, gateway)
    terminal.stall(is_stalled=False)
    assert terminal.status() == 0
    assert is_restored(terminal)


def test_a_storm_of_sizes_ends_with_the_last_one_drawn(
    terminal: Terminal, gateway: Sandbox
) -> None:
    for number in range(200):
        terminal.resize(1 + number * 173 % 400, 1 + number * 67 % 120)
        if number % 40 == 39:
            wait_for_polls(terminal, gateway, 1)
    terminal.resize(1, 1)
    wait_for_polls(terminal, gateway, 3)
    seen = len(terminal.written)
    terminal.resize(101, 33)
    terminal.wait_until(lambda: b"\x1b[32;1H" in terminal.written[seen:])
    seen = terminal.wait_for("quit", after=seen)
    terminal.press("?")
    terminal.wait_for("Move down", after=seen)
    rows = re.findall(rb"\x1b\[(\d+);\d+H", terminal.written[seen:])
    assert max(map(int, rows)) <= 33
    terminal.press("?")
    terminal.press("q")
    assert terminal.status() == 0
    assert is_restored(terminal)


def test_a_terminal_that_tells_its_size_by_itself_is_restored_too(terminal: Terminal) -> None:
    terminal.press("\x1b[?2048;2$y")
    terminal.wait_until(lambda: {2048: True, 1016: True}.items() <= terminal.modes.items())
    terminal.press("q")
    assert terminal.status() == 0
    assert is_restored(terminal)
    assert not terminal.modes[2048]
    assert not terminal.modes[1016]


def test_the_screen_is_drawn_where_stderr_goes_to_a_file(
    environ: dict[str, str], tmp_path: Path
) -> None:
    told = tmp_path / "told"
    with told.open("wb") as file, Terminal([DONE], environ, stderr=file.fileno()) as terminal:
        terminal.wait_for("✓ success")
        terminal.press("q")
        assert terminal.status() == 0
        assert is_restored(terminal)
    assert told.read_text().startswith("1 finished video is not saved")
    assert "\x1b" not in told.read_text()
