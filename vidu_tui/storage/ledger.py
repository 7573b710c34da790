"""What was observed: SQLite, rebuildable. Losing it costs history, never a task.

Holds no key, and a signed link only while its file is wanted and not saved. A broken ledger is
set aside and named; the program goes on without what stood in it.
"""

import contextlib
import os
import sqlite3
import time
from _thread import allocate_lock  # threading's own, without the rest of it: ls starts without
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from vidu_tui.core.files import FileKey
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage import atomic, facts, schema
from vidu_tui.storage.facts import AnswerFact, Change, Choice, Event, FileFact, Value

BUSY_S = 2.0
"""So long another process's write is waited for."""
BUSY_PAUSE_S = 0.02
_ASKED_FOR = 400
"""Tasks that one question names at most."""
_BROKEN = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

T = TypeVar("T")


class Ledger:
    """Facts on disk, safe to call from any thread; trouble with it never raises."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time):
        self.path = path
        self._now = now
        self._lock = allocate_lock()
        self._db: sqlite3.Connection | None = None
        self._opened = (0, 0)
        self._is_closed = False
        self._aside = ""
        self._failure = ""
        self.writer = os.urandom(8).hex()
        """The name under which this process writes news."""
        self.generation = 0
        """Grows with each file that is begun anew: what stood in the old one is to be written."""

    @property
    def trouble(self) -> str:
        """Say what is wrong with the file, in one line; empty while nothing is."""
        return self._failure or self._aside

    def files(self, tasks: Sequence[TaskKey] | None = None) -> list[FileFact]:
        """Read what is on record of the files of some tasks, at most some hundred, or of all."""
        rows: list[facts.FileRow] = self._read_of(facts.FILES, tasks)
        return [fact for row in rows if (fact := facts.file_fact(row)) is not None]

    def answers(self, tasks: Sequence[TaskKey]) -> list[AnswerFact]:
        """Read the last answers about some tasks."""
        if len(tasks) > _ASKED_FOR and (found := self._most_answers(tasks)) is not None:
            return found
        parts = (tasks[at : at + _ASKED_FOR] for at in range(0, len(tasks), _ASKED_FOR))
        found = []
        for part in parts:
            rows: list[facts.AnswerRow] = self._read_of(facts.ANSWERS, part)
            found += [facts.answer_fact(row) for row in rows]
        return found

    def _most_answers(self, tasks: Sequence[TaskKey]) -> list[AnswerFact] | None:
        """Look through all answers, where most are wanted: that takes half as long as to ask.

        None where they are not, or one row cannot be read.
        """
        wanted = frozenset(tasks)

        def look(db: sqlite3.Connection) -> list[facts.AnswerRow] | None:
            (count,) = db.execute("SELECT count(*) FROM answer").fetchone()
            if count > 2 * len(wanted):
                return None
            return [row for row in db.execute(facts.ANSWERS) if row[:2] in wanted]

        rows = self.work(look, None)
        return None if rows is None else [facts.answer_fact(row) for row in rows]

    def events(self, task: TaskKey) -> list[Event]:
        """Read every change of state of one task, oldest first."""
        rows: list[tuple[float, str]] = self._read(facts.EVENTS, task)
        return [Event(*row) for row in rows]

    def wishes(self) -> set[TaskKey]:
        """Read which tasks are to be saved as soon as they are finished."""
        rows: list[tuple[str, str]] = self._read("SELECT gateway, task FROM wish")
        return {TaskKey(*row) for row in rows}

    def queue(self) -> list[tuple[TaskKey, FileKey]]:
        """Read which files were to be fetched when the program ended, in their order."""
        rows: list[tuple[str, str, int, str, int]] = self._read(facts.QUEUE)
        return [
            (TaskKey(r[0], r[1]), FileKey(r[2], AssetKind(r[3]), r[4]))
            for r in rows
            if r[3] in set(AssetKind)
        ]

    def choices(self) -> dict[TaskKey, Choice]:
        """Read what a person wants of single tasks."""
        rows: list[tuple[str, str, str, str, int]] = self._read(facts.CHOICES)
        return {TaskKey(r[0], r[1]): facts.choice_of(*r[2:]) for r in rows}

    def claim(self, name: str) -> bool:
        """Take something that is done once ever, by one process; False if it was taken before.

        Where the ledger cannot be used it is done all the same: better twice than never.
        """
        statement, values = facts.note(name, self._now())
        return self.work(lambda db: db.execute(statement, values).rowcount > 0, True)

    def write(self, changes: Sequence[Change]) -> bool:
        """Write facts in one transaction, all or none; tell whether they are written."""

        def work(db: sqlite3.Connection) -> bool:
            for statement, values in changes:
                db.execute(statement, values)
            return True

        return self.work(work, False) if changes else True

    def wipe(self) -> bool:
        """Take what was replaced off the disk, out of the log too; False if it is in use."""
        rows: list[tuple[int, int, int]] = self.work(
            lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall(), []
        )
        return bool(rows) and not rows[0][0]

    def strangers(self, watched: Collection[TaskKey]) -> list[TaskKey]:
        """Find the tasks that nobody watches and whose answers may hold a whole link."""
        rows: list[tuple[str, str]] = self._read(
            "SELECT gateway, task FROM answer WHERE instr(body, '?') > 0"
        )
        return [key for row in rows if (key := TaskKey(*row)) not in watched]

    def close(self) -> None:
        """Close the file for good: a thread that comes late reads nothing and writes nothing."""
        with self._lock:
            self._is_closed = True
            if self._db is not None:
                self._db.close()
                self._db = None

    def _read(self, question: str, values: Sequence[Value] = ()) -> list[T]:
        found: list[T] = self.work(lambda db: db.execute(question, values).fetchall(), [])
        return found

    def _read_of(self, question: str, tasks: Sequence[TaskKey] | None) -> list[T]:
        if tasks is None:
            return self._read(question)
        places = ", ".join("(?, ?)" for _ in tasks)
        asked = f"{question} WHERE (gateway, task) IN (VALUES {places})"
        return self._read(asked, [name for task in tasks for name in task]) if tasks else []

    def work(self, work: Callable[[sqlite3.Connection], T], default: T) -> T:
        """Work on the database in one transaction; the default where it cannot be used."""
        with self._lock:
            for _ in range(0 if self._is_closed else 2):
                try:
                    db = self._current()
                    with db:
                        done = work(db)
                except (sqlite3.Error, OSError, UnicodeError) as error:
                    if not self._is_set_aside(error):
                        return default
                else:
                    self._failure = ""
                    return done
            return default

    def _current(self) -> sqlite3.Connection:
        """Give the open file; one that was taken away under us is begun anew."""
        if self._db is not None and not self._is_in_place():
            self._db.close()
            self._db = None
            self._aside = "The ledger was taken away while it was in use; a new one is begun."
            self.generation += 1
        self._db = self._db or self._connect()
        return self._db

    def _is_in_place(self) -> bool:
        try:
            return _identity(self.path.stat()) == self._opened
        except OSError:
            return False

    def _connect(self) -> sqlite3.Connection:
        atomic.make_folder(self.path.parent)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._opened = _identity(os.fstat(descriptor))
        os.close(descriptor)
        db = sqlite3.connect(self.path, timeout=BUSY_S, check_same_thread=False)
        try:
            schema.refuse_others(db)
            if os.name == "posix":
                for ending in ("", "-wal", "-shm"):
                    with contextlib.suppress(FileNotFoundError):
                        self.path.with_name(self.path.name + ending).chmod(0o600)
            _choose_journal(db)
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA secure_delete = ON")
            schema.migrate(db)
        except (sqlite3.Error, OSError):
            db.close()
            raise
        return db

    def _is_set_aside(self, error: Exception) -> bool:
        """Say what went wrong, and move a broken file away; True if a new one can be begun."""
        if self._db is not None:
            self._db.close()
            self._db = None
        self._failure = (
            f"The ledger {self.path} cannot be used ({error}). The list and the videos are whole;"
            " what happens now is kept as soon as it can be used."
        )
        if not isinstance(error, sqlite3.Error) or not _is_broken(error):
            return False
        try:
            aside = self._move_aside()
        except OSError:
            return False
        self._failure = ""
        if aside is not None:
            self.generation += 1
            self._aside = (
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
        if os.name == "posix":
            aside.chmod(0o600)  # a copy that was put here may be open to all, and holds links
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + ending).rename(f"{aside}{ending}")
        return aside


def _choose_journal(db: sqlite3.Connection) -> None:
    """Write ahead where the file system can share memory for it, else the old way.

    SQLite itself does not wait for another process that is about to do the same.
    """
    mode, ends = None, time.monotonic() + BUSY_S
    while mode is None:
        try:
            mode = db.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > ends:
                break
            time.sleep(BUSY_PAUSE_S)
    if not mode or mode[0] != "wal":
        db.execute("PRAGMA journal_mode = DELETE")


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _is_broken(error: sqlite3.Error) -> bool:
    """Tell whether the file itself is at fault, and not the disk or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return type(error) is sqlite3.DatabaseError
    return (code & 0xFF) in _BROKEN
