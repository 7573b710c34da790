"""What lies on the disk before, during and after a download."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.conftest import KEY, MP4, NAME, SHA256, TLS, Told
from vidu_tui.core.errors import BrokenOff, DiskTrouble, HeldElsewhere
from vidu_tui.core.files import Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway import landing
from vidu_tui.gateway.partfile import PartFile
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox

Usage = namedtuple("Usage", "total used free")
CHILD = """
import sys
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import FileClient

def tell(got, total):
    print(got, flush=True)

def keep(validator):
    print(validator.etag, flush=True)

FileClient().fetch(
    Order(sys.argv[1], sys.argv[2]), Watch(on_progress=tell, on_validator=keep)
)
"""


@pytest.fixture
def held(sandbox: Sandbox, target: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start another process that downloads the same file and stops half way."""
    sandbox.faults.put(NAME, Fault(stall_after=100_000), times=1)
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, f"{sandbox.origin}/open/{NAME}", str(target)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    etag = child.stdout.readline().strip()
    while int(child.stdout.readline()) < 100_000:
        pass
    yield child, etag
    child.kill()
    child.wait()
    child.stdout.close()


def test_two_processes_never_write_one_part_and_a_killed_one_leaves_it_to_the_next(
    held: tuple[subprocess.Popen[str], str],
    files: FileClient,
    order: Order,
    target: Path,
    part: Path,
    sandbox: Sandbox,
) -> None:
    child, etag = held
    with pytest.raises(HeldElsewhere, match="downloaded by another vidu-tui"):
        files.fetch(order, Watch())
    child.send_signal(signal.SIGKILL)
    child.wait()
    kept = part.read_bytes()
    assert MP4.startswith(kept)
    assert len(kept) > 90_000
    arrived = files.fetch(order._replace(known=Validator(etag, "", len(MP4))), Watch())
    assert (target.read_bytes(), arrived.sha256) == (MP4, SHA256)
    assert sandbox.requests[-1].range == f"bytes={len(kept) - OVERLAP_BYTES}-"


def test_two_threads_never_write_one_part(target: Path) -> None:
    with PartFile.open(target), pytest.raises(HeldElsewhere), PartFile.open(target):
        pass


def test_a_file_of_that_name_and_those_bytes_is_there_already(
    files: FileClient, order: Order, target: Path
) -> None:
    target.parent.mkdir()
    target.write_bytes(MP4)
    before = target.stat()
    told = Told()
    arrived = files.fetch(order, told.watch)
    assert (arrived.was_there, arrived.path, arrived.sha256) == (True, str(target), SHA256)
    assert told.checks == 1
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert [p.name for p in target.parent.iterdir()] == ["clip.mp4"]


def test_a_file_with_other_bytes_is_never_overwritten(
    files: FileClient, order: Order, target: Path
) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    arrived = files.fetch(order, Watch())
    second = target.with_name("clip_2.mp4")
    assert (arrived.path, second.read_bytes(), target.read_bytes()) == (str(second), MP4, b"mine")
    again = files.fetch(order, Watch())
    assert (again.path, again.was_there) == (str(second), True)
    assert len(list(target.parent.iterdir())) == 2


def test_a_folder_or_a_dangling_link_of_that_name_is_left_alone(
    files: FileClient, order: Order, target: Path
) -> None:
    target.mkdir(parents=True)
    target.with_name("clip_2.mp4").symlink_to("nowhere")
    arrived = files.fetch(order, Watch())
    assert arrived.path == str(target.with_name("clip_3.mp4"))


