"""What is said of many entries, and when an entry's first link dies."""

from dataclasses import replace

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
    task = Task(name, state, state.value.word, creations=creations, credits=paid)
    return Entry(TaskKey("g", name), task=task)


@pytest.mark.parametrize(
    ("shown", "end"),
    [
        (entry(DATED), EPOCH),
        (entry(LATER, DATED), EPOCH),
        (replace(entry(DATED), finished_at=5.0), EPOCH),
        (replace(entry(UNDATED), finished_at=1000.0, answered_at=5000.0), 87_400),
        (replace(entry(UNDATED), answered_at=5000.0), 91_400),
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
    assert view.expires_at(replace(entry(UNDATED), finished_at=1000.0), 3600.0) == 4600


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
