"""Room on the disk, and what becomes of a part when its disk or its folder changes under it."""

import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, SHA256, TLS, Told, film_of
from vidu_tui.core.errors import DiskTrouble, Stopped, TransferError
from vidu_tui.core.files import Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway import transfer
from vidu_tui.gateway.transfer import OVERLAP_BYTES, SPARE_BYTES, FileClient
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox

Usage = namedtuple("Usage", "total used free")
NEEDED = len(MP4) + len(MP4) // 20 + SPARE_BYTES
FILM = film_of(3_000_000)


def free(monkeypatch: pytest.MonkeyPatch, *moments: int) -> None:
    """Let a disk have so many bytes free, look after look; the last one stays."""
    left = list(moments)
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: Usage(0, 0, left.pop(0) if left[1:] else left[0])
    )


def lying(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


def test_a_download_needs_its_length_a_twentieth_more_and_some_to_spare(
    files: FileClient, order: Order, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, NEEDED - 1)
    with pytest.raises(DiskTrouble):
        files.fetch(order, Watch())
    assert lying(target) == {}
    free(monkeypatch, NEEDED)
    assert files.fetch(order, Watch()).sha256 == SHA256


def test_a_full_disk_is_told_with_the_folder_as_a_person_writes_it(
    files: FileClient, order: Order, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 12_000_000)
    target = str(home / "Videos" / "vidu" / "clip.mp4")
    with pytest.raises(DiskTrouble) as caught:
        files.fetch(order._replace(target=target), Watch())
    assert str(caught.value) == (
        "Disk full: 12 MB free in ~/Videos/vidu, 16.3 MB needed."
        " Downloads wait and go on by themselves."
    )


def test_only_what_is_still_to_come_needs_room(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    part: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = sandbox.files.get(NAME)
    assert file is not None
    part.parent.mkdir()
    part.write_bytes(MP4[:200_000])
    known = order._replace(known=Validator(file.etag, "", len(MP4)))
    free(monkeypatch, NEEDED - 200_001)
    with pytest.raises(DiskTrouble):
        files.fetch(known, Watch())
    assert lying(target) == {"clip.mp4.part": MP4[:200_000]}
    assert sandbox.requests == []
    free(monkeypatch, NEEDED - 200_000)
    files.fetch(known, Watch())
    assert lying(target) == {"clip.mp4": MP4}


def test_the_room_of_a_part_that_gives_way_counts_and_without_it_the_part_stays(
    files: FileClient, order: Order, target: Path, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part.parent.mkdir()
    part.write_bytes(b"?" * 200_000)
    free(monkeypatch, NEEDED - 200_001)
    with pytest.raises(DiskTrouble):
        files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4.part": b"?" * 200_000}
    free(monkeypatch, NEEDED - 200_000)
    files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4": MP4}


@pytest.mark.parametrize("headers", [(), (("content-length", ""),)])
def test_the_disk_is_looked_at_again_while_a_file_comes(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    headers: tuple[tuple[str, str], ...],
) -> None:
    monkeypatch.setattr(transfer, "LOOK_BYTES", 400_000)
    sandbox.files.put(NAME, FILM)
    sandbox.faults.put(NAME, Fault(headers=headers))
    free(monkeypatch, 10**9, 10**9, 5_000_000)
    with pytest.raises(DiskTrouble, match="Disk full: 5 MB free") as caught:
        files.fetch(order, Watch())
    assert caught.value.is_full
    kept = lying(target)["clip.mp4.part"]
    assert 800_000 <= len(kept) < len(FILM)
    assert FILM.startswith(kept)


CHILD = """
import resource, sys
from vidu_tui.core.errors import DiskTrouble
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.transfer import FileClient

url, target, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
told = []
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    FileClient().fetch(Order(url, target), Watch(on_validator=told.append))
except DiskTrouble as error:
    print(error.is_full, error)
with open(target + ".part", "rb") as part:
    print(len(part.read()))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(FileClient().fetch(Order(url, target, known=told[0]), Watch(on_validator=told.append)).sha256)
print(len(told))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's length")
def test_a_real_limit_half_way_keeps_the_part_and_once_it_is_lifted_the_part_goes_on(
    sandbox: Sandbox, target: Path
) -> None:
    sandbox.files.put(NAME, FILM)
    target.parent.mkdir()
    command = [sys.executable, "-c", CHILD, f"{sandbox.origin}/open/{NAME}", str(target), "1234567"]
    child = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    trouble, kept, _, attempts = child.stdout.splitlines()
    assert trouble.startswith("True No file this long is allowed in ")
    assert trouble.endswith("What has arrived is kept. Downloads wait and go on by themselves.")
    assert (int(kept), attempts) == (1_234_567, "1")
    assert lying(target) == {"clip.mp4": FILM}
    assert sandbox.requests[-1].range == f"bytes={1_234_567 - OVERLAP_BYTES}-"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 2 MB; only root may."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root on Linux may mount a disk of its own")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_really_full_half_way_keeps_the_part_and_goes_on_with_more_room(
    sandbox: Sandbox, order: Order, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.files.put(NAME, FILM)
    free(monkeypatch, 10**9)  # another program takes the room only after the look
    target = small_disk / "clip.mp4"
    told, files = Told(), FileClient(tls=TLS)
    with pytest.raises(DiskTrouble, match="Disk full") as caught:
        files.fetch(order._replace(target=str(target)), told.watch)
    assert caught.value.is_full
    kept = lying(target)["clip.mp4.part"]
    assert len(kept) > 1_900_000
    assert FILM.startswith(kept)
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    files.fetch(order._replace(target=str(target), known=told.validators[0]), Watch())
    files.close()
    assert lying(target) == {"clip.mp4": FILM}
    assert sandbox.requests[-1].range == f"bytes={len(kept) - OVERLAP_BYTES}-"


def remove(target: Path, *, is_alone: bool) -> None:
    """Remove the part alone, or its folder with all that is in it."""
    if is_alone:
        target.with_name("clip.mp4.part").unlink()
    else:
        shutil.rmtree(target.parent)


@pytest.mark.parametrize("is_alone", [True, False])
@pytest.mark.parametrize("look_bytes", [1, 10**9])
def test_a_part_or_folder_that_somebody_removes_meanwhile_costs_no_byte(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_alone: bool,
    look_bytes: int,
) -> None:
    monkeypatch.setattr(transfer, "LOOK_BYTES", look_bytes)
    sandbox.files.put(NAME, FILM)
    removals: list[int] = []

    def on_progress(got: int, _: int | None) -> None:
        if len(removals) < 2 and got > 1_000_000 * (1 + len(removals)):
            removals.append(got)
            if target.parent.exists() and target.with_name("clip.mp4.part").exists():
                remove(target, is_alone=is_alone)

    files.fetch(order, Watch(on_progress=on_progress))
    assert len(removals) == 2
    assert lying(target) == {"clip.mp4": FILM}
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_part_that_somebody_removed_is_kept_again_when_the_download_stops(
    files: FileClient, order: Order, target: Path, is_alone: bool
) -> None:
    told = Told(stop_at=1)

    def on_progress(got: int, total: int | None) -> None:
        told.watch.on_progress(got, total)
        remove(target, is_alone=is_alone)

    with pytest.raises(Stopped, match="kept"):
        files.fetch(order, told.watch._replace(on_progress=on_progress))
    kept = lying(target)["clip.mp4.part"]
    assert len(kept) == told.got > 0
    assert MP4.startswith(kept)


def test_a_file_that_takes_the_part_s_place_is_left_alone(
    files: FileClient, order: Order, target: Path, part: Path
) -> None:
    def on_checking() -> None:
        part.unlink()
        part.write_bytes(b"mine")

    with pytest.raises(DiskTrouble, match=r"Cannot write in .* \(file exists\)"):
        files.fetch(order, Watch(on_checking=on_checking))
    assert lying(target) == {"clip.mp4.part": b"mine"}


def test_a_second_name_for_the_part_is_no_reason_to_stop(
    files: FileClient, order: Order, target: Path, part: Path
) -> None:
    backup = target.with_name("backup")
    files.fetch(order, Watch(on_checking=lambda: backup.hardlink_to(part)))
    assert lying(target) == {"clip.mp4": MP4, "backup": MP4}


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_stands_in_the_part_s_way_is_named_with_what_to_do(
    files: FileClient, order: Order, part: Path, home: Path, make: object
) -> None:
    assert callable(make)
    make(home / "clip.mp4.part")
    with pytest.raises(TransferError) as caught:
        files.fetch(order._replace(target=str(home / "clip.mp4")), Watch())
    assert str(caught.value) == (
        "clip.mp4.part in ~ is no file, so nothing can be saved there."
        " Move it; the download then goes on by itself."
    )
    assert caught.value.cell == "cannot write"


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO]
)
@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_disk_that_refuses_at_the_very_end_leaves_the_whole_part_and_no_name(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    number: int,
    step: str,
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    told = Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(DiskTrouble) as caught:
            files.fetch(order, told.watch)
    assert caught.value.is_full == (number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
    assert lying(target) == {"clip.mp4.part": MP4}
    sandbox.forget_requests()
    files.fetch(order._replace(known=told.validators[0]), Watch())
    assert (lying(target), sandbox.requests) == ({"clip.mp4": MP4}, [])


@pytest.mark.parametrize("named", [(), (("etag", ""), ("last-modified", ""))])
@pytest.mark.parametrize("length", [(), (("content-length", ""),)])
def test_a_last_step_that_fails_costs_no_second_download_whatever_the_host_tells(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    target: Path,
    named: tuple[tuple[str, str], ...],
    length: tuple[tuple[str, str], ...],
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    sandbox.faults.put(NAME, Fault(headers=(*named, *length), ranges="ignored"))
    told = Told()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "link", refuse)
        with pytest.raises(DiskTrouble):
            files.fetch(order, told.watch)
    sandbox.forget_requests()
    files.fetch(order._replace(known=told.validators[-1]), Watch())
    assert (lying(target), sandbox.requests) == ({"clip.mp4": MP4}, [])


def test_a_part_of_the_right_length_but_other_bytes_is_no_proof(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path, part: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(film_of(len(MP4), seed=2))
    files.fetch(order._replace(known=Validator(total=len(MP4), sha256=SHA256)), Watch())
    assert lying(target) == {"clip.mp4": MP4}
    assert len(sandbox.requests) == 2
