"""Troubles that are switched on while the sandbox runs: over HTTP, and from Python."""

from __future__ import annotations

import contextlib
import math
import re
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from vidu_tui.core.text import size
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.scenario import DEMO_TASKS, SandboxTask
from vidu_tui.sandbox.serve import _greeting
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.sandbox.spells import SPELLS, Cast, Spells

if TYPE_CHECKING:
    from collections.abc import Iterator

HERO, OTHER = DEMO_TASKS[0].id, DEMO_TASKS[1].id
README = Path(__file__).resolve().parents[2] / "README.md"
NAMES = {
    "429", "429-empty", "502", "401", "unknown", "hang", "drip", "endless", "half", "reset",
    "bomb", "broken-json", "array", "web-page",
}  # fmt: skip


class Hand:
    """A sandbox whose clock is moved by hand, and a person with curl."""

    def __init__(self, sandbox: Sandbox, client: httpx.Client, time_s: list[float]):
        self.sandbox = sandbox
        self._client = client
        self._time_s = time_s

    def wait(self, seconds: float) -> None:
        self._time_s[0] += seconds

    def order(self, method: str, path: str) -> httpx.Response:
        return self._client.request(method, f"{self.sandbox.origin}{path}")

    def ask(self, task_id: str = HERO, timeout_s: float = 5) -> httpx.Response:
        url = f"{self.sandbox.base_url}/tasks/{task_id}/creations"
        headers = {"authorization": f"Bearer {self.sandbox.key}"}
        return self._client.get(url, headers=headers, timeout=timeout_s)


@pytest.fixture
def hand(client: httpx.Client) -> Iterator[Hand]:
    time_s = [1_000.0]
    with Sandbox(bytes_per_s=0, clock=lambda: time_s[0]) as running:
        yield Hand(running, client, time_s)


def test_the_spells_are_those_that_are_promised_and_each_says_what_it_does() -> None:
    assert set(SPELLS) == NAMES
    sentences = [spell.does for spell in SPELLS.values()]
    assert len(set(sentences)) == len(sentences)
    for name, sentence in zip(SPELLS, sentences, strict=True):
        assert quote(name, safe="") == name
        assert re.fullmatch(r"[A-Z][^\n!]{10,78}\.", sentence)


def test_a_spell_ends_by_the_clock_and_another_takes_its_place() -> None:
    time_s = [0.0]
    spells = Spells(lambda: time_s[0])
    spells.cast("502", 30)
    assert spells.on() == [Cast("502", None, 30)]
    spells.cast("429", 5)
    assert spells.on() == [Cast("429", None, 5)]
    time_s[0] = 4.9
    assert spells.fault_of("1") is SPELLS["429"].fault
    time_s[0] = 5
    assert (spells.on(), spells.fault_of("1")) == ([], None)


def test_without_seconds_it_lasts_until_it_is_lifted() -> None:
    time_s = [0.0]
    spells = Spells(lambda: time_s[0])
    spells.cast("hang")
    time_s[0] = 1e9
    assert spells.on() == [Cast("hang", None, None)]
    spells.lift()
    assert spells.on() == []


def test_a_tasks_own_spell_goes_before_the_one_for_all() -> None:
    spells = Spells(lambda: 0.0)
    spells.cast("unknown", 6, "7")
    assert (spells.fault_of("7"), spells.fault_of("8")) == (SPELLS["unknown"].fault, None)
    spells.cast("502")
    assert spells.fault_of("7") is SPELLS["unknown"].fault
    assert spells.fault_of("8") is SPELLS["502"].fault
    assert [cast.task_id for cast in spells.on()] == [None, "7"]


@pytest.mark.parametrize("seconds", [0, -1, math.inf, math.nan])
def test_what_is_no_time_is_refused_and_changes_nothing(seconds: float) -> None:
    spells = Spells(lambda: 0.0)
    with pytest.raises(ValueError, match="not a time"):
        spells.cast("502", seconds)
    with pytest.raises(KeyError):
        spells.cast("503")
    assert spells.on() == []


@pytest.mark.parametrize(
    ("name", "status", "kind", "beginning"),
    [
        ("429", 429, "application/json", b'{"code": 429'),
        ("429-empty", 429, None, b""),
        ("502", 502, "text/html", b"<!doctype html>"),
        ("401", 401, "application/json", b'{"code": 401'),
        ("unknown", 404, "application/json", b'{"code": 404, "reason": "TaskNotFound"'),
        ("broken-json", 200, "application/json", b'{"state":"succ'),
        ("array", 200, "application/json", b"[]"),
        ("web-page", 200, "text/html", b"<!doctype html>"),
    ],
)
def test_an_answer_in_place_of_the_right_one(
    hand: Hand, name: str, status: int, kind: str | None, beginning: bytes
) -> None:
    assert hand.order("POST", f"/spells/{name}?seconds=30").status_code == 200
    answer = hand.ask()
    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert answer.content.startswith(beginning)
    assert answer.headers.get("retry-after") == ("5" if name == "429" else None)
    hand.wait(30)
    assert hand.ask().status_code == 200


