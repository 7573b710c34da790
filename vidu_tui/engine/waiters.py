"""Those who wait for one answer. Asks nobody."""

import asyncio
from dataclasses import dataclass, field

from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait


@dataclass(slots=True)
class _Waiter:
    done: asyncio.Event = field(default_factory=asyncio.Event)
    is_fresh: bool | None = None


class Waiters:
    """Let somebody wait for a task's next answer, and tell him what came of it."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self._waiting: dict[TaskKey, list[_Waiter]] = {}

    async def wait(self, key: TaskKey, limit_s: float) -> bool | None:
        """Wait: True for a good answer, False for a refusal, None for neither in time."""
        waiter = _Waiter()
        self._waiting.setdefault(key, []).append(waiter)
        await wait(waiter.done, limit_s, self._clock)
        return waiter.is_fresh

    def awaited(self) -> list[TaskKey]:
        """List the tasks whose answer somebody waits for."""
        return list(self._waiting)

    def tell(self, key: TaskKey, *, is_fresh: bool | None) -> None:
        """Tell all who wait for a task."""
        for waiter in self._waiting.pop(key, ()):
            waiter.is_fresh = is_fresh
            waiter.done.set()

    def hear(self, old: Entry, new: Entry) -> None:
        """Tell what another window has been answered: an answer, a denial, or trouble."""
        if new.answered_at != old.answered_at:
            self.tell(new.key, is_fresh=True)
        elif new.trouble is not None and new.trouble != old.trouble:
            self.tell(new.key, is_fresh=False if new.trouble.is_denial else None)

    def tell_all(self, gateway: str) -> None:
        """Tell all who wait for a gateway that it cannot be asked."""
        for key in [key for key in self._waiting if key.gateway == gateway]:
            self.tell(key, is_fresh=None)
