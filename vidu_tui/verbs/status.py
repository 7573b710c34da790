"""status: ask once for some tasks and print what came of it. Opens no connection itself."""

import asyncio
from typing import TextIO

from vidu_tui.verbs import crew, verdict
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.crew import Makers
from vidu_tui.verbs.live import Live
from vidu_tui.verbs.report import Report
from vidu_tui.verbs.rows import Printer
from vidu_tui.verbs.selection import Selection


def run(
    makers: Makers, selection: Selection, *, is_json: bool, printer: Printer, err: TextIO
) -> Exit:
    """Ask once and print a row for each task; raises SetupError."""

    async def ask() -> Exit:
        async with crew.gathered(makers, selection, is_polling=False) as those:
            report = Report(those, printer, Live(err, printer), err, is_json=is_json)
            told = await those.ask(those.keys)
            for key in those.keys:
                answer = told.get(key)
                report.tell(key, verdict.of_answer(those.entry(key), those.health(key), answer))
            return report.close()

    return asyncio.run(ask())
