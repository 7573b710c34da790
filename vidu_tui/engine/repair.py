"""Fetch again what was saved and is not whole any more. Decides nothing about which that is."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from vidu_tui.core import view
from vidu_tui.core.board import Board, Entry, HealthKind
from vidu_tui.core.files import FileKey, FileStage, FileState, Validator
from vidu_tui.core.task import TaskKey, TaskState
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.downloads import Downloads
from vidu_tui.storage import inspection

ASK_S = 60.0
"""So long an answer about a task is waited for."""
STANDSTILL_S = 120.0
"""So long without a byte, and a repair gives up for this run; the part is kept."""
LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Repaired:
    """What became of one file."""

    task: TaskKey
    file: FileKey
    is_whole: bool
    line: str
    """Where it lies now, or why it could not be fetched."""
    health: HealthKind | None = None
    """How the gateway does, where it could not be asked."""


class Repair:
    """Ask for each file's task, put what is left of the file away, and fetch it anew."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        refresh: Callable[[TaskKey, float], Awaitable[bool | None]],
        downloads: Downloads,
    ):
        self._clock = clock
        self._board = board
        self._refresh = refresh
        self._downloads = downloads

    async def run(self, wanted: Iterable[tuple[TaskKey, FileKey, str]]) -> list[Repaired]:
        """Repair files, each with the path where it lay; all of them at a time."""
        return list(await asyncio.gather(*(self._repair(*one) for one in wanted)))

    async def _repair(self, task: TaskKey, file: FileKey, path: str) -> Repaired:
        is_fresh = await self._refresh(task, ASK_S)
        entry, health = self._board().entries.get(task), self._board().health_of(task.gateway)
        if entry is None or is_fresh is None:
            trouble = entry.trouble.line if entry and entry.trouble else ""
            line = health.line or trouble or "The gateway did not answer."
            return Repaired(task, file, is_whole=False, line=line, health=health.kind)
        if not is_fresh or not _is_offered(entry, file):
            line = "The gateway has no such file any more."
            return Repaired(task, file, is_whole=False, line=line)
        try:
            await asyncio.to_thread(inspection.put_away, Path(path))
        except OSError as error:
            reason = (error.strerror or "the system refused").lower()
            return Repaired(task, file, is_whole=False, line=f"It cannot be put aside ({reason}).")
        self._downloads.queue(task, file, path, Validator())
        state = await self._end_of(task, file)
        if state is None:
            return Repaired(task, file, is_whole=False, line="It was taken off the list.")
        is_whole = state.stage is FileStage.SAVED
        line = state.line or "Nothing has come for two minutes; what has arrived is kept."
        return Repaired(task, file, is_whole, state.path if is_whole else line)

    async def _end_of(self, task: TaskKey, file: FileKey) -> FileState | None:
        """Wait until a file is there or given up, or nothing of it has come for long."""
        moved_at, received = self._clock.monotonic(), -1
        while True:
            entry = self._board().entries.get(task)
            state = entry.file(file) if entry else None
            if state is None or not state.stage.is_under_way:
                return state
            now = self._clock.monotonic()
            is_in_line = state.stage is FileStage.WAITING and not state.cell
            if is_in_line or state.received != received or state.stage is FileStage.CHECKING:
                moved_at, received = now, state.received
            elif now - moved_at > STANDSTILL_S:
                return state
            await self._clock.sleep(LOOK_S)


def _is_offered(entry: Entry, file: FileKey) -> bool:
    is_done = entry.state is TaskState.SUCCESS
    return is_done and view.asset_of(entry, file) is not None
