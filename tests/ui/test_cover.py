"""The cover: when it is fetched, what stands there meanwhile, and what is not to be had."""

import pytest

from tests.ui import look, stage
from tests.ui.scenes import covered
from tests.ui.test_keys import go_to, main, on_stage
from tests.ui.test_pixels import picture, png_of
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.cover import CoverScreen
from vidu_tui.ui.widgets.cover import Cover

RIGHT = (140, 40)


def cover(app: ViduApp) -> Cover:
    return app.screen.query_one(Cover)


async def test_a_cover_is_drawn_at_the_head_of_the_overview() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        assert cover(app).size == (40, 11)
        drawn = [row for row in look.part(app, 99, 40) if "▀" in row]
        assert drawn == ["▀" * 40] * 11
        assert "cover    shown  link 36m" in look.text(app)


async def test_below_it_stands_at_the_left_of_the_facts() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await look.press(pilot, "p")
        await covered(pilot)
        assert cover(app).size == (36, 10)
        rows = [row for row in look.rows(app) if "▀" in row]
        assert len(rows) == 10
        assert rows[0][39:].startswith("state    ✓ success")


async def test_a_portrait_is_twelve_rows_high_and_in_the_middle() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        portrait = (stage.MEDIA / "neon.cover.jpeg").read_bytes()
        engine.gallery.covers[key.id, 0] = portrait
        await covered(pilot)
        rows = [row for row in look.part(app, 99, 40) if "▀" in row]
        assert rows == [f"{' ' * 13}{'▀' * 14}{' ' * 13}"] * 12


async def test_nothing_is_fetched_before_the_cursor_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cover, "REST_S", 60.0)
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        await go_to(pilot, "hero shot")
        await go_to(pilot, "beach at dusk")
        assert engine.gallery.asked == []
        assert cover(app).is_coming
        cover(app)._load()
        await covered(pilot)
        assert [key.id for key, _ in engine.gallery.asked] == ["940119530811736064"]


async def test_while_it_comes_its_space_is_empty_and_the_facts_keep_their_place() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        engine.gallery.comes.clear()
        await go_to(pilot, "beach at dusk")
        before = look.place(app, "state    ✓")
        assert "▀" not in look.text(app)
        assert "cover    is coming" in look.text(app)
        engine.gallery.comes.set()
        await covered(pilot)
        assert look.place(app, "state    ✓") == before


async def test_a_cover_that_comes_late_is_not_shown_for_another_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Cover, "REST_S", 60.0)
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        engine.gallery.comes.clear()
        await go_to(pilot, "beach at dusk")
        cover(app)._load()
        await look.settle(pilot)
        assert len(engine.gallery.asked) == 1
        await go_to(pilot, "car chase")
        engine.gallery.comes.set()
        await covered(pilot)
        assert "▀" not in look.text(app)
        assert not cover(app).display


async def test_going_back_to_a_row_shows_its_cover_at_once() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        await go_to(pilot, "rain loop")
        assert "▀" not in look.text(app)
        await go_to(pilot, "beach at dusk")
        assert "▀" in look.text(app)
        assert len(engine.gallery.asked) == 1


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"\xff\xd8\xff broken", "cannot be drawn"),
        (png_of(9000, 9000), "cannot be drawn"),
        (picture("BMP", (32, 18)), "cannot be drawn"),
        (None, "not to be had"),
    ],
    ids=["broken", "bomb", "format", "none"],
)
async def test_without_a_picture_the_facts_move_up_and_say_so(
    data: bytes | None, word: str
) -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        key = stage.named(app.board, "beach at dusk").key
        engine.gallery.covers[key.id, 0] = data
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        assert "▀" not in look.text(app)
        assert look.place(app, "state    ✓")[1] == look.place(app, "overview")[1] + 2
        assert f"cover    {word}" in look.text(app)


async def test_a_task_without_a_cover_asks_for_none() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        await go_to(pilot, "car chase")
        await covered(pilot)
        assert engine.gallery.asked == []
        assert look.place(app, "✗ failed  after")[1] == look.place(app, "overview")[1] + 2


async def test_another_tab_has_no_cover_and_a_closed_pane_fetches_none() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        await look.press(pilot, "p")
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        assert engine.gallery.asked == []
        await look.press(pilot, "p", "l")
        await covered(pilot)
        assert "▀" not in look.text(app)
        assert engine.gallery.asked == []


async def test_v_enlarges_the_cover_and_arrows_step_through_creations() -> None:
    async with on_stage(size=(120, 36)) as (pilot, app, engine):
        key = await go_to(pilot, "two dancers")
        await look.press(pilot, "v")
        await covered(pilot)
        assert isinstance(app.screen, CoverScreen)
        assert "two dancers  creation 1 of 2" in look.text(app)
        assert cover(app).size == (120, 34)
        seen = [look.text(app)]
        for press, number in (("right", 2), ("l", 1), ("left", 2)):
            await look.press(pilot, press)
            await covered(pilot)
            assert f"creation {number} of 2" in look.text(app)
            seen.append(look.text(app))
        assert engine.gallery.asked == [(key, 0), (key, 1)]
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"


async def test_v_works_from_the_details_and_a_click_enlarges_too() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        await pilot.click(Cover)
        await look.settle(pilot)
        assert look.name(app) == "CoverScreen"
        await look.press(pilot, "q", "enter", "v")
        await look.settle(pilot)
        assert look.name(app) == "CoverScreen"


async def test_a_paste_over_the_enlarged_cover_adds_as_anywhere() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "v")
        await look.settle(pilot)
        await look.paste(pilot, "940121773009244160")
        assert look.name(app) == "AddScreen"


async def test_v_without_a_cover_says_so() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        await go_to(pilot, "rain loop")
        await look.press(pilot, "v")
        await look.settle(pilot)
        assert look.toasts(app) == ["No cover yet: rain loop"]


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 5), (5, 3), (1, 1)])
async def test_the_enlarged_cover_draws_at_any_size(size: tuple[int, int]) -> None:
    async with on_stage(size=RIGHT) as (pilot, app, _):
        await go_to(pilot, "two dancers")
        await look.press(pilot, "v")
        await pilot.resize_terminal(*size)
        await covered(pilot)
        assert {len(row) for row in look.rows(app)} == {size[0]}


async def test_ascii_draws_no_half_block() -> None:
    options = Options("theturbo", folder=stage.FOLDER, is_ascii=True)
    async with on_stage(size=RIGHT, options=options) as (pilot, app, _):
        await go_to(pilot, "beach at dusk")
        await covered(pilot)
        assert cover(app).size == (40, 11)
        assert look.text(app).isascii() or "▀" not in look.text(app)
        assert "shown" in look.line(app, "cover ")


async def test_a_key_is_handled_while_a_cover_is_on_its_way() -> None:
    async with on_stage(size=RIGHT) as (pilot, app, engine):
        engine.gallery.comes.clear()
        await go_to(pilot, "beach at dusk")
        cover(app)._load()
        await look.settle(pilot)
        row = main(app).table.row
        await look.press(pilot, "k")
        assert main(app).table.row == row - 1
        engine.gallery.comes.set()
        assert isinstance(engine.gallery.asked[0][0], TaskKey)
