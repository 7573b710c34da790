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
MOST_CHARACTERS = 4_000_000
_CHARACTERS = {"enter": "\n", "tab": "\t", "ctrl+j": "\n", "ctrl+m": "\n"}


class Bursts:
    """Collect a burst and hand it on as one paste."""

    def __init__(self, app: "App[str]"):
        self._app = app
        self._text: list[str] = []
        self._end: asyncio.TimerHandle | None = None
        self._typed = 0
        """Keys still to come of a burst that began inside a text field."""

    def takes(self, event: events.Key) -> bool:
        """Tell whether a key belongs to a burst; it is then no command."""
        if event.is_forwarded:
            return False  # handed to a widget before, and nobody wanted it
        if self._end is not None:
            self._collect(event)
            return True
        was_typed = self._typed > 0
        self._typed = max(0, self._typed - 1)
        if isinstance(self._app.focused, Input):
            if not was_typed and self._is_burst(event):
                self._typed = len(self._waiting())
            return False
        # A field that its own Enter has closed: the rest of the paste is no command either.
        if was_typed or self._is_burst(event):
            self._typed = 0
            self._collect(event)
            return True
        return False

    def _is_burst(self, event: events.Key) -> bool:
        if self._app.message_queue_size < LEAST_KEYS - 2:
            return False
        keys = [event, *self._waiting()]
        return len(keys) >= LEAST_KEYS and len({k.key for k in keys}) >= LEAST_DIFFERENT

    def _waiting(self) -> list[events.Key]:
        """List the keys that are read and not handled yet: the pump looks one message ahead."""
        ahead = [self._app._pending_message, *self._app._message_queue.values]
        return [m for m in ahead if isinstance(m, events.Key)]

    def _collect(self, key: events.Key) -> None:
        if len(self._text) < MOST_CHARACTERS:
            self._text.append(_CHARACTERS.get(key.key) or key.character or "")
        if self._end is not None:
            self._end.cancel()
        self._end = asyncio.get_running_loop().call_later(QUIET_S, self._finish)

    def _finish(self) -> None:
        self._end = None
        text, self._text = "".join(self._text), []
        self._app.screen.post_message(events.Paste(text))
