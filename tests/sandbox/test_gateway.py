"""The documented endpoint over a real socket."""

from __future__ import annotations

import subprocess
import sys
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from vidu_tui.sandbox.scenario import DEMO_TASKS, Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    import httpx

HERO = DEMO_TASKS[0].id


def ask(client: httpx.Client, sandbox: Sandbox, task_id: str) -> httpx.Response:
    headers = {"authorization": f"{sandbox.scheme} {sandbox.key}"}
    return client.get(f"{sandbox.base_url}/tasks/{task_id}/creations", headers=headers)


def test_a_demo_task_answers_over_the_socket(client: httpx.Client, sandbox: Sandbox) -> None:
    answer = ask(client, sandbox, HERO)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert (body["id"], body["state"], body["progress"]) == (HERO, "success", 100)
    assert body["creations"][0]["url"].startswith(f"{sandbox.origin}/files/dunes.mp4?X-Amz-")


def test_a_date_header_tells_the_servers_time(client: httpx.Client) -> None:
    with Sandbox(now=lambda: 1_789_000_000.0) as sandbox:
        told = parsedate_to_datetime(ask(client, sandbox, HERO).headers["date"])
    assert told.timestamp() == 1_789_000_000


@pytest.mark.parametrize(
    "value", [None, "", "Bearer wrong", "{key}", "Token {key}", "bearer {key}"]
)
def test_without_the_right_bearer_key_the_answer_is_401(
    client: httpx.Client, sandbox: Sandbox, value: str | None
) -> None:
    url = f"{sandbox.base_url}/tasks/{HERO}/creations"
    headers = {} if value is None else {"authorization": value.format(key=sandbox.key)}
    answer = client.get(url, headers=headers)
    assert answer.status_code == 401
    body = answer.json()
    assert (body["code"], body["reason"], body["message"]) == (401, "Unauthorized", "unauthorized")
    assert len(body["metadata"]["trace_id"]) == 32


def test_another_scheme_can_be_wanted(client: httpx.Client) -> None:
    with Sandbox(scheme="Token", key="k") as sandbox:
        assert ask(client, sandbox, HERO).status_code == 200
        sandbox.scheme = "Bearer"
        assert sandbox.requests[-1].authorization == "Token k"


def test_a_key_that_changes_while_it_runs_is_the_one_that_counts(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    old = {"authorization": f"Bearer {sandbox.key}"}
    sandbox.key = "another"
    url = f"{sandbox.base_url}/tasks/{HERO}/creations"
    assert client.get(url, headers=old).status_code == 401
    assert ask(client, sandbox, HERO).status_code == 200


def test_each_sandbox_makes_up_a_key_of_its_own() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.key.startswith("vd-sandbox-")
        assert one.key != other.key
        assert one.origin != other.origin


def test_an_unknown_id_is_404(client: httpx.Client, sandbox: Sandbox) -> None:
    for task_id in ("940000000000000000", "a%2Fb", "0", "%00"):
        answer = ask(client, sandbox, task_id)
        assert (answer.status_code, answer.json()["reason"]) == (404, "TaskNotFound")


def test_other_paths_and_methods_are_refused_in_json(
    client: httpx.Client, sandbox: Sandbox
) -> None:
    assert client.get(f"{sandbox.base_url}/tasks").json()["code"] == 404
    assert client.get(f"{sandbox.origin}/elsewhere/sunset.mp4").json()["code"] == 404
    assert client.post(f"{sandbox.base_url}/tasks/{HERO}/creations").json()["code"] == 405


def test_links_are_signed_anew_at_each_query(client: httpx.Client, sandbox: Sandbox) -> None:
    first, second = (ask(client, sandbox, HERO).json()["creations"][0]["url"] for _ in range(2))
    assert first != second
    assert client.get(first).content == client.get(second).content


def test_time_moves_with_the_clock_and_the_speed(client: httpx.Client) -> None:
    time_s = [100.0]
    task = SandboxTask(id="77", phases=(Phase(0, "queueing"), Phase(30, "success", 100)))
    with Sandbox([task], speed=10, clock=lambda: time_s[0]) as sandbox:
        assert sandbox.elapsed_s() == 0
        assert ask(client, sandbox, "77").json()["state"] == "queueing"
        time_s[0] += 3
        assert sandbox.elapsed_s() == 30
        assert ask(client, sandbox, "77").json()["state"] == "success"


def test_a_task_added_while_it_runs_begins_its_own_time(client: httpx.Client) -> None:
    time_s = [0.0]
    with Sandbox([], clock=lambda: time_s[0]) as sandbox:
        assert ask(client, sandbox, "88").status_code == 404
        time_s[0] = 500
        phases = (Phase(0, "created"), Phase(5, "processing", 40))
        sandbox.add(SandboxTask(id="88", phases=phases))
        assert ask(client, sandbox, "88").json()["state"] == "created"
        time_s[0] = 505
        assert ask(client, sandbox, "88").json()["progress"] == 40
        sandbox.add(SandboxTask(id="88"))
        assert ask(client, sandbox, "88").json()["state"] == "success"
        assert [task.id for task in sandbox.tasks] == ["88"]


def test_what_was_asked_is_remembered(client: httpx.Client, sandbox: Sandbox) -> None:
    headers = {"range": "bytes=3-", "accept-encoding": "identity", "user-agent": "me/1"}
    client.get(f"{sandbox.origin}/open/sunset.mp4?a=%3Ab", headers=headers)
    seen = sandbox.requests[-1]
    assert (seen.method, seen.path, seen.query) == ("GET", "/open/sunset.mp4", "a=%3Ab")
    assert seen.has_query
    assert (seen.authorization, seen.range) == (None, "bytes=3-")
    assert (seen.accept_encoding, seen.user_agent) == ("identity", "me/1")
    assert seen.at_s <= sandbox.clock()
    sandbox.forget_requests()
    assert sandbox.requests == []


def test_importing_the_server_loads_neither_starlette_nor_uvicorn_nor_asyncio() -> None:
    program = (
        "import sys, vidu_tui.sandbox.server, vidu_tui.sandbox.serve;"
        "print({'starlette', 'uvicorn', 'asyncio', 'PIL', 'ssl'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
