"""What became of a task: each step once, the newest too, and how long it lasted."""

from vidu_tui.core.board import Entry, with_answer
from vidu_tui.core.task import Task, TaskKey, TaskState, state_of
from vidu_tui.core.timeline import Landing, Past, steps

KEY = TaskKey("theturbo", "1")
SEEN = ((10.0, "created"), (20.0, "queueing"), (50.0, "processing"), (211.0, "success"))


def entry(word: str, at: float) -> Entry:
    return with_answer(Entry(KEY, added_at=5.0), Task("1", state_of(word), word), at)


def said(row: Entry, past: Past, now: float) -> list[tuple[float, str, float | None]]:
    return [(step.at, step.word, step.lasts_s) for step in steps(row, past, now)]


def test_each_state_lasts_until_the_next_and_the_end_lasts_for_no_time() -> None:
    assert said(entry("success", 211.0), Past(SEEN), 999.0) == [
        (5.0, "added", None),
        (10.0, "created", 10.0),
        (20.0, "queueing", 30.0),
        (50.0, "processing", 161.0),
        (211.0, "success", None),
    ]


def test_the_state_of_now_goes_on_though_it_is_not_on_record_yet() -> None:
    found = steps(entry("processing", 50.0), Past(SEEN[:2]), 60.0)
    assert (found[-1].word, found[-1].lasts_s, found[-1].is_going_on) == ("processing", 10.0, True)
    assert [step.is_going_on for step in found[:-1]] == [False] * 3


def test_a_change_that_two_windows_noted_is_one_step() -> None:
    twice = ((10.0, "created"), (10.4, "created"), (20.0, "queueing"))
    assert [word for _, word, _ in said(entry("queueing", 20.0), Past(twice), 30.0)] == [
        "added",
        "created",
        "queueing",
    ]


def test_saved_files_come_where_they_belong_and_are_named_where_they_differ() -> None:
    one = Past(SEEN, (Landing(230.0, "video"),))
    assert said(entry("success", 211.0), one, 999.0)[-1] == (230.0, "saved", None)
    two = Past(SEEN, (Landing(240.0, "cover"), Landing(230.0, "video")))
    assert [w for _, w, _ in said(entry("success", 211.0), two, 999.0)][-2:] == [
        "video saved",
        "cover saved",
    ]


def test_a_task_that_was_never_answered_was_added_and_no_more() -> None:
    assert said(Entry(KEY, added_at=5.0), Past(), 9.0) == [(5.0, "added", None)]
    assert said(Entry(KEY), Past(), 9.0) == []


def test_an_unknown_state_goes_on_and_a_clock_that_went_back_lasts_no_time() -> None:
    (step,) = steps(entry("moderating", 50.0)._replace(added_at=None), Past(), 40.0)
    assert step.state is TaskState.UNKNOWN
    assert step.lasts_s == 0.0
