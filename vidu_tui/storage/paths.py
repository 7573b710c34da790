"""Where each of our files lives. Knows folder rules, never what stands in a file."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from vidu_tui.core import text

APP = "vidu-tui"

_XDG_HOMES = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "state": ("XDG_STATE_HOME", ".local/state"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
}
_VIDEOS_LINE = r'^\s*XDG_VIDEOS_DIR\s*=\s*"(?P<value>(?:[^"\\]|\\.)*)"'


class Paths(NamedTuple):
    """Name every file and folder of ours; nothing is made by naming it."""

    config_file: Path
    credentials_file: Path
    watchlist_file: Path
    spare_list_file: Path
    """What the list had when it was last changed: for the day on which it is gone."""
    ledger_file: Path
    ui_file: Path
    log_file: Path
    cache_dir: Path
    download_dir: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> "Paths":
        """Return the person's own places; an XDG variable counts on every system if absolute."""
        homes = {kind: _home_of(kind, environ) for kind in _XDG_HOMES}
        return cls(
            config_file=homes["config"] / "config.toml",
            credentials_file=homes["config"] / "credentials.toml",
            watchlist_file=homes["data"] / "watchlist.toml",
            spare_list_file=homes["state"] / "watchlist.spare.toml",
            ledger_file=homes["state"] / "ledger.db",
            ui_file=homes["state"] / "ui.toml",
            log_file=homes["state"] / "vidu-tui.log",
            cache_dir=homes["cache"],
            download_dir=_videos_dir(environ) / "vidu",
        )

    @classmethod
    def under(cls, folder: Path) -> "Paths":
        """Return places that all lie below one folder, as the demo's temporary home does."""
        return cls(
            config_file=folder / "config.toml",
            credentials_file=folder / "credentials.toml",
            watchlist_file=folder / "watchlist.toml",
            spare_list_file=folder / "watchlist.spare.toml",
            ledger_file=folder / "ledger.db",
            ui_file=folder / "ui.toml",
            log_file=folder / "vidu-tui.log",
            cache_dir=folder / "cache",
            download_dir=folder / "videos",
        )


def tilde(path: Path | str) -> str:
    """Show a path with the home folder as ``~``; for a screen, not for opening."""
    return text.tilde(str(path), str(Path.home()))


def _absolute(value: str | None) -> Path | None:
    """Return the folder that a variable names; a relative one is no answer (XDG base dirs)."""
    stripped = (value or "").strip()
    return Path(stripped) if stripped and Path(stripped).is_absolute() else None


def _home(environ: Mapping[str, str]) -> Path:
    return _absolute(environ.get("HOME")) or Path.home()


def _home_of(kind: str, environ: Mapping[str, str]) -> Path:
    variable, below_home = _XDG_HOMES[kind]
    named = _absolute(environ.get(variable))
    if named is not None:
        return named / APP
    if _has_xdg_defaults():
        return _home(environ) / below_home / APP
    import platformdirs

    places = platformdirs.PlatformDirs(APP, appauthor=False)
    return {
        "config": places.user_config_path,
        "data": places.user_data_path,
        "state": places.user_state_path,
        "cache": places.user_cache_path,
    }[kind]


def _has_xdg_defaults() -> bool:
    """Say whether the XDG defaults hold here; platformdirs agrees but costs 20 ms to import."""
    return sys.platform not in ("darwin", "win32")


def _videos_dir(environ: Mapping[str, str]) -> Path:
    named = _absolute(environ.get("XDG_VIDEOS_DIR"))
    if named is not None:
        return named
    if not _has_xdg_defaults():
        import platformdirs

        return platformdirs.user_videos_path()
    home = _home(environ)
    return _user_dirs_videos(environ, home) or home / "Videos"


def _user_dirs_videos(environ: Mapping[str, str], home: Path) -> Path | None:
    """Read the folder that the desktop calls Videos from ``user-dirs.dirs`` (xdg-user-dirs)."""
    folder = _absolute(environ.get("XDG_CONFIG_HOME")) or home / ".config"
    try:
        lines = (folder / "user-dirs.dirs").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    found = None
    for line in re.finditer(_VIDEOS_LINE, lines, re.MULTILINE):
        value = re.sub(r"\\(.)", r"\1", line["value"])
        if value == "$HOME" or value.startswith("$HOME/"):
            found = home / value.removeprefix("$HOME").lstrip("/")
        elif value.startswith("/"):
            found = Path(value)
    return found
