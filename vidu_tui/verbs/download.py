"""download: ask once for some tasks and bring the files of those that are finished to disk."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

from vidu_tui.core.board import Entry
from vidu_tui.core.task import AssetKind, TaskKey, TaskState
from vidu_tui.verbs import crew, verdict
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.crew import Crew, Makers
from vidu_tui.verbs.fetching import Fetching
from vidu_tui.verbs.live import Live
from vidu_tui.verbs.report import Report
from vidu_tui.verbs.rows import Printer
from vidu_tui.verbs.selection import Selection

LOOK_S = 0.5
_LATER = "not finished yet; a dashboard, or vidu-tui wait --download, saves it once it is."


@dataclass(frozen=True, slots=True)
class Terms:
    """What is fetched of each task, and where it goes."""

    kinds: tuple[AssetKind, ...] = ()
    """Empty for what is wanted of it already."""
    folder: str = ""
    """Empty for where it goes already, else a whole path."""
    is_all: bool = False
    """What is not finished is no failure and is left as it is."""


def is_left(entry: Entry) -> bool:
    """Tell whether a task is one of all that may still have to be saved."""
    return not entry.state.is_terminal or entry.is_unsaved


def run(
    makers: Makers,
    selection: Selection,
    terms: Terms,
    *,
    is_json: bool,
    printer: Printer,
    err: TextIO,
) -> Exit:
    """Fetch and print a row for each task; raises SetupError. Every task is on the list."""

    async def fetch() -> Exit:
        async with crew.gathered(makers, selection, is_polling=False) as those:
            live = Live(err, printer)
            report = Report(those, printer, live, err, is_json=is_json)
            try:
                pending = await _Beginning(those, report, terms).run()
                await _finish(those, report, live, pending)
            finally:
                live.clear()
            return report.close()

    return asyncio.run(fetch())


class _Beginning:
    """Ask for each task, and begin with what is finished."""

    def __init__(self, crew: Crew, report: Report, terms: Terms):
        self._crew = crew
        self._report = report
        self._terms = terms
        self._fetching = Fetching(crew)

    async def run(self) -> Fetching:
        asked = [key for key in self._crew.keys if not self._is_there(key)]
        told = await self._crew.ask(asked)
        for key in self._crew.keys:
            entry = self._crew.entry(key)
            if entry is not None and entry.state is TaskState.SUCCESS:
                await self._begin(key)
                continue
            answer = told.get(key)
            code = verdict.of_answer(entry, self._crew.health(key), answer)
            if code is Exit.PENDING:
                await self._put_off(key)
            else:
                self._report.tell(key, code)
        return self._fetching

    def _is_there(self, key: TaskKey) -> bool:
        entry = self._crew.entry(key)
        return (
            entry is not None and entry.is_saved and not (self._terms.kinds or self._terms.folder)
        )

    async def _begin(self, key: TaskKey) -> None:
        if self._terms.kinds or self._terms.folder:
            self._fetching.note(key)
            await self._crew.choose([key], self._terms.kinds, self._terms.folder)
        else:
            await self._fetching.begin(key)

    async def _put_off(self, key: TaskKey) -> None:
        if self._terms.is_all:
            self._report.tell(key, Exit.OK)
            return
        if self._terms.kinds or self._terms.folder:
            await self._crew.choose([key], self._terms.kinds, self._terms.folder)
        await self._crew.wish([key])
        self._report.tell(key, Exit.PENDING, _LATER)


async def _finish(crew: Crew, report: Report, live: Live, fetching: Fetching) -> None:
    """Wait for the files."""
    pending = list(fetching.keys)
    while True:
        for key in list(pending):
            entry = crew.entry(key)
            code = Exit.UNKNOWN if entry is None else fetching.over(entry)
            if code is not None:
                pending.remove(key)
                report.tell(key, code)
        if not pending:
            return
        live.show(_entries(crew, pending))
        await crew.changed(LOOK_S)


def _entries(crew: Crew, keys: Iterable[TaskKey]) -> list[Entry]:
    return [entry for key in keys if (entry := crew.entry(key)) is not None]
