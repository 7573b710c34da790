"""Which rows of a Board are shown, in what order, and how many each view holds. Knows no clock.

Looks again only at what has changed: 10,000 entries cost a publish about a millisecond.
"""

from collections import Counter
from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from vidu_tui.core import view
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.fields import haystack
from vidu_tui.core.query import EVERYTHING, Query
from vidu_tui.core.sorting import BY_NEWEST, NEWEST, Sort, SortKey, arranged, key_of
from vidu_tui.core.task import TaskKey
from vidu_tui.core.view import Place, View

MANY = 1000
"""Of more than this the views are counted only once the first rows stand on the screen."""


class Wish(NamedTuple):
    """What a person wants to see of the list."""

    view: View = View.ALL
    query: Query = EVERYTHING
    sort: Sort = BY_NEWEST


class Finder:
    """Follow a Board and keep the rows that are wished for; ``order`` is replaced, not changed."""

    def __init__(self, lifetime_s: float = view.LINK_LIFETIME_S, wish: Wish | None = None):
        self.wish = wish or Wish()
        self.order: list[TaskKey] = []
        self._lifetime_s = lifetime_s
        self._entries: Mapping[TaskKey, Entry] = {}
        self._keys: list[TaskKey] = []
        self._values: list[Entry] = []
        self._places: dict[TaskKey, Place] = {}
        self._tally: Counter[int] = Counter()
        """How many tasks are in the same views, by the bits of a ``Place``."""
        self._matched: set[TaskKey] = set()
        self._sort_keys: dict[TaskKey, SortKey] = {}
        self._turns_at = inf
        self._now = 0.0
        self._is_placed = False
        self.gateways: frozenset[str] = frozenset()
        """Whose tasks there are."""

    @property
    def is_waiting(self) -> bool:
        """Tell whether the views are still to be counted."""
        return not self._is_placed

    @property
    def counts(self) -> Mapping[View, int]:
        """Give how many entries each view holds."""
        self._place_all()
        tally = self._tally.items()
        return {each: sum(n for views, n in tally if views & each.bit) for each in View}

    def is_in(self, key: TaskKey, wanted: View) -> bool:
        """Tell whether a task is in a view."""
        found = self._places.get(key)
        return found is not None and found.is_in(wanted)

    def take(self, board: Board, now: float) -> list[Entry]:
        """Follow to a new Board; give the entries that are others than before."""
        keys, values = list(board.entries), list(board.entries.values())
        self._now = now
        if keys != self._keys:
            self.gateways = frozenset(key.gateway for key in keys)
        if not self._is_placed and len(keys) > MANY:
            self._entries, self._keys, self._values = board.entries, keys, values
            self._matched = set(keys)
            self._arrange(keys[::-1])
            return values
        self._place_all()
        is_other_list = keys != self._keys
        if is_other_list:
            changed = [e for e in values if self._entries.get(e.key) is not e]
            for gone in self._entries.keys() - board.entries.keys():
                self._forget(gone)
        else:
            changed = [e for e, old in zip(values, self._values, strict=True) if e is not old]
        self._entries, self._keys, self._values = board.entries, keys, values
        is_moved = is_other_list
        for entry in changed:
            is_moved = self._look_at(entry, now) or is_moved
        if self._turn_places(now):
            self._match_all(now)
        elif is_moved:
            self._arrange(self._shown())
        return changed

    def show(self, wish: Wish, now: float) -> None:
        """Show something else, or in another order."""
        self._place_all()
        is_sorted_anew = wish.sort.column != self.wish.sort.column
        is_same_rows = (wish.view, wish.query) == (self.wish.view, self.wish.query)
        self.wish = wish
        if is_sorted_anew:
            self._sort_keys = {}
            if wish.sort.column != NEWEST:
                self._sort_keys = {e.key: self._sort_key(e) for e in self._values}
        if is_same_rows:
            self._arrange(self._shown())
        else:
            self._match_all(now)

    def prepare(self) -> None:
        """Make ready for a filter: the first key then waits no longer than the others."""
        for entry in self._values:
            haystack(entry)

    def turn(self, now: float) -> None:
        """Follow the time: a link comes to be close to its end, an age is passed."""
        self._place_all()
        if self._turn_places(now) or self.wish.query.is_timed:
            self._match_all(now)

    def _place_all(self) -> None:
        if not self._is_placed:
            self._is_placed = True
            for entry in self._values:
                self._look_at(entry, self._now)

    def _turn_places(self, now: float) -> bool:
        """Put tasks into the views that time alone brings them to; tell whether any moved."""
        if now < self._turns_at:
            return False
        self._turns_at = inf
        for key, old in self._places.items():
            turned = old.at(now)
            self._turns_at = min(self._turns_at, turned.turns_at)
            if turned is not old:
                self._places[key] = turned
                self._tally[old.views] -= 1
                self._tally[turned.views] += 1
        return True

    def _look_at(self, entry: Entry, now: float) -> bool:
        """Take one entry in; tell whether rows may have moved."""
        key = entry.key
        old = self._places.get(key)
        found = self._places[key] = view.place(entry, now, self._lifetime_s)
        self._turns_at = min(self._turns_at, found.turns_at)
        self._tally[found.views] += 1
        if old is not None:
            self._tally[old.views] -= 1
        was_shown, is_shown = key in self._matched, self._is_match(entry, now)
        if is_shown:
            self._matched.add(key)
        else:
            self._matched.discard(key)
        if self.wish.sort.column == NEWEST:
            return was_shown != is_shown
        before = self._sort_keys.get(key)
        after = self._sort_keys[key] = self._sort_key(entry)
        return was_shown != is_shown or before != after

    def _forget(self, key: TaskKey) -> None:
        self._tally[self._places.pop(key).views] -= 1
        self._matched.discard(key)
        self._sort_keys.pop(key, None)

    def _sort_key(self, entry: Entry) -> SortKey:
        return key_of(entry, self.wish.sort.column, self._lifetime_s)

    def _is_match(self, entry: Entry, now: float) -> bool:
        return self._places[entry.key].is_in(self.wish.view) and self.wish.query.matches(
            entry, now, self._lifetime_s
        )

    def _match_all(self, now: float) -> None:
        wish, query, lifetime_s = self.wish, self.wish.query, self._lifetime_s
        shown = self._values[::-1]
        if wish.view is not View.ALL:
            shown = [e for e in shown if self._places[e.key].is_in(wish.view)]
        if not query.is_empty:
            shown = [e for e in shown if query.matches(e, now, lifetime_s)]
        keys = [e.key for e in shown]
        self._matched = set(keys)
        self._arrange(keys)

    def _shown(self) -> list[TaskKey]:
        keys = self._keys[::-1]
        if len(self._matched) == len(keys):
            return keys
        return [key for key in keys if key in self._matched]

    def _arrange(self, newest_first: list[TaskKey]) -> None:
        order = arranged(newest_first, self._sort_keys, self.wish.sort)
        if order != self.order:
            self.order = order
