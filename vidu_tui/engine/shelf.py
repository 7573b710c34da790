"""The list with what was last known of each task, from disk alone. Starts and asks nothing.

Cheap to import: the verbs that only read wait for no event loop.
"""

from typing import TYPE_CHECKING

from vidu_tui.core import schedule
from vidu_tui.core.board import Entry
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.engine import listed, ondisk
from vidu_tui.engine.memory import Memory, merged
from vidu_tui.storage.facts import Choice
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Watchlist

if TYPE_CHECKING:
    from vidu_tui.core.files import FileState

_AS_SET = Choice()


def read(
    watchlist: Watchlist,
    ledger: Ledger,
    *,
    default_gateway: str,
    kinds: tuple[AssetKind, ...],
    intervals: Intervals,
    now: float,
) -> list[Entry]:
    """Read every task of the list, oldest first, as a dashboard shows it when it starts.

    ``now`` is epoch seconds. Raises ListError; a ledger that cannot be read is one without facts.
    """
    rows = listed.by_task(watchlist.read(), default_gateway)
    entries = {key: listed.entry_of(key, same, kinds) for key, same in rows.items()}
    if not ledger.path.exists():
        return list(entries.values())
    memories = _memories(ledger, list(entries))
    found = [merged(entry, memories[key]) for key, entry in entries.items()]
    return [schedule.with_age(entry, intervals, now) for entry in found]


def _memories(ledger: Ledger, tasks: list[TaskKey]) -> dict[TaskKey, Memory]:
    wishes, choices = ledger.wishes(), ledger.choices()
    answers = {fact.key: fact for fact in ledger.answers(tasks)}
    files: dict[TaskKey, list[FileState]] = {task: [] for task in tasks}
    for fact in ledger.files():
        states = files.get(fact.task)
        if states is not None and (state := ondisk.state_of(fact)) is not None:
            states.append(state)
    return {
        task: Memory(answers.get(task), tuple(states), task in wishes, choices.get(task, _AS_SET))
        for task, states in files.items()
    }
