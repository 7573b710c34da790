"""The choice of files and the purge, played by keys on the real engine."""

from pathlib import Path

from textual.widgets import Input

from tests.test_demo import entry_of, until
from vidu_tui import arguments, dashboard
from vidu_tui.core.task import AssetKind, TaskState


async def test_a_cover_goes_to_a_folder_of_its_own_and_a_purge_takes_only_what_is_safe(
    tmp_path: Path,
) -> None:
    options = arguments.parse(["--demo", "--download-dir", str(tmp_path / "videos")])
    this = dashboard.demo(options, bytes_per_s=0)
    assert this.sandbox is not None
    app = dashboard.assemble(this, [], is_demo=True)
    own = tmp_path / "own clips"
    try:
        async with app.run_test(size=(140, 40), notifications=True) as pilot:
            await until(pilot, lambda: entry_of(app, "hero shot").state is TaskState.SUCCESS)
            await until(pilot, lambda: entry_of(app, "two dancers").state is TaskState.SUCCESS)
            await pilot.press("G", "D", "down", "down", "space", "tab")
            app.screen.query_one(Input).value = str(own)
            await pilot.press("enter")
            await until(pilot, lambda: entry_of(app, "hero shot").is_saved)
            hero = entry_of(app, "hero shot")
            assert {Path(f.path).parent for f in hero.files} == {own}
            assert {f.key.kind for f in hero.files} == {AssetKind.VIDEO, AssetKind.COVER}
            assert all(Path(f.path).is_file() for f in hero.files)
            await pilot.press("X")
            await until(pilot, lambda: hero.key not in app.board.entries)
            assert entry_of(app, "two dancers").is_unsaved, "what is not saved stays"
            await pilot.press("u")
            await until(pilot, lambda: hero.key in app.board.entries)
            assert entry_of(app, "hero shot").is_saved
            await pilot.press("q")
    finally:
        this.sandbox.stop()
