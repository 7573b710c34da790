"""The ledger: facts on disk that may be lost but never lie, and never stop the program."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import environ_of
from vidu_tui.core.files import Arrived, FileKey, Validator
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage import facts, schema
from vidu_tui.storage import ledger as storage
from vidu_tui.storage.facts import FileFact
from vidu_tui.storage.ledger import Ledger

TASK = TaskKey("theturbo", "940107923630096384")
VIDEO = FileKey(0, AssetKind.VIDEO)
PROOF = Validator('"etag"', "Sun, 23 Nov 2025 13:48:31 GMT", 1000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ledger.db"


def landed(ledger: Ledger, task: TaskKey = TASK) -> None:
    arrived = Arrived("/v/a.mp4", 1000, "ab" * 32, PROOF)
    ledger.write(facts.landed(task, VIDEO, arrived, 1_800_000_000.0))


def user_version(path: Path) -> int:
    with sqlite3.connect(path) as db:
        found = int(db.execute("PRAGMA user_version").fetchone()[0])
    db.close()
    return found


def test_what_was_begun_and_landed_is_read_by_the_next_run(path: Path) -> None:
    first = Ledger(path)
    first.write(facts.begun(TASK, VIDEO, "/v/a.mp4", PROOF))
    assert Ledger(path).files() == [FileFact(TASK, VIDEO, "/v/a.mp4", PROOF)]
    landed(first)
    first.close()
    fact = Ledger(path).files()[0]
    assert (fact.path, fact.size_bytes, fact.sha256) == ("/v/a.mp4", 1000, "ab" * 32)
    assert fact.validator == PROOF


def test_a_file_that_is_fetched_anew_stays_on_record_until_it_has_landed(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    ledger.write(facts.begun(TASK, VIDEO, "/v/b.mp4", PROOF))
    assert [(f.target, f.path) for f in ledger.files()] == [("/v/b.mp4", "/v/a.mp4")]
    landed(ledger)
    assert [(f.target, f.path) for f in ledger.files()] == [("", "/v/a.mp4")]


def test_each_asset_of_each_creation_has_a_line_of_its_own(path: Path) -> None:
    ledger = Ledger(path)
    files = [FileKey(c, kind, p) for c in (0, 1) for kind in AssetKind for p in (0, 1)]
    for file in files:
        ledger.write(facts.begun(TASK, file, "/v/a", Validator()))
    assert {f.file for f in ledger.files()} == set(files)


def test_wishes_come_and_go(path: Path) -> None:
    ledger = Ledger(path)
    ledger.write([facts.wish(TASK, is_wanted=True)])
    ledger.write([facts.wish(TASK, is_wanted=True)])
    assert Ledger(path).wishes() == {TASK}
    ledger.write([facts.wish(TASK, is_wanted=False)])
    ledger.write([facts.wish(TASK, is_wanted=False)])
    assert Ledger(path).wishes() == set()


def test_the_file_is_for_its_owner_alone_and_in_wal_mode(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        assert path.with_name(name).stat().st_mode & 0o777 == 0o600, name
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    db.close()


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Ledger(path).wishes()
    path.chmod(0o644)
    Ledger(path).wishes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_schema_has_a_version_and_migrates_forward(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Ledger(path)
    landed(old)
    old.close()
    assert user_version(path) == schema.VERSION
    step = ("ALTER TABLE file ADD COLUMN note TEXT", "CREATE TABLE later (at REAL) STRICT")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    new = Ledger(path)
    assert len(new.files()) == 1
    assert new.trouble == ""
    assert user_version(path) == schema.VERSION


def test_a_newer_ledger_is_refused_and_not_touched(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.executescript("CREATE TABLE theirs (a); PRAGMA user_version = 99;")
    db.close()
    before = path.read_bytes()
    ledger = Ledger(path)
    landed(ledger)
    ledger.write([facts.wish(TASK, is_wanted=True)])
    assert ledger.files() == []
    assert "newer vidu-tui (version 99)" in ledger.trouble
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize(
    "content", [b"this is no database, but a text of some length" * 40, b"SQLite format 3\0" * 99]
)
def test_a_broken_ledger_is_set_aside_and_named_and_the_write_is_kept(
    path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o644)
    ledger = Ledger(path)
    landed(ledger)
    assert len(ledger.files()) == 1
    aside = [p for p in path.parent.iterdir() if ".broken-" in p.name]
    assert [p.read_bytes() for p in aside] == [content]
    assert [p.stat().st_mode & 0o777 for p in aside] == [0o600]
    assert aside[0].name in ledger.trouble


def test_two_broken_ledgers_of_one_second_are_both_kept(path: Path) -> None:
    path.parent.mkdir()
    for content in (b"one" * 500, b"two" * 500):
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        ledger = Ledger(path, now=lambda: 1_800_000_000.0)
        assert ledger.files() == []
        ledger.close()
    aside = sorted(p.name for p in path.parent.iterdir() if ".broken-" in p.name)
    assert aside == ["ledger.db.broken-20270115-080000", "ledger.db.broken-20270115-080000-2"]


def test_a_ledger_without_its_tables_is_rebuilt(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION}")
    db.close()
    ledger = Ledger(path)
    landed(ledger)
    assert len(ledger.files()) == 1
    assert "set aside" in ledger.trouble


def test_a_ledger_that_breaks_while_it_is_used_is_rebuilt(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    ledger.close()
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    ledger = Ledger(path)
    assert ledger.files() == []
    landed(ledger)
    assert len(ledger.files()) == 1


def test_an_empty_file_is_a_new_ledger(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    ledger = Ledger(path)
    landed(ledger)
    assert (len(ledger.files()), ledger.trouble) == (1, "")


def test_a_folder_in_its_place_never_raises(path: Path) -> None:
    path.mkdir(parents=True)
    ledger = Ledger(path)
    landed(ledger)
    assert (ledger.files(), ledger.wishes()) == ([], set())
    assert str(path) in ledger.trouble
    assert path.is_dir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only_never_raises(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o500)
    ledger = Ledger(path)
    landed(ledger)
    assert ledger.files() == []
    assert ledger.trouble
    path.parent.chmod(0o700)


def test_a_ledger_that_is_held_is_not_taken_for_broken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "BUSY_S", 0.01)
    Ledger(path).wishes()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    ledger = Ledger(path)
    landed(ledger)
    assert "locked" in ledger.trouble
    holder.execute("ROLLBACK")
    holder.close()
    landed(ledger)
    assert len(ledger.files()) == 1
    assert not [p for p in path.parent.iterdir() if ".broken-" in p.name]


def test_a_path_that_is_no_text_never_raises(path: Path) -> None:
    ledger = Ledger(path)
    ledger.write(facts.begun(TASK, VIDEO, os.fsdecode(b"/v/\xff.mp4"), PROOF))
    assert ledger.files() == []
    landed(ledger)
    assert len(ledger.files()) == 1


def test_a_kind_that_we_do_not_know_is_passed_over(path: Path) -> None:
    ledger = Ledger(path)
    landed(ledger)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE file SET asset = 'hologram'")
    db.close()
    assert ledger.files() == []


def test_many_threads_write_at_once_and_nothing_is_lost(path: Path) -> None:
    ledger = Ledger(path)
    tasks = [TaskKey("theturbo", str(n)) for n in range(200)]

    def write(mine: list[TaskKey]) -> None:
        for task in mine:
            landed(ledger, task)
            ledger.write([facts.wish(task, is_wanted=True)])

    threads = [threading.Thread(target=write, args=(tasks[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f.task for f in ledger.files()} == ledger.wishes() == set(tasks)
    assert ledger.trouble == ""


_WRITER = """
import sys
from pathlib import Path
from vidu_tui.core.task import TaskKey
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger
ledger = Ledger(Path(sys.argv[1]))
sys.stdin.readline()
for n in range(100):
    ledger.write([facts.wish(TaskKey(sys.argv[2], str(n)), is_wanted=True)])
