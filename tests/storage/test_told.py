"""What is said once ever: claims that are granted to one alone."""

import sqlite3
import threading
from pathlib import Path

import pytest

from vidu_tui.core.files import Arrived, FileKey, Validator
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage import facts, schema
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.told import Told

TASK = TaskKey("theturbo", "940107923630096384")
ELSEWHERE = TaskKey("vidu", TASK.id)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_a_claim_is_granted_once_also_across_restarts(path: Path) -> None:
    first = Ledger(path)
    told = Told(first)
    assert told.claim(TASK, "hook success")
    assert not told.claim(TASK, "hook success")
    first.close()
    again = Told(Ledger(path))
    assert not again.claim(TASK, "hook success")
    assert again.claim(TASK, "hook saved 1")
    assert again.claim(ELSEWHERE, "hook success"), "the same id on two gateways is two tasks"


def test_of_many_events_those_are_given_that_nobody_had(path: Path) -> None:
    Told(Ledger(path)).claim(TASK, "hook success")
    both = [(TASK, "hook success"), (ELSEWHERE, "hook success"), (ELSEWHERE, "hook success")]
    assert Told(Ledger(path)).claim_all(both) == [(ELSEWHERE, "hook success")]
    assert Told(Ledger(path)).claim_all([]) == []


def test_of_windows_that_claim_at_a_time_one_gets_it(path: Path) -> None:
    Ledger(path).wishes()
    start, granted = threading.Barrier(8), list[str]()

    def claim(told: Told) -> None:
        start.wait()
        for number in range(20):
            if told.claim(TASK, f"event {number}"):
                granted.append(f"event {number}")

    threads = [threading.Thread(target=claim, args=(Told(Ledger(path)),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(granted) == sorted(f"event {number}" for number in range(20))


def test_what_one_teller_has_said_is_learnt_at_a_time(path: Path) -> None:
    before = Told(Ledger(path))
    before.claim_all([(TASK, "hook success"), (TASK, "notice failed"), (TASK, "hooks")])
    ledger = Ledger(path)
    told = Told(ledger)
    told.learn("hook")
    ledger.close()
    assert not told.claim(TASK, "hook success")
    assert told.claim(TASK, "notice failed"), "without a ledger it is once a run"


def test_without_a_ledger_it_is_once_a_run(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    told = Told(Ledger(tmp_path / "state" / "ledger.db"))
    assert told.claim(TASK, "hook success")
    assert not told.claim(TASK, "hook success")


def test_what_had_ended_before_this_table_was_there_is_old_news(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:3])
        before.setattr(schema, "VERSION", 3)
        before.setattr(schema, "TABLES", schema.TABLES - {"told"})
        old = Ledger(path)
        arrived = Arrived("/v/a.mp4", 1000, "ab" * 32, Validator())
        old.write(
            [
                facts.event(TASK, 1.0, "processing"),
                facts.event(TASK, 2.0, "Success"),
                facts.event(ELSEWHERE, 2.0, "cancelled"),
                *facts.landed(TASK, FileKey(0, AssetKind.VIDEO), arrived, 3.0),
            ]
        )
        assert old.trouble == ""
        old.close()
    told = Told(Ledger(path))
    for teller in ("hook", "notice"):
        assert not told.claim(TASK, f"{teller} success")
        assert not told.claim(ELSEWHERE, f"{teller} canceled")
        assert told.claim(TASK, f"{teller} failed")
        assert told.claim(ELSEWHERE, f"{teller} success")
    assert not told.claim(TASK, "hook saved 1")
    assert told.claim(TASK, "hook saved 2")
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    db.close()
