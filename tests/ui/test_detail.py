"""The details at every width: every button is on the screen, and its keys are told."""

import pytest
from textual.widgets import Button

from tests.ui import look
from tests.ui.test_keys import go_to, on_stage

BUTTONS = ["download", "copy_id", "choose_files", "label", "remove"]


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (72, 20), (71, 20), (40, 12)])
async def test_no_button_falls_off_the_screen(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        drawn = look.text(app)
        for words in ("Download", "Choose files", "Copy id", "Label", "Remove"):
            assert words in drawn
        screen = app.screen.region
        assert all(screen.contains_region(button.region) for button in app.screen.query(Button))


async def test_arrows_go_through_all_buttons_in_order() -> None:
    async with on_stage(size=(40, 12)) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        seen = []
        for _ in BUTTONS:
            assert app.focused is not None
            seen.append(app.focused.id)
            await look.press(pilot, "right")
        assert seen == BUTTONS


async def test_capital_d_chooses_files_from_the_details() -> None:
    async with on_stage(size=(80, 24)) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "enter", "D")
        await look.settle(pilot)
        assert look.name(app) == "FilesScreen"
        await look.press(pilot, "down", "down", "space", "enter")
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"
        (told,) = engine.told("choose")
        assert told == ([key], ("video", "cover"), "")


async def test_a_failed_task_has_nothing_to_choose() -> None:
    async with on_stage(size=(80, 24)) as (pilot, app, _):
        await go_to(pilot, "car chase")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert app.screen.query_one("#choose_files", Button).disabled
        assert app.focused is not None
        assert app.focused.id == "copy_id"


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_opens_on_the_details_with_their_keys_first(key: str) -> None:
    async with on_stage(size=(100, 40)) as (pilot, app, _):
        await look.press(pilot, "enter", key)
        await look.settle(pilot)
        assert look.name(app) == "HelpScreen"
        assert "D                 choose files" in look.text(app)
        assert "Esc q" in look.text(app)
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"


async def test_a_hint_of_the_details_is_clicked_where_it_is_drawn() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        await look.press(pilot, "enter")
        await look.settle(pilot)
        x, y = look.place(app, "Esc back")
        await pilot.click(offset=(x - 1, y))
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen", "nothing stands in the gap"
        await pilot.click(offset=(x + len("Esc back") - 1, y))
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
