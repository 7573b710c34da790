"""A key that a gateway echoes, and what would hold the screen up, do not reach the Board."""

import base64

import pytest

from vidu_tui.core import answer, answer_fields, cells, record
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileKey
from vidu_tui.core.task import AssetKind, Task, TaskKey
from vidu_tui.ui import facts, rawtext

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
    bare = task._replace(creations=(task.creations[0]._replace(assets=()),))
    assert KEY not in repr(bare)
    assert KEY[:10] not in bare.payload
    assert len(bare.payload) <= answer_fields.PAYLOAD_SHOWN


def test_a_link_in_an_odd_field_is_shown_without_its_query() -> None:
    link = "https://f.example/a.mp4?X-Amz-Signature=deadbeef"
    task = read({"state": link, "model": link, "resolution": link})
    entry = Entry(TaskKey("theturbo", "1"), task=task)
    drawn = (cells.state(entry), cells.model(entry, 15), cells.resolution(entry))
    assert "deadbeef" not in "".join(cells.plain(cell) for cell in drawn)


def test_an_answer_with_a_flood_of_creations_is_bounded() -> None:
    flood: list[answer.Json] = [{"url": "http://a"}] * 5000
    task = read({"state": "success", "creations": flood})
    assert len(task.creations) == answer_fields.MAX_CREATIONS


def test_a_link_of_a_megabyte_is_no_link() -> None:
    task = read({"state": "success", "creations": [{"url": "http://a/?" + "&" * 1_000_000}]})
    assert task.creations == ()


def test_a_key_that_hidden_characters_part_does_not_reach_the_task() -> None:
    parted = KEY[:9] + "\u200b" + KEY[9:]
    coded = base64.b64encode(KEY.encode()).decode()
    task = read(
        {"state": "created", "model": parted, "type": coded, "z": KEY[:9] + "\x01" + KEY[9:]}
    )
    assert (task.model, task.type) == ("•••", "•••")
    assert task.extra == (("z", '"•••"'),)


def test_no_part_of_a_key_is_left_where_a_field_is_cut() -> None:
    for filler in ("x" * 190, "x" * 3990, "https://h/?" + "y" * 15_900 + " "):
        words = filler + KEY * 30
        task = read(
            {
                "state": words,
                "metadata": {"trace_id": words},
                "err_msg": words,
                "payload": words,
                "id": words,
                "more": words,
                words: 1,
                "creations": [{"url": "http://h/", "video": {"resolution": words}, "more": words}],
            }
        )
        assert KEY[:4] not in repr(task)


def test_an_unknown_state_is_a_word_and_no_link() -> None:
    task = read({"state": "see https://h/?k=" + "x" * 900})
    assert task.state_word == "see https://h/?…"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (f"https://h/f/{KEY}/v.mp4?k=1", "https://h/f/•••/v.mp4"),
        (f"https://h/f/{KEY[:5]}%{ord(KEY[5]):x}{KEY[6:]}/v.mp4", "https://h/f/•••/v.mp4"),
        (f"https://u:{KEY}@h/v.mp4", "https://h/v.mp4"),
        (f"https://h/v.mp4?k={KEY}", "https://h/v.mp4"),
        (f"https://h/v.mp4#{KEY}", "https://h/v.mp4"),
    ],
)
def test_a_link_that_holds_the_key_is_fetched_as_it_is_and_kept_without(
    link: str, shown: str
) -> None:
    task = read({"state": "success", "creations": [{"url": link}, {"url": "https://h/b.mp4?k=1"}]})
    asset, other = (creation.assets[0] for creation in task.creations)
    assert (asset.url, asset.shown, other.shown) == (link, shown, "")
    kept = record.kept(task, {FileKey(0, AssetKind.VIDEO), FileKey(1, AssetKind.VIDEO)})
    assert KEY[6:] not in kept
    back = record.recalled(kept, "1")
    assert back is not None
    assert (back.creations[0].assets[0].url, back.creations[0].assets[0].is_cut) == (shown, True)
    assert back.creations[1].assets[0] == other
    entry = Entry(TaskKey("theturbo", "1"), task=task)
    assert KEY[6:] not in repr((facts.overview(entry, 0.0), rawtext.lines(task)))


def test_no_word_of_an_answer_repeats_the_signature_of_its_link() -> None:
    link = "https://h/v.mp4?k=5ecret%2F5ecret%3D%3D&size=720p"
    words = "denied 5ecret/5ecret== and 5ecret%2F5ecret, 720p"
    body: answer.Json = {
        "state": "bad 5ecret/5ecret",
        "err_msg": words,
        "payload": words,
        "seen": [words],
        "creations": [{"url": link, "more": words}],
    }
    task = read(body)
    assert task.creations[0].assets[0].url == link
    bare = task._replace(creations=(task.creations[0]._replace(assets=()),))
    assert "5ecret" not in repr(bare)
    assert task.payload.endswith("720p")


def test_the_id_of_the_task_in_its_link_is_no_secret() -> None:
    body: answer.Json = {
        "state": "success",
        "payload": "of 94011940",
        "creations": "http://h/?94011940",
    }
    task = answer.parse(body, "94011940")
    assert isinstance(task, Task)
    assert task.payload == "of 94011940"
