"""First painted row of 1,000 saved tasks ÷ that of a bare DataTable app with the same rows.

Both run as processes on a pseudo-terminal, in turns. Bar: at most 1.1.
``python -m tests.bench.first_row``
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.person import environ_at
from tests.terminal import Terminal

ROWS = 1000
RUNS = 9
FIRST_ID = 940107923630000000
SHOWN = str(FIRST_ID + ROWS - 1)

BARE = """
import sys
from textual.app import App
from textual.widgets import DataTable
class Bare(App):
    def compose(self):
        yield DataTable()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("state", "progress", "name", "model", "res", "credits", "result")
        for n in range(%d, %d, -1):
            table.add_row("· asking", "—", str(n), "", "", "", "")
Bare().run()
"""


def seconds_to_row(
    arguments: Sequence[str], program: Sequence[str], environ: Mapping[str, str]
) -> float:
    """Start a program on a terminal and wait for the newest row's id, in seconds."""
    started = time.perf_counter()
    with Terminal(arguments, environ, program=program) as terminal:
        terminal.wait_for(SHOWN)
        return time.perf_counter() - started


def main() -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as home:
        environ = environ_at(home)
        environ |= {"VIDU_API_KEY": "bench", "VIDU_BASE_URL": "http://127.0.0.1:9"}
        from vidu_tui.storage.paths import Paths
        from vidu_tui.storage.watchlist import Listed, Watchlist

        Watchlist(Paths.find(environ).watchlist_file).add(
            Listed(str(FIRST_ID + n), f"{FIRST_ID + n}") for n in range(ROWS)
        )
        script = Path(home) / "bare.py"
        script.write_text(BARE % (FIRST_ID + ROWS - 1, FIRST_ID - 1))
        ours, bare = [], []
        for _ in range(RUNS):
            bare.append(seconds_to_row([], [str(script)], environ))
            ours.append(seconds_to_row([], ["-m", "vidu_tui"], environ))
        ratio = statistics.median(ours) / statistics.median(bare)
        sys.stdout.write(
            f"bare DataTable {statistics.median(bare) * 1000:.0f} ms,"
            f" vidu-tui {statistics.median(ours) * 1000:.0f} ms, ratio {ratio:.2f} (bar 1.1)\n"
        )


if __name__ == "__main__":
    main()
