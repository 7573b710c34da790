"""What the screen shows of one task beyond the Board: its covers and its past. Draws nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from vidu_tui.core import links, view
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.errors import BrokenOff, TransferError, VidutuiError
from vidu_tui.core.files import FileKey, FileStage
from vidu_tui.core.task import Asset, AssetKind, TaskKey
from vidu_tui.core.timeline import Past
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.ports import Pictures
from vidu_tui.engine.threads import Threads
from vidu_tui.storage import covers
from vidu_tui.storage.covers import CoverCache

LINK_WAIT_S = 30.0
AT_ONCE = 2
"""Covers that are fetched side by side."""
Refresh = Callable[[TaskKey, float], Awaitable[bool | None]]
_Place = tuple[TaskKey, int]


class Gallery:
    """Fetch a cover once, from the disk where it lies there; every wait is off the loop."""

    def __init__(
        self,
        folder: str,
        clock: Clock,
        board: Callable[[], Board],
        archive: Archive,
    ):
        self._cache = CoverCache(Path(folder)) if folder else None
        self._clock = clock
        self._board = board
        self._archive = archive
        self._threads = Threads()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._pictures: Pictures | None = None
        self._refresh: Refresh | None = None
        self._coming: dict[_Place, asyncio.Task[bytes | None]] = {}
        self._renewed: set[_Place] = set()
        """Whose link was asked anew for the cover's sake: once a run."""
        self._refused: dict[_Place, str] = {}
        """Links that led to no picture; another link is tried again."""

    def open(self, pictures: Pictures | None, refresh: Refresh) -> None:
        """Fetch over this wire from now on, and ask for a fresh link this way."""
        self._pictures, self._refresh = pictures, refresh

    async def past(self, task: TaskKey) -> Past:
        """Give what is on record of a task."""
        found = await self._threads.run(lambda: self._archive.past(task))
        return Past() if isinstance(found, VidutuiError) else found

    async def cover(self, task: TaskKey, creation: int) -> bytes | None:
        """Give the bytes of a creation's cover, None where there is none to be had.

        Whoever waits may be cancelled; what is coming comes all the same, and is kept.
        """
        place = (task, creation)
        coming = self._coming.get(place)
        if coming is None:
            coming = asyncio.create_task(self._find(place))
            self._coming[place] = coming
            coming.add_done_callback(lambda _: self._coming.pop(place, None))
        return await asyncio.shield(coming)

    async def _find(self, place: _Place) -> bytes | None:
        entry, asset = self._look_up(place)
        if entry is None or asset is None:
            return None
        there = await self._threads.run(lambda: self._on_disk(entry, place, asset))
        if isinstance(there, bytes):
            return there
        async with self._turns:
            data = await self._fetch(place)
        if data is not None:
            await self._threads.run(lambda: self._keep(place, asset, data))
        return data

    def _look_up(self, place: _Place) -> tuple[Entry | None, Asset | None]:
        entry = self._board().entries.get(place[0])
        key = FileKey(place[1], AssetKind.COVER)
        return entry, view.asset_of(entry, key) if entry is not None else None

    def _on_disk(self, entry: Entry, place: _Place, asset: Asset) -> bytes | None:
        """Take the saved file, else what was shown before."""
        file = entry.file(FileKey(place[1], AssetKind.COVER))
        if file is not None and file.stage is FileStage.SAVED and file.path:
            try:
                data = covers.read(Path(file.path))
            except OSError:
                data = None
            if data is not None:
                return data
        return self._cache.get(*_name(place, asset)) if self._cache is not None else None

    def _keep(self, place: _Place, asset: Asset, data: bytes) -> None:
        if self._cache is not None:
            self._cache.put(data, *_name(place, asset))

    async def _fetch(self, place: _Place) -> bytes | None:
        """Fetch a cover; a dead link is asked anew, once."""
        for _ in range(2):
            entry, asset = self._look_up(place)
            if entry is None or asset is None or self._pictures is None:
                return None
            if not self._is_dead(entry, place, asset):
                data = await self._try(place, asset)
                if not isinstance(data, TransferError):
                    return data
                if isinstance(data, BrokenOff):
                    return None
                self._refused[place] = asset.url
            if place in self._renewed or self._refresh is None:
                return None
            self._renewed.add(place)
            if not await self._refresh(place[0], LINK_WAIT_S):
                return None
        return None

    def _is_dead(self, entry: Entry, place: _Place, asset: Asset) -> bool:
        if asset.is_cut or self._refused.get(place) == asset.url:
            return True
        told = links.expires_at(asset.url)
        return told is not None and told - entry.skew_s <= self._clock.now()

    async def _try(self, place: _Place, asset: Asset) -> bytes | TransferError | None:
        pictures, gateway = self._pictures, place[0].gateway
        if pictures is None:
            return None
        found = await self._threads.run(lambda: pictures.picture(gateway, asset.url))
        return found if isinstance(found, bytes | TransferError) else None


def _name(place: _Place, asset: Asset) -> tuple[str, ...]:
    """Name a cover by what stays alike when its link is signed anew."""
    task, creation = place
    return (task.gateway, task.id, str(creation), links.bare(asset.shown or asset.url))
