"""What the client says of each spell that the sandbox knows, switched on while it runs."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.gateway.conftest import KEY, TLS
from tests.gateway.mishaps import ID
from vidu_tui.core.errors import GatewayError, RateLimited
from vidu_tui.core.task import TaskState
from vidu_tui.gateway.client import GatewayClient, Limits
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.sandbox.spells import SPELLS

SAID: Final = {
    "429": "g wants fewer requests.",
    "429-empty": "g wants fewer requests.",
    "502": "g answered 502 Bad Gateway.",
    "401": "g refused the key (401): polling stopped, downloads go on.",
    "unknown": "g does not know this id: a typing slip, or another gateway's?",
    "hang": "g did not answer within 0.4 s.",
    "drip": "g began to answer but did not finish within 0.8 s.",
    "endless": "g had not ended its answer after 100 kB; that is no task.",
    "half": "g broke off in the middle of its answer.",
    "reset": "g reset the connection before its answer was whole.",
    "bomb": "g packed more than 100 kB into its answer; that is no task.",
    "broken-json": "g answered with broken JSON.",
    "array": "g answered a list, not a task.",
    "web-page": "A web page came instead of an answer: does this network want a login?",
}
SLOW: Final = {"drip": Limits(read_s=5, whole_s=0.8), "hang": Limits(read_s=0.4)}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(key=KEY) as running:
        yield running


def test_each_spell_has_its_sentence_here() -> None:
    assert set(SAID) == set(SPELLS)


@pytest.mark.parametrize("name", SPELLS)
async def test_a_spell_is_named_and_the_next_answer_is_good(sandbox: Sandbox, name: str) -> None:
    limits = SLOW.get(name, Limits())._replace(answer_bytes=100_000)
    async with GatewayClient(
        name="g", base_url=sandbox.base_url, key=KEY, tls=TLS, limits=limits
    ) as client:
        sandbox.spells.cast(name, seconds=60)
        with pytest.raises(GatewayError) as caught:
            await client.fetch(ID)
        sandbox.spells.lift()
        assert str(caught.value) == SAID[name]
        assert (await client.fetch(ID)).task.state is TaskState.SUCCESS
    if isinstance(caught.value, RateLimited):
        assert caught.value.retry_after_s == (5 if name == "429" else None)
