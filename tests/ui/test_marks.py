"""Marks: which rows a key acts upon, how they look, and how marks come back."""

from dataclasses import replace

import pytest

from tests.ui import look, stage
from tests.ui.scenes import mixed
from tests.ui.test_keys import current, go_to, main, on_stage, row
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.app import ViduApp


def marked(app: ViduApp) -> set[str]:
    return {app.board.entries[key].label for key in main(app).table.marks}


def keys_of(app: ViduApp, *labels: str) -> list[TaskKey]:
    return [stage.named(app.board, label).key for label in labels]


async def mark(app: ViduApp, *labels: str) -> None:
    main(app).table.marks = frozenset(keys_of(app, *labels))


async def test_space_marks_and_goes_down_and_unmarks_again() -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, "rain loop")
        await look.press(pilot, "space", "space")
        await look.settle(pilot)
        assert marked(app) == {"rain loop", "neon alley 夜の街"}
        assert current(app) == stage.named(app.board, "crowd plate").key
        assert look.line(app, "rain loop").startswith(" ◆ ►")
        await look.press(pilot, "k", "space")
        await look.settle(pilot)
        assert marked(app) == {"rain loop"}
        assert look.line(app, "neon alley").startswith("   ►")


async def test_space_on_the_last_row_marks_it_and_stays() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "G", "space")
        await look.settle(pilot)
        assert marked(app) == {"hero shot"}
        assert row(app) == 14
        assert look.line(app, "hero shot").startswith("▌◆ ✓")


async def test_capital_a_marks_all_that_is_shown_and_i_inverts() -> None:
    async with on_stage() as (pilot, app, _):
        await look.press(pilot, "5", "A")
        await look.settle(pilot)
        assert marked(app) == {"logo sting", "beach at dusk", "hero shot"}
        await look.press(pilot, "j", "space", "i")
        await look.settle(pilot)
        assert marked(app) == {"beach at dusk"}
        await look.press(pilot, "1", "i")
        await look.settle(pilot)
        assert len(main(app).table.marks) == 14
        assert "beach at dusk" not in marked(app)


async def test_every_action_works_on_the_marked_rows_from_top_to_bottom() -> None:
    async with on_stage() as (pilot, app, engine):
        wanted = keys_of(app, "rain loop", "logo sting", "hero shot")
        await mark(app, "hero shot", "rain loop", "logo sting")
        await go_to(pilot, "car chase")
        await look.press(pilot, "d", "r", "c")
        await look.settle(pilot)
        assert engine.told("download") == [wanted]
        assert engine.told("poll") == [wanted]
        assert app.clipboard == "\n".join(key.id for key in wanted)
        assert look.toasts(app) == ["Copied 3 ids"]
        await look.press(pilot, "D", "enter")
        await look.settle(pilot)
        assert engine.told("choose")[0][0] == wanted  # type: ignore[index] # a tuple
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert engine.told("remove") == [wanted]
        assert not main(app).table.marks
        await look.press(pilot, "c")
        await look.settle(pilot)
        assert app.clipboard == current(app).id, "without marks the row under the cursor"


