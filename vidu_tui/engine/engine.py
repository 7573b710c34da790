"""The one writer of the Board: list, polling and downloads put together. Knows no screen."""

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from vidu_tui.core import schedule, view
from vidu_tui.core.board import Board, Entry, Health, HealthKind
from vidu_tui.core.errors import (
    ConfigError,
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoAnswer,
    NoConnection,
)
from vidu_tui.core.names import Template
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads
from vidu_tui.engine.listing import Listing
from vidu_tui.engine.poller import Poller
from vidu_tui.engine.ports import Publish, Wire, WireFactory
from vidu_tui.engine.saving import Pressed, Saving
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Added, Watchlist

PUBLISH_S = 0.1
"""Many answers, one publish: at most this often."""
HOUSEKEEPING_S = 1.0
OPENING_S = 5.0
"""So long a test of a key waits for the wire."""
STALE_FROM_S = 3.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set that the engine goes by."""

    default_gateway: str
    hosts: dict[str, str]
    """Each gateway's host, for the header."""
    template: Template
    folder: str
    intervals: Intervals = field(default_factory=Intervals)
    parallel: int = 3
    lifetime_s: float = view.LINK_LIFETIME_S


@dataclass(frozen=True, slots=True)
class KeyTest:
    """What a gateway said to a key: taken, refused, or could not be asked (None)."""

    is_taken: bool | None
    line: str = ""


