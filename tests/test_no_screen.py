"""Where nothing can be drawn: the list in place of the screen, and why."""

from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal

DONE = "940107923630096384"


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_be_drawn_on_gets_the_list(
    home: Path, tmp_path: Path, term: str
) -> None:
    told = tmp_path / "told"
    with (
        told.open("wb") as file,
        Terminal([DONE], environ_of(home), term=term, stderr=file.fileno()) as terminal,
    ):
        assert terminal.status() == 0
        assert DONE in terminal.text
        assert terminal.written.count(b"\n") == 1
        assert b"\x1b" not in terminal.written
    (line,) = told.read_text().splitlines()
    assert line.startswith("vidu-tui: TERM")
    assert line.endswith("so here is the list (vidu-tui ls):")


@pytest.mark.parametrize("term", ["dumb", ""])
def test_the_demo_is_not_drawn_there_either(home: Path, term: str) -> None:
    with Terminal(["--demo"], environ_of(home), term=term) as terminal:
        assert terminal.status() == 2
        assert terminal.written.count(b"\n") == 1
        assert "TERM" in terminal.text
        assert b"\x1b" not in terminal.written


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_without_a_terminal_on_either_side_the_list_is_printed(
    home: Path, tmp_path: Path, stream: str
) -> None:
    other = tmp_path / "other"
    other.touch()
    with other.open("r+b") as file:
        streams = {stream: file.fileno()}
        with Terminal(
            [DONE], environ_of(home), stdin=streams.get("stdin"), stdout=streams.get("stdout")
        ) as t:
            assert t.status() == 0
            told = t.text + other.read_text()
    assert DONE in told
    assert "this is no terminal" in told
    assert "\x1b" not in told
