"""The one writer of the Board: list, polling and downloads put together. Knows no screen."""

import asyncio
import contextlib
from collections.abc import Callable

from vidu_tui.core.answer import Answer
from vidu_tui.core.board import Board, Entry, Health, HealthKind
from vidu_tui.core.errors import ConfigError, GatewayError
from vidu_tui.core.files import Arrived, FileKey
from vidu_tui.core.journal import rate
from vidu_tui.core.task import TaskKey
from vidu_tui.engine import keytest
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.bulletin import Bulletin
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.company import Company
from vidu_tui.engine.control import Control
from vidu_tui.engine.downloads import Downloads
from vidu_tui.engine.gallery import Gallery
from vidu_tui.engine.herald import Herald
from vidu_tui.engine.hooks import Hooks, Runner
from vidu_tui.engine.housekeeping import Housekeeping
from vidu_tui.engine.journal import Journal
from vidu_tui.engine.keytest import KeyTest
from vidu_tui.engine.lease import Lease
from vidu_tui.engine.listing import Listing
from vidu_tui.engine.places import Places
from vidu_tui.engine.poller import Poller
from vidu_tui.engine.ports import Publish, Wire, WireFactory
from vidu_tui.engine.rescue import Rescue
from vidu_tui.engine.saving import Saving
from vidu_tui.engine.settings import Settings
from vidu_tui.storage import disk, sidecar
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Watchlist
from vidu_tui.storage.windows import Windows

GLANCED = 120
"""Rows from the top whose last answers are read before the first frame: more than a screen."""
OPENING_S = 5.0
"""So long a test of a key waits for the wire."""


