"""Help, palette, questions, the broken list, and what the mouse and ctrl+c do."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.ui import look, stage
from tests.ui.scenes import ended, mixed
from tests.ui.test_keys import current, go_to, main, on_stage, row
from vidu_tui.core.board import Board
from vidu_tui.core.errors import ListError
from vidu_tui.core.task import AssetKind
from vidu_tui.ui import actions
from vidu_tui.ui.screens.confirm import ConfirmRemove


async def test_help_lists_every_key_and_searches() -> None:
    options = replace(look.OPTIONS, places=(("list", "~/.local/share/vidu-tui/watchlist.toml"),))
    async with on_stage(size=(100, 200), options=options) as (pilot, app, _):
        await look.press(pilot, "?")
        await look.settle(pilot)
        for binding in actions.bindings():
            assert binding.tooltip in look.text(app)
            assert actions.signs(binding.key) in look.text(app)
        for words in ("processing", "was stopped; d goes on", "double click", "watchlist.toml"):
            assert words in look.text(app)
        await look.press(pilot, "slash", *"poll now")
        await look.settle(pilot)
        assert "Poll all tasks now" in look.text(app)
        assert "Move down" not in look.text(app)
        head, first = look.place(app, " poll   "), look.place(app, "Poll the task now")
        assert head[1] == first[1] - 1, "what is found keeps its head"
        await look.press(pilot, "x", "enter")
        await look.settle(pilot)
        assert "Nothing matches." in look.text(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert "Move down" in look.text(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_help_scrolls_by_the_keys_of_the_list() -> None:
    async with on_stage(size=(80, 20)) as (pilot, app, _):
        await look.press(pilot, "?")
        await look.settle(pilot)
        first = look.text(app)
        for there, back in (("j", "k"), ("down", "up"), ("pagedown", "pageup"), ("G", "g")):
            await look.press(pilot, there)
            await look.settle(pilot)
            assert look.text(app) != first
            await look.press(pilot, back)
            await look.settle(pilot)
            assert look.text(app) == first
        await look.press(pilot, "q")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


@pytest.mark.parametrize("key", [":", "ctrl+p"])
async def test_the_palette_finds_and_runs_an_action(key: str) -> None:
    async with on_stage(size=(100, 30)) as (pilot, _, engine):
        await look.press(pilot, "colon" if key == ":" else key)
        await look.settle(pilot)
        await look.press(pilot, *"pause")
        await pilot.app.workers.wait_for_complete()
        await look.settle(pilot, 8)
        await look.press(pilot, "enter")
        await look.settle(pilot, 8)
        assert engine.told("pause") == [True]


async def test_the_palette_lists_every_action() -> None:
    async with on_stage() as (_, app, _):
        listed = {c.title for c in app.get_system_commands(app.screen)}
        wanted = {f"{b.description}  {actions.signs(b.key)}" for b in actions.bindings()}
        assert wanted <= listed
        assert {command.words for command in actions.PALETTE} <= listed
        assert {"theme vidu-night", "theme vidu-paper"} <= listed


async def test_every_action_of_the_palette_can_be_run() -> None:
    async with on_stage() as (pilot, app, engine):
        for command in app.get_system_commands(app.screen):
            if command.title.startswith(("theme", "quit", "close or quit", "all actions")):
                continue
            result = command.callback()
            if result is not None:
                await result
            await look.settle(pilot)
            while len(app.screen_stack) > 1:
                await look.press(pilot, "escape")
                await look.settle(pilot)
        names = {name for name, _ in engine.calls}
        assert {"remove", "undo", "download", "poll", "pause", "purge", "retry_failed"} <= names


async def test_removing_many_lists_them_with_the_unsaved_first() -> None:
    async with on_stage(ended(), (80, 30)) as (pilot, app, _):
        answers: list[bool | None] = []
        app.push_screen(ConfirmRemove(list(app.board.entries.values())[:7]), answers.append)
        await look.settle(pilot)
        assert "Enter removes 7   Esc keeps them" in look.text(app).replace("  Esc", "   Esc")
        signs = ["not saved" in r for r in look.rows(app) if "│" in r][:7]
        assert signs == sorted(signs, reverse=True)
        assert any(signs)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        app.push_screen(ConfirmRemove(list(app.board.entries.values())[:7]), answers.append)
        await look.settle(pilot)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert answers == [True, None]


BROKEN = "watchlist.toml, line 3, column 7: a value is missing"


async def test_a_broken_list_offers_three_choices_and_polls_nothing() -> None:
    options = replace(look.OPTIONS, list_error=BROKEN, list_path="~/watchlist.toml")
    async with on_stage(Board(), (80, 24), options) as (pilot, app, engine):
        assert look.name(app) == "BrokenListScreen"
        assert BROKEN in look.text(app)
        assert not engine.told("run")
        await look.press(pilot, "e")
        await look.settle(pilot)
        assert look.toasts(app) == ["No editor: set EDITOR, or mend ~/watchlist.toml by hand."]
        await look.press(pilot, "s")
        await look.settle(pilot)
        assert engine.told("set_aside") == [None]
        assert look.name(app) == "MainScreen"
        said = "The old list is kept as watchlist.toml.broken-20260314-140500"
        assert look.toasts(app)[-1] == said
        assert engine.told("run") == [None]


@pytest.mark.parametrize("key", ["q", "escape", "ctrl+c"])
async def test_quitting_before_a_broken_list_exits_with_2(key: str) -> None:
    options = replace(look.OPTIONS, list_error=BROKEN)
    async with on_stage(Board(), (80, 24), options) as (pilot, app, _):
        await look.press(pilot, key)
        await look.settle(pilot)
        assert app.return_code == 2


async def test_a_list_that_was_mended_meanwhile_is_not_set_aside() -> None:
    options = replace(look.OPTIONS, list_error=BROKEN)
    async with on_stage(Board(), (80, 24), options) as (pilot, app, engine):
        engine.list_error = ""
        await look.press(pilot, "s")
        await look.settle(pilot)
        assert engine.told("set_aside") == []
        assert look.name(app) == "MainScreen"


async def test_a_list_that_cannot_be_set_aside_says_why_and_stays() -> None:
    options = replace(look.OPTIONS, list_error=BROKEN)
    async with on_stage(Board(), (80, 24), options) as (pilot, app, engine):

        async def refuse() -> str:
            raise ListError("~/watchlist.toml", "The folder is read-only.")

        engine.set_aside = refuse  # type: ignore[method-assign] # one refusal, in this test alone
        await pilot.click("#set_aside")
        await look.settle(pilot)
        assert look.name(app) == "BrokenListScreen"
        assert "The folder is read-only." in look.text(app)


async def test_a_click_chooses_a_row_and_a_double_click_opens_it() -> None:
    async with on_stage() as (pilot, app, _):
        x, y = look.place(app, "rain loop")
        await pilot.click(offset=(x, y))
        await look.settle(pilot)
        assert current(app) == stage.named(app.board, "rain loop").key
        await pilot.click(offset=(x, y), times=2)
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"
        await look.press(pilot, "escape")
        await look.settle(pilot)
        await pilot.click(offset=(5, 12))
        assert current(app) == stage.named(app.board, "rain loop").key


async def test_a_click_below_the_last_row_does_nothing() -> None:
    async with on_stage(size=(120, 30)) as (pilot, app, _):
        await pilot.click(offset=(20, 25))
        await look.settle(pilot)
        assert row(app) == 0


HINTS = [
    ("rain loop", "a add", "AddScreen"),
    ("rain loop", "Enter details", "DetailScreen"),
    ("rain loop", "e label", "LabelInRow"),
    ("rain loop", "? help", "HelpScreen"),
    ("hero shot", "q quit", "ConfirmQuit"),
    ("car chase", "Enter why", "DetailScreen"),
]


@pytest.mark.parametrize(("label", "hint", "opens"), HINTS)
async def test_a_hint_is_clickable(label: str, hint: str, opens: str) -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, label)
        x, y = look.place(app, hint)
        assert y == 12
        await pilot.click(offset=(x + len(hint) - 1, y))
        await look.settle(pilot)
        assert look.name(app) == opens


@pytest.mark.parametrize(
    ("label", "hint", "told"),
    [
        ("rain loop", "r poll now", "poll"),
        ("rain loop", "x remove", "remove"),
        ("hero shot", "d stop", "download"),
        ("logo sting", "d go on", "download"),
        ("beach at dusk", "d download", "download"),
    ],
)
async def test_a_hint_does_what_it_says(label: str, hint: str, told: str) -> None:
    async with on_stage() as (pilot, app, engine):
        key = await go_to(pilot, label)
        await pilot.click(offset=look.place(app, hint))
        await look.settle(pilot)
        assert engine.told(told) == [[key]]


async def test_a_click_between_two_hints_does_nothing() -> None:
    async with on_stage() as (pilot, app, engine):
        x, y = look.place(app, "Enter details")
        for gap in (1, 2):
            await pilot.click(offset=(x - gap, y))
        await pilot.click(offset=(60, y))
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert engine.calls == [("run", None)]


async def test_the_wheel_scrolls_and_rows_that_change_do_not_scroll_back() -> None:
    async with on_stage() as (pilot, app, engine):
        table = main(app).table
        look.wheel_down(app, 5, 5)
        await look.settle(pilot)
        top = table.scroll_offset.y
        assert top > 0
        board = app.board
        engine.show(board.with_list(list(board.entries.values())[1:]))
        await look.settle(pilot)
        assert table.scroll_offset.y in (top, top - 1)


async def test_ctrl_c_copies_what_is_selected_in_a_field_and_closes_nothing() -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, "hero shot")
        await look.press(pilot, "e")
        await look.settle(pilot)
        field = app.screen.query_one(Input)
        field.select_all()
        await look.press(pilot, "ctrl+c")
        await look.settle(pilot)
        assert app.clipboard == "hero shot"
        assert look.name(app) == "LabelInRow"
        await look.press(pilot, "end", "ctrl+c")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_ctrl_c_copies_what_the_mouse_selected_in_the_details() -> None:
    async with on_stage(size=(100, 40)) as (pilot, app, _):
        key = await go_to(pilot, "hero shot")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        x, y = look.place(app, key.id)
        await pilot.mouse_down(offset=(x, y))
        await pilot.hover(offset=(x + len(key.id), y))
        await pilot.mouse_up(offset=(x + len(key.id), y))
        await look.settle(pilot)
        await look.press(pilot, "ctrl+c")
        await look.settle(pilot)
        assert app.clipboard == key.id
        assert look.name(app) == "DetailScreen"


async def test_a_drag_over_the_list_selects_nothing_so_that_ctrl_c_quits() -> None:
    async with on_stage(ended()) as (pilot, app, _):
        await pilot.mouse_down(offset=(5, 0))
        await pilot.hover(offset=(60, 6))
        await pilot.mouse_up(offset=(60, 6))
        await look.press(pilot, "ctrl+c")
        await look.settle(pilot)
        assert look.has_quit(app)
        assert not app.clipboard


async def test_the_details_reach_every_action_by_arrows_and_enter() -> None:
    async with on_stage(mixed(), (100, 40)) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        await look.press(pilot, "enter", "right", "enter")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        assert app.clipboard == key.id
        await look.press(pilot, "right", "enter")
        await look.settle(pilot)
        assert look.name(app) == "FilesScreen"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("choose") == [([key], (AssetKind.VIDEO,), "")]
        await look.press(pilot, "right", "enter")
        await look.settle(pilot)
        assert look.name(app) == "LabelScreen"
        await look.press(pilot, "escape")
        await look.settle(pilot)
        await look.press(pilot, "r", "right", "enter")
        await look.settle(pilot)
        assert engine.told("poll") == [[key]]
        assert engine.told("remove") == [[key]]
        assert look.name(app) == "MainScreen"
