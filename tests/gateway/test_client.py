"""One question and its answer, over a real socket against the sandbox."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.gateway.conftest import KEY, TLS
from vidu_tui import __version__
from vidu_tui.core.errors import (
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoConnection,
    QuestionRefused,
    RateLimited,
    ServerTrouble,
    TaskUnknown,
    UnusableAnswer,
)
from vidu_tui.core.task import TaskState
from vidu_tui.gateway.client import GatewayClient, Limits
from vidu_tui.sandbox.faults import HTML_PAGE, Fault
from vidu_tui.sandbox.scenario import SandboxTask
from vidu_tui.sandbox.server import Sandbox

ID = "940119407923630096"


def client_of(sandbox: Sandbox, **others: object) -> GatewayClient:
    return GatewayClient(
        **{"name": "theturbo", "base_url": sandbox.base_url, "key": KEY, "tls": TLS} | others  # type: ignore[arg-type] # a test may replace any of them
    )


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[GatewayClient]:
    async with client_of(sandbox) as client:
        yield client


@pytest.fixture
def other() -> Iterator[Sandbox]:
    with Sandbox(key=KEY, bytes_per_s=0) as running:
        yield running


async def error_of(client: GatewayClient, task_id: str = ID) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await client.fetch(task_id)
    line = str(caught.value)
    assert line.isprintable()
    assert KEY not in line + repr(caught.value)
    return caught.value


async def test_a_question_is_asked_as_documented(client: GatewayClient, sandbox: Sandbox) -> None:
    answer = await client.fetch(ID)
    assert answer.task.state is TaskState.SUCCESS
    assert answer.latency_s > 0
    [seen] = sandbox.requests
    assert (seen.method, seen.path, seen.query) == ("GET", f"/v1/vidu/tasks/{ID}/creations", "")
    assert seen.authorization == f"Bearer {KEY}"
    assert seen.headers["accept"] == "application/json"
    assert seen.accept_encoding == "identity"
    assert seen.user_agent == f"vidu-tui/{__version__}"


@pytest.mark.parametrize(
    ("task_id", "sent"),
    [
        ("gf03:task_y", "gf03%3Atask_y"),
        ("a/../b", "a%2F..%2Fb"),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ("ü 夜", "%C3%BC%20%E5%A4%9C"),
    ],
)
async def test_an_id_is_percent_encoded(
    client: GatewayClient, sandbox: Sandbox, task_id: str, sent: str
) -> None:
    sandbox.add(SandboxTask(id=task_id))
    assert (await client.fetch(task_id)).task.id == task_id
    assert sandbox.requests[-1].path == f"/v1/vidu/tasks/{sent}/creations"


@pytest.mark.parametrize(("auth", "sent"), [("Token", f"Token {KEY}"), ("", KEY)])
async def test_other_schemes_are_sent_as_they_are_set(
    sandbox: Sandbox, auth: str, sent: str
) -> None:
    async with client_of(sandbox, auth=auth, base_url=sandbox.base_url + "/") as client:
        await error_of(client)
    assert sandbox.requests[0].authorization == sent


async def test_without_a_key_nothing_is_sent(sandbox: Sandbox) -> None:
    async with client_of(sandbox, key="") as client:
        assert isinstance(await error_of(client), KeyMissing)
        assert sandbox.requests == []
        client.use_key(KEY)
        await client.fetch(ID)


@pytest.mark.parametrize("key", ["schlüssel-geheim", "geheim\nx: y", "\ud800geheim"])
async def test_a_key_that_no_header_may_carry_is_one_clear_line(sandbox: Sandbox, key: str) -> None:
    async with client_of(sandbox, key=key) as client:
        error = await error_of(client)
    assert "no header may carry" in str(error)
    assert "geheim" not in str(error)
    assert sandbox.requests == []


async def test_another_key_can_be_tried_once(client: GatewayClient) -> None:
    with pytest.raises(KeyRefused):
        await client.fetch(ID, key="wrong")
    await client.fetch(ID)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, b"", KeyRefused),
        (403, b'{"message":"no"}', KeyRefused),
        (403, b"[]", KeyRefused),
        (403, HTML_PAGE, ServerTrouble),
        (403, b"<?xml version='1.0'?><Error/>", ServerTrouble),
        (403, b"", ServerTrouble),
        (404, HTML_PAGE, TaskUnknown),
        (400, b'{"code":"task_not_exist"}', TaskUnknown),
        (400, b'{"reason":"CreditInsufficient"}', QuestionRefused),
        (422, b"\xff\xfe", QuestionRefused),
        (429, b"", RateLimited),
        (408, b"", ServerTrouble),
        (500, b"[" * 5000, ServerTrouble),
        (503, HTML_PAGE, ServerTrouble),
        (200, HTML_PAGE, UnusableAnswer),
        (200, b"\xef\xbb\xbf  <html>", UnusableAnswer),
        (200, b"", UnusableAnswer),
        (204, b"", UnusableAnswer),
        (200, b'{"state":"succ', UnusableAnswer),
        (200, b"[]", UnusableAnswer),
        (200, b'[{"state":"success"}]', UnusableAnswer),
        (200, b"\xff\xfe\x00", UnusableAnswer),
        (200, b"[" * 90_000, UnusableAnswer),
        (304, b"", UnusableAnswer),
        (200, b'{"code":401,"reason":"Unauthorized"}', KeyRefused),
    ],
)
async def test_each_row_of_the_table_of_errors(
    client: GatewayClient, sandbox: Sandbox, status: int, body: bytes, kind: type[GatewayError]
) -> None:
    sandbox.faults.answer(ID, status, body)
    assert type(await error_of(client)) is kind


async def test_a_page_asks_whether_the_network_wants_a_login(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    sandbox.faults.answer(ID, 200, HTML_PAGE)
    error = await error_of(client)
    assert str(error) == ("A web page came instead of an answer: does this network want a login?")
    assert error.cell == "not the gateway"


async def test_an_answer_that_echoes_the_key_is_shown_without_it(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    for status in (200, 400):
        words = f"odd header Bearer {KEY}, {KEY}"
        sandbox.faults.answer(ID, status, {"message": words, "metadata": {"trace_id": KEY}})
        error = await error_of(client)
        assert "odd header" in str(error)
        assert KEY not in error.trace_id


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7),
        ("0", 0),
        ("Sun, 23 Nov 2025 13:49:31 GMT", 60),
        ("Sun, 23 Nov 2025 13:49:31 -0000", 60),
        ("Sun, 23 Nov 2025 13:40:00 GMT", 0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("9" * 30, None),
        ("Sun, 99 Nov 9999999 13:49:31 GMT", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_wait_of_the_server_is_read(
    client: GatewayClient, sandbox: Sandbox, status: int, header: str, wait_s: float | None
) -> None:
    date = "Sun, 23 Nov 2025 13:48:31 GMT"
    sandbox.faults.answer(ID, status, headers={"retry-after": header, "date": date})
    error = await error_of(client)
    assert isinstance(error, RateLimited | ServerTrouble)
    assert error.retry_after_s == wait_s


async def test_a_wait_without_a_date_counts_from_our_own_clock(sandbox: Sandbox) -> None:
    header = {"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT", "date": ""}
    sandbox.faults.answer(ID, 429, headers=header)
    async with client_of(sandbox, now=lambda: 40.0) as client:
        error = await error_of(client)
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 60


async def test_the_bound_is_eight_megabytes_and_a_megabyte_passes(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    assert Limits() == (5.0, 20.0, 30.0, 8_000_000)
    sandbox.faults.answer(ID, 200, {"state": "created", "payload": "x" * 1_048_576})
    assert (await client.fetch(ID)).task.payload_length == 1_048_576


async def test_an_encoded_answer_is_read_all_the_same(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    sandbox.faults.put(ID, Fault(is_gzipped=True), times=1)
    assert (await client.fetch(ID)).task.state is TaskState.SUCCESS
    body = gzip.compress(json.dumps({"state": "created"}).encode())
    for encoding, is_read in (("x-gzip", True), ("br", False), ("gzip, gzip", False)):
        sandbox.faults.answer(ID, 200, body, {"content-encoding": encoding})
        if is_read:
            await client.fetch(ID)
        else:
            assert "encoding that nobody asked for" in str(await error_of(client))
    sandbox.faults.answer(ID, 200, b"no gzip", {"content-encoding": "gzip"})
    assert "packed body that is damaged" in str(await error_of(client))


async def test_a_redirect_within_the_origin_is_followed_with_the_key(
    client: GatewayClient, sandbox: Sandbox
) -> None:
    sandbox.faults.redirect("away", f"/v1/vidu/tasks/{ID}/creations")
    assert (await client.fetch("away")).task.state is TaskState.SUCCESS
    assert [s.authorization for s in sandbox.requests] == [f"Bearer {KEY}"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_not_followed(
    client: GatewayClient, sandbox: Sandbox, other: Sandbox, status: int
) -> None:
    sandbox.faults.redirect(ID, f"{other.base_url}/tasks/{ID}/creations", status)
    error = await error_of(client)
    assert "the key was not sent there" in str(error)
    assert other.requests == []


@pytest.mark.parametrize("location", ["ftp://h/x", "https://", "http://[::1", "//x:99999/"])
async def test_a_redirect_to_nowhere_is_an_error_of_our_own(
    client: GatewayClient, sandbox: Sandbox, location: str
) -> None:
    sandbox.faults.redirect(ID, location)
    await error_of(client)


async def test_a_redirect_in_a_circle_ends(client: GatewayClient, sandbox: Sandbox) -> None:
    sandbox.faults.redirect(ID, f"/v1/vidu/tasks/{ID}/creations")
    assert "in a circle" in str(await error_of(client))
    assert len(sandbox.requests) == 4


async def test_a_gateway_that_does_not_listen_is_no_connection(sandbox: Sandbox) -> None:
    sandbox.stop()
    async with client_of(sandbox) as client:
        error = await error_of(client)
    assert type(error) is NoConnection
    assert str(error) == "No connection to 127.0.0.1 (refused)."


async def test_canned_answers_without_a_socket_are_read_too() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"state": "created"}))
    async with GatewayClient(
        name="g", base_url="https://gw.example/v1", key=KEY, tls=TLS, transport=transport
    ) as client:
        assert (await client.fetch("1")).task.state is TaskState.CREATED
