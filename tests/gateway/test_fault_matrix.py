"""Every fault of a file host, attempt after attempt: equal bytes at the end, or one clear line.

Never a wrong file under the final name, and never a stray one beside the part.
"""

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.gateway.conftest import MP4, NAME, TLS, Told, film_of
from vidu_tui.core.errors import (
    BrokenOff,
    Damaged,
    FileRefused,
    NotTheFile,
    TransferError,
    VidutuiError,
)
from vidu_tui.core.files import Arrived
from vidu_tui.core.orders import Order
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.faults import HTML_PAGE, Fault
from vidu_tui.sandbox.server import Sandbox

ATTEMPTS: Final = 5
WHOLE: Final = len(MP4)
HALF: Final = WHOLE // 2
ANOTHER: Final = film_of(WHOLE, seed=2)
LONGER: Final = film_of(WHOLE + 50_000, seed=3)
BARE: Final = (("etag", ""), ("last-modified", ""))
PEM: Final = Path(__file__).with_name("localhost.pem")


@dataclass(frozen=True)
class Row:
    """What goes wrong, and how it must end."""

    name: str
    faults: tuple[Fault, ...]
    """For one request each; the last one, if it is followed by none, goes on for ever."""
    is_lasting: bool = False
    error: type[TransferError] | None = None
    """None where the file must arrive."""
    line: str = ""
    left: tuple[str, ...] = ()
    """What may lie in the folder after an error."""
    film: bytes = MP4
    later: bytes = b""
    """What the host holds from the second attempt on."""


def page(status: int, body: bytes = b"", **headers: str) -> Fault:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault(status=status, body=body, headers=named)


