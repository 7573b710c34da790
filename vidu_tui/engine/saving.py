"""What ``d`` means: which files, under which name, started, stopped or wished for.

Knows the rule of the key and the names of files; the transfers themselves are in downloads.
"""

import asyncio
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NamedTuple

from vidu_tui.core import links, names, text
from vidu_tui.core.board import Board, Entry, FileKey, FileStage, FileState, with_file
from vidu_tui.core.names import Template
from vidu_tui.core.orders import Arrived, Validator
from vidu_tui.core.task import AssetKind, TaskKey, TaskState
from vidu_tui.engine.archive import Archive, length
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads

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


class _Plan(NamedTuple):
    """Where one file is to lie, or lies already."""

    file: FileKey
    target: str
    validator: Validator
    saved: FileState | None


class Saving:
    """Turn the wish for a task's files into transfers."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        downloads: Downloads,
        archive: Archive,
        folder: str,
        template: Template,
    ):
        self._clock = clock
        self._board = board
        self._tell = tell
        self._downloads = downloads
        self._archive = archive
        self._folder = folder
        self._template = template
        self._wished_at: dict[TaskKey, float] = {}
        self._pressed: tuple[frozenset[TaskKey], float] = (frozenset(), float("-inf"))
        self._granted: deque[TaskKey] = deque()
        self._wake = asyncio.Event()

    async def recall(self, keys: Iterable[TaskKey]) -> None:
        """Put on the Board what is saved, kept or wished for of some tasks."""
        asked = list(keys)
        states = await asyncio.to_thread(self._archive.states, asked)
        changed: dict[TaskKey, Entry] = {}
        for task, state in states:
            entry = changed.get(task) or self._board().entries.get(task)
            old = entry.file(state.key) if entry else None
            if entry is not None and not (old and old.stage.is_under_way):
                changed[task] = with_file(entry, state)
        for task in asked:
            entry = changed.get(task) or self._board().entries.get(task)
            if entry is not None and entry.is_wanted != self._archive.is_wished(task):
                changed[task] = replace(entry, is_wanted=not entry.is_wanted)
        self._tell(self._board().with_entries(changed.values()))
        for task in asked:
            self.answered(task)

    async def press(self, keys: Iterable[TaskKey]) -> Pressed:
        """Do what one press of ``d`` on a selection means; a press on the heels of one is none.

        Source of the rule: ux.md, key ``d``.
        """
        now = self._clock.monotonic()
        entries = [e for k in keys if (e := self._board().entries.get(k)) is not None]
        selection = frozenset(e.key for e in entries)
        last, at = self._pressed
        self._pressed = (selection, now)
        if not entries or (selection == last and now - at < SAME_PRESS_S):
            return Pressed()
        if self._has_long(self._downloads.busy_since(e.key) for e in entries):
            self._downloads.stop(selection)
            shown = self._board().entries
            return Pressed(stopped=tuple(shown.get(e.key, e) for e in entries))
        if self._has_long(self._wished_since(e) for e in entries):
            for entry in entries:
                self._wish(entry.key, is_wanted=False)
            return Pressed(unwanted=tuple(entries))
        return await self._start(entries)

    def answered(self, key: TaskKey) -> None:
        """Look at a task's newest answer: start what was wished for and is finished now."""
        entry = self._board().entries.get(key)
        if entry is None or not entry.is_wanted or not entry.state.is_terminal:
            return
        if entry.videos:
            self._granted.append(key)
            self._wake.set()
        elif entry.state is not TaskState.SUCCESS:
            self._wish(key, is_wanted=False)

    async def run(self) -> None:
        """Start what was wished for, once it is finished, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            granted = [self._granted.popleft() for _ in range(len(self._granted))]
            entries = [e for k in granted if (e := self._board().entries.get(k)) is not None]
            await self._fetch([e for e in entries if e.is_wanted])

    def stop(self, key: TaskKey) -> None:
        """End what is downloading of a task; its parts are kept."""
        self._downloads.stop([key])

    async def _start(self, entries: list[Entry]) -> Pressed:
        ready, wanted, fruitless = [], [], []
        for entry in entries:
            if self._downloads.busy_since(entry.key) is not None:
                continue
            if entry.videos:
                ready.append(entry)
            elif entry.state.is_terminal and entry.state is not TaskState.SUCCESS:
                fruitless.append(entry)
            elif not entry.is_wanted:
                self._wish(entry.key, is_wanted=True)
                wanted.append(entry)
        there = await self._fetch(ready)
        return Pressed(
            started=tuple(e for e in ready if len(there[e.key]) < len(e.videos)),
            wanted=tuple(wanted),
            fruitless=tuple(fruitless),
            already=tuple(state for states in there.values() for state in states),
        )

    async def _fetch(self, entries: Sequence[Entry]) -> dict[TaskKey, list[FileState]]:
        """Queue every main file that is not on disk; give those that are."""
        plans = await asyncio.to_thread(lambda: [(e.key, self._plans(e)) for e in entries])
        there: dict[TaskKey, list[FileState]] = {}
        for key, files in plans:
            there[key] = []
            for plan in files:
                if self._board().entries.get(key) is None:
                    break
                if plan.saved is None:
                    self._downloads.queue(key, plan.file, plan.target, plan.validator)
                else:
                    there[key].append(plan.saved)
                    self._show_saved(key, plan.saved, plan.validator)
            if self._archive.is_wished(key):
                self._wish(key, is_wanted=False)
        return there

    def _show_saved(self, key: TaskKey, saved: FileState, validator: Validator) -> None:
        entry = self._board().entries[key]
        if entry.file(saved.key) != saved:
            self._tell(self._board().with_entry(with_file(entry, saved)))
            arrived = Arrived(saved.path, saved.received, saved.sha256, validator)
            self._archive.found(key, saved.key, arrived)

    def _wish(self, key: TaskKey, *, is_wanted: bool) -> None:
        self._wished_at[key] = self._clock.monotonic()
        self._archive.wish(key, is_wanted=is_wanted)
        entry = self._board().entries.get(key)
        if entry is not None:
            self._tell(self._board().with_entry(replace(entry, is_wanted=is_wanted)))

    def _wished_since(self, entry: Entry) -> float | None:
        return self._wished_at.get(entry.key, float("-inf")) if entry.is_wanted else None

    def _has_long(self, since: Iterable[float | None]) -> bool:
        now = self._clock.monotonic()
        return all(at is not None and now - at > STOPPABLE_AFTER_S for at in since)

    def _plans(self, entry: Entry) -> list[_Plan]:
        """Look at the disk; blocks."""
        return [self._plan(entry, file) for file in entry.videos]

    def _plan(self, entry: Entry, file: FileKey) -> _Plan:
        """Say where a file lies, else where its part does, else name it by the template."""
        state, fact = entry.file(file), self._archive.fact(entry.key, file)
        validator = fact.validator if fact else Validator()
        if state and state.stage in (FileStage.SAVED, FileStage.MISSING):
            if state.total is not None and length(state.path) == state.total:
                saved = replace(state, stage=FileStage.SAVED)
                return _Plan(file, state.path, validator, saved)
            validator = Validator()
        elif fact and fact.size is not None and length(fact.target) == fact.size:
            size, digest = fact.size, fact.sha256
            saved = FileState(file, FileStage.SAVED, fact.target, size, size, sha256=digest)
            return _Plan(file, fact.target, validator, saved)
        if fact and not fact.path and length(f"{fact.target}.part") is not None:
            return _Plan(file, fact.target, fact.validator, None)
        return _Plan(file, self._free_target(entry, file), Validator(), None)

    def _free_target(self, entry: Entry, file: FileKey) -> str:
        """Name a file so that no two that are under way share a part."""
        name = self._name(entry, file)
        for number in count(1):
            own = name if number == 1 else names.numbered(name, number)
            target = os.path.join(self._folder, own)  # noqa: PTH118 - the archive keeps text
            if self._archive.claim(entry.key, file, target):
                return target
        raise AssertionError("numbers do not end")

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
            {name: links.redact(value) for name, value in fields.items()},
            index=file.creation + 1,
            count=len(task.creations) if task else 1,
            kind=file.kind.value,
            ext=ending,
            part=file.part + 1,
        )
