"""The program on a real terminal: start, quit, kill, and what it leaves behind."""

import os
import signal
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal

LEAVES_ALTERNATE_SCREEN = b"\x1b[?1049l"


def test_the_demo_starts_and_q_ends_it_with_status_0(home: Path) -> None:
    with Terminal(["--demo"], environ_of(home)) as terminal:
        terminal.wait_for("hero shot")
        terminal.press("q")
        assert terminal.status() == 0
        assert LEAVES_ALTERNATE_SCREEN in terminal.written
        assert "The demo's videos stay in" in terminal.text


def test_ctrl_c_quits_from_the_main_screen(home: Path) -> None:
    with Terminal(["--demo"], environ_of(home)) as terminal:
        terminal.wait_for("hero shot")
        terminal.press("\x03")
        assert terminal.status() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_the_terminal(home: Path, number: signal.Signals) -> None:
    with Terminal(["--demo"], environ_of(home)) as terminal:
        terminal.wait_for("hero shot")
        os.kill(terminal.process.pid, number)
        assert terminal.status() == 128 + number
        assert LEAVES_ALTERNATE_SCREEN in terminal.written


def test_a_missing_key_is_asked_for(home: Path) -> None:
    with Terminal([], environ_of(home)) as terminal:
        terminal.wait_for("wants an API key")


def test_an_id_on_the_command_line_is_on_disk_before_the_first_frame(home: Path) -> None:
    environ = {**environ_of(home), "VIDU_API_KEY": "k", "VIDU_BASE_URL": "http://127.0.0.1:9"}
    with Terminal(["940107923630096384"], environ) as terminal:
        terminal.wait_for("940107923630096384")
        assert "940107923630096384" in (home / "data/vidu-tui/watchlist.toml").read_text()
        terminal.wait_for("No connection to 127.0.0.1 (refused)")


def test_a_paste_without_brackets_is_never_a_row_of_commands(home: Path) -> None:
    environ = {**environ_of(home), "VIDU_API_KEY": "k", "VIDU_BASE_URL": "http://127.0.0.1:9"}
    with Terminal([], environ) as terminal:
        seen = terminal.wait_for("No tasks yet")
        terminal.press("q x d 940107923630096384 quit\r")
        terminal.wait_for("1 id in", after=seen)


def test_a_broken_list_opens_with_its_place_and_is_not_touched(home: Path) -> None:
    file = home / "data/vidu-tui/watchlist.toml"
    file.parent.mkdir(parents=True)
    file.write_text('version = 1\n[[task]\nid = "1"\n')
    environ = {**environ_of(home), "VIDU_API_KEY": "k", "VIDU_BASE_URL": "http://127.0.0.1:9"}
    with Terminal([], environ) as terminal:
        terminal.wait_for("line 2")
        terminal.press("q")
        assert terminal.status() == 2
    assert file.read_text() == 'version = 1\n[[task]\nid = "1"\n'


def test_a_terminal_that_is_gone_ends_the_program(home: Path) -> None:
    with Terminal(["--demo"], environ_of(home)) as terminal:
        terminal.wait_for("hero shot")
        terminal.hang_up()
        assert terminal.status() == 128 + signal.SIGHUP
