"""Adding 1,000 pasted ids to a list of 1,000: how long until the screen answers the next key.

The same key on the same list without the paste is measured beside it. Bar: 0.5 s.
``python -m tests.bench.paste``
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from textual import events
from textual.pilot import Pilot

FIRST_ID = 940107923630000000
COUNT = 1000
RUNS = 5


async def until_moved(pilot: Pilot[str]) -> float:
    """Press a key and wait until the cursor has moved and is painted, in seconds."""
    from vidu_tui.ui.widgets.task_table import TaskTable

    table = pilot.app.query_one(TaskTable)
    before, started = table.row, time.perf_counter()
    await pilot.press("j")
    while table.row == before:  # noqa: ASYNC110 - a bench looks, it owns no event
        await asyncio.sleep(0.001)
    await pilot.pause()
    return time.perf_counter() - started


async def one_run(home: Path) -> tuple[float, float]:
    """Measure a key at rest, and the key after a paste of a thousand ids, in seconds."""
    from vidu_tui import arguments, assembly, dashboard
    from vidu_tui.storage.watchlist import Listed, Watchlist
    from vidu_tui.ui.widgets.task_table import TaskTable

    options = arguments.parse([])
    this = assembly.own(options)
    this.paths.watchlist_file.unlink(missing_ok=True)
    Watchlist(this.paths.watchlist_file).add(Listed(str(FIRST_ID + n)) for n in range(COUNT))
    app = dashboard.assemble(this, [], is_demo=False)
    async with app.run_test(size=(140, 40)) as pilot:
        await pilot.pause(0.5)
        idle = await until_moved(pilot)
        text = "\n".join(str(FIRST_ID + COUNT + n) for n in range(COUNT))
        app.screen.post_message(events.Paste(text))
        await pilot.pause()
        started = time.perf_counter()
        await pilot.press("enter")
        while len(app.board.entries) < 2 * COUNT:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.001)
        app.query_one(TaskTable).action_top()
        await until_moved(pilot)
        return idle, time.perf_counter() - started


def main() -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as home:
        for name in list(os.environ):
            if name.startswith("XDG_"):
                del os.environ[name]
        os.environ |= {"HOME": home, "VIDU_API_KEY": "bench", "VIDU_BASE_URL": "http://127.0.0.1:9"}
        runs = [asyncio.run(one_run(Path(home))) for _ in range(RUNS)]
    idle = statistics.median(r[0] for r in runs)
    pasted = statistics.median(r[1] for r in runs)
    sys.stdout.write(
        f"a key at rest {idle * 1000:.0f} ms, Enter on 1,000 new ids to the next key answered"
        f" {pasted * 1000:.0f} ms, ratio {pasted / idle:.1f} (bar 500 ms)\n"
    )


if __name__ == "__main__":
    main()
