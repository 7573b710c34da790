"""Which rows are shown and in what order, and that following a Board looks at changes alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_query import COMING, FULL, HERO, NOW, OFFLINE, REFUSED, SAVED, finished
from vidu_tui.core import fields, query, view
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.finder import Finder, Wish
from vidu_tui.core.sorting import COLUMNS, NEWEST, Sort, key_of
from vidu_tui.core.task import TaskKey
from vidu_tui.core.view import View

BARE = Entry(TaskKey("theturbo", "x"))
LATER = finished(NOW + 40_000)
KINDS = (HERO, REFUSED, SAVED, COMING, FULL, OFFLINE, finished(), LATER, BARE)


def listed(*kinds: Entry) -> list[Entry]:
    return [e._replace(key=TaskKey("theturbo", str(i))) for i, e in enumerate(kinds)]


def ids(found: Finder) -> list[str]:
    return [key.id for key in found.order]


def of(*kinds: Entry, wish: Wish | None = None) -> tuple[Finder, Board]:
    found, board = Finder(), Board().with_list(listed(*kinds))
    found.take(board, NOW)
    found.show(wish or Wish(), NOW)
    return found, board


def test_newest_stands_on_top_and_every_view_is_counted() -> None:
    found, _ = of(HERO, SAVED, REFUSED, finished())
    assert ids(found) == ["3", "2", "1", "0"]
    assert list(found.counts.values()) == [4, 1, 2, 1, 1, 1]


def test_a_view_and_a_filter_leave_what_is_in_both() -> None:
    found, _ = of(HERO, SAVED, REFUSED, finished(), wish=Wish(View.DONE))
    assert ids(found) == ["3", "1"]
    found.show(Wish(View.DONE, query.parse("unsaved")), NOW)
    assert ids(found) == ["3"]
    found.show(Wish(View.ACTIVE, query.parse("unsaved")), NOW)
    assert ids(found) == []


def test_a_row_comes_and_goes_with_its_entry() -> None:
    found, board = of(HERO, REFUSED, wish=Wish(query=query.parse("hero")))
    board = board.with_entry(board.entries[TaskKey("theturbo", "0")]._replace(label="teaser"))
    assert [e.label for e in found.take(board, NOW)] == ["teaser"]
    assert ids(found) == []
    board = board.with_entry(board.entries[TaskKey("theturbo", "1")]._replace(label="hero"))
    found.take(board, NOW)
    assert ids(found) == ["1"]


def test_time_alone_brings_a_link_close_to_its_end() -> None:
    found, _ = of(finished(NOW + 4 * 3600), wish=Wish(View.EXPIRING))
    found.turn(NOW + 3599)
    assert (ids(found), found.counts[View.EXPIRING]) == ([], 0)
    found.turn(NOW + 3600)
    assert (ids(found), found.counts[View.EXPIRING]) == (["0"], 1)


def test_time_alone_takes_a_row_out_of_a_filter_of_ages() -> None:
    found, _ = of(HERO, wish=Wish(query=query.parse("age<2d")))
    assert ids(found) == ["0"]
    found.turn(NOW + 86_400)
    assert ids(found) == []


def test_rows_move_only_by_what_they_are_sorted_by() -> None:
    rows = [HERO._replace(label=name) for name in "bca"]
    found, board = of(*rows, wish=Wish(sort=Sort("name")))
    before = found.order
    assert ids(found) == ["2", "0", "1"]
    entry = board.entries[TaskKey("theturbo", "0")]
    assert entry.task is not None
    board = board.with_entry(entry._replace(task=entry.task._replace(progress=99.0)))
    found.take(board, NOW)
    assert found.order is before
    found.take(board.with_entry(entry._replace(label="z")), NOW)
    assert ids(found) == ["2", "1", "0"]


def test_alike_rows_stay_newest_first_and_unknown_ones_below_either_way_round() -> None:
    rows = [HERO._replace(label=name) for name in "aba"]
    unknown = Entry(TaskKey("theturbo", "x"))
    assert ids(of(*rows, wish=Wish(sort=Sort("name")))[0]) == ["2", "0", "1"]
    assert ids(of(*rows, wish=Wish(sort=Sort("name", True)))[0]) == ["1", "2", "0"]
    for sort in (Sort("credits"), Sort("credits", True)):
        assert ids(of(unknown, HERO, unknown, wish=Wish(sort=sort))[0]) == ["1", "2", "0"]
    assert ids(of(*rows, wish=Wish(sort=Sort(NEWEST, True)))[0]) == ["0", "1", "2"]


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_has_an_order_that_reverses(column: str) -> None:
    order = of(*KINDS, wish=Wish(sort=Sort(column)))[0].order
    other = of(*KINDS, wish=Wish(sort=Sort(column, True)))[0].order
    entries = {e.key: e for e in listed(*KINDS)}
    assert sorted(order) == sorted(other)
    for keys, is_falling in (
        (order, Sort(column).is_descending),
        (other, not Sort(column).is_descending),
    ):
        for upper, lower in pairwise(key_of(entries[k], column) for k in keys):
            assert upper.tier <= lower.tier
            if upper.tier == lower.tier:
                assert upper >= lower if is_falling else upper <= lower


def test_the_sort_moves_along_the_columns_and_round_through_the_newest() -> None:
    columns = ("state", "name")
    assert Sort().beside(columns, 1) == Sort("state")
    assert Sort("state", True).beside(columns, 1) == Sort("name")
    assert Sort("name").beside(columns, 1) == Sort()
    assert Sort().beside(columns, -1) == Sort("name")
    assert Sort("credits").beside(columns, 1) == Sort("state"), "not among them: from the newest"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ids: list[str] = []
    place = view.place

    def noted(entry: Entry, now: float, lifetime_s: float) -> view.Place:
        ids.append(entry.key.id)
        return place(entry, now, lifetime_s)

    monkeypatch.setattr(view, "place", noted)
    return ids


def test_only_what_has_changed_is_looked_at_again(looked_at: list[str]) -> None:
    found, board = of(*KINDS)
    looked_at.clear()
    board = board.with_entry(board.entries[TaskKey("theturbo", "3")]._replace(label="new"))
    found.take(board, NOW)
    assert looked_at == ["3"]
    added = Entry(TaskKey("theturbo", "added"))
    found.take(board.with_list([*board.entries.values(), added]), NOW)
    assert looked_at == ["3", "added"]
    found.take(board.with_list([added]), NOW)
    assert (looked_at, ids(found)) == (["3", "added"], ["added"])
    assert found.counts[View.ALL] == 1


def test_a_long_list_is_counted_only_when_it_is_asked_for(looked_at: list[str]) -> None:
    found, board = Finder(), Board().with_list(listed(*KINDS * 120))
    found.take(board, NOW)
    assert (len(found.order), looked_at) == (1080, [])
    found.take(board.with_list(list(board.entries.values())[:-1]), NOW)
    assert (len(found.order), looked_at) == (1079, [])
    assert found.counts[View.ALL] == len(looked_at) == 1079


def test_a_filter_that_was_prepared_reads_no_entry_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = of(HERO._replace(label="fresh"), HERO._replace(label="other"))
    found.prepare()
    monkeypatch.setattr(fields, "name_of", None)
    found.show(Wish(query=query.parse("fresh")), NOW)
    assert ids(found) == ["0"]


_ROWS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(KINDS)), max_size=8)


@given(
    st.lists(_ROWS, min_size=1, max_size=4),
    st.sampled_from(View),
    st.sampled_from(["", "hero", "!saved", "expires<3h", "credits>20"]),
    st.sampled_from((NEWEST, *COLUMNS)),
)
def test_following_comes_to_the_same_as_looking_for_the_first_time(
    boards: list[list[tuple[int, Entry]]], shown: View, text: str, column: str
) -> None:
    wish = Wish(shown, query.parse(text), Sort(column))
    followed, board = Finder(), Board()
    followed.show(wish, NOW)
    for rows in boards:
        entries = {TaskKey("g", str(i)): e for i, e in rows}
        board = board.with_list(e._replace(key=k) for k, e in entries.items())
        board = board.with_entries(e._replace(key=k) for k, e in entries.items())
        followed.take(board, NOW)
    fresh = Finder()
    fresh.take(board, NOW)
    fresh.show(wish, NOW)
    assert (followed.order, followed.counts) == (fresh.order, fresh.counts)
