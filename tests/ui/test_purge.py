"""Purge and the second try of failed downloads: what is said, and where the cursor goes."""

from dataclasses import replace

import pytest

from tests.ui import look, stage
from tests.ui.scenes import ended, mixed
from tests.ui.test_keys import current, go_to, main, on_stage
from vidu_tui.core.board import Board, Entry
from vidu_tui.engine.settings import Purged
from vidu_tui.ui import toasts


def entries(number: int) -> tuple[Entry, ...]:
    return tuple(mixed().entries.values())[:number]


@pytest.mark.parametrize(
    ("removed", "kept", "said"),
    [
        (9, 3, "Purged 9, kept 3 whose videos are not saved (view 5)"),
        (2, 1, "Purged 2, kept 1 whose video is not saved (view 5)"),
        (9, 0, "Purged 9"),
        (0, 0, "Nothing to purge"),
        (0, 3, "Nothing purged, kept 3 whose videos are not saved (view 5)"),
    ],
)
def test_a_purge_says_what_went_and_what_was_kept(removed: int, kept: int, said: str) -> None:
    assert toasts.purged(Purged(entries(removed), entries(kept))) == said


async def test_capital_x_purges_without_a_question_and_one_u_undoes_it() -> None:
    async with on_stage(ended()) as (pilot, app, engine):
        gone = tuple(stage.named(app.board, n) for n in ("two dancers", "car chase"))
        engine.purged = Purged(gone, (stage.named(app.board, "beach at dusk"),))
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert look.name(app) == "MainScreen"
        assert look.toasts(app) == ["Purged 2, kept 1 whose video is not saved (view 5)"]
        engine.undone = gone
        await look.press(pilot, "u")
        await look.settle(pilot)
        assert len(engine.told("undo")) == 1
        assert look.toasts(app)[-1] == "Back on the list: 2 tasks"
        assert current(app) == gone[-1].key


async def test_a_list_that_cannot_be_written_is_told_and_nothing_is_purged() -> None:
    from vidu_tui.core.errors import ListError

    async with on_stage(ended()) as (pilot, app, engine):

        async def refuse() -> Purged:
            raise ListError("~/watchlist.toml", "The folder is read-only.")

        engine.purge = refuse  # type: ignore[method-assign] # one refusal, in this test alone
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert "The folder is read-only." in look.toasts(app)[0]


async def test_the_cursor_stays_on_its_task_when_others_are_purged() -> None:
    async with on_stage(ended()) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        others = tuple(e for e in app.board.entries.values() if e.key != key)
        engine.purged = Purged(others[:-3], ())
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert current(app) == key
        assert 0 <= main(app).table.row - main(app).table.scroll_offset.y < 10


async def test_the_cursor_of_a_purged_row_goes_to_the_next_row_that_is_left() -> None:
    async with on_stage(ended()) as (pilot, app, engine):
        rows = list(app.board.entries.values())[::-1]
        main(app).table.go_to(rows[6].key)
        await look.settle(pilot)
        engine.purged = Purged((*rows[:5], rows[6], rows[7]), ())
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert current(app) == rows[8].key, "rows above went too: the number of the row is no guide"


async def test_the_cursor_goes_up_where_nothing_is_left_below() -> None:
    async with on_stage(ended()) as (pilot, app, engine):
        rows = list(app.board.entries.values())[::-1]
        await look.press(pilot, "G")
        engine.purged = Purged(tuple(rows[3:]), ())
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert current(app) == rows[2].key
        engine.purged = Purged(tuple(rows), ())
        await look.press(pilot, "X")
        await look.settle(pilot)
        assert "No tasks yet" in look.text(app)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (3, "Trying 3 downloads again"),
        (1, "Trying 1 download again"),
        (0, "No download has failed"),
    ],
)
async def test_the_palette_tries_failed_downloads_again(number: int, said: str) -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        engine.failed_count = number
        await look.press(pilot, "colon")
        await look.settle(pilot)
        await look.press(pilot, *"retry failed")
        await app.workers.wait_for_complete()
        await look.settle(pilot, 8)
        await look.press(pilot, "enter")
        await look.settle(pilot, 8)
        assert engine.told("retry_failed") == [None]
        assert look.toasts(app) == [said]


async def test_help_names_what_the_palette_alone_does() -> None:
    async with on_stage(Board(), (100, 120)) as (pilot, app, _):
        await look.press(pilot, "?")
        await look.settle(pilot)
        assert "retry failed      Try every download again that has failed" in look.text(app)


async def test_a_key_that_was_given_away_is_shown_nowhere_else() -> None:
    options = replace(look.OPTIONS, keymap={"task.download": "D"})
    async with on_stage(size=(120, 60), options=options) as (pilot, app, engine):
        key = await go_to(pilot, "beach at dusk")
        assert "choose files" not in look.rows(app)[-1]
        await look.press(pilot, "D")
        await look.settle(pilot)
        assert engine.told("download") == [[key]]
        assert "choose files" in {c.title for c in app.get_system_commands(app.screen)}
