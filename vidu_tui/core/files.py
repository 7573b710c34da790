"""What is known of one file of a task: its name, how far it is, where it lies. Opens none."""

from enum import Enum
from typing import NamedTuple

from vidu_tui.core.task import AssetKind

CUT_SHORT = "! file changed"
"""The cell of a saved file that is there, but not as long as it was."""


class FileStage(Enum):
    """How far the download of one file is: its word, and whether something is still going on."""

    WAITING = ("waiting", True)
    RUNNING = ("running", True)
    RETRYING = ("retrying", True)
    RENEWING = ("renewing", True)
    CHECKING = ("checking", True)
    STOPPED = ("stopped", False)
    SAVED = ("saved", False)
    FAILED = ("failed", False)
    MISSING = ("missing", False)
    """Saved once, but the file is not on disk any more."""

    def __init__(self, word: str, is_under_way: bool):
        self.word = word
        self.is_under_way = is_under_way


class FileKey(NamedTuple):
    """Name one file of a task; ``creation`` and ``part`` count from 0."""

    creation: int
    kind: AssetKind
    part: int = 0


class FileState(NamedTuple):
    """What is known of one wanted file."""

    key: FileKey
    stage: FileStage
    path: str = ""
    received: int = 0
    total: int | None = None
    speed_bps: float | None = None
    """Bytes per second, smoothed."""
    sha256: str = ""
    cell: str = ""
    """Why not, in at most 18 cells."""
    line: str = ""
    """Why not, in one sentence."""
    next_try_at: float | None = None
    was_there: bool = False
    """The same bytes lay on disk already when they came."""

    @property
    def share(self) -> float | None:
        """Give what has arrived as a share of 1, None where the length is unknown."""
        return min(1.0, self.received / self.total) if self.total else None

    @property
    def left_s(self) -> float | None:
        """Estimate the seconds left, None where that cannot be said."""
        if not self.total or not self.speed_bps:
            return None
        return max(0.0, (self.total - self.received) / self.speed_bps)


class Validator(NamedTuple):
    """What proves that a part and a file on the server are of one piece."""

    etag: str = ""
    """A strong ETag, quotes included."""
    last_modified: str = ""
    total: int | None = None
    """Length of the whole file in bytes."""
    sha256: str = ""
    """Of the whole file, once its end has been seen: proves a whole part without a question."""

    @property
    def condition(self) -> str:
        """Give the value for If-Range, empty where nothing can be proved."""
        return self.etag or self.last_modified


class Arrived(NamedTuple):
    """A file that is on disk, whole."""

    path: str
    size_bytes: int
    sha256: str
    validator: Validator = Validator()
    was_there: bool = False
    """The same file lay there already; nothing was written."""
