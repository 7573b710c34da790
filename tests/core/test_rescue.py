"""When files are fetched without being asked for: the table of the rule, and its exceptions."""

import pytest

from vidu_tui.core import rescue
from vidu_tui.core.board import Entry, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState

NOW = 1_800_000_000.0
HOUR_S = 3600.0
VIDEO = FileKey(0, AssetKind.VIDEO)


def finished(life_s: float | None, *, age_s: float = 0) -> Entry:
    """Make a success whose link says that it lives so long; None for one that says nothing."""
    query = "" if life_s is None else f"?Expires={int(NOW + life_s)}"
    video = Asset(AssetKind.VIDEO, f"https://h.example/a.mp4{query}")
    task = Task("1", TaskState.SUCCESS, "success", creations=(Creation("1", (video,)),))
    at = NOW - age_s
    return Entry(TaskKey("g", "1"), task=task, answered_at=at, finished_at=at)


@pytest.mark.parametrize(
    ("life_h", "margin_h"),
    [(24, 6), (12, 3), (8, 2), (4, 2), (1, 2), (0.1, 2)],
)
def test_before_expiry_is_two_hours_or_a_quarter_whichever_is_earlier(
    life_h: float, margin_h: float
) -> None:
    due = rescue.due_at(finished(life_h * HOUR_S), rescue.BEFORE_EXPIRY)
    assert due == pytest.approx(NOW + (life_h - margin_h) * HOUR_S, abs=1)


def test_a_link_that_says_nothing_counts_from_the_first_success() -> None:
    entry = finished(None, age_s=HOUR_S)
    assert rescue.due_at(entry, rescue.BEFORE_EXPIRY, 4 * HOUR_S) == NOW + HOUR_S


def test_an_expired_link_is_due_since_long() -> None:
    due = rescue.due_at(finished(-HOUR_S, age_s=25 * HOUR_S), rescue.BEFORE_EXPIRY)
    assert due is not None
    assert due < NOW


def test_on_success_is_at_once() -> None:
    assert rescue.due_at(finished(24 * HOUR_S), rescue.ON_SUCCESS) == NOW


def test_nothing_is_due_when_it_is_off_or_saved_or_not_finished() -> None:
    entry = finished(HOUR_S)
    assert rescue.due_at(entry, rescue.OFF) is None
    saved = with_file(entry, FileState(VIDEO, FileStage.SAVED))
    assert rescue.due_at(saved, rescue.ON_SUCCESS) is None
    running = Entry(entry.key, task=Task("1", TaskState.PROCESSING, "processing"))
    assert rescue.due_at(running, rescue.ON_SUCCESS) is None


@pytest.mark.parametrize("stage", FileStage)
def test_what_is_on_its_way_taken_away_or_given_up_is_left_alone(stage: FileStage) -> None:
    entry = with_file(finished(HOUR_S), FileState(VIDEO, stage))
    assert bool(rescue.files_to_save(entry, NOW)) == (stage is FileStage.STOPPED)
