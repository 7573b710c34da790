"""What a person wants to be told of: a task has succeeded or failed. Pure: two Boards, no clock."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from vidu_tui.core.board import Board, Entry
from vidu_tui.core.hooks import ENDS
from vidu_tui.core.task import TaskState

EVENTS = ENDS
"""The ends that are told, by the words of ``notify.on``."""


class Tiding(NamedTuple):
    """One end of one task."""

    entry: Entry
    event: str
    is_news: bool
    """Whether it happened while it was watched; what had ended when it was first seen did not."""

    @property
    def name(self) -> str:
        """Name the event of this task, alike in every run and window."""
        return f"{self.event} {self.entry.key.gateway} {self.entry.key.id}"


def tidings(old: Board, new: Board, events: Collection[str]) -> Iterator[Tiding]:
    """Tell which ends lie between two pictures; of tasks that the person wants to hear about."""
    if old.entries is new.entries:
        return
    for key, entry in new.entries.items():
        before = old.entries.get(key)
        if before is entry or before is None or before.state is entry.state:
            continue
        event = EVENTS.get(entry.state)
        if event in events and event is not None and not entry.is_muted:
            yield Tiding(entry, event, before.state is not TaskState.ASKING)
