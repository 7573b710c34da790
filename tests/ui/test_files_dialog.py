"""The dialog of files: what it offers, how it is used, and what it hands to the engine."""

from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import Stage, go_to, on_stage
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, TaskKey
from vidu_tui.engine.saving import Pressed
from vidu_tui.ui import offers
from vidu_tui.ui.screens import files

VIDEO, COVER, SPEECH = AssetKind.VIDEO, AssetKind.COVER, AssetKind.SPEECH
SIZES = [(140, 40), (80, 24), (40, 12)]


def rich(entry: Entry, *kinds: AssetKind) -> Entry:
    """Let a finished task's first creation offer more kinds."""
    assert entry.task is not None
    first, *others = entry.task.creations
    more = tuple(Asset(kind, f"https://files.example.com/{kind.value}") for kind in kinds)
    made = first._replace(assets=(*first.assets, *more))
    return entry._replace(task=entry.task._replace(creations=(made, *others)))


def changed(which: str, **changes: object) -> Board:
    board = mixed()
    return board.with_entry(stage.named(board, which)._replace(**changes))  # type: ignore[arg-type] # of one test


async def open_for(scene: Stage, label: str) -> TaskKey:
    pilot, app, _ = scene
    key = await go_to(pilot, label)
    await look.press(pilot, "D")
    await look.settle(pilot)
    assert look.name(app) == "FilesScreen"
    return key


@pytest.mark.parametrize("size", SIZES)
async def test_keys_choose_files_and_a_folder(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as scene:
        pilot, app, engine = scene
        key = await open_for(scene, "beach at dusk")
        assert "Files of beach at dusk" in look.text(app)
        assert "[x] video        1 file" in look.text(app)
        assert "[ ] cover        1 file" in look.text(app)
        assert "[ ] speech       not offered" in look.text(app)
        await look.press(pilot, "down", "down", "space")
        await look.settle(pilot)
        assert "[x] cover" in look.text(app)
        await look.press(pilot, *["down"] * 5, *"/fox", "enter")
        await look.settle(pilot)
        assert engine.told("choose") == [([key], (VIDEO, COVER), f"{stage.FOLDER}/fox")]
        assert look.name(app) == "MainScreen"


@pytest.mark.parametrize("size", SIZES)
async def test_clicks_choose_files_and_hints_are_clickable(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as scene:
        pilot, app, engine = scene
        key = await open_for(scene, "beach at dusk")
        for words in ("[ ] cover", "[x] video"):
            x, y = look.place(app, words)
            await pilot.click(offset=(x + 1, y))
            await look.settle(pilot)
        assert "[x] cover" in look.text(app)
        assert "[ ] video" in look.text(app)
        await pilot.click(offset=look.place(app, "Space choose"))
        await look.settle(pilot)
        assert "[x] video" in look.text(app), "the clicked line has the cursor"
        await pilot.click(offset=look.place(app, "Enter downloads"))
        await look.settle(pilot)
        assert engine.told("choose") == [([key], (VIDEO, COVER), "")]


async def test_the_last_line_says_the_keys() -> None:
    async with on_stage(size=(140, 40)) as scene:
        await open_for(scene, "beach at dusk")
        assert "Enter downloads   Space choose   Esc cancel" in look.text(scene[1])


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c"])
async def test_cancelling_changes_nothing(key: str) -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "space", key)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert not engine.told("choose")


async def test_a_held_d_opens_one_dialog_and_a_held_enter_asks_once() -> None:
    async with on_stage(size=(80, 24)) as (pilot, app, engine):
        await go_to(pilot, "beach at dusk")
        look.post_keys(app, "DDD")
        await look.settle(pilot, 8)
        assert [type(s).__name__ for s in app.screen_stack[1:]] == ["FilesScreen"]
        look.post_keys(app, "\n\n")
        await look.settle(pilot, 8)
        assert len(engine.told("choose")) == 1


async def test_nothing_chosen_is_said_and_enter_does_nothing() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "space", "enter")
        await look.settle(pilot)
        assert files.NONE_CHOSEN in look.text(app)
        assert "Enter downloads" not in look.text(app)
        assert look.name(app) == "FilesScreen"
        await look.press(pilot, "tab", "enter")
        await look.settle(pilot)
        assert not engine.told("choose")
        await look.press(pilot, "up", "space")
        await look.settle(pilot)
        assert files.NONE_CHOSEN not in look.text(app)


