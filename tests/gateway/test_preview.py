"""A cover over the wire: bounded in size and time, with the key where a file would have it."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.gateway.conftest import KEY, TLS
from vidu_tui.core.errors import BrokenOff, FileRefused, NotTheFile
from vidu_tui.gateway import preview
from vidu_tui.gateway.filehost import FileHost, Lines
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox

BASE = "https://gw.example/v1/vidu"
OWN = "https://gw.example/covers/a.jpeg"
ELSEWHERE = "https://files.example.com/a.jpeg?Expires=1&Signature=s"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 2000
Reply = Callable[[httpx.Request], httpx.Response]


def fetch(reply: Reply, url: str = ELSEWHERE) -> tuple[bytes, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(request)

    rule = KeyRule(f"Bearer {KEY}", BASE)
    client = FileClient({"g": rule}, tls=TLS, transport=httpx.MockTransport(answer))
    try:
        return client.picture("g", url), seen
    finally:
        client.close()


def picture(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=JPEG)


def test_a_cover_of_the_gateways_own_gets_the_key_and_one_elsewhere_none() -> None:
    data, (own,) = fetch(picture, OWN)
    assert data == JPEG
    assert own.headers["authorization"] == f"Bearer {KEY}"
    _, (other,) = fetch(picture)
    assert "authorization" not in other.headers


def test_a_cover_comes_over_a_real_socket(files: FileClient, sandbox: Sandbox) -> None:
    sandbox.files.put("own.cover.jpeg", JPEG)
    assert files.picture("g", f"{sandbox.origin}/keyed/own.cover.jpeg") == JPEG
    assert [seen.authorization for seen in sandbox.requests] == [f"Bearer {KEY}"]


def test_a_redirect_elsewhere_takes_no_key_along() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if request.url.host == "gw.example":
            return httpx.Response(302, headers={"location": ELSEWHERE})
        return picture(request)

    _, (_, second) = fetch(away, OWN)
    assert "authorization" not in second.headers


@pytest.mark.parametrize("is_announced", [True, False])
def test_more_than_the_bound_is_not_taken(
    monkeypatch: pytest.MonkeyPatch, is_announced: bool
) -> None:
    monkeypatch.setattr(preview, "MOST_BYTES", 1000)

    def long(_: httpx.Request) -> httpx.Response:
        chunks: Iterator[bytes] = iter([JPEG[:900], JPEG[900:]])
        return httpx.Response(200, content=JPEG if is_announced else chunks)

    with pytest.raises(NotTheFile, match="more than"):
        fetch(long)


def test_a_host_that_drips_is_left_alone() -> None:
    def drip(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=iter([b"\xff\xd8\xff" + b"\0" * 70_000] * 9))

    times = iter(range(0, 1000, 9))
    client = httpx.Client(transport=httpx.MockTransport(drip), trust_env=False, verify=TLS)
    host = FileHost(Lines(client, client), ELSEWHERE, KeyRule())
    with client, pytest.raises(BrokenOff, match="too long"):
        preview.picture(host, lambda: next(times))


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"", b"\0\0\0\x18ftypmp42" + b"\0" * 99])
def test_what_is_no_picture_is_refused(body: bytes) -> None:
    with pytest.raises(NotTheFile):
        fetch(lambda _: httpx.Response(200, content=body))


def test_a_refusal_is_told_as_one() -> None:
    with pytest.raises(FileRefused):
        fetch(lambda _: httpx.Response(403, content=b"<Error>expired</Error>"))
