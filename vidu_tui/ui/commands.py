"""What a person tells the engine to do: started by keys, ended only with the app.

A screen that closes cancels its own workers; a half-done remove would have no undo.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App, ReturnType

from vidu_tui.core.errors import VidutuiError
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.ui import toasts

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine

Go = Callable[[TaskKey], None]
Chosen = list[tuple[TaskKey, str]]
"""Ids that are to be added, with their labels."""


class Commands:
    """Change the list one thing after the other, and say what was done."""

    def __init__(self, app: App[ReturnType], engine: "Engine"):
        self._app = app
        self._engine = engine
        self._turn = asyncio.Lock()
        self.change_count = 0
        """How many changes of the list can be undone."""

    def add(self, chosen: Chosen, go_to: Go, again: Callable[[Chosen], None]) -> None:
        """Put ids on the list, on disk first, and go to the last of them.

        What the disk does not take is handed to ``again``.
        """
        self._start(partial(self._add, chosen, go_to, again), "add tasks")

    def remove(self, keys: Iterable[TaskKey]) -> None:
        """Take tasks off the list and say how they come back."""
        wanted = list(keys)
        self._start(partial(self._remove, wanted), "remove tasks")

    def undo(self, go_to: Go) -> None:
        """Bring back what was removed, or the label that was."""
        self._start(partial(self._take_back, go_to), "undo")

    def relabel(self, key: TaskKey, label: str) -> None:
        """Write a label to the list."""
        self._start(partial(self._relabel, key, label), "label a task")

    def download(self, keys: Iterable[TaskKey]) -> None:
        """Download, go on, or stop."""
        wanted = list(keys)
        self._start(partial(self._download, wanted), "download")

    def choose(
        self, keys: Iterable[TaskKey], kinds: tuple[AssetKind, ...], folder: str | None
    ) -> None:
        """Want these files of some tasks, in a folder; None leaves each task its own."""
        wanted = list(keys)
        self._start(partial(self._choose, wanted, kinds, folder), "choose files")

    def mute(self, keys: Iterable[TaskKey]) -> None:
        """Tell of the ends of some tasks, or of none of them."""
        chosen = [self._engine.board.entries[key] for key in keys]
        entries = [entry for entry in chosen if not entry.state.is_terminal]
        if chosen and not entries:
            one = f"{toasts.name_of(chosen[0])} has ended"
            toasts.say(self._app, one if len(chosen) == 1 else "All of them have ended")
        elif entries:
            is_muted = not all(entry.is_muted for entry in entries)
            self._engine.mute((entry.key for entry in entries), is_muted=is_muted)
            toasts.say(self._app, toasts.muted(entries, is_muted=is_muted))

    def purge(self) -> None:
        """Take off the list what has ended and is safe."""
        self._start(self._purge, "purge")

    def retry_failed(self) -> None:
        """Try every download again that was given up."""
        self._start(self._retry_failed, "retry downloads")

    def _start(self, work: Callable[[], Awaitable[None]], words: str) -> None:
        # As a call: a coroutine that never starts, because the app ends, would be warned of.
        self._app.run_worker(work, group="list", description=words)

    async def _add(self, chosen: Chosen, go_to: Go, again: Callable[[Chosen], None]) -> None:
        async with self._turn:
            try:
                added = await self._engine.add(chosen)
            except VidutuiError as error:
                toasts.error(self._app, str(error))
                again(chosen)
                return
        toasts.say(self._app, toasts.added(len(added.new), len(added.already)))
        new = {listed.id for listed in added.new}
        last = next((key for key, _ in reversed(chosen) if key.id in new), None)
        if last is not None:
            go_to(last)

    async def _remove(self, keys: list[TaskKey]) -> None:
        async with self._turn:
            # A held key asks twice for the same task.
            there = [key for key in keys if key in self._engine.board.entries]
            if not there:
                return
            try:
                gone = await self._engine.remove(there)
            except VidutuiError as error:
                toasts.error(self._app, str(error))
                return
            self.change_count += bool(gone)
        toasts.say(self._app, toasts.removed(gone))

    async def _take_back(self, go_to: Go) -> None:
        async with self._turn:
            listed = self._engine.board.entries
            try:
                back = await self._engine.undo()
            except VidutuiError as error:
                toasts.error(self._app, str(error))
                return
            self.change_count = max(0, self.change_count - bool(back))
        if back:
            go_to(back[-1].key)
        toasts.say(self._app, toasts.undone(back, was_listed=bool(back) and back[0].key in listed))

    async def _relabel(self, key: TaskKey, label: str) -> None:
        async with self._turn:
            try:
                await self._engine.relabel(key, label)
            except VidutuiError as error:
                toasts.error(self._app, str(error))
                return
            self.change_count += 1

    async def _download(self, keys: list[TaskKey]) -> None:
        for said in toasts.pressed(await self._engine.press_download(keys)):
            toasts.say(self._app, said)

    async def _choose(
        self, keys: list[TaskKey], kinds: tuple[AssetKind, ...], folder: str | None
    ) -> None:
        entries = self._engine.board.entries
        groups: dict[str, list[TaskKey]] = {}
        for key in keys:
            if key in entries:
                own = entries[key].folder if folder is None else folder
                groups.setdefault(own, []).append(key)
        for own, group in groups.items():
            for said in toasts.pressed(await self._engine.choose(group, kinds, own)):
                toasts.say(self._app, said)

    async def _purge(self) -> None:
        async with self._turn:
            try:
                done = await self._engine.purge()
            except VidutuiError as error:
                toasts.error(self._app, str(error))
                return
            self.change_count += bool(done.removed)
        toasts.say(self._app, toasts.purged(done))

    async def _retry_failed(self) -> None:
        toasts.say(self._app, toasts.retried(await self._engine.retry_failed()))
