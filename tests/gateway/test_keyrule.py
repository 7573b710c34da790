"""Advice about file_hosts, and a machine of one's own that no proxy hears of."""

import socket
import threading
from collections.abc import Iterator

import pytest

from vidu_tui.core.errors import GatewayError
from vidu_tui.gateway.client import GatewayClient
from vidu_tui.gateway.keyrule import KeyRule

KEY = "vd_geheim_0123456789"


def test_naming_a_host_is_advised_only_for_an_unsigned_link_elsewhere() -> None:
    rule = KeyRule("Bearer k", "https://gw.example/v1")
    assert rule.wants_naming("https://cdn.example/x.mp4")
    assert not rule.wants_naming("https://cdn.example/x.mp4?sig=1")
    assert not rule.wants_naming("https://gw.example/x.mp4")


def test_the_header_is_not_in_the_rule_s_text() -> None:
    assert KEY not in repr(KeyRule(f"Bearer {KEY}"))


@pytest.fixture
def proxy() -> Iterator[tuple[int, list[bytes]]]:
    """Listen as a proxy that remembers what it is told."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                heard.append(connection.recv(4096))

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], heard


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost.", "[0:0:0:0:0:0:0:1]", "LOCALHOST"])
async def test_no_proxy_hears_the_key_of_a_gateway_on_this_machine(
    host: str, proxy: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, heard = proxy
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    monkeypatch.setattr(socket.socket, "connect", _refuse_all_but(port))
    client = GatewayClient(name="g", base_url=f"http://{host}:9/v1", key=KEY)
    async with client:
        with pytest.raises(GatewayError):
            await client.fetch("1")
    assert heard == []


def _refuse_all_but(port: int) -> object:
    connect = socket.socket.connect

    def checked(self: socket.socket, address: tuple[str, int]) -> None:
        if address[1] != port:
            raise ConnectionRefusedError
        connect(self, address)

    return checked
