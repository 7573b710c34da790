"""Runs a person's programs when tasks end: once ever, in the window that polls, one at a time.

Whatever becomes of a program, nothing else is affected.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Protocol

from vidu_tui.core import hooks, text
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.cells import title
from vidu_tui.core.hooks import Hook, Occasion
from vidu_tui.core.journal import Happening, Kind, Weight
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock, wait
from vidu_tui.storage.programs import Ran
from vidu_tui.storage.told import HOOK, Told

LOOK_S = 2.0
"""So often a window that follows looks whether it has come to poll."""
MOST_LINES = 40
"""Lines of a program's output that go to the log."""
LONGEST_LINE = 400
QUIET_S = 10.0
"""Failures that come so soon after one that was told are in the log alone."""


class Runner(Protocol):
    """Run a program to its end."""

    def __call__(self, command: Sequence[str], said: bytes, timeout_s: float) -> Awaitable[Ran]:
        """``command`` is the program and its arguments, ``said`` its standard input."""


class Hooks:
    """Look at each task after an answer or a download, claim what has come, run what is wanted."""

    def __init__(
        self,
        *,
        hooks: Sequence[Hook],
        run: Runner | None,
        clock: Clock,
        board: Callable[[], Board],
        told: Told,
        leads: Callable[[], bool],
        say: Callable[[Happening], None],
    ):
        """Without a runner nothing is run; events are claimed all the same, as nobody's."""
        self._hooks = hooks if run is not None else ()
        self._run = run
        self._clock = clock
        self._board = board
        self._told = told
        self._leads = leads
        self._say = say
        self._seen: set[tuple[TaskKey, str]] = set()
        self._due: dict[tuple[TaskKey, str], Occasion] = {}
        self._wake = asyncio.Event()
        self._told_at = float("-inf")
        self.listeners: list[Callable[[str], object]] = []
        """Who shows a failure to the person, in one line."""

    def look(self, key: TaskKey) -> None:
        """Note what has come of a task, after anything about it has changed."""
        entry = self._board().entries.get(key)
        if entry is None or not entry.state.is_terminal:
            return
        for occasion in hooks.occasions(entry):
            event = (key, f"{HOOK} {occasion.name}")
            if event not in self._seen:
                self._seen.add(event)
                self._due[event] = occasion
                self._wake.set()

    async def run(self) -> None:
        """Run what is due, until cancelled."""
        is_leading = False
        while True:
            if self._leads() and not is_leading:
                await asyncio.to_thread(self._told.learn, HOOK)
                for key in self._board().entries:
                    self.look(key)
            is_leading = self._leads()
            self._wake.clear()
            if is_leading:
                await self._take_due()
            is_idle = is_leading and not self._due
            await wait(self._wake, None if is_idle else LOOK_S, self._clock)

    async def _take_due(self) -> None:
        """Claim each event when its turn comes: what is not begun is left to the next start."""
        idle = [event for event, occasion in self._due.items() if not self._wanted(occasion)]
        if idle:
            await asyncio.to_thread(self._told.claim_all, idle)
            for event in idle:
                del self._due[event]
        for event, occasion in list(self._due.items()):
            if not self._leads():
                return
            del self._due[event]
            entry = self._board().entries.get(event[0])
            if entry is not None and await asyncio.to_thread(self._told.claim, *event):
                for hook in self._wanted(occasion):
                    await self._start(hook, entry, occasion)

    def _wanted(self, occasion: Occasion) -> list[Hook]:
        return [hook for hook in self._hooks if occasion.suits(hook)]

    async def _start(self, hook: Hook, entry: Entry, occasion: Occasion) -> None:
        if self._run is None:
            return
        command = [hook.run[0], *hooks.arguments(hook, entry, occasion)]
        began_at = self._clock.monotonic()
        ran = await self._run(command, hooks.said(entry, occasion), hook.timeout_s)
        took = text.span(self._clock.monotonic() - began_at)
        program = text.inert(PurePath(hook.run[0]).name, 60)
        for line in _lines(ran.output):
            self._note(entry, f"{program}: {line}")
        if ran.problem:
            problem = text.inert(ran.problem)
            self._note(entry, f"hook {program} {problem}", Weight.ERROR)
            about = text.inert(title(entry), 40) or entry.key.id
            self._tell(f"The hook {program} {problem}, for {about}. L shows more.")
        else:
            self._note(entry, f"hook {program} has run, in {took}", Weight.GOOD)

    def _note(self, entry: Entry, words: str, weight: Weight = Weight.PLAIN) -> None:
        name = text.inert(title(entry), 60)
        shown = "" if name == entry.key.id else name
        self._say(Happening(self._clock.now(), Kind.HOOK, words, weight, entry.key, shown))

    def _tell(self, words: str) -> None:
        now = self._clock.monotonic()
        if now - self._told_at < QUIET_S:
            return
        self._told_at = now
        for listener in self.listeners:
            listener(words)


def _lines(output: bytes) -> Iterator[str]:
    """Read a program's output as a few harmless lines."""
    shown: Iterable[str] = output.decode("utf-8", "replace").splitlines()
    filled = [line for line in (text.inert(line, LONGEST_LINE) for line in shown) if line]
    yield from filled[:MOST_LINES]
    if len(filled) > MOST_LINES:
        yield f"… {len(filled) - MOST_LINES} more lines"
