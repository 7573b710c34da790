from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from vidu_tui.storage.paths import Paths, tilde


def test_each_xdg_variable_names_its_own_files(tmp_path: Path) -> None:
    paths = Paths.find(
        {
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "c"),
            "XDG_DATA_HOME": str(tmp_path / "d"),
            "XDG_STATE_HOME": str(tmp_path / "s"),
            "XDG_CACHE_HOME": str(tmp_path / "k"),
        }
    )
    assert paths.config_file == tmp_path / "c/vidu-tui/config.toml"
    assert paths.credentials_file == tmp_path / "c/vidu-tui/credentials.toml"
    assert paths.watchlist_file == tmp_path / "d/vidu-tui/watchlist.toml"
    assert paths.ledger_file == tmp_path / "s/vidu-tui/ledger.db"
    assert paths.ui_file == tmp_path / "s/vidu-tui/ui.toml"
    assert paths.log_file == tmp_path / "s/vidu-tui/vidu-tui.log"
    assert paths.cache_dir == tmp_path / "k/vidu-tui"


@pytest.mark.parametrize("value", ["", "  ", "relative/folder", "./here"])
def test_an_empty_or_relative_xdg_variable_does_not_count(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    paths = Paths.find({"HOME": str(tmp_path), "XDG_DATA_HOME": value})
    assert paths.watchlist_file == tmp_path / ".local/share/vidu-tui/watchlist.toml"


@pytest.mark.skipif(not hasattr(platformdirs, "unix"), reason="not a Unix")
def test_without_xdg_variables_linux_has_the_places_of_platformdirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from platformdirs.unix import Unix

    monkeypatch.setattr("sys.platform", "linux")
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.delenv(f"XDG_{kind}_HOME", raising=False)
    monkeypatch.delenv("XDG_VIDEOS_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    theirs = Unix("vidu-tui", appauthor=False)
    paths = Paths.find({"HOME": str(tmp_path)})
    assert paths.config_file.parent == Path(theirs.user_config_dir)
    assert paths.watchlist_file.parent == Path(theirs.user_data_dir)
    assert paths.ledger_file.parent == Path(theirs.user_state_dir)
    assert paths.cache_dir == Path(theirs.user_cache_dir)
    assert paths.download_dir == Path(theirs.user_videos_dir) / "vidu"


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_ask_platformdirs_but_xdg_variables_still_count(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr(platformdirs, "PlatformDirs", platformdirs.PlatformDirs)
    monkeypatch.setattr(platformdirs, "user_videos_path", lambda: tmp_path / "Movies")
    paths = Paths.find({"XDG_CONFIG_HOME": str(tmp_path / "c")})
    assert paths.config_file == tmp_path / "c/vidu-tui/config.toml"
    assert paths.watchlist_file == platformdirs.user_data_path("vidu-tui", appauthor=False) / (
        "watchlist.toml"
    )
    assert paths.download_dir == tmp_path / "Movies/vidu"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('XDG_VIDEOS_DIR="$HOME/Filme"', "Filme/vidu"),
        ('XDG_VIDEOS_DIR="$HOME"', "vidu"),
        ('XDG_VIDEOS_DIR="$HOME/a \\"b\\""', 'a "b"/vidu'),
        ('#XDG_VIDEOS_DIR="$HOME/Filme"', "Videos/vidu"),
        ('XDG_VIDEOS_DIR="relative"', "Videos/vidu"),
        ("nonsense \x00 =", "Videos/vidu"),
    ],
)
def test_the_desktop_names_the_videos_folder(
    line: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config/user-dirs.dirs").write_text(f"# made by xdg-user-dirs\n{line}\n")
    assert Paths.find({"HOME": str(tmp_path)}).download_dir == tmp_path / expected


def test_the_videos_folder_may_be_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    (tmp_path / "user-dirs.dirs").write_text('XDG_VIDEOS_DIR="/mnt/films"\n')
    environ = {"HOME": "/home/ann", "XDG_CONFIG_HOME": str(tmp_path)}
    assert Paths.find(environ).download_dir == Path("/mnt/films/vidu")
    environ["XDG_VIDEOS_DIR"] = "/mnt/other"
    assert Paths.find(environ).download_dir == Path("/mnt/other/vidu")


def test_the_demo_has_all_below_one_folder(tmp_path: Path) -> None:
    paths = Paths.under(tmp_path)
    for name in Paths._fields:
        assert getattr(paths, name).is_relative_to(tmp_path)


def test_a_path_is_shown_from_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert tilde(Path("/home/ann/Videos/vidu")) == "~/Videos/vidu"
    assert tilde("/home/ann") == "~"
    assert tilde("/home/anna/x") == "/home/anna/x"
    assert tilde("/srv/x") == "/srv/x"
    assert tilde("/home/ann/a\n\x1b[31mb\udcff") == "~/a��[31mb�"
    monkeypatch.setenv("HOME", "/")
    assert tilde("/srv/x") == "/srv/x"
