"""What the engine goes by, and what it says back of a purge. Pure data."""

from dataclasses import dataclass, field

from vidu_tui.core import rescue, view
from vidu_tui.core.board import Entry
from vidu_tui.core.hooks import Hook
from vidu_tui.core.names import Template
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import AssetKind, TaskKey


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set that the engine goes by."""

    default_gateway: str
    hosts: dict[str, str]
    """Each gateway's host, for the header."""
    template: Template
    folder: str
    intervals: Intervals = field(default_factory=Intervals)
    max_per_minute: int = 600
    """Questions to each gateway, 0 for no limit."""
    parallel: int = 3
    lifetime_s: float = view.LINK_LIFETIME_S
    kinds: tuple[AssetKind, ...] = (AssetKind.VIDEO,)
    """Which files of each creation are to be on disk."""
    auto: str = rescue.OFF
    """When files are saved without being asked for: a word of ``download.auto``."""
    has_sidecars: bool = False
    told: tuple[str, ...] = ()
    """Of which ends somebody wants to hear: words of ``core.tidings.EVENTS``."""
    hooks: tuple[Hook, ...] = ()
    """Programs to run when tasks have ended."""
    covers_dir: str = ""
    """Where covers that were shown are kept; empty for nowhere."""
    is_alone: bool = False
    """No other window can share this list, as in the demo: it polls without a lease."""
    is_guest: bool = False
    """Does only what it is told: never leads the other windows, and goes on with nothing."""
    only: frozenset[TaskKey] | None = None
    """Of the list only these tasks; None is all of it."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took off the list, and what it kept since a file is not safe on disk."""

    removed: tuple[Entry, ...]
    kept: tuple[Entry, ...]
