"""The way to the gateway: proxies, certificates, names. Each failure is a few right words."""

import gc
import socket
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.gateway.conftest import KEY, TLS
from tests.gateway.hosts import Host, answer, secure
from vidu_tui.core.errors import BrokenOff, ConfigError, GatewayError, NoAnswer, NoConnection
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import TaskState
from vidu_tui.gateway.client import GatewayClient, Limits, tls_context
from vidu_tui.gateway.opening import Clients, Spec
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox

ID = "940119407923630096"
Serve = Callable[[socket.socket], None]


@pytest.fixture
def listen() -> Iterator[Callable[[Serve], int]]:
    """Serve one connection after the other with a function; give the port."""
    open_ones: list[tuple[socket.socket, threading.Thread]] = []

    def start(serve: Serve) -> int:
        listener = socket.create_server(("127.0.0.1", 0))

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        open_ones.append((listener, thread))
        return int(listener.getsockname()[1])

    yield start
    for listener, thread in open_ones:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)


async def words_of(base_url: str, tls: ssl.SSLContext = TLS) -> str:
    limits = Limits(connect_s=2, read_s=2, whole_s=3)
    async with GatewayClient(
        name="g", base_url=base_url, key=KEY, tls=tls, limits=limits
    ) as client:
        with pytest.raises(GatewayError) as caught:
            await client.fetch(ID)
    assert isinstance(caught.value, NoConnection | NoAnswer)
    assert KEY not in str(caught.value)
    return str(caught.value)


async def failing_with(error: Exception) -> str:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    async with GatewayClient(
        name="g",
        base_url="https://gw.example/v1",
        key=KEY,
        tls=TLS,
        transport=httpx.MockTransport(fail),
    ) as client:
        with pytest.raises(GatewayError) as caught:
            await client.fetch(ID)
    return str(caught.value)


def caused(cause: Exception) -> httpx.ConnectError:
    error = httpx.ConnectError("")
    error.__cause__ = cause
    return error


def untrusted(words: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = words
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused(socket.gaierror(-2, "Name or service not known")), "(name not found)"),
        (caused(ConnectionRefusedError(111, "refused")), "(refused)"),
        (caused(ExceptionGroup("", [ConnectionRefusedError()])), "(refused)"),
        (caused(untrusted("self-signed certificate")), "(its certificate is self-signed)"),
        (caused(untrusted("certificate has expired")), "(its certificate has expired)"),
        (caused(untrusted("Hostname mismatch")), "(its certificate is for another host)"),
        (caused(untrusted("unable to get issuer")), "(its certificate is not trusted)"),
        (caused(ssl.SSLError(1, "WRONG_VERSION_NUMBER")), "(no secure connection)"),
        (httpx.ConnectError("All connection attempts failed"), "(refused)"),
        (httpx.ConnectError("[Errno 101] Network is unreachable"), "(network unreachable)"),
        (httpx.ConnectError("?"), "(the network failed)"),
        (httpx.ProxyError(f"403 {KEY}"), "(the proxy refused)"),
        (httpx.ProxyError(f"407 {KEY}"), "(the proxy wants a login)"),
        (httpx.UnsupportedProtocol("foo"), "(the address is not usable)"),
        (httpx.ConnectTimeout(""), "(no answer within 5 s)"),
        (httpx.ReadTimeout(""), "did not answer within 20 s"),
        (httpx.ReadError(""), "reset the connection"),
        (httpx.WriteError(""), "reset the connection"),
        (httpx.RemoteProtocolError(KEY), "answered in something that is not HTTP"),
        (httpx.LocalProtocolError(f"Illegal header value {KEY}"), "(the network failed)"),
    ],
)
async def test_each_way_to_fail_has_its_words(error: Exception, words: str) -> None:
    line = await failing_with(error)
    assert words in line
    assert KEY not in line


async def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    line = await words_of("https://gateway.invalid/v1")
    assert line == "No connection to gateway.invalid (name not found)."


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:99999", "http://[::1", "http://h\x00"])
async def test_an_address_that_is_none(base_url: str) -> None:
    assert await words_of(base_url) == "No connection to g (the address is not usable)."


