"""The list behind the Board: add, remove, label, undo; on disk first. Asks no gateway."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from vidu_tui.core import text
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.errors import ListError
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine.listed import by_task, entry_of, key_of
from vidu_tui.storage.watchlist import Added, Listed, Removed, Watchlist, clean_label

UNDO_DEPTH = 50
LOST_LOOKS = 3
"""A list that is gone or blank at so many looks is lost; at the first an editor may be writing."""


_LOST = (0, 0, 0)
"""The stamp of a file that was gone when we started: what its spare has is to be written."""


@dataclass(frozen=True, slots=True)
class _Removal:
    """What undo puts back."""

    removed: tuple[Removed, ...]
    keys: tuple[TaskKey, ...]


@dataclass(frozen=True, slots=True)
class _Relabel:
    """What undo names as before."""

    key: TaskKey
    label: str


class Listing:
    """Keep the Board's rows as the file has them; changes come one after the other."""

    def __init__(
        self,
        *,
        watchlist: Watchlist,
        default_gateway: str,
        kinds: tuple[AssetKind, ...],
        only: frozenset[TaskKey] | None = None,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        on_leave: Callable[[TaskKey], None],
        on_change: Callable[[set[TaskKey], set[TaskKey]], Awaitable[None]],
    ):
        self._watchlist = watchlist
        self._default = default_gateway
        self._kinds = kinds
        self._only = only
        """Of the list only these; None is all of it."""
        self._board = board
        self._tell = tell
        self._on_leave = on_leave
        """Called for a row before it goes."""
        self._on_change = on_change
        """Called with the rows that have gone and those that are new."""
        self._rows: dict[TaskKey, list[Listed]] = {}
        self._gone: dict[TaskKey, Entry] = {}
        """What was known of rows that were taken off in this run."""
        self._stamp: tuple[int, int, int] | None = None
        self._copied: tuple[int, int, int] | None = None
        """The stamp of the file that the spare is a copy of."""
        self._undo: deque[_Removal | _Relabel] = deque(maxlen=UNDO_DEPTH)
        self._lock = asyncio.Lock()
        self._lost_looks = 0
        self._unreadable = ""
        self._written_anew = ""

    @property
    def trouble(self) -> str:
        """Say what is wrong with the file, in one line; empty while nothing is."""
        return self._unreadable or self._written_anew

    def load(self) -> None:
        """Read the file, before the first frame; raises ListError."""
        self._stamp = self._watchlist.stamp()
        self._take(self._watchlist.read())
        if self._rows and self._watchlist.is_lost():
            self._stamp = _LOST

    async def add(self, items: Iterable[tuple[TaskKey, str]], now: float) -> Added:
        """Put ids with their labels on the list; raises ListError."""
        wanted = [(key, Listed(key.id, label, key.gateway, now)) for key, label in items]
        async with self._lock:
            await self._put_back()
            added = await asyncio.to_thread(self._add, wanted)
            await self._reread()
        return added

    async def remove(self, keys: Iterable[TaskKey]) -> tuple[Entry, ...]:
        """Take tasks off the list; give them as they were, their downloads stopped."""
        async with self._lock:
            leaving = [k for k in dict.fromkeys(keys) if k in self._board().entries]
            if not leaving:
                return ()
            await self._put_back()
            names = [row.key for key in leaving for row in self._rows.get(key, ())]
            removed = await asyncio.to_thread(self._watchlist.remove, names)
            self._undo.append(_Removal(removed, tuple(leaving)))
            await self._reread()
            return tuple(self._gone[key] for key in leaving if key in self._gone)

    async def relabel(self, key: TaskKey, label: str) -> None:
        """Give a task another label; an empty one takes it away."""
        async with self._lock:
            entry = self._board().entries.get(key)
            if entry is None or entry.label == clean_label(label):
                return
            await self._put_back()
            await self._write_label(key, label)
            self._undo.append(_Relabel(key, entry.label))
            await self._reread()

    async def undo(self) -> tuple[Entry, ...]:
        """Take the last removal or label back; give the entries it was about."""
        async with self._lock:
            await self._put_back()
            while self._undo:
                step = self._undo[-1]
                if isinstance(step, _Relabel):
                    keys: tuple[TaskKey, ...] = (step.key,)
                    await self._write_label(step.key, step.label)
                else:
                    keys = step.keys
                    await asyncio.to_thread(self._watchlist.restore, step.removed)
                self._undo.pop()
                await self._reread()
                entries = self._board().entries
                if found := tuple(entries[key] for key in keys if key in entries):
                    return found
        return ()

    def left(self, keys: Iterable[TaskKey]) -> list[Entry]:
        """Give rows that were taken off in this run, as they were."""
        return [self._gone[key] for key in keys if key in self._gone]

    async def set_aside(self) -> str:
        """Move a list that cannot be read aside and begin an empty one; give its new path."""
        async with self._lock:
            path = await asyncio.to_thread(self._watchlist.set_aside)
            await self._reread()
        return path

    async def follow(self) -> None:
        """Take what others have changed; a file that cannot be read or is lost changes nothing."""
        if self._stamp not in (_LOST, self._copied):
            self._copied = self._stamp
            await asyncio.to_thread(self._watchlist.copy_spare)
        if self._watchlist.stamp() == self._stamp or self._lock.locked():
            return
        async with self._lock:
            stamp = self._watchlist.stamp()
            try:
                if await self._is_lost():
                    self._lost_looks += 1
                    if self._lost_looks < LOST_LOOKS:
                        return
                await self._put_back()
                await self._reread()
                self._unreadable = ""
            except ListError as error:
                is_lost = await self._is_lost()
                if not is_lost:
                    self._stamp = stamp
                self._unreadable = _told(error, is_lost=is_lost)

    async def _is_lost(self) -> bool:
        """Tell whether the file is gone or blank, and there are rows that belong in it."""
        has_all = bool(self._rows) and self._only is None
        return has_all and await asyncio.to_thread(self._watchlist.is_lost)

    async def _put_back(self) -> None:
        """Write a lost list anew, as this run knows it; raises ListError."""
        self._lost_looks, self._written_anew = 0, ""
        if not await self._is_lost():
            return
        rows = [row for same in self._rows.values() for row in same]
        await asyncio.to_thread(self._watchlist.put_back, rows)
        count = text.plural(len(rows), "task")
        self._written_anew = f"The list was gone from the disk and is written anew, {count}."

    def _add(self, wanted: list[tuple[TaskKey, Listed]]) -> Added:
        there = {key_of(r, self._default): r for r in reversed(self._watchlist.read())}
        already = tuple(there[key] for key, _ in wanted if key in there)
        added = self._watchlist.add(row for key, row in wanted if key not in there)
        return Added(added.new, (*already, *added.already))

    async def _write_label(self, key: TaskKey, label: str) -> None:
        for row in self._rows.get(key, ()):
            await asyncio.to_thread(self._watchlist.relabel, row.key, label)

    async def _reread(self) -> None:
        """Take the list as it is on disk now."""
        stamp = self._watchlist.stamp()
        listed = await asyncio.to_thread(self._watchlist.read)
        self._stamp = stamp
        gone, new = self._take(listed)
        if gone or new:
            await self._on_change(gone, new)

    def _take(self, listed: Iterable[Listed]) -> tuple[set[TaskKey], set[TaskKey]]:
        rows = by_task(listed, self._default)
        if self._only is not None:
            rows = {key: same for key, same in rows.items() if key in self._only}
        self._rows = rows
        before = self._board().entries.keys()
        gone, new = before - rows.keys(), rows.keys() - before
        for key in gone:
            self._on_leave(key)
            self._gone[key] = self._board().entries[key]
        self._tell(self._board().with_list([self._entry(k, same) for k, same in rows.items()]))
        for key in new:
            self._gone.pop(key, None)
        return gone, new

    def _entry(self, key: TaskKey, rows: list[Listed]) -> Entry:
        fresh, known = entry_of(key, rows, self._kinds), self._gone.get(key)
        return (known or fresh)._replace(label=fresh.label, added_at=fresh.added_at)


def _told(error: ListError, *, is_lost: bool) -> str:
    at = "" if error.line is None else f", line {error.line}, column {error.column}"
    what = "is gone and cannot be written anew" if is_lost else f"cannot be read{at}"
    why = error.problem.rstrip(".")
    return f"The list {what}: {why}. What was on it is watched all the same."