class Engine(Control):
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
        free_bytes: Callable[[str], int | None] = disk.free_bytes,
        journal: Journal | None = None,
        run_hook: Runner | None = None,
    ):
        self.settings = settings
        self.clock = clock or Clock()
        self._open_wire = wire
        self._wire: Wire | None = None
        health = tuple(Health(g, host=h) for g, h in settings.hosts.items())
        self.journal = journal or Journal(self.clock)
        self._bulletin = Bulletin(Board(health=health), publish, self._observe)
        self._tell = self._bulletin.tell
        self._is_open = asyncio.Event()
        self._archive = Archive(ledger, self.clock, self._bulletin.read)
        self._lease = Lease(
            Windows(ledger), self.clock, is_guest=settings.is_guest, is_alone=settings.is_alone
        )
        self.journal.writes = self._lease.leads
        self._make_tellers(run_hook)
        self._make_poller()
        self._make_saving(free_bytes)
        self._make_company()
        self._make_watchers(watchlist, ledger)

    def _make_tellers(self, run_hook: Runner | None) -> None:
        settings = self.settings
        self.herald = Herald(
            clock=self.clock,
            archive=self._archive,
            leads=self._lease.leads,
            events=settings.told,
        )
        self.hooks = Hooks(
            hooks=settings.hooks,
            run=run_hook,
            clock=self.clock,
            board=self._bulletin.read,
            told=self._archive.told,
            leads=self._lease.leads,
            say=self.journal.say,
        )

    def _make_watchers(self, watchlist: Watchlist, ledger: Ledger) -> None:
        settings = self.settings
        self._listing = Listing(
            watchlist=watchlist,
            default_gateway=settings.default_gateway,
            kinds=settings.kinds,
            only=settings.only,
            board=self._bulletin.read,
            tell=self._tell,
            on_leave=self._saving.stop,
            on_change=self._rows_changed,
        )
        self._housekeeping = Housekeeping(
            clock=self.clock,
            board=self._bulletin.read,
            tell=self._tell,
            intervals=settings.intervals,
            follow=self._listing.follow,
            look_at_files=self._saving.look_around,
            catch_up=self._poller.catch_up,
            polled=self._poller.polled,
            trouble=lambda: self._listing.trouble or ledger.trouble,
        )

    def _make_company(self) -> None:
        self._company = Company(
            lease=self._lease,
            clock=self.clock,
            board=self._bulletin.read,
            tell=self._tell,
            archive=self._archive,
            poller=self._poller,
            saving=self._saving,
            look=self._look,
            poll_all=self.poll_now,
        )

    def _make_poller(self) -> None:
        self._poller = Poller(
            clock=self.clock,
            intervals=self.settings.intervals,
            max_per_minute=self.settings.max_per_minute,
            board=self._bulletin.read,
            tell=self._tell,
            on_answer=self._answered,
            on_trouble=self._archive.answered,
            on_outcome=self._asked,
            may_ask=self._lease.may_ask,
            follows=self._lease.follows,
            ask_leader=self._archive.ask,
        )

    def _make_saving(self, free_bytes: Callable[[str], int | None]) -> None:
        settings, board = self.settings, self._bulletin.read
        self.gallery = Gallery(settings.covers_dir, self.clock, board, self._archive)
        self._downloads = Downloads(
            clock=self.clock,
            board=board,
            tell=self._tell,
            refresh=self._poller.refresh,
            record=self._archive,
            parallel=settings.parallel,
            lifetime_s=settings.lifetime_s,
            on_end=self._ended,
            on_arrival=sidecar.write if settings.has_sidecars else _no_sidecar,
        )
        self._saving = Saving(
            clock=self.clock,
            board=board,
            tell=self._tell,
            read_back=self._bulletin.read_back,
            downloads=self._downloads,
            archive=self._archive,
            places=Places(
                clock=self.clock,
                archive=self._archive,
                folder=settings.folder,
                template=settings.template,
            ),
            leads=self._lease.leads,
        )
        self._rescue = Rescue(
            clock=self.clock,
            board=board,
            tell=self._tell,
            fetch=self._saving.rescue,
            free_bytes=free_bytes,
            folder=settings.folder,
            mode=settings.auto,
            lifetime_s=settings.lifetime_s,
            leads=self._lease.leads,
        )

    @property
    def board(self) -> Board:
        """Give the newest Board."""
        return self._bulletin.read()

    def publish_to(self, publish: Publish) -> None:
        """Send every new Board there from now on."""
        self._bulletin.publish = publish

    def load(self) -> None:
        """Read the list and what was last known of its top from disk; raises ListError."""
        self._listing.load()
        newest = list(self.board.entries)[-GLANCED:]
        self._saving.glance(newest)
        self._housekeeping.mark_stale()
        self._bulletin.begin()

    async def run(self) -> None:
        """Poll and download until cancelled. Errors of our own tree lengthen it, never end it."""
        try:
            await self._company.begin()
            await self._saving.recall(self.board.entries)
            await self._company.catch_up()
            self._housekeeping.mark_stale()
            await self._rescue.introduce(self._archive)
            if not self.settings.is_guest:  # it may know a part of the list alone
                watched = frozenset(self.board.entries)
                await asyncio.to_thread(self._archive.forget_strangers, watched)
            for key in self.board.entries:
                self._rescue.look(key)
            async with self._open_wire() as wire:
                await self._run_with(wire)
        except ConfigError as error:
            for health in self.board.health:
                broken = health._replace(kind=HealthKind.OFFLINE, line=str(error))
                self._tell(self.board.with_health(broken))
        finally:
            self._wire = None
            self._is_open.set()
            self._archive.close(self._company.farewell())
            self._bulletin.settle()
            self.journal.flush()

    async def _run_with(self, wire: Wire) -> None:
        self._wire = wire
        try:
            async with asyncio.TaskGroup() as group:
                self._is_open.set()
                self._poller.open(wire.gateways)
                self._downloads.open(wire.files)
                self.gallery.open(wire.pictures, self._poller.refresh)
                fetching = (self._downloads, self._saving, self._rescue)
                watching = (self._poller, self._housekeeping, self._company)
                telling = (self.herald, self.hooks, self._archive, self.journal)
                for part in (*fetching, *watching, *telling):
                    group.create_task(part.run())
        finally:
            await self._downloads.finish()

    async def test_key(self, gateway: str, key: str) -> KeyTest:
        """Ask the gateway with a key for the first watched id, else ``0``."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_open.wait(), OPENING_S)
        asked = next((k.id for k in self.board.entries if k.gateway == gateway), "0")
        return await keytest.try_key(self._wire, gateway, key, asked)

    def use_key(self, gateway: str, key: str) -> None:
        """Ask with another key from now on; polling of that gateway goes on."""
        if self._wire is not None:
            self._wire.use_key(gateway, key)
        self._lease.take()
        self._poller.use_key(gateway)

    async def _rows_changed(self, gone: set[TaskKey], new: set[TaskKey]) -> None:
        self._poller.forget(gone)
        self._archive.forgotten(self._listing.left(gone))
        self._poller.watch(key for key in self.board.entries if key in new)
        await self._saving.recall(new)
        for key in new:
            self._look(key)

    def _look(self, key: TaskKey) -> None:
        self._rescue.look(key)
        self.hooks.look(key)

    def _observe(self, old: Board, new: Board) -> None:
        self.journal.observe(old, new)
        self.herald.observe(old, new)

    def _answered(self, key: TaskKey) -> None:
        if (entry := self.board.entries.get(key)) is not None:
            self._archive.answered(entry)
        self._saving.answered(key)
        self._look(key)

    def _asked(self, key: TaskKey, outcome: Answer | GatewayError) -> None:
        if self.journal.is_verbose:
            self.journal.asked(key, outcome, rate(self.board.health_of(key.gateway)))

    def _ended(self, key: TaskKey) -> None:
        self._saving.saved(key)
        self._look(key)


def _no_sidecar(_entry: Entry, _file: FileKey, _arrived: Arrived) -> str:
    return ""
