"""Every fault, seen from a client; and the registry of orders."""

from __future__ import annotations

import gzip
import json
import zlib

import httpx
import pytest

from vidu_tui.sandbox.faults import ANY_FILE, ANY_TASK, HTML_PAGE, Fault, Faults
from vidu_tui.sandbox.scenario import DEMO_TASKS
from vidu_tui.sandbox.server import Sandbox

HERO = DEMO_TASKS[0].id
CONTENT = bytes(range(256)) * 40
NAME = "own.mp4"


def ask(client: httpx.Client, sandbox: Sandbox) -> httpx.Response:
    headers = {"authorization": f"Bearer {sandbox.key}"}
    return client.get(f"{sandbox.base_url}/tasks/{HERO}/creations", headers=headers)


def fetch(
    client: httpx.Client, sandbox: Sandbox, fault: Fault, **headers: str
) -> tuple[httpx.Response, bytes, bool]:
    """Return the answer, the raw bytes that came and whether they ended as announced."""
    sandbox.files.put(NAME, CONTENT)
    sandbox.faults.put(NAME, fault, times=1)
    got, is_whole = b"", True
    with client.stream("GET", f"{sandbox.origin}/open/{NAME}", headers=headers) as answer:
        try:
            for piece in answer.iter_raw():
                got += piece
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout):
            is_whole = False
    return answer, got, is_whole


def test_orders_are_taken_in_turn_and_the_lasting_one_stays_until_another_comes() -> None:
    faults = Faults()
    one, two, three = Fault(status=500), Fault(status=502), Fault(status=503)
    faults.put("t", one, times=1)
    faults.put("t", two)
    assert [faults.take("t") for _ in range(3)] == [one, two, two]
    faults.put("t", three, times=2)
    assert [faults.take("t") for _ in range(3)] == [three, three, None]


def test_a_target_goes_before_any_and_orders_can_be_taken_back() -> None:
    faults = Faults()
    own, common = Fault(status=500), Fault(status=502)
    faults.put(ANY_TASK, common)
    faults.put("t", own)
    assert faults.take("t", ANY_TASK) is own
    assert faults.take("u", ANY_TASK) is common
    faults.clear("t")
    assert faults.take("t", ANY_TASK) is common
    faults.clear()
    assert faults.take("t", ANY_TASK) is None


