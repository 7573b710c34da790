"""Views and the filter: what each key shows, what is said of it, and where the cursor goes."""

import pytest
from rich.cells import cell_len

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import current, go_to, main, on_stage
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.cells import Role, title
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.widgets.bars import Header
from vidu_tui.ui.widgets.views import FilterInput, FilterLine, ViewsLine

VIEWS = "   1 all 15   2 active 10   3 done 4   4 problems 2   5 unsaved 3   6 expiring 2"
CLOSE = VIEWS.replace("   ", " ").replace(" 1", "   1", 1)
SHORT = " all 15  ►10 ✓4 ✗2 ↓3 !2"


def shown(app: ViduApp) -> list[str]:
    """Give the names of the rows that are found, from top to bottom."""
    return [title(app.board.entries[key]) for key in main(app).table.finder.order]


def typing(app: ViduApp) -> bool:
    return isinstance(app.focused, FilterInput)


@pytest.mark.parametrize(
    ("key", "labels"),
    [
        ("2", 10),
        ("3", ["two dancers", "logo sting", "beach at dusk", "hero shot"]),
        ("4", ["drone over fjord", "car chase"]),
        ("5", ["logo sting", "beach at dusk", "hero shot"]),
        ("6", ["logo sting", "beach at dusk"]),
        ("1", 15),
    ],
)
async def test_each_digit_shows_its_view(key: str, labels: list[str] | int) -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "5", key)
        await look.settle(pilot)
        found = shown(app)
        assert (len(found) if isinstance(labels, int) else found) == labels
        assert all(label in look.text(app) for label in found if len(found) < 10)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((140, 40), VIEWS),
        ((90, 12), VIEWS),
        ((89, 12), CLOSE),
        ((80, 10), CLOSE),
        ((79, 10), SHORT),
        ((40, 12), SHORT),
        ((26, 10), SHORT),
        ((20, 10), SHORT[:20]),
    ],
)
async def test_the_line_of_views_has_a_form_for_each_width(
    size: tuple[int, int], words: str
) -> None:
    async with on_stage(size=size) as (_, app, _):
        line = main(app).query_one(ViewsLine)
        assert look.rows(app)[line.region.y].rstrip() == (
            words if cell_len(words) < size[0] else words[: size[0] - 1] + "…"
        )


@pytest.mark.parametrize(("width", "words"), [(120, "4 problems"), (85, "4 problems"), (60, "✗")])
async def test_every_view_can_be_clicked(width: int, words: str) -> None:
    async with on_stage(size=(width, 14)) as (pilot, app, _):
        line = main(app).query_one(ViewsLine)
        x = look.rows(app)[line.region.y].index(words)
        await pilot.click(offset=(x, line.region.y))
        await look.settle(pilot)
        assert shown(app) == ["drone over fjord", "car chase"]
        await pilot.click(offset=(1 if width < 80 else 3, line.region.y))
        await look.settle(pilot)
        assert len(shown(app)) == 15
        await pilot.click(offset=(width - 1, line.region.y))
        await look.settle(pilot)
        assert len(shown(app)) == 15


async def test_a_view_follows_what_happens() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "5")
        await look.settle(pilot)
        assert current(app) == stage.named(app.board, "logo sting").key
        engine.show(app.board.with_entry(stage.saved(stage.named(app.board, "logo sting"))))
        await look.settle(pilot)
        assert shown(app) == ["beach at dusk", "hero shot"]
        assert "5 unsaved 2   6 expiring 1" in look.text(app)
        assert current(app) == stage.named(app.board, "beach at dusk").key


async def test_time_alone_makes_a_link_expiring_and_the_line_says_so() -> None:
    now = [stage.NOW]
    app, _ = stage.app_of(mixed())
    app._now = lambda: now[0]
    async with app.run_test(size=(120, 30)) as pilot:
        await look.settle(pilot)
        assert "6 expiring 2" in look.text(app)
        now[0] += 22 * 3600
        main(app).tick()
        await look.settle(pilot)
        assert "6 expiring 3" in look.text(app)
        await look.press(pilot, "6")
        assert len(shown(app)) == 3


