"""A label is written where it stands, and in a box where there is no room for that."""

from textual.geometry import Size
from textual.widgets import Input

from tests.ui import look
from tests.ui.test_keys import go_to, main, on_stage


async def test_a_label_is_written_in_its_row() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        key = await go_to(pilot, "rain loop")
        row = next(y for y, words in enumerate(look.rows(app)) if "rain loop" in words)
        before = look.rows(app)[row].index("rain loop")
        await look.press(pilot, "e")
        await look.settle(pilot)
        assert look.name(app) == "LabelInRow"
        assert look.rows(app)[row].index("rain loop") == before
        await look.press(pilot, *" two")
        await look.settle(pilot)
        assert "rain loop two" in look.rows(app)[row]
        assert "Enter keeps it" in look.rows(app)[-1]
        others = [words for y, words in enumerate(look.rows(app)) if y not in (row, 29)]
        assert any("neon alley" in words for words in others), "the list stays in sight"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("relabel") == [(key, "rain loop two")]
        assert look.name(app) == "MainScreen"


async def test_escape_keeps_the_old_one_and_an_empty_one_takes_it_away() -> None:
    async with on_stage(size=(100, 30)) as (pilot, _, engine):
        key = await go_to(pilot, "rain loop")
        await look.press(pilot, "e", "x", "escape")
        await look.settle(pilot)
        assert engine.told("relabel") == []
        await look.press(pilot, "e")
        await look.settle(pilot)
        await look.press(pilot, *(["backspace"] * len("rain loop")), "enter")
        await look.settle(pilot)
        assert engine.told("relabel") == [(key, "")]


async def test_what_is_typed_goes_with_its_row_when_the_size_changes() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        key = await go_to(pilot, "rain loop")
        await look.press(pilot, "e", "x")
        await look.settle(pilot)
        await pilot.resize_terminal(120, 24)
        await look.settle(pilot)
        cell = main(app).table.name_region()
        field = app.screen.query_one(Input)
        assert cell is not None
        assert (field.region.offset, field.region.width) == (cell.offset, cell.width)
        await pilot.resize_terminal(40, 5)
        await look.settle(pilot)
        assert app.size == Size(40, 5)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("relabel") == [(key, "rain loopx")]


async def test_where_the_name_is_narrow_a_box_opens() -> None:
    async with on_stage(size=(30, 12)) as (pilot, app, _):
        main(app).table.hide(frozenset())
        await look.press(pilot, "e")
        await look.settle(pilot)
        cell = main(app).table.name_region()
        assert cell is not None
        assert look.name(app) == ("LabelInRow" if cell.width >= 16 else "LabelScreen")


async def test_the_details_have_a_box() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        await look.press(pilot, "enter", "e")
        await look.settle(pilot)
        assert look.name(app) == "LabelScreen"