def test_a_question_that_hangs_gets_no_byte_until_the_end_and_holds_nothing_up(hand: Hand) -> None:
    hand.sandbox.spells.cast("hang", 30)
    with pytest.raises(httpx.ReadTimeout):
        hand.ask(timeout_s=0.05)
    with socket.create_connection(("127.0.0.1", hand.sandbox.port), timeout=0.1) as line:
        path = f"/v1/vidu/tasks/{HERO}/creations"
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        with pytest.raises(TimeoutError):
            line.recv(1)
        hand.wait(30)
        assert hand.ask().status_code == 200
        stopping = threading.Thread(target=hand.sandbox.stop)
        stopping.start()
        stopping.join(2)
        assert not stopping.is_alive()
        line.settimeout(2)
        with contextlib.suppress(ConnectionResetError):
            assert line.recv(1) == b""


def test_an_answer_that_drips_or_has_no_end(hand: Hand) -> None:
    for name, most in (("drip", 3), ("endless", math.inf)):
        hand.sandbox.spells.cast(name)
        url = f"{hand.sandbox.base_url}/tasks/{HERO}/creations"
        headers = {"authorization": f"Bearer {hand.sandbox.key}"}
        with httpx.stream("GET", url, headers=headers, trust_env=False) as answer:
            pieces = answer.iter_raw()
            assert 0 < len(next(pieces)) <= most
            if name == "endless":
                assert sum(len(next(pieces)) for _ in range(50)) > 100_000
    hand.sandbox.spells.lift()
    assert hand.ask().json()["state"] == "success"


def test_an_answer_that_breaks_off_or_swells(hand: Hand) -> None:
    hand.sandbox.spells.cast("half")
    with pytest.raises(httpx.RemoteProtocolError, match="received 40 bytes"):
        hand.ask()
    hand.sandbox.spells.cast("reset")
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        hand.ask()
    hand.sandbox.spells.cast("bomb")
    assert size(len(hand.ask().content)) == "50 MB"


def test_a_spell_can_strike_one_task_alone(hand: Hand) -> None:
    hand.sandbox.add(SandboxTask(id="gf03:task/y"))
    told = hand.order("POST", f"/spells/unknown?seconds=6&task={quote('gf03:task/y', safe='')}")
    assert told.json() == {"on": [{"name": "unknown", "task": "gf03:task/y", "seconds_left": 6}]}
    assert [hand.ask(t).status_code for t in ("gf03%3Atask%2Fy", HERO)] == [404, 200]
    hand.wait(6)
    assert hand.ask("gf03%3Atask%2Fy").status_code == 200


def test_all_spells_and_what_is_on_can_be_listed_and_lifted_without_a_key(hand: Hand) -> None:
    hand.order("POST", "/spells/502")
    hand.order("POST", f"/spells/drip?seconds=20&task={OTHER}")
    hand.wait(5)
    listed = hand.order("GET", "/spells")
    assert listed.headers["content-type"] == "application/json"
    assert listed.json() == {
        "on": [
            {"name": "502", "task": None, "seconds_left": None},
            {"name": "drip", "task": OTHER, "seconds_left": 15},
        ],
        "spells": {name: spell.does for name, spell in SPELLS.items()},
    }
    assert hand.order("DELETE", "/spells").json() == {"on": []}
    assert [hand.ask(task).status_code for task in (HERO, OTHER)] == [200, 200]


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("POST", "/spells/503", 404, "no such spell; there are 429, 429-empty, 502"),
        ("POST", "/spells/502?seconds=soon", 400, "seconds is a number over 0"),
        ("POST", "/spells/502?seconds=", 400, "seconds is a number over 0"),
        ("POST", "/spells/502?seconds=0", 400, "seconds is a number over 0"),
        ("POST", "/spells/502?seconds=inf", 400, "seconds is a number over 0"),
        ("POST", "/spells/502?second=3", 400, "'second' means nothing here; seconds and task do"),
        ("POST", "/spells", 405, "no such route"),
        ("GET", "/spells/502", 404, "no such route"),
        ("PUT", "/spells/502", 405, "no such route"),
    ],
)
def test_an_order_that_is_none_is_refused_in_a_sentence_and_changes_nothing(
    hand: Hand, method: str, path: str, status: int, words: str
) -> None:
    told = hand.order(method, path)
    assert (told.status_code, told.json()["code"]) == (status, status)
    assert told.json()["message"].startswith(words)
    assert hand.order("GET", "/spells").json()["on"] == []


def test_orders_are_no_questions_and_what_is_struck_is_one(hand: Hand) -> None:
    hand.order("POST", "/spells/502")
    hand.order("GET", "/spells")
    hand.order("POST", "/spells/none")
    assert hand.sandbox.requests == []
    hand.ask()
    hand.order("DELETE", "/spells")
    hand.order("GET", "/spellsx")
    assert [seen.path.rpartition("/")[2] for seen in hand.sandbox.requests] == [
        "creations",
        "spellsx",
    ]


def test_files_come_as_ever_and_what_a_test_ordered_goes_before(hand: Hand) -> None:
    hand.sandbox.spells.cast("502")
    assert hand.order("GET", "/open/sunset.mp4").status_code == 200
    hand.sandbox.faults.put(HERO, Fault(status=418), times=1)
    assert [hand.ask().status_code for _ in range(2)] == [418, 502]


def test_the_greeting_and_the_readme_show_an_order_that_works(hand: Hand) -> None:
    for words in (_greeting(hand.sandbox), README.read_text(encoding="utf-8")):
        (order,) = re.findall(r"curl -X POST 'http://127\.0\.0\.1:\d+(/spells/\S+)'", words)
        assert hand.order("POST", order).json()["on"]
        assert hand.ask().status_code == 502
        hand.order("DELETE", "/spells")
    assert hand.sandbox.origin in _greeting(hand.sandbox)
