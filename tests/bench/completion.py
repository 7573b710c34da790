"""The ids that a shell waits for at a TAB ÷ ``python -c pass``, with 1,000 tasks on the list.

Medians of runs in turns. Bar: 100 ms, which is a ratio under 6 where ``pass`` takes 17 ms.
``python -m tests.bench.completion``
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.bench.person import environ_at

RUNS = 31
TASKS = 1000


def seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """Run a command once, in seconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
    return time.perf_counter() - started


def main() -> None:
    """Print the medians and their ratios."""
    from vidu_tui.storage.paths import Paths
    from vidu_tui.storage.watchlist import Listed, Watchlist

    program = [sys.executable, "-m", "vidu_tui", "completion"]
    with tempfile.TemporaryDirectory() as home:
        environ = environ_at(str(Path(home)))
        listed = (Listed(str(940107923630000000 + n), f"take {n}") for n in range(TASKS))
        Watchlist(Paths.find(environ).watchlist_file).add(listed)
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "completion ids": [*program, "ids"],
            "completion bash": [*program, "bash"],
        }
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                took[name].append(seconds(command, environ))
    bare = statistics.median(took["python -c pass"])
    for name, times in took.items():
        middle = statistics.median(times)
        sys.stdout.write(f"{name}: {middle * 1000:.1f} ms, ratio {middle / bare:.2f} (bar 6)\n")


if __name__ == "__main__":
    main()
