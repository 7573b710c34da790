"""Begin and end of a sandbox: ports, threads, signals."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from vidu_tui.core.errors import SetupError
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.scenario import DEMO_TASKS
from vidu_tui.sandbox.serve import serve_forever
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.sandbox.wire import WireServer

if TYPE_CHECKING:
    from collections.abc import Callable


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serving_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "sandbox"]


def test_it_takes_connections_before_it_is_started() -> None:
    sandbox = Sandbox()
    try:
        assert is_listening(sandbox.port)
        assert serving_threads() == []
    finally:
        sandbox.stop()
    assert not is_listening(sandbox.port)


def test_a_question_asked_before_the_start_is_answered_after_it(client: httpx.Client) -> None:
    sandbox = Sandbox()
    answers: list[int] = []

    def ask() -> None:
        url = f"{sandbox.base_url}/tasks/{DEMO_TASKS[0].id}/creations"
        answers.append(client.get(url).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    with sandbox:
        asking.join(5)
    assert answers == [401]


def test_stopping_at_once_stopping_twice_and_starting_after_it_do_no_harm() -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.start()
    sandbox.stop()
    sandbox.stop()
    sandbox.start()
    assert serving_threads() == []


@pytest.mark.parametrize(
    "fault",
    [Fault(drip_s=0.01), Fault(stall_after=10), Fault(is_endless=True), Fault(latency_s=60)],
    ids=["drip", "stall", "endless", "late"],
)
def test_it_ends_at_once_while_an_answer_is_under_way(fault: Fault) -> None:
    sandbox = Sandbox()
    sandbox.faults.put("sunset.mp4", fault)
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=5) as connection:
        connection.sendall(b"GET /open/sunset.mp4 HTTP/1.1\r\nHost: x\r\n\r\n")
        sandbox.start()
        if not fault.latency_s:
            assert connection.recv(1)
        else:
            _until(lambda: bool(sandbox.requests))
        stopping = threading.Thread(target=sandbox.stop)
        stopping.start()
        stopping.join(2)
        assert not stopping.is_alive()
    assert serving_threads() == []


def _until(is_so: Callable[[], bool]) -> None:
    """Wait at most a second."""
    bell = threading.Event()
    for _ in range(200):
        if is_so():
            return
        bell.wait(0.005)
    raise AssertionError


def test_a_client_is_cut_off_when_it_ends(client: httpx.Client) -> None:
    sandbox = Sandbox(bytes_per_s=1_000)
    sandbox.start()
    with client.stream("GET", f"{sandbox.origin}/open/sunset.mp4") as answer:
        pieces = answer.iter_raw()
        next(pieces)
        sandbox.stop()
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            list(pieces)


@pytest.mark.parametrize("turns", range(12))
def test_connections_that_are_being_accepted_at_the_end_are_closed(turns: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        callers = [socket.create_connection(address) for _ in range(3)]
        asyncio.run(_serve_for(turns, listener))
        for caller in callers:
            caller.close()
    gc.collect()


async def _serve_for(turns: int, listener: socket.socket) -> None:
    """Serve on a listener with callers in its queue, and end after so many turns of the loop."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def turn(left: int) -> None:
        if left:
            loop.call_soon(turn, left - 1)
        else:
            stopping.set()

    loop.call_soon(turn, turns)
    await WireServer(None, stopping).serve(sockets=[listener])


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with Sandbox() as running, pytest.raises(SetupError) as caught:
        Sandbox(port=running.port)
    assert str(caught.value) == (
        f"the sandbox cannot listen on 127.0.0.1:{running.port} (Address already in use); "
        "name another --port"
    )


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_number_that_is_no_port_is_one_clear_sentence(port: int) -> None:
    with pytest.raises(SetupError, match="not a port"):
        Sandbox(port=port)


def test_a_port_is_free_again_after_the_end() -> None:
    with Sandbox() as first:
        port = first.port
        assert is_listening(port)
    with Sandbox(port=port) as second:
        assert second.port == port


def test_serve_forever_says_a_port_in_use() -> None:
    with Sandbox() as running, pytest.raises(SetupError):
        serve_forever(running.port, io.StringIO())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_cleanly(
    client: httpx.Client, number: signal.Signals
) -> None:
    program = "import sys; from vidu_tui.sandbox.serve import serve_forever;"
    program += "sys.exit(serve_forever(0, sys.stdout))"
    command = [sys.executable, "-X", "dev", "-c", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line.strip())
            if line.startswith("ctrl+c"):
                break
        told = dict(line.split("=", 1) for line in lines if line.startswith("VIDU_"))
        url = f"{told['VIDU_BASE_URL']}/tasks/{DEMO_TASKS[0].id}/creations"
        headers = {"authorization": f"Bearer {told['VIDU_API_KEY']}"}
        assert client.get(url, headers=headers).status_code == 200
        os.kill(running.pid, number)
        rest, trouble = running.communicate(timeout=5)
    assert (running.returncode, rest, trouble) == (0, "", "")
    text = "\n".join(lines)
    assert all(task.id in text and task.label in text for task in DEMO_TASKS)
    assert "curl -H 'Authorization: Bearer " in text
