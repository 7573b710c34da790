"""What is said of many entries, and when an entry's first link dies."""

import pytest

from vidu_tui.core import view
from vidu_tui.core.board import Board, Entry, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

EPOCH = 1_789_430_000
UNDATED = "https://f.example/v.mp4"
DATED = f"{UNDATED}?Expires={EPOCH}"
LATER = f"{UNDATED}?Expires={EPOCH + 60}"
VIDEO = FileKey(0, AssetKind.VIDEO)


def entry(
    *urls: str, name: str = "a", state: TaskState = TaskState.SUCCESS, paid: float | None = None
) -> Entry:
    creations = tuple(Creation("c", (Asset(AssetKind.VIDEO, url),)) for url in urls)
    task = Task(name, state, state.word, creations=creations, credits=paid)
    return Entry(TaskKey("g", name), task=task)


@pytest.mark.parametrize(
    ("shown", "end"),
    [
        (entry(DATED), EPOCH),
        (entry(LATER, DATED), EPOCH),
        (entry(DATED)._replace(finished_at=5.0), EPOCH),
        (entry(UNDATED)._replace(finished_at=1000.0, answered_at=5000.0), 87_400),
        (entry(UNDATED)._replace(answered_at=5000.0), 91_400),
        (entry(), None),
        (entry(DATED, state=TaskState.FAILED), None),
        (Entry(TaskKey("g", "a")), None),
    ],
)
def test_the_first_link_to_die_counts_and_an_undated_one_lives_a_day_from_success(
    shown: Entry, end: float | None
) -> None:
    assert view.expires_at(shown) == end


def test_the_life_of_an_undated_link_can_be_set() -> None:
    assert view.expires_at(entry(UNDATED)._replace(finished_at=1000.0), 3600.0) == 4600


def test_credits_are_added_up_and_unknown_ones_told() -> None:
    paid = entry(DATED, paid=60.0)
    assert view.credits_used([]) == (0, False)
    assert view.credits_used([paid, paid, Entry(TaskKey("g", "b"))]) == (120, False)
    assert view.credits_used([paid, entry(DATED)]) == (60, True)
    assert view.credits_used([paid, entry(state=TaskState.FAILED)]) == (60, False)


def test_unsaved_is_what_has_ended_well_and_is_not_on_disk() -> None:
    saved = with_file(entry(DATED, name="b"), FileState(VIDEO, FileStage.SAVED))
    listed = [entry(DATED), saved, entry(name="c"), entry(DATED, name="d", state=TaskState.FAILED)]
    board = Board().with_list(listed)
    assert [e.key.id for e in view.unsaved(board)] == ["a"]
    assert [e.key.id for e in view.newest_first(board)] == ["d", "c", "b", "a"]


SOON = f"{UNDATED}?Expires={EPOCH + 3 * 3600}"
SAVED = FileState(VIDEO, FileStage.SAVED)
FAILED = FileState(VIDEO, FileStage.FAILED)
COVER_FAILED = FileState(FileKey(0, AssetKind.COVER), FileStage.FAILED)
YOUNG = entry()._replace(finished_at=EPOCH - 119)


@pytest.mark.parametrize(
    ("shown", "views"),
    [
        (Entry(TaskKey("g", "a")), "all active"),
        (Entry(TaskKey("g", "a"))._replace(is_denied=True), "all active problems"),
        (entry(state=TaskState.QUEUEING), "all active"),
        (entry(state=TaskState.UNKNOWN), "all active"),
        (entry(state=TaskState.PROCESSING)._replace(is_stale=True), "all active problems"),
        (entry(state=TaskState.FAILED), "all problems"),
        (entry(state=TaskState.CANCELED), "all done"),
        (entry(SOON), "all done unsaved"),
        (entry(DATED), "all done unsaved expiring"),
        (with_file(entry(DATED), SAVED), "all done"),
        (with_file(entry(DATED), FAILED), "all done problems unsaved expiring"),
        (with_file(with_file(entry(DATED), SAVED), COVER_FAILED), "all done"),
        (entry(DATED, SOON), "all done unsaved expiring"),
        (entry(), "all done"),
        (YOUNG, "all done"),
        (YOUNG._replace(finished_at=EPOCH - 121), "all done problems"),
    ],
)
def test_an_entry_is_in_each_of_its_views(shown: Entry, views: str) -> None:
    place = view.place(shown, EPOCH - 1)
    assert " ".join(v.word for v in view.View if place.at(EPOCH - 0.1).is_in(v)) == views


def test_a_link_comes_to_be_expiring_at_three_hours_and_no_file_a_problem_at_two_minutes() -> None:
    place = view.place(entry(SOON), EPOCH - 1)
    assert not place.at(EPOCH - 0.1).is_in(view.View.EXPIRING)
    assert place.at(EPOCH).is_in(view.View.EXPIRING)
    place = view.place(YOUNG, EPOCH - 1)
    assert not place.at(EPOCH).is_in(view.View.PROBLEMS)
    assert place.at(EPOCH + 1).is_in(view.View.PROBLEMS)