def test_a_canned_answer_comes_as_often_as_ordered(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.answer(HERO, 429, headers={"Retry-After": "7"}, times=2)
    first, second, third = (ask(client, sandbox) for _ in range(3))
    assert (first.status_code, first.content, first.headers["retry-after"]) == (429, b"", "7")
    assert "content-type" not in first.headers
    assert [second.status_code, third.status_code] == [429, 200]


def test_a_canned_answer_is_a_page_json_or_bytes(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.answer(HERO, 502, HTML_PAGE.decode(), times=1)
    sandbox.faults.answer(HERO, 200, {"state": "weird"}, times=1)
    sandbox.faults.answer(HERO, 200, b"\xff", {"Content-Type": "application/json"}, times=1)
    page, weird, broken = (ask(client, sandbox) for _ in range(3))
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html")
    assert weird.json() == {"state": "weird"}
    assert (broken.content, broken.headers["content-type"]) == (b"\xff", "application/json")


def test_a_fault_of_any_task_strikes_each(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.answer(ANY_TASK, 503)
    assert ask(client, sandbox).status_code == 503


def test_a_connection_can_be_reset_before_the_answer(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.faults.put(HERO, Fault(is_reset=True), times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        ask(client, sandbox)
    assert ask(client, sandbox).status_code == 200


def test_an_answer_can_end_half_way(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.put(HERO, Fault(cut_after=20), times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        ask(client, sandbox)


def test_an_answer_can_be_late(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.put(HERO, Fault(latency_s=5), times=1)
    url = f"{sandbox.base_url}/tasks/{HERO}/creations"
    with pytest.raises(httpx.ReadTimeout):
        client.get(url, timeout=0.05)
    sandbox.latency_s = 5
    with pytest.raises(httpx.ReadTimeout):
        client.get(url, timeout=0.05)


def test_an_answer_can_drip(client: httpx.Client, sandbox: Sandbox) -> None:
    _, got, is_whole = fetch(client, sandbox, Fault(status=200, body=b"drops", drip_s=0.001))
    assert (got, is_whole) == (b"drops", True)
    sandbox.faults.put(HERO, Fault(drip_s=0.01), times=1)
    headers = {"authorization": f"Bearer {sandbox.key}"}
    url = f"{sandbox.base_url}/tasks/{HERO}/creations"
    with client.stream("GET", url, headers=headers) as answer:
        pieces = answer.iter_raw()
        assert all(len(next(pieces)) < 20 for _ in range(3))


def test_an_answer_can_be_endless(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.put(HERO, Fault(is_endless=True), times=1)
    headers = {"authorization": f"Bearer {sandbox.key}"}
    got = 0
    with client.stream(
        "GET", f"{sandbox.base_url}/tasks/{HERO}/creations", headers=headers
    ) as answer:
        assert "content-length" not in answer.headers
        for piece in answer.iter_raw():
            got += len(piece)
            if got > 2_000_000:
                break
    assert got > 2_000_000


def test_an_answer_can_be_gzip_against_the_clients_will(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    fault = Fault(is_gzipped=True)
    answer, got, _ = fetch(client, sandbox, fault, **{"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(got) == CONTENT


def test_an_answer_can_be_a_gzip_bomb(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, is_whole = fetch(client, sandbox, Fault(bomb_bytes=20_000_001))
    assert answer.headers["content-encoding"] == "gzip"
    assert is_whole
    assert len(got) < 100_000
    assert len(zlib.decompress(got, 31)) == 20_000_001


def test_a_redirect_points_elsewhere(client: httpx.Client, sandbox: Sandbox) -> None:
    with Sandbox([], bytes_per_s=0) as other:
        sandbox.faults.redirect(NAME, f"{other.origin}/open/sunset.mp4")
        answer = client.get(f"{sandbox.origin}/open/{NAME}", follow_redirects=True)
        assert [step.status_code for step in answer.history] == [302]
        assert len(other.requests) == 1


@pytest.mark.parametrize("limit", [0, 1, 5_000])
def test_a_file_can_be_cut_after_so_many_bytes(
    client: httpx.Client, sandbox: Sandbox, limit: int
) -> None:
    answer, got, is_whole = fetch(client, sandbox, Fault(cut_after=limit))
    assert (got, is_whole) == (CONTENT[:limit], False)
    assert int(answer.headers["content-length"]) == len(CONTENT)


def test_a_cut_counts_the_bytes_of_a_part(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, is_whole = fetch(client, sandbox, Fault(cut_after=10), range="bytes=100-")
    assert (answer.status_code, got, is_whole) == (206, CONTENT[100:110], False)


def test_a_file_can_stall(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.files.put(NAME, CONTENT)
    sandbox.faults.put(NAME, Fault(stall_after=100))
    with client.stream("GET", f"{sandbox.origin}/open/{NAME}", timeout=0.1) as answer:
        pieces = answer.iter_raw()
        assert next(pieces) == CONTENT[:100]
        with pytest.raises(httpx.ReadTimeout):
            next(pieces)


def test_a_range_can_be_ignored(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, _ = fetch(client, sandbox, Fault(ranges="ignored"), range="bytes=100-")
    assert (answer.status_code, got) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "none"


def test_a_part_can_begin_elsewhere(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, _ = fetch(client, sandbox, Fault(ranges="wrong start"), range="bytes=100-")
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes 50-{len(CONTENT) - 1}/{len(CONTENT)}"
    assert got == CONTENT[50:]


def test_a_part_can_be_of_another_total(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, _ = fetch(client, sandbox, Fault(ranges="wrong total"), range="bytes=100-")
    assert answer.headers["content-range"] == f"bytes 100-{len(CONTENT) - 1}/{len(CONTENT) + 1}"
    assert got == CONTENT[100:]


def test_a_range_can_be_refused(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, _, _ = fetch(client, sandbox, Fault(ranges="refused"), range="bytes=100-")
    assert answer.status_code == 416
    whole, got, _ = fetch(client, sandbox, Fault(ranges="refused"))
    assert (whole.status_code, got) == (200, CONTENT)


@pytest.mark.parametrize(("etag", "told"), [('"other"', '"other"'), ('W/"x"', 'W/"x"'), ("", None)])
def test_another_etag_or_none_can_be_told(
    client: httpx.Client, sandbox: Sandbox, etag: str, told: str | None
) -> None:
    answer, _, _ = fetch(client, sandbox, Fault(etag=etag), range="bytes=100-")
    assert (answer.status_code, answer.headers.get("etag")) == (206, told)


def test_a_longer_length_is_not_met(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, is_whole = fetch(client, sandbox, Fault(length=len(CONTENT) + 1))
    assert (got, is_whole) == (CONTENT, False)
    assert int(answer.headers["content-length"]) == len(CONTENT) + 1


def test_a_shorter_length_cuts_the_file_in_silence(client: httpx.Client, sandbox: Sandbox) -> None:
    _, got, is_whole = fetch(client, sandbox, Fault(length=77))
    assert (got, is_whole) == (CONTENT[:77], True)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", HTML_PAGE),
        ("application/json", json.dumps({"error": "no"}).encode()),
        ("application/xml", b'<?xml version="1.0"?><Error/>'),
    ],
)
def test_a_page_can_come_in_place_of_the_file(
    client: httpx.Client, sandbox: Sandbox, kind: str, body: bytes
) -> None:
    sandbox.faults.answer(NAME, 200, body, {"content-type": kind})
    answer = client.get(f"{sandbox.origin}/open/{NAME}")
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == kind


def test_a_good_link_can_count_as_expired(client: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.faults.put(ANY_FILE, Fault(is_expired=True), times=1)
    url = sandbox.sign("/files/sunset.mp4", 60)
    answer = client.get(url)
    assert answer.status_code == 403
    assert "Request has expired" in answer.text
    assert client.get(url).status_code == 200


def test_headers_can_be_replaced_and_taken_away(client: httpx.Client, sandbox: Sandbox) -> None:
    fault = Fault(headers=(("content-type", ""), ("date", "never"), ("x-own", "1")))
    answer, got, _ = fetch(client, sandbox, fault)
    assert got == CONTENT
    assert "content-type" not in answer.headers
    assert (answer.headers["date"], answer.headers["x-own"]) == ("never", "1")


def test_a_length_can_be_left_unsaid(client: httpx.Client, sandbox: Sandbox) -> None:
    answer, got, is_whole = fetch(client, sandbox, Fault(headers=(("content-length", ""),)))
    assert (got, is_whole) == (CONTENT, True)
    assert answer.headers["transfer-encoding"] == "chunked"
