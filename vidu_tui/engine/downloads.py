"""The queue of transfers: which next, in which thread, and what to do when one fails.

Knows no HTTP and no screen. A transfer runs in a daemon thread of its own and talks back
through the loop; its part stays on disk whatever happens.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import TypedDict, Unpack

from vidu_tui.core import schedule, view
from vidu_tui.core.board import Board, Entry, with_file
from vidu_tui.core.errors import DiskTrouble, FileRefused, HeldElsewhere, Stopped, VidutuiError
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.orders import Arrived, Order, Validator, Watch
from vidu_tui.core.outcome import GONE
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.job import MAX_RENEWALS, Job
from vidu_tui.engine.ports import Fetcher, Record
from vidu_tui.engine.threads import Threads, hop

LINK_MARGIN_S = 60.0
LINK_WAIT_S = 30.0
"""So long a fresh link is waited for, before the old one is tried or it is asked for again."""
REPORT_S = 0.1
PAINT_S = 0.5
"""Progress goes to the Board at most this often; state changes go at once."""
FINISH_S = 2.0


class _Changes(TypedDict, total=False):
    """What can be said of a file beside its stage."""

    path: str
    speed_bps: float | None
    sha256: str
    cell: str
    line: str
    next_try_at: float | None


class Downloads:
    """Run transfers, at most ``parallel`` at a time, those first whose link dies first."""

    def __init__(
        self,
        *,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        refresh: Callable[[TaskKey, float], Awaitable[bool | None]],
        record: Record,
        parallel: int,
        lifetime_s: float = view.LINK_LIFETIME_S,
        on_saved: Callable[[TaskKey], None] = lambda _: None,
        on_arrival: Callable[[Entry, FileKey, Arrived], str] = lambda *_: "",
    ):
        """``on_arrival`` is called in the transfer's thread and gives what went wrong, if so."""
        self._clock = clock
        self._board = board
        self._tell = tell
        self._refresh = refresh
        self._record = record
        self._parallel = parallel
        self._lifetime_s = lifetime_s
        self._on_saved = on_saved
        self._on_arrival = on_arrival
        self._jobs: dict[TaskKey, dict[FileKey, Job]] = {}
        self._disk: dict[tuple[TaskKey, FileKey], str] = {}
        self._fetcher: Fetcher | None = None
        self._wake = asyncio.Event()
        self._threads = Threads()

    def open(self, fetcher: Fetcher) -> None:
        """Take what brings files to disk; what is queued already starts."""
        self._fetcher = fetcher
        self._wake.set()

    def queue(self, task: TaskKey, file: FileKey, target: str, known: Validator) -> None:
        """Want a file; one that is under way is left alone, one that is stopping goes on."""
        now, job = self._clock.monotonic(), self._jobs.get(task, {}).get(file)
        if job is None:
            job = Job(task, file, target, known, now, now)
            self._jobs.setdefault(task, {})[file] = job
        elif not job.is_stopping:
            return
        job.is_stopping, job.busy_since, job.ready_at = False, now, now
        self._show(job, FileStage.WAITING)
        self._wake.set()

    def stop(self, tasks: Iterable[TaskKey]) -> None:
        """End the transfers of some tasks by hand; what has arrived is kept."""
        for task in tasks:
            for job in list(self._jobs.get(task, {}).values()):
                self._halt(job)
                self._record.unqueued(job.task, job.file)

    def _halt(self, job: Job) -> None:
        if not job.is_stopping:
            job.is_stopping = True
            if not job.is_transferring:
                self._drop(job)
            self._show(job, FileStage.STOPPED)

    def _all_jobs(self) -> list[Job]:
        return [job for files in self._jobs.values() for job in files.values()]

    def give_way(self) -> None:
        """Let the screen go first for a moment: a person is typing."""
        self._threads.hold_back()

    def busy_since(self, task: TaskKey) -> float | None:
        """Tell since when (monotonic) something of a task is downloading, None if nothing is."""
        since = [j.busy_since for j in self._jobs.get(task, {}).values() if not j.is_stopping]
        return min(since, default=None)

    async def finish(self) -> None:
        """End every transfer until the next start, and wait a little until the parts are closed."""
        for job in self._all_jobs():
            self._halt(job)
        await self._threads.finish(FINISH_S)

    async def run(self) -> None:
        """Start what waits whenever there is room, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                pause = self._start_waiting(group)
                self._show_standstills()
                await wait(self._wake, pause, self._clock)

    def _start_waiting(self, group: asyncio.TaskGroup) -> float | None:
        now = self._clock.monotonic()
        jobs = self._all_jobs()
        idle = [job for job in jobs if job.is_idle]
        if self._fetcher is None:
            return None
        room = self._parallel - sum(job.is_transferring for job in jobs)
        renewals = self._parallel - sum(job.is_renewing for job in jobs)
        for job in sorted((j for j in idle if j.ready_at <= now), key=self._end_of):
            if job.needs_link or self._is_worth_a_question(job):
                if renewals > 0:
                    renewals -= 1
                    job.is_renewing = True
                    group.create_task(self._renew(job))
            elif room > 0:
                room -= 1
                job.begin()
                group.create_task(self._attempt(job, self._fetcher))
        waits = [job.ready_at - now for job in idle if job.ready_at > now]
        if any(job.is_transferring for job in jobs):
            waits.append(PAINT_S)
        return min(waits, default=None)

    async def _renew(self, job: Job) -> None:
        """Ask the task again, since its answer brings a link signed anew."""
        self._show(job, FileStage.RENEWING)
        job.has_renewed = True
        is_fresh = await self._refresh(job.task, LINK_WAIT_S)
        job.is_renewing = False
        self._wake.set()
        if self._jobs.get(job.task, {}).get(job.file) is not job:
            return
        if (job.needs_link or self._is_cut(job)) and is_fresh is None:
            wait_s = schedule.back_off_s(job.failures, self._clock.sample(), base_s=1.0)
            job.failures += 1
            job.ready_at = self._clock.monotonic() + wait_s
            next_at = self._clock.now() + wait_s
            self._show(job, FileStage.RENEWING, next_try_at=next_at)
            return
        job.needs_link = False
        self._show(job, FileStage.WAITING)

    async def _attempt(self, job: Job, fetcher: Fetcher) -> None:
        try:
            outcome = await self._fetch(job, fetcher)
        finally:
            job.is_transferring = False
            self._wake.set()
        if isinstance(outcome, Arrived):
            self._landed(job, outcome)
        elif job.is_stopping:
            self._drop(job)
        elif not isinstance(outcome, Stopped):
            self._failed(job, outcome)

    async def _fetch(self, job: Job, fetcher: Fetcher) -> Arrived | VidutuiError:
        entry, url = self._board().entries.get(job.task), self._url(job)
        if url is None:
            return FileRefused("The gateway names no such file.", status=410)
        self._show(job, FileStage.RUNNING)
        order = Order(url, job.target, job.file.kind, job.task.gateway, job.known)
        watch = self._watch(job)

        def bring() -> Arrived:
            arrived = fetcher.fetch(order, watch)
            self._record.landed(job.task, job.file, arrived)
            job.aftermath = self._on_arrival(entry, job.file, arrived) if entry else ""
            return arrived

        return await self._threads.run(bring)

    def _watch(self, job: Job) -> Watch:
        """Make what the transfer's thread calls: everything hops to the loop, but the record."""
        loop = asyncio.get_running_loop()
        told_at = float("-inf")

        def on_progress(received: int, total: int | None) -> None:
            nonlocal told_at
            self._threads.give_way()
            now = self._clock.monotonic()
            if now - told_at >= REPORT_S or received == total:
                told_at = now
                hop(loop, lambda: self._progress(job, received, total))

        def on_validator(validator: Validator) -> None:
            job.known = validator
            self._record.begun(job.task, job.file, job.target, validator)

        return Watch(
            is_stopped=lambda: job.is_stopping,
            on_validator=on_validator,
            on_progress=on_progress,
            on_checking=lambda: hop(loop, lambda: self._checking(job)),
            on_whole=lambda *told: self._record.whole(job.task, job.file, *told),
        )

    def _checking(self, job: Job) -> None:
        if job.is_transferring and not job.is_stopping:
            self._show(job, FileStage.CHECKING)

    def _progress(self, job: Job, received: int, total: int | None) -> None:
        now = self._clock.monotonic()
        job.advance(now, received, total)
        if not job.is_transferring or job.is_stopping:
            return
        self._clear_disk(job)
        if now - job.painted_at >= PAINT_S:
            job.painted_at = now
            self._show(job, FileStage.RUNNING, speed_bps=job.speed_bps(now))

    def _landed(self, job: Job, arrived: Arrived) -> None:
        self._drop(job)
        job.received = job.total = arrived.size_bytes
        found = _Changes(path=arrived.path, sha256=arrived.sha256, line=job.aftermath)
        self._show(job, FileStage.SAVED, **found)
        self._on_saved(job.task)

    def _failed(self, job: Job, error: VidutuiError) -> None:
        if isinstance(error, DiskTrouble):
            self._disk[job.task, job.file] = str(error)
            self._say_disk()
        else:
            self._clear_disk(job)
        wait_s = job.wait_s(error, self._clock.sample())
        if wait_s is None:
            self._drop(job)
            self._record.unqueued(job.task, job.file)
            is_gone = job.renewals > MAX_RENEWALS and isinstance(error, FileRefused)
            line = f"The gateway no longer gives this file. {error}" if is_gone else str(error)
            self._show(job, FileStage.FAILED, cell=GONE if is_gone else error.cell, line=line)
            return
        job.ready_at = self._clock.monotonic() + wait_s
        next_at = self._clock.now() + wait_s
        if isinstance(error, HeldElsewhere | DiskTrouble):
            stage, cell = FileStage.WAITING, error.cell
        else:
            stage, cell = FileStage.RENEWING if job.needs_link else FileStage.RETRYING, ""
        self._show(job, stage, cell=cell, line=str(error), next_try_at=next_at)
        self._wake.set()

    def _drop(self, job: Job) -> None:
        files = self._jobs.get(job.task, {})
        if files.get(job.file) is job:
            del files[job.file]
            if not files:
                del self._jobs[job.task]
        self._clear_disk(job)

    def _clear_disk(self, job: Job) -> None:
        if self._disk.pop((job.task, job.file), None) is not None:
            self._say_disk()

    def _say_disk(self) -> None:
        line = next(iter(self._disk.values()), "")
        if line != self._board().disk_line:
            self._tell(replace(self._board(), disk_line=line))

    def _show_standstills(self) -> None:
        """Let the speed of what has stopped coming fall; what comes is shown as it comes."""
        now = self._clock.monotonic()
        for job in self._all_jobs():
            is_running = job.is_transferring and not job.is_stopping and job.has_bytes
            if is_running and now - job.painted_at > PAINT_S:
                entry = self._board().entries.get(job.task)
                state = entry.file(job.file) if entry else None
                if state is not None and state.stage is FileStage.RUNNING:
                    job.painted_at = now
                    self._show(job, FileStage.RUNNING, speed_bps=job.speed_bps(now))

    def _is_worth_a_question(self, job: Job) -> bool:
        """Tell whether the link cannot be used, or is near its end; each is asked anew once."""
        if job.has_renewed:
            return False
        return self._is_cut(job) or self._end_of(job) - self._clock.now() < LINK_MARGIN_S

    def _is_cut(self, job: Job) -> bool:
        entry = self._board().entries.get(job.task)
        asset = view.asset_of(entry, job.file) if entry else None
        return asset is not None and asset.is_cut

    def _end_of(self, job: Job) -> float:
        """Give when the link of this very file dies, epoch seconds."""
        entry = self._board().entries.get(job.task)
        end = view.file_expires_at(entry, job.file, self._lifetime_s) if entry else None
        return float("inf") if end is None else end

    def _url(self, job: Job) -> str | None:
        entry = self._board().entries.get(job.task)
        asset = view.asset_of(entry, job.file) if entry else None
        return asset.url if asset else None

    def _show(self, job: Job, stage: FileStage, **changes: Unpack[_Changes]) -> None:
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
        self._tell(self._board().with_entry(with_file(entry, replace(fresh, **changes))))
