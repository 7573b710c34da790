"""The one writer of the Board: list, polling and downloads put together. Knows no screen."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from vidu_tui.core import schedule, view
from vidu_tui.core.board import Board, Entry, Health, HealthKind
from vidu_tui.core.errors import (
    ConfigError,
    GatewayError,
    KeyRefused,
    QuestionRefused,
    RateLimited,
    TaskUnknown,
    VidutuiError,
)
from vidu_tui.core.names import Template
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads
from vidu_tui.engine.poller import Poller
from vidu_tui.engine.ports import Publish, Wire, WireFactory
from vidu_tui.engine.saving import Pressed, Saving
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Added, Listed, Removed, Watchlist

PUBLISH_S = 0.1
"""Many answers, one publish: at most this often."""
HOUSEKEEPING_S = 1.0
UNDO_DEPTH = 50


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
class _Removal:
    """What undo puts back: the lines of the file and what was known of them."""

    removed: tuple[Removed, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Relabel:
    """What undo names as before."""

    key: TaskKey
    label: str


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
        self._watchlist = watchlist
        self._ledger = ledger
        self._open_wire = wire
        self._wire: Wire | None = None
        self._publish = publish
        self._board = Board(health=tuple(Health(g, host=h) for g, h in settings.hosts.items()))
        self._file_keys: dict[TaskKey, tuple[str, str]] = {}
        self._stamp: tuple[int, int, int] | None = None
        self._undo: deque[_Removal | _Relabel] = deque(maxlen=UNDO_DEPTH)
        self._published_at = float("-inf")
        self._is_pending = False
        self._is_open = asyncio.Event()
        board: Callable[[], Board] = lambda: self._board  # noqa: E731 - a name for its type
        self._poller = Poller(
            clock=self.clock, intervals=settings.intervals, board=board, tell=self._tell
        )
        self._downloads = Downloads(
            clock=self.clock,
            board=board,
            tell=self._tell,
            refresh=self._poller.refresh,
            record=ledger,
            parallel=settings.parallel,
            lifetime_s=settings.lifetime_s,
        )
        self._saving = Saving(
            clock=self.clock,
            board=board,
            tell=self._tell,
            downloads=self._downloads,
            ledger=ledger,
            folder=settings.folder,
            template=settings.template,
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
        self._stamp = self._watchlist.stamp()
        self._take_list(self._watchlist.read())

    async def run(self) -> None:
        """Poll and download until cancelled. Errors of our own tree lengthen it, never end it."""
        self._tell(self._board.with_entries(await asyncio.to_thread(self._saving.recall)))
        try:
            async with self._open_wire() as wire, asyncio.TaskGroup() as group:
                self._wire = wire
                self._is_open.set()
                self._poller.open(wire.gateways)
                self._downloads.open(wire.files)
                group.create_task(self._poller.run())
                group.create_task(self._downloads.run())
                group.create_task(self._keep_house())
        except ConfigError as error:
            for health in self._board.health:
                broken = replace(health, kind=HealthKind.OFFLINE, line=str(error))
                self._tell(self._board.with_health(broken))
        finally:
            self._wire = None
            self._downloads.stop_all()
            await self._downloads.finish()
            self._ledger.close()

    async def add(self, items: Iterable[tuple[TaskKey, str]]) -> Added:
        """Put ids with their labels on the list, on disk first; raises ListError."""
        listed = [Listed(k.id, label, self._list_name(k), self.clock.now()) for k, label in items]
        added = await asyncio.to_thread(self._watchlist.add, listed)
        await self._reread()
        return added

    async def remove(self, keys: Iterable[TaskKey]) -> tuple[Entry, ...]:
        """Take tasks off the list: files and parts stay, ``undo`` brings them back."""
        entries = tuple(e for k in keys if (e := self._board.entries.get(k)) is not None)
        gone = [self._file_keys[e.key] for e in entries if e.key in self._file_keys]
        removed = await asyncio.to_thread(self._watchlist.remove, gone)
        for entry in entries:
            self._saving.stop(entry.key)
        kept = tuple(self._board.entries.get(e.key, e) for e in entries)
        self._undo.append(_Removal(removed, kept))
        await self._reread()
        return kept

    async def relabel(self, key: TaskKey, label: str) -> None:
        """Give a task another label; an empty one takes it away."""
        file_key = self._file_keys.get(key)
        if file_key is None:
            return
        old = await asyncio.to_thread(self._watchlist.relabel, file_key, label)
        self._undo.append(_Relabel(key, old))
        await self._reread()

    async def undo(self) -> tuple[Entry, ...]:
        """Take the last removal or label back; give the entries it was about."""
        if not self._undo:
            return ()
        step = self._undo[-1]
        if isinstance(step, _Relabel):
            file_key = self._file_keys.get(step.key)
            if file_key is not None:
                await asyncio.to_thread(self._watchlist.relabel, file_key, step.label)
        else:
            await asyncio.to_thread(self._watchlist.restore, step.removed)
        self._undo.pop()
        await self._reread()
        if isinstance(step, _Removal):
            self._tell(self._board.with_entries(step.entries))
            self._poller.watch(e.key for e in step.entries)
            return step.entries
        return tuple(e for e in (self._board.entries.get(step.key),) if e)

    async def set_aside(self) -> str:
        """Move a list that cannot be read aside and begin an empty one; give its new path."""
        path = await asyncio.to_thread(self._watchlist.set_aside)
        await self._reread()
        return path

    async def press_download(self, keys: Iterable[TaskKey]) -> Pressed:
        """Do what one press of ``d`` means."""
        return self._saving.press(keys)

    def poll_now(self, keys: Iterable[TaskKey] | None = None) -> int:
        """Ask for some tasks at once, or for all that have not ended; give how many."""
        if keys is None:
            entries = self._board.entries.values()
            keys = [e.key for e in entries if not e.state.is_terminal or not e.videos]
            keys = [k for k in keys if not self._is_ended(k)]
        return self._poller.poll_now(keys)

    def pause(self, *, is_paused: bool) -> None:
        """Stop or go on polling; downloads go on."""
        since = self.clock.now() if is_paused else None
        self._tell(replace(self._board, paused_since=since))
        self._poller.wake()

    async def test_key(self, gateway: str, key: str) -> KeyTest:
        """Ask the gateway with a key for the first watched id, else ``0``."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_open.wait(), 5.0)
        if self._wire is None:
            return KeyTest(None)
        asker = next((g for g in self._wire.gateways if g.name == gateway), None)
        if asker is None:
            return KeyTest(None)
        asked = next((k.id for k in self._board.entries if k.gateway == gateway), "0")
        try:
            await asker.fetch(asked, key=key)
        except KeyRefused as error:
            return KeyTest(is_taken=False, line=str(error.status))
        except GatewayError as error:
            is_answer = isinstance(error, TaskUnknown | QuestionRefused | RateLimited)
            return KeyTest(True if is_answer else None, str(error))
        return KeyTest(is_taken=True)

    def use_key(self, gateway: str, key: str) -> None:
        """Ask with another key from now on; polling of that gateway goes on."""
        if self._wire is not None:
            self._wire.use_key(gateway, key)
        self._poller.use_key(gateway)

    def _is_ended(self, key: TaskKey) -> bool:
        entry = self._board.entries[key]
        return schedule.interval_s(entry, self.settings.intervals) is None

    async def _keep_house(self) -> None:
        """Look now and then at what no answer tells: the file, wishes, the age of answers."""
        while True:
            await self.clock.sleep(HOUSEKEEPING_S)
            if self._watchlist.stamp() != self._stamp:
                try:
                    await self._reread()
                except VidutuiError:
                    self._stamp = self._watchlist.stamp()
            self._mark_stale()

    def _mark_stale(self) -> None:
        now, changed = self.clock.now(), []
        for entry in self._board.entries.values():
            limit = schedule.stale_after_s(entry, self.settings.intervals)
            is_old = limit is not None and now - (entry.answered_at or now) > max(limit, 3.0)
            if is_old != entry.is_stale:
                changed.append(replace(entry, is_stale=is_old))
        self._tell(self._board.with_entries(changed))

    async def _reread(self) -> None:
        """Take the list as it is on disk now."""
        stamp = self._watchlist.stamp()
        listed = await asyncio.to_thread(self._watchlist.read)
        self._stamp = stamp
        before = set(self._board.entries)
        self._take_list(listed)
        after = set(self._board.entries)
        self._poller.forget(before - after)
        for key in before - after:
            self._saving.stop(key)
        self._poller.watch(after - before)

    def _take_list(self, listed: Iterable[Listed]) -> None:
        default = self.settings.default_gateway
        rows = [(TaskKey(x.gateway or default, x.id), x) for x in listed]
        self._file_keys = {key: x.key for key, x in rows}
        self._tell(self._board.with_list(Entry(k, x.label, x.added_at) for k, x in rows))

    def _list_name(self, key: TaskKey) -> str:
        return "" if key.gateway == self.settings.default_gateway else key.gateway

    def _tell(self, board: Board) -> None:
        """Take a new Board; an equal one says nothing, many become one publish."""
        if board is self._board:
            return
        self._board = board
        if any(e.is_wanted and e.videos for e in board.entries.values()):
            self._saving.grant()
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
        self._publish(self._board)
