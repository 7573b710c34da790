"""Whether our files are there, whose they are and whether they are sound. Changes none of them."""

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from vidu_tui.storage import schema

BUSY_S = 2.0
_HEAD = 20
"""SQLite's file format, section 1.3: the bytes 18 and 19 are 2 where it writes ahead."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the disk says of a path; a symbolic link is followed."""

    is_there: bool
    mode: int = 0
    """The permission bits."""
    is_own: bool = True
    size_bytes: int = 0
    trouble: str = ""
    """Why it cannot be looked at, in the system's words; empty where it can."""


def standing(path: Path) -> Standing:
    """Look at a file or folder."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return Standing(is_there=False)
    except OSError as error:
        return Standing(is_there=False, trouble=error.strerror or type(error).__name__)
    is_own = os.name != "posix" or found.st_uid == os.geteuid()
    return Standing(True, stat.S_IMODE(found.st_mode), is_own, found.st_size)


def is_writable_folder(path: Path) -> bool:
    """Tell whether files can be made in a folder, or the folder itself where it is not there."""
    for place in (path, *path.parents):
        if os.path.lexists(place):
            return place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return False


def ledger_fault(path: Path) -> str:
    """Say what is wrong with a ledger that is there, by SQLite's own check; empty if it is sound.

    It is opened for reading alone: a broken one is set aside by the dashboard, not by a look.
    """
    try:
        address = f"{path.absolute().as_uri()}?mode=ro{_without_log(path)}"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_S)) as db:
            schema.refuse_others(db)
            told = [str(row[0]) for row in db.execute("PRAGMA quick_check(1)")]
    except (sqlite3.Error, OSError, UnicodeError) as error:
        return str(error)
    return "" if told == ["ok"] else " ".join(told)


def _without_log(path: Path) -> str:
    """Keep SQLite from making a log beside a file that nobody has open: it would stay there."""
    with path.open("rb") as file:
        writes_ahead = file.read(_HEAD)[-2:] == b"\2\2"
    has_log = path.with_name(f"{path.name}-wal").exists()
    return "&immutable=1" if writes_ahead and not has_log else ""
