"""A line to one origin: what it says, when it is used again, what its errors are called."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpcore
import httpx
import pytest

from vidu_tui.gateway import straight, trouble
from vidu_tui.gateway.client import GatewayClient, tls_context
from vidu_tui.gateway.straight import KEPT_OPEN_S, Straight, Through

TLS = tls_context()
TIMEOUT = httpx.Timeout(5.0)
BODY = b'{"state": "created"}'


class Host:
    """A server that notes what it hears, connection by connection."""

    def __init__(self, *, closes: bool = False, cookie: bool = False) -> None:
        self.heard: list[list[bytes]] = []
        self.url = ""
        self._serving: list[asyncio.Task[object]] = []
        self._closes = closes
        self._cookie = b"Set-Cookie: a=b; Path=/\r\n" if cookie else b""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Host"]:
        """Listen on a free port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with server:
            yield self
            await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (serving := asyncio.current_task()) is not None:
            self._serving.append(serving)
        self.heard.append([])
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heard[-1].append(head)
                length = b"Content-Length: %d\r\n" % len(BODY)
                writer.write(b"HTTP/1.1 200 OK\r\n" + self._cookie + length + b"\r\n" + BODY)
                await writer.drain()
                if self._closes:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def ask(line: Straight, url: str) -> bytes:
    response = await line.get(url, {"Accept": "application/json"})
    assert isinstance(response.stream, httpx.AsyncByteStream)
    body = b"".join([chunk async for chunk in response.stream])
    await response.aclose()
    return body


async def test_questions_share_a_connection_say_where_they_go_and_bring_cookies_back() -> None:
    async with Host(cookie=True).listening() as host:
        line = Straight(TLS, TIMEOUT)
        for _ in range(3):
            assert await ask(line, f"{host.url}/tasks/a%20b?x=%3A") == BODY
        await line.aclose()
    (questions,) = host.heard
    assert len(questions) == 3
    assert questions[0].startswith(b"GET /v1/tasks/a%20b?x=%3A HTTP/1.1\r\n")
    assert f"\r\nHost: {host.url[7:].removesuffix('/v1')}\r\n".encode() in questions[0]
    said = [b"\r\nCookie: a=b\r\n" in question for question in questions]
    assert said == [False, True, True]


async def test_a_connection_that_was_closed_is_opened_anew() -> None:
    async with Host(closes=True).listening() as host:
        line = Straight(TLS, TIMEOUT)
        for _ in range(3):
            assert await ask(line, host.url) == BODY
            await asyncio.sleep(0.01)
        await line.aclose()
    assert [len(questions) for questions in host.heard] == [1, 1, 1]


async def test_one_that_was_idle_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(straight, "KEPT_OPEN_S", 0.0)
    assert KEPT_OPEN_S > 0
    async with Host().listening() as host:
        line = Straight(TLS, TIMEOUT)
        for _ in range(2):
            assert await ask(line, host.url) == BODY
            await asyncio.sleep(0.01)
        await line.aclose()
    assert len(host.heard) == 2


async def test_a_body_that_is_left_alone_does_not_reach_the_next_question() -> None:
    async with Host().listening() as host:
        line = Straight(TLS, TIMEOUT)
        response = await line.get(host.url, {})
        await response.aclose()
        assert await ask(line, host.url) == BODY
        await line.aclose()
    assert len(host.heard) == 2


async def test_a_question_that_was_given_up_leaves_the_line_usable() -> None:
    async with Host().listening() as host:
        line = Straight(TLS, TIMEOUT)
        given_up = asyncio.create_task(ask(line, host.url))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
        assert await ask(line, host.url) == BODY
        await line.aclose()


@pytest.mark.parametrize(
    "kind",
    [
        *(httpcore.ConnectTimeout, httpcore.ReadTimeout, httpcore.ConnectError),
        *(httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError),
        *(httpcore.LocalProtocolError, httpcore.UnsupportedProtocol),
    ],
)
async def test_an_error_has_its_name_of_one_layer_above(
    monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    async def fail(*_: object) -> None:
        raise kind("why")

    monkeypatch.setattr(httpcore.AsyncHTTPConnection, "handle_async_request", fail)
    with pytest.raises(getattr(httpx, kind.__name__), match="why") as caught:
        await Straight(TLS, TIMEOUT).get("http://127.0.0.1:1/", {})
    assert isinstance(caught.value.__cause__, kind)


async def test_no_address_is_an_error_of_httpx() -> None:
    with pytest.raises(httpx.InvalidURL):
        await Straight(TLS, TIMEOUT).get("http://[::1/", {})


@pytest.mark.parametrize(
    ("base_url", "proxy", "kind"),
    [
        ("https://gw.example/v1", "", Straight),
        ("https://gw.example/v1", "http://127.0.0.1:1", Through),
        ("http://127.0.0.1:5/v1", "http://127.0.0.1:1", Straight),
    ],
)
async def test_a_proxy_of_the_environment_is_gone_through_but_not_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, base_url: str, proxy: str, kind: type[object]
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    if proxy:
        monkeypatch.setenv("ALL_PROXY", proxy)
    assert trouble.names_proxy() == bool(proxy)
    async with (
        GatewayClient(name="g", base_url=base_url, key="k", tls=TLS) as client,
        client._lines.one() as line,
    ):
        assert isinstance(line, kind)
