"""What was observed of downloads: SQLite, rebuildable. Losing it costs history, never a task.

Holds no key and no link. A broken ledger is set aside and named; the program goes on without
what stood in it.
"""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from vidu_tui.core.board import FileKey
from vidu_tui.core.orders import Arrived, Validator
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage import atomic

VERSION = 1
BUSY_S = 5.0
"""So long another process's write is waited for."""
_BROKEN = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

T = TypeVar("T")
_Row: TypeAlias = tuple[str, str, int, str, int, str, str, str, int | None, str, int, str]

_MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE file (
            gateway TEXT NOT NULL, task TEXT NOT NULL,
            creation INTEGER NOT NULL, asset TEXT NOT NULL, part INTEGER NOT NULL,
            target TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL, total INTEGER,
            path TEXT, bytes INTEGER, sha256 TEXT, finished_at REAL,
            PRIMARY KEY (gateway, task, creation, asset, part)
        ) STRICT
        """,
        """
        CREATE TABLE wish (
            gateway TEXT NOT NULL, task TEXT NOT NULL, PRIMARY KEY (gateway, task)
        ) STRICT
        """,
    ),
)
"""The statements that lead from each version to the next."""
_TABLES = frozenset({"file", "wish"})


@dataclass(frozen=True, slots=True)
class FileFact:
    """What is on record of one file."""

    task: TaskKey
    file: FileKey
    target: str
    validator: Validator
    path: str = ""
    """Where it was saved; empty while it is not."""
    size_bytes: int = 0
    sha256: str = ""

    @property
    def size(self) -> int | None:
        """Give the length of the whole file, saved or announced; None where nobody has said it."""
        return self.size_bytes if self.path else self.validator.total


class Ledger:
    """Facts on disk, safe to call from any thread; trouble with it never raises."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time):
        self.path = path
        self._now = now
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._opened = (0, 0)
        self.trouble = ""
        """What went wrong with the file, in one line; empty while nothing did."""

    def files(self) -> list[FileFact]:
        """Read what is on record of all files."""
        rows: list[_Row] = self._do(
            lambda db: db.execute(
                "SELECT gateway, task, creation, asset, part, target, etag, last_modified, total,"
                " coalesce(path, ''), coalesce(bytes, 0), coalesce(sha256, '') FROM file"
            ).fetchall(),
            [],
        )
        return [
            FileFact(
                TaskKey(r[0], r[1]),
                FileKey(r[2], AssetKind(r[3]), r[4]),
                r[5],
                Validator(r[6], r[7], r[8]),
                r[9],
                r[10],
                r[11],
            )
            for r in rows
            if r[3] in set(AssetKind)
        ]

    def wishes(self) -> set[TaskKey]:
        """Read which tasks are to be saved as soon as they are finished."""
        rows: list[tuple[str, str]] = self._do(
            lambda db: db.execute("SELECT gateway, task FROM wish").fetchall(), []
        )
        return {TaskKey(*row) for row in rows}

    def wish(self, task: TaskKey, *, is_wanted: bool) -> None:
        """Keep or drop that a task is to be saved as soon as it is finished."""
        change = (
            "INSERT OR IGNORE INTO wish VALUES (?, ?)"
            if is_wanted
            else "DELETE FROM wish WHERE gateway = ? AND task = ?"
        )
        self._write(change, task)

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        self._write(
            "INSERT OR REPLACE INTO file (gateway, task, creation, asset, part, target, etag,"
            " last_modified, total) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(*task, file.creation, file.kind.value, file.part, target),
                *(validator.etag, validator.last_modified, validator.total),
            ),
        )

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk."""
        validator = arrived.validator
        self._write(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(*task, file.creation, file.kind.value, file.part, arrived.path),
                *(validator.etag, validator.last_modified, validator.total),
                *(arrived.path, arrived.size_bytes, arrived.sha256, self._now()),
            ),
        )

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _write(self, change: str, values: Sequence[str | int | float | None]) -> None:
        self._do(lambda db: db.execute(change, values).rowcount, 0)

    def _do(self, work: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Work on the database in one transaction; the default where it cannot be used."""
        with self._lock:
            for _ in range(2):
                try:
                    db = self._db = self._db or self._connect()
                    with db:
                        return work(db)
                except (sqlite3.Error, OSError, UnicodeError) as error:
                    if not self._is_set_aside(error):
                        return default
            return default

    def _connect(self) -> sqlite3.Connection:
        atomic.make_folder(self.path.parent)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._opened = _identity(os.fstat(descriptor))
        os.close(descriptor)
        db = sqlite3.connect(self.path, timeout=BUSY_S, check_same_thread=False)
        try:
            have = _version(db)
            if have > VERSION:
                raise sqlite3.OperationalError(
                    f"it was written by a newer vidu-tui (version {have})"
                )
            if os.name == "posix":
                self.path.chmod(0o600)
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode and mode[0] != "wal":
                db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA synchronous = NORMAL")
            _migrate(db)
        except (sqlite3.Error, OSError):
            db.close()
            raise
        return db

    def _is_set_aside(self, error: Exception) -> bool:
        """Say what went wrong, and move a broken file away; True if a new one can be begun."""
        if self._db is not None:
            self._db.close()
            self._db = None
        self.trouble = (
            f"The ledger {self.path} cannot be used ({error}). The list and the videos are whole;"
            " the history of this run is not kept."
        )
        if not isinstance(error, sqlite3.Error) or not _is_broken(error):
            return False
        try:
            aside = self._move_aside()
        except OSError:
            return False
        if aside is not None:
            self.trouble = (
                f"The ledger was broken and is set aside as {aside.name}; a new one is begun."
                " The list and the videos are whole."
            )
        return True

    def _move_aside(self) -> Path | None:
        """Give the broken file another name; None where another process has done so already."""
        if _identity(self.path.stat()) != self._opened:
            return None
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(self._now()))
        aside, count = self.path.with_name(f"{self.path.name}.broken-{stamp}"), 1
        while os.path.lexists(aside):
            count += 1
            aside = self.path.with_name(f"{self.path.name}.broken-{stamp}-{count}")
        self.path.rename(aside)
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + ending).rename(f"{aside}{ending}")
        return aside


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _is_broken(error: sqlite3.Error) -> bool:
    """Tell whether the file itself is at fault, and not the disk or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return type(error) is sqlite3.DatabaseError
    return (code & 0xFF) in _BROKEN


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _migrate(db: sqlite3.Connection) -> None:
    """Bring the schema up to date; forward only, and once where two processes start at a time."""
    if _version(db) < VERSION:
        db.execute("BEGIN IMMEDIATE")
        with db:
            for step in _MIGRATIONS[_version(db) :]:
                for statement in step:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
    found = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not found >= _TABLES:
        raise sqlite3.DatabaseError("its tables are missing")
