"""Who gets the key for a file, and what becomes of redirects and of odd links."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.gateway.conftest import KEY, MP4, NAME, TLS
from vidu_tui.core.errors import BrokenOff, FileRefused, NotTheFile, TransferError
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox

BEARER = f"Bearer {KEY}"
BASE = "https://gw.example/v1/vidu"
RULE = KeyRule(BEARER, BASE, ("files.example", "*.cdn.example"))
Reply = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def other() -> Iterator[Sandbox]:
    with Sandbox([], key=KEY, bytes_per_s=0) as running:
        running.files.put(NAME, MP4)
        yield running


def fetch(reply: Reply, url: str, target: Path, rule: KeyRule = RULE) -> list[httpx.Request]:
    """Fetch from hosts that no socket leads to; give the requests they saw."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return reply(request)

    client = FileClient({"g": rule}, tls=TLS, transport=httpx.MockTransport(answer))
    try:
        client.fetch(Order(url, str(target), gateway="g"), Watch())
    finally:
        client.close()
    return seen


def film(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=MP4)


def test_the_gateways_own_origin_gets_the_key(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    files.fetch(order._replace(url=f"{sandbox.origin}/keyed/{NAME}"), Watch())
    assert [s.authorization for s in sandbox.requests] == [BEARER]
    assert target.read_bytes() == MP4


def test_another_origin_gets_no_key(files: FileClient, order: Order, other: Sandbox) -> None:
    files.fetch(order._replace(url=f"{other.origin}/open/{NAME}"), Watch())
    assert [s.authorization for s in other.requests] == [None]


def test_an_unsigned_link_that_answers_401_elsewhere_says_how_to_send_the_key(
    files: FileClient, order: Order, other: Sandbox, target: Path
) -> None:
    with pytest.raises(FileRefused) as caught:
        files.fetch(order._replace(url=f"{other.origin}/keyed/{NAME}"), Watch())
    error = caught.value
    assert str(error) == (
        "127.0.0.1 refuses this file without a key; name it in file_hosts to send yours."
    )
    assert (error.wants_key, error.status) == (True, 401)
    assert [s.authorization for s in other.requests] == [None]
    assert list(target.parent.iterdir()) == []


def test_a_host_in_file_hosts_gets_the_key_over_https(target: Path) -> None:
    for url in ("https://files.example/v.mp4", "https://a.b.CDN.example:8443/v.mp4"):
        [request] = fetch(film, url, target)
        assert request.headers["authorization"] == BEARER
        target.unlink()


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/v.mp4",
        "https://files.example/v.mp4?x=1",
        "https://files.example/v.mp4?",
        "https://cdn.example/v.mp4",
        "https://badcdn.example/v.mp4",
        "https://files.example.evil.example/v.mp4",
        "https://files.example@evil.example/v.mp4",
        "https://gw.example:8443/v.mp4",
        "http://gw.example/v.mp4",
    ],
)
def test_any_other_link_goes_without_the_key(target: Path, url: str) -> None:
    [request] = fetch(film, url, target)
    # A link's own user and password go as Basic, as every client sends them.
    assert request.headers.get("authorization", "Basic").startswith("Basic")


