"""A thousand tasks that are polled, ten thousand on the list, two hundred at rest: all the bars.

Everything is compared with something bare that runs beside it, on pseudo-terminals; the gateway
is a process of its own. Linux only. ``python -m tests.bench.scale [--quick] [--only ROW]``
"""

import argparse
import itertools
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.bench.gateway import FIRST_ACTIVE, FIRST_DONE, Asked, Gateway
from tests.bench.subjects import LAST_LABEL, Subject, cpu_s, memory_bytes
from tests.terminal import Terminal

POLLED, LISTED, LISTED_ACTIVE, RESTING = 1000, 10_000, 100, 200
INTERVAL_S = 5.0
LATEST = 2 * INTERVAL_S * 1.1
"""A question later than this after the one before was not asked within an interval of its time."""
WARM_S = 8.0
"""So long after its first frame a program has asked for every task once."""


class Pace(NamedTuple):
    """How long and how often it is measured."""

    seconds: float = 60.0
    keys: int = 300
    runs: int = 3


QUICK = Pace(12.0, 60, 1)


class Row(NamedTuple):
    """One line of the table."""

    work: str
    measured: str
    bar: str
    holds: bool | None


def at_most(work: str, ratio: float, bar: float, note: str = "") -> Row:
    """Judge a ratio that should be small."""
    return Row(work, f"{ratio:.2f}{note}", f"≤ {bar:g}", ratio <= bar)


def settle(terminal: Terminal, seconds: float) -> None:
    """Let a program run for a while; what it writes is read meanwhile."""
    time.sleep(seconds)
    assert terminal.process.poll() is None, "it ended by itself"


def key_s(terminal: Terminal, key: str, is_there: Callable[[bytes], bool]) -> float:
    """Press a key and wait until what it should paint is there."""
    seen, started = terminal.count, time.perf_counter()
    terminal.press(key)
    terminal.wait_until(lambda: is_there(terminal.since(seen)))
    return time.perf_counter() - started


def our_cursor_on(task: int) -> Callable[[bytes], bool]:
    """Look for the row of a task with the cursor's mark before it."""
    row = re.compile("▌".encode() + rb"[^\n]{0,800}?" + str(task).encode())
    return lambda written: row.search(written) is not None


def p99_s(terminal: Terminal, pace: Pace, signs: Iterable[Callable[[bytes], bool]]) -> float:
    """Move the cursor down and up all the while; give the 99th of a hundred times to its row."""
    times, pause_s = [], pace.seconds / pace.keys
    down_and_up = itertools.cycle(("\x1b[B", "\x1b[A"))
    ends = time.monotonic() + pace.seconds
    for key, sign in zip(down_and_up, itertools.cycle(signs), strict=False):
        times.append(key_s(terminal, key, sign))
        if len(times) == pace.keys:
            break
        time.sleep(pause_s * random.uniform(0.5, 1.3))
    settle(terminal, max(0.0, ends - time.monotonic()))
    return statistics.quantiles(times, n=100)[98]


class Run(NamedTuple):
    """One minute of a program under keys."""

    key_s: float
    cpu_s: float
    asked: list[Asked]


def minute(subject: Subject, gateway: Gateway, home: str, newest: int, pace: Pace) -> Run:
    """Run the dashboard and move its cursor."""
    with subject.dashboard(home) as terminal:
        terminal.wait_for(str(newest))
        settle(terminal, WARM_S)
        gateway.forget()
        before = cpu_s(terminal)
        key = p99_s(terminal, pace, [our_cursor_on(newest - 1), our_cursor_on(newest)])
        return Run(key, cpu_s(terminal) - before, gateway.asked())


def bare_key_s(subject: Subject, pace: Pace) -> float:
    """Move the cursor of the bare app."""
    with subject.bare(POLLED) as terminal:
        terminal.wait_for(str(FIRST_ACTIVE + POLLED - 1))
        settle(terminal, 2)
        return p99_s(terminal, pace, [bool])


