"""Whether a saved file is still as it was saved, and putting away one that is not.

Reads whole files; changes no byte of one, and never takes a name that is in use.
"""

import errno
import hashlib
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedReader
from itertools import islice
from pathlib import Path

from vidu_tui.core import media, names, structure
from vidu_tui.storage import atomic
from vidu_tui.storage.facts import FileFact

NAMES_LOOKED_AT = 20
SLACK_S = 2.0
"""A file system may note a change a little later than our clock says."""
_HEAD = 1024


class Condition(StrEnum):
    """How a saved file was found."""

    OK = "ok"
    MISSING = "missing"
    TRUNCATED = "truncated"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One saved file and how it was found."""

    fact: FileFact
    condition: Condition
    detail: str = ""
    """What exactly, in a few words."""


def inspect(fact: FileFact) -> Finding:
    """Compare a file with what the ledger says of it: length, then SHA-256, else its structure."""
    try:
        with _opened(fact.path) as file:
            size = os.fstat(file.fileno()).st_size
            if size != fact.size_bytes:
                is_short = size < fact.size_bytes
                condition = Condition.TRUNCATED if is_short else Condition.ALTERED
                return Finding(fact, condition, f"{size:,} of {fact.size_bytes:,} bytes")
            if fact.sha256:
                is_same = hashlib.file_digest(file, "sha256").hexdigest() == fact.sha256
                return Finding(fact, Condition.OK if is_same else Condition.ALTERED)

            def read_at(at: int, length: int) -> bytes:
                file.seek(at)
                return file.read(length)

            problem = structure.problem(media.sniff(read_at(0, _HEAD)), size, read_at)
            return Finding(fact, Condition.ALTERED if problem else Condition.OK, problem)
    except (FileNotFoundError, NotADirectoryError):
        return Finding(fact, Condition.MISSING)
    except IsADirectoryError:
        return Finding(fact, Condition.MISSING, "a folder stands in its place")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        return Finding(fact, Condition.UNREADABLE, (reason or "not readable").lower())


def settled_at(fact: FileFact) -> str:
    """Find the file that was about to get its name when the program ended; empty for none.

    Its part is a second name of it where the end came between the two last steps, and goes.
    """
    goal = Path(fact.goal)
    whole = fact._replace(size_bytes=fact.goal_bytes, sha256=fact.goal_sha256)
    for name in islice(names.candidates(goal.name), NAMES_LOOKED_AT):
        path = goal.with_name(name)
        found = inspect(whole._replace(path=str(path)))
        if found.condition is Condition.MISSING:
            break
        if found.condition is Condition.OK:
            _drop_twin(Path(f"{fact.target}.part"), path)
            return str(path)
    return ""


def is_untouched(fact: FileFact) -> bool:
    """Tell whether a saved file is whole: unchanged since it was saved, else byte for byte."""
    try:
        found = os.stat(fact.path)  # noqa: PTH116 - text from the ledger, one system call
    except (OSError, ValueError):
        return False
    is_old = fact.finished_at is not None and found.st_mtime <= fact.finished_at + SLACK_S
    if is_old and stat.S_ISREG(found.st_mode) and found.st_size == fact.size_bytes:
        return True
    return inspect(fact).condition is Condition.OK


def _opened(path: str) -> BufferedReader:
    """Open a plain file; never waits for a pipe."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = open(os.open(path, flags), "rb")  # noqa: PTH123, SIM115 - handed on, open
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return file


def _drop_twin(part: Path, path: Path) -> None:
    with suppress(OSError):
        if part.samefile(path):
            part.unlink()


def move(old: str, new: str) -> bool:
    """Move a part to another folder, if that is possible without a copy and its name is free."""
    try:
        Path(new).parent.mkdir(parents=True, exist_ok=True)
        os.link(old, new)
        Path(old).unlink()
    except OSError:
        return False
    return True


def put_away(path: Path) -> Path | None:
    """Give a file that is not as it was saved the name ``NAME.bad``, or the next free one.

    None where there is no file. Raise OSError for what cannot be a saved file of ours.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    is_ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    if not (stat.S_ISREG(found.st_mode) and is_ours and media.kind_of(path.suffix)):
        raise OSError(errno.EPERM, "it is no media file of yours", str(path))
    for number in range(1, 1000):
        aside = path.with_name(f"{path.name}.bad" if number == 1 else f"{path.name}.bad_{number}")
        try:
            os.link(path, aside)
        except FileExistsError:
            continue
        except OSError:
            # A file system without links: looking first is all that can be done.
            if os.path.lexists(aside):
                continue
            path.rename(aside)
        else:
            path.unlink()
        atomic.fsync_folder(path.parent)
        return aside
    raise FileExistsError(f"every name beside {path.name} is taken")


def is_locked(path: str) -> bool:
    """Tell whether a process holds the lock of a part: it is being fetched just now."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False
