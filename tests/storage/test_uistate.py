"""How a person left the screen survives, until the config says something else."""

from pathlib import Path

import pytest

from vidu_tui.storage import uistate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ui.toml"


def test_what_is_kept_comes_back(path: Path) -> None:
    config = {"theme": "vidu-night"}
    assert uistate.keep(path, {"theme": "vidu-paper", "sort": "credits"}, config) == ""
    assert uistate.load(path, config) == {"theme": "vidu-paper", "sort": "credits"}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_config_that_has_changed_since_holds(path: Path) -> None:
    uistate.keep(path, {"theme": "vidu-paper", "sort": "credits"}, {"theme": "vidu-night"})
    assert uistate.load(path, {"theme": "vidu-safe"}) == {"sort": "credits"}
    assert uistate.load(path, {"theme": "vidu-night"})["theme"] == "vidu-paper"


@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"\xff",
        b"theme = ",
        b'theme = "vidu-paper"',
        b"[theme]\nvalue = 3\ninstead_of = ''",
        b"[theme]\nvalue = 'vidu-paper'",
        b"[theme]\ninstead_of = ''\nvalue = '" + b"x" * 501 + b"'",
    ],
)
def test_what_cannot_be_read_is_as_if_it_were_not_there(path: Path, words: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(words)
    assert uistate.load(path, {}) == {}


def test_no_file_and_no_folder_is_nothing_kept(path: Path) -> None:
    assert uistate.load(path, {}) == {}


def test_trouble_is_one_line(path: Path) -> None:
    path.mkdir(parents=True)
    said = uistate.keep(path, {"theme": "x"}, {})
    assert said.startswith("How the screen looks cannot be kept (")
