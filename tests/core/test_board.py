"""The Board: immutable, silent where nothing changed, and never forgetful of a paid file."""

from collections.abc import Callable

import pytest

from vidu_tui.core.board import Board, Entry, Health, HealthKind, Trouble, with_answer, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

A, B, C = (TaskKey("g", name) for name in "abc")
VIDEO, SECOND = FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)
CREATION = Creation("c", (Asset(AssetKind.VIDEO, "https://f.example/v.mp4"),))


def task(state: TaskState, count: int = 0) -> Task:
    return Task("a", state, state.word, creations=(CREATION,) * count)


def board_of(*keys: TaskKey) -> Board:
    return Board().with_list(Entry(key) for key in keys)


def test_a_board_cannot_be_changed_in_place() -> None:
    board = board_of(A)
    with pytest.raises(TypeError):
        board.entries[B] = Entry(B)  # type: ignore[index] # that it cannot be done is the point
    with pytest.raises(AttributeError):
        board.entries[A].label = "x"  # type: ignore[misc] # that it cannot be done is the point


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.with_entry(Entry(A)),
        lambda b: b.with_entry(Entry(C, label="nobody asks for it any more")),
        lambda b: b.with_entries([Entry(A), Entry(B), Entry(C)]),
        lambda b: b.with_entries([]),
        lambda b: b.with_list([Entry(A), Entry(B)]),
        lambda b: b.with_health(Health("g")),
    ],
)
def test_what_changes_nothing_gives_the_same_board(change: Callable[[Board], Board]) -> None:
    board = board_of(A, B).with_health(Health("g"))
    assert change(board) is board


def test_a_change_gives_a_new_board_and_leaves_the_old_one() -> None:
    board = board_of(A, B)
    changed = board.with_entry(Entry(A, label="x"))
    assert (board.entries[A].label, changed.entries[A].label) == ("", "x")
    assert changed.entries[B] is board.entries[B]
    both = board.with_entries([Entry(A, label="x"), Entry(B, label="y"), Entry(C)])
    assert [e.label for e in both.entries.values()] == ["x", "y"]


def test_the_list_gives_order_labels_and_membership_and_keeps_the_facts() -> None:
    known = Entry(A, task=task(TaskState.PROCESSING), answered_at=5.0, is_wanted=True)
    board = board_of(A, B).with_entry(known)
    listed = board.with_list([Entry(C), Entry(A, label="new", added_at=7.0)])
    assert list(listed.entries) == [C, A]
    assert listed.entries[A] == known._replace(label="new", added_at=7.0)
    assert board_of(A, B).with_list([Entry(B), Entry(A)]) is not board


def test_an_entry_that_the_list_does_not_change_stays_the_same_object() -> None:
    board = board_of(A, B)
    listed = board.with_list([Entry(A), Entry(B, label="new"), Entry(C)])
    assert listed.entries[A] is board.entries[A]
    assert listed.entries[B] is not board.entries[B]


def test_each_gateway_has_one_health_in_its_place() -> None:
    board = Board().with_health(Health("g")).with_health(Health("h"))
    board = board.with_health(Health("g", kind=HealthKind.OK))
    assert [(h.gateway, h.kind) for h in board.health] == [
        ("g", HealthKind.OK),
        ("h", HealthKind.IDLE),
    ]
    assert board.health_of("h") == Health("h")
    assert board.health_of("unasked").kind is HealthKind.IDLE


def test_a_good_answer_ends_trouble_and_dates_the_first_success() -> None:
    entry = Entry(A, trouble=Trouble("502", "", 1.0), is_denied=True, is_stale=True)
    first = with_answer(entry, task(TaskState.SUCCESS, 1), 10.0)
    assert (first.trouble, first.is_denied, first.is_stale) == (None, False, False)
    assert (first.answered_at, first.finished_at) == (10.0, 10.0)
    second = with_answer(first, task(TaskState.SUCCESS, 1), 20.0)
    assert (second.answered_at, second.finished_at) == (20.0, 10.0)
    assert with_answer(Entry(A), task(TaskState.PROCESSING), 5.0).finished_at is None


def test_a_paid_file_is_never_forgotten() -> None:
    first = with_answer(Entry(A), task(TaskState.SUCCESS, 2), 1.0)
    second = with_answer(first, task(TaskState.SUCCESS), 2.0)
    assert second.videos == (VIDEO, SECOND)


