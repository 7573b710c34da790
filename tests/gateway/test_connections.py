"""How many connections there are, which is used, and what each question costs beyond itself."""

import asyncio
import ssl
import sys
from collections.abc import Sequence

import httpx
import pytest

from tests.gateway.test_client import ID, client_of
from vidu_tui.gateway import client as client_module
from vidu_tui.gateway.connections import IDLE_S, MAX_CONNECTIONS, Connections
from vidu_tui.gateway.straight import Through
from vidu_tui.sandbox.server import Sandbox


class Made:
    """Clients that were made, and a clock for them."""

    def __init__(self) -> None:
        self.clients: list[httpx.AsyncClient] = []
        self.now = 0.0
        self.connections = Connections(self._make, lambda: self.now)

    def _make(self) -> Through:
        answer = httpx.MockTransport(lambda _: httpx.Response(200))
        self.clients.append(httpx.AsyncClient(transport=answer))
        return Through(self.clients[-1])

    async def use_at_once(self, count: int) -> None:
        """Use so many together."""
        used, everybody = 0, asyncio.Event()

        async def use() -> None:
            nonlocal used
            async with self.connections.one():
                used += 1
                if used == min(count, MAX_CONNECTIONS):
                    everybody.set()
                await everybody.wait()

        await asyncio.gather(*(use() for _ in range(count)))


async def test_questions_one_after_the_other_share_one_connection() -> None:
    made = Made()
    for _ in range(5):
        await made.use_at_once(1)
    assert len(made.clients) == 1
    await made.connections.aclose()


async def test_there_are_never_more_than_sixteen_and_the_rest_wait_their_turn() -> None:
    made = Made()
    await made.use_at_once(60)
    assert len(made.clients) == MAX_CONNECTIONS == 16
    await made.connections.aclose()
    assert all(client.is_closed for client in made.clients)


async def test_what_is_not_used_for_a_minute_is_closed_and_the_one_in_use_stays() -> None:
    made = Made()
    await made.use_at_once(3)
    for _ in range(4):
        made.now += IDLE_S / 3
        await made.use_at_once(1)
    assert [client.is_closed for client in made.clients].count(False) == 1
    await made.use_at_once(3)
    assert len(made.clients) == 5
    await made.connections.aclose()


async def test_others_lend_while_an_old_connection_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, goes_on = Made(), asyncio.Event()
    await made.use_at_once(2)
    made.now += 2 * IDLE_S
    close = httpx.AsyncClient.aclose

    async def slowly(self: httpx.AsyncClient) -> None:
        await goes_on.wait()
        await close(self)

    monkeypatch.setattr(httpx.AsyncClient, "aclose", slowly)
    first = asyncio.create_task(made.use_at_once(1))
    for _ in range(5):
        await asyncio.sleep(0)
    async with made.connections.one():
        goes_on.set()
        await first
    await made.connections.aclose()
    assert all(client.is_closed for client in made.clients)


async def test_what_comes_back_after_the_end_is_closed() -> None:
    made = Made()
    async with made.connections.one():
        await made.connections.aclose()
    assert all(client.is_closed for client in made.clients)


async def test_a_line_of_a_question_that_failed_is_closed_and_makes_room_for_another() -> None:
    made = Made()
    for _ in range(2 * MAX_CONNECTIONS):
        with pytest.raises(ZeroDivisionError):
            async with made.connections.one():
                raise ZeroDivisionError
    assert all(client.is_closed for client in made.clients)
    await made.use_at_once(MAX_CONNECTIONS)
    await made.connections.aclose()
    assert all(client.is_closed for client in made.clients)


@pytest.mark.parametrize("turns", range(25))
async def test_a_question_that_is_cut_off_at_any_moment_never_holds_up_the_next(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    monkeypatch.setattr(client_module, "Straight", _through)
    async with client_of(sandbox) as client:
        await client.fetch(ID)
        cut_off = asyncio.create_task(client.fetch(ID))
        for _ in range(turns):
            await asyncio.sleep(0)
        cut_off.cancel()
        await asyncio.gather(cut_off, return_exceptions=True)
        assert (await client.fetch(ID)).task.id == ID


def _through(tls: ssl.SSLContext, timeout: httpx.Timeout) -> Through:
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    return Through(httpx.AsyncClient(verify=tls, timeout=timeout, limits=limits, trust_env=False))


async def test_a_question_looks_for_no_module_on_the_disk(sandbox: Sandbox) -> None:
    class Noting:
        sought: list[str] = []  # noqa: RUF012 - one for the test

        @classmethod
        def find_spec(cls, name: str, path: Sequence[str] | None, _target: object = None) -> None:
            cls.sought.append(name)

    async with client_of(sandbox) as client:
        await client.fetch(ID)
        sys.meta_path.insert(0, Noting)
        try:
            await client.fetch(ID)
        finally:
            sys.meta_path.remove(Noting)
    assert Noting.sought == []
