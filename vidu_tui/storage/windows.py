"""What the windows of one person tell each other through the ledger: lease, requests, news.

One window polls, the one that holds the lease; the others follow what it writes. Decides
nothing about polling itself.
"""

import os
import platform
import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from vidu_tui.core.task import TaskKey
from vidu_tui.storage.facts import Change
from vidu_tui.storage.ledger import Ledger

LEASE_S = 5.0
"""A lease that was not renewed for so long is anybody's."""
SKEW_S = 1.0
"""A lease that ends later than any could: the clock on the wall was set back."""
REQUEST_S = 30.0
"""A request that nobody took for so long is dropped."""
MOST_NEWS = 50_000
"""News that are kept for windows that listen; who has missed some reads everything."""
_PRUNE = "DELETE FROM news WHERE number <= (SELECT max(number) FROM news) - ?"
_NAME = "poll"


def _host() -> str:
    """Name this machine, and on Linux the world of process numbers that we live in."""
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no file, a name
    return f"{platform.node()} {space}".strip()


ALL = TaskKey("", "")


class RequestKind(StrEnum):
    """What a window that follows may ask of the one that polls."""

    POLL = "poll"
    POLL_ALL = "poll all"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that a window asks of the one that polls."""

    kind: RequestKind
    task: TaskKey
    """Which task; ``ALL`` where it is about no single one."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds the lease, and what it says of the polling."""

    holder: str
    host: str
    pid: int
    askable: int
    """How many gateways it has a key for that was not refused."""
    renewed_at: float
    until: float
    said: str

    def is_valid(self, now: float) -> bool:
        """Tell whether the lease holds at a time, epoch seconds."""
        return now < self.until <= now + LEASE_S + SKEW_S


@dataclass(frozen=True, slots=True)
class Wish:
    """What a window wants of the lease at one look."""

    askable: int = 1
    """Of how many gateways this window has a key that was not refused."""
    said: str = ""
    renews: bool = False
    """Renew it if it is ours."""
    takes: bool = True
    """Take it if it is nobody's."""
    is_urgent: bool = False
    """Take it whoever holds it: a person has given this window a key."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What stood in the ledger at one look."""

    held: Held | None
    """Who holds the lease now, perhaps for no longer."""
    before: Held | None
    """Who held it before this look."""
    newest: int
    """The number of the newest piece of news."""
    requests: tuple[Request, ...] = ()
    """What was asked of us; taken out of the ledger."""


@dataclass(slots=True)
class Windows:
    """One window's view of the others; blocks, safe from any thread."""

    ledger: Ledger
    host: str = field(default_factory=_host)

    @property
    def me(self) -> str:
        """Give the name under which this window writes."""
        return self.ledger.writer

    def look(self, now: float, wish: Wish) -> Glimpse | None:
        """Look at the lease, take or renew it as is wished; None where the ledger cannot be used.

        Taking is one statement: of two windows that find it free at a time one gets it.
        """
        return self.ledger.work(lambda db: self._look(db, now, wish), None)

    def news(self, after: int) -> list[TaskKey] | None:
        """List the tasks that others wrote about after a piece of news.

        None where that cannot be told: everything is to be read anew.
        """

        def work(db: sqlite3.Connection) -> list[TaskKey] | None:
            return _news(db, self.me, after)

        return self.ledger.work(work, None)

    def released(self, now: float, said: str) -> Change:
        """Let the lease go, if it is ours: the next window takes it at once."""
        change = (
            "UPDATE lease SET until = ?, renewed_at = ?, said = ? WHERE name = ? AND holder = ?"
        )
        return change, (now, now, said, _NAME, self.me)

    def _look(self, db: sqlite3.Connection, now: float, wish: Wish) -> Glimpse:
        before = held = _held(db)
        is_mine = held is not None and held.holder == self.me and held.is_valid(now)
        if wish.renews if is_mine else self._is_takeable(held, now, wish):
            db.execute(*self._take(held, now, wish))
            db.execute(_PRUNE, (MOST_NEWS,))
            held = _held(db)
        requests = _requests(db, now) if held and held.holder == self.me else ()
        newest: int = db.execute("SELECT coalesce(max(number), 0) FROM news").fetchone()[0]
        return Glimpse(held, before, newest, requests)

    def _is_takeable(self, held: Held | None, now: float, wish: Wish) -> bool:
        if wish.is_urgent:
            return True
        if held is None or not held.is_valid(now) or self.lives(held) is False:
            return wish.takes
        return wish.takes and wish.askable > held.askable

    def lives(self, held: Held) -> bool | None:
        """Tell whether a holder's process is there; None where that cannot be seen from here."""
        if os.name != "posix" or held.host != self.host or held.pid == os.getpid():
            return None
        try:
            os.kill(held.pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True

    def _take(self, seen: Held | None, now: float, wish: Wish) -> Change:
        """Put us in place of the holder that was seen, and of no other."""
        statement = (
            "INSERT INTO lease VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
            " holder = excluded.holder, host = excluded.host, pid = excluded.pid,"
            " can_ask = excluded.can_ask, renewed_at = excluded.renewed_at,"
            " until = excluded.until, said = excluded.said"
            " WHERE lease.holder = ? AND lease.renewed_at = ?"
        )
        own = (_NAME, self.me, self.host, os.getpid(), wish.askable, now, now + LEASE_S)
        old = (seen.holder, seen.renewed_at) if seen else ("", 0.0)
        return statement, (*own, wish.said, *old)


def request(asked: Request, now: float) -> Change:
    """Ask something of the window that polls."""
    change = "INSERT INTO request (kind, gateway, task, at) VALUES (?, ?, ?, ?)"
    return change, (asked.kind.value, *asked.task, now)


def _held(db: sqlite3.Connection) -> Held | None:
    row: tuple[str, str, int, int, float, float, str] | None = db.execute(
        "SELECT holder, host, pid, can_ask, renewed_at, until, said FROM lease WHERE name = ?",
        (_NAME,),
    ).fetchone()
    return Held(*row) if row else None


def _requests(db: sqlite3.Connection, now: float) -> tuple[Request, ...]:
    rows: list[tuple[int, str, str, str, float]] = db.execute(
        "SELECT number, kind, gateway, task, at FROM request ORDER BY number"
    ).fetchall()
    if not rows:
        return ()
    db.execute("DELETE FROM request WHERE number <= ?", (rows[-1][0],))
    kinds = {kind.value: kind for kind in RequestKind}
    return tuple(
        Request(kinds[row[1]], TaskKey(row[2], row[3]))
        for row in rows
        if row[1] in kinds and abs(now - row[4]) <= REQUEST_S
    )


def _news(db: sqlite3.Connection, me: str, after: int) -> list[TaskKey] | None:
    oldest: int = db.execute("SELECT coalesce(min(number), 0) FROM news").fetchone()[0]
    if oldest > after + 1:
        return None
    rows: list[tuple[str, str]] = db.execute(
        "SELECT DISTINCT gateway, task FROM news WHERE number > ? AND writer <> ?", (after, me)
    ).fetchall()
    return [TaskKey(*row) for row in rows]
