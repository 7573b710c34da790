"""Whose a part is: ours, somebody's, a backup's, a finished file's, another process's."""

import os
import time
from pathlib import Path

import pytest

from tests.gateway.conftest import MP4, NAME, SHA256, Told
from vidu_tui.core.errors import DiskTrouble, FileRefused, HeldElsewhere
from vidu_tui.core.files import Arrived, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.partfile import STILL_S, PartFile
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.server import Sandbox

CUT = 100_000


def lying(target: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in target.parent.iterdir()}


def known(sandbox: Sandbox) -> Validator:
    file = sandbox.files.get(NAME)
    assert file is not None
    return Validator(file.etag, "", len(MP4))


@pytest.fixture
def foreign(order: Order, part: Path) -> Order:
    """Give an order whose part is somebody else's."""
    part.parent.mkdir()
    return order._replace(is_part_ours=False)


@pytest.mark.parametrize("content", [b"", b"mine", MP4[:CUT]])
def test_a_part_that_is_not_ours_is_left_alone_and_the_next_number_taken(
    files: FileClient, foreign: Order, sandbox: Sandbox, part: Path, target: Path, content: bytes
) -> None:
    part.write_bytes(content)
    told: list[object] = []
    watch = Watch(on_target=told.append, on_validator=told.append)
    arrived = files.fetch(foreign._replace(known=known(sandbox)), watch)
    second = str(target.with_name("clip_2.mp4"))
    assert arrived.path == second
    assert told[0] == second
    assert lying(target) == {"clip.mp4.part": content, "clip_2.mp4": MP4}


def test_a_link_or_folder_in_place_of_a_part_that_is_not_ours_is_left_alone(
    files: FileClient, foreign: Order, part: Path, target: Path
) -> None:
    part.symlink_to("nowhere")
    target.with_name("clip_2.mp4.part").mkdir()
    assert files.fetch(foreign, Watch()).path == str(target.with_name("clip_3.mp4"))
    assert part.is_symlink()


def test_where_no_part_lies_the_proposed_target_is_taken(
    files: FileClient, foreign: Order, target: Path
) -> None:
    told: list[str] = []
    files.fetch(foreign, Watch(on_target=told.append))
    assert told == [str(target)]
    assert lying(target) == {"clip.mp4": MP4}


