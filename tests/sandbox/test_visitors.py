"""Spells are ordered by programs on this machine, never by a web page that is open there."""

import httpx
import pytest

from vidu_tui.sandbox.server import Sandbox


def order(sandbox: Sandbox, client: httpx.Client, method: str, headers: dict[str, str]) -> int:
    named = {name: value.format(port=sandbox.port) for name, value in headers.items()}
    path = "/spells/hang" if method == "POST" else "/spells"
    answer = client.request(method, f"{sandbox.origin}{path}", headers=named)
    if answer.status_code == 403:
        assert answer.json()["reason"] == "Forbidden"
        assert "hang" not in answer.text
    return answer.status_code


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://page.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:{port}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "host": "page.example:{port}"},
        {"host": "page.example:{port}"},
        {"host": "127.0.0.1.page.example"},
        {"host": ""},
    ],
    ids=repr,
)
def test_a_web_page_neither_casts_nor_reads_nor_lifts(
    sandbox: Sandbox, client: httpx.Client, method: str, headers: dict[str, str]
) -> None:
    sandbox.spells.cast("502")
    assert order(sandbox, client, method, headers) == 403
    assert [cast.name for cast in sandbox.spells.on()] == ["502"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:{port}"},
        {"host": "LOCALHOST"},
        {"host": "[::1]:{port}"},
        {"sec-fetch-site": "none"},
    ],
    ids=repr,
)
def test_a_program_and_a_typed_address_do(
    sandbox: Sandbox, client: httpx.Client, headers: dict[str, str]
) -> None:
    assert order(sandbox, client, "POST", headers) == 200
    assert [cast.name for cast in sandbox.spells.on()] == ["hang"]