class Engine:
    """Own the Board; everything that changes it is a method here or a part of this room."""

    def __init__(
        self,
        *,
        watchlist: Watchlist,
        ledger: Ledger,
        wire: WireFactory,
        settings: Settings,
        clock: Clock | None = None,
        publish: Publish = lambda _: None,
    ):
        self.settings = settings
        self.clock = clock or Clock()
        self._open_wire = wire
        self._wire: Wire | None = None
        self._publish = publish
        self._board = Board(health=tuple(Health(g, host=h) for g, h in settings.hosts.items()))
        self._published = self._board
        self._published_at = float("-inf")
        self._is_pending = False
        self._is_open = asyncio.Event()
        self._ledger = ledger
        self._archive = Archive(ledger)
        self._make_parts(watchlist)

    def _make_parts(self, watchlist: Watchlist) -> None:
        settings, board = self.settings, self._current
        self._poller = Poller(
            clock=self.clock,
            intervals=settings.intervals,
            board=board,
            tell=self._tell,
            on_answer=self._answered,
        )
        self._downloads = Downloads(
            clock=self.clock,
            board=board,
            tell=self._tell,
            refresh=self._poller.refresh,
            record=self._archive,
            parallel=settings.parallel,
            lifetime_s=settings.lifetime_s,
        )
        self._saving = Saving(
            clock=self.clock,
            board=board,
            tell=self._tell,
            downloads=self._downloads,
            archive=self._archive,
            folder=settings.folder,
            template=settings.template,
        )
        self._listing = Listing(
            watchlist=watchlist,
            default_gateway=settings.default_gateway,
            board=board,
            tell=self._tell,
            on_leave=self._saving.stop,
            on_change=self._rows_changed,
        )

    @property
    def board(self) -> Board:
        """Give the newest Board."""
        return self._board

    def publish_to(self, publish: Publish) -> None:
        """Send every new Board there from now on."""
        self._publish = publish

    def load(self) -> None:
        """Read the list from disk, before the first frame; raises ListError."""
        self._listing.load()

    async def run(self) -> None:
        """Poll and download until cancelled. Errors of our own tree lengthen it, never end it."""
        try:
            await self._saving.recall(self._board.entries)
            async with self._open_wire() as wire:
                await self._run_with(wire)
        except ConfigError as error:
            for health in self._board.health:
                broken = replace(health, kind=HealthKind.OFFLINE, line=str(error))
                self._tell(self._board.with_health(broken))
        finally:
            self._wire = None
            self._is_open.set()
            self._archive.close()

    async def _run_with(self, wire: Wire) -> None:
        self._wire = wire
        try:
            async with asyncio.TaskGroup() as group:
                self._is_open.set()
                self._poller.open(wire.gateways)
                self._downloads.open(wire.files)
                for part in (self._poller, self._downloads, self._saving, self._archive):
                    group.create_task(part.run())
                group.create_task(self._keep_house())
        finally:
            await self._downloads.finish()

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
        return await self._saving.press(keys)

    def poll_now(self, keys: Iterable[TaskKey] | None = None) -> int:
        """Ask for some tasks at once, or for all that have not ended; give how many."""
        if keys is None:
            entries = self._board.entries.values()
            keys = [e.key for e in entries if self._interval_s(e) is not None]
        return self._poller.poll_now(keys)

    def pause(self, *, is_paused: bool) -> None:
        """Stop or go on polling; downloads go on."""
        if is_paused != (self._board.paused_since is not None):
            since = self.clock.now() if is_paused else None
            self._tell(replace(self._board, paused_since=since))
        self._poller.wake()

    async def test_key(self, gateway: str, key: str) -> KeyTest:
        """Ask the gateway with a key for the first watched id, else ``0``."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_open.wait(), OPENING_S)
        askers = self._wire.gateways if self._wire else ()
        asker = next((g for g in askers if g.name == gateway), None)
        if asker is None:
            return KeyTest(None)
        asked = next((k.id for k in self._board.entries if k.gateway == gateway), "0")
        try:
            await asker.fetch(asked, key=key)
        except KeyRefused as error:
            return KeyTest(is_taken=False, line=str(error.status))
        except (KeyMissing, NoConnection, NoAnswer) as error:
            return KeyTest(None, str(error))
        except GatewayError as error:
            return KeyTest(is_taken=True, line=str(error))
        return KeyTest(is_taken=True)

    def use_key(self, gateway: str, key: str) -> None:
        """Ask with another key from now on; polling of that gateway goes on."""
        if self._wire is not None:
            self._wire.use_key(gateway, key)
        self._poller.use_key(gateway)

    async def _rows_changed(self, gone: set[TaskKey], new: set[TaskKey]) -> None:
        self._poller.forget(gone)
        self._poller.watch(key for key in self._board.entries if key in new)
        await self._saving.recall(new)

    def _answered(self, key: TaskKey) -> None:
        self._saving.answered(key)

    def _interval_s(self, entry: Entry) -> float | None:
        return schedule.interval_s(entry, self.settings.intervals)

    async def _keep_house(self) -> None:
        """Look now and then at what no answer tells: the file and the age of answers."""
        while True:
            await self.clock.sleep(HOUSEKEEPING_S)
            await self._listing.follow()
            self._mark_stale()
            if self._ledger.trouble != self._board.ledger_line:
                self._tell(replace(self._board, ledger_line=self._ledger.trouble))

    def _mark_stale(self) -> None:
        now, changed = self.clock.now(), []
        for entry in self._board.entries.values():
            limit = schedule.stale_after_s(entry, self.settings.intervals)
            age = now - (entry.answered_at or now)
            is_old = limit is not None and age > max(limit, STALE_FROM_S)
            if is_old != entry.is_stale:
                changed.append(replace(entry, is_stale=is_old))
        self._tell(self._board.with_entries(changed))

    def _current(self) -> Board:
        return self._board

    def _tell(self, board: Board) -> None:
        """Take a new Board; an equal one says nothing, many become one publish."""
        if board is self._board:
            return
        self._board = board
        self._schedule_publish()

    def _schedule_publish(self) -> None:
        if self._is_pending:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # before the start: whoever starts reads the board itself
        self._is_pending = True
        delay = max(0.0, self._published_at + PUBLISH_S - loop.time())
        loop.call_later(delay, self._publish_now, loop)

    def _publish_now(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_pending = False
        self._published_at = loop.time()
        if self._published is not self._board:
            self._published = self._board
            self._publish(self._board)
