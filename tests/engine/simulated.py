"""Time, a gateway and transfers that a test plays by hand; no socket, no real waiting."""

import asyncio
import bisect
import concurrent.futures
import hashlib
import heapq
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import ClassVar, TypeVar

from vidu_tui.core.answer import Answer
from vidu_tui.core.errors import GatewayError, Stopped, VidutuiError
from vidu_tui.core.files import Arrived, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, state_of
from vidu_tui.engine.clock import Clock

T = TypeVar("T")
EPOCH = 1_800_000_000.0
DAY_S = 86_400
GATEWAY = "theturbo"


def link(number: int = 0, *, end: float = EPOCH + DAY_S, host: str = "files.example.com") -> str:
    """Make a signed link that says when it dies."""
    return f"https://{host}/{number}.mp4?Expires={int(end)}&Signature=s"


def task(task_id: str, state: str, *urls: str, progress: float | None = None) -> Task:
    """Make an answer."""
    creations = tuple(
        Creation(str(n), (Asset(AssetKind.VIDEO, url),) if url else ())
        for n, url in enumerate(urls)
    )
    return Task(task_id, state_of(state), state, progress=progress, creations=creations)


class Inline(concurrent.futures.ThreadPoolExecutor):
    """Run what goes to a thread at once: the loop then knows when nothing is going on."""

    def submit(
        self, fn: Callable[..., T], /, *args: object, **kwargs: object
    ) -> concurrent.futures.Future[T]:
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except (VidutuiError, OSError, AssertionError) as error:
            future.set_exception(error)
        return future


class Time:
    """A clock that goes on when everything waits."""

    def __init__(self) -> None:
        self.at = 1_000.0
        self.sample = 0.5
        self.slept = 0.0
        """Seconds that the clock on the wall has gone on alone."""
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()
        self.settled: list[Callable[[], bool]] = []
        self.clock = Clock(
            now=lambda: EPOCH + self.at + self.slept - 1_000,
            monotonic=lambda: self.at,
            sleep=self._sleep,
            sample=lambda: self.sample,
        )

    async def _sleep(self, seconds: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.at + seconds, next(self._order), future))
        await future

    async def settle(self) -> None:
        """Wait until every task waits for time or for the test."""
        ready: deque[object] = asyncio.get_running_loop()._ready  # type: ignore[attr-defined] # nothing public tells that a loop is idle
        while True:
            await asyncio.sleep(0)
            if not ready:
                if all(is_settled() for is_settled in self.settled) and not ready:
                    return
                time.sleep(0.0002)  # noqa: ASYNC251 - a thread is on its way; the loop is idle

    async def pass_by(self, seconds: float) -> None:
        """Let time go on, waking each sleeper at its moment."""
        end = self.at + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self.at = max(self.at, due)
            future.set_result(None)
            await self.settle()
        self.at = end


Reply = Task | GatewayError | Exception


class Gateway:
    """An asker that answers from a script: for each id what stands next, the last for ever."""

    def __init__(self, clock: Clock, name: str = GATEWAY):
        self.name = name
        self.host = f"{name}.example.com"
        self.key = "old"
        self.asked: list[tuple[float, str, str]] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.delay_s = 0.0
        self.latency_s = 0.18
        self.skew_s: float | None = None
        """How far this gateway's clock is ahead; None: its answers hold no date."""
        self.default: Reply | None = None
        self.before: Callable[[str], None] = lambda _: None
        self._clock = clock
        self._began = clock.monotonic()
        self._script: defaultdict[str, deque[Reply]] = defaultdict(deque)

    def say(self, task_id: str, *replies: Reply) -> None:
        """Script what an id is answered."""
        self._script[task_id] = deque(replies)

    def use_key(self, key: str) -> None:
        self.key = key

    async def fetch(self, task_id: str, *, key: str | None = None) -> Answer:
        self.before(task_id)
        self.asked.append((self._clock.monotonic() - self._began, task_id, key or self.key))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        replies = self._script[task_id]
        reply = replies[0] if replies else self.default or task(task_id, "processing")
        if len(replies) > 1:
            replies.popleft()
        try:
            if self.delay_s:
                await self._clock.sleep(self.delay_s)
        finally:
            self.in_flight -= 1
        if isinstance(reply, Exception):
            raise reply
        told = None if self.skew_s is None else self._clock.now() + self.skew_s
        return Answer(reply, self.latency_s, told)

    def times(self, task_id: str) -> list[float]:
        """Give when an id was asked, in whole tenths of a second."""
        return [round(at, 1) for at, asked, _ in self.asked if asked == task_id]