def test_two_creations_of_one_task_get_two_names(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    sandbox.files.put("b.mp4", MP4[:-1] + b"!")
    first = files.fetch(order, Watch())
    second = files.fetch(order._replace(url=f"{sandbox.origin}/open/b.mp4"), Watch())
    assert [Path(a.path).name for a in (first, second)] == ["clip.mp4", "clip_2.mp4"]
    assert Path(second.path).read_bytes() == MP4[:-1] + b"!"
    assert not second.was_there


def test_a_part_that_is_a_second_name_of_a_finished_file_is_not_written_into(
    files: FileClient, order: Order, target: Path, part: Path
) -> None:
    target.parent.mkdir()
    target.write_bytes(b"finished")
    part.hardlink_to(target)
    arrived = files.fetch(order, Watch())
    assert target.read_bytes() == b"finished"
    assert Path(arrived.path).read_bytes() == MP4
    assert not part.exists()


def test_a_link_in_place_of_a_part_is_not_followed(
    files: FileClient, order: Order, target: Path, part: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    target.parent.mkdir()
    part.symlink_to(victim)
    with pytest.raises(DiskTrouble, match="Cannot write"):
        files.fetch(order, Watch())
    assert victim.read_bytes() == b"precious"


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_something_odd_in_place_of_a_part_is_disk_trouble(
    files: FileClient, order: Order, part: Path, make: object
) -> None:
    part.parent.mkdir()
    assert callable(make)
    make(part)
    with pytest.raises(DiskTrouble):
        files.fetch(order, Watch())


def test_a_full_disk_is_seen_before_the_first_byte(
    files: FileClient,
    order: Order,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 1_000_000))
    with pytest.raises(DiskTrouble, match=r"Disk full: 1 MB free in .*, 16\.3 MB needed") as caught:
        files.fetch(order, Watch())
    assert (caught.value.is_full, caught.value.cell) == (True, "disk full")
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "is_full", "cell"),
    [
        (errno.ENOSPC, True, "disk full"),
        (errno.EDQUOT, True, "disk full"),
        (errno.EIO, False, "cannot write"),
        (errno.EROFS, False, "cannot write"),
    ],
)
def test_a_disk_that_refuses_half_way_keeps_the_part(
    files: FileClient,
    order: Order,
    part: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    is_full: bool,
    cell: str,
) -> None:
    write = PartFile.write

    def full(self: PartFile, chunk: bytes) -> None:
        room = 100_001 - self.size
        write(self, chunk[:room])
        if len(chunk) > room:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(PartFile, "write", full)
    with pytest.raises(DiskTrouble) as caught:
        files.fetch(order, Watch())
    assert (caught.value.is_full, caught.value.cell) == (is_full, cell)
    assert MP4.startswith(part.read_bytes())
    assert part.stat().st_size > 100_000


def test_an_endless_file_ends_before_the_disk_does(
    files: FileClient, order: Order, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = iter([80_000_000, 60_000_000, 10_000_000])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, next(free)))
    sandbox.faults.put(NAME, Fault(is_endless=True))
    with pytest.raises(DiskTrouble, match="Disk full"):
        files.fetch(order, Watch())


def test_a_folder_that_cannot_be_made_is_disk_trouble(
    files: FileClient, order: Order, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    for target in (tmp_path / "file" / "clip.mp4", tmp_path / ("x" * 300 + ".mp4")):
        with pytest.raises(DiskTrouble, match="Cannot write in"):
            files.fetch(order._replace(target=str(target)), Watch())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_disk_trouble(files: FileClient, order: Order, target: Path) -> None:
    target.parent.mkdir(mode=0o500)
    with pytest.raises(DiskTrouble, match="permission denied"):
        files.fetch(order, Watch())


def test_a_folder_that_refuses_is_disk_trouble(
    files: FileClient, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DiskTrouble, match="permission denied") as caught:
        files.fetch(order, Watch())
    assert not caught.value.is_full


def test_a_disk_without_hard_links_still_never_overwrites(
    files: FileClient, order: Order, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    target.parent.mkdir()
    target.write_bytes(b"mine")
    arrived = files.fetch(order, Watch())
    assert arrived.path == str(target.with_name("clip_2.mp4"))
    assert Path(arrived.path).read_bytes() == MP4
    assert target.read_bytes() == b"mine"


def test_a_leftover_folder_lock_or_name_never_ends_in_a_wrong_file(target: Path) -> None:
    with PartFile.open(target) as part:
        part.write(MP4)
        path, was_there = landing.settle(part, target, part.digest())
        assert (path, was_there) == (target, False)
    with PartFile.open(target) as part:
        part.write(MP4)
        assert landing.settle(part, target, part.digest()) == (target, True)
    assert [p.name for p in target.parent.iterdir()] == [target.name]


def test_a_client_with_its_own_limits_gives_up_on_a_silent_host(
    order: Order, sandbox: Sandbox
) -> None:
    sandbox.faults.put(NAME, Fault(latency_s=5))
    client = FileClient(tls=TLS, stall_s=0.05)
    with pytest.raises(BrokenOff, match="stopped answering") as caught:
        client.fetch(order, Watch())
    client.close()
    assert KEY not in str(caught.value)
