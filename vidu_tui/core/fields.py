"""What a filter can ask of an entry: its fields, its flags, its words. Knows no filter's text."""

from collections.abc import Callable
from math import inf
from typing import Final, Generic, NamedTuple, TypeVar

from vidu_tui.core import cells, failures, view
from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskKey, TaskState
from vidu_tui.core.view import View

_MOST_KEPT = 50_000
T = TypeVar("T")


class _Kept(Generic[T]):
    """What was made of an entry, kept as long as it is the same entry: a filter asks at each key.

    Made anew the same comes out, so whoever shares it sees no difference.
    """

    def __init__(self, make: Callable[[Entry, float], T]):
        self._make = make
        self._made: dict[TaskKey, tuple[Entry, float, T]] = {}

    def of(self, entry: Entry, lifetime_s: float) -> T:
        kept = self._made.get(entry.key)
        if kept is not None and kept[0] is entry and kept[1] == lifetime_s:
            return kept[2]
        made = self._make(entry, lifetime_s)
        if len(self._made) >= _MOST_KEPT:
            self._made.clear()
        self._made[entry.key] = (entry, lifetime_s, made)
        return made


class Number(NamedTuple):
    """A field that is compared."""

    read: Callable[[Entry, float, float], float | None]
    """Of an entry, now, and the life of an undated link; None where it is not known."""
    is_span: bool = False
    """It is given with a unit of time."""
    takes_plain: bool = True
    """A number without a unit is understood."""
    is_timed: bool = False


class Flag(NamedTuple):
    """A word that asks for a property."""

    test: Callable[[Entry, float, float], bool]
    is_timed: bool = False


def name_of(entry: Entry) -> str:
    """Give what stands in the name column, or nothing where that is the id."""
    return entry.label or cells.title(entry)


def errors_of(entry: Entry) -> tuple[str, ...]:
    """List every word about trouble: of the task, of its poll, of its files."""
    task, found = entry.task, []
    if task is not None and (task.err_code or task.err_message):
        found += [task.err_code, task.err_message]
        why = failures.explain(task.err_code, task.err_message)
        found += [why.cell] if why and task.state is TaskState.FAILED else []
    if entry.trouble is not None:
        found += [entry.trouble.cell, entry.trouble.line]
    for file in entry.files:
        if file.cell or file.line:
            found += [file.cell, file.line]
    return tuple(said for said in found if said)


def _models(entry: Entry) -> tuple[str, ...]:
    model = entry.task.model if entry.task else ""
    short = model[4:] if model[:4].lower() == "vidu" else ""
    return (model, short) if short else (model,)


def _progress(entry: Entry) -> float | None:
    if entry.task is None:
        return None
    return 100.0 if entry.state is TaskState.SUCCESS else entry.task.progress


def _left_s(entry: Entry, now: float, lifetime_s: float) -> float | None:
    end = _ends.of(entry, lifetime_s)
    return None if end is None else end - now


def _said(entry: Entry, _lifetime_s: float) -> str:
    task = entry.task
    told = (task.model, task.type) if task else ()
    said = (entry.key.id, name_of(entry), entry.state_word, *told, *errors_of(entry))
    return "\n".join(said).casefold()


_haystacks = _Kept(_said)
_places = _Kept(lambda entry, lifetime_s: view.place(entry, -inf, lifetime_s))
_ends = _Kept(view.expires_at)


def haystack(entry: Entry) -> str:
    """Give all that a word is sought in, case folded."""
    return _haystacks.of(entry, 0.0)


TEXTS: Final[dict[str, Callable[[Entry], tuple[str, ...]]]] = {
    "id": lambda e: (e.key.id,),
    "label": lambda e: (name_of(e),),
    "model": _models,
    "type": lambda e: (e.task.type if e.task else "",),
    "state": lambda e: (e.state_word,),
    "error": lambda e: errors_of(e) or ("",),
    "gateway": lambda e: (e.key.gateway,),
    "resolution": lambda e: (e.task.resolution if e.task else "",),
}
NUMBERS: Final[dict[str, Number]] = {
    "credits": Number(lambda e, _now, _life: e.task.credits if e.task else None),
    "progress": Number(lambda e, _now, _life: _progress(e)),
    "duration": Number(lambda e, _now, _life: e.task.duration_s if e.task else None, is_span=True),
    "age": Number(
        lambda e, now, _life: None if e.added_at is None else now - e.added_at,
        is_span=True,
        takes_plain=False,
        is_timed=True,
    ),
    "expires": Number(_left_s, is_span=True, takes_plain=False, is_timed=True),
}
ALIASES: Final = {"name": "label", "res": "resolution", "dur": "duration"}
"""What the heads of the columns say."""


def _in(wanted: View) -> Callable[[Entry, float, float], bool]:
    return lambda e, now, lifetime_s: _places.of(e, lifetime_s).at(now).is_in(wanted)


FLAGS: Final[dict[str, Flag]] = {
    "saved": Flag(lambda e, _now, _life: e.is_saved),
    "unsaved": Flag(_in(View.UNSAVED)),
    "downloading": Flag(lambda e, _now, _life: e.is_downloading),
    "stale": Flag(lambda e, _now, _life: e.is_stale),
    "active": Flag(_in(View.ACTIVE)),
    "done": Flag(_in(View.DONE)),
    "problems": Flag(_in(View.PROBLEMS), is_timed=True),
    "expiring": Flag(_in(View.EXPIRING), is_timed=True),
}
