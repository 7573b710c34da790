"""Hosts on this machine that do one thing wrong and then answer, over plain and secure sockets.

The certificates beside this file are fixed: ``localhost`` and ``stranger`` are for this machine,
``expired`` was until 2021, ``elsewhere`` is for gateway.example.
"""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeAlias

Act: TypeAlias = Callable[[socket.socket], None]
"""Serve one connection; it is closed afterwards."""

_BODY: Final = json.dumps({"state": "success"}).encode()
GOOD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


def pem(name: str) -> Path:
    """Give a certificate with its key."""
    return Path(__file__).with_name(f"{name}.pem")


def trusting(*names: str) -> ssl.SSLContext:
    """Make the context of a client that trusts these certificates and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for name in names:
        context.load_verify_locations(pem(name))
    return context


def say(raw: bytes) -> Act:
    """Read a question and answer with these bytes."""

    def act(connection: socket.socket) -> None:
        _read_head(connection)
        connection.sendall(raw)

    return act


def secure(name: str, act: Act) -> Act:
    """Show a certificate, and go on behind it where the client takes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem(name))

    def wrapped(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            act(inner)

    return wrapped


def tunnel(act: Act) -> Act:
    """Be a proxy that lets a CONNECT through, and the gateway behind it."""

    def opened(connection: socket.socket) -> None:
        assert _read_head(connection).startswith(b"CONNECT ")
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        act(connection)

    return opened


answer: Final = say(GOOD)


class Host:
    """Serve each connection with the next act, and all further ones with the last.

    The port is its own from the start; connections are refused until ``listen``.
    """

    def __init__(self, *acts: Act):
        self._acts = acts
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="host", daemon=True)

    def listen(self) -> Self:
        """Begin to take connections."""
        self._socket.listen()
        self._thread.start()
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._thread.ident is not None:
            self._socket.shutdown(socket.SHUT_RDWR)
            self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        served = 0
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            act = self._acts[min(served, len(self._acts) - 1)]
            served += 1
            with connection, contextlib.suppress(OSError):
                act(connection)


def _read_head(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read and (chunk := connection.recv(65_536)):
        read += chunk
    return read
