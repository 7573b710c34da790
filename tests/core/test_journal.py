"""What has happened, told from two Boards."""

import pytest

from vidu_tui.core import journal
from vidu_tui.core.board import Board, Entry, Health, HealthKind, Trouble, with_answer, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.journal import Happening, Kind, Weight
from vidu_tui.core.task import AssetKind, Task, TaskKey, TaskState

NOW = 1_800_000_000.0
KEY = TaskKey("theturbo", "940107923630096384")
VIDEO = FileKey(0, AssetKind.VIDEO)
ENTRY = Entry(KEY, label="hero shot")
QUEUED = with_answer(ENTRY, Task(KEY.id, TaskState.QUEUEING, "queueing"), NOW)
SICK = Trouble("502", "theturbo answered 502 Bad Gateway.", NOW - 72)


def board(*entries: Entry, **changes: object) -> Board:
    return Board().with_list(entries)._replace(**changes)  # type: ignore[arg-type] # as named


def task(state: TaskState, **changes: object) -> Task:
    return Task(KEY.id, state, state.word)._replace(**changes)  # type: ignore[arg-type] # as named


def said(old: Board, new: Board) -> list[tuple[Kind, str, Weight]]:
    return [(h.kind, h.words, h.weight) for h in journal.happenings(old, new, NOW)]


@pytest.mark.parametrize(
    ("before", "after", "words", "weight"),
    [
        (ENTRY, QUEUED, "queueing", Weight.PLAIN),
        (
            QUEUED,
            with_answer(QUEUED, task(TaskState.PROCESSING), NOW),
            "queueing → processing",
            Weight.PLAIN,
        ),
        (
            QUEUED,
            with_answer(QUEUED, task(TaskState.SUCCESS, credits=60), NOW),
            "queueing → success, 60 credits",
            Weight.GOOD,
        ),
        (
            QUEUED,
            with_answer(QUEUED, task(TaskState.FAILED, err_code="CreationPolicyViolation"), NOW),
            "queueing → failed: result refused",
            Weight.ERROR,
        ),
        (ENTRY, ENTRY._replace(is_denied=True), "not found", Weight.WARNING),
    ],
)
def test_a_change_of_state_is_told(before: Entry, after: Entry, words: str, weight: Weight) -> None:
    assert said(board(before), board(after)) == [(Kind.STATE, words, weight)]


def test_what_comes_goes_and_is_labelled_is_told() -> None:
    other = ENTRY._replace(key=TaskKey("theturbo", "2"), label="")
    assert said(board(), board(ENTRY)) == [(Kind.LIST, "added", Weight.PLAIN)]
    assert said(board(ENTRY, other), board(ENTRY)) == [(Kind.LIST, "removed", Weight.PLAIN)]
    renamed = ENTRY._replace(label="car [/x]")
    assert said(board(ENTRY), board(renamed))[0][1] == "label: car [/x]"


def test_trouble_is_told_once_and_so_is_its_end() -> None:
    sick = QUEUED._replace(trouble=SICK)
    line = (Kind.POLL, "theturbo answered 502 Bad Gateway.", Weight.WARNING)
    assert said(board(QUEUED), board(sick)) == [line]
    again = sick._replace(trouble=SICK._replace(next_at=NOW + 8, failures=2))
    assert said(board(sick), board(again)) == []
    assert said(board(again), board(QUEUED)) == [
        (Kind.POLL, "answered again after 1m12s", Weight.GOOD)
    ]


@pytest.mark.parametrize(
    ("stage", "words", "weight"),
    [
        (FileStage.RUNNING, "video: is coming", Weight.PLAIN),
        (FileStage.SAVED, "video: saved 8.4 MB, /v/a.mp4", Weight.GOOD),
        (FileStage.STOPPED, "video: stopped at 50%, what has arrived is kept", Weight.PLAIN),
        (FileStage.FAILED, "video: no", Weight.ERROR),
        (FileStage.MISSING, "video: the saved file is not as it was, /v/a.mp4", Weight.WARNING),
    ],
)
def test_each_step_of_a_download_is_told(stage: FileStage, words: str, weight: Weight) -> None:
    file = FileState(VIDEO, stage, "/v/a.mp4", 8_400_000, 16_800_000, line="no")
    after = with_file(QUEUED, file)
    assert said(board(QUEUED), board(after)) == [(Kind.FILE, words, weight)]
    more = with_file(after, file._replace(received=9_000_000))
    assert said(board(after), board(more)) == []


def test_a_gateway_that_wants_fewer_requests_is_told_with_its_rate() -> None:
    ok = Health("theturbo", kind=HealthKind.OK)
    slow = Health(
        "theturbo",
        kind=HealthKind.THROTTLED,
        line="theturbo wants fewer requests.",
        next_at=NOW + 12,
        asked=214,
        limit=600,
    )
    words = "theturbo wants fewer requests. Next one in 12 s; 214/600 rpm"
    assert said(board(health=(ok,)), board(health=(slow,))) == [
        (Kind.GATEWAY, words, Weight.WARNING)
    ]
    assert said(board(health=(slow,)), board(health=(ok,))) == [
        (Kind.GATEWAY, "theturbo answers", Weight.GOOD)
    ]


def test_pause_windows_and_trouble_with_the_disk_are_told() -> None:
    assert said(board(), board(paused_since=NOW)) == [
        (Kind.WINDOW, "polling is paused", Weight.PLAIN)
    ]
    assert said(board(), board(is_following=True))[0][1].startswith("another vidu-tui window")
    assert said(board(), board(disk_line="Disk full."))[0] == (
        Kind.FILE,
        "Disk full.",
        Weight.WARNING,
    )


def test_a_line_of_the_file_is_read_back() -> None:
    told = Happening(NOW, Kind.STATE, "queueing → processing", Weight.GOOD, KEY, "hero shot")
    found = journal.earlier(NOW, told.line)
    assert found is not None
    assert found == told._replace(task=TaskKey("", KEY.id))
    unnamed = told._replace(name="")
    assert journal.earlier(NOW, unnamed.line) == unnamed._replace(task=TaskKey("", KEY.id))
    general = Happening(NOW, Kind.WINDOW, "polling is paused")
    assert journal.earlier(NOW, general.line) == general
    disk = Happening(NOW, Kind.FILE, "Disk full.", Weight.WARNING)
    assert journal.earlier(NOW, disk.line) == disk
    assert journal.earlier(NOW, "Traceback: no line of ours") is None
    assert journal.earlier(NOW, "") is None


def test_words_of_a_server_are_harmless() -> None:
    odd = with_answer(ENTRY, Task(KEY.id, TaskState.UNKNOWN, "moder\x1b[31mating\n"), NOW)
    assert said(board(ENTRY), board(odd)) == [(Kind.STATE, "moderating", Weight.WARNING)]
