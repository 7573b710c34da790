"""What a disk refuses, in words: no room, no right, something in the way. Knows no HTTP."""

import contextlib
import errno
import shutil
from pathlib import Path

from vidu_tui.core import text
from vidu_tui.core.errors import DiskTrouble

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_WAITS = "Downloads wait and go on by themselves."


def check_space(folder: Path, needed: int, spared: int) -> None:
    """Raise DiskTrouble where a disk has no room for so many bytes and the spared ones."""
    free = shutil.disk_usage(folder).free
    if needed > 0 and free < needed + spared:
        raise DiskTrouble(
            f"Disk full: {text.size(free)} free in {shown(folder)},"
            f" {text.size(needed + spared)} needed. {_WAITS}",
            is_full=True,
        )


def disk_error(error: OSError, folder: Path) -> DiskTrouble:
    """Say what the disk refused; what has arrived is kept in the part."""
    if error.errno == errno.EFBIG:
        return DiskTrouble(
            f"No file this long is allowed in {shown(folder)}. What has arrived is kept. {_WAITS}",
            is_full=True,
        )
    if error.errno in _FULL:
        free = 0
        with contextlib.suppress(OSError):
            free = shutil.disk_usage(folder).free
        return DiskTrouble(
            f"Disk full: {text.size(free)} free in {shown(folder)}. {_WAITS}", is_full=True
        )
    reason = (error.strerror or "the system refused").lower()
    return DiskTrouble(
        f"Cannot write in {shown(folder)} ({reason}). What has arrived is kept.", is_full=False
    )


def shown(folder: Path) -> str:
    """Give a folder as a person writes it."""
    return text.tilde(str(folder), str(Path.home()))


def in_the_way(path: Path) -> DiskTrouble:
    """Say that something which is no file lies where a part should."""
    return DiskTrouble(
        f"{path.name} in {shown(path.parent)} is no file, so nothing can be saved there."
        " Move it; the download then goes on by itself.",
        is_full=False,
    )
