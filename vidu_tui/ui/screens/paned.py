"""What the main screen knows of its pane: where it stands, what it shows, who has the keys."""

import time
from typing import TYPE_CHECKING, ClassVar

from textual import events, on

from vidu_tui.ui import shapes
from vidu_tui.ui.options import Options
from vidu_tui.ui.remembered import CLOSED, OPEN, PANE
from vidu_tui.ui.screens.finding import Finding
from vidu_tui.ui.shapes import Shape
from vidu_tui.ui.widgets.heads import Heads
from vidu_tui.ui.widgets.pane import Pane, PaneBody
from vidu_tui.ui.widgets.task_table import TaskTable
from vidu_tui.ui.words import Hint

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine


class Paned(Finding):
    """Show the task under the cursor beside the list."""

    engine: "Engine"
    options: Options
    FOLLOW_S: ClassVar[float] = 0.1
    """The least time between two rows that the pane shows."""
    LEAD_S: ClassVar[float] = 0.02
    """So much the cursor is ahead of the pane: its line is on the terminal by then."""
    PANE_HINTS: ClassVar[tuple[Hint, ...]] = (
        Hint("Tab", "to the list", "focus_pane"),
        Hint("← →", "tabs", "turn_tab(1)"),
        Hint("v", "cover", "cover"),
        Hint("Enter", "details", "open_details"),
        Hint("p", "close", "toggle_pane"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._is_wished: bool | None = None
        """Whether the person has opened or closed the pane; None for neither."""
        self._is_behind = False
        self._followed_at = 0.0

    def action_open_details(self) -> None:
        """Show everything about the task under the cursor."""
        raise NotImplementedError

    @property
    def pane(self) -> Pane:
        """Give the pane."""
        return self.query_one(Pane)

    @property
    def is_in_pane(self) -> bool:
        """Tell whether the pane has the keys."""
        return self.pane.display and self.pane.has_focus_within

    def dress(self) -> None:
        """Look as the person left it."""
        self._is_wished = self.remembered.is_pane_open
        heads = self.query_one(Heads)
        heads.sort, heads.hidden = self.wish.sort, self.table.hidden

    def on_resize(self) -> None:
        """Let the pane stand where this size has room for it."""
        self.place_pane()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def say_who_has_the_keys(self) -> None:
        """Show the keys of the pane while it has them."""
        self.show_hints()

    def place_pane(self) -> None:
        """Open or close the pane by what is wished and what there is room for."""
        width, height = self.size
        setting = self.options.pane
        shape = shapes.shape_of(setting, width, height)
        is_open = self._is_wished
        if is_open is None:
            is_open = shapes.is_open_by_itself(setting, width)
        is_shown = is_open and shape is not None and not self.has_class("-empty")
        if not is_shown and self.is_in_pane:
            self.focus_list()
        self.update_classes(
            {
                "-pane-right": is_shown and shape is Shape.RIGHT,
                "-pane-below": is_shown and shape is Shape.BELOW,
                "-broad": width >= shapes.BROAD_FROM,
            }
        )
        self.pane.display = is_shown
        if shape is not None:
            self.pane.shape = shape
        self.show_row()

    @on(TaskTable.CursorMoved)
    def follow_cursor(self) -> None:
        """Show the row, but not each one that a held key passes: the cursor goes first."""
        if not self.pane.display or self._is_behind:
            return
        self._is_behind = True
        early_s = self._followed_at + self.FOLLOW_S - time.monotonic()
        wait_s = max(early_s, min(self.LEAD_S, self.FOLLOW_S))
        if wait_s > 0:
            self.set_timer(wait_s, self.show_row)
        else:
            self.call_after_refresh(self.show_row)

    def show_row(self) -> None:
        """Show the task under the cursor."""
        self._is_behind = False
        self._followed_at = time.monotonic()
        if self.pane.display:
            self.pane.show(self.table.entry)

    def action_toggle_pane(self) -> None:
        """Open or close the pane; where there is no room for one, show the details."""
        if shapes.shape_of(self.options.pane, *self.size) is None:
            # The palette calls from the app's turn; a new screen binds to this one's board.
            self.call_later(self.action_open_details)
            return
        self._is_wished = not self.pane.display
        self.remembered.note(PANE, OPEN if self._is_wished else CLOSED)
        self.place_pane()

    def action_focus_pane(self) -> None:
        """Give the keys to the pane, or back to the list."""
        if self.is_in_pane or not self.pane.display:
            self.set_focus(self.table)
        elif self.table.entry is not None:
            # At once: the next key may have been typed already.
            self.set_focus(self.query_one(PaneBody))

    def action_turn_tab(self, steps_right: int) -> None:
        """Show another tab of the pane."""
        if self.pane.display:
            self.pane.turn(steps_right)

    def action_cover(self) -> None:
        """Show the cover on the whole screen."""
        from vidu_tui.ui.screens import cover

        cover.enlarge(self.app, self.engine.gallery, self.table.entry)
