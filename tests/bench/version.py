"""``vidu-tui --version`` ÷ ``python -c pass``, medians of runs in turns. Bar: under 3.

``python -m tests.bench.version``
"""

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

RUNS = 31


def seconds(command: Sequence[str]) -> float:
    """Run a command once, in seconds."""
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print both medians and their ratio."""
    beside = Path(sys.executable).with_name("vidu-tui")
    program = str(beside) if beside.exists() else shutil.which("vidu-tui")
    if program is None:
        sys.exit("vidu-tui is not installed here")
    ours, bare = [], []
    for _ in range(RUNS):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        ours.append(seconds([program, "--version"]))
    ratio = statistics.median(ours) / statistics.median(bare)
    sys.stdout.write(
        f"python -c pass {statistics.median(bare) * 1000:.1f} ms,"
        f" vidu-tui --version {statistics.median(ours) * 1000:.1f} ms, ratio {ratio:.2f} (bar 3)\n"
    )


if __name__ == "__main__":
    main()
