"""What the Board says of files on their way: read and written for the queue. Starts nothing."""

from collections.abc import Callable
from typing import TypedDict, Unpack

from vidu_tui.core import view
from vidu_tui.core.board import Board, with_file, without_file
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.core.task import Asset
from vidu_tui.engine.job import Job


class Changes(TypedDict, total=False):
    """What can be said of a file beside its stage."""

    path: str
    speed_bps: float | None
    sha256: str
    was_there: bool
    cell: str
    line: str
    next_try_at: float | None


class FileRows:
    """Find and show what is known of each job's file."""

    def __init__(
        self, board: Callable[[], Board], tell: Callable[[Board], None], lifetime_s: float
    ):
        self._board = board
        self._tell = tell
        self._lifetime_s = lifetime_s

    def stage(self, job: Job) -> FileStage | None:
        """Give what is shown of a file."""
        entry = self._board().entries.get(job.task)
        state = entry.file(job.file) if entry else None
        return state.stage if state else None

    def url(self, job: Job) -> str | None:
        """Give the link of a file, None where the gateway names none."""
        asset = self._asset(job)
        return asset.url if asset else None

    def is_open_again(self, job: Job) -> bool:
        """Tell whether the gateway says of a finished task that it is at work again."""
        entry = self._board().entries.get(job.task)
        return entry is not None and entry.task is not None and not entry.state.is_terminal

    def hide(self, job: Job) -> None:
        """Say nothing of a file until its task is finished again."""
        entry = self._board().entries.get(job.task)
        if entry is not None:
            self._tell(self._board().with_entry(without_file(entry, job.file)))

    def is_cut(self, job: Job) -> bool:
        """Tell whether the link was kept without what makes it work."""
        asset = self._asset(job)
        return asset is not None and asset.is_cut

    def end_of(self, job: Job) -> float:
        """Give when the link of this very file dies, epoch seconds; read once for each answer."""
        entry = self._board().entries.get(job.task)
        if entry is None:
            return float("inf")
        if job.judged is not entry.task:
            end = view.file_expires_at(entry, job.file, self._lifetime_s)
            job.judged, job.ends_at = entry.task, float("inf") if end is None else end
        return job.ends_at

    def _asset(self, job: Job) -> Asset | None:
        entry = self._board().entries.get(job.task)
        return view.asset_of(entry, job.file) if entry else None

    def show(self, job: Job, stage: FileStage, **changes: Unpack[Changes]) -> None:
        """Put the state of a file on the Board; numbers that are not known stay as they were."""
        entry = self._board().entries.get(job.task)
        if entry is None:
            return
        old = entry.file(job.file) or FileState(job.file, stage)
        fresh = FileState(
            job.file,
            stage,
            path=old.path if old.stage is FileStage.SAVED else job.target,
            received=old.received if job.received is None else job.received,
            total=old.total if job.total is None else job.total,
            sha256=old.sha256,
        )
        self._tell(self._board().with_entry(with_file(entry, fresh._replace(**changes))))
