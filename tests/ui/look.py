"""What stands on the screen of an app under test, as text; and keys as a terminal sends them."""

import asyncio
from collections.abc import Callable, Iterable

from textual import events
from textual.app import App
from textual.geometry import Region
from textual.keys import _character_to_key
from textual.pilot import Pilot

from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options


def rows(app: App[str]) -> list[str]:
    """Give the screen's rows, each as wide as the screen."""
    strips = app.screen._compositor.render_strips()
    return [strip.text for strip in strips]


def text(app: App[str]) -> str:
    """Give the whole screen."""
    return "\n".join(rows(app))


def part(app: App[str], x: int, width: int) -> list[str]:
    """Give some columns of the screen, by cells."""
    return [s.crop(x, x + width).text for s in app.screen._compositor.render_strips()]


def line(app: App[str], words: str) -> str:
    """Find the row that holds some words."""
    return next(row for row in rows(app) if words in row)


def place(app: App[str], words: str) -> tuple[int, int]:
    """Find the cell where some words begin."""
    found = rows(app)
    y = next(i for i, row in enumerate(found) if words in row)
    return found[y].index(words), y


def toasts(app: App[str]) -> list[str]:
    """Give what the toasts say, newest last."""
    return [notification.message for notification in app._notifications]


def name(app: ViduApp) -> str:
    """Give the name of the screen on top."""
    return type(app.screen).__name__


def has_quit(app: ViduApp) -> bool:
    """Tell whether the app was asked to end."""
    return app._exit


async def settle(pilot: Pilot[str], times: int = 4) -> None:
    """Let every waiting message be handled, and what it changed be drawn."""
    for _ in range(times):
        await pilot._wait_for_screen()
        for _ in range(10):
            await asyncio.sleep(0)
        pilot.app.screen._on_timer_update()


async def settle_until(pilot: Pilot[str], is_so: Callable[[], bool]) -> None:
    """Settle as often as it takes, within bounds: the palette takes several turns to open."""
    for _ in range(200):
        await settle(pilot, 1)
        if is_so():
            return
    raise AssertionError("it never came to be")


async def press(pilot: Pilot[str], *keys: str) -> None:
    """Press keys one after the other; Textual's own press waits 40 ms for each."""
    for key in keys:
        char = key if len(key) == 1 else {"space": " ", "enter": "\r"}.get(key)
        name = _character_to_key(key) if len(key) == 1 else key
        pilot.app.post_message(events.Key(name, char))
        await settle(pilot, 1)


async def paste(pilot: Pilot[str], words: str) -> None:
    """Paste as a terminal with bracketed paste does."""
    pilot.app.post_message(events.Paste(words))
    await settle(pilot)


def post_keys(app: App[str], words: Iterable[str]) -> None:
    """Put keys into the app's queue all at once, as one read of the terminal brings them."""
    names = {
        " ": "space",
        "\n": "enter",
        "\r": "enter",
        "\t": "tab",
        ".": "full_stop",
        "-": "minus",
    }
    for char in words:
        app.post_message(events.Key(names.get(char, char), char))


def regions(app: App[str], kind: str) -> list[Region]:
    """Give where the widgets of a kind are drawn."""
    return [w.region for w in app.screen.query(kind) if w.is_on_screen]


def wheel_down(app: App[str], x: int, y: int) -> None:
    """Turn the wheel over a cell."""
    event = events.MouseScrollDown(None, x, y, 0, 0, 0, False, False, False, x, y)
    app.post_message(event)


OPTIONS = Options(gateway="theturbo", folder="~/Videos/vidu", auto="off")
