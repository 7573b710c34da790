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

T = TypeVar("T")
_Row: TypeAlias = tuple[str, str, int, str, int, str, str, str, int | None, str, int, str]

_MIGRATIONS = (
    """
    CREATE TABLE file (
        gateway TEXT NOT NULL, task TEXT NOT NULL,
        creation INTEGER NOT NULL, asset TEXT NOT NULL, part INTEGER NOT NULL,
        target TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL, total INTEGER,
        path TEXT, bytes INTEGER, sha256 TEXT, finished_at REAL,
        PRIMARY KEY (gateway, task, creation, asset, part)
    ) STRICT;
    CREATE TABLE wish (
        gateway TEXT NOT NULL, task TEXT NOT NULL, PRIMARY KEY (gateway, task)
    ) STRICT;
    """,
)


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


class Ledger:
    """Facts on disk, safe to call from any thread; trouble with it never raises."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time):
        self.path = path
        self._now = now
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
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
            try:
                db = self._db = self._db or self._connect()
                with db:
                    return work(db)
            except (sqlite3.Error, OSError) as error:
                self._set_aside(error)
                return default

    def _connect(self) -> sqlite3.Connection:
        atomic.make_folder(self.path.parent)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(descriptor)
        db = sqlite3.connect(self.path, timeout=5.0, check_same_thread=False)
        try:
            if os.name == "posix":
                self.path.chmod(0o600)
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode and mode[0] != "wal":
                db.execute("PRAGMA journal_mode = DELETE")
            db.execute("PRAGMA synchronous = NORMAL")
            _migrate(db)
        except sqlite3.Error:
            db.close()
            raise
        return db

    def _set_aside(self, error: Exception) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None
        self.trouble = (
            f"The ledger {self.path} cannot be used ({error}). The list and the videos are whole;"
            " the history of this run is not kept."
        )
        is_broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        )
        if not is_broken:
            return
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(self._now()))
        aside = self.path.with_name(f"{self.path.name}.broken-{stamp}")
        with contextlib.suppress(OSError):
            self.path.replace(aside)
            for ending in ("-wal", "-shm"):
                self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
            self.trouble = (
                f"The ledger was broken and is set aside as {aside.name}; a new one is begun."
                " The list and the videos are whole."
            )


def _migrate(db: sqlite3.Connection) -> None:
    """Bring the schema up to date; forward only."""
    have = int(db.execute("PRAGMA user_version").fetchone()[0])
    if have > VERSION:
        raise sqlite3.OperationalError(f"it was written by a newer vidu-tui (version {have})")
    if have == VERSION:
        return
    steps = "".join(_MIGRATIONS[have:])
    db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")