def test_the_state_to_show_is_the_last_answers() -> None:
    assert Entry(A).state is TaskState.ASKING
    assert Entry(A, is_denied=True).state is TaskState.NOT_FOUND
    known = Entry(A, task=task(TaskState.PROCESSING), is_denied=True)
    assert (known.state, known.state_word) == (TaskState.PROCESSING, "processing")
    odd = task(TaskState.UNKNOWN)._replace(state_word="weird")
    assert Entry(A, task=odd).state_word == "weird"


def test_saved_means_every_main_file() -> None:
    cover = Creation("d", (Asset(AssetKind.COVER, "https://f.example/c.jpg"),))
    done = task(TaskState.SUCCESS, 2)._replace(creations=(CREATION, cover, CREATION))
    entry = Entry(A, task=done)
    third = FileKey(2, AssetKind.VIDEO)
    assert entry.videos == (VIDEO, third)
    assert (entry.is_saved, entry.is_unsaved) == (False, True)
    entry = with_file(entry, FileState(VIDEO, FileStage.SAVED))
    assert (entry.saved_count, entry.is_saved) == (1, False)
    entry = with_file(entry, FileState(third, FileStage.SAVED))
    assert (entry.saved_count, entry.is_saved, entry.is_unsaved) == (2, True, False)
    assert not Entry(A, task=task(TaskState.SUCCESS)).is_unsaved
    assert not Entry(A, task=task(TaskState.FAILED, 1)).is_unsaved


def test_files_are_replaced_by_key_and_stay_in_order() -> None:
    entry = with_file(Entry(A), FileState(SECOND, FileStage.WAITING))
    entry = with_file(entry, FileState(VIDEO, FileStage.STOPPED))
    entry = with_file(entry, FileState(SECOND, FileStage.RUNNING))
    assert [(f.key, f.stage) for f in entry.files] == [
        (VIDEO, FileStage.STOPPED),
        (SECOND, FileStage.RUNNING),
    ]
    assert entry.file(SECOND) == entry.files[1]
    assert entry.file(FileKey(9, AssetKind.COVER)) is None


def test_what_is_under_way_is_a_download() -> None:
    under_way = {stage for stage in FileStage if stage.is_under_way}
    assert under_way == {
        FileStage.WAITING,
        FileStage.RUNNING,
        FileStage.RETRYING,
        FileStage.RENEWING,
        FileStage.CHECKING,
    }
    board = board_of(A, B).with_entry(with_file(Entry(B), FileState(VIDEO, FileStage.RUNNING)))
    assert [(e.key, f.key) for e, f in board.downloads] == [(B, VIDEO)]
    assert board.entries[B].is_downloading


@pytest.mark.parametrize(
    ("received", "total", "speed", "share", "left_s"),
    [
        (50, 100, 10.0, 0.5, 5.0),
        (150, 100, 10.0, 1.0, 0.0),
        (50, None, 10.0, None, None),
        (50, 0, 10.0, None, None),
        (50, 100, None, 0.5, None),
        (50, 100, 0.0, 0.5, None),
    ],
)
def test_share_and_time_left_are_known_or_none(
    received: int, total: int | None, speed: float | None, share: float | None, left_s: float | None
) -> None:
    state = FileState(VIDEO, FileStage.RUNNING, received=received, total=total, speed_bps=speed)
    assert (state.share, state.left_s) == (share, left_s)


def named(name: str, link: str) -> Creation:
    return Creation(name, (Asset(AssetKind.VIDEO, f"https://h.example/{link}.mp4?sign=anew"),))


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        (["1a", "2b"], ["2b", "1a"], ["1a", "2b"]),
        (["1a", "2b"], ["2b"], ["1a", "2b"]),
        (["1a"], ["2b", "1a"], ["1a", "2b"]),
        ([" b"], [" a", " b"], [" b", " a"]),
        ([" a", "2b"], ["2b", "1a"], ["1a", "2b"]),
        ([" a"], ["1b"], ["1b"]),
        ([" a", " b"], [" c"], [" a", " b", " c"]),
        (["1a"], ["2a"], ["1a", "2a"]),
        (["1a", "2b"], [], ["1a", "2b"]),
    ],
)
def test_a_creation_keeps_its_place_by_id_or_link(
    old: list[str], new: list[str], both: list[str]
) -> None:
    def success(marks: list[str]) -> Task:
        creations = tuple(named(mark[0].strip(), mark[1]) for mark in marks)
        return Task("1", TaskState.SUCCESS, "success", creations=creations)

    entry = with_answer(with_answer(Entry(A), success(old), 1.0), success(new), 2.0)
    assert entry.task is not None
    assert entry.task.creations == success(both).creations
