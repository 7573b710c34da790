"""What a person has the engine do: each key and each verb ends in one of these. Knows no screen."""

import asyncio
from collections.abc import Iterable

from vidu_tui.core import schedule
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.task import AssetKind, TaskKey, TaskState
from vidu_tui.engine.bulletin import Bulletin
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.company import Company
from vidu_tui.engine.downloads import Downloads
from vidu_tui.engine.lease import Lease
from vidu_tui.engine.listing import Listing
from vidu_tui.engine.poller import Poller
from vidu_tui.engine.rescue import Rescue
from vidu_tui.engine.saving import Pressed, Saving
from vidu_tui.engine.settings import Purged, Settings
from vidu_tui.storage.watchlist import Added


class Control:
    """Hand what is asked for to the part that does it."""

    settings: Settings
    clock: Clock
    _listing: Listing
    _saving: Saving
    _rescue: Rescue
    _downloads: Downloads
    _poller: Poller
    _bulletin: Bulletin
    _company: Company
    _lease: Lease
    _is_open: asyncio.Event

    @property
    def board(self) -> Board:
        """Give the newest Board."""
        raise NotImplementedError

    async def add(self, items: Iterable[tuple[TaskKey, str]]) -> Added:
        """Put ids with their labels on the list, on disk first; raises ListError."""
        return await self._listing.add(items, self.clock.now())

    async def remove(self, keys: Iterable[TaskKey]) -> tuple[Entry, ...]:
        """Take tasks off the list: files and parts stay, ``undo`` brings them back."""
        return await self._listing.remove(keys)

    async def relabel(self, key: TaskKey, label: str) -> None:
        """Give a task another label; an empty one takes it away."""
        await self._listing.relabel(key, label)

    async def undo(self) -> tuple[Entry, ...]:
        """Take the last removal or label back; give the entries it was about."""
        return await self._listing.undo()

    async def set_aside(self) -> str:
        """Move a list that cannot be read aside and begin an empty one; give its new path."""
        return await self._listing.set_aside()

    async def press_download(self, keys: Iterable[TaskKey]) -> Pressed:
        """Do what one press of ``d`` means."""
        pressed = await self._saving.press(keys)
        self._rescue.stopped(entry.key for entry in pressed.stopped)
        return pressed

    def give_way(self) -> None:
        """Let the screen go first for a moment; called at each key."""
        self._bulletin.hold_back()
        self._downloads.give_way()

    def mute(self, keys: Iterable[TaskKey], *, is_muted: bool) -> None:
        """Have the ends of some tasks told, or not."""
        self._saving.mute(keys, is_muted=is_muted)

    async def choose(
        self, keys: Iterable[TaskKey], kinds: tuple[AssetKind, ...], folder: str
    ) -> Pressed:
        """Want these kinds of files of some tasks, in a folder of their own; start what is there.

        An empty ``folder`` is the common one, any other an absolute path.
        """
        wanted = list(keys)
        pressed = await self._saving.choose(wanted, kinds, folder)
        for key in wanted:
            self._rescue.look(key)
        return pressed

    async def retry_failed(self) -> int:
        """Try every download again that was given up; give how many tasks that is."""
        return await self._saving.retry_failed()

    async def purge(self) -> Purged:
        """Take off the list what has ended, a success only if its files are whole on disk."""
        ended = [e for e in self.board.entries.values() if e.state.is_terminal]
        safe = await self._saving.safe(e for e in ended if e.state is TaskState.SUCCESS)
        leaving = [e for e in ended if e.state is not TaskState.SUCCESS or e.key in safe]
        kept = tuple(e for e in ended if e.state is TaskState.SUCCESS and e.key not in safe)
        return Purged(await self._listing.remove(e.key for e in leaving), kept)

    def poll_now(self, keys: Iterable[TaskKey] | None = None) -> int:
        """Ask for some tasks at once, or for all that have not ended; give how many."""
        if self._lease.follows():
            return self._company.pass_on(keys)
        if keys is None:
            entries = self.board.entries.values()
            keys = [e.key for e in entries if self._interval_s(e) is not None]
        return self._poller.poll_now(keys)

    def pause(self, *, is_paused: bool) -> None:
        """Stop or go on polling; downloads go on."""
        self._company.pause(is_paused=is_paused)

    def _interval_s(self, entry: Entry) -> float | None:
        return schedule.interval_s(entry, self.settings.intervals)
