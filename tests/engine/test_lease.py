"""Who polls: one window at a time, whatever becomes of the others and of the clocks."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.simulated import Inline, Time
from vidu_tui.engine.lease import BLIND_S, FRESH_S, RENEW_S, Lease, Role
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.windows import LEASE_S, Windows, Wish


class Window:
    """A lease that looks when the test says so."""

    def __init__(self, path: Path, time: Time, *, is_guest: bool = False):
        self.windows = Windows(Ledger(path))
        self.time = time
        self.lease = Lease(self.windows, time.clock, is_guest=is_guest)
        self.askable = 1

    async def look(self) -> Role:
        await self.lease.look(lambda: "said", (self.askable,), askable=self.askable)
        self.lease.settle()
        return self.lease.role


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def pair(tmp_path: Path, time: Time) -> tuple[Window, Window]:
    asyncio.get_running_loop().set_default_executor(Inline())
    path = tmp_path / "ledger.db"
    return Window(path, time), Window(path, time)


async def test_the_first_window_leads_and_the_second_follows(pair: tuple[Window, Window]) -> None:
    first, second = pair
    assert await first.look() is Role.LEADER
    assert await second.look() is Role.FOLLOWER
    assert first.lease.may_ask()
    assert not second.lease.may_ask()


async def test_before_it_has_looked_a_window_asks_nothing(pair: tuple[Window, Window]) -> None:
    assert not pair[0].lease.may_ask()


async def test_a_lease_that_is_renewed_lasts(pair: tuple[Window, Window], time: Time) -> None:
    first, second = pair
    for _ in range(20):
        time.at += RENEW_S
        assert await first.look() is Role.LEADER
        assert await second.look() is Role.FOLLOWER


async def test_a_lease_that_nobody_renews_is_taken_after_five_seconds_and_never_before(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    await first.look()
    time.at += LEASE_S - 0.1
    assert await second.look() is Role.FOLLOWER
    time.at += 0.2
    assert await second.look() is Role.LEADER
    assert second.lease.predecessor is not None
    assert second.lease.predecessor.holder == first.windows.me


async def test_a_window_that_was_stopped_asks_nothing_on_its_old_lease(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    await first.look()
    time.at += FRESH_S + 0.1
    assert not first.lease.may_ask()
    time.at += LEASE_S
    await second.look()
    assert await first.look() is Role.FOLLOWER
    assert not first.lease.may_ask()


async def test_a_window_that_was_stopped_for_a_moment_goes_on(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, _ = pair
    await first.look()
    time.at += 60
    assert await first.look() is Role.LEADER
    assert first.lease.may_ask()


async def test_a_lease_that_is_let_go_is_taken_at_once(pair: tuple[Window, Window]) -> None:
    first, second = pair
    await first.look()
    first.windows.ledger.write([first.windows.released(first.time.clock.now(), "")])
    assert await second.look() is Role.LEADER


async def test_a_window_that_lets_go_what_is_not_its_own_changes_nothing(
    pair: tuple[Window, Window],
) -> None:
    first, second = pair
    await first.look()
    await second.look()
    second.windows.ledger.write([second.windows.released(second.time.clock.now(), "")])
    assert await second.look() is Role.FOLLOWER


async def test_a_process_that_is_gone_holds_no_lease(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    await first.look()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    first.windows.ledger.write([("UPDATE lease SET pid = ?", (gone.pid,))])
    assert await second.look() is Role.LEADER


async def test_a_process_of_another_machine_is_not_looked_for_here(
    pair: tuple[Window, Window],
) -> None:
    first, second = pair
    await first.look()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    change = ("UPDATE lease SET pid = ?, host = 'elsewhere'", (gone.pid,))
    first.windows.ledger.write([change])
    assert await second.look() is Role.FOLLOWER


async def test_a_window_without_a_key_gives_way_to_one_that_may_have_one(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    first.askable = 0
    await first.look()
    assert await second.look() is Role.LEADER
    assert await first.look() is Role.FOLLOWER
    second.askable = 0
    await second.look()
    assert await first.look() is Role.FOLLOWER


async def test_a_window_gives_way_to_one_with_the_keys_of_more_gateways(
    pair: tuple[Window, Window],
) -> None:
    first, second = pair
    await first.look()
    second.askable = 2
    assert await second.look() is Role.LEADER
    first.askable = 2
    assert await first.look() is Role.FOLLOWER


async def test_a_key_that_a_person_gives_takes_the_lease(pair: tuple[Window, Window]) -> None:
    first, second = pair
    await first.look()
    await second.look()
    second.lease.take()
    assert await second.look() is Role.LEADER
    assert await first.look() is Role.FOLLOWER
    assert await second.look() is Role.LEADER


async def test_a_clock_set_back_by_an_hour_keeps_nobody_waiting(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    await first.look()
    time.slept -= 3600
    assert await second.look() is Role.LEADER
    assert await first.look() is Role.FOLLOWER


async def test_of_two_windows_that_find_the_lease_free_the_later_one_takes_nothing(
    pair: tuple[Window, Window], time: Time
) -> None:
    first, second = pair
    await first.look()
    time.at += LEASE_S + 1
    seen = second.windows.look(time.clock.now(), Wish(takes=False))
    assert seen is not None
    await first.look()
    second.windows.ledger.write([second.windows._take(seen.held, time.clock.now(), Wish())])
    assert await second.look() is Role.FOLLOWER
    assert await first.look() is Role.LEADER


async def test_a_guest_never_leads_and_asks_only_while_nobody_does(
    tmp_path: Path, time: Time
) -> None:
    asyncio.get_running_loop().set_default_executor(Inline())
    path = tmp_path / "ledger.db"
    guest, window = Window(path, time, is_guest=True), Window(path, time)
    assert await guest.look() is Role.GUEST
    assert guest.lease.may_ask()
    guest.lease.take()
    assert await window.look() is Role.LEADER
    assert await guest.look() is Role.FOLLOWER
    assert not guest.lease.may_ask()


async def test_where_the_ledger_cannot_be_used_a_window_polls_all_the_same(
    tmp_path: Path, time: Time
) -> None:
    asyncio.get_running_loop().set_default_executor(Inline())
    path = tmp_path / "ledger.db"
    path.mkdir()
    window = Window(path, time)
    assert await window.look() is Role.LEADER
    assert window.lease.may_ask()


async def test_a_locked_ledger_stops_the_polling_of_nobody(
    pair: tuple[Window, Window], time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    await first.look()
    await second.look()

    def locked(self: Windows, now: float, wish: Wish) -> None:
        time.at += 2  # so long a look waits for the lock

    monkeypatch.setattr(Windows, "look", locked)
    for _ in range(4):
        await first.look()
    assert first.lease.may_ask()
    assert await second.look() is Role.FOLLOWER


@pytest.mark.parametrize(("lives", "patience_s"), [(False, LEASE_S), (None, BLIND_S)])
async def test_a_window_that_follows_waits_long_for_a_locked_ledger(
    pair: tuple[Window, Window],
    time: Time,
    monkeypatch: pytest.MonkeyPatch,
    lives: bool | None,
    patience_s: float,
) -> None:
    first, second = pair
    await first.look()
    await second.look()
    monkeypatch.setattr(Windows, "look", lambda self, now, wish: None)
    monkeypatch.setattr(Windows, "lives", lambda self, held: lives)
    await second.look()
    time.at += patience_s - 0.5
    assert await second.look() is Role.FOLLOWER
    time.at += 1
    assert await second.look() is Role.LEADER


async def test_of_two_windows_and_a_locked_ledger_the_one_that_follows_never_polls(
    pair: tuple[Window, Window], time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    await first.look()
    await second.look()
    monkeypatch.setattr(Windows, "look", lambda self, now, wish: None)
    monkeypatch.setattr(Windows, "lives", lambda self, held: True)
    await second.look()
    time.at += 3600
    assert await second.look() is Role.FOLLOWER


async def test_of_two_processes_that_start_at_a_time_one_leads(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from vidu_tui.storage.ledger import Ledger\n"
        "from vidu_tui.storage.windows import Windows, Wish\n"
        "windows = Windows(Ledger(Path(sys.argv[1])))\n"
        "sys.stdin.readline()\n"
        "seen = windows.look(time.time(), Wish())\n"
        "print(seen.held.holder == windows.me, flush=True)\n"
        "sys.stdin.readline()\n"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "ledger.db")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.stdout.readline().strip() for racer in racers if racer.stdout]
    for racer in racers:
        racer.communicate("end\n")
    assert sorted(told) == ["False", "False", "False", "True"]
