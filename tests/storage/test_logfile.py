"""The log on disk: for its owner alone, three files at most, never in the way."""

import os
from pathlib import Path

import pytest

from vidu_tui.storage import rotation
from vidu_tui.storage.logfile import LogFile


def test_lines_are_appended_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "vidu-tui.log"
    os.umask(0o022)
    LogFile(path).write(["one", "two"])
    log = LogFile(path)
    assert log.write(["drei – 夜"]) == ""
    assert path.read_text(encoding="utf-8") == "one\ntwo\ndrei – 夜\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert log.tail() == ["one", "two", "drei – 夜"]


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "vidu-tui.log"
    path.write_text("old\n")
    path.chmod(0o644)
    LogFile(path).write(["new"])
    assert path.stat().st_mode & 0o777 == 0o600


def test_three_files_of_a_megabyte_are_kept_at_most(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "vidu-tui.log")
    for number in range(60):
        log.write([f"{number} " + "x" * 100_000])
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["vidu-tui.log", "vidu-tui.log.1", "vidu-tui.log.2"]
    assert all(file.stat().st_size <= rotation.MOST_BYTES for file in files)
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)
    assert log.tail()[-1:] == []


def test_the_tail_of_a_long_log_begins_with_a_whole_line(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "vidu-tui.log")
    log.write([f"line {number:05}" for number in range(10_000)])
    tail = log.tail()
    assert tail[-1] == "line 09999"
    assert tail[0].startswith("line 0")
    assert len(tail) < 10_000


def test_two_processes_write_one_file_after_it_was_rotated(tmp_path: Path) -> None:
    path = tmp_path / "vidu-tui.log"
    first, second = LogFile(path), LogFile(path)
    first.write(["a"])
    second.write(["b" * 600_000, "c" * 600_000])
    first.write(["d"])
    assert path.read_text(encoding="utf-8").endswith("d\n")


@pytest.mark.parametrize("hindrance", ["folder", "link", "pipe"])
def test_trouble_is_one_line_and_never_raises(tmp_path: Path, hindrance: str) -> None:
    path = tmp_path / "vidu-tui.log"
    if hindrance == "folder":
        path.mkdir()
    elif hindrance == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(tmp_path / "elsewhere")
    trouble = LogFile(path).write(["a"])
    assert trouble.startswith(f"The log {path} cannot be written (")
    assert trouble.endswith("nothing else is affected.")
    assert not (tmp_path / "elsewhere").exists()
    assert LogFile(path).tail() == []


def test_two_processes_that_find_the_file_full_begin_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "vidu-tui.log"
    with rotation.Rotation(path) as one, rotation.Rotation(path) as other:
        one.append("a" * (rotation.MOST_BYTES - 10))
        other.append("b")
        one.append("c" * 20)
        other.append("d" * 20)
    assert path.read_text().split() == ["c" * 20, "d" * 20]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["vidu-tui.log", "vidu-tui.log.1"]