async def test_what_is_not_offered_cannot_be_chosen() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, _ = scene
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "down", "space")
        await look.settle(pilot)
        assert "[ ] watermarked  not offered" in look.text(app)


async def test_a_task_that_wants_only_what_is_not_offered_has_nothing_chosen() -> None:
    async with on_stage(changed("beach at dusk", kinds=(SPEECH,)), (80, 24)) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        assert "[x] speech       not offered" in look.text(app)
        assert files.NONE_CHOSEN in look.text(app)
        await look.press(pilot, "enter", "down", "down", "down", "space")
        await look.settle(pilot)
        assert "[ ] speech" in look.text(app)
        assert not engine.told("choose")


async def test_of_an_unfinished_task_everything_can_be_chosen() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, engine = scene
        entry = stage.named(app.board, "paper lanterns")
        engine.pressed = Pressed(wanted=(entry,))
        await open_for(scene, "paper lanterns")
        assert look.text(app).count("offered once it is finished") == len(AssetKind)
        await look.press(pilot, *["space", "down"] * 7, "enter")
        await look.settle(pilot)
        assert engine.told("choose") == [([entry.key], tuple(AssetKind)[1:], "")]
        said = "Saved as soon as it is finished: paper lanterns · d takes it back"
        assert look.toasts(app) == [said]


async def test_the_dialog_follows_a_task_that_finishes_meanwhile() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, engine = scene
        key = await open_for(scene, "paper lanterns")
        finished = stage.named(stage.board_at(90), "paper lanterns")
        engine.show(app.board.with_entry(finished))
        await look.settle(pilot)
        assert "[x] video        1 file" in look.text(app)
        assert "[ ] speech       not offered" in look.text(app)
        engine.show(app.board.with_list([e for e in app.board.entries.values() if e.key != key]))
        await look.settle(pilot)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert not engine.told("choose"), "the task has left the list"


async def test_a_task_that_will_never_have_files_opens_no_dialog() -> None:
    async with on_stage() as (pilot, app, engine):
        await go_to(pilot, "car chase")
        await look.press(pilot, "D")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert look.toasts(app) == ["Nothing to download: car chase failed"]
        assert not engine.told("choose")


async def test_the_own_folder_of_a_task_stays_unless_it_is_changed() -> None:
    async with on_stage(changed("beach at dusk", folder="/srv/beach"), (80, 24)) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        assert app.screen.query_one(Input).value == "/srv/beach"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "tab", "ctrl+u", "enter")
        await look.settle(pilot)
        await open_for(scene, "beach at dusk")
        app.screen.query_one(Input).value = stage.FOLDER
        await look.press(pilot, "enter")
        await look.settle(pilot)
        folders = [call[2] for call in engine.told("choose")]  # type: ignore[index] # what choose was told
        assert folders == ["/srv/beach", "", ""]


def refuse(typed: str) -> str:
    """Take whole paths alone."""
    if not typed.startswith(("/", "~")):
        raise ConfigError("Begin the folder with / or ~.")
    return typed


@pytest.mark.parametrize("size", SIZES)
async def test_a_folder_that_is_none_keeps_the_dialog_open_with_one_line(
    size: tuple[int, int],
) -> None:
    options = replace(look.OPTIONS, own_folder=refuse)
    async with on_stage(size=size, options=options) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "tab", "ctrl+u", *"[b]clips", "enter")
        await look.settle(pilot)
        assert "Begin the folder with / or ~." in look.text(app)
        assert "[b]clips" in look.text(app)
        assert not engine.told("choose")
        await look.press(pilot, "home", "~", "/")
        await look.settle(pilot)
        assert "Begin the folder" not in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("choose")[0][2] == "~/[b]clips"  # type: ignore[index] # what choose was told


async def test_a_paste_into_the_folder_field_goes_there() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        await look.press(pilot, "tab", "ctrl+u")
        await look.paste(pilot, "/srv/940121773009244160\n")
        assert app.screen.query_one(Input).value == "/srv/940121773009244160"
        assert look.name(app) == "FilesScreen"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert engine.told("choose")[0][2] == "/srv/940121773009244160"  # type: ignore[index] # as above


