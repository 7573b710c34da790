"""What became of a task, step by step, from what was seen of it. Pure: no clock, no database.

All times are epoch seconds. Only what was seen counts: a gateway says nothing of the past.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskState, state_of

ADDED = "added"


class Landing(NamedTuple):
    """When a file came to be on disk."""

    at: float
    what: str
    """The file's kind in a word."""


class Past(NamedTuple):
    """What is on record of one task."""

    states: tuple[tuple[float, str], ...] = ()
    """When a state was first seen, and the gateway's word for it."""
    landings: tuple[Landing, ...] = ()


class Step(NamedTuple):
    """One step: when it began, what it is, and how long it has lasted."""

    at: float
    word: str
    state: TaskState | None = None
    """The state that the word names; None for a step of ours."""
    lasts_s: float | None = None
    """None for what is an instant, or the end."""
    is_going_on: bool = False


def steps(entry: Entry, past: Past, now: float) -> tuple[Step, ...]:
    """List the steps of a task, oldest first."""
    seen = _seen(entry, past.states)
    found = [] if entry.added_at is None else [Step(entry.added_at, ADDED)]
    for number, (at, word) in enumerate(seen):
        state = state_of(word)
        is_last = number == len(seen) - 1
        if state.is_terminal:
            found.append(Step(at, word, state))
        elif is_last:
            found.append(Step(at, word, state, max(0.0, now - at), is_going_on=True))
        else:
            found.append(Step(at, word, state, max(0.0, seen[number + 1][0] - at)))
    is_one_kind = len({landing.what for landing in past.landings}) < 2
    found += [
        Step(landing.at, "saved" if is_one_kind else f"{landing.what} saved")
        for landing in past.landings
    ]
    return tuple(sorted(found, key=lambda step: step.at))


def _seen(entry: Entry, states: Iterable[tuple[float, str]]) -> Sequence[tuple[float, str]]:
    """Give each change once, the newest too: it may not be on record yet."""
    all_seen = sorted(states)
    if entry.task is not None and entry.since is not None:
        all_seen.append((entry.since, entry.state_word))
    found: list[tuple[float, str]] = []
    for at, word in all_seen:
        # Two windows note the same change a moment apart.
        if not found or found[-1][1] != word:
            found.append((at, word))
    return found
