"""An engine that does what a verb tells it and nothing by itself, beside whatever else runs."""

import asyncio
from collections.abc import Iterable

from vidu_tui.core.files import FileKey
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.engine import Engine
from vidu_tui.engine.repair import Repair, Repaired


class Guest(Engine):
    """Ask, fetch and repair on demand; where a window polls, it is the one that asks."""

    @property
    def is_leader_paused(self) -> bool:
        """Tell whether a window does the polling, and a person has paused it."""
        return self._company.is_leader_paused

    async def ask(self, keys: Iterable[TaskKey], limit_s: float) -> dict[TaskKey, bool | None]:
        """Ask for some tasks at once and wait: True for a good answer, False for a refusal.

        None for a task that could not be asked, or not within ``limit_s``.
        """
        wanted = list(dict.fromkeys(keys))
        await self._is_open.wait()
        told = await asyncio.gather(*(self._poller.refresh(key, limit_s) for key in wanted))
        return dict(zip(wanted, told, strict=True))

    async def fetch(self, keys: Iterable[TaskKey]) -> None:
        """Begin to fetch what is wanted of some tasks and not on disk."""
        await self._is_open.wait()
        await self._saving.fetch(keys)

    async def repair(self, wanted: Iterable[tuple[TaskKey, FileKey, str]]) -> list[Repaired]:
        """Fetch saved files again, each with the path where it lay; what is there is put away.

        Their tasks go on the list first: what is being fetched is never unlisted.
        """
        files = list(wanted)
        await self.add((task, "") for task in dict.fromkeys(task for task, _, _ in files))
        await self._is_open.wait()
        return await Repair(
            clock=self.clock,
            board=self._bulletin.read,
            refresh=self._poller.refresh,
            downloads=self._downloads,
        ).run(files)
