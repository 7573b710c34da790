"""The pane: where it stands, who has the keys, its tabs, and how it follows the cursor."""

import pytest
from textual.geometry import Region

from tests.ui import look, stage
from tests.ui.test_keys import current, go_to, main, on_stage
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import AssetKind
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.detail import DetailScreen
from vidu_tui.ui.screens.paned import Paned
from vidu_tui.ui.widgets.pane import Pane, PaneBody, PaneSearch
from vidu_tui.ui.widgets.tabs import TABS

RIGHT, BELOW = (140, 40), (100, 30)
SIZES = [
    # size, where it stands (x, y, width, height), open by itself
    ((140, 40), (97, 3, 43, 36), True),
    ((219, 40), (176, 3, 43, 36), True),
    ((220, 40), (160, 3, 60, 36), True),
    ((139, 40), (0, 28, 139, 11), False),
    ((100, 24), (0, 12, 100, 11), False),
]


def pane(app: ViduApp) -> Pane:
    return app.screen.query_one(Pane)


@pytest.mark.parametrize(("size", "place", "is_open"), SIZES)
async def test_p_opens_and_closes_the_pane_where_there_is_room(
    size: tuple[int, int], place: tuple[int, int, int, int], is_open: bool
) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        assert pane(app).display is is_open
        if not is_open:
            await look.press(pilot, "p")
            await look.settle(pilot)
        assert pane(app).region == Region(*place)
        table = main(app).table
        is_right = place[0] > 0
        assert table.size.width == (place[0] if is_right else size[0])
        assert len({len(row) for row in look.rows(app)}) >= 1
        await look.press(pilot, "p")
        await look.settle(pilot)
        assert not pane(app).display
        assert table.size.width == size[0]


@pytest.mark.parametrize("size", [(99, 40), (140, 23), (80, 24), (40, 12)])
async def test_without_room_p_opens_the_whole_screen(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        assert not pane(app).display
        await look.press(pilot, "p")
        await look.settle(pilot)
        assert look.name(app) == "DetailScreen"


@pytest.mark.parametrize(
    ("setting", "size", "is_open", "is_right"),
    [
        ("off", (140, 40), False, True),
        ("below", (140, 40), True, False),
        ("right", (100, 30), True, True),
        ("below", (99, 30), False, False),
    ],
)
async def test_the_config_says_where_it_stands(
    setting: str, size: tuple[int, int], is_open: bool, is_right: bool
) -> None:
    options = Options("theturbo", folder=stage.FOLDER, pane=setting)
    async with on_stage(size=size, options=options) as (_, app, _engine):
        assert pane(app).display is is_open
        if is_open:
            assert (pane(app).region.x > 0) is is_right


async def test_the_pane_follows_the_terminal_and_the_table_its_room() -> None:
    async with on_stage(size=(139, 40)) as (pilot, app, _):
        key = await go_to(pilot, "rain loop")
        for width, left in ((140, 97), (139, 139), (220, 160), (99, 99)):
            await pilot.resize_terminal(width, 40)
            await look.settle(pilot)
            assert main(app).table.size.width == left
            assert current(app) == key


async def test_an_empty_list_has_no_pane() -> None:
    async with on_stage(Board(), RIGHT) as (_, app, _engine):
        assert "overview" not in look.text(app)


async def test_the_pane_shows_the_row_under_the_cursor_and_what_changes_of_it() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        key = await go_to(pilot, "rain loop")
        assert "id       " + key.id in look.text(app)
        await look.press(pilot, "j")
        await look.settle(pilot)
        assert key.id not in look.text(app)
        await look.press(pilot, "k")
        entry = engine.board.entries[key]
        assert entry.task is not None
        changed = entry._replace(task=entry.task._replace(credits=4321.0))
        engine.show(engine.board.with_entry(changed))
        await look.settle(pilot)
        assert "credits  4,321" in look.text(app)


@pytest.mark.parametrize("key", ["right", "l", "right_square_bracket"])
async def test_each_key_to_the_right_goes_through_the_tabs_and_round(key: str) -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        seen = []
        for _ in TABS:
            seen.append(pane(app).tab)
            await look.press(pilot, key)
        assert tuple(seen) == TABS
        assert pane(app).tab == TABS[0]


@pytest.mark.parametrize("key", ["left", "h", "left_square_bracket"])
async def test_each_key_to_the_left_goes_back(key: str) -> None:
    async with on_stage(size=BELOW) as (pilot, app, _):
        await look.press(pilot, key)
        assert pane(app).tab == "overview", "there is no pane that anybody sees"
        await look.press(pilot, "p", key)
        assert pane(app).tab == "raw"


@pytest.mark.parametrize("size", [RIGHT, BELOW])
async def test_a_click_on_a_tab_shows_it(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        if size == BELOW:
            await look.press(pilot, "p")
            await look.settle(pilot)
        for tab in reversed(TABS):
            x, y = look.place(app, "overview")
            row = look.rows(app)[y]
            await pilot.click(offset=(row.index(tab, x) + 1, y))
            await look.settle(pilot)
            assert pane(app).tab == tab


async def test_tab_gives_the_keys_to_the_pane_and_back() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        key = await go_to(pilot, "two dancers")
        await look.press(pilot, "h")
        await look.press(pilot, "tab")
        await look.settle(pilot)
        assert isinstance(app.focused, PaneBody)
        assert "▌raw" in look.text(app)
        assert "Tab to the list" in look.rows(app)[-1]
        await pilot.resize_terminal(140, 26)
        await look.press(pilot, "j", "j", "j")
        await look.settle(pilot)
        assert app.focused.scroll_offset.y == 3
        assert current(app) == key
        await look.press(pilot, "g")
        await look.settle(pilot)
        assert app.focused.scroll_offset.y == 0
        await look.press(pilot, "tab", "j")
        await look.settle(pilot)
        assert current(app) != key
        assert "▌raw" not in look.text(app)


async def test_a_new_board_leaves_the_keys_with_the_pane() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        await look.press(pilot, "tab")
        await look.settle(pilot)
        engine.show(engine.board._replace(paused_since=1.0))
        await look.settle(pilot)
        assert isinstance(app.focused, PaneBody)
        await look.press(pilot, "p")
        await look.settle(pilot)
        assert main(app).table.has_focus


async def test_the_keys_of_the_list_act_on_the_row_while_the_pane_has_them() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        await look.press(pilot, "tab", "d", "c")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        assert look.toasts(app) == [f"Copied {key.id}"]


async def test_the_timeline_comes_from_what_is_on_record() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        engine.gallery.pasts[key] = stage.past_of(app.board.entries[key])
        await look.press(pilot, "l")
        await look.settle_until(pilot, lambda: "queueing  " in look.line(app, "13:49:09"))
        drawn = look.text(app)
        assert "14:05:12  saved" in drawn
        assert "━" in look.line(app, "13:50:08")


async def test_the_files_say_where_they_lie_as_a_person_writes_it() -> None:
    options = Options("theturbo", shown_path=lambda path: path.replace("/home/me", "~"))
    async with on_stage(size=RIGHT, options=options) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        path = "/home/me/Videos/beach.mp4"
        file = FileState(FileKey(0, AssetKind.VIDEO), FileStage.SAVED, path, 5, 5, sha256="ab" * 32)
        engine.show(engine.board.with_entry(engine.board.entries[key]._replace(files=(file,))))
        await look.press(pilot, "l", "l")
        await look.settle(pilot)
        assert "✓ video  5 B  saved" in look.text(app)
        assert "~/Videos/beach.mp4" in look.text(app)
        assert "sha256" in look.text(app)


async def test_slash_in_the_raw_answer_searches_it_and_elsewhere_filters() -> None:
    async with on_stage(size=(140, 26)) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "tab", "slash")
        await look.settle(pilot)
        assert main(app).is_typing
        await look.press(pilot, "escape")
        await look.press(pilot, "h", "tab", "slash", *"duration", "enter")
        await look.settle(pilot)
        assert not main(app).is_typing
        body = app.screen.query_one(PaneBody)
        assert body.has_focus
        assert body.scroll_offset.y > 0
        assert '"duration"' in look.text(app)
        await look.press(pilot, "slash", "escape")
        await look.settle(pilot)
        assert not app.screen.query_one(PaneSearch).display
        assert body.has_focus


async def test_n_goes_through_all_that_was_found() -> None:
    async with on_stage(size=(140, 24)) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "h", "tab", "slash", *"url", "enter")
        await look.settle(pilot)
        body = app.screen.query_one(PaneBody)
        tops = []
        for key in ("n", "n", "n", "n", "N"):
            tops.append(body.scroll_offset.y)
            await look.press(pilot, key)
            await look.settle(pilot)
        assert tops == [*sorted(tops[:4]), tops[0]]
        assert tops[0] < tops[3]


