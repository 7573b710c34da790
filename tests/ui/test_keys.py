"""Every key of the main screen does what help says of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.ui import look, stage
from tests.ui.scenes import ended, mixed
from vidu_tui.core.board import Board
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.saving import Pressed
from vidu_tui.ui import actions
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.main import MainScreen

Stage = tuple[Pilot[str], ViduApp, stage.StillEngine]


@asynccontextmanager
async def on_stage(
    board: Board | None = None, size: tuple[int, int] = (120, 13), options: Options | None = None
) -> AsyncIterator[Stage]:
    app, engine = stage.app_of(mixed() if board is None else board, options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await look.settle(pilot)
        yield pilot, app, engine


def main(app: ViduApp) -> MainScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


def row(app: ViduApp) -> int:
    return main(app).table.row


def current(app: ViduApp) -> TaskKey:
    key = main(app).table.cursor
    assert key is not None
    return key


async def go_to(pilot: Pilot[str], label: str) -> TaskKey:
    app = pilot.app
    assert isinstance(app, ViduApp)
    key = stage.named(app.board, label).key
    main(app).table.go_to(key)
    await look.settle(pilot)
    return key


# The table shows 10 rows of 15.
MOVES = [
    ("j", 5, 6),
    ("down", 5, 6),
    ("k", 5, 4),
    ("up", 5, 4),
    ("k", 0, 0),
    ("j", 14, 14),
    ("g", 9, 0),
    ("home", 9, 0),
    ("G", 3, 14),
    ("end", 3, 14),
    ("pagedown", 2, 12),
    ("pageup", 12, 2),
    ("ctrl+d", 2, 7),
    ("ctrl+u", 7, 2),
    ("pagedown", 13, 14),
    ("pageup", 1, 0),
]


async def test_each_key_of_a_move_moves_the_cursor_and_keeps_it_in_sight() -> None:
    async with on_stage() as (pilot, app, _):
        table = main(app).table
        assert table.size.height == 10
        for key, start, end in MOVES:
            table.action_top()
            table.action_move(start)
            await look.press(pilot, key)
            await look.settle(pilot, 1)
            assert row(app) == end, f"{key} from {start}"
            assert table.scroll_offset.y <= end < table.scroll_offset.y + 10


async def test_every_key_of_the_list_is_tried_in_this_folder() -> None:
    tried = {key for key, _, _ in MOVES}
    tried |= {"enter", "a", "x", "delete", "u", "e", "c", "d", "D", "r", "R", "P", "K", "X"}
    tried |= {"question_mark", "f1", "colon", "ctrl+p", "ctrl+l", "q"}
    tried |= {"ctrl+c", "ctrl+z"}  # test_dialogs, test_terminal_life
    tried |= {"slash", "escape", *"123456"}  # test_find
    tried |= {"space", "A", "i"}  # test_marks
    tried |= {"L"}  # test_log
    tried |= {"o", "O", "y"}  # test_hands
    tried |= {"w"}  # test_alerts
    tried |= {"p", "tab", "v", "left", "right", "h", "l"}  # test_pane
    tried |= {"left_square_bracket", "right_square_bracket"}  # test_pane
    tried |= {"s", "less_than_sign", "greater_than_sign"}  # test_sort
    assert {k for b in actions.bindings() for k in b.key.split(",")} == tried


async def test_enter_opens_the_details_and_escape_and_q_close_them() -> None:
    async with on_stage() as (pilot, app, _):
        for key in ("escape", "q", "backspace", "ctrl+c"):
            await look.press(pilot, "enter")
            await look.settle(pilot)
            assert look.name(app) == "DetailScreen"
            await look.press(pilot, key)
            await look.settle(pilot)
            assert look.name(app) == "MainScreen"


@pytest.mark.parametrize("key", ["x", "delete"])
async def test_x_and_delete_remove_at_once_and_say_how_it_comes_back(key: str) -> None:
    async with on_stage() as (pilot, app, engine):
        gone = await go_to(pilot, "rain loop")
        await look.press(pilot, key)
        await look.settle(pilot)
        assert engine.told("remove") == [[gone]]
        assert gone not in app.board.entries
        assert look.toasts(app) == ["Removed rain loop · u brings it back"]


async def test_removing_an_unsaved_video_says_so() -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await look.press(pilot, "x")
        await look.settle(pilot)
        said = "Removed beach at dusk, its video is not saved · u brings it back"
        assert look.toasts(app) == [said]


async def test_a_held_x_removes_no_task_twice() -> None:
    async with on_stage() as (pilot, app, engine):
        before = len(app.board.entries)
        look.post_keys(app, "xxx")
        await look.settle(pilot, 8)
        removed = [key for keys in engine.told("remove") for key in keys]  # type: ignore[attr-defined] # lists of keys
        assert len(removed) == len(set(removed)) == before - len(app.board.entries)


async def test_u_undoes_and_says_what_came_back() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert look.toasts(app) == ["Nothing to undo"]
        gone = await go_to(pilot, "rain loop")
        entry = app.board.entries[gone]
        await look.press(pilot, "x")
        await look.settle(pilot)
        engine.undone = (entry,)
        await look.press(pilot, "g", "u")
        await look.settle(pilot)
        assert look.toasts(app)[-1] == "Back on the list: rain loop"
        assert current(app) == gone


async def test_d_presses_download_and_says_only_what_the_row_does_not_show() -> None:
    async with on_stage() as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "d")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        assert look.toasts(app) == []
        saved = stage.saved(app.board.entries[key])
        kept = stage.coming(app.board.entries[key], 0.41, FileStage.STOPPED)
        entry = app.board.entries[key]
        engine.pressed = Pressed(
            stopped=(kept,), wanted=(entry,), unwanted=(entry,), already=saved.files
        )
        await look.press(pilot, "d")
        await look.settle(pilot)
        assert look.toasts(app) == [
            "Already saved: 2026-03-14_beach_at_dusk_1.mp4",
            "Stopped at 41 % · d goes on from there",
            "Saved as soon as it is finished: beach at dusk · d takes it back",
            "Not saved by itself any more: beach at dusk",
        ]


async def test_a_finished_download_is_told() -> None:
    async with on_stage() as (pilot, app, engine):
        entry = stage.named(app.board, "hero shot")
        engine.show(app.board.with_entry(stage.saved(entry)))
        await look.settle(pilot)
        assert look.toasts(app) == ["Saved hero shot, 8.4 MB, in ~/Videos/vidu · o opens it"]


async def test_r_polls_the_task_and_shift_r_all() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "r", "R")
        await look.settle(pilot)
        assert engine.told("poll") == [[current(app)], None]


async def test_p_pauses_with_a_banner_and_resumes() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "P")
        await look.settle(pilot)
        assert " ‖ Polling is paused since 14:05; downloads go on.   P goes on" in look.text(app)
        await look.press(pilot, "P")
        await look.settle(pilot)
        assert engine.told("pause") == [True, False]
        assert "paused" not in look.text(app)


async def test_c_copies_the_id() -> None:
    async with on_stage() as (pilot, app, _):
        key = await go_to(pilot, "hero shot")
        await look.press(pilot, "c")
        await look.settle(pilot)
        assert app.clipboard == key.id
        assert look.toasts(app) == [f"Copied {key.id}"]


async def test_e_labels_and_an_empty_label_takes_it_away() -> None:
    async with on_stage() as (pilot, app, engine):
        key = await go_to(pilot, "hero shot")
        await look.press(pilot, "e", "!", "enter")
        await look.settle(pilot)
        assert engine.told("relabel") == [(key, "hero shot!")]
        assert "hero shot!" in look.text(app)
        await look.press(pilot, "e", *["backspace"] * 10, "enter")
        await look.settle(pilot)
        assert engine.told("relabel")[-1] == (key, "")
        await look.press(pilot, "e", "q", "escape")
        await look.settle(pilot)
        assert len(engine.told("relabel")) == 2
        assert look.name(app) == "MainScreen"


@pytest.mark.parametrize("key", ["question_mark", "f1"])
async def test_help_opens_and_closes_by_the_same_key(key: str) -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "HelpScreen"
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_capital_k_asks_for_a_key_once_at_a_time() -> None:
    async with on_stage() as (pilot, app, _):
        look.post_keys(app, "KK")
        await look.settle(pilot, 8)
        assert [type(s).__name__ for s in app.screen_stack[1:]] == ["KeyScreen"]


async def test_ctrl_l_draws_anew() -> None:
    async with on_stage() as (pilot, app, _):
        before = look.text(app)
        await look.press(pilot, "ctrl+l")
        await look.settle(pilot)
        assert look.text(app) == before


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_quitting_asks_only_while_something_is_coming(key: str) -> None:
    async with on_stage(ended()) as (pilot, app, _):
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.has_quit(app)
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "ConfirmQuit"
        assert "1 file is still coming, about 3 s." in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert not look.has_quit(app)
        await look.press(pilot, key)
        await look.settle(pilot)
        await look.press(pilot, "q")
        await look.settle(pilot)
        assert look.has_quit(app)
        assert (app.return_code or 0) == 0


async def test_keys_of_an_empty_list_do_no_harm() -> None:
    async with on_stage(Board()) as (pilot, app, engine):
        for key in ("j", "k", "g", "G", "pagedown", "x", "e", "c", "r", "d", "R", "P", "P", "u"):
            await look.press(pilot, key)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert "No tasks yet" in look.text(app)
        assert not engine.told("remove")


async def test_enter_adds_on_the_empty_list_and_keys_work_on_what_was_added() -> None:
    async with on_stage(Board(), (100, 30)) as (pilot, app, engine):
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"
        await look.press(pilot, *"940107923630096384", "enter")
        await look.settle(pilot)
        assert engine.told("add") == [[(TaskKey("theturbo", "940107923630096384"), "")]]
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"
        await look.press(pilot, "escape", "x")
        await look.settle(pilot)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen", "empty again: Enter adds again"


async def test_the_keymap_moves_a_key_and_the_footer_and_help_say_so() -> None:
    options = replace(look.OPTIONS, keymap={"task.download": "D", "task.label": "f2,l"})
    async with on_stage(options=options) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        assert look.rows(app)[-1].startswith(" D download   Enter details   c copy id   f2 label")
        await look.press(pilot, "d")
        await look.settle(pilot)
        assert not engine.told("download")
        await look.press(pilot, "D")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        await look.press(pilot, "question_mark")
        await look.settle(pilot)
        assert "D                 download" in look.text(app)