def test_a_signed_link_goes_without_the_key_even_to_our_own_origin(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    files.fetch(order._replace(url=sandbox.sign(f"/files/{NAME}", 60)), Watch())
    assert [s.authorization for s in sandbox.requests] == [None]
    assert target.read_bytes() == MP4


def test_our_own_origin_gets_the_key_for_a_signed_link_once_it_asks(target: Path) -> None:
    def wants_key(request: httpx.Request) -> httpx.Response:
        return film(request) if "authorization" in request.headers else httpx.Response(401)

    seen = fetch(wants_key, "https://gw.example/v.mp4?token=1", target)
    assert [r.headers.get("authorization") for r in seen] == [None, BEARER]


def test_an_expired_link_is_refused_in_the_hosts_words_and_worth_a_fresh_one(
    files: FileClient, order: Order, sandbox: Sandbox
) -> None:
    url = sandbox.signer.sign(f"/files/{NAME}", 60, sandbox.now() - 3600)
    with pytest.raises(FileRefused, match="Request has expired") as caught:
        files.fetch(order._replace(url=sandbox.origin + url), Watch())
    assert (caught.value.status, caught.value.wants_key) == (403, False)
    assert "X-Amz" not in str(caught.value)


def test_a_redirect_to_another_origin_goes_without_the_key(
    files: FileClient, order: Order, sandbox: Sandbox, other: Sandbox, target: Path
) -> None:
    sandbox.faults.redirect("way.mp4", f"{other.origin}/open/{NAME}")
    files.fetch(order._replace(url=f"{sandbox.origin}/keyed/way.mp4"), Watch())
    assert [s.authorization for s in sandbox.requests] == [BEARER]
    assert [s.authorization for s in other.requests] == [None]
    assert target.read_bytes() == MP4


def test_a_redirect_within_our_own_origin_keeps_the_key(
    files: FileClient, order: Order, sandbox: Sandbox
) -> None:
    sandbox.faults.redirect("way.mp4", f"/keyed/{NAME}")
    files.fetch(order._replace(url=f"{sandbox.origin}/keyed/way.mp4"), Watch())
    assert [s.authorization for s in sandbox.requests] == [BEARER, BEARER]


def test_a_redirect_away_and_back_does_not_bring_the_key_back(
    files: FileClient, order: Order, sandbox: Sandbox, other: Sandbox
) -> None:
    sandbox.faults.redirect("way.mp4", f"{other.origin}/open/way.mp4")
    other.faults.redirect("way.mp4", f"{sandbox.origin}/keyed/{NAME}")
    with pytest.raises(FileRefused, match="401") as caught:
        files.fetch(order._replace(url=f"{sandbox.origin}/keyed/way.mp4"), Watch())
    # The first hop had the key and led away; asked again it leads away again.
    assert [s.authorization for s in other.requests] in ([None], [None, None])
    assert KEY not in str(caught.value)


def test_a_redirect_to_a_named_host_goes_without_the_key(target: Path) -> None:
    def away(request: httpx.Request) -> httpx.Response:
        if request.url.host == "gw.example":
            return httpx.Response(302, headers={"location": "https://files.example/v.mp4"})
        return film(request)

    seen = fetch(away, "https://gw.example/v.mp4", target)
    assert [r.headers.get("authorization") for r in seen] == [BEARER, None]


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
def test_a_redirect_never_leads_from_https_to_http(target: Path, scheme: str) -> None:
    def down(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://h.example/v.mp4"})

    with pytest.raises(FileRefused, match="not safe"):
        fetch(down, f"{scheme}://h.example/v.mp4", target)
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("location", ["ftp://h/x", "file:///etc/passwd", "https://", "//"])
def test_a_redirect_to_nowhere_is_refused(target: Path, location: str) -> None:
    def nowhere(_: httpx.Request) -> httpx.Response:
        return httpx.Response(307, headers={"location": location})

    with pytest.raises(TransferError):
        fetch(nowhere, "https://h.example/v.mp4", target)


@pytest.mark.parametrize(("hops", "is_fine"), [(5, True), (6, False)])
def test_five_redirects_are_followed_and_no_more(
    files: FileClient, order: Order, sandbox: Sandbox, hops: int, is_fine: bool
) -> None:
    for hop in range(hops):
        place = f"/open/{hop + 1}.mp4" if hop < hops - 1 else f"/open/{NAME}"
        sandbox.faults.redirect(f"{hop}.mp4", place)
    begun = order._replace(url=f"{sandbox.origin}/open/0.mp4")
    if is_fine:
        files.fetch(begun, Watch())
    else:
        with pytest.raises(FileRefused, match="circle"):
            files.fetch(begun, Watch())


@pytest.mark.parametrize(
    "tail",
    [
        "/a/../b/./v.mp4?t=13%253A48%253A31Z&s=%2f%2F+%20~'()*!|{}^`",
        '/v.mp4?q="<>"&e=%zz&p=%',
        "/a//b%2F?",
        "/v.mp4?a?b/c:d@e",
    ],
)
def test_a_link_is_sent_byte_for_byte(
    files: FileClient, order: Order, sandbox: Sandbox, tail: str
) -> None:
    with pytest.raises(FileRefused, match="404"):
        files.fetch(order._replace(url=f"{sandbox.origin}/open{tail}#cut"), Watch())
    seen = sandbox.requests[-1]
    assert f"/open{tail}".rstrip("?") == (f"{seen.path}?{seen.query}" if seen.query else seen.path)


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/\ud800.mp4",
        "https://h\x00.example/v.mp4",
        "https://h.example:99999/v.mp4",
        "https://[::1/v.mp4",
        "https://h.example/\x00",
        "nothing",
    ],
)
def test_an_odd_link_is_one_clear_refusal(target: Path, url: str) -> None:
    with pytest.raises((FileRefused, BrokenOff)):
        fetch(film, url, target)


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines", "\ud800"])
def test_a_key_that_no_header_may_carry_stays_here(target: Path, key: str) -> None:
    rule = replace(RULE, header=f"Bearer {key}")
    [request] = fetch(film, "https://gw.example/v.mp4", target, rule)
    assert "authorization" not in request.headers


def test_a_page_that_echoes_the_key_is_shown_without_it(target: Path) -> None:
    def echo(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"message": f"odd header {BEARER} and {KEY}"})

    def refuse(_: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": f"odd key {KEY}"})

    for reply in (echo, refuse):
        with pytest.raises((NotTheFile, FileRefused)) as caught:
            fetch(reply, "https://gw.example/v.mp4", target)
        assert "odd" in str(caught.value)
        assert KEY not in str(caught.value)


def test_a_changed_key_counts_from_the_next_file_on(
    files: FileClient, order: Order, sandbox: Sandbox
) -> None:
    files.use_key("g", "Bearer other")
    with pytest.raises(FileRefused):
        files.fetch(order._replace(url=f"{sandbox.origin}/keyed/{NAME}"), Watch())
    files.use_key("g", BEARER)
    files.fetch(order._replace(url=f"{sandbox.origin}/keyed/{NAME}"), Watch())


def test_a_gateway_without_a_rule_sends_no_key(
    files: FileClient, order: Order, sandbox: Sandbox
) -> None:
    url = f"{sandbox.origin}/keyed/{NAME}"
    with pytest.raises(FileRefused, match="without a key"):
        files.fetch(order._replace(url=url, gateway="another"), Watch())
    assert sandbox.requests[-1].authorization is None


def test_a_closed_client_breaks_off(files: FileClient, order: Order) -> None:
    files.close()
    with pytest.raises(BrokenOff):
        files.fetch(order, Watch())
