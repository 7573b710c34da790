"""The sandbox as one object: its socket, its thread, its tasks. Knows no HTTP.

Cheap to import: Starlette and uvicorn are loaded by the serving thread.
"""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Self

from vidu_tui.core.errors import SetupError
from vidu_tui.sandbox.faults import Faults
from vidu_tui.sandbox.files import FileStore
from vidu_tui.sandbox.links import Signer
from vidu_tui.sandbox.scenario import DEMO_TASKS, SandboxTask, answer_at, refusal, state_at
from vidu_tui.sandbox.spells import Spells
from vidu_tui.sandbox.transfers import Cuts

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from vidu_tui.sandbox.creations import Json
    from vidu_tui.sandbox.seen import Seen

HOST = "127.0.0.1"
DEMO_BYTES_PER_S = 40_000.0
"""A clip of the demo takes four to five seconds, unless its task has a pace of its own."""
_BACKLOG = 512
_REMEMBERED = 100_000


class Sandbox:
    """Be a gateway on this machine; it listens from construction on and answers once started.

    ``key`` None makes one up; ``port`` 0 takes a free one; ``speed`` multiplies the tasks' time;
    ``bytes_per_s`` is per response, 0 unlimited, and a task's own pace goes before it;
    ``file_host`` is another sandbox whose links the answers hold, in place of this one's own: it
    knows the ways of its own tasks alone. ``key``, ``latency_s`` and ``bytes_per_s`` may
    be set while it runs.
    """

    def __init__(
        self,
        tasks: Iterable[SandboxTask] = DEMO_TASKS,
        *,
        key: str | None = None,
        scheme: str = "Bearer",
        port: int = 0,
        speed: float = 1.0,
        bytes_per_s: float = DEMO_BYTES_PER_S,
        latency_s: float = 0.0,
        file_host: Sandbox | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ):
        self.key = key or f"vd-sandbox-{secrets.token_urlsafe(18)}"
        self.scheme = scheme
        self.bytes_per_s = bytes_per_s
        self.latency_s = latency_s
        self.clock = clock
        self.now = now
        self.faults = Faults()
        self.spells = Spells(clock)
        self.files = FileStore()
        self.signer = Signer()
        self.cuts = Cuts()
        self._file_host = file_host
        self._speed = speed
        self._started_s: float | None = None
        self._tasks = {task.id: (task, 0.0) for task in tasks}
        self._seen: deque[Seen] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()
        self._is_stopping = False
        self._end: Callable[[], object] | None = None
        self._thread: threading.Thread | None = None
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """Return the URL to put before ``/tasks/…``."""
        return f"{self.origin}/v1/vidu"

    @property
    def tasks(self) -> tuple[SandboxTask, ...]:
        """Return the tasks in the order they were added."""
        with self._lock:
            return tuple(task for task, _ in self._tasks.values())

    @property
    def requests(self) -> list[Seen]:
        """Return the last requests, oldest first."""
        with self._lock:
            return list(self._seen)

    def task_of(self, task_id: str) -> SandboxTask | None:
        """Return the task with this id, None if there is none."""
        with self._lock:
            return self._tasks.get(task_id, (None, 0.0))[0]

    def elapsed_s(self) -> float:
        """Return the tasks' seconds since the start, sped up; 0 before it."""
        return 0.0 if self._started_s is None else (self.clock() - self._started_s) * self._speed

    def add(self, task: SandboxTask) -> None:
        """Add a task, or put it in place of the one with its id; its time begins now."""
        self.cuts.forget(task.id)
        with self._lock:
            self._tasks[task.id] = (task, self.elapsed_s())

    def delay_s(self, task_id: str) -> float:
        """Return how long the answer for a task takes as of now, beyond ``latency_s``."""
        with self._lock:
            task, added_s = self._tasks.get(task_id, (None, 0.0))
        if task is None or state_at(task, self.elapsed_s() - added_s) != "success":
            return 0.0
        return task.signing_s

    def answer(self, task_id: str) -> tuple[int, dict[str, Json]]:
        """Return status and body for a task as of now; an id without a task is 404."""
        with self._lock:
            found = self._tasks.get(task_id)
        if found is None:
            return 404, refusal(404, "TaskNotFound", "task not found", secrets.token_hex(16))
        task, added_s = found
        sign = (self._file_host or self).sign
        return answer_at(task, self.elapsed_s() - added_s, sign)

    def sign(self, path: str, lifetime_s: int) -> str:
        """Return a URL of this sandbox for a path like ``/files/NAME``; 0 seconds: unsigned."""
        signed = self.signer.sign(path, lifetime_s, self.now()) if lifetime_s else path
        return self.origin + signed

    def note(self, seen: Seen) -> None:
        """Remember a request."""
        with self._lock:
            self._seen.append(seen)

    def forget_requests(self) -> None:
        """Forget the requests so far."""
        with self._lock:
            self._seen.clear()

    def start(self) -> None:
        """Begin to serve in a thread; requests that come meanwhile wait in the socket."""
        if self._thread is None and not self._is_stopping:
            self._started_s = self.clock()
            self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End at once, answers under way too, and wait for the thread; twice does no harm."""
        with self._lock:
            self._is_stopping = True
            end, self._end = self._end, None
        if end is not None:
            end()
        if self._thread is not None:
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        import asyncio

        from vidu_tui.sandbox.app import build
        from vidu_tui.sandbox.wire import WireServer

        async def serve() -> None:
            stopping = asyncio.Event()
            if self._hand_over_end(asyncio.get_running_loop(), stopping):
                await WireServer(build(self), stopping).serve(sockets=[self._socket])

        asyncio.run(serve())

    def _hand_over_end(self, loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> bool:
        """Let ``stop`` end the loop; False if it was called before there was one."""
        with self._lock:
            if not self._is_stopping:
                self._end = lambda: loop.call_soon_threadsafe(stopping.set)
            return not self._is_stopping


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle off only where the protocol is named; with it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else "not a port"
        raise SetupError(
            f"the sandbox cannot listen on {HOST}:{port} ({reason}); name another --port"
        ) from error
    return listener
