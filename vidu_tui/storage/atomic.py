"""Read and replace whole files. Knows the disk's rules, never what stands in a file."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEMP_ENDING = ".vidu-tmp"
_LOCK_POLL_S = 0.005


def read(path: Path) -> tuple[bytes, os.stat_result]:
    """Return a file's bytes and what the disk says of that very file; never waits for a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as stream:
        status = os.fstat(stream.fileno())
        _check_plain(status.st_mode, path)
        return stream.read(), status


def write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put ``data`` at ``path``: afterwards, also after a kill, it is the old file or the new one.

    A symbolic link is kept and what it names is replaced. Missing folders are made with 0700.
    An OSError is the caller's; then the old file is as it was and no temporary file is left.
    """
    target = _resolve(path)
    with _written_beside(target, data, mode) as temp:
        temp.replace(target)
    fsync_folder(target.parent)


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put ``data`` at ``path`` where nothing is yet, whole or not at all; else FileExistsError."""
    with _written_beside(path, data, mode) as temp:
        try:
            os.link(temp, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links: looking first is all that can be done.
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            temp.replace(path)
        else:
            temp.unlink()
    fsync_folder(path.parent)


@contextmanager
def _written_beside(target: Path, data: bytes, mode: int) -> Iterator[Path]:
    """Write a temporary file in the folder of ``target``; it is removed where it is not used."""
    make_folder(target.parent)
    temp = target.with_name(f".{target.name[:100]}.{os.urandom(8).hex()}{_TEMP_ENDING}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temp, flags | getattr(os, "O_BINARY", 0), 0o600)
    is_used = False
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            if os.name == "posix":
                os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        yield temp
        is_used = True
    finally:
        if not is_used:
            with suppress(OSError):
                temp.unlink()


def fsync_folder(path: Path) -> None:
    """Bring a folder's names to the disk; nothing to do on Windows, which opens no folders."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network and FUSE file systems know no fsync of a folder.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, each for its owner alone (0700)."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        if path.parent == path:
            break
        path = path.parent
    for folder in reversed(missing):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        fsync_folder(folder.parent)


@contextmanager
def locked(path: Path, timeout_s: float = 10.0) -> Iterator[None]:
    """Hold ``path``'s lock (a file beside it, ``NAME.lock``) against every other process.

    Raises TimeoutError if another holds it for ``timeout_s``, OSError if it cannot be made.
    """
    import filelock

    make_folder(path.parent)
    lock = filelock.FileLock(f"{path}.lock", timeout=timeout_s, mode=0o600)
    try:
        lock.acquire(poll_interval=_LOCK_POLL_S)
    except filelock.Timeout as error:
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path)) from error
    try:
        yield
    finally:
        lock.release()


def sweep(path: Path) -> None:
    """Remove temporary files that a killed writer of ``path`` left; call it under the lock."""
    target = _resolve(path)
    start = f".{target.name[:100]}."
    with suppress(OSError):
        for temp in target.parent.iterdir():
            if temp.name.startswith(start) and temp.name.endswith(_TEMP_ENDING):
                temp.unlink()


def _resolve(path: Path) -> Path:
    """Return the file to replace; anything but a plain or a missing file is an OSError."""
    target = Path(os.path.realpath(path))
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return target
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    _check_plain(mode, path)
    return target


def _check_plain(mode: int, path: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
