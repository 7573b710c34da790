"""What ``d`` means, and what is saved by itself: which files, started, stopped or wished for.

Knows the rule of the key and of the links' ends; the transfers themselves are in downloads.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vidu_tui.core import links, rescue, view
from vidu_tui.core.board import Board, Entry, with_file, without_file
from vidu_tui.core.files import Arrived, FileKey, FileStage, FileState, Validator
from vidu_tui.core.task import AssetKind, TaskKey, TaskState
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads
from vidu_tui.engine.memory import merged
from vidu_tui.engine.places import Places, Plan

SAME_PRESS_S = 0.7
STOPPABLE_AFTER_S = 1.0
PAUSE_EACH = 25
"""Tasks that are queued in one go."""
AT_ONCE = 400
"""Tasks that are remembered in one go: the screen is answered in between."""


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
        read_back: Callable[[Iterable[Entry]], None],
        downloads: Downloads,
        archive: Archive,
        places: Places,
        leads: Callable[[], bool] = lambda: True,
    ):
        """``read_back`` takes rows as they were read; ``leads`` tells whether this window starts
        anything by itself.
        """
        self._clock = clock
        self._board = board
        self._tell = tell
        self._read_back = read_back
        self._downloads = downloads
        self._archive = archive
        self._places = places
        self._leads = leads
        self._wished_at: dict[TaskKey, float] = {}
        self._pressed: tuple[frozenset[TaskKey], float] = (frozenset(), float("-inf"))
        self._granted: deque[tuple[TaskKey, frozenset[FileKey]]] = deque()
        self._wake = asyncio.Event()

    def glance(self, keys: Sequence[TaskKey]) -> None:
        """Put on the Board what is remembered of a few tasks; blocks, before the first frame."""
        memories, entries = self._archive.glance(keys), self._board().entries
        self.take([merged(entries[key], memory) for key, memory in memories.items()])

    async def recall(self, keys: Iterable[TaskKey]) -> None:
        """Put on the Board what is remembered of some tasks; go on with what was under way."""
        asked = list(keys)
        for start in range(0, len(asked), AT_ONCE):
            some = asked[start : start + AT_ONCE]
            memories = await asyncio.to_thread(self._archive.remember, some)
            entries = self._board().entries
            found = [merged(entries[k], m) for k, m in memories.items() if k in entries]
            self.take(found, is_read=True)
            for key in some if self._leads() else ():
                entry = self._board().entries.get(key)
                if entry is not None and entry.is_wanted:
                    self.answered(key)
        if self._leads():
            self.go_on_with(asked)

    async def press(self, keys: Iterable[TaskKey]) -> Pressed:
        """Do what one press of ``d`` on a selection means; a press on the heels of one is none.

        Source of the rule: ux.md, key ``d``.
        """
        now = self._clock.monotonic()
        entries = self._entries(keys)
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

    async def choose(
        self, keys: Iterable[TaskKey], kinds: tuple[AssetKind, ...], folder: str
    ) -> Pressed:
        """Want these kinds of files of some tasks from now on, in a folder; start what is there."""
        for entry in self._entries(keys):
            chosen = self._archive.choice(entry.key)._replace(kinds=kinds, folder=folder)
            self._archive.choose(entry.key, chosen)
            if folder != entry.folder:
                self._downloads.let_go(entry.key)
            self._tell(self._board().with_entry(entry._replace(kinds=kinds, folder=folder)))
        return await self._start(self._entries(keys))

    def mute(self, keys: Iterable[TaskKey], *, is_muted: bool) -> None:
        """Have the ends of some tasks told, or not."""
        for entry in self._entries(keys):
            chosen = self._archive.choice(entry.key)._replace(is_muted=is_muted)
            self._archive.choose(entry.key, chosen)
            self._tell(self._board().with_entry(entry._replace(is_muted=is_muted)))

    async def fetch(self, keys: Iterable[TaskKey]) -> None:
        """Start what is wanted of some tasks and not on disk, as ``d`` would."""
        await self._fetch([(e, frozenset(e.wanted)) for e in self._entries(keys)])

    async def retry_failed(self) -> int:
        """Start what was given up; give how many tasks that is."""
        entries = self._board().entries.values()
        failed = [e.key for e in entries if any(f.stage is FileStage.FAILED for f in e.files)]
        await self.fetch(failed)
        return len(failed)

    async def rescue(self, keys: Iterable[TaskKey]) -> None:
        """Start what may be fetched of some tasks without being asked for."""
        await self._fetch(
            [(e, rescue.files_to_save(e, self._clock.now())) for e in self._entries(keys)]
        )

    async def look_at_files(self, tasks: Iterable[TaskKey] | None = None) -> None:
        """See that what is called saved is still there, of some tasks or of all."""
        entries = self._board().entries.values() if tasks is None else self._entries(tasks)
        saved = [e.key for e in entries if any(f.stage is FileStage.SAVED for f in e.files)]
        states = await asyncio.to_thread(self._archive.lost, saved)
        for key, state in states:
            entry = self._board().entries.get(key)
            shown = entry.file(state.key) if entry else None
            if entry and shown and shown.stage is FileStage.SAVED:
                self._tell(self._board().with_entry(with_file(entry, state)))

    async def look_around(self) -> None:
        """See what is gone, and go on with what a window that was closed has left."""
        await self.look_at_files()
        if self._leads():
            left = await asyncio.to_thread(self._archive.left_behind)
            self.go_on_with(k for k in left if self._downloads.busy_since(k) is None)

    async def safe(self, entries: Iterable[Entry]) -> set[TaskKey]:
        """Tell whose wanted files are all on disk just now, whole as they were saved."""
        asked = [entry.key for entry in entries]
        await self.look_at_files()
        whole = await asyncio.to_thread(self._archive.untouched, asked)
        return {entry.key for entry in self._entries(whole) if entry.is_saved}

    def answered(self, key: TaskKey) -> None:
        """Look at a task's newest answer: start what was wished for and is finished now."""
        entry = self._board().entries.get(key)
        if entry is None or not entry.state.is_terminal:
            return
        for file in entry.files:
            if file.stage is FileStage.FAILED and file.next_try_at and file.key in entry.offered:
                # It was given up, and here is a new link: it is unsaved as before.
                entry = without_file(entry, file.key)
        self._tell(self._board().with_entry(entry))
        if entry.is_wanted and entry.wanted:
            if self._leads():
                self._grant(key, frozenset(entry.wanted))
        elif entry.is_wanted and entry.state is not TaskState.SUCCESS:
            self._wish(key, is_wanted=False)
        elif self._leads() and self._downloads.busy_since(key) is None:
            self.go_on_with([key])

    def saved(self, key: TaskKey) -> None:
        """Note that a file of a task is on disk: its link is not kept any longer."""
        entry = self._board().entries.get(key)
        if entry is not None:
            self._archive.settled(entry)

    async def run(self) -> None:
        """Start what was wished for, once it is finished, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            granted = [self._granted.popleft() for _ in range(len(self._granted))]
            entries = self._board().entries
            await self._fetch([(entries[k], files) for k, files in granted if k in entries])

    def stop(self, key: TaskKey) -> None:
        """End what is downloading of a task; its parts are kept."""
        self._downloads.stop([key])

    def take(self, found: Iterable[Entry], *, is_read: bool = False) -> None:
        """Put rows on the Board as they are remembered, and spent links off the disk.

        What ``is_read`` has not happened: nobody is told of it.
        """
        entries, before = list(found), self._board().entries
        if is_read:
            self._read_back(entries)
        else:
            self._tell(self._board().with_entries(entries))
        for entry in entries:
            # Once for each window: what one of them writes all the others hear of.
            if _has_spent_link(entry) and not _has_spent_link(before[entry.key]):
                self._archive.settled(entry)

    def go_on_with(self, tasks: Iterable[TaskKey]) -> None:
        """Queue what was under way when the program ended."""
        for entry in self._entries(tasks):
            files = self._archive.queue_of(entry.key).intersection(entry.offered)
            if files:
                self._grant(entry.key, files)

    def _grant(self, task: TaskKey, files: frozenset[FileKey]) -> None:
        self._granted.append((task, files))
        self._wake.set()

    async def _start(self, entries: list[Entry]) -> Pressed:
        ready, wanted, fruitless = [], [], []
        for entry in entries:
            if entry.wanted:
                ready.append(entry)
            elif entry.state.is_terminal and (entry.state is not TaskState.SUCCESS or entry.videos):
                fruitless.append(entry)
            elif not entry.is_wanted:
                self._wish(entry.key, is_wanted=True)
                wanted.append(entry)
        idle = {e.key: frozenset(f for f in e.wanted if self._is_idle(e, f)) for e in ready}
        there = await self._fetch([(e, idle[e.key]) for e in ready])
        return Pressed(
            started=tuple(e for e in ready if len(there[e.key]) < len(idle[e.key])),
            wanted=tuple(wanted),
            fruitless=tuple(fruitless),
            already=tuple(state for states in there.values() for state in states),
        )

    async def _fetch(
        self, wanted: Sequence[tuple[Entry, frozenset[FileKey]]]
    ) -> dict[TaskKey, list[FileState]]:
        """Queue every wanted file that is not on disk; give those that are."""
        plans = await asyncio.to_thread(lambda: [(e.key, self._plans(e, f)) for e, f in wanted])
        there: dict[TaskKey, list[FileState]] = {}
        for number, (key, files) in enumerate(plans):
            if number % PAUSE_EACH == PAUSE_EACH - 1:
                await asyncio.sleep(0)
            there[key] = []
            for plan in files:
                entry = self._board().entries.get(key)
                if entry is None:
                    break
                is_idle = self._is_idle(entry, plan.file)
                if not is_idle or self._has_landed(wanted[number][0], entry, plan.file):
                    continue
                if plan.saved is None:
                    self._archive.queued(key, plan.file)
                    self._downloads.queue(key, plan.file, plan.target, plan.validator)
                else:
                    there[key].append(plan.saved)
                    self._show_saved(key, plan.saved, plan.validator)
            if self._archive.is_wished(key):
                self._wish(key, is_wanted=False)
        return there

    def _plans(self, entry: Entry, files: frozenset[FileKey]) -> list[Plan]:
        """Look at the disk; blocks."""
        offered = sorted(files.intersection(entry.offered))
        return [self._places.plan(entry, file) for file in offered if self._is_idle(entry, file)]

    def _is_idle(self, entry: Entry, file: FileKey) -> bool:
        return not self._downloads.is_busy(entry.key, file)

    def _has_landed(self, planned: Entry, entry: Entry, file: FileKey) -> bool:
        """Tell whether a file has come while it was planned where it is to lie."""
        before, now = planned.file(file), entry.file(file)
        return now is not None and now.stage is FileStage.SAVED and now != before

    def _show_saved(self, key: TaskKey, saved: FileState, validator: Validator) -> None:
        entry = self._board().entries[key]
        self._archive.unqueued(key, saved.key)
        if entry.file(saved.key) != saved:
            self._tell(self._board().with_entry(with_file(entry, saved)))
            arrived = Arrived(saved.path, saved.received, saved.sha256, validator)
            self._archive.found(key, saved.key, arrived)
            self.saved(key)

    def _entries(self, keys: Iterable[TaskKey]) -> list[Entry]:
        entries = self._board().entries
        return [entries[key] for key in keys if key in entries]

    def _wish(self, key: TaskKey, *, is_wanted: bool) -> None:
        self._wished_at[key] = self._clock.monotonic()
        self._archive.wish(key, is_wanted=is_wanted)
        entry = self._board().entries.get(key)
        if entry is not None:
            self._tell(self._board().with_entry(entry._replace(is_wanted=is_wanted)))

    def _wished_since(self, entry: Entry) -> float | None:
        return self._wished_at.get(entry.key, float("-inf")) if entry.is_wanted else None

    def _has_long(self, since: Iterable[float | None]) -> bool:
        now = self._clock.monotonic()
        return all(at is not None and now - at > STOPPABLE_AFTER_S for at in since)


def _has_spent_link(entry: Entry) -> bool:
    """Tell whether the ledger may still hold the link of a file that is saved: a kill came."""
    for file in entry.files:
        if file.stage is FileStage.SAVED:
            asset = view.asset_of(entry, file.key)
            if asset and not asset.is_cut and links.bare(asset.url) != asset.url:
                return True
    return False
