"""What is said of a task once ever, across restarts and windows. Knows no notice and no hook."""

import sqlite3
import threading
from collections.abc import Iterable

from vidu_tui.core.task import TaskKey
from vidu_tui.storage.ledger import Ledger

NOTICE = "notice"
"""The first word of events that a person is told of, as in ``notice success``."""
HOOK = "hook"
"""The first word of events that programs are run for, as in ``hook success``."""
_CLAIM = "INSERT OR IGNORE INTO told VALUES (?, ?, ?)"


class Told:
    """Claims on events, each granted once; blocks, safe from any thread.

    Where the ledger cannot be used a claim is granted once a run.
    """

    def __init__(self, ledger: Ledger):
        self._ledger = ledger
        self._lock = threading.Lock()
        self._taken: set[tuple[TaskKey, str]] = set()

    def learn(self, teller: str) -> None:
        """Read what a teller has said, so that no claim on it asks the disk again."""

        def work(db: sqlite3.Connection) -> list[tuple[str, str, str]]:
            rows = db.execute("SELECT * FROM told WHERE substr(event, 1, ?) = ?", (*start,))
            return rows.fetchall()

        start = (len(teller) + 1, f"{teller} ")
        with self._lock:
            said: list[tuple[str, str, str]] = self._ledger.work(work, [])
            self._taken.update((TaskKey(gateway, task), event) for gateway, task, event in said)

    def claim(self, task: TaskKey, event: str) -> bool:
        """Take an event; True for whoever is first to ask, ever."""
        return bool(self.claim_all([(task, event)]))

    def claim_all(self, wanted: Iterable[tuple[TaskKey, str]]) -> list[tuple[TaskKey, str]]:
        """Take many events in one transaction; give those that nobody had taken."""
        with self._lock:
            asked = [one for one in dict.fromkeys(wanted) if one not in self._taken]

            def work(db: sqlite3.Connection) -> list[tuple[TaskKey, str]]:
                return [
                    (task, event)
                    for task, event in asked
                    if db.execute(_CLAIM, (*task, event)).rowcount
                ]

            granted = self._ledger.work(work, asked) if asked else []
            self._taken.update(asked)
        return granted
