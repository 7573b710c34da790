"""Keys that come faster than a hand are a paste, never commands."""

import asyncio

import pytest
from textual.widgets import Input

from tests.ui import look
from tests.ui.test_keys import main, on_stage, row
from vidu_tui.ui import bursts

ID = "940107923630096384"


async def quiet() -> None:
    """Wait until a burst counts as over."""
    await asyncio.sleep(bursts.QUIET_S * 1.5)


@pytest.mark.parametrize("words", [f"{ID} d x q", f"q x d u {ID}\n", f"{ID}\r{ID[:-1]}5\rqqqq"])
async def test_a_burst_opens_the_preview_and_never_acts(words: str) -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        look.post_keys(app, words)
        await quiet()
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"
        assert f"+ {ID}" in look.text(app)
        assert engine.calls == [("run", None)]


async def test_a_burst_over_a_dialog_is_no_command_there_either() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        for key in ("q", "?", "enter"):
            await look.press(pilot, key)
            await look.settle(pilot)
            # The details take a paste as the list does; a dialog lets it go.
            expected = "AddScreen" if key == "enter" else look.name(app)
            look.post_keys(app, f"qqxd{ID}q")
            await quiet()
            await look.settle(pilot)
            assert look.name(app) == expected
            await look.press(pilot, "escape")
            await look.settle(pilot)
        assert engine.calls == [("run", None)]


async def test_several_kilobytes_are_one_paste() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        ids = [str(940107923630000000 + i) for i in range(300)]
        look.post_keys(app, "\n".join(f"{i} q x d" for i in ids))
        await look.settle(pilot)
        await quiet()
        await look.settle(pilot)
        assert "300 ids in 300 lines" in look.text(app)
        assert engine.calls == [("run", None)]


async def test_single_and_few_keys_are_commands_at_once() -> None:
    async with on_stage() as (pilot, app, _):
        look.post_keys(app, "j")
        await look.settle(pilot, 2)
        assert row(app) == 1
        look.post_keys(app, "jjkjjkj")
        await look.settle(pilot, 2)
        assert row(app) == 4
        look.post_keys(app, "k" * 3 + "j" * 20)
        await look.settle(pilot, 2)
        assert row(app) == 14, "a held key is no paste, however many times it is read"


async def test_inside_a_text_field_nothing_changes() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "e")
        await look.settle(pilot)
        app.screen.query_one(Input).value = ""
        look.post_keys(app, "quick brown fox")
        await look.settle(pilot)
        assert app.screen.query_one(Input).value == "quick brown fox"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("relabel")


async def test_what_follows_the_enter_that_closes_a_field_is_no_command() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        await look.press(pilot, "e")
        await look.settle(pilot)
        look.post_keys(app, f"one\nxq{ID}dx")
        await look.settle(pilot)
        await quiet()
        await look.settle(pilot)
        assert {name for name, _ in engine.calls} <= {"run", "relabel"}
        assert len(main(app).board.entries) == 15
