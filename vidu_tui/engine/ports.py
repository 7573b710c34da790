"""What the engine is handed: Protocols for wire and disk, so that it imports no HTTP client."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from vidu_tui.core.answer import Answer
from vidu_tui.core.board import Board
from vidu_tui.core.files import Arrived, FileKey, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import TaskKey


class Asker(Protocol):
    """One gateway that can be asked for tasks; raises GatewayError for all but an answer."""

    name: str
    host: str

    async def fetch(self, task_id: str, *, key: str | None = None) -> Answer:
        """Ask for one task, with another key if one is given."""
        ...

    def use_key(self, key: str) -> None:
        """Take another key from now on."""
        ...


class Fetcher(Protocol):
    """Bring files to disk; blocks its thread, raises TransferError or Stopped."""

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        """Bring one file to disk."""
        ...


class Pictures(Protocol):
    """Bring small pictures into memory; blocks its thread, raises TransferError."""

    def picture(self, gateway: str, url: str) -> bytes:
        """Fetch a picture whole, within bounds of size and time."""
        ...


class Record(Protocol):
    """Where the facts of downloads are kept between runs; called in the transfer's thread."""

    def aimed(self, task: TaskKey, file: FileKey, target: str) -> bool:
        """Keep where a file's part is to lie; tell whether one that lies there is its own."""
        ...

    def elsewhere(self, task: TaskKey, file: FileKey) -> Arrived | None:
        """Tell what another process has brought meanwhile."""
        ...

    def begun(self, task: TaskKey, file: FileKey, target: str, validator: Validator) -> None:
        """Keep what proves that the part belongs to this file; called before its first byte."""
        ...

    def whole(self, task: TaskKey, file: FileKey, goal: str, size_bytes: int, sha256: str) -> None:
        """Keep that a file is checked and gets its name next."""
        ...

    def landed(self, task: TaskKey, file: FileKey, arrived: Arrived) -> None:
        """Keep that a file is on disk."""
        ...

    def unqueued(self, task: TaskKey, file: FileKey) -> None:
        """Keep that a file is given up or was stopped by hand; called in the loop."""
        ...


class Log(Protocol):
    """Where lines are kept for a person to read; both methods block."""

    def write(self, lines: Sequence[str]) -> str:
        """Append lines; give what went wrong in one line, empty where nothing did."""
        ...

    def tail(self) -> list[str]:
        """Read the last lines, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """All that speaks HTTP, opened together."""

    gateways: tuple[Asker, ...]
    files: Fetcher
    use_key: Callable[[str, str], None]
    """Give a gateway, by name, another key for questions and for files of its own origin."""
    pictures: Pictures | None = None
    """None where nothing is shown."""


WireFactory = Callable[[], AbstractAsyncContextManager[Wire]]
"""Opens the wire; called after the first frame. Raises ConfigError in one clear line."""

Publish = Callable[[Board], None]
