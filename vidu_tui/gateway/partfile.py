"""The ``.part`` beside a target: its lock, its bytes, and how it gets its final name."""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from vidu_tui.core import names, text
from vidu_tui.core.errors import DiskTrouble, HeldElsewhere

HAS_LOCKS = sys.platform != "win32"
"""Windows has no flock; there one vidu-tui at a time is up to the person."""
if HAS_LOCKS:
    import fcntl

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_NO_SYNC = _NO_LINKS | {errno.EINVAL, errno.EACCES}
_READ_BYTES = 1 << 20
_WAITS = "Downloads wait and go on by themselves."


class PartFile:
    """An open, locked ``NAME.part``; keep it open until the file has its final name."""

    def __init__(self, path: Path, file: FileIO):
        self.path = path
        self._file = file
        self._size = self._at = file.seek(0, os.SEEK_END)
        self._sum = hashlib.sha256()
        self._summed = 0
        self._begun = self._size
        self._is_over = False
        """Whether the bytes have another name, or are to have none."""

    @classmethod
    def open(cls, target: Path) -> Self:
        """Open or make the part of a target; raise HeldElsewhere if another process has it."""
        path = target.with_name(target.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            with contextlib.ExitStack() as stack:
                file = stack.enter_context(_open(path))
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
            self._file.truncate(0)
            self.sync()
        self._size = 0
        self._sum, self._summed = hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        """Add bytes at the end and to the checksum; what a full disk still takes counts too."""
        rest = memoryview(chunk)
        while rest:
            if self._at != self._size:
                self._at = self._file.seek(self._size)
            done = self._file.write(rest) or 0
            if not done:
                raise OSError(errno.ENOSPC, "nothing was written")
            if self._summed == self._size:
                self._sum.update(rest[:done])
                self._summed += done
            self._size += done
            self._at += done
            rest = rest[done:]

    def digest(self) -> str:
        """Give the SHA-256 of all that is in the part; what was resumed is read once."""
        if self._summed != self._size:
            self._sum, self._summed = hashlib.sha256(), 0
            while chunk := self.read_at(self._summed, _READ_BYTES):
                self._sum.update(chunk)
                self._summed += len(chunk)
        return self._sum.hexdigest()

    def read_at(self, at: int, length: int) -> bytes:
        """Read up to so many bytes from an offset."""
        self._file.seek(at)
        data = self._file.read(min(length, max(0, self._size - at))) or b""
        self._at = at + len(data)
        return data

    def begin_sync(self) -> None:
        """Let the disk begin with what it has not taken yet, without waiting for it."""
        if hasattr(os, "posix_fadvise"):
            # Linux starts to write such pages back; they stay readable.
            start, self._begun = min(self._begun, self._size), self._size
            with contextlib.suppress(OSError):  # a disk need not take advice
                os.posix_fadvise(
                    self._file.fileno(), start, self._size - start, os.POSIX_FADV_DONTNEED
                )

    def sync(self) -> None:
        """Bring all bytes to the disk."""
        os.fsync(self._file.fileno())

    def keep_named(self) -> None:
        """Write a part that somebody removed, with its folder or alone, to its place again."""
        with contextlib.suppress(FileNotFoundError):
            if self._is_over or os.path.samestat(self.path.stat(), os.fstat(self._file.fileno())):
                return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(_open(self.path, os.O_EXCL))
            _lock(file, self.path)
            at = 0
            while chunk := self.read_at(at, _READ_BYTES):
                at += len(chunk)
                _write_all(file, chunk)
            stack.pop_all()
        self._file.close()
        self._file, self._at = file, at

    def discard(self) -> None:
        """Remove the part: its bytes are elsewhere."""
        self._is_over = True
        self.path.unlink(missing_ok=True)

    def rename(self, path: Path) -> bool:
        """Give the part another name for good; False where somebody has that name."""
        self._is_over = _take_name(self.path, path)
        return self._is_over

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is not None and self._size:
                self.keep_named()
            # Under the lock: a moment later the name may be another process's part.
            if kind is not None and self._size == 0 and _is_named(self.path, self._file):
                self.path.unlink(missing_ok=True)
        finally:
            self._file.close()


def settle(part: PartFile, target: Path, digest: str, suffix: str = "") -> tuple[Path, bool]:
    """Give a whole part its final name, never over another file; tell if it was there already.

    ``suffix`` comes behind the ending, as for what is kept as ``clip.mp4.bad``.
    """
    part.keep_named()
    part.sync()
    for name in names.candidates(target.name):
        path = target.with_name(name + suffix)
        if path.exists():
            if _is_equal(path, part.size, digest):
                part.discard()
                return path, True
            continue
        if part.rename(path):
            _sync_folder(path.parent)
            return path, False
    raise FileExistsError(errno.EEXIST, "every numbered name is taken", str(target))


def _is_equal(path: Path, size: int, digest: str) -> bool:
    """Tell whether these very bytes lie there; what cannot be read counts as something else."""
    try:
        return path.is_file() and path.stat().st_size == size and digest_of(path) == digest
    except OSError:
        return False


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


def _open(path: Path, flags: int = 0) -> FileIO:
    """Open a part, unbuffered: what is said to be written is."""
    flags |= os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        file = FileIO(os.open(path, flags, 0o666), "r+b")
    except IsADirectoryError:
        raise _in_the_way(path) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _in_the_way(path)
    return file


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _in_the_way(path: Path) -> DiskTrouble:
    return DiskTrouble(
        f"{path.name} in {shown(path.parent)} is no file, so nothing can be saved there."
        " Move it; the download then goes on by itself.",
        is_full=False,
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


def _lock(file: FileIO, path: Path) -> None:
    if not HAS_LOCKS:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK):
            return  # a network disk without locks: better a download than none
        raise HeldElsewhere(f"{path.name} is being downloaded by another vidu-tui.") from error


def _is_named(path: Path, file: FileIO) -> bool:
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


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        # A folder that may not be read, or a network disk: the file has its name all the same.
        if error.errno not in _NO_SYNC:
            raise


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
