"""The question before quitting: how many files are coming, and how long all of them take."""

import pytest

from tests.ui import look, stage
from tests.ui.test_keys import on_stage
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.ui.screens.confirm import time_left_s


def coming(received: int, total: int | None, speed: float | None) -> FileState:
    stage_ = FileStage.RUNNING if speed is not None else FileStage.WAITING
    key = stage.named(stage.board_at(90), "hero shot").videos[0]
    return FileState(key, stage_, received=received, total=total, speed_bps=speed)


@pytest.mark.parametrize(
    ("files", "left_s"),
    [
        ([coming(0, 100, 10.0), coming(50, 100, 20.0)], 5.0),
        ([coming(0, 100, 10.0), coming(0, 100, None)], 20.0),
        ([coming(0, 100, 10.0), coming(0, None, None)], None),
        ([coming(0, 100, None)], None),
        ([coming(100, 100, 10.0)], 0.0),
        ([coming(120, 100, 10.0)], 0.0),
        ([], None),
    ],
)
def test_the_time_left_is_that_of_all_files_at_the_speed_of_all(
    files: list[FileState], left_s: float | None
) -> None:
    assert time_left_s(files) == left_s


async def test_the_question_before_quitting_counts_what_waits() -> None:
    async with on_stage(size=(100, 30)) as (pilot, app, engine):
        entry = stage.named(app.board, "hero shot")
        other = stage.coming(stage.named(app.board, "logo sting"), 0.0, FileStage.WAITING)
        board = app.board.with_entry(other).with_entry(stage.coming(entry, 0.5))
        engine.show(board)
        await look.settle(pilot)
        await look.press(pilot, "q")
        await look.settle(pilot)
        assert "2 files are still coming, about 7 s." in look.text(app)
        await look.press(pilot, "escape")
        await look.settle(pilot)
        (file,) = other.files
        engine.show(board.with_entry(other._replace(files=(file._replace(total=None),))))
        await look.settle(pilot)
        await look.press(pilot, "q")
        await look.settle(pilot)
        assert "2 files are still coming. What has arrived is kept" in look.text(app)
