"""The engines that work for one verb for as long as it takes. Prints nothing, keeps no list.

One is for tasks of the list and goes by whoever polls; another is for ids that are not on it.
"""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from vidu_tui.core import setback
from vidu_tui.core.board import Board, Entry, Health
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.guest import Guest
from vidu_tui.engine.ports import Wire, WireFactory
from vidu_tui.verbs.selection import Selection

ASK_S = 60.0
"""So long one answer is waited for; a gateway that does not answer is told long before."""


@dataclass(frozen=True, slots=True)
class Makers:
    """How a verb comes to its engines."""

    wire: WireFactory
    guest: Callable[[WireFactory, frozenset[TaskKey]], Guest]
    """For tasks of the list."""
    visitor: Callable[[WireFactory, Path, Sequence[TaskKey]], Guest]
    """For others; what it learns goes into a folder that is taken away."""


class Crew:
    """Some tasks, and the engines that ask for them."""

    def __init__(self, engines: Sequence[Guest], keys: Sequence[TaskKey], clock: Clock):
        self.keys = keys
        self.clock = clock
        self._engines = engines
        self._runs: list[asyncio.Task[None]] = []
        self._is_changed = asyncio.Event()
        self._is_polling = True

    def entry(self, key: TaskKey) -> Entry | None:
        """Find a task; None once it is off the list."""
        found = (engine.board.entries.get(key) for engine in self._engines)
        entry = next((entry for entry in found if entry is not None), None)
        return entry if entry is None or self._is_polling else setback.unpromised(entry)

    def health(self, key: TaskKey) -> Health | None:
        """Say how the gateway of a task does; None for one that the config does not know."""
        board = self._engine_of(key).board
        return next((h for h in board.health if h.gateway == key.gateway), None)

    @property
    def disk_line(self) -> str:
        """Say what is wrong with the folder of the videos; empty while nothing is."""
        return next((e.board.disk_line for e in self._engines if e.board.disk_line), "")

    @property
    def is_following(self) -> bool:
        """Tell whether a dashboard does the polling."""
        return any(engine.board.is_following for engine in self._engines)

    @property
    def is_paused(self) -> bool:
        """Tell whether that dashboard has been paused: nothing of the list is asked then."""
        return any(engine.is_leader_paused for engine in self._engines)

    async def ask(self, keys: Iterable[TaskKey]) -> dict[TaskKey, bool | None]:
        """Ask for tasks once: True for a good answer, False for a refusal, None for neither."""
        wanted = list(keys)
        parts = (
            engine.ask([k for k in wanted if self._engine_of(k) is engine], ASK_S)
            for engine in self._engines
        )
        told: dict[TaskKey, bool | None] = {}
        for part in await asyncio.gather(*parts):
            told |= part
        return told

    async def fetch(self, keys: Iterable[TaskKey]) -> None:
        """Begin to fetch what is wanted of some tasks of the list and not on disk."""
        await self._engines[0].fetch(keys)

    async def choose(
        self, keys: Iterable[TaskKey], kinds: tuple[AssetKind, ...], folder: str
    ) -> None:
        """Want these files of some tasks of the list, none for what is wanted already."""
        for key in keys:
            if (entry := self.entry(key)) is not None:
                place = folder or entry.folder
                await self._engines[0].choose([key], kinds or entry.kinds, place)

    async def wish(self, keys: Iterable[TaskKey]) -> None:
        """Have unfinished tasks of the list saved by whoever sees them finished."""
        wanted = [k for k in keys if (e := self.entry(k)) is not None and not e.is_wanted]
        await self._engines[0].press_download(wanted)

    async def changed(self, limit_s: float) -> None:
        """Wait until a Board has changed, or for so long."""
        for run in self._runs:
            if run.done():
                run.result()
        await wait(self._is_changed, limit_s, self.clock)
        self._is_changed.clear()

    def _engine_of(self, key: TaskKey) -> Guest:
        return next((e for e in self._engines if key in e.board.entries), self._engines[0])

    def _take(self, _board: Board) -> None:
        self._is_changed.set()

    async def start(self, *, is_polling: bool) -> None:
        """Read what is known and begin; ``is_polling`` asks by the schedule. Raises ListError."""
        self._is_polling = is_polling
        for engine in self._engines:
            engine.publish_to(self._take)
            engine.load()
            if not is_polling:
                engine.pause(is_paused=True)
            self._runs.append(asyncio.create_task(engine.run()))

    async def stop(self) -> None:
        """End all that goes on; parts and facts are kept."""
        for run in self._runs:
            run.cancel()
        for run in self._runs:
            with contextlib.suppress(asyncio.CancelledError):
                await run


@contextlib.asynccontextmanager
async def gathered(
    makers: Makers, selection: Selection, *, is_polling: bool, clock: Clock | None = None
) -> AsyncIterator[Crew]:
    """Have engines for a selection while a verb lasts; raises ConfigError and ListError."""
    if not selection.keys:
        yield Crew((), (), clock or Clock())
        return
    async with AsyncExitStack() as stack:
        wire = await stack.enter_async_context(makers.wire())

        @contextlib.asynccontextmanager
        async def shared() -> AsyncIterator[Wire]:
            yield wire

        engines = []
        listed = frozenset(entry.key for entry in selection.listed)
        if listed:
            engines.append(makers.guest(shared, listed))
        if selection.strangers:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="vidu-tui-"))
            engines.append(makers.visitor(shared, Path(folder), selection.strangers))
        crew = Crew(engines, selection.keys, clock or Clock())
        try:
            await crew.start(is_polling=is_polling)
            yield crew
        finally:
            await crew.stop()
