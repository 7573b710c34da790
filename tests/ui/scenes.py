"""The pictures of the README: each scene is one function, drawn from the demo at a fixed instant.

``python -m tests.ui.scenes`` writes them to screenshots/; a test compares them.
"""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from tests.ui import stage
from vidu_tui.core import journal
from vidu_tui.core.board import Board, Health, HealthKind, Trouble
from vidu_tui.core.files import FileStage
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.widgets.cover import Cover

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
CELL = 12.2
"""Width of a cell in Rich's pictures."""
Act = Callable[[Pilot[str]], Awaitable[None]]
PASTED = """\
curl -H 'Authorization: Bearer vd_0123456789' https://gateway.theturbo.ai/v1/vidu/tasks/\
940121773009244160/creations
940121690478100999  crowd plate, take 2
2026-03-14T13:58:11Z created {first} at 1773496691812 in 812 ms, 60 credits
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: what is on the Board, how large the terminal is, and what is pressed."""

    name: str
    size: tuple[int, int]
    board: Callable[[], Board]
    act: Act | None = None
    theme: str = "vidu-night"


def mixed() -> Board:
    """Show every state and every kind of result at once."""
    board = stage.board_at(20)
    rows = dict(board.entries)
    for key, entry in board.entries.items():
        match entry.label:
            case "hero shot":
                rows[key] = stage.coming(entry, 0.41)
            case "two dancers":
                rows[key] = stage.saved(entry, 11_450_000)
            case "logo sting":
                rows[key] = stage.coming(entry, 0.63, FileStage.STOPPED)
            case "drone over fjord":
                trouble = Trouble(
                    "502",
                    "theturbo answered 502 Bad Gateway.",
                    stage.NOW - 72,
                    stage.NOW + 8,
                    has_age=True,
                )
                rows[key] = entry._replace(trouble=trouble, is_stale=True)
    return board.with_entries(rows.values())


def ended() -> Board:
    """Show the demo after its first minute."""
    return stage.board_at(90)


async def _down_to(pilot: Pilot[str], label: str) -> None:
    app = pilot.app
    assert isinstance(app, ViduApp)
    order = [e.label for e in reversed(list(app.board.entries.values()))]
    await pilot.press(*["j"] * order.index(label))
    await pilot.pause()


async def covered(pilot: Pilot[str]) -> None:
    """Wait until no cover is awaited: it comes from a thread."""
    for _ in range(300):
        await pilot.pause(0.01)
        if not any(cover.is_coming for cover in pilot.app.screen.query(Cover)):
            break
    await pilot.pause()


async def _details(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "two dancers")
    await pilot.press("enter")
    await covered(pilot)


async def _failed(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "car chase")
    await pilot.press("enter")
    await pilot.pause()


async def _adding(pilot: Pilot[str]) -> None:
    app = pilot.app
    assert isinstance(app, ViduApp)
    text = PASTED.format(first=next(iter(app.board.entries)).id)
    app.screen.post_message(events.Paste(text))
    await pilot.pause()
    await pilot.pause()


async def _files(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "two dancers")
    await pilot.press("D", "down", "down", "space")
    await pilot.pause()


async def _on_hero(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "hero shot")


async def _pane(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "beach at dusk")
    await covered(pilot)


async def _without_pane(pilot: Pilot[str]) -> None:
    await pilot.press("p")
    await pilot.pause()


async def _pane_below(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "beach at dusk")
    await pilot.press("p")
    await covered(pilot)


async def _portrait(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "neon alley 夜の街")
    await covered(pilot)


async def _timeline(pilot: Pilot[str]) -> None:
    app = pilot.app
    assert isinstance(app, ViduApp)
    entry = stage.named(app.board, "beach at dusk")
    stage.still(app).gallery.pasts[entry.key] = stage.past_of(entry)
    await _down_to(pilot, "beach at dusk")
    await pilot.press("l")
    await covered(pilot)


async def _raw(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "two dancers")
    await pilot.press("enter", "slash", *"cover", "enter")
    await covered(pilot)


async def _enlarged(pilot: Pilot[str]) -> None:
    await _down_to(pilot, "two dancers")
    await pilot.press("v")
    await covered(pilot)


