"""Sorting: the menu, the keys that move it, the heads, and that rows stay where they are."""

import pytest

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import current, go_to, main, on_stage
from vidu_tui.core.cells import title
from vidu_tui.core.sorting import NEWEST, Sort
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.widgets.heads import Heads

WIDE = (190, 40)
"""The pane beside the list leaves 147 cells."""


def shown(app: ViduApp) -> list[str]:
    return [title(app.board.entries[key]) for key in main(app).table.finder.order]


def heads(app: ViduApp) -> str:
    return look.rows(app)[main(app).query_one(Heads).region.y]


def sort(app: ViduApp) -> Sort:
    return main(app).wish.sort


async def test_s_opens_a_menu_and_the_same_again_reverses() -> None:
    async with on_stage(size=WIDE) as (pilot, app, _):
        newest = shown(app)
        await look.press(pilot, "s")
        await look.settle(pilot)
        assert "newest       ▼" in look.text(app)
        await look.press(pilot, *["j"] * 3, "enter")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert shown(app) == sorted(newest)
        assert "name▲" in heads(app)
        await look.press(pilot, "s", "enter")
        await look.settle(pilot)
        assert shown(app) == sorted(newest, reverse=True)
        assert "name▼" in heads(app)
        await look.press(pilot, "s", "g", "enter")
        await look.settle(pilot)
        assert shown(app) == newest
        assert not {"▲", "▼"} & set(heads(app))
        await look.press(pilot, "s", "enter")
        await look.settle(pilot)
        assert shown(app) == newest[::-1]


@pytest.mark.parametrize("key", ["escape", "s", "q"])
async def test_the_menu_closes_without_sorting(key: str) -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "s", "j", key)
        await look.settle(pilot)
        assert (look.name(app), sort(app)) == ("MainScreen", Sort())


async def test_a_click_in_the_menu_sorts() -> None:
    async with on_stage(size=(120, 40)) as (pilot, app, _):
        await look.press(pilot, "s")
        await look.settle(pilot)
        y = next(i for i, line in enumerate(look.rows(app)) if "│" in line and " credits  " in line)
        await pilot.click(offset=(50, y))
        await look.settle(pilot)
        assert sort(app) == Sort("credits")
        assert shown(app)[0] == "drone over fjord"


async def test_less_and_greater_move_the_sorted_column_round() -> None:
    async with on_stage(size=WIDE) as (pilot, app, _):
        seen = []
        for _ in range(10):
            await look.press(pilot, ">")
            seen.append(sort(app).column)
        assert seen == [
            "state",
            "progress",
            "name",
            "model",
            "resolution",
            "duration",
            "credits",
            "expires",
            "file",
            NEWEST,
        ]
        await look.press(pilot, "<", "<")
        assert sort(app) == Sort("expires")


async def test_the_keys_pass_only_columns_that_this_width_shows() -> None:
    async with on_stage(size=(80, 24)) as (pilot, app, _):
        await look.press(pilot, "<", "<", "<")
        await look.settle(pilot)
        assert sort(app) == Sort("resolution")
        assert " res▼" in heads(app)
    async with on_stage(size=(60, 24)) as (pilot, app, _):
        await look.press(pilot, "<", "<")
        assert sort(app) == Sort("expires"), "without heads all of them"


@pytest.mark.parametrize(
    ("size", "head", "column", "sign"),
    [
        (WIDE, "credits", "credits", "credits▼"),
        (WIDE, "expires", "expires", "expires▲"),
        (WIDE, "result", "file", "result▲"),
        (WIDE, "dur", "duration", "dur▼"),
        ((116, 24), "state", "state", "state▲"),
        ((97, 24), "progress", "progress", "progress▼"),
        ((80, 24), "%", "progress", "%▼"),
        ((80, 24), "model", "model", "model▲"),
        ((70, 24), "name", "name", "name▲"),
    ],
)
async def test_a_click_on_a_head_sorts_and_the_next_reverses(
    size: tuple[int, int], head: str, column: str, sign: str
) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        before = heads(app)
        where = before.index(head), main(app).query_one(Heads).region.y
        for is_reversed in (False, True):
            await pilot.click(offset=where)
            await look.settle(pilot)
            assert sort(app) == Sort(column, is_reversed)
        await pilot.click(offset=where)
        await look.settle(pilot)
        assert sign in heads(app)
        assert heads(app).replace("▲", " ").replace("▼", " ") == before, "no head moves"


async def test_the_cursor_follows_its_task_into_another_order() -> None:
    async with on_stage() as (pilot, app, _):
        key = await go_to(pilot, "car chase")
        await look.press(pilot, ">", ">", ">")
        await look.settle(pilot)
        assert current(app) == key
        assert "▌" in look.line(app, "car chase")


async def test_rows_move_only_when_what_they_are_sorted_by_changes() -> None:
    async with on_stage(size=WIDE) as (pilot, app, engine):
        await look.press(pilot, ">", ">")
        await look.settle(pilot)
        assert sort(app) == Sort("progress")
        before = shown(app)
        rain = stage.named(app.board, "rain loop")
        engine.show(app.board.with_entry(rain._replace(is_wanted=True)))
        await look.settle(pilot)
        assert shown(app) == before
        assert rain.task is not None
        engine.show(app.board.with_entry(rain._replace(task=rain.task._replace(progress=99.0))))
        await look.settle(pilot)
        assert before.index("rain loop") > shown(app).index("rain loop") == 4


async def test_a_new_task_stands_where_the_order_wants_it() -> None:
    async with on_stage(size=WIDE) as (pilot, app, engine):
        await look.press(pilot, ">", ">", ">")
        entry = stage.named(mixed(), "hero shot")._replace(label="aaa")
        entry = entry._replace(key=entry.key._replace(id="940121690478100991"))
        engine.show(app.board.with_list([*app.board.entries.values(), entry]))
        await look.settle(pilot)
        assert shown(app)[0] == "aaa"
