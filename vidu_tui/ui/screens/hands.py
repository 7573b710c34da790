"""What a screen does with the files and facts of tasks: opens them, copies them."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileStage
from vidu_tui.ui import toasts

if TYPE_CHECKING:
    from vidu_tui.ui.options import Options
    from vidu_tui.ui.screens.copying import Copy

MOST_OPENED = 5
"""Files that one key opens."""


class Hands(Screen[None]):
    """Open and copy what the keys act upon."""

    options: "Options"
    _now: Callable[[], float] = time.time

    def selected(self) -> list[Entry]:
        """Give the tasks that a key acts upon."""
        raise NotImplementedError

    def action_open_file(self) -> None:
        """Open the saved files of the selection with the system's own program."""
        self._open([paths[0] for paths in self._saved()], "videos")

    def action_open_folder(self) -> None:
        """Open the folders in which the files of the selection lie."""
        folders = [toasts.folder_of(path) for paths in self._saved() for path in paths]
        self._open(list(dict.fromkeys(folders)), "folders")

    def _saved(self) -> list[list[str]]:
        """List the paths of each task with a saved file; say so where there is none."""
        entries = self.selected()
        saved = [
            paths
            for entry in entries
            if (paths := [f.path for f in entry.files if f.stage is FileStage.SAVED])
        ]
        if entries and not saved:
            name = toasts.name_of(entries[0]) if len(entries) == 1 else "None of them"
            toasts.say(self.app, f"{name} is not saved yet · d downloads what is finished")
        return saved

    def _open(self, paths: Sequence[str], what: str) -> None:
        if len(paths) > MOST_OPENED:
            toasts.say(self.app, f"Opened {MOST_OPENED} of {len(paths):,} {what}")
        for path in paths[:MOST_OPENED]:
            self.app.run_worker(
                partial(self._open_one, path, what), group="open", description="open", thread=True
            )

    def _open_one(self, path: str, what: str) -> None:
        if not self.options.open_path(path):
            self.app.call_from_thread(self._copy_instead, path, what)

    def _copy_instead(self, path: str, what: str) -> None:
        self.app.copy_to_clipboard(path)
        shown = self.options.shown_path(path)
        toasts.say(self.app, f"No program to open {what} here. Copied the path: {shown}")

    def action_copy_id(self) -> None:
        """Copy the ids of the selection, each on a line."""
        ids = [entry.key.id for entry in self.selected()]
        if ids:
            self.app.copy_to_clipboard("\n".join(ids))
            toasts.say(self.app, f"Copied {ids[0] if len(ids) == 1 else f'{len(ids):,} ids'}")

    def action_copy_more(self) -> None:
        """Open the menu of what can be copied; of several tasks their ids alone."""
        entries = self.selected()
        if len(entries) > 1:
            self.action_copy_id()
        elif entries:
            from vidu_tui.ui.screens import copying

            options = self.options
            found = copying.copies(
                entries[0],
                self._now(),
                options.lifetime_s,
                shown_path=options.shown_path,
                curl=options.curl,
            )
            self.app.push_screen(copying.CopyScreen(entries[0], found), self._take_copy)

    def _take_copy(self, copy: "Copy | None") -> None:
        if copy is not None:
            self.app.copy_to_clipboard(copy.words)
            toasts.say(self.app, copy.said)
