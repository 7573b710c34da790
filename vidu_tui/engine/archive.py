"""What is known between runs and within one: answers, files, parts, wishes, what is queued.

Knows no transfer. Reads block; what the loop has to write goes to disk in order, in a thread.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence

from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import Arrived, FileKey, FileStage, FileState, Validator
from vidu_tui.core.task import TaskKey
from vidu_tui.core.timeline import Landing, Past
from vidu_tui.engine import ondisk
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.intents import Intents
from vidu_tui.engine.memory import Memory
from vidu_tui.engine.ondisk import length
from vidu_tui.engine.records import FileRecords
from vidu_tui.engine.scribe import Scribe
from vidu_tui.storage import facts, inspection, windows
from vidu_tui.storage.facts import AnswerFact, Change, Choice, FileFact
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.told import Told
from vidu_tui.storage.windows import Request

AT_MOST = 400
"""Tasks whose rows are read in one go."""


class Archive:
    """Keep all facts in memory or at hand, and in the ledger; safe from any thread."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock | None = None,
        board: Callable[[], Board] = Board,
    ):
        self._ledger = ledger
        self.told = Told(ledger)
        self._board = board
        self._clock = clock or Clock()
        self._records = FileRecords()
        self._intents = Intents()
        self._words: dict[TaskKey, str] = {}
        """The last state of each task, so that only changes are kept."""
        self._reading = threading.Lock()
        self._is_read = False
        self._scribe = Scribe(ledger, self._clock, self._everything)

    def read(self) -> None:
        """Read the ledger but for answers, once; what this run has learnt already is newer."""
        with self._reading:
            if self._is_read:
                return
            self._records.learn(self._ledger.files())
            self._intents.hear_queue(self._ledger.queue(), since=0)
            self._read_wishes()
            self._is_read = True

    def read_queue(self) -> None:
        """Take what any window is to fetch, and nothing that was stopped by hand; blocks."""
        since = self._written()
        queue = self._ledger.queue()
        if since is not None and not self._ledger.trouble:
            self._intents.hear_queue(queue, since)

    def left_behind(self) -> list[TaskKey]:
        """List the tasks with a file in the queue that no window is fetching just now; blocks."""
        self.read_queue()
        left: dict[TaskKey, None] = {}
        for task, file in self._intents.everything()[0]:
            fact = self.fact(task, file)
            if not (fact and fact.target and inspection.is_locked(f"{fact.target}.part")):
                left[task] = None
        return list(left)

    def hear(self, tasks: Sequence[TaskKey], busy: Iterable[tuple[TaskKey, FileKey]]) -> None:
        """Take what other windows have written about a few tasks; blocks."""
        since = self._written()
        self._records.hear(self._ledger.files(tasks), busy)
        wishes, choices = self._ledger.wishes(), self._ledger.choices()
        if since is not None and not self._ledger.trouble:
            self._intents.hear(tasks, wishes, choices, since)

    def glance(self, tasks: Sequence[TaskKey]) -> dict[TaskKey, Memory]:
        """Remember a few tasks quickly, before all the others are read; blocks."""
        with self._reading:
            if not self._is_read:
                self._records.learn(self._ledger.files(tasks))
                self._read_wishes()
        return self._memories(tasks, self._ledger.answers(tasks), is_quick=True)

    def remember(self, tasks: Sequence[TaskKey]) -> dict[TaskKey, Memory]:
        """Remember at most some hundred tasks, their files compared with the disk; blocks."""
        self.read()
        return self._memories(tasks, self._ledger.answers(tasks))

    def state(self, task: TaskKey, file: FileKey) -> FileState | None:
        """Compare what is on record of one file with what is on disk; blocks."""
        fact = self.fact(task, file)
        return self._state(fact) if fact else None

    def untouched(self, tasks: Sequence[TaskKey]) -> set[TaskKey]:
        """Tell of which tasks every saved file is as it was saved; blocks."""
        self.read()
        return {
            task
            for task in tasks
            if all(inspection.is_untouched(f) for f in self._records.of([task]) if f.path)
        }

    def lost(self, tasks: Iterable[TaskKey]) -> list[tuple[TaskKey, FileState]]:
        """Find the saved files that are not as they were saved any more; blocks."""
        return [
            (fact.task, ondisk.settled(fact, FileStage.MISSING))
            for fact in self._records.of(tasks)
            if fact.path and length(fact.path) != fact.size_bytes
        ]

    def elsewhere(self, task: TaskKey, file: FileKey) -> Arrived | None:
        """Ask the ledger whether another process has brought a file meanwhile; blocks."""
        for fact in self._ledger.files([task]):
            if fact.file == file and fact.path and length(fact.path) == fact.size_bytes:
                return Arrived(fact.path, fact.size_bytes, fact.sha256, fact.validator)
        return None

    def past(self, task: TaskKey) -> Past:
        """Give each change of a task's state and when its files were saved; blocks."""
        self.read()
        landed = [f for f in self._records.of([task]) if f.path and f.finished_at is not None]
        landings = (Landing(f.finished_at or 0.0, f.file.kind.value) for f in landed)
        return Past(tuple(self._ledger.events(task)), tuple(landings))

    def fact(self, task: TaskKey, file: FileKey) -> FileFact | None:
        """Give what is on record of one file."""
        self.read()
        return self._records.get(task, file)

    def claim(self, task: TaskKey, file: FileKey, target: str) -> bool:
        """Take a target for a file; False if the part of another file belongs there."""
        return self._records.claim(task, file, target)

    def queue_of(self, task: TaskKey) -> frozenset[FileKey]:
        """Give which files of a task are to be fetched; those of the last run once it is read."""
        return self._intents.queue_of(task)

    def queued(self, task: TaskKey, file: FileKey) -> None:
        """Keep that a file is to be fetched, until it is there or is given up."""
        self._scribe.later(facts.queued(task, file, self._clock.now()))
        self._intents.queue(task, file, is_wanted=True)

    def unqueued(self, task: TaskKey, file: FileKey) -> None:
        """Keep that a file is not to be fetched any more."""
        self._scribe.later(facts.unqueued(task, file))
        self._intents.queue(task, file, is_wanted=False)

    def aimed(self, task: TaskKey, file: FileKey, target: str) -> bool:
        """Keep where a file's part is to lie, called in its thread before there is one.

        Tell whether a part that lies there already is this file's own.
        """
        fact = self.fact(task, file)
        if fact is not None and fact.target == target:
            return True
        if length(f"{target}.part") is not None:
            return False
        self.begun(task, file, target, Validator())
        return True

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        old = self.fact(task, file) or FileFact(task, file, target, validator)
        self._records.keep(old._replace(target=target, validator=validator, goal=""))
        self._scribe.write(*facts.begun(task, file, target, validator))

    def whole(self, task: TaskKey, file: FileKey, goal: str, size_bytes: int, sha256: str) -> None:
        """Keep that a file is checked and gets its name next; called in its thread."""
        fact = self.fact(task, file)
        if fact is not None:
            self._records.keep(fact._replace(goal=goal, goal_bytes=size_bytes, goal_sha256=sha256))
        self._scribe.write(facts.whole(task, file, goal, size_bytes, sha256))

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk; called in the thread that brought it."""
        self._scribe.write(*self._landing(task, file, arrived))

    def found(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file was on disk already; called in the loop."""
        self._scribe.later(*self._landing(task, file, arrived))

    def answered(self, entry: Entry) -> None:
        """Keep the last answer about a task, and a change of its state."""
        self._scribe.answer(entry)
        if entry.task is not None and self._words.get(entry.key) != entry.state_word:
            self._words[entry.key] = entry.state_word
            at = entry.answered_at if entry.answered_at is not None else self._clock.now()
            self._scribe.later(facts.event(entry.key, at, entry.state_word))

    def settled(self, entry: Entry) -> None:
        """Take the links of what is saved now off the disk at once."""
        self.answered(entry)
        self._scribe.wipe()

    def forgotten(self, entries: Iterable[Entry]) -> None:
        """Keep no link of tasks that nobody watches any more, and fetch none of their files."""
        for entry in entries:
            if entry.task is not None:
                self._scribe.answer(entry, is_watched=False)
            for file in self.queue_of(entry.key):
                self.unqueued(entry.key, file)
        self._scribe.wipe()

    def forget_strangers(self, watched: Collection[TaskKey]) -> None:
        """Keep no link of tasks that others took off the list meanwhile; blocks."""
        strangers = self._ledger.strangers(watched)[:AT_MOST]
        for fact in self._ledger.answers(strangers):
            entry = Entry(fact.key, task=fact.task, answered_at=fact.answered_at)
            entry = entry._replace(finished_at=fact.finished_at, skew_s=fact.skew_s)
            gone = facts.answer(entry, self._clock.now(), is_watched=False)
            self._scribe.with_next([gone], wipes=True)

    def is_wished(self, task: TaskKey) -> bool:
        """Tell whether a task is to be saved as soon as it is finished; never blocks."""
        return self._intents.is_wished(task)

    def wish(self, task: TaskKey, *, is_wanted: bool) -> None:
        """Keep or drop that a task is to be saved as soon as it is finished."""
        self._scribe.later(facts.wish(task, is_wanted=is_wanted), self._news(task))
        self._intents.wish(task, is_wanted=is_wanted)

    def choice(self, task: TaskKey) -> Choice:
        """Give what a person wants of one task, apart from all others."""
        return self._intents.choice(task)

    def choose(self, task: TaskKey, chosen: Choice) -> None:
        """Keep which files a person wants of one task, and where."""
        self._scribe.later(facts.choice(task, chosen), self._news(task))
        self._intents.choose(task, chosen)

    def ask(self, requests: Iterable[Request]) -> None:
        """Have something asked of the window that polls."""
        now = self._clock.now()
        self._scribe.later(*(windows.request(asked, now) for asked in requests))

    def is_first(self, name: str) -> bool:
        """Take something that is done once ever, by one window; False if it was; blocks."""
        return self._ledger.claim(name)

    async def run(self) -> None:
        """Write what the loop wants written, until cancelled; then call ``close``."""
        await self._scribe.run()

    def close(self, *last: Change) -> None:
        """Write what still waits and then what is said last, and close the ledger."""
        self._scribe.close(*last)

    def _everything(self) -> list[Change]:
        """Say again all that is known, for a ledger that was lost while it was in use."""
        now = self._clock.now()
        queued, wishes, choices = self._intents.everything()
        changes = [facts.queued(task, file, now) for task, file in queued]
        changes += [facts.wish(task, is_wanted=True) for task in wishes]
        changes += [facts.choice(task, chosen) for task, chosen in choices]
        for fact in self._records.everything():
            changes += facts.known(fact)
        return changes + [facts.answer(e, now) for e in self._board().entries.values() if e.task]

    def _news(self, task: TaskKey) -> Change:
        return facts.news(self._ledger.writer, task)

    def _landing(self, task: TaskKey, file: FileKey, arrived: Arrived) -> tuple[Change, ...]:
        now = self._clock.now()
        self._records.keep(
            FileFact(
                *(task, file, "", arrived.validator),
                path=arrived.path,
                size_bytes=arrived.size_bytes,
                sha256=arrived.sha256,
                finished_at=now,
            )
        )
        self._intents.queue(task, file, is_wanted=False)
        return *facts.landed(task, file, arrived, now), self._news(task)

    def _read_wishes(self) -> None:
        self._intents.learn(self._ledger.wishes(), self._ledger.choices())

    def _written(self) -> int | None:
        """Write what waits; give up to which turn all is in the ledger, None if it is not."""
        turn = self._intents.turn()
        return turn if self._scribe.write() else None

    def _memories(
        self, tasks: Sequence[TaskKey], answers: Iterable[AnswerFact], *, is_quick: bool = False
    ) -> dict[TaskKey, Memory]:
        found = {fact.key: fact for fact in answers}
        memories = {}
        for task in tasks:
            answer = found.get(task)
            if answer is not None and answer.task is not None:
                self._words.setdefault(task, answer.task.state_word)
            known = self._records.of([task])
            states = [self._state(fact, is_quick=is_quick) for fact in known]
            files = tuple(state for state in states if state is not None)
            is_wished, choice = self._intents.is_wished(task), self._intents.choice(task)
            memories[task] = Memory(answer, files, is_wished, choice)
        return memories

    def _state(self, fact: FileFact, *, is_quick: bool = False) -> FileState | None:
        """Compare what is on record of a file with the disk; quickly means without reading it."""
        is_saved = bool(fact.path) and length(fact.path) == fact.size_bytes
        if not is_saved and fact.goal and not is_quick and (path := inspection.settled_at(fact)):
            # The end came between the file's last step and the note of it.
            arrived = Arrived(path, fact.goal_bytes, fact.goal_sha256, fact.validator)
            self._scribe.with_next(self._landing(fact.task, fact.file, arrived))
            landed = self._records.get(fact.task, fact.file)
            return ondisk.settled(landed or fact, FileStage.SAVED)
        return ondisk.state_of(fact)
