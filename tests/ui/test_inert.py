"""Text from a server is data on every surface: no markup, no escapes, no shifted columns."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import go_to, main, on_stage
from vidu_tui.core.board import Board, Entry, HealthKind, Trouble, with_file
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState
from vidu_tui.ui import toasts
from vidu_tui.ui.columns import layout
from vidu_tui.ui.widgets.tabs import TABS

SIGNATURE = "5ECRE7s1gnature"
NASTY = {
    "markup": "[bold]x[/nope] [@click=app.quit]y[/] [red",
    "colour": "\x1b[31mred\x1b[0m \x9b31m",
    "title": "\x1b]0;pwned\x07\x1b]52;c;cHduZWQ=\x1b\\",
    "lines": "one\ntwo\r\nthree\x0b\u2028four\x85\ttab",
    "bidi": "\u202eevil\u2066\u200f\u061c",
    "invisible": "a\u200b\ufeff\u2060b\u00ad",
    "surrogate": "a\ud800b\udfff",
    "long": "x" * 10_000,
    "wide": "夜の街" * 40,
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301\u0301\u0301 ❤️",
    "controls": "".join(map(chr, range(32))) + "\x7f",
    "link": f"https://f.example.com/a.mp4?X-Amz-Signature={SIGNATURE}&token={SIGNATURE}",
}
SEQUENCES = ("\x1b", "\x9b", "\x07", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\u2028")


def nasty(words: str) -> Entry:
    """Put some words into every field that a server or a file can fill."""
    asset = Asset(AssetKind.VIDEO, f"https://f.example.com/{words}.mp4?sig={SIGNATURE}")
    creation = Creation(words, (asset,), extra=((words, words),))
    task = Task(
        id="940121690478100480",
        state=TaskState.SUCCESS,
        state_word=words,
        err_code=words,
        err_message=words,
        creations=(creation, creation),
        answered_id=words,
        credits=12.0,
        payload=words[:200],
        payload_length=len(words),
        type=words,
        model=words,
        resolution=words,
        aspect_ratio=words,
        template=words,
        trace_id=words,
        extra=((words, words),),
    )
    trouble = Trouble(words[:18], words, stage.NOW - 5, stage.NOW + 5, trace_id=words)
    return Entry(
        TaskKey("theturbo", task.id), words, stage.NOW - 60, task, stage.NOW, stage.NOW, trouble
    )


def check(width: int, shown: str) -> None:
    for sequence in SEQUENCES:
        assert sequence not in shown
    assert SIGNATURE not in shown
    for drawn in shown.split("\n"):
        assert cell_len(drawn) == width


def listed(state: TaskState) -> Board:
    """Put one task of each kind of words on a list."""
    rows = []
    for number, words in enumerate(NASTY.values()):
        entry = nasty(words)
        assert entry.task is not None
        entry = entry._replace(task=entry.task._replace(state=state))
        for label in (words, ""):
            task_id = f"9401216904781{number:04}{len(label) > 0:d}"
            rows.append(entry._replace(key=TaskKey("theturbo", task_id), label=label))
    return stage.board_at(20).with_list(rows)


@pytest.mark.parametrize("state", [TaskState.SUCCESS, TaskState.FAILED, TaskState.UNKNOWN])
async def test_no_field_reaches_the_table_as_more_than_text(state: TaskState) -> None:
    async with on_stage(listed(state), (140, 40)) as (pilot, app, _):
        for width in (140, 116, 80, 70, 39, 20):
            await pilot.resize_terminal(width, 40)
            await look.settle(pilot)
            check(width, look.text(app))


@pytest.mark.parametrize("state", [TaskState.SUCCESS, TaskState.FAILED, TaskState.UNKNOWN])
async def test_no_field_reaches_the_details_as_more_than_text(state: TaskState) -> None:
    board = listed(state)
    async with on_stage(board, (100, 60)) as (pilot, app, _):
        for key in board.entries:
            main(app).table.go_to(key)
            main(app).call_later(main(app).action_open_details)
            await look.settle(pilot, 2)
            assert look.name(app) == "DetailScreen"
            check(100, look.text(app))
            app.screen.dismiss()
            await look.settle(pilot, 1)


async def test_toasts_banner_and_dialogs_take_it_as_text_too() -> None:
    board = mixed()
    options = replace(look.OPTIONS, shows_host=True)
    async with on_stage(board, (100, 40), options) as (pilot, app, engine):
        for kind, words in NASTY.items():
            health = board.health[0]._replace(kind=HealthKind.OFFLINE, line=words, host=words)
            failed = FileState(
                FileKey(0, AssetKind.VIDEO), FileStage.FAILED, cell=words, line=words
            )
            # A label is the person's own: its field shows it as it is.
            label = "own" if kind == "link" else words
            entry = with_file(nasty(words)._replace(label=label), failed)
            engine.show(board.with_list([*board.entries.values(), entry]).with_health(health))
            main(app).table.go_to(entry.key)
            toasts.error(app, words)
            await look.settle(pilot)
            main(app).action_remove()
            await look.settle(pilot)
            check(100, look.text(app))
            engine.show(board.with_list([entry]).with_health(health))
            await look.settle(pilot)
            main(app).action_label()
            await look.settle(pilot)
            assert look.name(app) == "LabelInRow"
            check(100, look.text(app))
            app.screen.dismiss(None)
            main(app).add_from(f"940121773009244160\t{words}")
            await look.settle(pilot)
            assert look.name(app) == "AddScreen"
            check(100, look.text(app))
            app.screen.dismiss(None)
            await look.settle(pilot)
        assert look.toasts(app)
        for said in look.toasts(app):
            assert not any(s in said for s in (*SEQUENCES, SIGNATURE))
            assert len(said) <= 400
        assert (app.title, app.sub_title) == ("vidu-tui", "")


async def test_markup_is_shown_as_it_came() -> None:
    board = Board().with_list([nasty(NASTY["markup"])])
    async with on_stage(board, (140, 30)) as (pilot, app, _):
        assert "[bold]x[/nope]" in look.text(app)
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert look.toasts(app)[0].startswith("Removed [bold]x[/nope]")


async def test_wide_and_joined_letters_keep_the_columns_straight() -> None:
    names = ["plain", NASTY["emoji"], NASTY["wide"], "e\u0301" * 30, "夜a" * 30]
    task = nasty("m").task
    assert task is not None
    task = task._replace(model="MODEL")
    column = layout(140).column("model")
    assert column is not None
    start = column.start
    rows = [
        Entry(TaskKey("theturbo", f"94012169047810048{i}"), name, task=task)
        for i, name in enumerate(names)
    ]
    async with on_stage(Board().with_list(rows), (140, 14)) as (_, app, _):
        table = main(app).table
        for y in range(len(names)):
            strip = table.render_line(y)
            assert strip.cell_length == 140
            assert cell_len(strip.text) == 140
            assert cell_len(strip.text.partition("MODEL")[0]) == start


async def test_the_details_show_links_without_their_query() -> None:
    async with on_stage(mixed(), (140, 60)) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "enter")
        drawn: list[str] = []
        for _ in TABS:
            await look.press(pilot, "h")
            await look.settle(pilot)
            assert "X-Amz" not in look.text(app)
            assert "0000000000" not in look.text(app)
            drawn.append(look.text(app))
        assert "https://files.example.com/files/dancers.mp4" in drawn[0]
