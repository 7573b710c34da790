"""Looking at our files changes none of them, and finds what is wrong."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vidu_tui.core.task import TaskKey
from vidu_tui.storage import soundness
from vidu_tui.storage.ledger import Ledger


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """Make a ledger with something in it."""
    ledger = Ledger(tmp_path / "state" / "ledger.db")
    key = TaskKey("theturbo", "1")
    statement = "INSERT INTO wish (gateway, task) VALUES (?, ?)"
    assert ledger.write([(statement, key)])
    ledger.close()
    return ledger.path


def test_a_sound_ledger_is_read_and_its_folder_stays_as_it_was(ledger_file: Path) -> None:
    before = {p.name: p.read_bytes() for p in ledger_file.parent.iterdir()}
    assert soundness.ledger_fault(ledger_file) == ""
    assert {p.name: p.read_bytes() for p in ledger_file.parent.iterdir()} == before


def test_a_ledger_in_use_is_looked_at_too(ledger_file: Path) -> None:
    ledger = Ledger(ledger_file)
    assert ledger.wishes() == {TaskKey("theturbo", "1")}
    assert soundness.ledger_fault(ledger_file) == ""
    ledger.close()


def test_a_broken_ledger_is_named_and_not_moved(ledger_file: Path) -> None:
    content = bytearray(ledger_file.read_bytes())
    content[100:4000] = bytes(3900)
    ledger_file.write_bytes(content)
    assert soundness.ledger_fault(ledger_file) != ""
    ledger_file.write_bytes(b"no ledger")
    assert soundness.ledger_fault(ledger_file) == "file is not a database"
    assert [p.name for p in ledger_file.parent.iterdir()] == ["ledger.db"]


def test_a_newer_ledger_and_another_programs_are_told_apart(tmp_path: Path) -> None:
    newer, other = tmp_path / "newer.db", tmp_path / "other.db"
    with closing(sqlite3.connect(newer)) as db:
        db.execute("PRAGMA user_version = 999")
    with closing(sqlite3.connect(other)) as db:
        db.execute("CREATE TABLE t (x)")
    assert "newer vidu-tui" in soundness.ledger_fault(newer)
    assert "another program" in soundness.ledger_fault(other)


def test_standing_tells_mode_and_size_and_what_hides_it(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"123")
    file.chmod(0o640)
    found = soundness.standing(file)
    assert (found.is_there, found.mode, found.size_bytes, found.is_own) == (True, 0o640, 3, True)
    assert not soundness.standing(tmp_path / "b").is_there
    assert soundness.standing(file / "c").trouble == "Not a directory"


def test_a_folder_that_would_be_made_is_judged_by_the_one_above(tmp_path: Path) -> None:
    assert soundness.is_writable_folder(tmp_path / "not" / "yet")
    (tmp_path / "file").touch()
    assert not soundness.is_writable_folder(tmp_path / "file")
    assert not soundness.is_writable_folder(tmp_path / "file" / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_the_right_to_write_is_none(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert not soundness.is_writable_folder(tmp_path)
