"""What an exit status means, and which one counts where several apply. Source: ux.md."""

from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """An exit status."""

    OK = 0
    """All that was asked for succeeded."""
    FAILED = 1
    """A task ended failed or canceled."""
    USAGE = 2
    """Usage or configuration."""
    NETWORK = 3
    """Gateway or network, worth another try."""
    KEY = 4
    """Key missing or refused."""
    UNKNOWN = 5
    """Task not known."""
    UNSAVED = 6
    """Download or disk."""
    PENDING = 8
    """Still pending."""
    TIMEOUT = 124
    INTERRUPTED = 130


_GRAVEST_FIRST = (
    Exit.KEY,
    Exit.NETWORK,
    Exit.UNSAVED,
    Exit.UNKNOWN,
    Exit.FAILED,
    Exit.PENDING,
)


def worst(found: Iterable[Exit]) -> Exit:
    """Give the status that counts of several; none at all is success."""
    there = set(found)
    return next((code for code in _GRAVEST_FIRST if code in there), Exit.OK)
