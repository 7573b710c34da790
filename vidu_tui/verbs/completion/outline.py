"""What the command line has to offer, as the shells are told it. Knows no parser and no shell."""

from typing import NamedTuple


class Option(NamedTuple):
    """An option with all its names."""

    names: tuple[str, ...]
    help: str
    takes: str = ""
    """What stands after it, as in ``FILE``; empty for a switch."""


class Verb(NamedTuple):
    """A verb with its options, and the words that may follow."""

    name: str
    help: str
    options: tuple[Option, ...]
    has_ids: bool = False
    """Whether ids of the list follow."""
    words: tuple[str, ...] = ()


class Outline(NamedTuple):
    """The whole command line."""

    verbs: tuple[Verb, ...]
    options: tuple[Option, ...]
    """Of the dashboard, that is without a verb."""