def test_a_self_signed_certificate_is_named(order: Order) -> None:
    files = FileClient(tls=TLS)
    with Host(secure("stranger", answer)).listen() as host:
        link = f"https://127.0.0.1:{host.port}/v.mp4"
        with pytest.raises(BrokenOff, match="its certificate is self-signed"):
            files.fetch(Order(link, order.target), Watch())
    files.close()


async def test_a_server_without_tls_is_no_secure_connection(
    listen: Callable[[Serve], int],
) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    line = await words_of(f"https://127.0.0.1:{listen(serve)}")
    assert "(no secure connection)" in line


CLOSED = "closed the connection without an answer"
NO_HTTP = "answered in something that is not HTTP"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"", CLOSED),
        (b"SSH-2.0-OpenSSH\r\n", CLOSED),
        (b"HTTP/1.1 abc\r\n\r\n", NO_HTTP),
        (b"\x00" * 50, NO_HTTP),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", NO_HTTP),
    ],
)
async def test_something_that_speaks_no_http(
    listen: Callable[[Serve], int], reply: bytes, words: str
) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(reply)

    assert words in await words_of(f"http://127.0.0.1:{listen(serve)}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "foo://x"),
        ("ALL_PROXY", "socks4://u:geheim@127.0.0.1:1"),
        ("HTTP_PROXY", "http://u:geheim@h:port"),
        ("HTTPS_PROXY", "http://[::1"),
        ("NO_PROXY", "[::1"),
    ],
)
def test_a_wrong_proxy_is_one_clear_line_without_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    for make in (
        lambda: GatewayClient(name="g", base_url="https://gw.example", tls=TLS),
        lambda: FileClient(tls=TLS),
    ):
        with pytest.raises(ConfigError, match="proxy that the environment names") as caught:
            make()
        assert "geheim" not in str(caught.value)
        assert name in str(caught.value)
        assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("scheme", "reply", "words"),
    [
        ("socks5", b"\x05\xff", "(the proxy refused)"),
        ("socks5", b"no socks at all", "(the proxy failed)"),
        ("socks5h", b"", "(the proxy failed)"),
        ("http", b"HTTP/1.1 407 Denied\r\n\r\n", "(the proxy wants a login)"),
        ("http", b"HTTP/1.1 503 Busy\r\n\r\n", "(the proxy refused)"),
    ],
)
async def test_a_proxy_from_the_environment_is_used_and_its_failure_named(
    listen: Callable[[Serve], int],
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
    scheme: str,
    reply: bytes,
    words: str,
) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(reply)

    monkeypatch.setenv("ALL_PROXY", f"{scheme}://u:geheim@127.0.0.1:{listen(serve)}")
    files = FileClient(tls=TLS)
    with warnings.catch_warnings():
        # httpcore leaves the socket of a SOCKS proxy that fails to the collector.
        warnings.simplefilter("ignore", ResourceWarning)
        line = await words_of("https://gw.example/v1")
        with pytest.raises(BrokenOff, match="the proxy"):
            files.fetch(Order("https://f.example/v.mp4", order.target), Watch())
        files.close()
        gc.collect()
    assert words in line
    assert "geheim" not in line


async def test_this_machine_is_asked_without_a_proxy(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with GatewayClient(name="g", base_url=sandbox.base_url, key=KEY, tls=TLS) as client:
        assert (await client.fetch(ID)).task.state is TaskState.SUCCESS


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    for make in (
        tls_context,
        lambda: GatewayClient(name="g", base_url="https://gw.example"),
        FileClient,
        lambda: Clients([Spec("g", "https://gw.example")]),
    ):
        with pytest.raises(ConfigError, match="SSL_CERT_FILE") as caught:
            make()
        assert str(caught.value).isprintable()


async def test_the_clients_are_opened_and_closed_together_and_share_a_new_key(
    sandbox: Sandbox, order: Order
) -> None:
    spec = Spec("g", sandbox.base_url, "Bearer", "", ("*.example",))
    assert spec.header("") == ""
    assert KEY not in repr(Spec("g", "https://h", key=KEY))
    clients = Clients([spec], TLS)
    async with clients.opened():
        clients.use_key("g", KEY)
        await clients.gateways["g"].fetch(ID)
        arrived = clients.files.fetch(order, Watch())
    assert arrived.size_bytes > 0
    with pytest.raises(BrokenOff):
        clients.files.fetch(order, Watch())
