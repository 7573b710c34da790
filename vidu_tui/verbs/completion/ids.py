"""The ids of the list with their labels, as fast as a person presses TAB. Asks nobody."""

from collections.abc import Mapping
from typing import TextIO

from vidu_tui.core import text
from vidu_tui.core.errors import ListError
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Watchlist

LONGEST = 60
"""Characters of a label that a list of offers has room for."""


def write(environ: Mapping[str, str], out: TextIO) -> None:
    """Print a line per task, newest first: id, tab, label; nothing for a list that is broken."""
    try:
        items = Watchlist.of(Paths.find(environ)).read()
    except ListError:
        return
    labels = {item.id: item.label for item in reversed(items)}
    out.writelines(f"{task_id}\t{_shown(label)}\n" for task_id, label in labels.items())


def _shown(label: str) -> str:
    is_plain = len(label) <= LONGEST and label.isprintable()
    return label if is_plain else text.inert(label, LONGEST)
