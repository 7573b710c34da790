"""What is known between runs and within one: answers, files, parts, wishes, what is queued.

Knows no transfer. Reads block; what the loop has to write goes to disk in order, in a thread.
"""

import asyncio
import os
import stat
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from vidu_tui.core.board import Entry, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.orders import Arrived, Validator
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock
from vidu_tui.storage import facts, inspection
from vidu_tui.storage.facts import AnswerFact, Change, Choice, FileFact
from vidu_tui.storage.ledger import Ledger

BATCH_S = 0.25
"""What comes within so many seconds is written together."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one task."""

    answer: AnswerFact | None
    files: tuple[FileState, ...]
    is_wished: bool
    choice: Choice


class Archive:
    """Keep all facts in memory or at hand, and in the ledger; safe from any thread."""

    def __init__(self, ledger: Ledger, clock: Clock | None = None):
        self._ledger = ledger
        self._clock = clock or Clock()
        self._facts: dict[TaskKey, dict[FileKey, FileFact]] = {}
        self._holders: dict[str, tuple[TaskKey, FileKey]] = {}
        self._wishes: set[TaskKey] = set()
        self._rewished: set[TaskKey] = set()
        """Wished or unwished in this run: newer than what the ledger says."""
        self._choices: dict[TaskKey, Choice] = {}
        self._queue: dict[tuple[TaskKey, FileKey], None] = {}
        self._words: dict[TaskKey, str] = {}
        """The last state of each task, so that only changes are kept."""
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._is_read = False
        self._changes: deque[Change] = deque()
        self._answers: dict[TaskKey, Entry] = {}
        self._is_wiping = False
        self._draining = threading.Lock()
        self._wake = asyncio.Event()

    def read(self) -> None:
        """Read the ledger but for answers, once; what this run has learnt already is newer."""
        with self._reading:
            if self._is_read:
                return
            self._take_files(self._ledger.files())
            queue = self._ledger.queue()
            with self._lock:
                self._queue = dict.fromkeys(queue) | self._queue
            self._read_wishes()
            self._is_read = True

    def glance(self, tasks: Sequence[TaskKey]) -> dict[TaskKey, Memory]:
        """Remember a few tasks quickly, before all the others are read; blocks."""
        with self._reading:
            if not self._is_read:
                self._take_files(self._ledger.files(tasks))
                self._read_wishes()
        return self._memories(tasks, self._ledger.answers(tasks))

    def remember(self, tasks: Sequence[TaskKey]) -> dict[TaskKey, Memory]:
        """Remember at most some hundred tasks, their files compared with the disk; blocks."""
        self.read()
        return self._memories(tasks, self._ledger.answers(tasks))

    def state(self, task: TaskKey, file: FileKey) -> FileState | None:
        """Compare what is on record of one file with what is on disk; blocks."""
        fact = self.fact(task, file)
        return self._state(fact) if fact else None

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

    def queue(self) -> tuple[tuple[TaskKey, FileKey], ...]:
        """Give which files are to be fetched, those of the last run too."""
        self.read()
        with self._lock:
            return tuple(self._queue)

    def queued(self, task: TaskKey, file: FileKey) -> None:
        """Keep that a file is to be fetched, until it is there or is given up."""
        with self._lock:
            self._queue[task, file] = None
        self._later(facts.queued(task, file, self._clock.now()))

    def unqueued(self, task: TaskKey, file: FileKey) -> None:
        """Keep that a file is not to be fetched any more."""
        with self._lock:
            self._queue.pop((task, file), None)
        self._later(facts.unqueued(task, file))

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        self._keep(FileFact(task, file, target, validator))
        self._drain(facts.begun(task, file, target, validator))

    def whole(self, task: TaskKey, file: FileKey, goal: str, size_bytes: int, sha256: str) -> None:
        """Keep that a file is checked and gets its name next; called in its thread."""
        fact = self.fact(task, file)
        if fact is not None:
            self._keep(replace(fact, goal=goal, size_bytes=size_bytes, sha256=sha256))
        self._drain(facts.whole(task, file, goal, size_bytes, sha256))

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk; called in the thread that brought it."""
        self._drain(*self._landing(task, file, arrived))

    def found(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file was on disk already; called in the loop."""
        for change in self._landing(task, file, arrived):
            self._later(change)

    def answered(self, entry: Entry) -> None:
        """Keep the last answer about a task, and a change of its state."""
        with self._lock:
            self._answers[entry.key] = entry
            if entry.task is not None and self._words.get(entry.key) != entry.state_word:
                self._words[entry.key] = entry.state_word
                at = entry.answered_at if entry.answered_at is not None else self._clock.now()
                self._changes.append(facts.event(entry.key, at, entry.state_word))
        self._wake.set()

    def settled(self, entry: Entry) -> None:
        """Take the links of what is saved now off the disk at once."""
        self._is_wiping = True
        self.answered(entry)

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
        self._later(facts.wish(task, is_wanted=is_wanted))

    def choose(self, task: TaskKey, chosen: Choice) -> None:
        """Keep which files a person wants of one task, and where."""
        with self._lock:
            self._choices[task] = chosen
        self._later(facts.choice(task, chosen))

    def is_first(self, name: str) -> bool:
        """Tell whether something that is said once was never said, and note it; blocks."""
        if self._ledger.is_noted(name):
            return False
        self._later(facts.note(name, self._clock.now()))
        return True

    async def run(self) -> None:
        """Write what the loop wants written, until cancelled; then call ``close``."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.to_thread(self._drain)
            await self._clock.sleep(BATCH_S)

    def close(self) -> None:
        """Write what still waits, and close the ledger."""
        self._drain()
        self._ledger.close()

    def _drain(self, *more: Change) -> None:
        """Write all that waits, and more, in the order in which it was said."""
        with self._draining:
            with self._lock:
                changes = list(self._changes)
                entries = list(self._answers.values())
                self._changes.clear()
                self._answers.clear()
                is_wiping, self._is_wiping = self._is_wiping, False
            changes += [facts.answer(entry) for entry in entries]
            self._ledger.write([*changes, *more], is_wiping=is_wiping)

    def _later(self, change: Change) -> None:
        with self._lock:
            self._changes.append(change)
        self._wake.set()

    def _landing(self, task: TaskKey, file: FileKey, arrived: Arrived) -> tuple[Change, Change]:
        now = self._clock.now()
        self._keep(
            FileFact(
                *(task, file, arrived.path, arrived.validator),
                path=arrived.path,
                size_bytes=arrived.size_bytes,
                sha256=arrived.sha256,
                finished_at=now,
            )
        )
        with self._lock:
            self._queue.pop((task, file), None)
        return facts.landed(task, file, arrived, now)

    def _take_files(self, found: Iterable[FileFact]) -> None:
        with self._lock:
            for fact in found:
                if self._facts.setdefault(fact.task, {}).setdefault(fact.file, fact) is fact:
                    self._hold(fact)

    def _read_wishes(self) -> None:
        wishes, choices = self._ledger.wishes(), self._ledger.choices()
        with self._lock:
            self._wishes |= wishes - self._rewished
            self._choices = choices | self._choices

    def _memories(
        self, tasks: Sequence[TaskKey], answers: Iterable[AnswerFact]
    ) -> dict[TaskKey, Memory]:
        found = {fact.key: fact for fact in answers}
        memories = {}
        for task in tasks:
            answer = found.get(task)
            with self._lock:
                known = list(self._facts.get(task, {}).values())
                if answer is not None and answer.task is not None:
                    self._words.setdefault(task, answer.task.state_word)
            files = tuple(s for s in map(self._state, known) if s is not None)
            choice = self._choices.get(task, Choice())
            memories[task] = Memory(answer, files, task in self._wishes, choice)
        return memories

    def _state(self, fact: FileFact) -> FileState | None:
        """Compare what is on record of a file with the disk."""
        if fact.path:
            is_there = length(fact.path) == fact.size_bytes
            return _saved(fact, FileStage.SAVED if is_there else FileStage.MISSING)
        if fact.goal and (path := inspection.settled_at(fact)):
            # The end came between the file's last step and the note of it.
            arrived = Arrived(path, fact.size_bytes, fact.sha256, fact.validator)
            changes = self._landing(fact.task, fact.file, arrived)
            with self._lock:
                self._changes.extend(changes)
            return _saved(replace(fact, path=path), FileStage.SAVED)
        kept = length(f"{fact.target}.part")
        if not kept:
            return None
        total = fact.validator.total
        return FileState(fact.file, FileStage.STOPPED, fact.target, kept, total)

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


def merged(entry: Entry, memory: Memory) -> Entry:
    """Put what is remembered into a row; what this run has learnt already is newer."""
    answer = memory.answer
    if answer is not None and entry.task is None:
        entry = replace(
            entry,
            task=answer.task,
            answered_at=answer.answered_at,
            finished_at=answer.finished_at,
            skew_s=answer.skew_s,
            is_denied=answer.is_denied or entry.is_denied,
        )
    for state in memory.files:
        old = entry.file(state.key)
        if old is None or not old.stage.is_under_way:
            entry = with_file(entry, state)
    kinds, folder = memory.choice.kinds or entry.kinds, memory.choice.folder
    if (entry.kinds, entry.folder, entry.is_wanted) != (kinds, folder, memory.is_wished):
        entry = replace(entry, kinds=kinds, folder=folder, is_wanted=memory.is_wished)
    return entry


def _saved(fact: FileFact, stage: FileStage) -> FileState:
    size = fact.size_bytes
    return FileState(fact.file, stage, fact.path, size, size, sha256=fact.sha256)


def length(path: str) -> int | None:
    """Give a regular file's length in bytes, None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one system call, no Path made
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
