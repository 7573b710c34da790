"""The lines of the list as rows of a Board: which of them are one task. Pure."""

from collections.abc import Iterable, Sequence

from vidu_tui.core.board import Entry
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage.watchlist import Listed


def key_of(row: Listed, default_gateway: str) -> TaskKey:
    """Name a line's task: one that a person wrote without a gateway is of the default one.

    What we write names its gateway: another default must not take it elsewhere.
    """
    return TaskKey(row.gateway or default_gateway, row.id)


def by_task(listed: Iterable[Listed], default_gateway: str) -> dict[TaskKey, list[Listed]]:
    """Put the lines that are about one task together, in the order of the file."""
    rows: dict[TaskKey, list[Listed]] = {}
    for row in listed:
        key = key_of(row, default_gateway)
        if key in rows:
            rows[key].append(row)
        else:
            rows[key] = [row]
    return rows


def entry_of(key: TaskKey, rows: Sequence[Listed], kinds: tuple[AssetKind, ...]) -> Entry:
    """Make a row; what the first line of the file lacks comes from the later one."""
    label, added_at = rows[0].label, rows[0].added_at
    for row in rows[1:]:
        label = label or row.label
        added_at = row.added_at if added_at is None else added_at
    return Entry(key, label, added_at, kinds=kinds)