def share_in_time(asked: Iterable[Asked], started_s: float, ended_s: float) -> float:
    """Give the share of questions that came in time; one that is overdue at the end did not."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for question in asked:
        times[question.task].append(question.at_s)
    gaps = [
        later - earlier
        for task in (str(FIRST_ACTIVE + n) for n in range(POLLED))
        for earlier, later in itertools.pairwise([started_s, *times[task], ended_s])
    ]
    return sum(gap <= LATEST for gap in gaps) / len(gaps)


def polled(subject: Subject, gateway: Gateway, pace: Pace) -> Iterator[Row]:
    """Measure a thousand tasks under polling: keys, punctuality, CPU."""
    subject.make("polled", done=0, active=POLLED)
    subject.make("still", done=POLLED, active=0)
    newest = FIRST_ACTIVE + POLLED - 1
    ours, bare, shares = [], [], []
    for _ in range(pace.runs):
        bare.append(bare_key_s(subject, pace))
        ours.append(minute(subject, gateway, "polled", newest, pace))
        times = [question.at_s for question in ours[-1].asked]
        shares.append(share_in_time(ours[-1].asked, min(times), max(times)))
    key = statistics.median(run.key_s for run in ours)
    bare_key = statistics.median(bare)
    note = f"  ({key * 1000:.1f} ms ÷ {bare_key * 1000:.1f} ms)"
    yield at_most("1,000 polled: a key to its row, p99 ÷ bare", key / bare_key, 3, note)
    share = statistics.median(shares)
    yield Row("1,000 polled: polls in time", f"{share:.2%}", "≥ 99 %", share >= 0.99)
    still = minute(subject, gateway, "still", FIRST_DONE + POLLED - 1, pace)
    of_one = statistics.median((run.cpu_s - still.cpu_s) / len(run.asked) for run in ours)
    ids = [str(FIRST_ACTIVE + n) for n in range(POLLED)] * max(1, round(pace.seconds / INTERVAL_S))
    loop = statistics.median(subject.cpu_of_bare_loop_s(ids) for _ in range(pace.runs))
    note = f"  ({of_one * 1000:.2f} ms ÷ {loop * 1000:.2f} ms)"
    yield at_most("1,000 polled: CPU of a poll ÷ bare httpx", of_one / loop, 2, note)


def first_row(subject: Subject, _gateway: Gateway, pace: Pace) -> Iterator[Row]:
    """Measure the first frame of a long list."""
    make_long(subject)
    ours, bare = [], []
    for _ in range(3 * pace.runs):
        bare.append(start_s(lambda: subject.bare(1000), FIRST_ACTIVE + 999))
        ours.append(start_s(lambda: subject.dashboard("long"), FIRST_ACTIVE + LISTED_ACTIVE - 1))
    mine, theirs = statistics.median(ours), statistics.median(bare)
    note = f"  ({mine * 1000:.0f} ms ÷ {theirs * 1000:.0f} ms)"
    yield at_most("10,000 listed: first row ÷ bare with 1,000", mine / theirs, 1.5, note)


def start_s(start: Callable[[], Terminal], newest: int) -> float:
    """Start a program and wait for its first row."""
    started = time.perf_counter()
    with start() as terminal:
        terminal.wait_for(str(newest))
        return time.perf_counter() - started


def filtered(subject: Subject, _gateway: Gateway, pace: Pace) -> Iterator[Row]:
    """Measure one key of a filter that leaves one row."""
    from vidu_tui.ui import actions

    work = "10,000 listed: a key of filter text ÷ at 100"
    if not any("slash" in binding.key.split(",") for binding in actions.bindings()):
        yield Row(work, "no filter yet", "≤ 5", None)
        return
    make_long(subject)
    subject.make("short", done=100 - LISTED_ACTIVE // 10, active=LISTED_ACTIVE // 10)
    long, short = filter_key_s(subject, "long", pace), filter_key_s(subject, "short", pace)
    note = f"  ({long * 1000:.1f} ms ÷ {short * 1000:.1f} ms)"
    yield at_most(work, long / short, 5, note)


def filter_key_s(subject: Subject, home: str, pace: Pace) -> float:
    """Type the first letter of the one row that has it, and take it back, again and again."""
    with subject.dashboard(home) as terminal:
        terminal.wait_for("processing")
        settle(terminal, WARM_S)
        terminal.press("/")
        settle(terminal, 0.5)
        times, found = [], LAST_LABEL.encode()
        for _ in range(10 * pace.runs):
            times.append(key_s(terminal, LAST_LABEL[0], lambda written: found in written))
            terminal.press("\x7f")
            settle(terminal, 0.5)
        return statistics.median(times)


def memory(subject: Subject, _gateway: Gateway, _pace: Pace) -> Iterator[Row]:
    """Measure how much memory a long list takes."""
    make_long(subject)
    with subject.dashboard("long") as terminal:
        terminal.wait_for(str(FIRST_ACTIVE + LISTED_ACTIVE - 1))
        settle(terminal, WARM_S)
        ours = memory_bytes(terminal)
    with subject.bare(LISTED) as terminal:
        terminal.wait_for(str(FIRST_ACTIVE + LISTED - 1))
        settle(terminal, WARM_S)
        bare = memory_bytes(terminal)
    note = f"  ({ours / 1e6:.0f} MB ÷ {bare / 1e6:.0f} MB)"
    yield at_most("10,000 listed: memory ÷ bare", ours / bare, 2, note)


def at_rest(subject: Subject, gateway: Gateway, pace: Pace) -> Iterator[Row]:
    """Measure what finished tasks cost."""
    subject.make("rest", done=RESTING, active=0)
    with subject.dashboard("rest") as terminal:
        terminal.wait_for("unsaved")
        settle(terminal, WARM_S)
        gateway.forget()
        before = cpu_s(terminal)
        settle(terminal, pace.seconds)
        share, asked = (cpu_s(terminal) - before) / pace.seconds, len(gateway.asked())
    told = f"{share:.2%} of a core, {asked} requests"
    yield Row("200 finished, nothing to poll", told, "≤ 1 %, none", share <= 0.01 and not asked)


def make_long(subject: Subject) -> None:
    """Make the home with the long list, once."""
    if not Path(subject.environ("long")["HOME"]).exists():
        subject.make("long", done=LISTED - LISTED_ACTIVE, active=LISTED_ACTIVE)


ROWS: dict[str, Callable[[Subject, Gateway, Pace], Iterator[Row]]] = {
    "polled": polled,
    "first": first_row,
    "filter": filtered,
    "memory": memory,
    "rest": at_rest,
}


def main() -> None:
    """Measure, print the table, and end with 1 if a bar does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale")
    parser.add_argument("--quick", action="store_true", help="shorter runs, not to judge by")
    parser.add_argument("--only", choices=ROWS, help="this part of the table alone")
    options = parser.parse_args()
    pace = QUICK if options.quick else Pace()
    is_missed = False
    with tempfile.TemporaryDirectory() as name, Gateway() as gateway:
        subject = Subject(Path(name), gateway)
        for part, measure in ROWS.items():
            if options.only in (None, part):
                for row in measure(subject, gateway, pace):
                    verdict = {True: "holds", False: "MISSED", None: "-"}[row.holds]
                    is_missed = is_missed or row.holds is False
                    line = f"{row.work:<46} {row.measured:<34} {row.bar:<12} {verdict}\n"
                    sys.stdout.write(line)
                    sys.stdout.flush()
    sys.exit(is_missed)


if __name__ == "__main__":
    main()
