"""A ledger that others have had their hands in: rows, files and whole databases."""

import sqlite3
from pathlib import Path

import pytest

from tests.storage.test_ledger import PROOF, TASK, VIDEO, landed
from vidu_tui.core.task import TaskKey
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger


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
