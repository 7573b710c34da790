"""What has happened, for the screen and for the log file. Decides nothing; asks nobody."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from vidu_tui.core import journal, text
from vidu_tui.core.answer import Answer
from vidu_tui.core.board import Board
from vidu_tui.core.errors import GatewayError
from vidu_tui.core.journal import Happening, Kind, Weight
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.ports import Log

KEPT = 2_000
"""Lines that the screen can show."""
BATCH_S = 0.25


class Journal:
    """Compare each published Board with the one before, and write down what lies between."""

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        log: Log | None = None,
        redact: Callable[[str], str] = lambda words: words,
        is_verbose: bool = False,
    ):
        """Every line passes ``redact`` before anything else sees it."""
        self._clock = clock or Clock()
        self._log = log
        self._redact = redact
        self.is_verbose = is_verbose
        self.writes: Callable[[], bool] = lambda: True
        """Whether this window writes down what every window sees."""
        self._kept: deque[Happening] = deque(maxlen=KEPT)
        self._lines: list[str] = []
        self._trouble = ""
        self._wake = asyncio.Event()
        self.count = 0
        """How much has happened in this run; changes with each line."""

    @property
    def happenings(self) -> tuple[Happening, ...]:
        """Give what has happened, newest first."""
        return tuple(reversed(self._kept))

    def observe(self, old: Board, new: Board) -> None:
        """Write down what lies between two Boards."""
        for found in journal.happenings(old, new, self._clock.now()):
            self.say(found)

    def say(self, found: Happening) -> None:
        """Write one thing down."""
        told = found._replace(words=self._redact(found.words), name=self._redact(found.name))
        self._kept.append(told)
        self.count += 1
        if self.writes() or told.kind in (Kind.WINDOW, Kind.FILE):
            self._put(told.at, told.line)

    def asked(self, key: TaskKey, outcome: Answer | GatewayError, rate: str) -> None:
        """Write down a single question and what came of it."""
        words = text.inert(str(outcome))
        if isinstance(outcome, Answer):
            done = outcome.task.progress
            share = "" if done is None else f" {done:g} %"
            state = text.inert(outcome.task.state_word, 60)
            words = f"{state}{share} in {outcome.latency_s * 1000:.0f} ms"
        line = self._redact(f"asked    {key.gateway}  {key.id}  {words}  {rate}")
        self._put(self._clock.now(), f"DETAIL   {line}")

    async def run(self) -> None:
        """Read what earlier runs have left, then write to the file, until cancelled."""
        if self._log is None:
            return
        self._remember(await asyncio.to_thread(self._log.tail))
        while True:
            await self._wake.wait()
            self._wake.clear()
            trouble = await asyncio.to_thread(self.flush)
            if trouble and trouble != self._trouble:
                self._kept.append(Happening(self._clock.now(), Kind.FILE, trouble, Weight.WARNING))
                self.count += 1
            self._trouble = trouble
            await self._clock.sleep(BATCH_S)

    def flush(self) -> str:
        """Write what waits to the file; give what went wrong."""
        lines, self._lines = self._lines, []
        return self._log.write(lines) if self._log is not None and lines else ""

    def _put(self, at: float, line: str) -> None:
        if self._log is not None:
            stamp = time.strftime("%Y-%m-%d %H:%M:%S%z", time.localtime(at))
            self._lines.append(f"{stamp}  {line}")
            self._wake.set()

    def _remember(self, lines: Sequence[str]) -> None:
        known = list(self._kept)
        self._kept.clear()
        self._kept.extend([*_read(lines), *known])
        self.count += 1


def _read(lines: Iterable[str]) -> Iterable[Happening]:
    for line in lines:
        stamp, _, rest = line.partition("  ")
        try:
            at = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S%z").timestamp()
        except (ValueError, OverflowError):
            continue
        found = journal.earlier(at, rest)
        if found is not None:
            yield found
