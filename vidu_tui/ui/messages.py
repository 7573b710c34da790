"""What is said between the engine, the app and its widgets."""

from dataclasses import dataclass

from textual.message import Message

from vidu_tui.core.board import Board
from vidu_tui.core.tidings import Tiding


@dataclass
class PastedElsewhere(Message):
    """Text was pasted on a screen that is not the list."""

    text: str


@dataclass
class Ended(Message):
    """Tasks have ended, and it is this window that says so."""

    tidings: tuple[Tiding, ...]


@dataclass
class HookFailed(Message):
    """A program that the person wants run has failed."""

    line: str


@dataclass
class BoardChanged(Message):
    """The engine has a new Board; a later one replaces an earlier one that still waits."""

    board: Board

    def can_replace(self, message: Message) -> bool:
        """Replace any waiting Board: each carries the whole picture."""
        return isinstance(message, BoardChanged)
