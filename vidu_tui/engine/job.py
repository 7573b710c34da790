"""One file that is wanted now: how far it is, how fast, and when it is tried again. Pure state."""

import os
from collections import deque
from dataclasses import dataclass, field

from vidu_tui.core import schedule
from vidu_tui.core.errors import (
    BrokenOff,
    Damaged,
    DiskTrouble,
    FileRefused,
    HeldElsewhere,
    NotTheFile,
    VidutuiError,
)
from vidu_tui.core.files import FileKey, Validator
from vidu_tui.core.task import Task, TaskKey

MAX_RENEWALS = 3
"""Fresh links in a row without a byte, before the file counts as not given."""
RENEWAL_WAITS_S = (0.0, 15.0, 45.0)
"""Before each of them: a host may know a file only some seconds after the gateway."""
REST_S = 3600.0
"""So long what was given up is left alone, before it is tried again by itself."""
SPEED_WINDOW_S = 5.0
SPEED_FROM_S = 0.2
"""A shorter span says nothing of a speed."""
HELD_S = 2.0
DISK_S = 10.0
_RENEWABLE = frozenset({400, 401, 403, 404, 410})
_LATER = frozenset({408, 425, 429})


@dataclass(slots=True)
class Job:
    """What is remembered of one wanted file while it comes."""

    task: TaskKey
    file: FileKey
    target: str
    known: Validator
    ready_at: float
    """Monotonic seconds before which no attempt starts."""
    busy_since: float
    is_renewing: bool = False
    is_transferring: bool = False
    is_stopping: bool = False
    """Read by the transfer's thread at each chunk."""
    needs_link: bool = False
    """The host refused the link: it is not tried again before there is a fresh one."""
    has_renewed: bool = False
    """A link near its end is renewed once and then tried as it comes: the server decides."""
    received: int | None = None
    total: int | None = None
    has_bytes: bool = False
    """Something came in this attempt."""
    has_progress: bool = False
    """More came in this attempt than in any before."""
    arrived: int = 0
    """The same as ``received``, newer: written by the transfer's thread."""
    best: int = 0
    """The farthest that it ever came: only what goes beyond is progress."""
    damages: int = 0
    disk_tries: int = 0
    judged: Task | None = None
    """The answer by which ``ends_at`` was found."""
    ends_at: float = float("inf")
    aftermath: str = ""
    """What went wrong after the file was saved; its own thread says so."""
    painted_at: float = float("-inf")
    failures: int = 0
    renewals: int = 0
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def folder(self) -> str:
        """Give where the file is to lie."""
        return os.path.dirname(self.target)  # noqa: PTH120 - text, asked for at each turn

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is going on for it just now."""
        return not (self.is_renewing or self.is_transferring)

    def begin(self) -> None:
        """Begin an attempt."""
        self.is_transferring, self.has_bytes, self.has_progress = True, False, False
        self._samples.clear()

    def advance(self, now: float, received: int, total: int | None) -> None:
        """Note what has arrived."""
        if self.received is not None and self._samples and received < self._samples[-1][1]:
            self._samples.clear()
        self.has_bytes, self.received, self.total = True, received, total
        if received > self.best:
            self.best, self.has_progress = received, True
        self._samples.append((now, received))

    def speed_bps(self, now: float) -> float | None:
        """Give bytes a second over the last seconds, None where that cannot be said."""
        while len(self._samples) > 1 and now - self._samples[1][0] > SPEED_WINDOW_S:
            self._samples.popleft()
        if not self._samples:
            return None
        (began, first), (_, last) = self._samples[0], self._samples[-1]
        return (last - first) / (now - began) if now - began > SPEED_FROM_S else None

    def may_return(self, error: VidutuiError) -> bool:
        """Tell whether what was given up may come all the same, without a person."""
        return _is_renewable(error)

    def wait_s(self, error: VidutuiError, sample: float) -> float | None:
        """Decide after a failure when to try again, in seconds; None for not by itself."""
        if self.has_progress and not isinstance(error, NotTheFile):
            self.failures = self.renewals = 0
        if isinstance(error, HeldElsewhere):
            return HELD_S
        if isinstance(error, DiskTrouble):
            return DISK_S
        self.failures += 1
        if isinstance(error, Damaged):
            # It may have been spoilt on its way: once more, from a fresh link.
            self.damages, self.needs_link = self.damages + 1, True
            return 1.0 if self.damages == 1 else None
        if _is_renewable(error):
            self.renewals += 1
            self.needs_link = True
            return None if self.renewals > MAX_RENEWALS else RENEWAL_WAITS_S[self.renewals - 1]
        is_server = isinstance(error, FileRefused) and (
            error.status >= 500 or error.status in _LATER
        )
        if isinstance(error, BrokenOff) or is_server:
            wait_s = schedule.back_off_s(self.failures, sample, base_s=1.0)
            told_s = error.retry_after_s if isinstance(error, FileRefused) else None
            return max(wait_s, min(told_s or 0.0, schedule.MAX_SERVER_WAIT_S))
        return None


def _is_renewable(error: VidutuiError) -> bool:
    if isinstance(error, FileRefused):
        return error.status in _RENEWABLE and not error.wants_key
    return isinstance(error, NotTheFile)
