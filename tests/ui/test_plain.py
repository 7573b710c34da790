"""Terminals that can do less: ASCII alone, no colour, sixteen colours."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console
from textual.app import App

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import go_to, main, on_stage
from vidu_tui.core.cells import Role
from vidu_tui.ui import plain, toasts
from vidu_tui.ui.options import Options
from vidu_tui.ui.widgets.painted import Painted

ASCII = Options("theturbo", folder=stage.FOLDER, is_ascii=True, auto="off")
OPENED = {
    "main": (),
    "filter": ("slash", "h"),
    "add": ("a",),
    "label": ("e",),
    "files": ("D",),
    "sort": ("s",),
    "key": ("K",),
    "remove": ("A", "x"),
    "quit": ("q",),
    "log": ("L", "slash"),
    "help": ("?",),
    "palette": ("colon",),
    "details": ("enter",),
    "timeline": ("enter", "l"),
    "raw": ("enter", "h"),
    "cover": ("v",),
}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave no other terminal to the tests that follow."""
    yield
    Painted.has_few_colours = False
    plain.draw_ascii(App[str](), is_ascii=False)


@pytest.mark.parametrize("keys", OPENED.values(), ids=OPENED)
@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_ascii_draws_nothing_of_ours_beyond_ascii(
    keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    async with on_stage(options=ASCII, size=size) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        for key in keys:
            await look.press(pilot, key)
            await look.settle(pilot, 3)
        await pilot.app.workers.wait_for_complete()
        toasts.say(app, "Saved “it” · o opens it")
        toasts.error(app, "Disk full …")
        await look.settle_until(pilot, lambda: "Disk full ~" in look.text(app))
        shown = look.text(app).replace("夜の街", "")
        assert not {sign for sign in shown if not sign.isascii()}
        assert "Saved" in shown


async def test_ascii_has_the_signs_of_the_states() -> None:
    async with on_stage(options=ASCII, size=(140, 40)) as (_, app, _engine):
        for words in ("> processing", "x failed", "+ success", "~ queueing"):
            assert words in look.text(app)


async def test_without_colour_shapes_and_words_are_all_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app, _ = stage.app_of(mixed())
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)
        for words in ("▌", "✗ failed", "✓ success", "36m!", "► processing"):
            assert words in look.text(app)


async def test_with_few_colours_the_cursors_row_is_turned_round() -> None:
    async with on_stage() as (_, app, _engine):
        table = main(app).table
        usual = table.paint(Role.SUCCESS, ground="cursor")
        Painted.has_few_colours = True
        table.notify_style_update()
        turned = table.paint(Role.SUCCESS, ground="cursor")
        assert not usual.reverse
        assert turned.reverse
        assert turned.color == table.paint(Role.PLAIN).color, "one colour, that can be read"
        assert table.paint(Role.SUCCESS) != table.paint(Role.PLAIN)


@pytest.mark.parametrize(
    ("system", "is_headless", "are_few"),
    [("standard", False, True), ("256", False, False), ("standard", True, False)],
)
def test_sixteen_colours_are_few(system: str, is_headless: bool, are_few: bool) -> None:
    class Terminal(App[str]):
        is_headless = property(lambda _: is_headless)

    app = Terminal()
    app.console = Console(
        color_system="standard" if system == "standard" else "256",
        force_terminal=True,
        file=io.StringIO(),
    )
    plain.count_colours(app)
    assert Painted.has_few_colours == are_few
