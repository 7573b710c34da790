"""The sidecar beside a file: it is written there and nowhere else, and holds no credential."""

import json
from pathlib import Path

from vidu_tui.core.board import Entry
from vidu_tui.core.files import Arrived, FileKey
from vidu_tui.core.task import AssetKind, TaskKey
from vidu_tui.storage import sidecar

VIDEO = FileKey(0, AssetKind.VIDEO)
ENTRY = Entry(TaskKey("theturbo", "1"), label="from https://h.example/a?X-Amz-Signature=5ecret")


def write(folder: Path) -> str:
    return sidecar.write(ENTRY, VIDEO, Arrived(str(folder / "1.mp4"), 5, "ab"))


def test_a_link_in_a_label_loses_its_query(tmp_path: Path) -> None:
    assert write(tmp_path) == ""
    said = json.loads((tmp_path / "1.mp4.json").read_text(encoding="utf-8"))
    assert said["label"] == "from https://h.example/a?…"


def test_nothing_is_written_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "1.mp4.json").symlink_to(tmp_path / "elsewhere")
    assert "not ours" in write(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_sidecar_that_was_moved_and_linked_is_left_as_it_is(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "1.mp4.json").rename(tmp_path / "moved.json")
    (tmp_path / "moved.json").write_bytes(was := (tmp_path / "moved.json").read_bytes() + b" ")
    (tmp_path / "1.mp4.json").symlink_to(tmp_path / "moved.json")
    assert "not ours" in write(tmp_path)
    assert (tmp_path / "moved.json").read_bytes() == was