sys.exit(ledger.trouble or 0)
"""


def test_processes_that_begin_a_ledger_at_once_share_it(path: Path, home: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path), name],
            stdin=subprocess.PIPE,
            env=environ_of(home),
        )
        for name in ("a", "b", "c")
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=30)
    assert [w.returncode for w in writers] == [0, 0, 0]
    assert len(Ledger(path).wishes()) == 300
    assert not [p for p in path.parent.iterdir() if ".broken-" in p.name]


def test_a_ledger_that_another_process_has_replaced_is_not_set_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"broken" * 300)
    ledger = Ledger(path)
    ledger._connect = _replaced_while_opening(ledger, path)  # type: ignore[method-assign] # the race
    landed(ledger)
    assert len(Ledger(path).wishes()) == 1
    assert len(ledger.files()) == 1
    assert not [p for p in path.parent.iterdir() if ".broken-" in p.name]


def _replaced_while_opening(ledger: Ledger, path: Path) -> Callable[[], sqlite3.Connection]:
    connect = ledger._connect

    def race() -> sqlite3.Connection:
        try:
            return connect()
        except sqlite3.DatabaseError:
            path.rename(path.with_name("set aside by another"))
            other = Ledger(path)
            other.write([facts.wish(TASK, is_wanted=True)])
            other.close()
            raise

    return race


def test_neither_key_nor_link_has_a_place_in_it(path: Path) -> None:
    columns = set()
    Ledger(path).wishes()
    with sqlite3.connect(path) as db:
        for table in ("file", "wish"):
            columns |= {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
    db.close()
    assert not columns & {"url", "link", "key", "token", "authorization", "answer"}
