"""Keys that come faster than a hand: a paste in a terminal that does not mark pastes.

A burst is 8 or more keys, 4 of them different, already read when the first is handled
(ux.md, key ``a``). A single key is never held back; inside a text field nothing changes.
"""

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.app import App

LEAST_KEYS = 8
LEAST_DIFFERENT = 4
QUIET_S = 0.08
"""A burst ends when no key has come for this long."""
_CHARACTERS = {"enter": "\n", "tab": "\t", "ctrl+j": "\n", "ctrl+m": "\n"}


class Bursts:
    """Collect a burst and hand it on as one paste."""

    def __init__(self, app: "App[str]"):
        self._app = app
        self._text: list[str] = []
        self._end: asyncio.TimerHandle | None = None

    async def takes(self, event: events.Key) -> bool:
        """Tell whether a key belongs to a burst; it is then no command."""
        if self._end is not None:
            self._collect([event])
            return True
        if isinstance(self._app.focused, Input):
            return False
        waiting = await self._settle()
        keys = [event, *waiting]
        if len(keys) < LEAST_KEYS or len({k.key for k in keys}) < LEAST_DIFFERENT:
            return False
        self._collect([event])
        return True

    async def _settle(self) -> list[events.Key]:
        """Look at the keys that are read already, letting the reader hand over its last ones."""
        waiting: list[events.Key] = []
        still = 0
        while still < 3:
            found = [m for m in self._queue() if isinstance(m, events.Key)]
            still = still + 1 if len(found) == len(waiting) else 0
            waiting = found
            await asyncio.sleep(0)
        return waiting

    def _queue(self) -> list[object]:
        # Textual has no public look at what waits.
        return list(getattr(self._app._message_queue, "_queue", ()))

    def _collect(self, keys: list[events.Key]) -> None:
        self._text += [_CHARACTERS.get(k.key) or k.character or "" for k in keys]
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(QUIET_S, self._finish)

    def _finish(self) -> None:
        self._end = None
        text, self._text = "".join(self._text), []
        self._app.screen.post_message(events.Paste(text))
