"""What the verbs cost: ``ls --json`` of 1,000 tasks, and two processes that add at a time.

Prints wall clock and processor time of each, as medians taken in turns.
``python -m tests.bench.verbs``
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tests.bench.person import environ_at
from vidu_tui.core.answer import parse
from vidu_tui.core.board import Entry, with_answer
from vidu_tui.core.files import Arrived, FileKey, Validator
from vidu_tui.core.task import AssetKind, Task, TaskKey
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist

TASKS = 1000
EACH = 500
RUNS = 9
LS_BAR = 10.0
ADD_BAR = 2.0
FIRST_ID = 940107923630000000


class Cost(NamedTuple):
    """Seconds of one run."""

    wall: float
    cpu: float


def run(words: Sequence[str], environ: Mapping[str, str]) -> Cost:
    """Run Python with some words to its end."""
    began, before = time.perf_counter(), os.times()
    command = [sys.executable, *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
    wall, after = time.perf_counter() - began, os.times()
    cpu = after.children_user + after.children_system
    return Cost(wall, cpu - before.children_user - before.children_system)


def median(costs: Sequence[Cost]) -> Cost:
    """Give the median of each."""
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def furnish(environ: Mapping[str, str]) -> None:
    """Have a list of tasks that were polled: of ten nine saved, one still going on."""
    paths = Paths.find(environ)
    ids = [str(FIRST_ID + number) for number in range(TASKS)]
    Watchlist(paths.watchlist_file).add(Listed(i, f"shot {i[-3:]}") for i in ids)
    paths.download_dir.mkdir(parents=True)
    now, changes = time.time(), list[facts.Change]()
    for number, task_id in enumerate(ids):
        key, is_going_on = TaskKey("theturbo", task_id), number % 10 == 0
        answered = with_answer(Entry(key), _task(task_id, is_going_on=is_going_on), now)
        changes.append(facts.answer(answered, now, is_watched=is_going_on))
        if not is_going_on:
            film = paths.download_dir / f"{task_id}.mp4"
            film.write_bytes(b"film")
            arrived = Arrived(str(film), 4, "0" * 64, Validator())
            changes += facts.landed(key, FileKey(0, AssetKind.VIDEO), arrived, now)
    ledger = Ledger(paths.ledger_file)
    ledger.write(changes)
    ledger.close()


def _task(task_id: str, *, is_going_on: bool) -> Task:
    link = f"https://cdn.example/{task_id}.mp4?Expires=1795727398&Signature={task_id}abcdef"
    task = parse(
        {
            "id": task_id,
            "state": "processing" if is_going_on else "success",
            "creations": [] if is_going_on else [{"id": task_id, "url": link}],
            "type": "img2video",
            "model": "viduq3-turbo",
            "resolution": "720p",
            "credits": 60,
            "progress": 40,
            "duration": 5,
            "aspect_ratio": "16:9",
        },
        task_id,
    )
    if not isinstance(task, Task):
        raise TypeError("the bench's own answer is none")
    return task


def measure_ls(environ: Mapping[str, str]) -> str:
    """Compare ``ls --json`` with a Python that does nothing."""
    furnish(environ)
    ours, bare = [], []
    listing = ["-m", "vidu_tui", "ls", "--json"]
    run(listing, environ)
    for _ in range(RUNS):
        bare.append(run(["-c", "pass"], environ))
        ours.append(run(listing, environ))
    return _line(f"ls --json of {TASKS:,} tasks ÷ python -c pass", ours, bare, LS_BAR)


def measure_add(environ: Mapping[str, str]) -> str:
    """Compare one of two processes that add at a time with a single one."""
    together, alone = [], []
    for number in range(RUNS):
        single, *pair = (_words(3 * number + part) for part in range(3))
        alone.append(run(single, environ))
        began = time.perf_counter()
        both = [
            subprocess.Popen([sys.executable, *w], env=environ, stdout=subprocess.DEVNULL)
            for w in pair
        ]
        for process in both:
            process.wait()
            together.append(Cost(time.perf_counter() - began, 0.0))
    found = len(Watchlist(Paths.find(environ).watchlist_file).read())
    lost = 3 * EACH * RUNS - found
    return _line(f"2 × add of {EACH} ids ÷ one, {lost} lost", together, alone, ADD_BAR)


def _words(turn: int) -> list[str]:
    first = FIRST_ID + EACH * turn
    return ["-m", "vidu_tui", "add", *(str(first + number) for number in range(EACH))]


def _line(name: str, ours: Sequence[Cost], bare: Sequence[Cost], bar: float) -> str:
    our, their = median(ours), median(bare)
    ratio = our.wall / their.wall
    cpu = f", processor {our.cpu / their.cpu:.1f}" if our.cpu and their.cpu else ""
    verdict = "holds" if ratio <= bar else "MISSED"
    spent = f"{our.wall * 1000:.0f} ms ÷ {their.wall * 1000:.0f} ms"
    return f"{name}: {ratio:.1f}{cpu} (bar {bar:g}, {verdict}; {spent})\n"


def main() -> None:
    """Print both ratios."""
    for measure in (measure_ls, measure_add):
        with tempfile.TemporaryDirectory() as home:
            sys.stdout.write(measure(environ_at(home)))


if __name__ == "__main__":
    main()
