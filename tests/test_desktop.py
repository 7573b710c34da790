"""Programs of the person's system: found by what there is, started without a shell."""

import sys
from pathlib import Path

import pytest

from vidu_tui.desktop import hands

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, script: str = "") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_file_is_opened_by_the_desktop_that_there_is(bin_folder: Path) -> None:
    opener = program(bin_folder, "xdg-open")
    here = {"PATH": str(bin_folder)}
    assert hands.opener(here, "linux") == []
    assert hands.opener({**here, "DISPLAY": ":0"}, "linux") == [opener]
    assert hands.opener({**here, "WAYLAND_DISPLAY": "w"}, "linux") == [opener]
    assert hands.opener({**here, "DISPLAY": ":0", "SSH_CONNECTION": "a"}, "linux") == []
    assert hands.opener({"PATH": "/nowhere", "DISPLAY": ":0"}, "linux") == []
    mac = program(bin_folder, "open")
    assert hands.opener(here, "darwin") == [mac]


def test_the_clipboard_is_the_one_of_this_machine(bin_folder: Path) -> None:
    wayland, x11 = program(bin_folder, "wl-copy"), program(bin_folder, "xclip")
    here = {"PATH": str(bin_folder), "DISPLAY": ":0"}
    assert hands.copiers(here, "linux") == [[x11, "-selection", "clipboard"]]
    both = {**here, "WAYLAND_DISPLAY": "w"}
    assert hands.copiers(both, "linux")[0] == [wayland]
    assert hands.copiers({**both, "SSH_TTY": "a"}, "linux") == []
    mac = program(bin_folder, "pbcopy")
    assert hands.copiers(here, "darwin") == [[mac]]


def test_a_path_is_one_argument_and_the_environment_is_the_given_one(
    bin_folder: Path, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    opener = program(bin_folder, "xdg-open", f'printf "%s|%s" "$1" "$VIDU_API_KEY" > "{told}"')
    path = "/videos/a b; touch $(x).mp4"
    assert hands.open_path(path, {"PATH": "/usr/bin:/bin"}, [opener])
    assert told.read_text() == f"{path}|"


def test_an_opener_that_fails_says_so(bin_folder: Path) -> None:
    assert not hands.open_path("/a", {}, [program(bin_folder, "xdg-open", "exit 4")])
    assert not hands.open_path("/a", {}, [str(bin_folder / "none")])


def test_an_opener_that_stays_has_opened_something(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "OPENED_S", 0.05)
    environ = {"PATH": "/usr/bin:/bin"}
    assert hands.open_path("/a", environ, [program(bin_folder, "player", "exec sleep 1")])


def test_the_first_clipboard_that_takes_it_has_it(bin_folder: Path, tmp_path: Path) -> None:
    kept, environ = tmp_path / "kept", {"PATH": "/usr/bin:/bin"}
    bad = program(bin_folder, "bad", "exit 1")
    good = program(bin_folder, "good", f'cat > "{kept}"')
    commands = [[str(bin_folder / "none")], [bad], [good]]
    assert hands.copy("id 夜", environ, commands)
    assert kept.read_text(encoding="utf-8") == "id 夜"
    assert not hands.copy("id", environ, [[bad]])
    assert not hands.copy("id", environ, [])


def test_a_clipboard_that_hangs_holds_nothing_up(
    bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "COPIED_S", 0.05)
    environ = {"PATH": "/usr/bin:/bin"}
    assert not hands.copy("id", environ, [[program(bin_folder, "stuck", "exec sleep 5")]])
