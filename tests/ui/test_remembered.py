"""How a person left the screen: it comes back, but for a filter, and is written once and soon."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import main
from vidu_tui.core.sorting import Sort
from vidu_tui.core.view import View
from vidu_tui.ui import remembered as keeping
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.widgets.heads import Heads


@asynccontextmanager
async def opened(
    remembered: Mapping[str, str] | None = None, size: tuple[int, int] = (150, 40), **more: object
) -> AsyncIterator[tuple[Pilot[str], ViduApp, list[dict[str, str]]]]:
    """Open a screen that was left in some way; give what it has kept."""
    kept: list[dict[str, str]] = []

    def keep(values: Mapping[str, str]) -> str:
        kept.append(dict(values))
        return str(more.get("trouble", ""))

    options = Options(
        gateway="theturbo",
        folder=stage.FOLDER,
        auto="off",
        theme=str(more.get("theme", "vidu-night")),
        remembered=remembered or {},
        keep_look=keep,
    )
    app, _ = stage.app_of(mixed(), options)
    async with app.run_test(size=size, notifications=True) as pilot:
        await look.settle(pilot)
        yield pilot, app, kept


async def test_everything_is_as_it_was_left() -> None:
    left = {
        "theme": "vidu-paper",
        "view": "unsaved",
        "sort": "credits reversed",
        "pane": "closed",
        "columns": "model duration",
    }
    async with opened(left) as (_, app, kept):
        screen = main(app)
        assert app.theme == "vidu-paper"
        assert screen.wish.view is View.UNSAVED
        assert screen.wish.sort == Sort("credits", is_reversed=True)
        assert screen.query_one(Heads).sort == Sort("credits", is_reversed=True)
        assert not screen.pane.display
        heads = next(row for row in look.rows(app) if "result" in row)
        assert "credits▲" in heads
        assert "model" not in heads
        assert "dur" not in heads
        assert kept == [], "nothing was changed"


async def test_what_is_changed_is_kept_once_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SOON_S", 0.01)
    async with opened() as (pilot, app, kept):
        await pilot.press("5", "s", "down", "enter", "p")
        app.theme = "vidu-safe"
        main(app).action_toggle_column("model")
        await look.settle(pilot)
        while not kept or "theme" not in kept[-1]:
            await pilot.pause(0.01)
        assert kept[-1] == {
            "view": "unsaved",
            "sort": "state",
            "pane": "closed",
            "theme": "vidu-safe",
            "columns": "model",
        }
        assert app.remembered.flush() == ""
        count = len(kept)
        await pilot.press("5")
        assert app.remembered.flush() == ""
        assert len(kept) == count, "the same again says nothing new"


async def test_what_was_not_written_yet_is_written_at_the_end() -> None:
    async with opened() as (pilot, app, kept):
        await pilot.press("2")
        assert kept == []
        app.remembered.flush()
        assert kept == [{"view": "active"}]


async def test_a_filter_is_not_kept() -> None:
    async with opened() as (pilot, app, kept):
        await pilot.press("slash", *"hero", "enter")
        app.remembered.flush()
        assert main(app).wish.query.text == "hero"
        assert kept == []


@pytest.mark.parametrize(
    "left",
    [
        {"theme": "none-such"},
        {"view": "seven"},
        {"sort": "weight"},
        {"pane": "ajar"},
        {"columns": "a b"},
    ],
)
async def test_words_that_say_nothing_leave_the_config_as_it_is(left: dict[str, str]) -> None:
    async with opened(left, theme="vidu-safe") as (_, app, _kept):
        screen = main(app)
        assert app.theme == "vidu-safe"
        assert (screen.wish.view, screen.wish.sort) == (View.ALL, Sort())
        assert screen.pane.display
        assert screen.table.hidden == frozenset()


async def test_trouble_is_said_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "SOON_S", 0.01)
    async with opened(trouble="How the screen looks cannot be kept (disk full).") as (
        pilot,
        app,
        kept,
    ):
        await pilot.press("2")
        while not kept or not app._notifications:
            await pilot.pause(0.01)
        assert [n.message for n in app._notifications] == [
            "How the screen looks cannot be kept (disk full)."
        ]


async def test_columns_that_the_config_leaves_out_are_not_shown() -> None:
    columns = ("state", "name", "credits")
    options = Options(gateway="theturbo", folder=stage.FOLDER, auto="off", columns=columns)
    app, _ = stage.app_of(mixed(), options)
    async with app.run_test(size=(100, 30)) as pilot:
        await look.settle(pilot)
        heads = next(row for row in look.rows(app) if "state" in row and "name" in row)
        assert heads.split() == ["state", "name", "credits"]
        rows = [row for row in look.rows(app) if "hero shot" in row]
        assert rows[0].rstrip().endswith("60")
