"""The programs that are compared: the dashboard with a home of its own, and bare ones."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.first_row import BARE
from tests.bench.gateway import FIRST_ACTIVE, FIRST_DONE, Gateway, answer
from tests.bench.person import environ_at
from tests.terminal import Terminal

CONNECTIONS = 16
"""As many as a client of ours has."""
LAST_LABEL = "zebra crossing"
"""The label of the oldest task; no other text of a list has its first letter."""
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")

LOOP = """
import asyncio, json, sys, time
import httpx

async def main(base_url, ids, workers):
    headers = {"Authorization": "Bearer bench"}
    limits = httpx.Limits(max_connections=workers, max_keepalive_connections=workers)
    async with httpx.AsyncClient(limits=limits, headers=headers) as client:
        async def ask(some):
            for i in some:
                (await client.get(f"{base_url}/tasks/{i}/creations")).json()
        await asyncio.gather(*(ask(ids[:2]) for _ in range(workers)))
        before = time.process_time()
        await asyncio.gather(*(ask(ids[n::workers]) for n in range(workers)))
        print((time.process_time() - before) / len(ids))

asyncio.run(main(sys.argv[1], json.load(sys.stdin), int(sys.argv[2])))
"""


class Subject:
    """Homes in a folder, and what runs on them; the dashboard asks one gateway every 5 s."""

    def __init__(self, folder: Path, gateway: Gateway):
        self._folder = folder
        self._gateway = gateway

    def environ(self, name: str) -> dict[str, str]:
        """Give the environment of the home of a name."""
        keyed = {"VIDU_API_KEY": "bench", "VIDU_BASE_URL": self._gateway.base_url}
        return environ_at(str(self._folder / name)) | keyed

    def make(self, name: str, *, done: int, active: int, settings: str = "") -> None:
        """Make a home with finished tasks, their answers on record, and newer ones that go on."""
        from vidu_tui.core.answer import parse
        from vidu_tui.core.board import Entry, with_answer
        from vidu_tui.core.task import Task, TaskKey
        from vidu_tui.storage import facts
        from vidu_tui.storage.ledger import Ledger
        from vidu_tui.storage.paths import Paths
        from vidu_tui.storage.watchlist import Listed, Watchlist

        (self._folder / name).mkdir()
        paths, now = Paths.find(self.environ(name)), time.time()
        paths.config_file.parent.mkdir(parents=True, exist_ok=True)
        polling = '[poll]\nprocessing = "5s"\nmax_per_minute = 0\n'
        paths.config_file.write_text(f"{polling}{settings}")
        ended = [str(FIRST_DONE + n) for n in range(done)]
        ids = [*ended, *(str(FIRST_ACTIVE + n) for n in range(active))]
        labels = [LAST_LABEL, *ids[1:]]
        Watchlist(paths.watchlist_file).add(map(Listed, ids, labels))
        ledger, changes = Ledger(paths.ledger_file), []
        for task_id in ended:
            task = parse(answer(task_id, 0), task_id, "theturbo")
            assert isinstance(task, Task)
            entry = with_answer(Entry(TaskKey("theturbo", task_id)), task, now)
            changes.append(facts.answer(entry, now, is_watched=True))
        assert ledger.write(changes)
        ledger.close()

    def dashboard(self, name: str) -> Terminal:
        """Start the dashboard in a home."""
        return Terminal([], self.environ(name))

    def bare(self, rows: int) -> Terminal:
        """Start an idle app of Textual with one DataTable."""
        script = self._folder / f"bare{rows}.py"
        script.write_text(BARE % (FIRST_ACTIVE + rows - 1, FIRST_ACTIVE - 1))
        return Terminal([], self.environ("."), program=[str(script)])

    def cpu_of_bare_loop_s(self, ids: Sequence[str]) -> float:
        """Ask for these tasks with httpx and nothing else; give the CPU of one question."""
        command = [sys.executable, "-c", LOOP, self._gateway.base_url, str(CONNECTIONS)]
        told = subprocess.run(
            command, input=json.dumps(ids), capture_output=True, text=True, check=True
        )
        return float(told.stdout)


def cpu_s(terminal: Terminal) -> float:
    """Give the CPU time that a program has used, in seconds."""
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_bytes(terminal: Terminal) -> int:
    """Give how much memory a program holds."""
    return int(Path(f"/proc/{terminal.process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES
