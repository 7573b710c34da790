"""On which occasions a hook runs, with which arguments, and what it is told."""

import json

import pytest

from tests.engine.simulated import link, task
from vidu_tui.core import hooks
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.hooks import Hook, Occasion
from vidu_tui.core.task import Asset, AssetKind, Creation, TaskKey

KEY = TaskKey("theturbo", "940107923630096384")
VIDEO, SECOND = FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)


def entry(state: str, *saved: FileKey, urls: int = 1) -> Entry:
    files = tuple(
        FileState(file, FileStage.SAVED, path=f"/v/{file.creation}.mp4", total=5, sha256="ab")
        for file in saved
    )
    return Entry(
        KEY, "hero", task=task(KEY.id, state, *[link(n) for n in range(urls)]), files=files
    )


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (entry("processing"), []),
        (entry("success"), ["success"]),
        (entry("success", VIDEO), ["success", "saved 1"]),
        (entry("success", VIDEO, SECOND, urls=2), ["success", "saved 1", "saved 2"]),
        (entry("success", FileKey(0, AssetKind.COVER)), ["success"]),
        (entry("failed"), ["failed"]),
        (entry("canceled"), ["canceled"]),
        (entry("exploded"), []),
        (Entry(KEY), []),
    ],
)
def test_what_has_come_of_a_task(row: Entry, names: list[str]) -> None:
    assert [occasion.name for occasion in hooks.occasions(row)] == names


def test_where_no_video_is_wanted_the_first_kind_that_is_counts() -> None:
    assets = (Asset(AssetKind.VIDEO, link()), Asset(AssetKind.COVER, link(1)))
    answer = task(KEY.id, "success")._replace(creations=(Creation("0", assets),))
    cover = FileState(FileKey(0, AssetKind.COVER), FileStage.SAVED, path="/v/c.jpg")
    row = Entry(KEY, task=answer, kinds=(AssetKind.COVER,), files=(cover,))
    assert [occasion.name for occasion in hooks.occasions(row)] == ["success", "saved 1"]


@pytest.mark.parametrize(
    ("run", "state", "file", "suits"),
    [
        (("a",), "success", None, True),
        (("a",), "success", VIDEO, False),
        (("a", "{path}"), "success", None, False),
        (("a", "x={path}"), "success", VIDEO, True),
        (("{path}",), "success", None, True),
        (("a", "{path}"), "failed", None, True),
        (("a",), "failed", None, True),
        (("a",), "canceled", None, False),
    ],
)
def test_a_hook_with_a_path_waits_for_the_file(
    run: tuple[str, ...], state: str, file: FileKey | None, suits: bool
) -> None:
    assert Occasion(state, file).suits(Hook(("success", "failed"), run)) is suits


def test_arguments_are_filled_in_once_and_nothing_else_is() -> None:
    row = entry("success", VIDEO)
    odd = row._replace(files=(row.files[0]._replace(path="/v/{id} $(x).mp4"),))
    hook = Hook(("success",), ("{id}", "{path}", "--id={id}", "{state}{state}", "{label}", "{}"))
    assert hooks.arguments(hook, odd, Occasion("success", VIDEO)) == [
        "/v/{id} $(x).mp4",
        f"--id={KEY.id}",
        "successsuccess",
        "{label}",
        "{}",
    ]
    assert hooks.arguments(Hook(("failed",), ("a", "{path}")), row, Occasion("failed")) == [""]


def test_a_program_is_told_all_but_what_is_secret() -> None:
    row = entry("success", VIDEO)._replace(label="a\x1b[31m\nb")
    row = row._replace(task=task(KEY.id, "success", link())._replace(payload="Bearer vd-abc123456"))
    text = hooks.said(row, Occasion("success", VIDEO)).decode()
    told = json.loads(text)
    assert text.count("\n") == 1
    assert (told["schema"], told["event"], told["id"]) == (1, "saved", KEY.id)
    assert (told["gateway"], told["state"], told["path"]) == ("theturbo", "success", "/v/0.mp4")
    assert told["files"] == [
        {
            "creation": 1,
            "asset": "video",
            "part": 1,
            "path": "/v/0.mp4",
            "size_bytes": 5,
            "sha256": "ab",
        }
    ]
    assert told["task"]["state"] == "success"
    assert "Signature" not in text
    assert "vd-abc123456" not in text
    assert "\x1b" not in told["label"]
    linked = row._replace(label="https://h.example/a.mp4?X-Amz-Signature=abcdef012345")
    assert b"abcdef" not in hooks.said(linked, Occasion("success", VIDEO))
    end = json.loads(hooks.said(entry("failed"), Occasion("failed")))
    assert (end["event"], end["path"], end["files"]) == ("failed", None, [])
