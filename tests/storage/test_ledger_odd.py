"""A ledger that others have had their hands in: rows, files and whole databases."""

import os
import sqlite3
from pathlib import Path

import pytest

from tests.storage.test_ledger import PROOF, TASK, VIDEO, landed
from vidu_tui.core.board import Entry
from vidu_tui.core.task import Task, TaskKey, state_of
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.windows import Windows, Wish


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


def test_a_part_belongs_to_one_file_alone(path: Path) -> None:
    ledger, other = Ledger(path), TaskKey("theturbo", "2")
    ledger.write(facts.begun(TASK, VIDEO, "/v/Clip.mp4", PROOF))
    ledger.write(facts.begun(other, VIDEO, "/v/clip.mp4", PROOF))
    assert {f.task: (f.target, f.validator.etag) for f in ledger.files()} == {
        TASK: ("", ""),
        other: ("/v/clip.mp4", PROOF.etag),
    }


def test_a_ledger_that_is_taken_away_in_use_is_begun_anew_and_named(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    path.unlink()
    assert ledger.write([facts.wish(TASK, is_wanted=True)])
    assert ledger.generation == 1
    assert "taken away" in ledger.trouble
    assert Ledger(path).wishes() == {TASK}


def test_a_row_with_an_odd_path_is_none_of_ours(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    for odd in ("relative.mp4", "/", "/v/a\0b.mp4"):
        ledger.write([("UPDATE file SET path = ?", (odd,))])
        assert ledger.files() == []


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (a)")
    db.close()
    path.chmod(0o644)
    before = path.read_bytes()
    ledger = Ledger(path)
    assert not ledger.write([facts.wish(TASK, is_wanted=True)])
    assert "another program" in ledger.trouble
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (before, 0o644)


@pytest.mark.skipif(os.name != "posix", reason="the file system without shared memory is Unix's")
def test_where_a_file_system_shares_no_memory_the_old_journal_serves(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def without_shared_memory(place: Path, **more: object) -> sqlite3.Connection:
        return connect(f"file:{place}?vfs=unix-dotfile", uri=True, **more)  # type: ignore[call-overload, no-any-return] # handed through

    monkeypatch.setattr(sqlite3, "connect", without_shared_memory)
    ledger = Ledger(path)
    assert ledger.write([facts.wish(TaskKey("theturbo", "1"), is_wanted=True)])
    assert ledger.work(lambda db: str(db.execute("PRAGMA journal_mode").fetchone()[0]), "") == (
        "delete"
    )
    assert ledger.wipe()
    seen = Windows(ledger).look(1_800_000_000.0, Wish())
    assert seen is not None
    assert seen.held is not None
    ledger.close()
    assert Ledger(path).wishes() == {TaskKey("theturbo", "1")}
    assert not path.with_name("ledger.db-wal").exists()


NOW = 100.0


def test_an_answer_from_before_the_clock_was_set_back_gives_way(path: Path) -> None:
    key = TaskKey("theturbo", "1")
    ledger = Ledger(path)
    for answered_at, word in ((NOW + 3600, "processing"), (NOW, "success")):
        task = Task("1", state_of(word), word)
        ledger.write([facts.answer(Entry(key, task=task, answered_at=answered_at), NOW)])
    assert ledger.answers([key])[0].answered_at == NOW


def test_an_older_answer_never_takes_the_place_of_a_newer_one(path: Path) -> None:
    key = TaskKey("theturbo", "1")
    ledger = Ledger(path)
    for answered_at, word in ((20.0, "success"), (10.0, "processing")):
        task = Task("1", state_of(word), word)
        ledger.write([facts.answer(Entry(key, task=task, answered_at=answered_at), NOW)])
    found = ledger.answers([key])[0]
    assert found.answered_at == 20.0
    assert found.task is not None
    assert found.task.state_word == "success"


def test_of_very_many_tasks_the_answers_are_those_that_were_asked_for(path: Path) -> None:
    ledger, keys = Ledger(path), [TaskKey("theturbo", str(number)) for number in range(1000)]
    ledger.write([facts.answer(Entry(key, answered_at=NOW), NOW) for key in keys])
    for asked in (keys[:3], keys[::2], keys):
        assert {fact.key for fact in ledger.answers(asked)} == set(asked)


def test_a_row_that_cannot_be_read_costs_no_other_part_of_the_answers(path: Path) -> None:
    ledger, keys = Ledger(path), [TaskKey("theturbo", str(number)) for number in range(500)]
    stranger = TaskKey("theturbo", "stranger")
    ledger.write([facts.answer(Entry(key, answered_at=NOW), NOW) for key in (*keys, stranger)])
    with sqlite3.connect(path) as db:
        db.execute("UPDATE answer SET body = CAST(x'ff' AS TEXT) WHERE task = 'stranger'")
    db.close()
    assert {fact.key for fact in ledger.answers(keys)} == set(keys)
    assert ledger.trouble == ""
