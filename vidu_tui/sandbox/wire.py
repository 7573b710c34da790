"""How an answer goes over the socket, faults included. Knows no task, key or link.

Heavy: imports uvicorn; nothing but the running server imports it.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import socket
import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.types import Receive, Scope, Send

    from vidu_tui.sandbox.faults import Fault

_STEP = 65_536
_KEEP_ALIVE_S = 75


class WireProtocol(H11Protocol):
    """Hand each request the transport it came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection; its transport stands in the state of every scope."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class WireServer(uvicorn.Server):
    """Serve until ``stopping`` is set, then end at once, whatever is under way."""

    def __init__(self, app: object, stopping: asyncio.Event):
        config = uvicorn.Config(
            app,  # type: ignore[arg-type]  # an ASGI application, typed by its builder
            http=WireProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
        super().__init__(config)
        self._stopping = stopping

    async def main_loop(self) -> None:
        """Wait for the end."""
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listeners, cancel the answers under way and abort the connections."""
        loop, listeners = asyncio.get_running_loop(), sockets or []
        for listener in listeners:
            loop.remove_reader(listener)
        # A connection that is half accepted when its server closes would never be closed.
        accepting = asyncio.all_tasks() - self.server_state.tasks - {asyncio.current_task()}
        await asyncio.gather(*accepting, return_exceptions=True)
        for server in self.servers:
            server.close()
        for listener in listeners:
            listener.close()
        while self.server_state.connections or self.server_state.tasks:
            for task in self.server_state.tasks:
                task.cancel()
            for connection in self.server_state.connections:
                connection.transport.abort()
            await asyncio.sleep(0)
        for server in self.servers:
            await server.wait_closed()


class Reply:
    """One answer as an ASGI application, with what a fault makes of it."""

    def __init__(
        self,
        status: int,
        body: bytes,
        headers: Mapping[str, str],
        *,
        fault: Fault,
        bytes_per_s: float = 0,
    ):
        self._fault = fault
        self._status = status if fault.status is None else fault.status
        self._rate = 1 / fault.drip_s if fault.drip_s else bytes_per_s
        encoding = {}
        if fault.bomb_bytes:
            body, encoding = _bomb(fault.bomb_bytes), {"content-encoding": "gzip"}
        elif fault.is_gzipped:
            body, encoding = gzip.compress(body), {"content-encoding": "gzip"}
        self._length = len(body) if fault.length is None else fault.length
        self._body = body[: self._length]
        measure = {} if fault.is_endless else {"content-length": str(self._length)}
        merged = {**headers, **measure, **encoding, **dict(fault.headers)}
        self._headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in merged.items()
            if value
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer as far as the fault lets it go."""
        transport = cast("asyncio.Transport", scope["state"]["transport"])
        if self._fault.is_reset or self._fault.is_silent:
            if self._fault.is_reset:
                _reset(transport)
            await _wait_for_disconnect(receive)
            return
        head = {"type": "http.response.start", "status": self._status, "headers": self._headers}
        await send(head)
        if scope["method"] != "HEAD":
            await self._send_body(transport, send)
            if self._fault.stall_after is not None:
                await _wait_for_disconnect(receive)
            if self._is_cut:
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    @property
    def _is_cut(self) -> bool:
        """Whether less is sent than announced: uvicorn then closes the connection."""
        limit = self._fault.cut_after
        return self._length > (len(self._body) if limit is None else min(limit, len(self._body)))

    async def _send_body(self, transport: asyncio.Transport, send: Send) -> None:
        loop = asyncio.get_running_loop()
        started_s, sent = loop.time(), 0
        for piece in self._pieces():
            if transport.is_closing():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            sent += len(piece)
            ahead_s = started_s + sent / self._rate - loop.time() if self._rate else 0
            await asyncio.sleep(max(ahead_s, 0))

    def _pieces(self) -> Iterator[bytes]:
        step = max(1, min(_STEP, int(self._rate / 20))) if self._rate else _STEP
        step = 1 if self._fault.drip_s else step
        body = self._body
        if self._fault.is_endless:
            yield from itertools.repeat((body or b" ") * (_STEP // max(len(body), 1) + 1))
        limits = [
            limit for limit in (self._fault.cut_after, self._fault.stall_after) if limit is not None
        ]
        end = min([len(body), *limits])
        for start in range(0, end, step):
            yield body[start : min(start + step, end)]


def _reset(transport: asyncio.Transport) -> None:
    connection: socket.socket = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@lru_cache(maxsize=2)
def _bomb(size_bytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(size_bytes >> 20)]
    return b"".join([*parts, packer.compress(bytes(size_bytes % (1 << 20))), packer.flush()])