async def test_a_paste_on_the_kinds_adds_no_task_and_chooses_nothing() -> None:
    async with on_stage(size=(80, 24)) as scene:
        pilot, app, _ = scene
        await open_for(scene, "beach at dusk")
        before = look.text(app)
        await look.paste(pilot, "940121773009244160")
        await look.settle(pilot)
        assert look.text(app) == before


async def test_several_tasks_share_a_dialog_and_each_keeps_its_own_folder() -> None:
    board = changed("beach at dusk", folder="/srv/beach", kinds=(COVER,))
    async with on_stage(board, (80, 24)) as (pilot, app, _):
        entries = [stage.named(app.board, n) for n in ("beach at dusk", "two dancers")]
        answers: list[files.Choice] = []
        files.ask(app, look.OPTIONS, entries, answers.append)
        await look.settle(pilot)
        assert "Files of 2 tasks" in look.text(app)
        assert "[x] video        3 files  2 saved" in look.text(app)
        assert "[x] cover        3 files" in look.text(app)
        assert "each as before" in look.text(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert answers == [files.Choice((VIDEO, COVER), None)]


async def test_a_choice_without_a_folder_leaves_each_task_its_own() -> None:
    board = changed("beach at dusk", folder="/srv/beach")
    async with on_stage(board) as (pilot, app, engine):
        keys = [stage.named(app.board, n).key for n in ("beach at dusk", "two dancers")]
        main = app.screen_stack[0]
        main.commands.choose(keys, (VIDEO,), None)  # type: ignore[attr-defined] # the main screen
        await look.settle(pilot)
        told = [([keys[0]], (VIDEO,), "/srv/beach"), ([keys[1]], (VIDEO,), "")]
        assert engine.told("choose") == told


async def test_a_name_from_a_server_is_no_markup_in_the_title() -> None:
    async with on_stage(changed("beach at dusk", label="[red]fox[/red] \x1b[31m"), (80, 24)) as (
        pilot,
        app,
        _,
    ):
        await go_to(pilot, "[red]fox[/red] \x1b[31m")
        await look.press(pilot, "D")
        await look.settle(pilot)
        assert "Files of [red]fox[/red] " in look.text(app)
        assert "\x1b" not in look.text(app)


@pytest.mark.parametrize("size", [(49, 20), (80, 11), (30, 9), (20, 5), (5, 3), (1, 1)])
async def test_below_50_by_12_the_dialog_of_files_takes_the_whole_screen(
    size: tuple[int, int],
) -> None:
    async with on_stage(size=size) as scene:
        pilot, app, engine = scene
        await open_for(scene, "beach at dusk")
        assert look.regions(app, ".dialog")[0].size == size or size == (1, 1)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert len(engine.told("choose")) == 1


def notes(*entries: Entry) -> dict[AssetKind, str]:
    return {offer.kind: offer.note for offer in offers.offers(entries)}


def test_each_kind_says_what_is_true_for_it() -> None:
    board = mixed()
    saved, coming = stage.named(board, "two dancers"), stage.named(board, "hero shot")
    assert notes(saved)[VIDEO] == "2 files  saved"
    assert notes(coming)[VIDEO] == "1 file  coming"
    assert notes(rich(coming, AssetKind.BGM))[AssetKind.BGM] == "1 file"
    assert notes(saved, stage.named(board, "car chase"))[VIDEO] == "2 files  saved"
    unfinished = stage.named(board, "paper lanterns")
    assert notes(saved, unfinished)[VIDEO] == "2 files  saved  more once finished"
    assert notes(saved, unfinished)[SPEECH] == "offered once it is finished"
    assert notes(unfinished, unfinished)[SPEECH] == "offered once they are finished"
    assert saved.task is not None
    empty = saved._replace(task=saved.task._replace(creations=()), files=())
    assert notes(empty)[VIDEO] == "not offered yet"


def test_a_failed_file_is_not_said_to_be_saved() -> None:
    entry = stage.named(mixed(), "beach at dusk")
    failed = FileState(FileKey(0, VIDEO), FileStage.FAILED)
    assert notes(entry._replace(files=(failed,)))[VIDEO] == "1 file"
