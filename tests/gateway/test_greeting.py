"""The first answer of a gateway: how fast, by whose certificate, at what time; without the key."""

import time

import pytest

from tests.gateway.hosts import Host, answer, say, secure, trusting
from vidu_tui.core.errors import NoConnection, UnusableAnswer
from vidu_tui.gateway.client import GatewayClient
from vidu_tui.sandbox.server import Sandbox

KEY = "vd_greeting_0123456789"


async def test_a_gateway_is_greeted_without_the_key_and_tells_the_time(sandbox: Sandbox) -> None:
    async with GatewayClient(name="g", base_url=sandbox.base_url, key=KEY) as client:
        greeting = await client.greet()
    assert greeting.took_s > 0
    assert greeting.server_time is not None
    assert abs(greeting.server_time - time.time()) < 60
    assert greeting.issuer == ""
    (seen,) = sandbox.requests
    assert seen.path.endswith("/tasks/0/creations")
    assert "authorization" not in seen.headers


async def test_who_vouches_for_a_gateway_is_named() -> None:
    with Host(secure("localhost", answer)).listen() as host:
        tls = trusting("localhost")
        url = f"https://localhost:{host.port}/v1"
        async with GatewayClient(name="g", base_url=url, key=KEY, tls=tls) as client:
            greeting = await client.greet()
    assert (greeting.issuer, greeting.server_time) == ("localhost", None)


@pytest.mark.parametrize(
    ("head", "error"),
    [
        ("407 Proxy Authentication Required", NoConnection),
        ("302 Found\r\nLocation: https://login.example/", UnusableAnswer),
    ],
)
async def test_a_proxy_or_a_login_page_is_not_the_gateway(
    head: str, error: type[Exception]
) -> None:
    raw = f"HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    with Host(say(raw)).listen() as host:
        url = f"http://127.0.0.1:{host.port}/v1"
        async with GatewayClient(name="g", base_url=url, key=KEY) as client:
            with pytest.raises(error):
                await client.greet()
