"""Engines to kill: a program that waits for orders and forks a process with an engine for each.

Forked, since a start of Python apiece would take too long. What happens is told on stdout.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from tests.gateway.conftest import TLS
from vidu_tui.core.board import Board
from vidu_tui.core.files import Arrived, FileStage
from vidu_tui.core.names import parse_template
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import TaskKey, TaskState
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.engine import Engine
from vidu_tui.engine.ports import Fetcher, Wire
from vidu_tui.engine.settings import Settings
from vidu_tui.gateway.opening import Clients, Spec
from vidu_tui.sandbox.scenario import DONE, Phase, SandboxTask
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Watchlist

FASTER: Final = 10
"""So much faster than a person's clock the engine waits."""
LATE: Final = (Phase(0, "processing"), replace(DONE[0], start_s=1.0))
TASKS: Final = (
    SandboxTask(id="1", label="night", clips=("a.mp4",)),
    SandboxTask(id="2", label="night", clips=("b.mp4",)),
    SandboxTask(id="3", label="night", clips=("c1.mp4", "c2.mp4")),
    SandboxTask(id="4", label="late", clips=("late.mp4",), phases=LATE),
    SandboxTask(id="5", label="dying", clips=("dying.mp4",), lifetime_s=2),
)
"""No name holds an id: those of 1, 2 and 3 would be one and the same."""
WISHED: Final = "4"


@dataclass(frozen=True)
class Plan:
    """What one life of the engine is to do; it goes to the child as JSON."""

    folder: str
    base_url: str
    key: str
    auto: str
    press: list[str]
    """Ids whose key ``d`` is pressed: the wished one at once, any other when it is finished."""


def key(task_id: str) -> TaskKey:
    return TaskKey("theturbo", task_id)


def say(what: str, words: object = "") -> None:
    os.write(1, f"{what} {words}\n".encode())


class Telling:
    """The real file client; tells of each step as it happens, in the transfer's own thread."""

    def __init__(self, files: Fetcher):
        self._files = files

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        def tell(what: str, call: Callable[..., None]) -> Callable[..., None]:
            def both(*told: object) -> None:
                say(f"before-{what}")
                call(*told)
                say(what)

            return both

        watched = watch._replace(
            on_validator=tell("begun", watch.on_validator),
            on_checking=tell("checking", watch.on_checking),
            on_whole=tell("whole", watch.on_whole),
        )
        arrived = self._files.fetch(order, watched)
        say("named")
        return arrived


class Life:
    """One engine on what is on disk, with somebody who presses keys."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.changed = asyncio.Event()
        self.stopped = asyncio.Event()
        folder = Path(plan.folder)
        self.engine = Engine(
            watchlist=Watchlist(folder / "watchlist.toml"),
            ledger=Ledger(folder / "ledger.db"),
            wire=self._wire,
            settings=Settings(
                default_gateway="theturbo",
                hosts={"theturbo": "127.0.0.1"},
                template=parse_template("{label}.{ext}"),
                folder=str(folder / "videos"),
                auto=plan.auto,
            ),
            clock=Clock(
                monotonic=lambda: time.monotonic() * FASTER,
                sleep=lambda seconds: asyncio.sleep(seconds / FASTER),
            ),
            publish=self._published,
            free_bytes=lambda _: None,
        )

    @contextlib.asynccontextmanager
    async def _wire(self) -> AsyncIterator[Wire]:
        plan = self.plan
        clients = Clients([Spec("theturbo", plan.base_url, "Bearer", plan.key)], TLS)
        async with clients.opened():
            gateways = tuple(clients.gateways.values())
            yield Wire(gateways, Telling(clients.files), clients.use_key)

    def _published(self, board: Board) -> None:
        self.changed.set()
        for file in (file for entry in board.entries.values() for file in entry.files):
            if file.stage is FileStage.FAILED:
                say("failed", file.line)
            elif file.stage is FileStage.RENEWING:
                say("renewing")

    async def _until(self, is_so: Callable[[], bool]) -> None:
        while not is_so():
            self.changed.clear()
            await self.changed.wait()

    async def lead(self) -> None:
        """Do what a person does, until told to quit."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.stopped.set)
        engine = self.engine
        engine.load()
        running = asyncio.create_task(engine.run())
        await engine.add((key(task.id), task.label) for task in TASKS)
        say("listed")
        for task_id in self.plan.press:
            if task_id != WISHED:
                await self._until(partial(self._is_success, task_id))
            await engine.press_download([key(task_id)])
            say("pressed", task_id)
        await self._until(lambda: all(e.is_saved for e in engine.board.entries.values()))
        say("all")
        await self.stopped.wait()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    def _is_success(self, task_id: str) -> bool:
        return self.engine.board.entries[key(task_id)].state is TaskState.SUCCESS


def serve() -> None:
    """Fork a life for each order, one after another."""
    for line in sys.stdin:
        plan = Plan(**json.loads(line))
        child = os.fork()
        if not child:
            try:
                asyncio.run(Life(plan).lead())
            except BaseException:  # noqa: BLE001 - told to the parent, which fails
                say("failed", traceback.format_exc().replace("\n", " | "))
            os._exit(0)
        say("child", child)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    serve()