async def _finding(pilot: Pilot[str]) -> None:
    await pilot.press("slash", *"success", "enter", "s", "end", "up", "enter")
    await pilot.pause()
    await pilot.press("g", "space", "space", "space", "k")
    await pilot.pause()


async def _typing(pilot: Pilot[str]) -> None:
    await pilot.press("slash", *"model", "colon", *"q3", "asterisk", "space")
    await pilot.press(*"expire", "less_than_sign", *"3h")
    await pilot.pause()


async def _log(pilot: Pilot[str]) -> None:
    app = pilot.app
    assert isinstance(app, ViduApp)
    for at, before, after in _story():
        for happening in journal.happenings(before, after, stage.NOW - at):
            app.engine.journal.say(happening)
    await pilot.press("L", "j", "j", "j")
    await pilot.pause()


def _story() -> list[tuple[float, Board, Board]]:
    """Tell an hour of the demo: how long ago, and the Board before and after."""
    asking, young, old = stage.board_at(-1), stage.board_at(20), mixed()
    kind, line = HealthKind.THROTTLED, "theturbo wants fewer requests."
    limit = Health("theturbo", "", kind, 182, line=line, asked=214, limit=600)
    busy = young.with_health(limit._replace(next_at=stage.NOW - 228))
    hero = stage.named(young, "hero shot")
    coming, there = (old.with_entry(f) for f in (stage.coming(hero, 0.1), stage.saved(hero)))
    blank = Board(health=asking.health).with_list(
        entry._replace(task=None) for entry in asking.entries.values()
    )
    return [
        (3000, blank, asking),
        (900, asking, young),
        (240, young, busy),
        (225, busy, young),
        (72, young, old),
        (40, old, coming),
        (31, coming, there),
        (5, there, ended()),
    ]


SCENES = (
    Scene("mixed-140x40", (140, 40), mixed, _pane),
    Scene("mixed-140x40-paper", (140, 40), mixed, _without_pane, theme="vidu-paper"),
    Scene("narrow-80x24", (80, 24), mixed),
    Scene("small-40x12", (40, 12), mixed),
    Scene("cover-100x30", (100, 30), mixed, _pane_below),
    Scene("cover-portrait", (140, 40), ended, _portrait, theme="vidu-paper"),
    Scene("cover-enlarged", (120, 36), mixed, _enlarged),
    Scene("timeline", (140, 30), mixed, _timeline),
    Scene("raw", (100, 36), mixed, _raw),
    Scene("empty", (100, 30), Board),
    Scene("downloading", (120, 30), mixed, _on_hero),
    Scene("marks", (120, 30), mixed, _finding),
    Scene("filter", (100, 30), mixed, _typing),
    Scene("detail", (110, 40), mixed, _details),
    Scene("failed", (100, 30), ended, _failed),
    Scene("files", (110, 30), mixed, _files),
    Scene("log", (120, 30), mixed, _log),
    Scene("add-preview", (110, 30), mixed, _adding),
)


async def draw(scene: Scene) -> str:
    """Draw one scene as SVG, the same at every run."""
    origins = {"https://gateway.theturbo.ai": "theturbo"}
    options = Options("theturbo", origins, folder=stage.FOLDER, theme=scene.theme)
    app, _ = stage.app_of(scene.board(), options)
    async with app.run_test(size=scene.size) as pilot:
        await pilot.pause()
        if scene.act is not None:
            await scene.act(pilot)
        await pilot.pause()
        return portable(app.export_screenshot(title="vidu-tui"))


def portable(svg: str) -> str:
    """Take fonts from the reader's machine, and let no renderer eat a leading space."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'x="([\d.]+)"( y="[\d.]+") textLength="([\d.]+)"([^>]*)>((?:&#160;)+)', _moved, svg
    )
    return svg.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, monospace")


def _moved(match: re.Match[str]) -> str:
    """Begin a run of text at its first letter."""
    x, y, length, rest, spaces = match.groups()
    cells = spaces.count("&#160;") * CELL
    return f'x="{float(x) + cells:g}"{y} textLength="{float(length) - cells:g}"{rest}>'


def main() -> None:
    """Write all pictures."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for scene in SCENES:
        (FOLDER / f"{scene.name}.svg").write_text(asyncio.run(draw(scene)), encoding="utf-8")


if __name__ == "__main__":
    main()