async def test_the_filter_is_live_and_enter_keeps_it() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "/")
        await look.settle(pilot)
        assert typing(app)
        assert look.rows(app)[-1].strip() == "Enter keep   Esc clear   ↓ to the list"
        await look.press(pilot, *"take")
        await look.settle(pilot)
        assert shown(app) == ["teaser, take 3"]
        assert " / take " in look.rows(app)[1]
        assert look.rows(app)[1].endswith(" 1 of 15 ")
        await look.press(pilot, *["backspace"] * 4)
        await look.settle(pilot)
        assert len(shown(app)) == 15
        await look.press(pilot, *"teaser", "enter")
        await look.settle(pilot)
        assert not typing(app)
        assert look.rows(app)[1] == VIEWS + f"{'/ teaser  1 of 15 ':>{120 - len(VIEWS)}}"
        assert look.rows(app)[-1].endswith("? help   q quit ")


async def test_keys_are_text_while_a_filter_is_typed() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "/", *"drxq?1", "space", "A")
        await look.settle(pilot)
        assert main(app).query_one(FilterInput).value == "drxq?1 A"
        assert engine.calls[1:] == []
        assert look.name(app) == "MainScreen"
        assert not main(app).table.marks


@pytest.mark.parametrize("key", ["down", "enter"])
async def test_down_and_enter_go_to_the_list_and_slash_comes_back_to_the_text(key: str) -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "/", *"shot", key)
        await look.settle(pilot)
        assert (typing(app), shown(app)) == (False, ["hero shot"])
        await look.press(pilot, "/", *"!")
        await look.settle(pilot)
        assert main(app).query_one(FilterInput).value == "shot!"
        assert shown(app) == []


async def test_escape_clears_the_filter_from_the_input_and_from_the_list() -> None:
    async with on_stage() as (pilot, app, _):
        for keys in (("escape",), ("enter", "escape")):
            await look.press(pilot, "/", *"hero", *keys)
            await look.settle(pilot)
            assert (typing(app), len(shown(app))) == (False, 15)
            assert VIEWS in look.text(app)


async def test_a_click_on_a_row_keeps_the_filter_and_one_on_the_filter_opens_it() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "/", *"e")
        await look.settle(pilot)
        await pilot.click(offset=(20, 4))
        await look.settle(pilot)
        assert not typing(app)
        assert main(app).table.row == 2
        await pilot.click(offset=look.place(app, "/ e  "))
        await look.settle(pilot)
        assert typing(app)


async def test_the_hint_of_the_footer_opens_the_filter() -> None:
    async with on_stage() as (pilot, app, _):
        await pilot.click(offset=look.place(app, "/ filter"))
        await look.settle(pilot)
        assert typing(app)
        await pilot.click(offset=look.place(app, "Esc clear"))
        await look.settle(pilot)
        assert not typing(app)


async def test_what_is_wrong_with_a_filter_is_said_while_it_is_typed_and_the_rest_applies() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "/", *"hero expire<3h")
        await look.settle(pilot)
        assert look.rows(app)[1].endswith("! expire is no field: did you mean expires? ")
        assert shown(app) == ["hero shot"]
        await pilot.resize_terminal(40, 12)
        await look.settle(pilot)
        assert look.rows(app)[1].endswith("! expire is no field ")
        assert " / hero " in look.rows(app)[1]


async def test_the_cursor_follows_its_task_through_a_filter_and_back() -> None:
    async with on_stage() as (pilot, app, _):
        key = await go_to(pilot, "car chase")
        await look.press(pilot, "/", *"hero")
        await look.settle(pilot)
        assert current(app) == stage.named(app.board, "hero shot").key
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert current(app) == key
        await look.press(pilot, "/", *"xyz", "escape")
        await look.settle(pilot)
        assert current(app) == key, "through nothing at all, too"


