"""What is told of ends: words, bell, notice, title; all of it harmless, and not in front."""

import pytest
from textual import events

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import current, go_to, on_stage
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.task import Task, TaskKey, TaskState, state_of
from vidu_tui.core.tidings import EVENTS, Tiding
from vidu_tui.ui import escapes, toasts
from vidu_tui.ui.alerts import Alerts, title_of
from vidu_tui.ui.app import ViduApp

KEY = TaskKey("theturbo", "1")


def ended(word: str, label: str = "hero shot", **fields: object) -> Entry:
    task = Task("1", state_of(word), word, credits=60.0, err_code="TaskPromptPolicyViolation")
    return Entry(KEY, label, task=task)._replace(**fields)  # type: ignore[arg-type] # what a test sets


def tiding(entry: Entry, *, is_news: bool = True) -> Tiding:
    return Tiding(entry, EVENTS[entry.state], is_news)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ([ended("success")], "Finished: hero shot, 60 credits · d downloads it"),
        ([ended("success", is_wanted=True)], "Finished: hero shot, 60 credits"),
        ([ended("failed", "car chase")], "Failed: car chase, prompt refused · Enter says why"),
        ([ended("success")] * 4 + [ended("failed")], "4 finished, 1 failed"),
        ([ended("failed")] * 2, "2 failed"),
        ([ended("canceled")], "Canceled: hero shot"),
        ([ended("canceled")] * 2 + [ended("success")], "1 finished, 2 canceled"),
    ],
)
def test_words(ends: list[Entry], words: str) -> None:
    assert toasts.ended([(e, tiding(e).event) for e in ends]) == words


@pytest.fixture
async def app() -> ViduApp:
    return stage.app_of(mixed())[0]


class Terminal:
    """An app's terminal that keeps what is written beside the screen."""

    def __init__(self, app: ViduApp, **environ: str):
        self.written: list[str] = []
        self.alerts = Alerts(app, is_ascii=False, write=self.written.append, environ=environ)


async def test_a_terminal_that_is_not_in_front_rings_and_one_that_is_does_not(
    app: ViduApp,
) -> None:
    async with app.run_test(notifications=True) as pilot:
        terminal = Terminal(app, TERM="xterm-256color")
        terminal.alerts.tell((tiding(ended("success")),))
        assert terminal.written == ["\a\x1b]9;vidu-tui: Finished: hero shot, 60 credits\a"]
        terminal.alerts.look(events.AppFocus())
        terminal.alerts.tell((tiding(ended("failed", "car chase")),))
        assert len(terminal.written) == 1
        terminal.alerts.look(events.AppBlur())
        terminal.alerts.tell((tiding(ended("success")),) * 3)
        assert terminal.written[1:] == ["\a\x1b]9;vidu-tui: 3 finished\a"]
        await pilot.pause()
        assert [n.message for n in app._notifications] == [
            "Finished: hero shot, 60 credits · d downloads it",
            "Failed: car chase, prompt refused · Enter says why",
            "3 finished",
        ]


async def test_what_had_ended_before_it_was_seen_is_shown_and_not_rung(app: ViduApp) -> None:
    async with app.run_test(notifications=True) as pilot:
        terminal = Terminal(app)
        terminal.alerts.tell((tiding(ended("success"), is_news=False),))
        await pilot.pause()
        assert terminal.written == []
        assert len(app._notifications) == 1


@pytest.mark.parametrize(
    ("environ", "start", "end"),
    [
        ({"TERM": "xterm"}, "\a\x1b]9;vidu-tui: ", "\a"),
        ({"TERM": "foot"}, "\a\x1b]777;notify;vidu-tui;", "\a"),
        ({"TERM": "xterm", "VTE_VERSION": "7600"}, "\a\x1b]777;notify;vidu-tui;", "\a"),
        ({"TERM": "tmux", "TMUX": "1"}, "\a\x1bPtmux;\x1b\x1b]9;vidu-tui: ", "\a\x1b\\"),
        ({"TERM": "screen"}, "\a\x1bP\x1b]9;vidu-tui: ", "\a\x1b\\"),
    ],
)
def test_a_notice_is_wrapped_for_what_stands_between(
    environ: dict[str, str], start: str, end: str
) -> None:
    said = escapes.notice("a;b\x1b]52;c;eA==\a\nc", environ)
    assert said == f"{start}a,b c{end}"


def test_a_label_cannot_write_to_the_terminal() -> None:
    assert escapes.title("a\x1b]0;b\a\x9c\nc") == "\x1b]2;a c\a"
    assert len(escapes.title("x" * 1000)) < 200


def test_the_window_is_named_by_how_the_list_does() -> None:
    assert title_of(Board()) == "vidu-tui"
    rows = [
        ended(word, task_id)._replace(key=TaskKey("theturbo", task_id))
        for task_id, word in (("1", "success"), ("2", "success"), ("3", "failed"))
    ]
    for task_id, progress in (("4", 40.0), ("5", 84.0)):
        task = Task(task_id, TaskState.PROCESSING, "processing", progress=progress)
        rows.append(Entry(TaskKey("theturbo", task_id), task=task))
    rows.append(Entry(TaskKey("theturbo", "6")))
    assert title_of(Board().with_list(rows)) == "►3 ✓2 ✗1 62%"


async def test_the_title_is_written_when_it_changes_and_again_after_coming_back(
    app: ViduApp,
) -> None:
    async with app.run_test():
        terminal = Terminal(app, TERM="xterm")
        for _ in range(3):
            terminal.alerts._named_at = float("-inf")
            terminal.alerts.name_window(app.board)
        assert terminal.written == [escapes.title(title_of(app.board))]
        terminal.alerts._named_at = float("-inf")
        terminal.alerts.name_window(app.board, is_anew=True)
        assert len(terminal.written) == 2
        console = Terminal(app, TERM="linux")
        console.alerts.name_window(app.board)
        assert console.written == []


async def test_w_mutes_and_w_again_takes_it_back() -> None:
    async with on_stage(size=(150, 40)) as (pilot, app, engine):
        await go_to(pilot, "drone over fjord")
        key = current(app)
        await pilot.press("w")
        await look.settle(pilot)
        assert engine.told("mute") == [([key], True)]
        assert any("nothing of its end" in row for row in look.rows(app))
        await pilot.press("w")
        assert engine.told("mute")[1] == ([key], False)
        assert [n.message for n in app._notifications] == [
            "Nothing will be said of the end of drone over fjord · w changes that",
            "You will be told of the end of drone over fjord · w changes that",
        ]


async def test_of_what_has_ended_there_is_nothing_to_mute() -> None:
    async with on_stage() as (pilot, app, engine):
        await go_to(pilot, "beach at dusk")
        await pilot.press("w")
        await look.settle(pilot)
        assert engine.told("mute") == []
        assert [n.message for n in app._notifications] == ["beach at dusk has ended"]


async def test_the_engine_is_heard() -> None:
    async with on_stage() as (pilot, app, engine):
        for listener in engine.herald.listeners:
            listener((tiding(ended("success")),))
        await look.settle(pilot)
        assert [n.message for n in app._notifications] == [
            "Finished: hero shot, 60 credits · d downloads it"
        ]
