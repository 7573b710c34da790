"""The demo, played by keys from the first frame to a saved video."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from vidu_tui import arguments, dashboard
from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskState
from vidu_tui.sandbox import media
from vidu_tui.ui.app import ViduApp

PATIENCE_S = 20.0


async def until(pilot: Pilot[str], is_so: Callable[[], bool]) -> None:
    """Let the program go on until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await pilot.pause(0.02)


def entry_of(app: ViduApp, label: str) -> Entry:
    """Find an entry of the demo by its label."""
    return next(e for e in app.board.entries.values() if e.label == label)


async def test_a_video_of_the_demo_is_saved_byte_for_byte_by_keys_alone(tmp_path: Path) -> None:
    options = arguments.parse(["--demo", "--download-dir", str(tmp_path / "videos")])
    this = dashboard.demo(options, bytes_per_s=0)
    assert this.sandbox is not None
    app = dashboard.assemble(this, [], is_demo=True)
    try:
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await until(pilot, lambda: entry_of(app, "hero shot").state is TaskState.SUCCESS)
            await pilot.press("G", "d")
            await until(pilot, lambda: entry_of(app, "hero shot").is_saved)
            saved = Path(entry_of(app, "hero shot").files[0].path)
            await pilot.press("q")
    finally:
        this.sandbox.stop()
    clip = media.path_of(this.sandbox.tasks[0].clips[0])
    assert clip is not None
    assert saved.parent == tmp_path / "videos"
    assert saved.read_bytes() == clip.read_bytes()
    own = [p.name for p in saved.parent.iterdir() if "hero_shot" in p.name]
    assert own == [saved.name]


async def test_the_demo_leaves_the_home_of_the_person_alone(home: Path, tmp_path: Path) -> None:
    this = dashboard.demo(arguments.parse(["--demo", "--download-dir", str(tmp_path / "v")]))
    assert this.sandbox is not None
    app = dashboard.assemble(this, [], is_demo=True)
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: entry_of(app, "hero shot").state is TaskState.SUCCESS)
    finally:
        this.sandbox.stop()
    assert list(home.rglob("*")) == []
