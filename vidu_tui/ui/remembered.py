"""How the person left the screen, as words: taken at the start, kept soon after each change.

Knows no file: what is to be kept is handed on, in a thread. A filter is not kept, for it would
hide tasks from whoever has forgotten it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vidu_tui.core.finder import Wish
from vidu_tui.core.sorting import COLUMNS, GATEWAY, NEWEST, Sort
from vidu_tui.core.view import View
from vidu_tui.ui import toasts

if TYPE_CHECKING:
    from textual.app import App, ReturnType
    from textual.timer import Timer

SOON_S = 0.5
"""So long after the last change it is written."""
PANE = "pane"
SORT = "sort"
THEME = "theme"
VIEW = "view"
HIDDEN = "columns"
OPEN, CLOSED = "open", "closed"
_REVERSED = " reversed"


class Remembered:
    """Hold what the person has changed on the screen."""

    def __init__(
        self,
        app: "App[ReturnType]",
        values: Mapping[str, str],
        keep: Callable[[Mapping[str, str]], str],
    ):
        """``keep`` writes everything down and gives what went wrong; it blocks."""
        self._app = app
        self._values = dict(values)
        self._keep = keep
        self._kept = dict(values)
        self._timer: Timer | None = None

    def note(self, name: str, value: str) -> None:
        """Keep a value from now on; one that says nothing new is not written."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        if self._timer is None:
            self._timer = self._app.set_timer(SOON_S, self._write)
        else:
            self._timer.reset()

    def flush(self) -> str:
        """Write what was not written yet, at the end; give what went wrong."""
        if self._values == self._kept:
            return ""
        self._kept = dict(self._values)
        return self._keep(self._kept)

    def _write(self) -> None:
        self._timer = None
        self._app.run_worker(
            self._write_in_thread, group="look", description="keep the look", thread=True
        )

    def _write_in_thread(self) -> None:
        trouble = self.flush()
        if trouble:
            self._app.call_from_thread(toasts.error, self._app, trouble)

    @property
    def is_pane_open(self) -> bool | None:
        """Tell how the person left the pane; None if they never touched it."""
        return {OPEN: True, CLOSED: False}.get(self._values.get(PANE, ""))

    @property
    def theme(self) -> str:
        """Give the theme that was chosen, empty for none."""
        return self._values.get(THEME, "")

    @property
    def wish(self) -> Wish:
        """Give the view and the sort order to begin with."""
        word = self._values.get(VIEW, "")
        view = next((v for v in View if v.word == word), View.ALL)
        said = self._values.get(SORT, "")
        column = said.removesuffix(_REVERSED)
        is_known = column in (NEWEST, *COLUMNS, GATEWAY)
        sort = Sort(column, said.endswith(_REVERSED)) if is_known else Sort()
        return Wish(view=view, sort=sort)

    def hidden(self, otherwise: frozenset[str]) -> frozenset[str]:
        """Give the columns that are not shown; ``otherwise`` where none were chosen here."""
        said = self._values.get(HIDDEN)
        return otherwise if said is None else frozenset(said.split()).intersection(COLUMNS)

    def sorted_by(self, sort: Sort) -> None:
        """Keep an order."""
        self.note(SORT, f"{sort.column}{_REVERSED if sort.is_reversed else ''}")
