"""The parser is total: no JSON makes it raise, and broken JSON is one kind of error."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core import answer
from vidu_tui.core.answer import Json
from vidu_tui.core.errors import GatewayError
from vidu_tui.core.task import Task

LINK = "https://f.example/v.mp4"
NAMES = (
    *("state", "status", "data", "creations", "url", "id", "code", "reason", "message", "error"),
    *("metadata", "trace_id", "progress", "credits", "video", "duration", "resolution"),
    *("moderation_url", "err_code", "payload"),
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["success", " Failed ", LINK, "30%", "\ud800", "401", "task_not_exist"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES) | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def test_nesting_at_the_interpreters_limit_does_no_harm() -> None:
    for depth in (10, 400, *range(700, 1000, 7), 5_000, 100_000):
        try:
            body = answer.decode('{"state":"created","odd":' + "[" * depth + "]" * depth + "}")
        except ValueError:
            continue
        assert isinstance(answer.parse(body, "1"), Task)


@pytest.mark.parametrize("text", ["", "not-json", "{", '{"a":}', "\ud800", "[1,]", "[" * 200_000])
def test_broken_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expect|nested|Illegal"):
        answer.decode(text)


def test_a_number_of_ten_thousand_digits_is_read_as_text() -> None:
    body = answer.decode('{"state":"created","credits":' + "9" * 10_000 + "}")
    task = answer.parse(body, "1")
    assert isinstance(task, Task)
    assert task.credits is None


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_no_json_makes_the_parser_raise(body: Json) -> None:
    found = answer.parse(body, "1", "theturbo", secrets=("key",))
    if isinstance(found, GatewayError):
        assert str(found).isprintable()
    else:
        assert found.id == "1"
    answer.words_of(body)
    assert isinstance(answer.refusal(400, body, "theturbo"), GatewayError)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_no_field_of_a_good_answer_makes_the_parser_raise(value: Json) -> None:
    fields = "creations id credits progress duration video payload off_peak model data err_code"
    for name in fields.split():
        assert isinstance(answer.parse({"state": "success", name: value}, "1"), Task)


@settings(max_examples=100, deadline=None)
@given(st.text() | st.floats().map(str) | st.lists(st.text()).map(json.dumps))
def test_decode_gives_json_or_a_value_error(text: str) -> None:
    try:
        found = answer.decode(text)
    except ValueError:
        return
    assert json.dumps(found) is not None


def test_an_integer_that_python_will_not_write_does_no_harm() -> None:
    huge = 10**5000
    names = ("id", "credits", "progress", "payload", "cus_priority", "odd", "creations", "code")
    for name in names:
        assert isinstance(answer.parse({"state": "created", name: huge}, "1"), Task)
    assert isinstance(
        answer.parse({"code": huge, "metadata": {"trace_id": huge}}, "1"), GatewayError
    )
