"""The ``.part`` beside a target: its lock, its bytes, and how it gets its final name."""

import contextlib
import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from vidu_tui.core import names, text
from vidu_tui.core.errors import DiskTrouble, HeldElsewhere

HAS_LOCKS = sys.platform != "win32"
"""Windows has no flock; there one vidu-tui at a time is up to the person."""
if HAS_LOCKS:
    import fcntl

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class PartFile:
    """An open, locked ``NAME.part``; keep it open until the file has its final name."""

    def __init__(self, path: Path, file: BinaryIO):
        self.path = path
        self._file = file
        self._size = file.seek(0, os.SEEK_END)
        self._sum = hashlib.sha256()
        self._summed = 0

    @classmethod
    def open(cls, target: Path) -> Self:
        """Open or make the part of a target; raise HeldElsewhere if another process has it."""
        path = target.with_name(target.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
            with contextlib.ExitStack() as stack:
                file = stack.enter_context(os.fdopen(descriptor, "r+b"))
                _lock(file, path)
                if _is_named(path, file):
                    stack.pop_all()
                    return cls(path, file)
            _drop_twin(path)

    @property
    def size(self) -> int:
        """Give the bytes that have arrived."""
        return self._size

    def truncate(self) -> None:
        """Begin anew: drop what has arrived, on the disk too: another file's bytes may follow."""
        if self._size:
            self._file.seek(0)
            self._file.truncate()
            self.sync()
        self._size = 0
        self._sum, self._summed = hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end and to the checksum."""
        if self._summed == self._size:
            self._sum.update(chunk)
            self._summed += len(chunk)
        self._file.seek(self._size)
        self._file.write(chunk)
        self._size += len(chunk)

    def digest(self) -> str:
        """Give the SHA-256 of all that is in the part; what was resumed is read once."""
        if self._summed != self._size:
            self._file.seek(0)
            self._sum = hashlib.sha256()
            while chunk := self._file.read(1 << 20):
                self._sum.update(chunk)
            self._summed = self._size
        return self._sum.hexdigest()

    def read_at(self, at: int, length: int) -> bytes:
        """Read up to so many bytes from an offset."""
        self._file.seek(at)
        return self._file.read(length)

    def sync(self) -> None:
        """Bring all bytes to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def discard(self) -> None:
        """Remove the part: its bytes are elsewhere."""
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            # Under the lock: a moment later the name may be another process's part.
            if self._size == 0 and kind is not None and _is_named(self.path, self._file):
                self.path.unlink(missing_ok=True)
        finally:
            self._file.close()


def settle(part: PartFile, target: Path, digest: str) -> tuple[Path, bool]:
    """Give a whole part its final name, never over another file; tell if it was there already."""
    part.sync()
    for name in candidates(target.name):
        path = target.with_name(name)
        if path.exists():
            if path.is_file() and path.stat().st_size == part.size and digest_of(path) == digest:
                part.discard()
                return path, True
            continue
        if _take_name(part.path, path):
            _sync_folder(path.parent)
            return path, False
    raise FileExistsError(errno.EEXIST, "every numbered name is taken", str(target))


def disk_error(error: OSError, folder: Path) -> DiskTrouble:
    """Say what the disk refused; what has arrived is kept in the part."""
    if error.errno in _FULL:
        free = 0
        with contextlib.suppress(OSError):
            free = shutil.disk_usage(folder).free
        return DiskTrouble(
            f"Disk full: {text.size(free)} free in {folder}."
            " Downloads wait and go on by themselves.",
            is_full=True,
        )
    reason = (error.strerror or "the system refused").lower()
    return DiskTrouble(
        f"Cannot write in {folder} ({reason}). What has arrived is kept.", is_full=False
    )


def _take_name(part: Path, path: Path) -> bool:
    """Move a part to a name that nobody has; a link first, since it refuses an existing one."""
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if path.exists():
            return False
        part.replace(path)
    else:
        part.unlink()
    return True


def _lock(file: BinaryIO, path: Path) -> None:
    if not HAS_LOCKS:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK):
            return  # a network disk without locks: better a download than none
        raise HeldElsewhere(f"{path.name} is being downloaded by another vidu-tui.") from error


def _is_named(path: Path, file: BinaryIO) -> bool:
    """Tell whether the path alone names the locked file: a finished one was renamed away."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(file.fileno())) and there.st_nlink == 1


def _drop_twin(path: Path) -> None:
    """Remove a part that is a second name of a finished file: a kill came between two steps."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_nlink > 1:
            path.unlink()


def candidates(name: str) -> Iterator[str]:
    """Give a name and then its numbered ones, for where other bytes lie under it already."""
    yield name
    for number in range(2, 1000):
        yield names.numbered(name, number)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
