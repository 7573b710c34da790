"""The part on a disk that is odd: short writes, no advice taken, no folder to be synced."""

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, SHA256
from vidu_tui.core.errors import DiskTrouble
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway import landing, transfer
from vidu_tui.gateway.partfile import PartFile
from vidu_tui.gateway.transfer import FileClient


def lying(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


class Failing(io.FileIO):
    """Take some bytes and then no more."""

    room = 0

    def write(self, data: object) -> int:
        assert isinstance(data, memoryview)
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = data[: self.room]
        self.room -= len(taken)
        return super().write(taken)


def test_a_part_knows_after_a_short_write_what_is_really_in_it(target: Path) -> None:
    path = target.with_name("clip.mp4.part")
    path.parent.mkdir()
    path.write_bytes(b"")
    file = Failing(path, "r+b")
    with PartFile(path, file) as part:
        file.room = 100_000
        with pytest.raises(OSError, match="No space"):
            part.write(MP4)
        assert (part.size, path.read_bytes()) == (100_000, MP4[:100_000])
        file.room = len(MP4)
        part.write(MP4[100_000:])
        assert part.digest() == SHA256
    assert path.read_bytes() == MP4


def test_a_disk_that_takes_nothing_and_says_nothing_is_full(target: Path) -> None:
    class Silent(Failing):
        def write(self, data: object) -> int:
            return 0

    path = target.with_name("clip.mp4.part")
    path.parent.mkdir()
    path.write_bytes(b"")
    with pytest.raises(OSError, match="nothing was written"), PartFile(path, Silent(path)) as part:
        part.write(b"film")


def test_a_disk_that_takes_no_advice_gets_the_file_all_the_same(
    files: FileClient, order: Order, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "no advice")

    monkeypatch.setattr(transfer, "LOOK_BYTES", 1)
    monkeypatch.setattr(os, "posix_fadvise", refuse, raising=False)
    monkeypatch.setattr(os, "POSIX_FADV_DONTNEED", 4, raising=False)
    files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4": MP4}


@pytest.mark.parametrize(("number", "is_fine"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_folder_that_cannot_be_brought_to_the_disk_fails_only_for_trouble_with_the_disk(
    files: FileClient,
    order: Order,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    is_fine: bool,
) -> None:
    fsync = os.fsync

    def refuse_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    if is_fine:
        assert files.fetch(order, Watch()).path == str(target)
    else:
        with pytest.raises(DiskTrouble):
            files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4": MP4}


def test_a_file_that_cannot_be_read_counts_as_another(
    files: FileClient, order: Order, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    target.parent.mkdir()
    target.write_bytes(MP4)
    monkeypatch.setattr(landing, "digest_of", refuse)
    assert files.fetch(order, Watch()).path == str(target.with_name("clip_2.mp4"))
