"""A toast that comes too late: it is shown for a moment, and the program goes on."""

import time

from textual.widgets._toast import Toast, ToastRack

from tests.ui import look
from tests.ui.test_keys import on_stage
from vidu_tui.core.board import Board
from vidu_tui.ui import toasts
from vidu_tui.ui.toasts import LEAST_SHOWN_S, Lasting


def late(seconds: float) -> Lasting:
    """Make a toast whose time was over so long ago."""
    return Lasting("words", timeout=8, raised_at=time.time() - 8 - seconds)


def test_a_toast_has_a_while_left_however_late_it_is() -> None:
    assert (late(0.001).has_expired, late(0.001).time_left) == (True, LEAST_SHOWN_S)
    assert not late(-5).has_expired
    assert 4 < late(-5).time_left <= 5


async def test_every_toast_is_of_this_kind_and_one_that_is_late_goes_by_itself() -> None:
    async with on_stage(Board(), (80, 24)) as (pilot, app, _):
        toasts.error(app, "trouble")
        await look.settle(pilot)
        assert [type(toast) for toast in app._notifications] == [Lasting]
        toast = Toast(late(0.001))
        assert toast._timeout > 0
        await app.screen.get_child_by_type(ToastRack).mount(toast)
        await pilot.pause(2 * LEAST_SHOWN_S)
        await look.settle(pilot)
        assert not toast.is_mounted or toast.parent is None
