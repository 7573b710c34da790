"""The queue of transfers: which next, in which thread, and what to do when one fails.

Knows no HTTP and no screen. A transfer runs in a daemon thread of its own and talks back
through the loop; its part stays on disk whatever happens.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from vidu_tui.core import schedule, view
from vidu_tui.core.board import Board, FileKey, FileStage, FileState, with_file
from vidu_tui.core.errors import (
    BrokenOff,
    DiskTrouble,
    FileRefused,
    HeldElsewhere,
    NotTheFile,
    Stopped,
    VidutuiError,
)
from vidu_tui.core.orders import Arrived, Order, Validator, Watch
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.ports import Fetcher
from vidu_tui.engine.threads import hop, in_thread

MAX_RENEWALS = 3
"""Fresh links asked for in a row without a byte, before the file counts as not given."""
LINK_MARGIN_S = 60.0
REPORT_S = 0.1
PAINT_S = 0.5
"""Progress goes to the Board at most this often; state changes go at once."""
SPEED_WINDOW_S = 5.0
HELD_S = 2.0
_RENEWABLE = frozenset({400, 401, 403, 404, 410})

JobKey = tuple[TaskKey, FileKey]


class Record(Protocol):
    """Where the facts of downloads are kept between runs."""

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        ...

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk."""
        ...


@dataclass(slots=True)
class _Job:
    """One file that is wanted now."""

    key: JobKey
    target: str
    known: Validator
    ready_at: float
    """Monotonic seconds before which no attempt starts."""
    busy_since: float
    is_active: bool = False
    is_stopping: bool = False
    """Read by the transfer's thread at each chunk."""
    samples: deque[tuple[float, int]] = field(default_factory=deque)
    painted_at: float = 0.0
    failures: int = 0
    renewals: int = 0
    needs_link: bool = False


