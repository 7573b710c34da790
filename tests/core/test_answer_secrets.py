"""A key that a gateway echoes, and what would hold the screen up, do not reach the Board."""

from dataclasses import replace

from vidu_tui.core import answer, cells
from vidu_tui.core.board import Entry
from vidu_tui.core.task import Task, TaskKey

KEY = "vd_9f3Wkq77QmNzpLx"


def read(body: answer.Json) -> Task:
    """Read an answer that must be one."""
    task = answer.parse(body, "1", "theturbo", secrets=(KEY,))
    assert isinstance(task, Task)
    return task


def test_a_key_in_any_field_but_a_link_is_hidden() -> None:
    link = f"https://f.example/v.mp4?k={KEY}"
    fields = "state err_code err_msg id type model resolution aspect_ratio template"
    body: dict[str, answer.Json] = dict.fromkeys(fields.split(), f"x {KEY} y")
    body["seen"] = {"header": KEY}
    body[KEY] = 1
    body["payload"] = "p" * 190 + KEY
    body["creations"] = [{"id": KEY, "url": link, "more": KEY}]
    task = read(body)
    assert task.creations[0].assets[0].url == link
    bare = replace(task, creations=(replace(task.creations[0], assets=()),))
    assert KEY not in repr(bare)
    assert KEY[:10] not in bare.payload
    assert len(bare.payload) <= answer.PAYLOAD_SHOWN


def test_a_link_in_an_odd_field_is_shown_without_its_query() -> None:
    link = "https://f.example/a.mp4?X-Amz-Signature=deadbeef"
    task = read({"state": link, "model": link, "resolution": link})
    entry = Entry(TaskKey("theturbo", "1"), task=task)
    drawn = (cells.state(entry), cells.model(entry, 15), cells.resolution(entry))
    assert "deadbeef" not in "".join(cells.plain(cell) for cell in drawn)


def test_an_answer_with_a_flood_of_creations_is_bounded() -> None:
    flood: list[answer.Json] = [{"url": "http://a"}] * 5000
    task = read({"state": "success", "creations": flood})
    assert len(task.creations) == answer.MAX_CREATIONS


def test_a_link_of_a_megabyte_is_no_link() -> None:
    task = read({"state": "success", "creations": [{"url": "http://a/?" + "&" * 1_000_000}]})
    assert task.creations == ()
