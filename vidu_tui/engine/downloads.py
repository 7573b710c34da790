"""The queue of transfers: which next, in which thread, and what to do when one fails.

Knows no HTTP and no screen. A transfer runs in a daemon thread of its own and talks back
through the loop; its part stays on disk whatever happens.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from vidu_tui.core import schedule, view
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.errors import DiskTrouble, FileRefused, HeldElsewhere, Stopped, VidutuiError
from vidu_tui.core.files import Arrived, FileKey, FileStage, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.outcome import GONE
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.engine.filerows import FileRows
from vidu_tui.engine.job import DISK_S, MAX_RENEWALS, REST_S, Job
from vidu_tui.engine.ports import Fetcher, Record
from vidu_tui.engine.threads import Threads, hop

LINK_MARGIN_S = 60.0
LINK_WAIT_S = 30.0
"""So long a fresh link is waited for, before the old one is tried or it is asked for again."""
REPORT_S = 0.1
PAINT_S = 0.5
"""Progress goes to the Board at most this often; state changes go at once."""
FINISH_S = 2.0


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
        on_end: Callable[[TaskKey], None] = lambda _: None,
        on_arrival: Callable[[Entry, FileKey, Arrived], str] = lambda *_: "",
    ):
        """Say who is told what.

        ``on_end`` is told when a file is there or given up; ``on_arrival`` is called in the
        transfer's thread and gives what went wrong, if so.
        """
        self._clock = clock
        self._board = board
        self._tell = tell
        self._refresh = refresh
        self._record = record
        self._parallel = parallel
        self._rows = FileRows(board, tell, lifetime_s)
        self._on_end = on_end
        self._on_arrival = on_arrival
        self._jobs: dict[TaskKey, dict[FileKey, Job]] = {}
        self._disk: dict[str, str] = {}
        """Folders with trouble, and what it is."""
        self._held: dict[str, float] = {}
        """Folders with trouble, and until when (monotonic) nothing starts there: one at a time
        looks whether it is over."""
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
        self._rows.show(job, FileStage.WAITING)
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
            job.received = job.arrived or job.received
            if not job.is_transferring:
                self._drop(job)
            self._rows.show(job, FileStage.STOPPED)

    def let_go(self, task: TaskKey) -> None:
        """Drop what only waits of a task, so that it can begin elsewhere."""
        for job in list(self._jobs.get(task, {}).values()):
            if job.is_idle:
                self._drop(job)

    def is_busy(self, task: TaskKey, file: FileKey) -> bool:
        """Tell whether a file is on its way, or waits for its turn."""
        job = self._jobs.get(task, {}).get(file)
        return job is not None and not job.is_stopping

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
        probed = {job.folder for job in jobs if job.is_transferring}
        renewals = self._parallel - sum(job.is_renewing for job in jobs)
        ready = [j for j in idle if max(j.ready_at, self._held.get(j.folder, now)) <= now]
        for job in sorted(ready, key=self._turn_of):
            if self._rows.is_open_again(job):
                # It stays in the record's queue, and goes on once its task is finished again.
                self._drop(job)
                self._rows.hide(job)
                continue
            if job.needs_link or self._rows.is_cut(job) or self._is_dying(job):
                if renewals > 0:
                    renewals -= 1
                    job.is_renewing = True
                    group.create_task(self._renew(job))
            elif room > 0 and not (job.folder in self._held and job.folder in probed):
                room -= 1
                probed.add(job.folder)
                job.begin()
                group.create_task(self._attempt(job, self._fetcher))
        waits = [job.ready_at - now for job in idle if job.ready_at > now]
        waits += [until - now for until in self._held.values() if until > now]
        if any(job.is_transferring for job in jobs):
            waits.append(PAINT_S)
        return min(waits, default=None)

    async def _renew(self, job: Job) -> None:
        """Ask the task again, since its answer brings a link signed anew."""
        self._rows.show(job, FileStage.RENEWING)
        job.has_renewed = True
        is_fresh = await self._refresh(job.task, LINK_WAIT_S)
        job.is_renewing = False
        self._wake.set()
        if self._jobs.get(job.task, {}).get(job.file) is not job:
            return
        if is_fresh is not None and self._rows.is_cut(job):
            self._failed(job, FileRefused("The gateway names no link to it.", status=410))
            return
        if (job.needs_link or self._rows.is_cut(job)) and is_fresh is None:
            wait_s = schedule.back_off_s(job.failures, self._clock.sample(), base_s=1.0)
            job.failures += 1
            job.ready_at = self._clock.monotonic() + wait_s
            next_at = self._clock.now() + wait_s
            self._rows.show(job, FileStage.RENEWING, next_try_at=next_at)
            return
        job.needs_link = False
        self._rows.show(job, FileStage.WAITING)

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
        entry, url = self._board().entries.get(job.task), self._rows.url(job)
        if url is None:
            return FileRefused("The gateway names no such file.", status=410)
        self._rows.show(job, FileStage.RUNNING)
        watch = self._watch(job)

        def bring() -> Arrived:
            is_ours = self._record.aimed(job.task, job.file, job.target)
            kind, gateway = job.file.kind, job.task.gateway
            order = Order(url, job.target, kind, gateway, job.known, is_part_ours=is_ours)
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
            job.arrived = received
            now = self._clock.monotonic()
            if now - told_at >= REPORT_S or received == total:
                told_at = now
                hop(loop, lambda: self._progress(job, received, total))

        def on_target(target: str) -> None:
            if job.target != target:
                job.target = target
                self._record.begun(job.task, job.file, target, Validator())

        def on_validator(validator: Validator) -> None:
            job.known = validator
            self._record.begun(job.task, job.file, job.target, validator)

        return Watch(
            is_stopped=lambda: job.is_stopping,
            on_validator=on_validator,
            on_progress=on_progress,
            on_checking=lambda: hop(loop, lambda: self._checking(job)),
            landed=lambda: self._record.elsewhere(job.task, job.file),
            on_target=on_target,
            on_whole=lambda *told: self._record.whole(job.task, job.file, *told),
        )

    def _checking(self, job: Job) -> None:
        if job.is_transferring and not job.is_stopping:
            self._rows.show(job, FileStage.CHECKING)

    def _progress(self, job: Job, received: int, total: int | None) -> None:
        now = self._clock.monotonic()
        job.advance(now, received, total)
        if not job.is_transferring or job.is_stopping:
            return
        self._clear_disk(job)
        if now - job.painted_at >= PAINT_S:
            job.painted_at = now
            self._rows.show(job, FileStage.RUNNING, speed_bps=job.speed_bps(now))

    def _landed(self, job: Job, arrived: Arrived) -> None:
        self._drop(job)
        self._clear_disk(job)
        job.received = job.total = arrived.size_bytes
        self._rows.show(
            job,
            FileStage.SAVED,
            path=arrived.path,
            sha256=arrived.sha256,
            line=job.aftermath,
            was_there=arrived.was_there,
        )
        self._on_end(job.task)

    def _failed(self, job: Job, error: VidutuiError) -> None:
        if isinstance(error, DiskTrouble):
            job.disk_tries += 1
            self._held[job.folder] = self._clock.monotonic() + DISK_S
            self._disk[job.folder] = str(error)
            self._say_disk()
        wait_s = job.wait_s(error, self._clock.sample())
        if wait_s is None:
            self._drop(job)
            self._record.unqueued(job.task, job.file)
            is_gone = job.renewals > MAX_RENEWALS and isinstance(error, FileRefused)
            line = f"The gateway no longer gives this file. {error}" if is_gone else str(error)
            cell = GONE if is_gone else error.cell
            again_at = self._clock.now() + REST_S if job.may_return(error) else None
            self._rows.show(job, FileStage.FAILED, cell=cell, line=line, next_try_at=again_at)
            self._on_end(job.task)
            return
        job.ready_at = self._clock.monotonic() + wait_s
        next_at = self._clock.now() + wait_s
        if isinstance(error, HeldElsewhere | DiskTrouble):
            stage, cell = FileStage.WAITING, error.cell
        else:
            stage, cell = FileStage.RENEWING if job.needs_link else FileStage.RETRYING, ""
        self._rows.show(job, stage, cell=cell, line=str(error), next_try_at=next_at)
        self._wake.set()

    def _turn_of(self, job: Job) -> tuple[int, float]:
        """Order by the link's end; where a disk was full others look first the next time."""
        return job.disk_tries, self._rows.end_of(job)

    def _drop(self, job: Job) -> None:
        files = self._jobs.get(job.task, {})
        if files.get(job.file) is job:
            del files[job.file]
            if not files:
                del self._jobs[job.task]
        if all(other.folder != job.folder for other in self._all_jobs()):
            self._clear_disk(job)

    def _clear_disk(self, job: Job) -> None:
        self._held.pop(job.folder, None)
        if self._disk.pop(job.folder, None) is not None:
            self._say_disk()

    def _say_disk(self) -> None:
        line = next(iter(self._disk.values()), "")
        if line != self._board().disk_line:
            self._tell(self._board()._replace(disk_line=line))

    def _show_standstills(self) -> None:
        """Let the speed of what has stopped coming fall; what comes is shown as it comes."""
        now = self._clock.monotonic()
        for job in self._all_jobs():
            is_running = job.is_transferring and not job.is_stopping and job.has_bytes
            is_due = is_running and now - job.painted_at > PAINT_S
            if is_due and self._rows.stage(job) is FileStage.RUNNING:
                job.painted_at = now
                self._rows.show(job, FileStage.RUNNING, speed_bps=job.speed_bps(now))

    def _is_dying(self, job: Job) -> bool:
        """Tell whether the link is so near its end that a fresh one is worth a question, once."""
        return not job.has_renewed and self._rows.end_of(job) - self._clock.now() < LINK_MARGIN_S