async def test_removing_more_than_five_marked_rows_asks_first() -> None:
    async with on_stage() as (pilot, app, engine):
        await look.press(pilot, "A", "x")
        await look.settle(pilot)
        assert look.name(app) == "ConfirmRemove"
        assert "Enter removes 15" in look.text(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert len(main(app).table.marks) == 15
        await look.press(pilot, "x", "enter")
        await look.settle(pilot)
        assert "No tasks yet" in look.text(app)
        assert len(engine.told("remove")[0]) == 15  # type: ignore[arg-type] # a list


async def test_marks_that_a_filter_hides_are_kept_counted_and_not_acted_upon() -> None:
    async with on_stage() as (pilot, app, engine):
        await mark(app, "rain loop", "hero shot")
        await look.press(pilot, "/", *"rain", "enter", "r")
        await look.settle(pilot)
        assert engine.told("poll") == [keys_of(app, "rain loop")]
        assert look.rows(app)[-1].startswith(
            " 2 marked (1 hidden)   d save 1 when finished   r poll 1   x remove 1   y copy"
        )
        await look.press(pilot, "escape")
        await look.settle(pilot)
        assert marked(app) == {"rain loop", "hero shot"}
        await look.press(pilot, "3", "/", *"two", "enter", "r")
        await look.settle(pilot)
        assert engine.told("poll")[-1] == keys_of(app, "two dancers"), "all hidden: the cursor's"
        assert look.rows(app)[-1].startswith(" 2 marked (2 hidden)   Esc unmark")


@pytest.mark.parametrize(
    ("labels", "hints"),
    [
        (
            ("beach at dusk", "hero shot", "logo sting"),
            "3 marked   d download 2   r poll 3   x remove 3   y copy   Esc unmark",
        ),
        (("hero shot",), "1 marked   d stop 1   r poll 1   x remove 1   y copy   Esc unmark"),
        (
            ("two dancers", "car chase"),
            "2 marked   r poll 2   x remove 2   y copy   Esc unmark",
        ),
    ],
)
async def test_the_footer_counts_what_each_key_would_do(
    labels: tuple[str, ...], hints: str
) -> None:
    async with on_stage() as (pilot, app, _):
        await mark(app, *labels)
        await look.settle(pilot)
        assert look.rows(app)[-1].strip().startswith(hints)
        await pilot.click(offset=(2, 12))
        await look.settle(pilot)
        assert len(main(app).table.marks) == len(labels), "the number does nothing"
        await pilot.click(offset=look.place(app, "Esc unmark"))
        await look.settle(pilot)
        assert not main(app).table.marks


async def test_escape_clears_the_filter_first_and_the_marks_last_and_u_brings_marks_back() -> None:
    async with on_stage() as (pilot, app, engine):
        await mark(app, "rain loop", "hero shot")
        await look.press(pilot, "/", *"rain", "enter", "escape")
        await look.settle(pilot)
        assert len(main(app).table.marks) == 2
        await look.press(pilot, "escape", "escape")
        await look.settle(pilot)
        assert not main(app).table.marks
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert marked(app) == {"rain loop", "hero shot"}
        assert engine.told("undo") == []
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert len(engine.told("undo")) == 1


async def test_u_undoes_a_later_remove_before_it_brings_marks_back() -> None:
    async with on_stage() as (pilot, app, engine):
        await mark(app, "rain loop", "hero shot")
        gone = stage.named(app.board, "crowd plate")
        await go_to(pilot, "crowd plate")
        await look.press(pilot, "escape", "x")
        await look.settle(pilot)
        assert gone.key not in app.board.entries
        engine.undone = (gone,)
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert gone.key in app.board.entries
        assert not main(app).table.marks
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert marked(app) == {"rain loop", "hero shot"}


async def test_a_marked_row_has_its_own_ground_and_the_cursors_row_the_cursors() -> None:
    async with on_stage(size=(120, 40)) as (pilot, app, _):
        await go_to(pilot, "rain loop")
        await look.press(pilot, "space", "space", "k")
        await look.settle(pilot)
        table = main(app).table
        grounds = {}
        for y in range(len(app.board.entries)):
            last = list(table.render_line(y))[-1]
            assert last.style is not None
            grounds[y] = last.style.bgcolor
        at = {label: table.finder.order.index(keys_of(app, label)[0]) for label in marked(app)}
        assert grounds[at["rain loop"]] == table.backdrop("marked").rich_color
        assert grounds[at["neon alley 夜の街"]] == table.backdrop("cursor").rich_color
        assert grounds[0] == table.backdrop().rich_color
        assert len(set(grounds.values())) == 3


@pytest.mark.parametrize(
    ("width", "marked_row", "cursor_row"),
    [(120, " ◆ ► processing", "▌◆ ►"), (60, " ◆ ► rain", "▌◆ ►"), (30, "◆►", "◆►")],
)
async def test_each_width_has_room_for_the_mark(
    width: int, marked_row: str, cursor_row: str
) -> None:
    async with on_stage(size=(width, 12)) as (pilot, app, _):
        await mark(app, "rain loop", "neon alley 夜の街")
        await go_to(pilot, "neon alley 夜の街")
        assert look.line(app, "rain").startswith(marked_row)
        assert look.line(app, "neon").startswith(cursor_row)


async def test_without_unicode_a_mark_is_a_star() -> None:
    async with on_stage(options=replace(look.OPTIONS, is_ascii=True)) as (pilot, app, _):
        await go_to(pilot, "rain loop")
        await look.press(pilot, "space")
        await look.settle(pilot)
        assert look.line(app, "rain loop").startswith(" * >")


async def test_a_mark_goes_with_its_task() -> None:
    async with on_stage() as (pilot, app, engine):
        await mark(app, "rain loop", "hero shot")
        board = mixed()
        engine.show(board.with_list([e for e in board.entries.values() if e.label != "rain loop"]))
        await look.settle(pilot)
        assert marked(app) == {"hero shot"}
        engine.show(board)
        await look.settle(pilot)
        assert marked(app) == {"hero shot"}