EXPIRED: Final = Fault(is_expired=True)
ROWS: Final = (
    *(Row(f"cut at {at}", (Fault(cut_after=at),)) for at in (0, 1, HALF, WHOLE - 1)),
    *(
        Row(f"cut at {at}, nothing proves the part", (Fault(cut_after=at, headers=BARE),))
        for at in (0, 1, HALF, WHOLE - 1)
    ),
    Row("cut each time", (Fault(cut_after=HALF // 2 + 9_000),), is_lasting=True),
    Row(
        "cut each time without a validator",
        (Fault(cut_after=HALF // 2 + 9_000, headers=BARE),),
        is_lasting=True,
    ),
    *(
        Row(f"always cut at {at}", (Fault(cut_after=at),), True, BrokenOff, "broke off")
        for at in (0, 1)
    ),
    Row("reset twice", (Fault(is_reset=True),) * 2),
    Row("a stall", (Fault(stall_after=HALF),)),
    Row("a stall each time", (Fault(stall_after=0),), True, BrokenOff, "stopped answering"),
    Row("no ranges after a cut", (Fault(cut_after=HALF), Fault(ranges="ignored"))),
    Row("416 after a cut", (Fault(cut_after=HALF), Fault(ranges="refused"))),
    Row("a wrong start after a cut", (Fault(cut_after=HALF), Fault(ranges="wrong start"))),
    Row("a wrong total after a cut", (Fault(cut_after=HALF), Fault(ranges="wrong total"))),
    Row("another ETag after a cut", (Fault(cut_after=HALF), Fault(etag='"other"'))),
    Row("another film after a cut", (Fault(cut_after=HALF),), later=ANOTHER),
    Row("a longer film after a cut", (Fault(cut_after=HALF),), later=LONGER),
    Row(
        "another film after a cut, nothing proves the part",
        (Fault(cut_after=HALF, headers=BARE), Fault(headers=BARE)),
        later=ANOTHER,
    ),
    Row(
        "more announced than sent",
        (Fault(length=WHOLE + 1),),
        True,
        BrokenOff,
        "kept",
        ("clip.mp4.part",),
    ),
    Row(
        "less announced than there is",
        (Fault(length=WHOLE - 5_000),),
        True,
        Damaged,
        r"not whole \(.*\)\. It is kept as clip\.mp4\.bad; d fetches it again",
        ("clip.mp4.bad",),
    ),
    Row("half a film as a whole one", (), False, Damaged, "not whole", ("clip.mp4.bad",), MP4[:-9]),
    Row("no length", (Fault(headers=(("content-length", ""),)),), is_lasting=True),
    Row("no length and a cut", (Fault(headers=(("content-length", ""),), cut_after=HALF),)),
    Row(
        "no length, a cut, no validator",
        (Fault(headers=(*BARE, ("content-length", "")), cut_after=HALF),),
    ),
    Row("gzip", (Fault(is_gzipped=True),), True, NotTheFile, "encoded file that nobody"),
    Row(
        "gzip after a cut",
        (Fault(cut_after=HALF), Fault(is_gzipped=True)),
        True,
        NotTheFile,
        "encoded",
        ("clip.mp4.part",),
    ),
    Row("a page", (page(200, HTML_PAGE, content_type="text/html"),), True, NotTheFile, "web page"),
    Row(
        "a page after a cut",
        (Fault(cut_after=HALF), page(200, HTML_PAGE)),
        True,
        NotTheFile,
        "web page",
        ("clip.mp4.part",),
    ),
    Row("an empty file", (page(200),), True, NotTheFile, "empty file"),
    Row("an expired link", (EXPIRED,), True, FileRefused, "Request has expired"),
    Row(
        "an expired link after a cut",
        (Fault(cut_after=HALF), EXPIRED),
        True,
        FileRefused,
        "expired",
        ("clip.mp4.part",),
    ),
    Row("429 twice", (page(429, retry_after="7"),) * 2),
    Row("429 for ever", (page(429, retry_after="7"),), True, FileRefused, "429"),
    Row("500 three times", (page(500),) * 3),
    Row("500 for ever", (page(500, HTML_PAGE),), True, FileRefused, "500: 502 Bad Gateway"),
    Row("503 after a cut", (Fault(cut_after=HALF), page(503), page(503))),
)


@pytest.fixture
def other() -> Iterator[Sandbox]:
    with Sandbox([], bytes_per_s=0) as running:
        running.files.put(NAME, MP4)
        yield running


def is_worth_another(error: VidutuiError) -> bool:
    if isinstance(error, FileRefused):
        return error.status >= 500 or error.status == 429
    return isinstance(error, BrokenOff)


def insist(
    files: FileClient, order: Order, between: Callable[[], object] = lambda: None
) -> Arrived | TransferError:
    """Try again as an owner does, with what each attempt told of the file."""
    for attempt in range(1, ATTEMPTS + 1):
        told = Told()
        try:
            return files.fetch(order, told.watch)
        except TransferError as error:
            if attempt == ATTEMPTS or not is_worth_another(error):
                return error
            if told.validators:
                order = order._replace(known=told.validators[-1])
            between()
    raise AssertionError("unreachable: the last attempt returns")


def lying(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


def check_line(error: TransferError, line: str) -> None:
    words = str(error)
    assert re.search(line, words), words
    assert words.endswith(".")
    assert words.isprintable()
    assert words.count(". ") <= 2


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_ends_in_the_very_file_or_in_one_clear_line(
    sandbox: Sandbox, order: Order, target: Path, row: Row
) -> None:
    sandbox.files.put(NAME, row.film)
    for at, fault in enumerate(row.faults, 1):
        is_last = row.is_lasting and at == len(row.faults)
        sandbox.faults.put(NAME, fault, None if is_last else 1)
    signed = order._replace(url=sandbox.sign(f"/files/{NAME}", 3600))
    files = FileClient(tls=TLS, stall_s=0.3)
    ended = insist(files, signed, lambda: sandbox.files.put(NAME, row.later or row.film))
    files.close()
    if row.error is None:
        assert isinstance(ended, Arrived), ended
        assert lying(target) == {"clip.mp4": row.later or row.film}
        return
    assert type(ended) is row.error, ended
    check_line(ended, row.line)
    assert sorted(lying(target)) == list(row.left)
    if row.left == ("clip.mp4.part",):
        assert MP4.startswith(lying(target)["clip.mp4.part"])


def test_a_redirect_to_another_origin_ends_in_the_very_file_even_after_cuts(
    files: FileClient, order: Order, sandbox: Sandbox, other: Sandbox, target: Path
) -> None:
    sandbox.faults.redirect(NAME, f"{other.origin}/open/{NAME}")
    other.faults.put(NAME, Fault(cut_after=HALF), times=1)
    assert isinstance(insist(files, order), Arrived)
    assert lying(target) == {"clip.mp4": MP4}
    assert [seen.range for seen in other.requests] == [None, f"bytes={HALF - OVERLAP_BYTES}-"]
    assert all(seen.authorization is None for seen in other.requests)


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("7", 7.0),
        ("Thu, 01 Jan 2026 00:02:00 GMT", 60.0),
        ("Thu, 01 Jan 2025 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_carries_the_wait_that_the_host_asks_for(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    status: int,
    value: str,
    wait_s: float | None,
) -> None:
    date = "Thu, 01 Jan 2026 00:01:00 GMT"
    sandbox.faults.answer(NAME, status, headers={"retry-after": value, "date": date})
    with pytest.raises(FileRefused) as caught:
        files.fetch(order, Told().watch)
    assert (caught.value.status, caught.value.retry_after_s) == (status, wait_s)


def test_a_date_to_wait_for_is_measured_by_our_clock_where_the_host_tells_none(
    order: Order, sandbox: Sandbox
) -> None:
    files = FileClient(tls=TLS, now=lambda: 1_767_225_600.0)
    wait = {"retry-after": "Thu, 01 Jan 2026 00:00:30 GMT", "date": ""}
    sandbox.faults.answer(NAME, 429, headers=wait)
    with pytest.raises(FileRefused) as caught:
        files.fetch(order, Told().watch)
    files.close()
    assert caught.value.retry_after_s == 30


class SecureHost:
    """Serve the film over TLS; cut the first connections hard or softly after so many bytes."""

    def __init__(self, cuts: int, *, is_hard: bool, has_length: bool):
        self._cuts = cuts
        self._is_hard = is_hard
        self._has_length = has_length
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(PEM)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/{NAME}"
        self.ranges: list[str] = []

    def __enter__(self) -> "SecureHost":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                raw, _ = self._listener.accept()
                with raw, self._tls.wrap_socket(raw, server_side=True) as connection:
                    self._answer(connection)

    def _answer(self, connection: ssl.SSLSocket) -> None:
        asked = connection.recv(65_536).decode().lower()
        span = asked.partition("range: bytes=")[2].partition("-")[0]
        start = int(span or 0)
        self.ranges.append(span)
        head = f'HTTP/1.1 {206 if start else 200} OK\r\nETag: "film"\r\nConnection: close\r\n'
        if start:
            head += f"Content-Range: bytes {start}-{WHOLE - 1}/{WHOLE}\r\n"
        if self._has_length:
            head += f"Content-Length: {WHOLE - start}\r\n"
        body, is_cut = MP4[start:], self._cuts > 0
        self._cuts -= 1
        connection.sendall(f"{head}\r\n".encode() + (body[: len(body) // 2] if is_cut else body))
        if is_cut and self._is_hard:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


@pytest.mark.parametrize(("is_hard", "has_length"), [(True, True), (False, True), (False, False)])
def test_a_secure_connection_that_is_cut_ends_in_the_very_file(
    order: Order, target: Path, is_hard: bool, has_length: bool
) -> None:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(PEM)
    with SecureHost(2, is_hard=is_hard, has_length=has_length) as host:
        files = FileClient(tls=trusting, stall_s=5)
        ended = insist(files, order._replace(url=host.url))
        files.close()
    assert isinstance(ended, Arrived), ended
    assert lying(target) == {"clip.mp4": MP4}
    assert len(host.ranges) == 3


def test_a_host_whose_certificate_nobody_trusts_gets_no_question(
    order: Order, target: Path
) -> None:
    with SecureHost(0, is_hard=False, has_length=True) as host:
        files = FileClient(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), stall_s=5)
        with pytest.raises(BrokenOff, match="certificate is self-signed"):
            files.fetch(order._replace(url=host.url), Told().watch)
        files.close()
    assert lying(target) == {}
    assert host.ranges == []
