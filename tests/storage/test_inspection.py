"""Looking at saved files: what counts as whole, and that what is not is put away, never lost."""

import hashlib
from pathlib import Path

import pytest

from vidu_tui.core.files import FileKey, Validator
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.sandbox import media
from vidu_tui.storage.facts import FileFact
from vidu_tui.storage.inspection import Condition, inspect, put_away

CONTENT = b"\x00\x00\x00\x18ftypmp42" + b"x" * 1000


def fact(path: Path, content: bytes = CONTENT, *, has_sum: bool = True) -> FileFact:
    digest = hashlib.sha256(content).hexdigest() if has_sum else ""
    task, file = TaskKey("g", "1"), FileKey(0, AssetKind.VIDEO)
    return FileFact(task, file, str(path), Validator(), str(path), len(content), digest)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(CONTENT)
    return path


def test_a_file_as_it_was_saved_is_ok(path: Path) -> None:
    assert inspect(fact(path)).condition is Condition.OK


@pytest.mark.parametrize("at", [0, 12, len(CONTENT) - 1])
def test_one_changed_byte_is_found(path: Path, at: int) -> None:
    changed = bytearray(CONTENT)
    changed[at] ^= 1
    path.write_bytes(changed)
    assert inspect(fact(path)).condition is Condition.ALTERED


def test_a_shorter_file_is_truncated_and_a_longer_one_altered(path: Path) -> None:
    path.write_bytes(CONTENT[:-1])
    finding = inspect(fact(path))
    assert (finding.condition, finding.detail) == (Condition.TRUNCATED, "1,011 of 1,012 bytes")
    path.write_bytes(CONTENT + b"x")
    assert inspect(fact(path)).condition is Condition.ALTERED


def test_a_file_that_is_gone_or_a_folder_is_missing(path: Path) -> None:
    path.unlink()
    assert inspect(fact(path)).condition is Condition.MISSING
    path.mkdir()
    assert inspect(fact(path)).condition is Condition.MISSING
    assert inspect(fact(path / "in" / "it")).condition is Condition.MISSING


def test_without_a_checksum_the_structure_decides(tmp_path: Path) -> None:
    clip = media.path_of("sunset.mp4")
    assert clip is not None
    whole = clip.read_bytes()
    path = tmp_path / "a.mp4"
    path.write_bytes(whole)
    assert inspect(fact(path, whole, has_sum=False)).condition is Condition.OK
    broken = whole[: len(whole) // 2]
    path.write_bytes(broken)
    finding = inspect(fact(path, broken, has_sum=False))
    assert finding.condition is Condition.ALTERED
    assert finding.detail


def test_what_is_put_away_keeps_its_bytes_and_takes_no_name_in_use(path: Path) -> None:
    first = put_away(path)
    assert first == path.with_name("clip.mp4.bad")
    path.write_bytes(b"second")
    second = put_away(path)
    assert second is not None
    assert (first.read_bytes(), second.read_bytes()) == (CONTENT, b"second")
    assert sorted(p.name for p in path.parent.iterdir()) == ["clip.mp4.bad", "clip.mp4.bad_2"]
    assert put_away(path) is None
