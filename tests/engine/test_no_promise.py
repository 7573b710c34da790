"""What is asked by hand is asked, and no row promises a try that does not come."""

from tests.engine.conftest import House
from tests.engine.test_gateway_trouble import OFFLINE, REFUSED, health_kind
from vidu_tui.core.board import HealthKind
from vidu_tui.core.errors import UnusableAnswer


async def test_without_a_connection_each_poll_by_hand_is_a_try(house: House) -> None:
    house.gateway.default = OFFLINE
    await house.open("1", "2", "3")
    await house.pass_by(100)
    for _ in range(8):
        before = len(house.gateway.asked)
        house.engine.poll_now()
        await house.pass_by(0.1)
        assert len(house.gateway.asked) > before
        await house.pass_by(1.0)


async def test_with_a_refused_key_no_row_promises_another_try(house: House) -> None:
    house.say("1", UnusableAnswer("theturbo answered with broken JSON."), REFUSED)
    await house.open("1", "2")
    await house.pass_by(30)
    assert health_kind(house) is HealthKind.REFUSED
    trouble = house.entry("1").trouble
    assert trouble is not None
    assert (trouble.line, trouble.next_at) == ("theturbo answered with broken JSON.", None)
