"""The newest Board, and how it goes out: many changes, one publish. Knows no meaning of one."""

import asyncio
from collections.abc import Callable, Iterable

from vidu_tui.core.board import Board, Entry
from vidu_tui.engine.ports import Publish

PUBLISH_S = 0.1
"""Many answers, one publish: at most this often."""
HOLD_S = 0.015
"""So long after a key nothing is published: the screen has the key to paint."""
LONGEST_HOLD_S = 5 * PUBLISH_S
"""A key that is held down holds back no longer than that."""


class Bulletin:
    """Hold the newest Board and publish it; parts of the engine read and tell here alone."""

    def __init__(self, board: Board, publish: Publish, observe: Callable[[Board, Board], None]):
        """``observe`` is told the Board published before and the one that follows it."""
        self.publish = publish
        self._observe = observe
        self._board = board
        self._published = board
        self._published_at = float("-inf")
        self._held_until = float("-inf")
        self._is_pending = False

    def read(self) -> Board:
        """Give the newest Board."""
        return self._board

    def tell(self, board: Board) -> None:
        """Take a new Board; an equal one says nothing, many become one publish."""
        if board is self._board:
            return
        self._board = board
        if self._is_pending:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # before the start: whoever starts reads the board itself
        self._is_pending = True
        delay = max(0.0, self._published_at + PUBLISH_S - loop.time())
        loop.call_later(delay, self._publish_now, loop)

    def hold_back(self) -> None:
        """Publish nothing for a moment; called at each key."""
        self._held_until = asyncio.get_running_loop().time() + HOLD_S

    def _publish_now(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop.time() < min(self._held_until, self._published_at + LONGEST_HOLD_S):
            loop.call_at(self._held_until, self._publish_now, loop)
            return
        self._is_pending = False
        self._published_at = loop.time()
        if self._published is not self._board:
            self.settle()
            self.publish(self._board)

    def begin(self) -> None:
        """Take what stands on the Board for known: it was read, it has not happened."""
        self._published = self._board

    def read_back(self, entries: Iterable[Entry]) -> None:
        """Take rows as they were read: what they say has not happened, and nobody observes it."""
        rows = list(entries)
        self._published = self._published.with_entries(rows)
        self.tell(self._board.with_entries(rows))

    def settle(self) -> None:
        """Have what has changed since the last publish observed."""
        before, self._published = self._published, self._board
        self._observe(before, self._board)
