"""A house to test in: a list, a ledger, a gateway and transfers, all in simulated time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engine.simulated import GATEWAY, Gateway, Host, Inline, Reply, Time, link, task
from vidu_tui.core import rescue
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import FileState
from vidu_tui.core.names import parse_template
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine.engine import Engine
from vidu_tui.engine.ports import Wire
from vidu_tui.engine.saving import Pressed
from vidu_tui.engine.settings import Settings
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Listed, Watchlist

if TYPE_CHECKING:
    from vidu_tui.core.hooks import Hook
    from vidu_tui.engine.hooks import Runner
    from vidu_tui.engine.journal import Journal


def key(task_id: str, gateway: str = GATEWAY) -> TaskKey:
    """Name a task."""
    return TaskKey(gateway, task_id)


class House:
    """An engine with everything about it in the test's hands."""

    def __init__(self, folder: Path, time: Time | None = None):
        self.folder = folder
        self.videos = folder / "videos"
        self.videos.mkdir(exist_ok=True)
        self.time = time or Time()
        self.gateway = Gateway(self.time.clock)
        self.gateways = [self.gateway]
        self.host = Host()
        self.time.settled.append(self.host.is_settled)
        self.watchlist = Watchlist(folder / "watchlist.toml", clock=self.time.clock.now)
        self.ledger = Ledger(folder / "ledger.db")
        self.intervals = Intervals()
        self.template = "{id}.{ext}"
        self.parallel = 3
        self.max_per_minute = 0
        self.auto = rescue.OFF
        self.kinds: tuple[AssetKind, ...] = (AssetKind.VIDEO,)
        self.has_sidecars = False
        self.told: tuple[str, ...] = ()
        self.hooks: tuple[Hook, ...] = ()
        self.run_hook: Runner | None = None
        self.is_alone = True
        self.journal: Journal | None = None
        self.free: int | None = None
        self.published: list[Board] = []
        self.engine = self.build()
        self.running: asyncio.Task[None] | None = None

    def build(self) -> Engine:
        """Make an engine on what is on disk."""
        self.host.new_run()
        self.ledger = Ledger(self.ledger.path)
        self.engine = Engine(
            watchlist=self.watchlist,
            ledger=self.ledger,
            wire=self._wire,
            settings=Settings(
                default_gateway=GATEWAY,
                hosts={g.name: g.host for g in self.gateways},
                template=parse_template(self.template),
                folder=str(self.videos),
                intervals=self.intervals,
                parallel=self.parallel,
                max_per_minute=self.max_per_minute,
                auto=self.auto,
                kinds=self.kinds,
                has_sidecars=self.has_sidecars,
                told=self.told,
                hooks=self.hooks,
                is_alone=self.is_alone,
            ),
            clock=self.time.clock,
            publish=self.published.append,
            free_bytes=lambda _: self.free,
            journal=self.journal,
            run_hook=self.run_hook,
        )
        return self.engine

    @contextlib.asynccontextmanager
    async def _wire(self) -> AsyncIterator[Wire]:
        def use_key(name: str, new: str) -> None:
            next(g for g in self.gateways if g.name == name).use_key(new)

        yield Wire(tuple(self.gateways), self.host, use_key)

    def listed(self, *ids: str, gateway: str = "") -> None:
        """Put ids into the file."""
        if ids:
            self.watchlist.add(Listed(i, "", gateway) for i in ids)

    async def open(self, *ids: str) -> None:
        """Put ids on the list and start the engine."""
        self.listed(*ids)
        self.build()
        self.engine.load()
        self.running = asyncio.create_task(self.engine.run())
        await self.time.settle()

    async def close(self) -> None:
        """End the engine as the app does."""
        if self.running is None:
            return
        running, self.running = self.running, None
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    async def restart(self) -> None:
        """End the engine and start a new one on the same disk."""
        await self.close()
        await self.open()

    async def begin(self, *urls: str) -> None:
        """Have task 1 finished and press ``d``; each further question brings the next link."""
        self.say("1", *[task("1", "success", url) for url in urls or (link(),)])
        await self.open("1")
        await self.press("1")

    async def fail(self, error: Exception, wait_s: float = 0.0) -> None:
        """End the last transfer with an error."""
        self.host.last.fail(error)
        await self.pass_by(wait_s)

    async def pass_by(self, seconds: float) -> None:
        """Let time go on."""
        await self.time.pass_by(seconds)

    async def press(self, *ids: str) -> Pressed:
        """Press ``d`` on a selection."""
        pressed = await self.engine.press_download([key(i) for i in ids])
        await self.time.settle()
        return pressed

    def happenings(self) -> list[str]:
        """Give what has happened up to now, oldest first; it is observed as at a publish."""
        self.engine._bulletin.settle()
        return [h.words for h in reversed(self.engine.journal.happenings)]

    def entry(self, task_id: str, gateway: str = GATEWAY) -> Entry:
        """Find a row."""
        return self.engine.board.entries[key(task_id, gateway)]

    def file(self, task_id: str, creation: int = 0) -> FileState:
        """Find what is known of one of a task's files."""
        return next(f for f in self.entry(task_id).files if f.key.creation == creation)

    def say(self, task_id: str, *replies: Reply) -> None:
        """Script what an id is answered."""
        self.gateway.say(task_id, *replies)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Build a house and take it down again."""
    asyncio.get_running_loop().set_default_executor(Inline())
    built = House(tmp_path)
    yield built
    await built.close()
    built.host.end()


Pair = tuple[House, House]


@pytest.fixture
async def pair(house: House, tmp_path: Path) -> AsyncIterator[Pair]:
    """Give two windows on one list: the first is opened by the test before the second."""
    other = House(tmp_path, house.time)
    house.is_alone = other.is_alone = False
    yield house, other
    await other.close()
    other.host.end()


def ids(entries: Iterable[Entry]) -> list[str]:
    """List the ids of entries."""
    return [e.key.id for e in entries]
