"""The files of finished tasks, brought to disk for a verb: begun once, and when it is over."""

from vidu_tui.core.board import Entry
from vidu_tui.core.errors import HeldElsewhere
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.core.task import TaskKey
from vidu_tui.verbs import verdict
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.crew import Crew

STANDSTILL_S = 120.0
"""So long without a byte, and a file is given up for this run; its part is kept."""


class Fetching:
    """Have files fetched, and say what has come of them."""

    def __init__(self, crew: Crew, *, has_time: bool = False):
        """``has_time`` waits for a file that a finished task does not name yet."""
        self._crew = crew
        self._has_time = has_time
        self._moved: dict[TaskKey, tuple[float, tuple[FileState, ...]]] = {}

    @property
    def keys(self) -> tuple[TaskKey, ...]:
        """Name the tasks whose files are being fetched."""
        return tuple(self._moved)

    async def begin(self, key: TaskKey) -> None:
        """Begin to fetch what is wanted of a task and not on disk; once is enough."""
        if key not in self._moved:
            self.note(key)
            await self._crew.fetch([key])

    def note(self, key: TaskKey) -> None:
        """Note that a task's files are being fetched from now on."""
        self._moved[key] = (self._crew.clock.monotonic(), ())

    def over(self, entry: Entry) -> Exit | None:
        """Say what has come of a task's files; None while there is something to wait for."""
        code = verdict.of_files(entry, self._crew.clock.now())
        if not entry.wanted and not self._has_time:
            return Exit.UNSAVED
        if code is not None or entry.key not in self._moved:
            return code
        left = tuple(f for f in entry.files if f.stage is not FileStage.SAVED)
        if any(_is_stuck(file) for file in left):
            return Exit.UNSAVED
        is_renewing = any(f.stage is FileStage.RENEWING for f in left)
        health = self._crew.health(entry.key)
        if is_renewing and health is not None and health.kind in verdict.CLOSED:
            return Exit.KEY
        if self._has_moved(entry.key, left):
            return None
        return Exit.NETWORK if is_renewing else Exit.UNSAVED

    def _has_moved(self, key: TaskKey, left: tuple[FileState, ...]) -> bool:
        """Tell whether anything has changed lately, or is not ours to hurry."""
        now, (moved_at, before) = self._crew.clock.monotonic(), self._moved[key]
        is_new = _progress(left) != _progress(before)
        if is_new or any(_is_patient(file) for file in left):
            self._moved[key] = (now, left)
            return True
        return now - moved_at <= STANDSTILL_S


def _progress(files: tuple[FileState, ...]) -> list[tuple[object, ...]]:
    return [(file.key, file.received) for file in files]


def _is_stuck(file: FileState) -> bool:
    """Tell whether a file waits for the disk: it goes on with the next run."""
    return file.stage is FileStage.WAITING and file.cell not in ("", HeldElsewhere.cell)


def _is_patient(file: FileState) -> bool:
    is_in_line = file.stage is FileStage.WAITING and file.cell in ("", HeldElsewhere.cell)
    return is_in_line or file.stage is FileStage.CHECKING
