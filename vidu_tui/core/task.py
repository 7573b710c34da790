"""What a task, a creation and an asset are. Knows no wire format and no screen layout."""

from collections.abc import Container
from enum import Enum, StrEnum
from typing import NamedTuple


class TaskKey(NamedTuple):
    """Name a task: the same id on two gateways is two tasks."""

    gateway: str
    id: str


class TaskState(Enum):
    """The states a task can be in; the value is its one table row (word, glyphs, terminal?)."""

    ASKING = ("asking", "·", ".", False)
    CREATED = ("created", "○", "o", False)
    PREPARING = ("preparing", "○", "o", False)
    SCHEDULING = ("scheduling", "◔", "~", False)
    QUEUEING = ("queueing", "◔", "~", False)
    PROCESSING = ("processing", "►", ">", False)
    SUCCESS = ("success", "✓", "+", True)
    FAILED = ("failed", "✗", "x", True)
    CANCELED = ("canceled", "⊘", "-", True)
    NOT_FOUND = ("not found", "?", "?", False)
    UNKNOWN = ("", "?", "?", False)

    def __init__(self, word: str, glyph: str, ascii_glyph: str, is_terminal: bool):
        self.word = word
        self.glyph = glyph
        self.ascii_glyph = ascii_glyph
        self.is_terminal = is_terminal
        """Whether the gateway will never change this state again."""


_STATES = {
    "created": TaskState.CREATED,
    "preparation": TaskState.PREPARING,
    "scheduling": TaskState.SCHEDULING,
    "queueing": TaskState.QUEUEING,
    "processing": TaskState.PROCESSING,
    "success": TaskState.SUCCESS,
    "failed": TaskState.FAILED,
    "canceled": TaskState.CANCELED,
    "cancelled": TaskState.CANCELED,
}


def state_of(word: str) -> TaskState:
    """Look a gateway's word up, trimmed and in lower case; an unknown word is UNKNOWN."""
    return _STATES.get(word.strip().lower(), TaskState.UNKNOWN)


def wire_word(state: TaskState, word: str) -> str:
    """Give back the gateway's word for a state; ``word`` where the state has none of its own."""
    return next((wire for wire, known in _STATES.items() if known is state), word)


class AssetKind(StrEnum):
    """What a file of a creation is."""

    VIDEO = "video"
    WATERMARKED = "watermarked"
    COVER = "cover"
    SPEECH = "speech"
    SOUND = "sound"
    BGM = "bgm"
    MODERATION = "moderation"


def kinds_of(words: Container[str]) -> tuple[AssetKind, ...]:
    """Give the kinds that are named among some words, each once and in their own order."""
    return tuple(kind for kind in AssetKind if kind.value in words)


class Asset(NamedTuple):
    """One file that a creation offers; ``part`` counts the moderation pictures from 0."""

    kind: AssetKind
    url: str
    part: int = 0
    is_cut: bool = False
    """The link's query was not kept: a fresh link is needed before this file can be fetched."""
    ends_at: float | None = None
    """When a link that was cut said that it ends, epoch seconds of the server's clock."""
    shown: str = ""
    """What may be kept and shown in place of a link that holds a key; empty where it holds none."""


class VideoFacts(NamedTuple):
    """What the answer says of the picture itself; None where it says nothing or 0."""

    duration_s: float | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    resolution: str = ""


class Creation(NamedTuple):
    """One result of a task: at least one usable link."""

    id: str
    assets: tuple[Asset, ...]
    video: VideoFacts = VideoFacts()
    extra: tuple[tuple[str, str], ...] = ()
    """Fields that we do not know: name and JSON text, as they came."""

    def asset(self, kind: AssetKind, part: int = 0) -> Asset | None:
        """Find the asset of a kind, None where the creation has none."""
        for asset in self.assets:
            if asset.kind is kind and asset.part == part:
                return asset
        return None


class Task(NamedTuple):
    """One answer about a task, read. ``id`` is the id that was asked."""

    id: str
    state: TaskState
    state_word: str
    """The gateway's own word for the state, for the screen."""
    progress: float | None = None
    """Per cent, 0 to 100; None where the answer says nothing."""
    err_code: str = ""
    err_message: str = ""
    creations: tuple[Creation, ...] = ()
    answered_id: str = ""
    """The id in the answer; empty where there is none."""
    credits: float | None = None
    bgm: bool | None = None
    audio: bool | None = None
    off_peak: bool | None = None
    payload: str = ""
    """The first 200 characters of what was echoed."""
    payload_length: int = 0
    cus_priority: int | None = None
    type: str = ""
    model: str = ""
    resolution: str = ""
    aspect_ratio: str = ""
    template: str = ""
    duration: float | None = None
    """Seconds as the task has them; 0 and None mean not said. See ``duration_s``."""
    trace_id: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    """Fields that we do not know: name and JSON text, as they came."""

    @property
    def duration_s(self) -> float | None:
        """Give the length in seconds: the task's unless 0, else its first creation's."""
        if self.duration:
            return self.duration
        return next((c.video.duration_s for c in self.creations if c.video.duration_s), None)

    @property
    def is_finished(self) -> bool:
        """Tell whether there is something to download."""
        return self.state is TaskState.SUCCESS and bool(self.creations)