async def test_a_held_key_moves_the_cursor_and_the_pane_catches_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        shown: list[object] = []
        show = Pane.show

        def note(pane: Pane, entry: Entry | None) -> None:
            shown.append(entry)
            show(pane, entry)

        monkeypatch.setattr(Pane, "show", note)
        monkeypatch.setattr(Paned, "FOLLOW_S", 0.2)
        await look.press(pilot, *"jjjjjj")
        assert main(app).table.row == 6
        assert len(shown) < 6
        await pilot.pause(0.25)
        await look.settle(pilot)
        assert shown[-1] is main(app).table.entry
        assert "id       " + current(app).id in look.text(app)


async def test_a_row_that_goes_takes_its_words_along() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        key = await go_to(pilot, "rain loop")
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert key.id not in look.text(app)


async def test_the_details_show_the_same_tabs_and_their_keys() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        for tab in ("timeline", "files", "raw"):
            await look.press(pilot, "l")
            assert app.screen.pane.tab == tab
        await look.press(pilot, "left_square_bracket")
        assert app.screen.pane.tab == "files"
        await look.press(pilot, "slash", *"model", "enter")
        await look.settle(pilot)
        assert app.screen.pane.tab == "raw"
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_arrows_alone_reach_tabs_and_buttons_of_the_details() -> None:
    async with on_stage(size=(80, 24)) as (pilot, app, _):
        await go_to(pilot, "rain loop")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert isinstance(app.screen, DetailScreen)
        await look.press(pilot, "up", "right", "right")
        await look.settle(pilot)
        assert app.screen.pane.tab == "files"
        assert "▌files" in look.text(app)
        await look.press(pilot, "down", "right")
        await look.settle(pilot)
        assert app.focused is not None
        assert app.focused.id == "copy_id"
        assert app.screen.pane.tab == "files"