def test_a_part_that_another_writes_just_now_is_waited_for_even_if_it_is_not_ours(
    files: FileClient, foreign: Order, target: Path
) -> None:
    with PartFile.open(target), pytest.raises(HeldElsewhere):
        files.fetch(foreign, Watch())


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_part_whose_holder_is_asleep_is_not_waited_for(
    files: FileClient, order: Order, sandbox: Sandbox, part: Path, target: Path, is_ours: bool
) -> None:
    asked = order._replace(is_part_ours=is_ours, known=known(sandbox))
    told: list[str] = []
    with PartFile.open(target) as sleeper:
        sleeper.write(MP4[:CUT])
        for age_s in (0, STILL_S - 60):
            os.utime(part, (time.time() - age_s,) * 2)
            with pytest.raises(HeldElsewhere):
                files.fetch(asked, Watch())
        os.utime(part, (time.time() - STILL_S - 1,) * 2)
        arrived = files.fetch(asked, Watch(on_target=told.append))
    assert told == [arrived.path] == [str(target.with_name("clip_2.mp4"))]
    assert lying(target) == {"clip.mp4.part": MP4[:CUT], "clip_2.mp4": MP4}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_part_of_another_user_is_left_alone_whatever_is_known_of_it(
    files: FileClient, order: Order, sandbox: Sandbox, part: Path, target: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(MP4[:CUT])
    os.chown(part, 12345, -1)
    files.fetch(order._replace(known=known(sandbox)), Watch())
    assert lying(target) == {"clip.mp4.part": MP4[:CUT], "clip_2.mp4": MP4}


def test_a_disk_that_gives_all_files_one_owner_says_nothing_of_ours(
    files: FileClient,
    order: Order,
    sandbox: Sandbox,
    part: Path,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    part.parent.mkdir()
    part.write_bytes(MP4[:CUT])
    uid = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: uid + 1)
    files.fetch(order._replace(known=known(sandbox)), Watch())
    assert lying(target) == {"clip.mp4": MP4}
    assert sandbox.requests[0].range == f"bytes={CUT - OVERLAP_BYTES}-"


def test_an_empty_part_that_we_have_not_made_is_never_removed(
    files: FileClient, order: Order, sandbox: Sandbox, part: Path, target: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(b"")
    sandbox.faults.answer(NAME, 404)
    with pytest.raises(FileRefused):
        files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4.part": b""}


def test_a_part_with_a_backup_goes_on_without_a_byte_in_the_backup(
    files: FileClient, order: Order, sandbox: Sandbox, part: Path, target: Path, tmp_path: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(MP4[:CUT])
    backup = tmp_path / "clip.mp4.part"
    backup.hardlink_to(part)
    files.fetch(order._replace(known=known(sandbox)), Watch())
    assert lying(target) == {"clip.mp4": MP4}
    assert backup.read_bytes() == MP4[:CUT]
    assert [seen.range for seen in sandbox.requests] == [f"bytes={CUT - OVERLAP_BYTES}-"]


def test_a_backup_s_part_stays_as_it_was_where_it_cannot_be_copied(
    files: FileClient,
    order: Order,
    part: Path,
    target: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    part.parent.mkdir()
    part.write_bytes(MP4[:CUT])
    (tmp_path / "backup").hardlink_to(part)
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskTrouble, match="Disk full"):
        files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4.part": MP4[:CUT]}


@pytest.mark.parametrize("name", ["clip_2.mp4", "clip.png", "clip.mp4.bad"])
def test_a_part_that_is_a_second_name_of_what_was_settled_is_dropped(
    files: FileClient, order: Order, part: Path, target: Path, name: str
) -> None:
    part.parent.mkdir()
    part.write_bytes(b"finished")
    target.with_name(name).hardlink_to(part)
    files.fetch(order, Watch())
    assert lying(target) == {"clip.mp4": MP4, name: b"finished"}


def test_a_file_that_another_process_brought_meanwhile_is_not_fetched_again(
    files: FileClient, order: Order, sandbox: Sandbox, target: Path
) -> None:
    target.parent.mkdir()
    saved = target.with_name("elsewhere.mp4")
    saved.write_bytes(MP4)
    told = Told()
    landed = Arrived(str(saved), len(MP4), SHA256)
    arrived = files.fetch(order, told.watch._replace(landed=lambda: landed))
    assert arrived == landed._replace(was_there=True)
    assert sandbox.requests == []
    assert lying(target) == {"elsewhere.mp4": MP4}


@pytest.mark.parametrize("content", [b"", MP4[:-1], MP4[:-1] + b"!", None])
def test_what_is_said_to_have_landed_counts_only_where_these_bytes_lie_there(
    files: FileClient, order: Order, target: Path, content: bytes | None
) -> None:
    target.parent.mkdir()
    saved = target.with_name("elsewhere.mp4")
    if content is not None:
        saved.write_bytes(content)
    landed = Arrived(str(saved), len(MP4), SHA256)
    arrived = files.fetch(order, Watch(landed=lambda: landed))
    assert (arrived.path, arrived.was_there) == (str(target), False)
    assert target.read_bytes() == MP4


def test_a_part_with_bytes_in_it_stays_beside_what_has_landed(
    files: FileClient, order: Order, part: Path, target: Path
) -> None:
    part.parent.mkdir()
    part.write_bytes(MP4[:CUT])
    saved = target.with_name("elsewhere.mp4")
    saved.write_bytes(MP4)
    files.fetch(order, Watch(landed=lambda: Arrived(str(saved), len(MP4), SHA256)))
    assert lying(target) == {"clip.mp4.part": MP4[:CUT], "elsewhere.mp4": MP4}
