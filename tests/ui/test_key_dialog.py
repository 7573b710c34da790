"""The key dialog: masked, tried live, kept in memory unless the person asks for more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Checkbox

from tests.ui import look, stage
from tests.ui.scenes import ended
from tests.ui.test_keys import Stage
from vidu_tui.core.errors import ConfigError
from vidu_tui.engine.keytest import KeyTest
from vidu_tui.storage import credentials
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.key import KeyScreen

SECRET = "vd_abcdef_0123456789"


@asynccontextmanager
async def asking(options: Options | None = None) -> AsyncIterator[tuple[Stage, list[str]]]:
    """Open the dialog; what was stored is in the list."""
    stored: list[str] = []
    given = options or replace(look.OPTIONS, store_key=lambda _, key: stored.append(key))
    wanted = replace(
        given,
        credentials_file="~/.config/vidu-tui/credentials.toml",
        clean_key=credentials.clean,
    )
    app, engine = stage.app_of(ended(), wanted)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await look.settle(pilot)
        await look.press(pilot, "K")
        await look.settle(pilot)
        yield (pilot, app, engine), stored


async def type_key(pilot: Pilot[str], words: str) -> None:
    await look.paste(pilot, words)


def everything(app: ViduApp) -> str:
    """Give all that a person or a log may see."""
    told = [w.description + w.name + repr(w) for w in app.workers]
    return "\n".join([look.text(app), *look.toasts(app), *told])


async def test_it_says_what_the_key_is_for_and_where_it_would_be_stored() -> None:
    async with asking() as ((_, app, _), _):
        shown = look.text(app)
        assert "theturbo wants an API key. It stays in memory until you quit." in shown
        assert "store it in ~/.config/vidu-tui/credentials.toml (mode 0600)" in shown
        assert "Setting VIDU_API_KEY before the start works as well." in shown
        for button in ("Test and use", "Demo instead", "Later"):
            assert button in shown


@pytest.mark.parametrize("typed", [SECRET, f"  Bearer {SECRET}\n", f"bearer {SECRET} "])
async def test_a_taken_key_is_used_but_neither_shown_nor_stored(typed: str) -> None:
    async with asking() as ((pilot, app, engine), stored):
        await type_key(pilot, typed)
        assert "•" * 10 in look.text(app)
        seen = everything(app)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        seen += everything(app)
        assert engine.told("test_key") == engine.told("use_key") == [("theturbo", SECRET)]
        assert look.toasts(app) == ["✓ theturbo answers to this key."]
        assert look.name(app) == "MainScreen"
        assert stored == []
        assert SECRET not in seen
        assert SECRET[3:12] not in seen


async def test_a_refused_key_is_not_used_and_the_dialog_stays() -> None:
    async with asking() as ((pilot, app, engine), stored):
        engine.key_answer = KeyTest(is_taken=False, line="401")
        await type_key(pilot, SECRET)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        said = "✗ theturbo refused this key (401). Nothing was sent elsewhere."
        assert said in look.text(app)
        assert not engine.told("use_key")
        assert not stored
        await look.press(pilot, "ctrl+c")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_a_key_that_could_not_be_tested_is_used_and_called_untested() -> None:
    async with asking() as ((pilot, app, engine), _):
        engine.key_answer = KeyTest(None)
        await type_key(pilot, SECRET)
        await look.press(pilot, "enter")
        await look.settle(pilot)
        said = "! theturbo could not be reached; the key is not tested."
        assert look.toasts(app) == [said]
        assert engine.told("use_key") == [("theturbo", SECRET)]


async def test_a_key_is_stored_only_on_request() -> None:
    async with asking() as ((pilot, app, _), stored):
        await type_key(pilot, SECRET)
        await look.press(pilot, "tab", "space")
        assert app.screen.query_one(Checkbox).value
        await look.press(pilot, "tab", "enter")
        await look.settle(pilot)
        assert stored == [SECRET]
        assert look.name(app) == "MainScreen"


async def test_a_store_that_fails_says_why_and_the_key_is_used_all_the_same() -> None:
    def refuse(_gateway: str, _key: str) -> None:
        raise ConfigError("credentials.toml cannot be written")

    async with asking(replace(look.OPTIONS, store_key=refuse)) as ((pilot, app, engine), _):
        await type_key(pilot, SECRET)
        await look.press(pilot, "tab", "space", "tab", "enter")
        await look.settle(pilot)
        assert "credentials.toml cannot be written" in look.toasts(app)
        assert engine.told("use_key")


async def test_with_another_base_url_a_key_cannot_be_stored() -> None:
    async with asking(replace(look.OPTIONS, can_store_key=False)) as ((pilot, app, _), stored):
        assert "store it" not in look.text(app)
        assert "Tab demo instead" in " ".join(look.text(app).split())
        await type_key(pilot, SECRET)
        await look.press(pilot, "tab", "enter")
        await look.settle(pilot)
        assert stored == []


async def test_a_key_that_no_header_may_carry_is_refused_here() -> None:
    async with asking() as ((pilot, app, engine), _):
        await type_key(pilot, "vd_schlüssel_0123")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "KeyScreen"
        assert "✗" in look.text(app)
        assert not engine.told("test_key")
        assert "schlüssel" not in everything(app)


async def test_an_empty_key_asks_nobody() -> None:
    async with asking() as ((pilot, app, engine), _):
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "KeyScreen"
        assert not engine.told("test_key")


async def test_selected_dots_are_not_copied() -> None:
    async with asking() as ((pilot, app, _), _):
        await type_key(pilot, SECRET)
        await look.press(pilot, "shift+home", "ctrl+c")
        await look.settle(pilot)
        assert SECRET not in app.clipboard


@pytest.mark.parametrize("presses", [["escape"], ["tab", "tab", "tab", "tab", "enter"]])
async def test_later_goes_on_without_a_key_and_it_can_be_asked_again(presses: list[str]) -> None:
    async with asking() as ((pilot, app, _), _):
        await look.press(pilot, *presses)
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        await look.press(pilot, "K")
        await look.settle(pilot)
        assert isinstance(app.screen, KeyScreen)


async def test_demo_instead_ends_this_run_for_the_demo() -> None:
    async with asking() as ((pilot, app, _), _):
        await pilot.click("#demo")
        await look.settle(pilot)
        assert app.return_value == "demo"


async def test_at_the_start_a_missing_key_is_asked_for() -> None:
    app, _ = stage.app_of(ended(), replace(look.OPTIONS, wants_key=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await look.settle(pilot)
        assert look.name(app) == "KeyScreen"


async def test_the_box_says_by_its_shape_whether_it_is_ticked() -> None:
    async with asking() as ((pilot, app, _), _stored):
        box = app.screen.query_one(Checkbox)
        assert box.render().plain.startswith("[ ] store it in")
        box.value = True
        await look.settle(pilot)
        assert box.render().plain.startswith("[x] store it in")


@pytest.mark.parametrize("key", ["ctrl+c", "super+c", "ctrl+x"])
async def test_no_key_copies_what_is_masked(key: str) -> None:
    async with asking() as ((pilot, app, _), _stored):
        await type_key(pilot, SECRET)
        await look.press(pilot, "ctrl+a", key)
        await look.settle(pilot)
        assert SECRET not in app.clipboard
