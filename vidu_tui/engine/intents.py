"""What is wanted of each task, in memory, for all threads: wishes, choices, what is queued.

Reads no ledger; what is read there takes the place of what is here unless this is newer.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence, Set

from vidu_tui.core.files import FileKey
from vidu_tui.core.task import TaskKey
from vidu_tui.storage.facts import Choice

_Queued = tuple[TaskKey, FileKey]


class Intents:
    """Hold what was asked for, by a person or for them."""

    def __init__(self) -> None:
        self._wishes: set[TaskKey] = set()
        self._choices: dict[TaskKey, Choice] = {}
        self._queue: dict[TaskKey, set[FileKey]] = {}
        self._changed: dict[TaskKey | _Queued, int] = {}
        """When, in turns, a wish or a place in the queue was changed in this run."""
        self._chosen: dict[TaskKey, int] = {}
        self._turn = 0
        self._lock = threading.Lock()

    def turn(self) -> int:
        """Give a point: what was changed up to it is in the ledger once what waits is written."""
        with self._lock:
            return self._turn

    def learn(self, wishes: Set[TaskKey], choices: Mapping[TaskKey, Choice]) -> None:
        """Take what a run before has left; what this run knows already is newer."""
        with self._lock:
            self._wishes |= wishes - self._changed.keys()
            self._choices = {**choices, **self._choices}

    def hear(
        self,
        tasks: Sequence[TaskKey],
        wishes: Set[TaskKey],
        choices: Mapping[TaskKey, Choice],
        since: int,
    ) -> None:
        """Take what other windows have written, but for what was changed here after a turn."""
        with self._lock:
            for task in tasks:
                if self._changed.get(task, 0) <= since:
                    (self._wishes.add if task in wishes else self._wishes.discard)(task)
                if task in choices and self._chosen.get(task, 0) <= since:
                    self._choices[task] = choices[task]

    def hear_queue(self, queue: Iterable[_Queued], since: int) -> None:
        """Take what any window is to fetch, but for what was changed here after a turn."""
        with self._lock:
            told = {item for item in queue if self._changed.get(item, 0) <= since}
            own = {(t, f) for t, files in self._queue.items() for f in files}
            self._queue = {}
            for task, file in told | {item for item in own if self._changed.get(item, 0) > since}:
                self._queue.setdefault(task, set()).add(file)

    def is_wished(self, task: TaskKey) -> bool:
        """Tell whether a task is to be saved as soon as it is finished; never blocks."""
        return task in self._wishes

    def wish(self, task: TaskKey, *, is_wanted: bool) -> None:
        """Keep or drop a wish."""
        with self._lock:
            self._note(task)
            (self._wishes.add if is_wanted else self._wishes.discard)(task)

    def choice(self, task: TaskKey) -> Choice:
        """Give which files a person wants of a task, and where; an empty one for the common."""
        return self._choices.get(task, Choice())

    def choose(self, task: TaskKey, chosen: Choice) -> None:
        """Keep which files a person wants of a task, and where."""
        with self._lock:
            self._turn += 1
            self._chosen[task] = self._turn
            self._choices[task] = chosen

    def queue_of(self, task: TaskKey) -> frozenset[FileKey]:
        """Give which files of a task are to be fetched."""
        with self._lock:
            return frozenset(self._queue.get(task, ()))

    def queue(self, task: TaskKey, file: FileKey, *, is_wanted: bool) -> None:
        """Put a file into the queue, or take it out."""
        with self._lock:
            self._note((task, file))
            files = self._queue.setdefault(task, set())
            (files.add if is_wanted else files.discard)(file)

    def everything(self) -> tuple[list[_Queued], list[TaskKey], list[tuple[TaskKey, Choice]]]:
        """List what is queued, wished for and chosen."""
        with self._lock:
            queued = [(task, file) for task, files in self._queue.items() for file in files]
            return queued, list(self._wishes), list(self._choices.items())

    def _note(self, changed: TaskKey | _Queued) -> None:
        self._turn += 1
        self._changed[changed] = self._turn
