"""Each key to its paint ÷ the arrow of a plain Textual app with the same rows; the pane on ÷ off.

Both at rest, as processes on pseudo-terminals of 140 columns. Bars: 2 for each key, 1.2 for what
the open pane with its cover adds to any of them. ``python -m tests.bench.keys``
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.bench.gateway import FIRST_DONE, Gateway
from tests.bench.subjects import Subject
from tests.terminal import Terminal

ROWS: Final = 200
TIMES: Final = 40
WARM_S: Final = 5.0
PAUSE_S: Final = 0.08
KEYS: Final = {
    "down": ("\x1b[B", "\x1b[A"),
    "mark": (" ", " "),
    "view": ("3", "1"),
    "menu": ("s", "q"),
    "filter": ("/", "\r"),
    "help": ("?", "q"),
}
"""What is pressed, and what takes it back; of the first the time is taken."""


def paint_s(terminal: Terminal, key: str) -> float:
    """Press a key and wait for the first thing that is painted."""
    seen, started = terminal.count, time.perf_counter()
    terminal.press(key)
    terminal.wait_until(lambda: terminal.count > seen)
    return time.perf_counter() - started


def rest(terminal: Terminal) -> None:
    """Wait until nothing has been painted for a moment."""
    seen = -1
    while seen != terminal.count:
        seen = terminal.count
        time.sleep(PAUSE_S)


def times_of(terminal: Terminal, pair: tuple[str, str]) -> float:
    """Give the median of a key."""
    times = []
    for _ in range(TIMES):
        times.append(paint_s(terminal, pair[0]))
        rest(terminal)
        paint_s(terminal, pair[1])
        rest(terminal)
    return statistics.median(times)


def of_ours(subject: Subject, home: str) -> dict[str, float]:
    """Measure every key in a home."""
    with subject.dashboard(home) as terminal:
        terminal.wait_for(str(FIRST_DONE + ROWS - 1))
        time.sleep(WARM_S)
        return {name: times_of(terminal, pair) for name, pair in KEYS.items()}


def told(title: str, ratios: Mapping[str, float], bar: float) -> bool:
    """Print ratios beside their bar; tell whether all hold."""
    for name, ratio in ratios.items():
        verdict = "holds" if ratio <= bar else "MISSED"
        sys.stdout.write(f"{title} {name:<8} {ratio:5.2f}   ≤ {bar:g}   {verdict}\n")
    return all(ratio <= bar for ratio in ratios.values())


def main() -> None:
    """Measure, print the ratios, and end with 1 if a bar does not hold."""
    with tempfile.TemporaryDirectory() as name, Gateway() as gateway:
        subject = Subject(Path(name), gateway)
        for home, pane in (("off", "off"), ("on", "right")):
            subject.make(home, done=ROWS, active=0, settings=f'[ui]\npane = "{pane}"\n')
        with subject.bare(ROWS) as terminal:
            time.sleep(WARM_S)
            bare = times_of(terminal, KEYS["down"])
        off, on = of_ours(subject, "off"), of_ours(subject, "on")
    holds = told("key ÷ plain", {k: off[k] / bare for k in KEYS}, 2.0)
    holds &= told("pane on ÷ off", {k: on[k] / off[k] for k in KEYS}, 1.2)
    sys.exit(not holds)


if __name__ == "__main__":
    main()
