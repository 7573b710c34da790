"""Each fault on the way to an answer has a class and a sentence of its own, over real sockets."""

import contextlib
import functools
import gzip
import socket
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest

from tests.gateway.conftest import KEY
from tests.gateway.hosts import answer, say, secure, trusting, tunnel
from tests.gateway.mishaps import (
    ID,
    PASSWORD,
    Arrange,
    Scene,
    deaf_host,
    deaf_proxy,
    hosted,
    proxied,
    sandboxed,
    shown,
    unknown_name,
)
from vidu_tui.core.errors import (
    BrokenOff,
    GatewayError,
    KeyRefused,
    NoAnswer,
    NoConnection,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import TaskState
from vidu_tui.gateway.client import GatewayClient, Limits
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.faults import HTML_PAGE, Fault

PATIENT = Limits(connect_s=5, read_s=5, whole_s=10, answer_bytes=100_000)
HASTY = PATIENT._replace(read_s=0.4)
BRIEF = PATIENT._replace(whole_s=0.4)
ECHO = KEY.encode()
"""What the other side says, whoever it is, repeats the key wherever it can."""
PAGE = b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n<html>%s</html>" % ECHO
NO_HTTP = b"%s is neither a status nor a head\r\n\r\n" % ECHO
FORBIDDEN = b"HTTP/1.1 403 Forbidden %s\r\nContent-Length: 0\r\n\r\n" % ECHO
LOGIN = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with contextlib.ExitStack() as stack:
        yield Scene(monkeypatch, stack)


class Row(NamedTuple):
    """One fault: how to bring it about, and what it is called."""

    name: str
    kind: type[GatewayError]
    sentence: str
    arrange: Arrange
    limits: Limits = PATIENT


def off(words: str, host: str = "127.0.0.1") -> str:
    return f"No connection to {host} ({words})."


far = functools.partial(off, host="gateway.example")
tunnelled = tunnel(secure("elsewhere", answer))
ROWS: Final = (
    Row("dns failure", NoConnection, far("name not found"), unknown_name),
    Row("refused", NoConnection, off("refused"), deaf_host),
    Row("self-signed", NoConnection, off("its certificate is self-signed"), shown("stranger")),
    Row("expired", NoConnection, off("its certificate has expired"), shown("expired")),
    Row("wrong host", NoConnection, off("its certificate is for another host"), shown("elsewhere")),
    Row(
        "no TLS at all",
        NoConnection,
        off("no secure connection"),
        hosted("https", lambda c: c.sendall(FORBIDDEN), secure("localhost", answer)),
    ),
    Row(
        "proxy refuses",
        NoConnection,
        far("the proxy refused"),
        proxied("https", say(FORBIDDEN), tunnelled),
    ),
    Row(
        "proxy wants a login",
        NoConnection,
        far("the proxy wants a login"),
        proxied("https", say(LOGIN), tunnelled),
    ),
    Row("proxy away", NoConnection, far("the proxy cannot be reached"), deaf_proxy),
    Row(
        "page of a proxy",
        ServerTrouble,
        "theturbo answered 403 with a page, not with an answer.",
        proxied("http", say(PAGE), answer),
    ),
    Row(
        "captive portal",
        UnusableAnswer,
        "A web page came instead of an answer: does this network want a login?",
        sandboxed(status=200, body=HTML_PAGE + ECHO),
    ),
    Row(
        "portal elsewhere",
        UnusableAnswer,
        "theturbo sends us to another place; the key was not sent there."
        " Does this network want a login?",
        sandboxed(status=302, headers=(("location", f"http://portal.example/{KEY}"),)),
    ),
    Row(
        "redirect to no address",
        UnusableAnswer,
        "theturbo sends us to an address that is none.",
        sandboxed(status=302, headers=(("location", f"http://[::{KEY}"),)),
    ),
    Row(
        "reset",
        NoAnswer,
        "theturbo reset the connection before its answer was whole.",
        sandboxed(is_reset=True),
    ),
    Row(
        "closed",
        NoAnswer,
        "theturbo closed the connection without an answer.",
        hosted("http", say(b""), answer),
    ),
    Row(
        "no HTTP",
        NoAnswer,
        "theturbo answered in something that is not HTTP.",
        hosted("http", say(NO_HTTP), answer),
    ),
    Row(
        "half a body",
        NoAnswer,
        "theturbo broke off in the middle of its answer.",
        sandboxed(cut_after=20),
    ),
    Row(
        "hang",
        NoAnswer,
        "theturbo did not answer within 0.4 s.",
        sandboxed(is_silent=True),
        HASTY,
    ),
    Row(
        "stall",
        NoAnswer,
        "theturbo fell silent for 0.4 s in the middle of its answer.",
        sandboxed(stall_after=10),
        HASTY,
    ),
    Row(
        "drip",
        NoAnswer,
        "theturbo began to answer but did not finish within 0.4 s.",
        sandboxed(drip_s=0.02),
        BRIEF,
    ),
    Row(
        "endless body",
        UnusableAnswer,
        "theturbo had not ended its answer after 100 kB; that is no task.",
        sandboxed(is_endless=True),
    ),
    Row(
        "gzip bomb",
        UnusableAnswer,
        "theturbo packed more than 100 kB into its answer; that is no task.",
        sandboxed(bomb_bytes=50_000_000),
    ),
    Row(
        "over the bound",
        UnusableAnswer,
        "theturbo answered with more than 100 kB; that is no task.",
        sandboxed(status=200, body=b" " * 100_001),
    ),
    Row(
        "damaged gzip",
        UnusableAnswer,
        "theturbo answered with a packed body that is damaged.",
        sandboxed(status=200, body=ECHO, headers=(("content-encoding", "gzip"),)),
    ),
    Row(
        "foreign encoding",
        UnusableAnswer,
        "theturbo answered in an encoding that nobody asked for.",
        sandboxed(status=200, body=ECHO, headers=(("content-encoding", "br"),)),
    ),
    Row(
        "broken JSON",
        UnusableAnswer,
        "theturbo answered with broken JSON.",
        sandboxed(status=200, body=b'{"state":"succ' + ECHO),
    ),
    Row(
        "no JSON",
        UnusableAnswer,
        "theturbo answered with something that cannot be read.",
        sandboxed(status=200, body=b"\xff\xfe" + ECHO),
    ),
    Row("empty body", UnusableAnswer, "theturbo answered with nothing.", sandboxed(status=200)),
    Row(
        "array at the root",
        UnusableAnswer,
        "theturbo answered a list, not a task.",
        sandboxed(status=200, body=b'["%s"]' % ECHO),
    ),
    Row(
        "value at the root",
        UnusableAnswer,
        "theturbo answered a bare value, not a task.",
        sandboxed(status=200, body=b'"%s"' % ECHO),
    ),
    Row(
        "no state",
        UnusableAnswer,
        "theturbo answered without a state; the last known one is kept.",
        sandboxed(status=200, body=b"{}"),
    ),
    Row(
        "key refused",
        KeyRefused,
        "theturbo refused the key (401): polling stopped, downloads go on.",
        sandboxed(status=401),
    ),
    Row(
        "unknown",
        TaskUnknown,
        "theturbo does not know this id: a typing slip, or another gateway's?",
        sandboxed(status=404),
    ),
    Row("many requests", RateLimited, "theturbo wants fewer requests.", sandboxed(status=429)),
    Row(
        "bad gateway",
        ServerTrouble,
        "theturbo answered 502 Bad Gateway.",
        sandboxed(status=502, body=HTML_PAGE + ECHO),
    ),
)


def client_of(base_url: str, limits: Limits = PATIENT) -> GatewayClient:
    tls = trusting("localhost", "expired", "elsewhere")
    return GatewayClient(name="theturbo", base_url=base_url, key=KEY, tls=tls, limits=limits)


async def error_of(client: GatewayClient) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await client.fetch(ID)
    told = str(caught.value) + repr(caught.value)
    assert KEY not in told
    assert PASSWORD not in told
    return caught.value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_fault_has_its_class_and_its_sentence_and_the_next_answer_is_good(
    scene: Scene, row: Row
) -> None:
    async with client_of(row.arrange(scene), row.limits) as client:
        error = await error_of(client)
        assert (type(error), str(error)) == (row.kind, row.sentence)
        scene.mend()
        assert (await client.fetch(ID)).task.state is TaskState.SUCCESS


def test_no_two_faults_share_a_sentence() -> None:
    assert len({row.sentence for row in ROWS}) == len(ROWS)
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_sentence_is_short_and_calm(row: Row) -> None:
    assert len(row.sentence) <= 100
    assert row.sentence[-1] in ".?"
    assert "!" not in row.sentence
    assert not {"oops", "please", "error"} & set(row.sentence.lower().split())
    assert len(row.kind.cell) <= 18


@pytest.mark.parametrize("raw", [LOGIN, LOGIN.replace(b": 0", b": 2") + b"{}"])
async def test_a_proxy_that_wants_a_login_says_so_to_a_plain_question_too(
    scene: Scene, raw: bytes
) -> None:
    act = say(raw.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
    async with client_of(proxied("http", act, answer)(scene)) as client:
        error = await error_of(client)
        assert (type(error), str(error)) == (NoConnection, far("the proxy wants a login"))
        await client.fetch(ID)


async def test_a_gateway_that_is_spared_the_proxy_is_itself_to_blame(scene: Scene) -> None:
    deaf_proxy(scene)
    scene.monkeypatch.setenv("NO_PROXY", "gateway.example")
    base_url = unknown_name(scene)
    async with client_of(base_url) as client:
        assert str(await error_of(client)) == far("name not found")


def test_a_download_blames_the_proxy_too(scene: Scene, order: Order) -> None:
    deaf_proxy(scene)
    files = FileClient(tls=trusting())
    with pytest.raises(BrokenOff, match="the proxy cannot be reached"):
        files.fetch(Order("http://f.example/v.mp4", order.target), Watch())
    files.close()


async def test_what_follows_a_packed_answer_is_bounded_too(scene: Scene) -> None:
    sandbox = scene.sandbox()
    headers = (("content-encoding", "gzip"),)
    packed = gzip.compress(b'{"state":"created"}')
    sandbox.faults.put(ID, Fault(status=200, body=packed, headers=headers, is_endless=True))
    async with client_of(sandbox.base_url) as client:
        assert "had not ended its answer after 100 kB" in str(await error_of(client))


async def test_an_announced_length_over_the_bound_is_left_unread(scene: Scene) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"
    read_on: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(head)
        read_on.append(connection.recv(1))

    async with client_of(hosted("http", serve, answer)(scene)) as client:
        assert "more than 100 kB" in str(await error_of(client))
        await client.fetch(ID)
    assert read_on == [b""]
