"""What is known of files between runs and within one: facts, parts, wishes. Knows no transfer.

Reads block; what the loop has to write goes to disk in order, in a thread.
"""

import asyncio
import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Iterable

from vidu_tui.core.board import FileKey, FileStage, FileState
from vidu_tui.core.orders import Arrived, Validator
from vidu_tui.core.task import TaskKey
from vidu_tui.storage.ledger import FileFact, Ledger


class Archive:
    """Keep the facts of all files in memory and in the ledger; safe from any thread."""

    def __init__(self, ledger: Ledger):
        self._ledger = ledger
        self._facts: dict[TaskKey, dict[FileKey, FileFact]] = {}
        self._holders: dict[str, tuple[TaskKey, FileKey]] = {}
        self._wishes: set[TaskKey] = set()
        self._rewished: set[TaskKey] = set()
        """Wished or unwished in this run: newer than what the ledger says."""
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._is_read = False
        self._waiting: deque[Callable[[], None]] = deque()
        self._draining = threading.Lock()
        self._wake = asyncio.Event()

    def read(self) -> None:
        """Read the ledger, once; what this run has learnt already is newer and stays."""
        with self._reading:
            if self._is_read:
                return
            facts, wishes = self._ledger.files(), self._ledger.wishes()
            with self._lock:
                for fact in facts:
                    if self._facts.setdefault(fact.task, {}).setdefault(fact.file, fact) is fact:
                        self._hold(fact)
                self._wishes |= wishes - self._rewished
            self._is_read = True

    def states(self, tasks: Iterable[TaskKey]) -> list[tuple[TaskKey, FileState]]:
        """Compare what is on record of some tasks with what is on disk."""
        self.read()
        with self._lock:
            facts = [fact for task in tasks for fact in self._facts.get(task, {}).values()]
        states = ((fact.task, _state(fact)) for fact in facts)
        return [(task, state) for task, state in states if state is not None]

    def fact(self, task: TaskKey, file: FileKey) -> FileFact | None:
        """Give what is on record of one file."""
        self.read()
        with self._lock:
            return self._facts.get(task, {}).get(file)

    def claim(self, task: TaskKey, file: FileKey, target: str) -> bool:
        """Take a target for a file; False if the part of another file belongs there."""
        with self._lock:
            mine = (task, file)
            return self._holders.setdefault(target.casefold(), mine) == mine

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        self._keep(FileFact(task, file, target, validator))
        self._ledger.begun(task, file, target, validator)

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk; called in the thread that brought it."""
        self._remember(task, file, arrived)
        self._ledger.landed(task, file, arrived)

    def found(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file was on disk already; called in the loop."""
        self._remember(task, file, arrived)
        self._later(lambda: self._ledger.landed(task, file, arrived))

    def wishes(self) -> frozenset[TaskKey]:
        """Give which tasks are to be saved as soon as they are finished; blocks once."""
        self.read()
        with self._lock:
            return frozenset(self._wishes)

    def is_wished(self, task: TaskKey) -> bool:
        """Tell whether a task is to be saved as soon as it is finished; never blocks."""
        return task in self._wishes

    def wish(self, task: TaskKey, *, is_wanted: bool) -> None:
        """Keep or drop that a task is to be saved as soon as it is finished."""
        with self._lock:
            self._rewished.add(task)
            (self._wishes.add if is_wanted else self._wishes.discard)(task)
        self._later(lambda: self._ledger.wish(task, is_wanted=is_wanted))

    async def run(self) -> None:
        """Write what the loop wants written, until cancelled; then call ``close``."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.to_thread(self._drain)

    def close(self) -> None:
        """Write what still waits, and close the ledger."""
        self._drain()
        self._ledger.close()

    def _drain(self) -> None:
        with self._draining:
            while self._waiting:
                self._waiting.popleft()()

    def _later(self, write: Callable[[], None]) -> None:
        self._waiting.append(write)
        self._wake.set()

    def _remember(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        self._keep(
            FileFact(
                *(task, file, arrived.path, arrived.validator),
                path=arrived.path,
                size_bytes=arrived.size_bytes,
                sha256=arrived.sha256,
            )
        )

    def _keep(self, fact: FileFact) -> None:
        with self._lock:
            mine = (fact.task, fact.file)
            old = self._facts.setdefault(fact.task, {}).get(fact.file)
            if old is not None and self._holders.get(old.target.casefold()) == mine:
                del self._holders[old.target.casefold()]
            self._facts[fact.task][fact.file] = fact
            self._hold(fact)

    def _hold(self, fact: FileFact) -> None:
        if not fact.path:
            self._holders.setdefault(fact.target.casefold(), (fact.task, fact.file))


def _state(fact: FileFact) -> FileState | None:
    total = fact.validator.total
    if fact.path:
        stage = FileStage.SAVED if length(fact.path) == fact.size_bytes else FileStage.MISSING
        size = fact.size_bytes
        return FileState(fact.file, stage, fact.path, size, size, sha256=fact.sha256)
    kept = length(f"{fact.target}.part")
    if kept:
        return FileState(fact.file, FileStage.STOPPED, fact.target, kept, total)
    if total is not None and length(fact.target) == total:
        # The end came between the file's last step and the note of it.
        return FileState(fact.file, FileStage.SAVED, fact.target, total, total)
    return None


def length(path: str) -> int | None:
    """Give a regular file's length in bytes, None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one system call, no Path made
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