class Transfer:
    """One running fetch: the test says what comes of it."""

    def __init__(self, order: Order, watch: Watch):
        self.order = order
        self.watch = watch
        self.is_deaf = False
        """Does not notice a stop until told something."""
        self.is_parked = False
        self._steps: deque[Callable[[], Arrived | None]] = deque()
        self._is_told = threading.Event()

    def announce(self, total: int | None, etag: str = '"v1"') -> None:
        """Tell what proves the part, as before its first byte."""
        self._tell(lambda: self.watch.on_validator(Validator(etag, "", total)))

    def advance(self, received: int, total: int | None) -> None:
        """Have bytes arrive."""
        self._tell(lambda: self.watch.on_progress(received, total))

    def check(self) -> None:
        """Begin to look at what has arrived."""
        self._tell(self.watch.on_checking)

    def fail(self, error: Exception) -> None:
        """End with an error."""

        def step() -> None:
            raise error

        self._tell(step)

    def settle(self, content: bytes) -> None:
        """Say that the file is whole and gets its name next."""
        digest = hashlib.sha256(content).hexdigest()
        self._tell(lambda: self.watch.on_whole(self.order.target, len(content), digest))

    def land(self, content: bytes = b"video", etag: str = '"v1"') -> None:
        """Put the file on disk and end."""

        def step() -> Arrived:
            with open(self.order.target, "wb") as file:  # noqa: PTH123 - a text path as ordered
                file.write(content)
            validator = Validator(etag, "", len(content))
            return Arrived(self.order.target, len(content), "ab" * 32, validator)

        self._tell(step)

    def _tell(self, step: Callable[[], Arrived | None]) -> None:
        self.is_parked = False
        self._steps.append(step)
        self._is_told.set()

    def run(self) -> Arrived:
        while True:
            self.is_parked = not self._steps
            while not self._is_told.wait(0.001):
                if self.watch.is_stopped() and not self.is_deaf:
                    self.is_parked = False
                    raise Stopped("Stopped; what has arrived is kept.")
            self._is_told.clear()
            while self._steps:
                outcome = self._steps.popleft()()
                if isinstance(outcome, Arrived):
                    return outcome

    @property
    def is_waiting(self) -> bool:
        """Tell whether the thread waits for the test, a stop heeded."""
        return self.is_parked and (self.is_deaf or not self.watch.is_stopped())


class Host:
    """A fetcher whose transfers wait for the test."""

    everyone: ClassVar[dict[threading.Thread, Transfer]] = {}
    """The transfers of all hosts: two windows may fetch at a time."""

    def __init__(self) -> None:
        self._begun: list[tuple[int, int, Transfer]] = []
        self._runs = 0
        self._threads: dict[threading.Thread, Transfer] = {}

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        transfer, thread = Transfer(order, watch), threading.current_thread()
        self._threads[thread] = self.everyone[thread] = transfer
        number = int(thread.name.rpartition("-")[2])
        bisect.insort(self._begun, (self._runs, number, transfer), key=lambda b: b[:2])
        return transfer.run()

    def new_run(self) -> None:
        """Count the threads of another engine after those of the last."""
        self._runs += 1

    @property
    def transfers(self) -> list[Transfer]:
        """List all transfers in the order in which they were begun, whichever thread was faster."""
        return [transfer for _, _, transfer in self._begun]

    def is_settled(self) -> bool:
        """Tell whether every thread waits for the test or has ended."""
        alive = [t for t in threading.enumerate() if t.name.startswith("transfer-")]
        return all(t in self.everyone and self.everyone[t].is_waiting for t in alive)

    @property
    def last(self) -> Transfer:
        """Give the transfer that began last."""
        return self.transfers[-1]

    def running(self) -> Iterator[Transfer]:
        """Give the transfers that go on."""
        for thread, transfer in self._threads.items():
            if thread.is_alive():
                yield transfer

    def end(self) -> None:
        """End what a test has left, so that no thread outlives it."""
        for thread, transfer in list(self._threads.items()):
            self.everyone.pop(thread, None)
            if thread.is_alive():
                transfer.fail(Stopped("The test is over."))
                with suppress(RuntimeError):
                    thread.join(5)
