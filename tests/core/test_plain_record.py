"""Records as they are written are read without the parser, and say what it would say."""

import json
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_record import answers, every_file
from vidu_tui.core import plain_record, record
from vidu_tui.core.answer import parse
from vidu_tui.core.answer_fields import TASK_FIELDS
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskState

FINISHED = Task(
    "1",
    TaskState.SUCCESS,
    "success",
    100.0,
    creations=(Creation("7", (Asset(AssetKind.VIDEO, "https://h.example/a.mp4"),)),),
    answered_id="1",
    credits=60.0,
    model="viduq3-turbo",
    cus_priority=0,
)


def written(task: Task) -> dict[str, Json]:
    """Write a task as the ledger keeps it once its files are saved, without what is only ours."""
    kept = cast("dict[str, Json]", json.loads(record.kept(task)))
    kept.pop("vidu_tui", None)
    return kept


@pytest.mark.parametrize("task", answers(), ids=lambda task: task.state_word)
def test_every_answer_is_read_as_the_parser_reads_it(task: Task) -> None:
    for text in (record.kept(task), record.kept(task, every_file(task))):
        kept = cast("dict[str, Json]", json.loads(text))
        kept.pop("vidu_tui", None)
        assert plain_record.read(kept, "1") in (None, parse(kept, "1"))


def test_what_is_ordinary_needs_no_parser() -> None:
    read = [plain_record.read(written(task), "1") for task in [FINISHED, *answers()]]
    assert read[0] is not None
    assert len([task for task in read if task is not None]) > len(read) * 2 / 3


_JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_ODD = st.sampled_from(
    ["https://h.example/a.mp4?Signature=0123456789abcdef", " success ", "x" * 5000, -1.0, 1e300]
)


@given(
    st.sampled_from([*sorted(TASK_FIELDS), "trace_id", "code", "data"]),
    _JSON | _ODD,
)
def test_whatever_else_stands_there_is_left_to_the_parser(field: str, value: Json) -> None:
    kept = written(FINISHED) | {field: value}
    assert plain_record.read(kept, "1") in (None, parse(kept, "1"))


@given(st.sampled_from(["id", "url", "cover_url", "moderation_url", "video", "more"]), _JSON | _ODD)
def test_so_it_is_in_a_creation(field: str, value: Json) -> None:
    kept = written(FINISHED)
    creations = cast("list[dict[str, Json]]", kept["creations"])
    creations[0][field] = value
    assert plain_record.read(kept, "1") in (None, parse(kept, "1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://h.example/a.mp4#x",
        "https://u:p@h.example/a.mp4",
        "https://h.example/a b.mp4",
        "ftp://h.example/a.mp4",
        "https:///a.mp4",
    ],
)
def test_an_odd_link_is_left_to_the_parser(url: str) -> None:
    kept = written(FINISHED)
    kept["creations"] = [{"id": "7", "url": url}]
    assert plain_record.read(kept, "1") is None


def test_no_long_text_is_remembered() -> None:
    plain_record._like.cache_clear()
    for number in range(50):
        long = written(FINISHED) | {"err_code": f"{number}" * 3000}
        assert plain_record.read(long, "1") is None
    assert plain_record._like.cache_info().currsize == 0
