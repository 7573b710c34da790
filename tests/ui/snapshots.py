"""What stands on the screen, as text: every theme, tab, dialog and width, at a fixed instant.

``python -m tests.ui.snapshots`` writes them to snapshots/; a test compares them. Each line begins
with a digest of its colours and of what is bold, so that a change of style alone shows too.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.segment import Segment
from textual.color import Color
from textual.pilot import Pilot
from textual.strip import Strip

from tests.ui import look, stage
from tests.ui.scenes import PASTED, covered, ended, mixed
from vidu_tui.core.board import Board
from vidu_tui.ui import plain
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options

FOLDER = Path(__file__).with_name("snapshots")
ORIGINS = {"https://gateway.theturbo.ai": "theturbo"}
TOP = 20
"""Lines of a screen that is larger than a page; below there is nothing else."""


class Shot(NamedTuple):
    """One screen: how large, what is pressed, and what the terminal can do."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    label: str = "car chase"
    """The task under the cursor; a failed one has no cover."""
    board: Callable[[], Board] = mixed
    theme: str = "vidu-night"
    is_ascii: bool = False
    has_colour: bool = True
    pasted: str = ""


WIDTHS = (132, 116, 97, 80, 70, 50, 34)
DIALOGS = {
    "add": ("a",),
    "key": ("K",),
    "files": ("D",),
    "sort": ("s",),
    "log": ("L",),
    "help": ("?",),
    "remove": ("A", "x"),
    "quit": ("q",),
}
SHOTS = (
    *(Shot(f"theme-{name}", (140, 24), theme=f"vidu-{name}") for name in ("night", "paper")),
    *(Shot(f"theme-{name}", (140, 24), theme=f"vidu-{name}") for name in ("safe", "contrast")),
    Shot("theme-nord", (140, 24), theme="nord"),
    Shot("theme-ansi", (140, 24), theme="ansi-dark"),
    Shot("no-colour", (140, 24), has_colour=False),
    Shot("no-colour-dialog", (80, 24), ("K",), has_colour=False),
    Shot("ascii", (140, 24), is_ascii=True),
    Shot("ascii-dialog", (80, 24), ("A", "x"), is_ascii=True),
    *(Shot(f"width-{width}", (width, 14)) for width in WIDTHS),
    Shot("width-20", (20, 5)),
    Shot("width-220", (220, 30)),
    Shot("width-400", (400, 120)),
    Shot("tab-overview-failed", (100, 30), ("enter",), board=ended),
    Shot("tab-overview", (100, 30), ("enter",), label="rain loop"),
    Shot("tab-timeline", (100, 30), ("enter", "l"), label="beach at dusk"),
    Shot("tab-files", (100, 30), ("enter", "l", "l"), label="two dancers"),
    Shot("tab-raw", (100, 30), ("enter", "h"), label="two dancers"),
    *(Shot(f"dialog-{n}", (100, 24), keys, label="hero shot") for n, keys in DIALOGS.items()),
    Shot("dialog-add-preview", (80, 24), pasted=PASTED),
    Shot("dialog-add-nothing", (80, 24), pasted="12:00 812 ms"),
    Shot("dialog-label", (20, 12), ("e",)),
    Shot("label-in-row", (100, 14), ("e",), label="hero shot"),
    Shot("dialog-whole-screen", (49, 11), ("D",), label="two dancers"),
    Shot("marks", (100, 14), ("space", "space", "space")),
    Shot("filter", (100, 14), ("slash", *"hero", "enter")),
    Shot("nothing-matches", (100, 14), ("slash", *"zebra")),
    Shot("empty", (80, 24), board=Board),
    Shot("paused", (100, 14), ("P",)),
)


async def draw(shot: Shot) -> str:
    """Draw one screen as text, the same at every run."""
    options = Options(
        "theturbo",
        ORIGINS,
        folder=stage.FOLDER,
        theme=shot.theme,
        is_ascii=shot.is_ascii,
        credentials_file="~/.config/vidu-tui/credentials.toml",
        places=(("list", "~/.local/share/vidu-tui/watchlist.toml"),),
    )
    with _colours(shot):
        app, _ = stage.app_of(shot.board(), options)
        async with app.run_test(size=shot.size) as pilot:
            await _act(pilot, app, shot)
            drawn = [_line(strip) for strip in app.screen._compositor.render_strips()]
    plain.draw_ascii(app, is_ascii=False)
    return "\n".join(drawn if shot.size[1] <= 40 else drawn[:TOP]) + "\n"


async def _act(pilot: Pilot[str], app: ViduApp, shot: Shot) -> None:
    await look.settle(pilot)
    if app.board.entries:
        app.screen_stack[0].query_one("TaskTable").go_to(stage.named(app.board, shot.label).key)  # type: ignore[attr-defined] # the only table there is
        await look.settle(pilot)
    if shot.pasted:
        await look.paste(pilot, shot.pasted.format(first=next(iter(app.board.entries)).id))
    for key in shot.keys:
        await look.press(pilot, key)
        await look.settle(pilot, 2)
    await covered(pilot)
    await look.settle(pilot)


@contextmanager
def _colours(shot: Shot) -> Iterator[None]:
    """Let the app find a terminal without colour, or with them."""
    before = os.environ.pop("NO_COLOR", None)
    if not shot.has_colour:
        os.environ["NO_COLOR"] = "1"
    try:
        yield
    finally:
        os.environ.pop("NO_COLOR", None)
        if before is not None:
            os.environ["NO_COLOR"] = before


def _line(strip: Strip) -> str:
    """Write a line: a digest of its styles, its text."""
    runs: list[tuple[str, int]] = []
    for segment in strip:
        style, cells = _style(segment), segment.cell_length
        if runs and runs[-1][0] == style:
            runs[-1] = (style, runs[-1][1] + cells)
        elif cells:
            runs.append((style, cells))
    digest = hashlib.sha256(repr(runs).encode()).hexdigest()[:6]
    return f"{digest}  {strip.text}".rstrip()


def _style(segment: Segment) -> str:
    """Name what is seen of a style; where it is blank, its ground alone."""
    style = segment.style
    if style is None:
        return ""
    back = style.bgcolor.name if style.bgcolor else ""
    is_blank = not segment.text.strip() and not style.reverse and not style.underline
    if is_blank:
        return back
    fore = Color.from_rich_color(style.color).hex if style.color else ""
    manners = (style.bold, style.dim, style.italic, style.underline, style.reverse)
    return f"{fore} {back} {''.join(str(int(bool(m))) for m in manners)}"


def main() -> None:
    """Write all of them."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.txt"):
        old.unlink()
    for shot in SHOTS:
        (FOLDER / f"{shot.name}.txt").write_text(asyncio.run(draw(shot)), encoding="utf-8")


if __name__ == "__main__":
    main()
