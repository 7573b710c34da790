"""What is on record of each file, in memory, for all threads. Reads no ledger and no disk."""

import threading
from collections.abc import Iterable, Sequence

from vidu_tui.core.files import FileKey
from vidu_tui.core.task import TaskKey
from vidu_tui.storage.facts import FileFact


class FileRecords:
    """Hold the facts of files, and which file each part's place belongs to."""

    def __init__(self) -> None:
        self._facts: dict[TaskKey, dict[FileKey, FileFact]] = {}
        self._holders: dict[str, tuple[TaskKey, FileKey]] = {}
        self._lock = threading.Lock()

    def get(self, task: TaskKey, file: FileKey) -> FileFact | None:
        """Give what is on record of one file."""
        with self._lock:
            return self._facts.get(task, {}).get(file)

    def of(self, tasks: Iterable[TaskKey]) -> list[FileFact]:
        """List what is on record of some tasks' files."""
        with self._lock:
            return [fact for task in tasks for fact in self._facts.get(task, {}).values()]

    def everything(self) -> list[FileFact]:
        """List all that is on record."""
        with self._lock:
            return [fact for files in self._facts.values() for fact in files.values()]

    def learn(self, found: Iterable[FileFact]) -> None:
        """Take facts from disk; what this run knows already is newer."""
        with self._lock:
            for fact in found:
                if self._facts.setdefault(fact.task, {}).setdefault(fact.file, fact) is fact:
                    self._hold(fact)

    def hear(self, found: Sequence[FileFact], busy: Iterable[tuple[TaskKey, FileKey]]) -> None:
        """Take what other windows have written; of a busy file only that it has landed."""
        own = set(busy)
        for fact in found:
            if fact.path or (fact.task, fact.file) not in own:
                self.keep(fact)

    def keep(self, fact: FileFact) -> None:
        """Put a fact in the place of the one before."""
        with self._lock:
            mine = (fact.task, fact.file)
            old = self._facts.setdefault(fact.task, {}).get(fact.file)
            if old is not None and self._holders.get(old.target.casefold()) == mine:
                del self._holders[old.target.casefold()]
            self._facts[fact.task][fact.file] = fact
            self._hold(fact)

    def claim(self, task: TaskKey, file: FileKey, target: str) -> bool:
        """Take a target for a file; False if the part of another file belongs there."""
        with self._lock:
            mine = (task, file)
            return self._holders.setdefault(target.casefold(), mine) == mine

    def _hold(self, fact: FileFact) -> None:
        if fact.target:
            self._holders.setdefault(fact.target.casefold(), (fact.task, fact.file))
