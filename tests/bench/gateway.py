"""A gateway in a process of its own, as cheap as one can be: each answer comes after 50 ms.

It speaks as much HTTP as a client needs, keeps connections open and notes when each task was
asked for. ``python -m tests.bench.gateway`` prints its port and serves until it is killed.
"""

import asyncio
import json
import subprocess
import sys
import urllib.request
from types import TracebackType
from typing import NamedTuple, Self

from vidu_tui.core.answer import Json

LATENCY_S = 0.05
FIRST_DONE = 940107923630000000
FIRST_ACTIVE = 940107923640000000
"""From this id on tasks never end; those before have succeeded."""
_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


class Asked(NamedTuple):
    """One question: when (monotonic seconds of this machine), and for which task."""

    at_s: float
    task: str


def answer(task: str, times_asked: int) -> Json:
    """Say what a task has come to; one that goes on has more progress at each question."""
    is_active = int(task) >= FIRST_ACTIVE
    film: Json = {"id": f"9{task}", "url": f"https://files.example/{task}.mp4", "cover_url": ""}
    return {
        "id": task,
        "type": "img2video",
        "state": "processing" if is_active else "success",
        "err_code": "",
        "credits": 60,
        "payload": "",
        "model": "viduq3-turbo",
        "resolution": "720p",
        "duration": 5,
        "progress": times_asked * 7 % 100 if is_active else 100,
        "creations": [] if is_active else [film],
    }


class Connection(asyncio.Protocol):
    """Answer the questions of one connection, and hand over or forget the record."""

    record: list[tuple[float, str]] = []  # noqa: RUF012 - one for all connections
    counts: dict[str, int] = {}  # noqa: RUF012 - as above

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what is written to."""
        assert isinstance(transport, asyncio.Transport)
        self._out = transport
        self._in = b""

    def data_received(self, data: bytes) -> None:
        """Take whole requests off what has come."""
        self._in += data
        while b"\r\n\r\n" in self._in:
            head, _, self._in = self._in.partition(b"\r\n\r\n")
            self._handle(head.split(b" ", 2)[1].decode())

    def _handle(self, path: str) -> None:
        loop = asyncio.get_running_loop()
        if path == "/record":
            self._send(json.dumps(self.record))
        elif path == "/forget":
            self.record.clear()
            self._send("null")
        else:
            task = path.split("/")[-2]
            self.record.append((loop.time(), task))
            self.counts[task] = self.counts.get(task, 0) + 1
            body = json.dumps(answer(task, self.counts[task]))
            loop.call_later(LATENCY_S, self._send, body)

    def _send(self, body: str) -> None:
        if not self._out.is_closing():
            self._out.write((_HEAD.format(len(body)) + body).encode())


async def serve() -> None:
    """Say the port, then serve for ever."""
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Gateway:
    """That process, as a bench sees it."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.gateway"], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.origin = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.base_url = f"{self.origin}/v1/vidu"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def asked(self) -> list[Asked]:
        """Give every question since the last ``forget``."""
        return [Asked(*question) for question in self._get("record")]

    def forget(self) -> None:
        """Forget the questions so far."""
        self._get("forget")

    def _get(self, word: str) -> list[tuple[float, str]]:
        with urllib.request.urlopen(f"{self.origin}/{word}") as reply:
            told: list[tuple[float, str]] = json.load(reply)
            return told


if __name__ == "__main__":
    asyncio.run(serve())
