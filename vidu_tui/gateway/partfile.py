"""The ``.part`` beside a target: its lock, its bytes, and how it gets its final name."""

import contextlib
import errno
import hashlib
import itertools
import os
import stat
import sys
import tempfile
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from vidu_tui.core import names
from vidu_tui.core.errors import HeldElsewhere
from vidu_tui.gateway.disk import in_the_way

HAS_LOCKS = sys.platform != "win32"
"""Windows has no flock; there one vidu-tui at a time is up to the person."""
if HAS_LOCKS:
    import fcntl

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
_READ_BYTES = 1 << 20
STILL_S = 180.0
"""A part that nobody has written to for so long is held by a process that was suspended: one that
runs gives a silent host up long before."""
_TWINS = 100
"""So many numbered names are looked through for the second name of a part."""
_MAKE = os.O_CREAT | os.O_EXCL


class PartFile:
    """An open, locked ``NAME.part``; keep it open until the file has its final name."""

    def __init__(self, path: Path, file: FileIO, *, is_made: bool = False):
        self.path = path
        self.target = path.with_name(path.name.removesuffix(".part"))
        """Where the whole file is to lie: the proposed path, or a numbered one."""
        self.is_made = is_made
        """Whether nothing lay there before."""
        self._file = file
        self._size = self._at = file.seek(0, os.SEEK_END)
        self._sum = hashlib.sha256()
        self._summed = 0
        self._begun = self._size
        self._is_over = False
        """Whether the bytes have another name, or are to have none."""

    @classmethod
    def open(cls, target: Path, *, is_ours: bool = True, now: float = 0.0) -> Self:
        """Open or make the part of a target; raise HeldElsewhere if another process has it.

        What lies there and is not ours is left alone: the next number without a part is taken,
        and so it is if who has it is asleep, by the clock on the wall: its link may die meanwhile.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        for name in names.candidates(target.name):
            path = target.with_name(f"{name}.part")
            is_foreign = _is_foreign(path)
            try:
                if is_ours and not is_foreign:
                    return cls._open(path)
                is_ours = False
                with contextlib.suppress(FileExistsError):
                    return cls._make(path)
                if not is_foreign:
                    _check_held(path)
            except HeldElsewhere:
                if not _is_still(path, now):
                    raise
                is_ours = False
        raise FileExistsError(errno.EEXIST, "every numbered name is taken", str(target))

    @classmethod
    def _make(cls, path: Path) -> Self:
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(_open(path, _MAKE))
            _lock(file, path)
            if not _is_named(path, file):  # taken and finished by another in between
                raise FileExistsError(errno.EEXIST, "another process had it", str(path))
            stack.pop_all()
        return cls(path, file, is_made=True)

    @classmethod
    def _open(cls, path: Path) -> Self:
        while True:
            with contextlib.suppress(FileExistsError):
                return cls._make(path)
            with contextlib.suppress(FileNotFoundError), contextlib.ExitStack() as stack:
                file = stack.enter_context(_open(path))
                _lock(file, path)
                if _is_named(path, file):
                    stack.pop_all()
                    return cls(path, file)
                if _is_linked(path, file) and not _drop_twin(path):
                    return cls(path, _copied(path, file))

    @property
    def size(self) -> int:
        """Give the bytes that have arrived."""
        return self._size

    def truncate(self) -> None:
        """Begin anew: drop what has arrived, on the disk too: another file's bytes may follow."""
        if self._size:
            self._file.truncate(0)
            self.sync()
            self.is_made = True  # nothing of what lay there is left
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
            file = stack.enter_context(_open(self.path, _MAKE))
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
            is_empty = self._size == 0 and self.is_made
            if kind is not None and is_empty and _is_named(self.path, self._file):
                self.path.unlink(missing_ok=True)
        finally:
            self._file.close()


def _open(path: Path, flags: int = 0) -> FileIO:
    """Open a part, unbuffered: what is said to be written is."""
    flags |= os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        file = FileIO(os.open(path, flags, 0o666), "r+b")
    except IsADirectoryError:
        raise in_the_way(path) from None
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise in_the_way(path)
    return file


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) or 0 :]


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


def _is_linked(path: Path, file: FileIO) -> bool:
    """Tell whether the path is one of several names of the locked file."""
    there = path.stat()
    return os.path.samestat(there, os.fstat(file.fileno())) and there.st_nlink > 1


def _drop_twin(path: Path) -> bool:
    """Remove a part that is a second name of a finished file: a kill came between two steps."""
    target, own = path.name.removesuffix(".part"), path.stat()
    stems = {Path(name).stem for name in itertools.islice(names.candidates(target), _TWINS)}
    for other in path.parent.iterdir():
        # It may have got another ending, or lie aside.
        is_final = Path(other.name.removesuffix(".bad")).stem in stems and other.name != path.name
        if is_final and os.path.samestat(other.lstat(), own):
            path.unlink()
            return True
    return False


def _copied(path: Path, file: FileIO) -> FileIO:
    """Put a copy in a part's place: its other name is a backup, where nothing may be written."""
    handle, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    with contextlib.ExitStack() as stack:
        stack.callback(Path(name).unlink, missing_ok=True)
        fresh = stack.enter_context(FileIO(handle, "r+b"))
        _lock(fresh, path)
        file.seek(0)
        while chunk := file.read(_READ_BYTES):
            _write_all(fresh, chunk)
        os.fsync(handle)
        Path(name).chmod(stat.S_IMODE(os.fstat(file.fileno()).st_mode))
        Path(name).replace(path)
        stack.pop_all()
    return fresh


def _is_foreign(path: Path) -> bool:
    """Tell whether another user's file lies there; some disks give one owner to all files."""
    if os.name != "posix":
        return False
    try:
        owner = path.lstat().st_uid
    except FileNotFoundError:
        return False
    if owner == os.geteuid():
        return False
    with tempfile.TemporaryFile(dir=path.parent) as probe:
        return owner != os.fstat(probe.fileno()).st_uid


def _is_still(path: Path, now: float) -> bool:
    try:
        return now - path.lstat().st_mtime > STILL_S
    except FileNotFoundError:
        return False


def _check_held(path: Path) -> None:
    """Raise HeldElsewhere where somebody writes this part just now; touch nothing of it."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with contextlib.suppress(OSError), FileIO(os.open(path, flags), "rb") as file:
        _lock(file, path)
