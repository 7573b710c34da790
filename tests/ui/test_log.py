"""The log: what has happened, newest first, filtered, and never more than was redacted."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.ui import look, stage
from vidu_tui.core.journal import Happening, Kind, Weight
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.widgets.lines import SpanList

HERO = TaskKey("theturbo", "940119407923630096")


@asynccontextmanager
async def opened(
    *told: Happening, size: tuple[int, int] = (120, 30)
) -> AsyncIterator[tuple[ViduApp, Pilot[str]]]:
    app, engine = stage.app_of(stage.board_at(20))
    for happening in told:
        engine.journal.say(happening)
    async with app.run_test(size=size) as pilot:
        await look.settle(pilot)
        await pilot.press("L")
        await look.settle(pilot)
        yield app, pilot


def at(
    seconds: float,
    words: str,
    kind: Kind = Kind.STATE,
    *,
    weight: Weight = Weight.PLAIN,
    task: TaskKey | None = None,
    name: str = "",
) -> Happening:
    return Happening(stage.NOW + seconds, kind, words, weight, task, name)


TOLD = (
    at(-60, "queueing → processing", task=HERO, name="hero shot"),
    at(
        -30, "theturbo answered 502.", Kind.POLL, weight=Weight.WARNING, task=HERO, name="hero shot"
    ),
    at(-10, "theturbo wants fewer requests. 214/600 rpm", Kind.GATEWAY, weight=Weight.WARNING),
)


async def test_the_newest_stands_first_with_time_and_task() -> None:
    async with opened(*TOLD) as (app, _):
        rows = [row for row in look.rows(app) if "14:0" in row]
        assert "14:04:50  ! gateway" in rows[0]
        assert "214/600 rpm" in rows[0]
        assert "14:04:00    state    hero shot             queueing → processing" in rows[2]


@pytest.mark.parametrize("key", ["escape", "q", "L"])
async def test_it_closes_by_each_of_its_keys(key: str) -> None:
    async with opened(*TOLD) as (app, pilot):
        assert look.name(app) == "LogScreen"
        await pilot.press(key)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_it_is_filtered_by_every_word_and_esc_ends_that_first() -> None:
    async with opened(*TOLD) as (app, pilot):
        await pilot.press("slash", *"hero 502")
        await look.settle(pilot)
        assert app.screen.query_one(Input).value == "hero 502"
        assert len(app.screen.query_one(SpanList).lines) == 1
        assert "hero 502" in look.text(app)
        await pilot.press("escape")
        await look.settle(pilot)
        assert len(app.screen.query_one(SpanList).lines) == 3
        assert look.name(app) == "LogScreen"


async def test_what_happens_meanwhile_comes_on_top_and_the_cursor_stays() -> None:
    async with opened(*TOLD) as (app, pilot):
        await pilot.press("j")
        app.engine.journal.say(at(0, "added", Kind.LIST, task=HERO, name="hero shot"))
        app.screen.look()  # type: ignore[attr-defined] # as its timer does
        await look.settle(pilot)
        found = app.screen.query_one(SpanList)
        assert len(found.lines) == 4
        assert found.cursor == 2


async def test_an_empty_log_and_an_empty_filter_say_so() -> None:
    async with opened() as (app, pilot):
        assert "Nothing has happened yet." in look.text(app)
        await pilot.press("slash", "x")
        await look.settle(pilot)
        assert "Nothing matches." in look.text(app)


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12), (20, 5)])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async with opened(*TOLD, at(-5, "long " * 60), size=size) as (app, _):
        assert all(len(row) <= size[0] for row in look.rows(app))
        assert "14:04:55" in look.text(app)


async def test_the_whole_of_a_long_line_is_said_below() -> None:
    words = "a line that is much longer than the screen is wide, " * 2 + "to its end"
    async with opened(at(-5, words), size=(80, 24)) as (app, _):
        assert "to its end" in look.text(app)


async def test_words_of_a_server_are_no_markup() -> None:
    async with opened(at(-5, "oops [/nope] [red]")) as (app, _):
        assert "oops [/nope] [red]" in look.text(app)
