"""wait: watch some tasks by the dashboard's schedule until they have ended, or one has."""

import asyncio
from dataclasses import dataclass
from typing import TextIO

from vidu_tui.core import cells, text
from vidu_tui.core.task import TaskKey
from vidu_tui.verbs import crew, verdict
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.crew import Crew, Makers
from vidu_tui.verbs.fetching import Fetching
from vidu_tui.verbs.live import Live
from vidu_tui.verbs.report import Report
from vidu_tui.verbs.rows import Printer
from vidu_tui.verbs.selection import Selection

LOOK_S = 0.5


@dataclass(frozen=True, slots=True)
class Terms:
    """What is waited for."""

    is_any: bool = False
    """The first one to end is enough."""
    timeout_s: float | None = None
    saves: bool = False
    """Each is saved when it is finished, and has ended only then."""


def run(
    makers: Makers,
    selection: Selection,
    terms: Terms,
    *,
    is_json: bool,
    printer: Printer,
    err: TextIO,
) -> Exit:
    """Wait and print a row for each task as it ends; raises SetupError."""

    async def watch() -> Exit:
        async with crew.gathered(makers, selection, is_polling=True) as those:
            live = Live(err, printer)
            report = Report(those, printer, live, err, is_json=is_json)
            try:
                return await _Waiting(those, report, live, terms).run()
            finally:
                live.clear()

    return asyncio.run(watch())


class _Waiting:
    """Look at each change what has ended."""

    def __init__(self, crew: Crew, report: Report, live: Live, terms: Terms):
        self._crew = crew
        self._report = report
        self._live = live
        self._terms = terms
        self._fetching = Fetching(crew, has_time=True)
        self._pending = list(crew.keys)
        self._words: dict[TaskKey, str] = {}

    async def run(self) -> Exit:
        now = self._crew.clock.monotonic
        end = float("inf") if self._terms.timeout_s is None else now() + self._terms.timeout_s
        while True:
            ended = await self._look()
            if not self._pending or (ended and self._terms.is_any):
                return self._report.close(self._pending)
            left_s = end - now()
            if left_s <= 0:
                return self._give_up()
            self._narrate()
            await self._crew.changed(min(LOOK_S, left_s))

    async def _look(self) -> bool:
        """Tell of all that has ended since the last look; say whether anything has."""
        before = len(self._pending)
        for key in list(self._pending):
            code = await self._code(key)
            if code is not None:
                self._pending.remove(key)
                self._report.tell(key, code)
        return len(self._pending) < before

    async def _code(self, key: TaskKey) -> Exit | None:
        entry = self._crew.entry(key)
        code = verdict.of_state(entry, self._crew.health(key))
        if code is not Exit.OK or entry is None or not self._terms.saves:
            return code
        if entry.is_unsaved:
            await self._fetching.begin(key)
            entry = self._crew.entry(key) or entry
        return self._fetching.over(entry)

    def _narrate(self) -> None:
        if self._crew.is_following:
            self._report.say("A vidu-tui window does the polling; this one follows it.")
        if self._crew.is_paused:
            self._report.say("That window is paused: nothing is asked until P is pressed there.")
        entries = [e for key in self._pending if (e := self._crew.entry(key)) is not None]
        if self._live.is_on:
            self._live.show(entries)
            return
        for entry in entries:
            if self._words.get(entry.key) != entry.state_word:
                self._words[entry.key] = entry.state_word
                name = text.inert(cells.title(entry) or entry.key.id, 60)
                self._report.say(f"{name}: {cells.shown(entry.state_word, 40)}")

    def _give_up(self) -> Exit:
        count = text.plural(len(self._pending), "task")
        verb = "has" if len(self._pending) == 1 else "have"
        self._report.say(
            f"vidu-tui: the time is over and {count} {verb} not ended;"
            " what is on the list stays there, and what has arrived is kept."
        )
        return self._report.close(self._pending, Exit.TIMEOUT)
