"""How much memory an hour of the demo leaks: what it holds at the end, less what it held warm.

The cursor moves all the while, so that panes, covers and strips come and go. Bar: 5 MB. Linux
only. ``python -m tests.bench.leak [--minutes 60]``
"""

import argparse
import itertools
import sys
import tempfile
import time

from tests.bench.person import environ_at
from tests.bench.subjects import memory_bytes
from tests.terminal import Terminal

WARM_S = 180.0
"""So long after its start every task of the demo has ended, and all that is cached is there."""
PAUSE_S = 1.0
BAR_BYTES = 5e6


def main() -> None:
    """Watch, print what was held, and end with 1 if the bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.leak")
    parser.add_argument("--minutes", type=float, default=60.0)
    minutes: float = parser.parse_args().minutes
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(["--demo"], environ_at(home)) as terminal,
    ):
        terminal.wait_for("processing")
        ends = time.monotonic() + WARM_S + 60 * minutes
        warm, warm_at = 0, time.monotonic() + WARM_S
        for key in itertools.cycle("jjjjkkkk"):
            if not warm and time.monotonic() >= warm_at:
                warm = memory_bytes(terminal)
            if time.monotonic() >= ends:
                break
            terminal.press(key)
            time.sleep(PAUSE_S)
        grown = memory_bytes(terminal) - warm
    verdict = "holds" if grown <= BAR_BYTES else "MISSED"
    sys.stdout.write(
        f"{minutes:g} minutes of the demo: {warm / 1e6:.1f} MB, then {grown / 1e6:+.1f} MB"
        f"   ≤ {BAR_BYTES / 1e6:g} MB   {verdict}\n"
    )
    sys.exit(grown > BAR_BYTES)


if __name__ == "__main__":
    main()
