"""What ``d`` means: which files, under which name, started, stopped or wished for.

Knows the rule of the key and the names of files; the transfers themselves are in downloads.
"""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from vidu_tui.core import links, text
from vidu_tui.core.board import Board, Entry, FileKey, FileStage, FileState, with_file
from vidu_tui.core.names import Template
from vidu_tui.core.orders import Arrived, Validator
from vidu_tui.core.task import AssetKind, TaskKey, TaskState
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads
from vidu_tui.storage.ledger import Ledger

SAME_PRESS_S = 0.7
STOPPABLE_AFTER_S = 1.0
_ENDINGS = {AssetKind.COVER: "jpg", AssetKind.MODERATION: "jpg", AssetKind.SPEECH: "wav"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press of ``d`` did; each tuple holds the entries as they were."""

    started: tuple[Entry, ...] = ()
    stopped: tuple[Entry, ...] = ()
    wanted: tuple[Entry, ...] = ()
    unwanted: tuple[Entry, ...] = ()
    already: tuple[FileState, ...] = ()
    fruitless: tuple[Entry, ...] = ()
    """Ended without anything to fetch."""


class Saving:
    """Turn the wish for a task's files into transfers."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        downloads: Downloads,
        ledger: Ledger,
        folder: str,
        template: Template,
    ):
        self._clock = clock
        self._board = board
        self._tell = tell
        self._downloads = downloads
        self._ledger = ledger
        self._folder = folder
        self._template = template
        self._known: dict[tuple[TaskKey, FileKey], tuple[str, Validator]] = {}
        self._wished_at: dict[TaskKey, float] = {}
        self._pressed: tuple[frozenset[TaskKey], float] = (frozenset(), float("-inf"))

    def recall(self) -> list[Entry]:
        """Read from disk what is saved, kept or wished for; blocks. Give the changed entries."""
        board = self._board()
        changed: dict[TaskKey, Entry] = {}
        for fact in self._ledger.files():
            entry = changed.get(fact.task) or board.entries.get(fact.task)
            if entry is None:
                continue
            self._known[fact.task, fact.file] = (fact.target, fact.validator)
            state = _recalled(fact.file, fact.target, fact.validator, fact.path, fact.size_bytes)
            if state is not None:
                changed[fact.task] = with_file(entry, replace(state, sha256=fact.sha256))
        for key in self._ledger.wishes():
            entry = changed.get(key) or board.entries.get(key)
            if entry is not None:
                changed[key] = replace(entry, is_wanted=True)
        return list(changed.values())

    def press(self, keys: Iterable[TaskKey]) -> Pressed:
        """Do what one press of ``d`` on a selection means; a press on the heels of one is none.

        Source of the rule: ux.md, key ``d``. Looks at files on disk, so it takes a moment.
        """
        now = self._clock.monotonic()
        entries = [e for k in keys if (e := self._board().entries.get(k)) is not None]
        selection = frozenset(e.key for e in entries)
        last, at = self._pressed
        self._pressed = (selection, now)
        if selection == last and now - at < SAME_PRESS_S:
            return Pressed()
        since = [self._busy_since(e) for e in entries]
        if entries and all(s is not None and now - s > STOPPABLE_AFTER_S for s in since):
            return self._take_back(entries)
        return self._start(entries)

    def _start(self, entries: list[Entry]) -> Pressed:
        started, wanted, fruitless, already = [], [], [], []
        for entry in entries:
            if self._busy_since(entry) is not None:
                continue
            if entry.state is TaskState.SUCCESS and entry.videos:
                there = self._fetch(entry)
                already += there
                if len(there) < len(entry.videos):
                    started.append(entry)
            elif entry.state.is_terminal and entry.state is not TaskState.SUCCESS:
                fruitless.append(entry)
            else:
                self.wish(entry.key, is_wanted=True)
                wanted.append(entry)
        return Pressed(
            started=tuple(started),
            wanted=tuple(wanted),
            fruitless=tuple(fruitless),
            already=tuple(already),
        )

    def _take_back(self, entries: list[Entry]) -> Pressed:
        stopped, unwanted = [], []
        for entry in entries:
            if entry.is_downloading:
                self._downloads.stop(self._downloads.keys_of(entry.key))
                stopped.append(self._board().entries.get(entry.key, entry))
            else:
                self.wish(entry.key, is_wanted=False)
                unwanted.append(entry)
        return Pressed(stopped=tuple(stopped), unwanted=tuple(unwanted))

    def wish(self, key: TaskKey, *, is_wanted: bool) -> None:
        """Want a task saved as soon as it is finished, or no longer."""
        entry = self._board().entries.get(key)
        if entry is None:
            return
        self._wished_at[key] = self._clock.monotonic()
        self._ledger.wish(key, is_wanted=is_wanted)
        self._tell(self._board().with_entry(replace(entry, is_wanted=is_wanted)))

    def grant(self) -> list[Entry]:
        """Start what was wished for and is finished now; give what was started."""
        ready = [e for e in self._board().entries.values() if e.is_wanted and e.videos]
        for entry in ready:
            self.wish(entry.key, is_wanted=False)
            self._fetch(self._board().entries[entry.key])
        return ready

    def stop(self, key: TaskKey) -> None:
        """End what is downloading of a task; its parts are kept."""
        self._downloads.stop(self._downloads.keys_of(key))

    def _fetch(self, entry: Entry) -> list[FileState]:
        """Queue every main file that is not on disk; give those that are."""
        there = []
        for file in entry.videos:
            target, validator = self._place(entry, file)
            saved = _saved_state(entry.file(file)) or _same_length(file, target, validator)
            if saved is None:
                self._downloads.queue(entry.key, file, target, validator)
                continue
            there.append(saved)
            if entry.file(file) != saved:
                entry = with_file(entry, saved)
                self._tell(self._board().with_entry(entry))
                arrived = Arrived(saved.path, saved.received, saved.sha256, validator)
                self._ledger.landed(entry.key, file, arrived)
        return there

    def _place(self, entry: Entry, file: FileKey) -> tuple[str, Validator]:
        """Give where a file is to lie: where its part lies already, else by the template."""
        known = self._known.get((entry.key, file))
        state = entry.file(file)
        if state is not None and state.path and state.stage is not FileStage.MISSING:
            validator = known[1] if known else Validator()
            if state.total and not validator.total:
                validator = Validator(total=state.total)
            return state.path, validator
        if known and os.path.exists(f"{known[0]}.part"):  # noqa: PTH110 - a Path is not needed
            return known
        return os.path.join(self._folder, self._name(entry, file)), Validator()  # noqa: PTH118 - see above

    def _name(self, entry: Entry, file: FileKey) -> str:
        task = entry.task
        creation = task.creations[file.creation] if task else None
        asset = creation.asset(file.kind, file.part) if creation else None
        ending = (asset and links.ending(asset.url)) or _ENDINGS.get(file.kind, "mp4")
        day = time.strftime("%Y-%m-%d", time.localtime(entry.added_at or self._clock.now()))
        fields = {"date": day, "label": entry.label, "id": entry.key.id}
        fields |= {"gateway": entry.key.gateway, "creation": creation.id if creation else ""}
        if task is not None:
            fields |= {
                "type": task.type,
                "model": task.model,
                "resolution": task.resolution,
                "aspect_ratio": task.aspect_ratio,
                "template": task.template,
                "duration": text.seconds(task.duration_s) if task.duration_s else "",
                "state": task.state_word,
            }
        return self._template.name(
            fields,
            index=file.creation + 1,
            count=len(task.creations) if task else 1,
            kind=file.kind.value,
            ext=ending,
            part=file.part + 1,
        )

    def _busy_since(self, entry: Entry) -> float | None:
        """Tell since when a task is downloading or wished for."""
        since = self._downloads.busy_since(entry.key)
        if since is None and entry.is_wanted:
            return self._wished_at.get(entry.key, float("-inf"))
        return since


def _recalled(
    file: FileKey, target: str, validator: Validator, path: str, size: int
) -> FileState | None:
    """Compare what is on record with what is on disk."""
    if path:
        stage = FileStage.SAVED if _length(path) == size else FileStage.MISSING
        return FileState(file, stage, path=path, received=size, total=size)
    kept = _length(f"{target}.part")
    if not kept:
        return None
    return FileState(file, FileStage.STOPPED, path=target, received=kept, total=validator.total)


def _saved_state(state: FileState | None) -> FileState | None:
    """Give a saved file's state if it is still there, whole by its length."""
    if state is None or state.stage is not FileStage.SAVED:
        return None
    return state if _length(state.path) == state.total else None


def _same_length(file: FileKey, target: str, validator: Validator) -> FileState | None:
    """Find a finished file of that name and the announced length: nothing needs to be asked."""
    if validator.total is None or _length(target) != validator.total:
        return None
    return FileState(
        file, FileStage.SAVED, path=target, received=validator.total, total=validator.total
    )


def _length(path: str) -> int | None:
    """Give a regular file's length in bytes, None where there is none."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - one system call, no Path made
    except OSError:
        return None