class Downloads:
    """Run transfers, at most ``parallel`` at a time, those first whose link dies first."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        refresh: Callable[[TaskKey], Awaitable[bool]],
        record: Record,
        parallel: int,
        lifetime_s: float = view.LINK_LIFETIME_S,
    ):
        self._clock = clock
        self._board = board
        self._tell = tell
        self._refresh = refresh
        self._record = record
        self._parallel = parallel
        self._lifetime_s = lifetime_s
        self._jobs: dict[JobKey, _Job] = {}
        self._fetcher: Fetcher | None = None
        self._wake = asyncio.Event()
        self._is_quiet = asyncio.Event()
        self._is_quiet.set()

    def open(self, fetcher: Fetcher) -> None:
        """Take what brings files to disk; what is queued already starts."""
        self._fetcher = fetcher
        self._wake.set()

    def queue(self, task: TaskKey, file: FileKey, target: str, known: Validator) -> None:
        """Want a file; one that is under way is left alone, one that is stopping goes on."""
        now, key = self._clock.monotonic(), (task, file)
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = _Job(key, target, known, now, now)
        elif not job.is_stopping:
            return
        job.is_stopping, job.busy_since, job.ready_at = False, now, now
        self._show(job, FileStage.WAITING)
        self._wake.set()

    def stop(self, keys: Iterable[JobKey]) -> None:
        """End transfers; what has arrived is kept."""
        for key in keys:
            job = self._jobs.get(key)
            if job is None or job.is_stopping:
                continue
            job.is_stopping = True
            if not job.is_active:
                del self._jobs[key]
            self._show(job, FileStage.STOPPED)

    def busy_since(self, task: TaskKey) -> float | None:
        """Tell since when (monotonic) something of a task is downloading, None if nothing is."""
        since = [
            j.busy_since for j in self._jobs.values() if j.key[0] == task and not j.is_stopping
        ]
        return min(since, default=None)

    def keys_of(self, task: TaskKey) -> list[JobKey]:
        """List what is downloading of a task."""
        return [key for key in self._jobs if key[0] == task]

    def stop_all(self) -> None:
        """Tell every transfer to end, as before the program does."""
        self.stop(list(self._jobs))

    async def finish(self, limit_s: float = 2.0) -> None:
        """Wait for the threads to close their parts, at most ``limit_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await self._is_quiet.wait()

    async def run(self) -> None:
        """Start what waits whenever there is room, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                pause = self._start_waiting(group)
                await wait(self._wake, pause, self._clock)

    def _start_waiting(self, group: asyncio.TaskGroup) -> float | None:
        now = self._clock.monotonic()
        idle = [j for j in self._jobs.values() if not j.is_active]
        room = self._parallel - (len(self._jobs) - len(idle))
        if self._fetcher is None or room <= 0:
            return None
        ready = sorted((j for j in idle if j.ready_at <= now), key=self._urgency)
        for job in ready[:room]:
            job.is_active = True
            self._is_quiet.clear()
            group.create_task(self._attempt(job, self._fetcher))
        later = [j.ready_at - now for j in idle if j.ready_at > now]
        return min(later, default=None)

    def _urgency(self, job: _Job) -> float:
        entry = self._board().entries.get(job.key[0])
        end = view.expires_at(entry, self._lifetime_s) if entry else None
        return end if end is not None else float("inf")

    async def _attempt(self, job: _Job, fetcher: Fetcher) -> None:
        try:
            outcome = await self._fetch(job, fetcher)
        finally:
            job.is_active = False
            if not any(j.is_active for j in self._jobs.values()):
                self._is_quiet.set()
            self._wake.set()
        if isinstance(outcome, Arrived):
            self._landed(job, outcome)
        elif isinstance(outcome, Stopped):
            if job.is_stopping:
                self._jobs.pop(job.key, None)
        else:
            self._failed(job, outcome)

    async def _fetch(self, job: _Job, fetcher: Fetcher) -> Arrived | VidutuiError:
        if job.needs_link or self._is_dying(job):
            job.needs_link = False
            self._show(job, FileStage.RENEWING)
            await self._refresh(job.key[0])
        url = self._url(job)
        if url is None:
            return FileRefused("The gateway no longer gives this file.", status=410)
        if job.is_stopping:
            return Stopped("Stopped; what has arrived is kept.")
        job.samples.clear()
        self._show(job, FileStage.RUNNING)
        order = Order(url, job.target, job.key[1].kind, job.key[0].gateway, job.known)
        return await in_thread(lambda watch: fetcher.fetch(order, watch), self._watch(job))

    def _watch(self, job: _Job) -> Watch:
        """Make what the transfer's thread calls: everything hops to the loop, but the record."""
        loop = asyncio.get_running_loop()
        told_at = 0.0

        def on_progress(received: int, total: int | None) -> None:
            nonlocal told_at
            if time.monotonic() - told_at >= REPORT_S or received == total:
                told_at = time.monotonic()
                hop(loop, lambda: self._progress(job, received, total))

        def on_validator(validator: Validator) -> None:
            job.known = validator
            self._record.begun(*job.key, job.target, validator)

        return Watch(
            is_stopped=lambda: job.is_stopping,
            on_validator=on_validator,
            on_progress=on_progress,
            on_checking=lambda: hop(loop, lambda: self._show(job, FileStage.CHECKING)),
        )

    def _progress(self, job: _Job, received: int, total: int | None) -> None:
        now = self._clock.monotonic()
        if not job.is_active or job.is_stopping:
            return
        job.failures = job.renewals = 0
        job.samples.append((now, received))
        while len(job.samples) > 2 and now - job.samples[0][0] > SPEED_WINDOW_S:
            job.samples.popleft()
        if now - job.painted_at < PAINT_S:
            return
        job.painted_at = now
        (first_at, first), span_s = job.samples[0], now - job.samples[0][0]
        speed = (received - first) / span_s if span_s > 0.2 and first_at < now else None
        self._show(job, FileStage.RUNNING, received=received, total=total, speed_bps=speed)

    def _landed(self, job: _Job, arrived: Arrived) -> None:
        self._jobs.pop(job.key, None)
        self._show(
            job,
            FileStage.SAVED,
            path=arrived.path,
            received=arrived.size_bytes,
            total=arrived.size_bytes,
            sha256=arrived.sha256,
        )

    def _failed(self, job: _Job, error: VidutuiError) -> None:
        if job.is_stopping:
            self._jobs.pop(job.key, None)
            return
        wait_s = self._wait_s(job, error)
        if wait_s is None:
            self._jobs.pop(job.key, None)
            is_gone = job.renewals > MAX_RENEWALS and isinstance(error, FileRefused)
            cell = "✗ gone" if is_gone else error.cell
            self._show(job, FileStage.FAILED, cell=cell, line=str(error))
            return
        next_at = self._clock.now() + wait_s
        stage = FileStage.RETRYING
        if isinstance(error, HeldElsewhere):
            stage, next_at = FileStage.WAITING, 0.0
        elif job.needs_link:
            stage = FileStage.RENEWING
        job.ready_at = self._clock.monotonic() + wait_s
        cell = error.cell if isinstance(error, DiskTrouble | HeldElsewhere) else ""
        self._show(job, stage, cell=cell, line=str(error), next_try_at=next_at)
        self._wake.set()

    def _wait_s(self, job: _Job, error: VidutuiError) -> float | None:
        """Decide when to try again, in seconds; None for not by itself."""
        job.failures += 1
        if isinstance(error, HeldElsewhere):
            return HELD_S
        if isinstance(error, DiskTrouble):
            return 10.0
        is_refused = isinstance(error, FileRefused) and not error.wants_key
        is_renewable = isinstance(error, FileRefused) and is_refused and error.status in _RENEWABLE
        if is_renewable or isinstance(error, NotTheFile):
            job.renewals += 1
            job.needs_link = True
            return None if job.renewals > MAX_RENEWALS else float(job.renewals - 1)
        is_server = isinstance(error, FileRefused) and (error.status >= 500 or error.status == 429)
        if isinstance(error, BrokenOff) or is_server:
            return schedule.back_off_s(job.failures, self._clock.sample(), base_s=1.0)
        return None

    def _is_dying(self, job: _Job) -> bool:
        """Tell whether the link is so near its end that a fresh one is worth a question."""
        entry = self._board().entries.get(job.key[0])
        end = view.expires_at(entry, self._lifetime_s) if entry else None
        is_new = job.renewals == 0
        return is_new and end is not None and end - self._clock.now() < LINK_MARGIN_S

    def _url(self, job: _Job) -> str | None:
        task, file = job.key
        entry = self._board().entries.get(task)
        if entry is None or entry.task is None or file.creation >= len(entry.task.creations):
            return None
        asset = entry.task.creations[file.creation].asset(file.kind, file.part)
        return asset.url if asset else None

    def _show(
        self,
        job: _Job,
        stage: FileStage,
        *,
        path: str = "",
        received: int | None = None,
        total: int | None = None,
        speed_bps: float | None = None,
        sha256: str = "",
        cell: str = "",
        line: str = "",
        next_try_at: float | None = None,
    ) -> None:
        """Put the state of a file on the Board; what is not given stays as it was."""
        task, file = job.key
        entry = self._board().entries.get(task)
        if entry is None:
            return
        old = entry.file(file) or FileState(file, stage)
        state = replace(
            old,
            stage=stage,
            path=path or old.path or job.target,
            received=old.received if received is None else received,
            total=old.total if total is None else total,
            speed_bps=speed_bps,
            sha256=sha256 or old.sha256,
            cell=cell,
            line=line,
            next_try_at=next_try_at,
        )
        self._tell(self._board().with_entry(with_file(entry, state)))
