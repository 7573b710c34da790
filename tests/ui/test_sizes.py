"""Every size: what is drawn, what goes, and that the cursor keeps its task through all of them."""

import pytest
from rich.cells import cell_len

from tests.ui import look
from tests.ui.scenes import mixed
from tests.ui.test_keys import current, go_to, main, on_stage
from vidu_tui.core.board import Board
from vidu_tui.ui.widgets.bars import Banner, Footer, Header
from vidu_tui.ui.widgets.heads import Heads
from vidu_tui.ui.widgets.views import ViewsLine

WIDTHS = (140, 132, 116, 97, 80, 70, 69, 40, 39, 20, 5, 1)
HEIGHTS = (40, 30, 14, 10, 8, 7, 5, 1)


@pytest.mark.parametrize("height", HEIGHTS)
async def test_every_width_of_a_height_is_drawn_and_the_cursor_keeps_its_task(height: int) -> None:
    async with on_stage(size=(140, height)) as (pilot, app, _):
        key = await go_to(pilot, "rain loop")
        for width in WIDTHS:
            await pilot.resize_terminal(width, height)
            await look.settle(pilot, 2)
            drawn = look.rows(app)
            assert len(drawn) == height
            assert {cell_len(r) for r in drawn} == {width}
            assert current(app) == key
            table = main(app).table
            assert 0 <= table.row - table.scroll_offset.y < table.size.height


PARTS = [
    # width, height, header, blank line, views, heads, footer
    (140, 40, True, True, True, True, True),
    (140, 30, True, True, True, True, True),
    (140, 29, True, False, True, True, True),
    (70, 14, True, False, True, True, True),
    (69, 14, True, False, True, False, True),
    (140, 13, True, False, True, False, True),
    (140, 10, True, False, True, False, True),
    (140, 9, True, False, False, False, True),
    (140, 8, True, False, False, False, True),
    (140, 7, False, False, False, False, False),
    (20, 1, False, False, False, False, False),
]


async def test_the_parts_go_as_the_height_shrinks() -> None:
    async with on_stage(size=(140, 40)) as (pilot, app, _):
        await look.press(pilot, "P")
        screen = main(app)
        for width, height, header, blank, views, heads, footer in PARTS:
            await pilot.resize_terminal(width, height)
            await look.settle(pilot, 2)
            assert bool(screen.query_one(Header).size.height) == header
            assert bool(screen.query_one(ViewsLine).size.height) == views
            assert bool(screen.query_one(Heads).size.height) == heads
            assert bool(screen.query_one(Footer).size.height) == footer
            assert bool(screen.query_one(Banner).size.height) == header
            if header:
                assert (look.rows(app)[1].strip() == "") == blank
            beside = 2 * header + blank + views + heads + footer
            assert screen.table.size.height == height - beside


async def test_below_8_rows_nothing_but_rows_is_drawn() -> None:
    async with on_stage(size=(80, 9)) as (pilot, app, _):
        await look.press(pilot, "P")
        await look.settle(pilot)
        await pilot.resize_terminal(80, 7)
        await look.settle(pilot)
        assert all(" processing " in r or " queueing " in r for r in look.rows(app))


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (40, 12), (39, 9), (20, 5), (5, 3), (1, 1)])
async def test_the_empty_list_has_no_heads_and_draws_at_any_size(size: tuple[int, int]) -> None:
    async with on_stage(Board(), size) as (_, app, _):
        assert not main(app).query_one(Heads).size.height
        if size >= (20, 5):
            assert "No tasks yet" in look.text(app)


@pytest.mark.parametrize("key", ["enter", "a", "e", "D", "K", "s", "?", "q", "colon"])
async def test_every_dialog_opens_and_closes_at_any_size(key: str) -> None:
    async with on_stage(mixed(), (140, 40)) as (pilot, app, _):
        for size in ((80, 24), (49, 11), (20, 5), (5, 3), (1, 1)):
            await pilot.resize_terminal(*size)
            await look.press(pilot, key)
            await look.settle_until(pilot, lambda: len(app.screen_stack) == 2)
            await look.settle(pilot, 2)
            assert len(look.rows(app)) == size[1]
            await look.press(pilot, "escape")
            await look.settle_until(pilot, lambda: look.name(app) == "MainScreen")


async def test_a_dialog_follows_the_terminal_while_it_is_open() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        await look.press(pilot, "s")
        for size in ((49, 20), (100, 11), (100, 30)):
            await pilot.resize_terminal(*size)
            await look.settle(pilot)
            region = look.regions(app, ".dialog")[0]
            is_whole = region.size == size
            assert is_whole == (size != (100, 30))


async def test_the_scroll_bar_hides_nothing_of_a_row_without_a_margin() -> None:
    async with on_stage(size=(20, 5)) as (pilot, app, _):
        await look.press(pilot, "G", "k")
        await look.settle(pilot)
        assert "two dan… ×2" in look.text(app)
        assert "old storyb…" in look.text(app)
