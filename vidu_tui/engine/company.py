"""What this window does about the others: it leads and is asked, or follows and asks.

A key never passes between windows, and only the one that polls starts anything by itself.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable

from vidu_tui.core import report
from vidu_tui.core.board import Board
from vidu_tui.core.report import Report
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.lease import LOOK_S, RENEW_S, Lease, Role
from vidu_tui.engine.memory import followed
from vidu_tui.engine.poller import Poller
from vidu_tui.engine.saving import AT_ONCE, Saving
from vidu_tui.storage.facts import Change
from vidu_tui.storage.windows import ALL, Glimpse, Held, Request, RequestKind

HEARD_S = 2.0
"""So long after a pause was asked for, the other window may not have said yet that it is so."""


class Company:
    """Keep the Board in step with what other windows write, and the role in step with the lease."""

    def __init__(
        self,
        *,
        lease: Lease,
        clock: Clock,
        board: Callable[[], Board],
        tell: Callable[[Board], None],
        archive: Archive,
        poller: Poller,
        saving: Saving,
        look: Callable[[TaskKey], None],
        poll_all: Callable[[], object],
    ):
        """``look`` is told of each task of which something new is known."""
        self._windows = lease.windows
        self._lease = lease
        self._clock = clock
        self._board = board
        self._tell = tell
        self._archive = archive
        self._poller = poller
        self._saving = saving
        self._look_at = look
        self._poll_all = poll_all
        self._heard = 0
        self._first: tuple[Request, ...] = ()
        self._paused_at = float("-inf")
        self.is_leader_paused = False
        """Whether the window that we follow asks nothing just now."""

    async def begin(self) -> None:
        """Find out who polls, before anything is remembered or asked."""
        glimpse = await self._look()
        self._heard = glimpse.newest if glimpse else 0
        self._first = glimpse.requests if glimpse else ()
        self._take_role(glimpse)

    async def catch_up(self) -> None:
        """Show what the window that polls has said so far, where another one does."""
        if self._lease.follows():
            await self._take(list(self._board().entries))

    async def run(self) -> None:
        """Keep in step until cancelled."""
        if self._lease.leads() and self._lease.predecessor is not None:
            await self._take_over(is_first=True)
        self._lease.settle()
        self._poller.wake()
        for request in self._first:
            await self._obey(request)
        while True:
            await self._lease.rest()
            before = self._lease.role
            await self._take_step(await self._look(), before)

    def farewell(self) -> Change:
        """Let the lease go, with what the next window has to know."""
        return self._windows.released(self._clock.now(), self._said())

    def pass_on(self, tasks: Iterable[TaskKey] | None) -> int:
        """Have the window that polls ask for some tasks, or for all; give how many are asked."""
        if tasks is None:
            self._archive.ask([Request(RequestKind.POLL_ALL, ALL)])
            return len(self._board().entries)
        wanted = list(tasks)
        self._archive.ask(Request(RequestKind.POLL, task) for task in wanted)
        return len(wanted)

    def pause(self, *, is_paused: bool) -> None:
        """Stop or go on polling, in whichever window does it."""
        if self._lease.follows():
            kind = RequestKind.PAUSE if is_paused else RequestKind.RESUME
            self._archive.ask([Request(kind, ALL)])
            self._paused_at = self._clock.monotonic()
        if is_paused != (self._board().paused_since is not None):
            since = self._clock.now() if is_paused else None
            self._tell(self._board()._replace(paused_since=since))
        self._poller.wake()

    async def _look(self) -> Glimpse | None:
        board, askable = self._board(), self._poller.askable()
        gist = (askable, board.paused_since, *((h.gateway, h.kind) for h in board.health))
        return await self._lease.look(self._said, gist, askable=askable)

    def _said(self) -> str:
        return report.written(self._poller.report())

    async def _take_step(self, glimpse: Glimpse | None, before: Role) -> None:
        if glimpse is not None:
            await self._hear(glimpse)
        self._take_role(glimpse)
        if self._lease.leads() and before is not Role.LEADER:
            await self._take_over(is_first=False)
        elif before is Role.FOLLOWER and self._lease.role is Role.GUEST:
            self._poller.take_over(self._clock.now(), Report())
        if before is Role.FOLLOWER and not self._lease.follows():
            # What somebody waits for was asked of a window that is gone, or that has no key.
            self._poller.poll_now(self._poller.waiters.awaited())
        for request in glimpse.requests if glimpse else ():
            await self._obey(request)
        self._poller.wake(only_if_held=True)

    def _take_role(self, glimpse: Glimpse | None) -> None:
        """Show whether another window polls, and how it does."""
        board, is_following = self._board(), self._lease.follows()
        if board.is_following != is_following:
            self._tell(board._replace(is_following=is_following))
        if not (is_following and glimpse and glimpse.held):
            self.is_leader_paused = False
            return
        said = report.read(glimpse.held.said)
        self.is_leader_paused = said.paused_since is not None
        is_heard = self._clock.monotonic() - self._paused_at > HEARD_S
        is_other = self._board().paused_since != said.paused_since
        if is_heard and is_other and not self._lease.is_guest:
            self._tell(self._board()._replace(paused_since=said.paused_since))
        own = {health.gateway: health.host for health in self._board().health}
        for told in said.health:
            if told.gateway in own:
                self._tell(self._board().with_health(told._replace(host=own[told.gateway])))

    async def _hear(self, glimpse: Glimpse) -> None:
        """Take what others have written since the last look."""
        if glimpse.newest == self._heard:
            return
        news = await asyncio.to_thread(self._windows.news, self._heard)
        if glimpse.newest < self._heard:
            news = None  # a ledger that was begun anew counts anew
        self._heard = glimpse.newest
        entries = self._board().entries
        await self._take(list(entries) if news is None else [k for k in news if k in entries])

    async def _take(self, told: list[TaskKey]) -> None:
        for start in range(0, len(told), AT_ONCE):
            await self._take_some(told[start : start + AT_ONCE])

    async def _take_some(self, tasks: list[TaskKey]) -> None:
        entries, is_leading, now = self._board().entries, self._lease.leads(), self._clock.now()
        rows = [entries[task] for task in tasks if task in entries]
        busy = [(e.key, file.key) for e in rows for file in e.files if file.stage.is_under_way]
        await asyncio.to_thread(self._archive.hear, tasks, busy)
        memories = await asyncio.to_thread(self._archive.remember, tasks)
        entries = self._board().entries
        before = {key: entries[key] for key in memories if key in entries}
        self._saving.take(
            followed(entries[key], memory, now, is_leading=is_leading)
            for key, memory in memories.items()
            if key in entries
        )
        entries = self._board().entries
        for key, old in before.items():
            self._poller.heard_of(old, entries[key])
            if is_leading and entries[key].is_wanted:
                self._saving.answered(key)
            self._look_at(key)
        if is_leading:
            self._poller.watch(before)

    async def _take_over(self, *, is_first: bool) -> None:
        """Go on with what the window before us did, at the point where it stopped.

        ``is_first`` means that this window has just been opened: after one that was closed as it
        should be everything is asked at once, as a person expects of a start.
        """
        predecessor, told, handed_at = self._lease.predecessor, Report(), None
        if predecessor is not None and predecessor.askable:
            age_s = self._clock.now() - predecessor.renewed_at
            told = report.aged(report.read(predecessor.said), age_s)
            is_closed = predecessor.until <= predecessor.renewed_at
            handed_at = None if is_first and is_closed else self._handed_at(predecessor)
        await asyncio.to_thread(self._archive.read_queue)
        self._poller.take_over(handed_at, told)
        self._lease.settle()
        self._poller.wake()
        if not is_first:
            keys = list(self._board().entries)
            self._saving.go_on_with(keys)
            self._look_after(keys)

    def _handed_at(self, predecessor: Held) -> float:
        """Give until when (epoch) the window before us may have asked."""
        now = self._clock.now()
        if predecessor.is_valid(now):
            return now + 2 * LOOK_S  # it may not have seen yet that the lease is ours
        return min(now, predecessor.renewed_at + RENEW_S)

    def _look_after(self, keys: Collection[TaskKey]) -> None:
        for key in keys:
            if self._board().entries[key].is_wanted:
                self._saving.answered(key)
            self._look_at(key)

    async def _obey(self, request: Request) -> None:
        match request.kind:
            case RequestKind.POLL:
                # A link goes to the ledger only where its file is not there any more.
                await self._saving.look_at_files([request.task])
                self._poller.poll_now([request.task])
            case RequestKind.POLL_ALL:
                self._poll_all()
            case RequestKind.PAUSE | RequestKind.RESUME:
                self.pause(is_paused=request.kind is RequestKind.PAUSE)
