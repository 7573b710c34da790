"""Covers on disk: private, bounded, what was looked at longest ago goes first."""

import os
import stat
from pathlib import Path

import pytest

from vidu_tui.storage import covers
from vidu_tui.storage.covers import CoverCache

LINK = "https://files.example.com/a/cover.jpeg"


def test_a_picture_comes_back_and_another_name_has_none(tmp_path: Path) -> None:
    cache = CoverCache(tmp_path / "covers")
    cache.put(b"picture", "theturbo", "1", "0", LINK)
    assert cache.get("theturbo", "1", "0", LINK) == b"picture"
    assert cache.get("theturbo", "1", "1", LINK) is None


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_the_file_is_the_owners_alone_and_its_name_says_nothing(tmp_path: Path) -> None:
    CoverCache(tmp_path / "covers").put(b"picture", "theturbo", "940121", "0", LINK)
    (path,) = (tmp_path / "covers").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not any(part in path.name for part in ("files", "example", "940121", "theturbo"))


def test_what_was_looked_at_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = CoverCache(tmp_path, most_bytes=30)
    for number, name in enumerate("abc"):
        cache.put(b"x" * 10, name)
        path = max(tmp_path.iterdir(), key=lambda p: p.stat().st_mtime_ns)
        os.utime(path, ns=(number, number))
    assert cache.get("a") is not None
    cache.put(b"x" * 10, "d")
    assert [name for name in "abcd" if cache.get(name) is None] == ["b"]


def test_files_that_are_not_ours_stay(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_bytes(b"x" * 100)
    CoverCache(tmp_path, most_bytes=10).put(b"x" * 10, "a")
    assert (tmp_path / "note.txt").exists()


def test_a_picture_beyond_the_bound_is_neither_kept_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(covers, "LONGEST", 10)
    cache = CoverCache(tmp_path)
    cache.put(b"x" * 11, "a")
    assert list(tmp_path.iterdir()) == []
    cache.put(b"x", "a")
    next(tmp_path.iterdir()).write_bytes(b"x" * 11)
    assert cache.get("a") is None


def test_a_folder_that_cannot_be_made_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "covers").write_bytes(b"a file")
    cache = CoverCache(tmp_path / "covers")
    cache.put(b"picture", "a")
    assert cache.get("a") is None
