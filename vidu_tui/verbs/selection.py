"""Which tasks a verb is about: named ids, those that a filter finds, or all. Asks nobody."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from vidu_tui.core import text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.task import TaskKey


class Shelf(NamedTuple):
    """The list as it is on disk, and how it is to be read."""

    entries: Sequence[Entry]
    """Oldest first."""
    now: float
    """Epoch seconds."""
    gateway: str
    """Which gateway an id that is not on the list belongs to."""
    only: str = ""
    """The one gateway that is meant; empty for every one."""
    lifetime_s: float = view.LINK_LIFETIME_S

    @property
    def shown(self) -> list[Entry]:
        """List the tasks that may be meant, newest first."""
        return [e for e in reversed(self.entries) if self.only in ("", e.key.gateway)]


class Selection(NamedTuple):
    """What a verb is about: rows of the list as they are on disk, and ids that are not on it."""

    listed: tuple[Entry, ...] = ()
    strangers: tuple[TaskKey, ...] = ()

    @property
    def keys(self) -> tuple[TaskKey, ...]:
        """Name all tasks, those of the list first."""
        return (*(entry.key for entry in self.listed), *self.strangers)


def by_ids(shelf: Shelf, ids: Iterable[str]) -> Selection:
    """Find ids; one that is on the list at several gateways is several tasks.

    Raises ConfigError for a word that is no id.
    """
    from vidu_tui.core import intake

    known: dict[str, list[Entry]] = {}
    for entry in shelf.shown:
        known.setdefault(entry.key.id, []).append(entry)
    listed: list[Entry] = []
    strangers: list[TaskKey] = []
    for word in dict.fromkeys(ids):
        if not intake.is_acceptable_id(word):
            raise ConfigError(f"{text.inert(word, 40)} is no task id; nothing was asked.")
        listed += known.get(word, [])
        if word not in known:
            strangers.append(TaskKey(shelf.gateway, word))
    return Selection(tuple(listed), tuple(strangers))


def by_query(shelf: Shelf, words: str) -> Selection:
    """Find what a filter of the dashboard shows; raises ConfigError for one that cannot be read."""
    if not words.strip():
        return Selection(tuple(shelf.shown))
    from vidu_tui.core import query

    read = query.parse(words)
    if read.error:
        raise ConfigError(f"The filter cannot be read: {text.inert(read.error)}")
    return by_test(shelf, lambda e: read.matches(e, shelf.now, shelf.lifetime_s))


def by_test(shelf: Shelf, test: Callable[[Entry], bool]) -> Selection:
    """Find what passes a test."""
    return Selection(tuple(entry for entry in shelf.shown if test(entry)))