async def test_a_cursor_moved_under_a_filter_stays_where_it_was_moved() -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, "car chase")
        await look.press(pilot, "/", *"success", "enter", "j")
        await look.settle(pilot)
        key = current(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert current(app) == key != stage.named(app.board, "car chase").key


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("/", *"zebra"), "Nothing matches “zebra”. Esc shows all 15."),
        (("5", "/", *"zebra"), "Nothing matches “zebra”. Esc shows all 3."),
        (("/", *"[b]", "enter"), "Nothing matches “[b]”. Esc shows all 15."),
    ],
)
async def test_a_filter_that_leaves_nothing_says_so(keys: tuple[str, ...], words: str) -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, *keys)
        await look.settle(pilot)
        assert words in look.text(app)
        for key in ("d", "x", "c", "e", "enter", "space", "j") if keys[-1] == "enter" else ():
            await look.press(pilot, key)
        assert look.name(app) == "MainScreen"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2", "Nothing is active."),
        ("3", "Nothing is done."),
        ("4", "No problems."),
        ("5", "Nothing is unsaved."),
        ("6", "Nothing is expiring."),
    ],
)
async def test_an_empty_view_says_so(key: str, words: str) -> None:
    board = mixed()
    wanted = "car chase" if key in "26" or key in "35" else "crowd plate"
    board = board.with_list([stage.named(board, wanted)])
    async with on_stage(board) as (pilot, app, _):
        await look.press(pilot, key)
        await look.settle(pilot)
        assert words in look.text(app)


async def test_where_the_views_are_hidden_the_filter_stands_in_the_headers_place() -> None:
    async with on_stage(size=(60, 9)) as (pilot, app, _):
        assert "vidu-tui" in look.rows(app)[0]
        await look.press(pilot, "/", *"hero")
        await look.settle(pilot)
        assert look.rows(app)[0].startswith(" / hero ")
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.rows(app)[0] == " / hero  1 of 15".ljust(60)
        assert not main(app).query_one(Header).size.height
        await pilot.click(offset=(3, 0))
        await look.settle(pilot)
        assert typing(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert "vidu-tui" in look.rows(app)[0]


@pytest.mark.parametrize(
    "size", [(140, 40), (84, 24), (79, 24), (40, 12), (39, 9), (20, 5), (5, 3), (1, 1)]
)
async def test_a_filter_is_typed_and_kept_at_any_size(size: tuple[int, int]) -> None:
    async with on_stage(size=size) as (pilot, app, _):
        await look.press(pilot, "/", *"hero shot and a good deal more than fits here")
        await look.settle(pilot)
        assert main(app).query_one(FilterLine).size.height == 1
        assert {cell_len(row) for row in look.rows(app)} == {size[0]}
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert len(look.rows(app)) == size[1]
        if size[1] == 24:
            assert look.rows(app)[1].startswith(SHORT + " ")
            assert look.rows(app)[1].endswith("  0 of 15 ")
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert len(shown(app)) == 15


async def test_a_filter_is_data_and_never_markup() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "/", *"[/nope] [red]", "enter")
        await look.settle(pilot)
        assert "/ [/nope] [red]  0 of 15" in look.text(app)


async def test_new_boards_leave_the_input_in_focus_and_an_empty_list_closes_it() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "/", *"new")
        entry = Entry(TaskKey("theturbo", "940121690478100991"), "new one")
        full = app.board.with_list([*app.board.entries.values(), entry])
        engine.show(full)
        await look.settle(pilot)
        assert typing(app)
        assert shown(app) == ["new one"]
        engine.show(full.with_list([]))
        await look.settle(pilot)
        assert not typing(app)
        assert "No tasks yet" in look.text(app)
        await look.press(pilot, "/", "s", "2", "space", "A", "i", "escape")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        await look.press(pilot, "enter")
        await look.settle(pilot)
        assert look.name(app) == "AddScreen"


async def test_the_empty_list_counts_nothing() -> None:
    async with on_stage(Board(), (100, 30)) as (_, app, _):
        words = "1 all 0   2 active 0   3 done 0   4 problems 0   5 unsaved 0   6 expiring 0"
        assert words in look.text(app)


async def test_expiring_is_told_in_the_colour_of_warnings_only_above_none() -> None:
    async with on_stage(size=(140, 40)) as (pilot, app, engine):
        line = main(app).query_one(ViewsLine)
        warning = line.paint(Role.WARNING)
        assert [s.text for s in line.render_line(0) if s.style == warning] == ["2"]
        rows = [stage.saved(e)._replace() if e.videos else e for e in app.board.entries.values()]
        engine.show(app.board.with_entries(rows))
        await look.settle(pilot)
        assert "6 expiring 0" in look.text(app)
        assert [s.text for s in line.render_line(0) if s.style == warning] == []
