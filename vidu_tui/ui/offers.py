"""What files some tasks offer, kind by kind, and the words for it. Knows no widget, no folder."""

from collections.abc import Sequence
from typing import NamedTuple

from vidu_tui.core import text
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import AssetKind, TaskState


class Offer(NamedTuple):
    """What can be had of one kind."""

    kind: AssetKind
    note: str
    """What is true of it, in a few words."""
    is_open: bool
    """There is such a file, or there may be one once its task is finished."""


def may_have_files(entry: Entry) -> bool:
    """Tell whether a task has files, or may have some later."""
    return bool(entry.offered) or _is_awaited(entry)


def offers(entries: Sequence[Entry]) -> tuple[Offer, ...]:
    """Say of every kind what the tasks have of it together."""
    return tuple(_offer(kind, entries) for kind in AssetKind)


def chosen(entries: Sequence[Entry]) -> frozenset[AssetKind]:
    """Give the kinds that at least one of the tasks wants."""
    return frozenset(kind for entry in entries for kind in entry.kinds)


def _is_awaited(entry: Entry) -> bool:
    """Tell whether nothing is offered yet: not finished, or finished without a link so far."""
    is_over = entry.state.is_terminal and entry.state is not TaskState.SUCCESS
    return not entry.offered and not is_over


def _offer(kind: AssetKind, entries: Sequence[Entry]) -> Offer:
    awaited = [e for e in entries if _is_awaited(e)]
    number = sum(key.kind is kind for e in entries for key in e.offered)
    if number:
        more = "  more once finished" if awaited else ""
        return Offer(kind, text.files(number) + _on_disk(kind, entries, number) + more, True)
    if not awaited:
        return Offer(kind, "not offered", False)
    if any(e.state is TaskState.SUCCESS for e in awaited):
        return Offer(kind, "not offered yet", True)
    they = "it is" if len(awaited) == 1 else "they are"
    return Offer(kind, f"offered once {they} finished", True)


def _on_disk(kind: AssetKind, entries: Sequence[Entry], number: int) -> str:
    stages = [f.stage for e in entries for f in e.files if f.key.kind is kind]
    saved = stages.count(FileStage.SAVED)
    if saved >= number:
        return "  saved"
    if saved:
        return f"  {saved} saved"
    return "  coming" if any(stage.is_under_way for stage in stages) else ""
