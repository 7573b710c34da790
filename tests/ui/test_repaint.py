"""Only what has changed is drawn again, and the cursor follows its task."""

from collections.abc import Iterator

import pytest
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.screen import Screen
from textual.strip import Strip

from tests.ui import look, stage
from tests.ui.scenes import ended, mixed
from tests.ui.test_keys import current, go_to, main, on_stage, row
from vidu_tui.core.board import Board, Entry, HealthKind
from vidu_tui.core.task import TaskKey
from vidu_tui.ui.widgets.bars import Header
from vidu_tui.ui.widgets.task_table import TaskTable


@pytest.fixture(autouse=True)
def time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no tick come by itself."""
    monkeypatch.setattr("vidu_tui.ui.screens.main.TICK_S", 3600)


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Note the label of each row that is composed anew."""
    drawn: list[str] = []
    draw = TaskTable._draw

    def noted(self: TaskTable, entry: Entry, made_of: object, now: float) -> object:
        drawn.append(entry.label)
        return draw(self, entry, made_of, now)  # type: ignore[arg-type] # handed through

    monkeypatch.setattr(TaskTable, "_draw", noted)
    return iter([drawn])


async def test_a_changed_task_is_drawn_alone_and_an_equal_board_not_at_all(
    composed: Iterator[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = next(composed)
    lines: list[int] = []
    async with on_stage(size=(120, 40)) as (pilot, app, engine):
        monkeypatch.setattr(TaskTable, "refresh_line", _noting(lines, TaskTable.refresh_line))
        drawn.clear()
        entry = stage.named(app.board, "rain loop")
        assert entry.task is not None
        changed = entry._replace(task=entry.task._replace(progress=88.0))
        engine.show(app.board.with_entry(changed))
        await look.settle(pilot)
        assert drawn == ["rain loop"]
        assert lines == [6]
        assert "88%" in look.line(app, "rain loop")
        engine.show(app.board._replace())
        await look.settle(pilot)
        engine.show(app.board.with_entry(changed))
        await look.settle(pilot)
        assert drawn == ["rain loop"]
        assert lines == [6]


def _noting(lines: list[int], refresh: object) -> object:
    def noted(self: TaskTable, y: int) -> None:
        lines.append(y)
        refresh(self, y)  # type: ignore[operator] # the method that is watched

    return noted


async def test_a_changed_task_paints_its_own_line_of_the_screen_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted: list[int] = []
    async with on_stage(size=(120, 40)) as (pilot, app, engine):
        display = App._display

        def noted(self: App[str], screen: Screen[object], update: ChopsUpdate) -> None:
            painted.extend(y for y, _, _ in update.spans)
            display(self, screen, update)

        monkeypatch.setattr(App, "_display", noted)
        entry = stage.named(app.board, "rain loop")
        assert entry.task is not None
        for progress in (81.0, 82.0):
            task = entry.task._replace(progress=progress)
            engine.show(app.board.with_entry(entry._replace(task=task)))
            await look.settle(pilot)
        monkeypatch.undo()
        assert painted == [row_of(app, "rain loop")] * 2


def row_of(app: App[str], label: str) -> int:
    """Give the line of the screen that shows a task."""
    return next(y for y, words in enumerate(look.rows(app)) if label in words)


async def test_a_moved_cursor_is_on_the_screen_before_anything_else_has_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vidu_tui.ui.widgets.painted.PAUSE_S", 3600)
    painted: list[list[int]] = []
    async with on_stage(size=(120, 40)) as (pilot, app, _):
        display = App._display

        def noted(self: App[str], screen: Screen[object], update: ChopsUpdate) -> None:
            painted.append([y for y, _, _ in update.spans])
            display(self, screen, update)

        await look.settle(pilot)
        monkeypatch.setattr(App, "_display", noted)
        table = main(app).table
        first = next(y for y, words in enumerate(look.rows(app)) if "▌" in words)
        table.action_move(1)
        assert painted == [[first, first + 1]]
        table.action_move(1)
        assert len(painted) == 1, "keys that come at once are painted together"
        monkeypatch.undo()


async def test_a_textual_without_such_a_turn_paints_in_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with on_stage(size=(120, 40)) as (pilot, app, _):
        table = main(app).table
        monkeypatch.delattr(Screen, "_on_timer_update")
        table.action_move(1)
        monkeypatch.undo()
        table.action_move(1)
        await look.settle(pilot)
        assert "▌" in look.rows(app)[table.region.y + 2]


async def test_moving_the_cursor_draws_two_rows(composed: Iterator[list[str]]) -> None:
    drawn = next(composed)
    async with on_stage(size=(120, 40)) as (pilot, _, _):
        drawn.clear()
        await look.press(pilot, "j")
        await look.settle(pilot)
        assert sorted(drawn) == ["", "paper lanterns"]


async def test_a_tick_repaints_only_rows_whose_words_have_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [stage.NOW]
    app, _ = stage.app_of(mixed())
    app._now = lambda: now[0]
    lines: list[int] = []
    async with app.run_test(size=(190, 40)) as pilot:
        await look.settle(pilot)
        table = main(app).table
        monkeypatch.setattr(TaskTable, "refresh_line", _noting(lines, TaskTable.refresh_line))
        main(app).tick()
        assert lines == []
        now[0] += 1
        table.tick()
        await look.settle(pilot)
        assert lines == [5], "only the row that counts the seconds of its trouble"
        assert "502 for 1m13s · again in 7s" in look.line(app, "drone over fjord")
        lines.clear()
        now[0] += 60
        table.tick()
        await look.settle(pilot)
        told = [r for r in look.rows(app) if "2h44m" in r]
        assert len(told) == 1
        assert 5 in lines
        assert 0 not in lines


async def test_with_nothing_to_poll_the_header_is_not_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [stage.NOW]
    board = ended()
    board = board.with_health(board.health[0]._replace(kind=HealthKind.IDLE))
    app, _ = stage.app_of(board)
    app._now = lambda: now[0]
    painted: list[int] = []
    draw = Header.render_line
    async with app.run_test(size=(140, 40)) as pilot:
        await look.settle(pilot)

        def noted(self: Header, y: int) -> Strip:
            painted.append(y)
            return draw(self, y)

        monkeypatch.setattr(Header, "render_line", noted)
        for _ in range(5):
            now[0] += 7
            main(app).tick()
            await look.settle(pilot, 1)
        assert painted == []
        assert "nothing to poll" in look.rows(app)[0]


async def test_the_cursor_stays_on_its_task_while_rows_come_and_go() -> None:
    async with on_stage() as (pilot, app, engine):
        key = await go_to(pilot, "car chase")
        before = row(app)
        new = [Entry(TaskKey("theturbo", f"94012169047810099{i}")) for i in range(3)]
        engine.show(app.board.with_list([*app.board.entries.values(), *new]))
        await look.settle(pilot)
        assert (current(app), row(app)) == (key, before + 3)
        engine.show(app.board.with_list(list(app.board.entries.values())[5:-3]))
        await look.settle(pilot)
        assert current(app) == key
        assert "▌" in look.line(app, "car chase")


@pytest.mark.parametrize(
    ("label", "neighbour"), [("car chase", "old storyboard"), ("hero shot", "beach at dusk")]
)
async def test_a_cursor_whose_row_goes_moves_to_the_neighbour(label: str, neighbour: str) -> None:
    async with on_stage() as (pilot, app, _):
        await go_to(pilot, label)
        await look.press(pilot, "x")
        await look.settle(pilot)
        assert current(app) == stage.named(app.board, neighbour).key


async def test_a_list_that_empties_and_fills_keeps_its_keys() -> None:
    async with on_stage() as (pilot, app, engine):
        full = app.board
        engine.show(full.with_list([]))
        await look.settle(pilot)
        assert "No tasks yet" in look.text(app)
        engine.show(full)
        await look.settle(pilot)
        await look.press(pilot, "j")
        await look.settle(pilot)
        assert row(app) == 1


async def test_a_thousand_rows_scroll_and_only_what_is_seen_is_composed(
    composed: Iterator[list[str]],
) -> None:
    drawn = next(composed)
    entries = [
        Entry(TaskKey("theturbo", str(940121690478000000 + i)), f"row {i}") for i in range(1000)
    ]
    async with on_stage(Board().with_list(entries), (120, 30)) as (pilot, app, _):
        assert len(set(drawn)) <= 30
        for key, seen in (
            ("G", "row 0 "),
            ("pageup", "row 24"),
            ("g", "row 999"),
            ("j", "row 998"),
        ):
            await look.press(pilot, key)
            await look.settle(pilot, 2)
            assert seen in look.text(app)
        assert len(set(drawn)) <= 90


async def test_a_filter_of_a_long_list_brings_its_rows_into_sight_and_composes_no_others(
    composed: Iterator[list[str]],
) -> None:
    drawn = next(composed)
    entries = [
        Entry(TaskKey("theturbo", str(940121690478000000 + i)), f"row {i}") for i in range(2000)
    ]
    async with on_stage(Board().with_list(entries), (120, 30)) as (pilot, app, _):
        assert "1 all 2,000   2 active 2,000" in look.text(app)
        await look.press(pilot, "G", "/", *'"row 19"')
        await look.settle(pilot)
        assert "111 of 2,000" in look.text(app)
        assert "row 1999" not in look.text(app)
        assert "row 19 " in look.text(app), "the cursor's last row and those above it"
        await look.press(pilot, "escape", "g")
        await look.settle(pilot)
        assert "row 1999" in look.text(app)
        assert len(set(drawn)) <= 150
