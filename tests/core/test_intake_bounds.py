"""Pasted text of any kind and size: never an exception, never a long wait."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vidu_tui.core import intake
from vidu_tui.core.intake import is_task_id, read

A = "940107923630096384"
SIZE = 100_000
BUDGET_S = 1.0
"""Far above what a linear reader needs for this size, far below what a quadratic one does."""

SCRAPS = (
    '{ } [ ] " \' \\ \\" , : = & # / . - + $ task_ video_ task_id "task_id": "id": "state":'
    ' "creations":[ https:// /tasks/ Bearer token -u \t \r\n \x1b[ \x1b]0; \x07 \u200b ９ é'
    f" 123456789 {A} gf03:task_y"
)
PASTED = st.lists(st.sampled_from([*SCRAPS.split(" "), " ", "  "]), max_size=40).map("".join)


@given(PASTED | st.text())
@settings(max_examples=100, deadline=None)
def test_no_text_is_too_odd(text: str) -> None:
    found_all = read(text)
    assert found_all.ignored >= 0
    keys = [(found.id, found.origin) for found in found_all.finds]
    assert len(set(keys)) == len(keys)
    for found in found_all.finds:
        assert is_task_id(found.id)
        assert found.label.isprintable()
        assert len(found.label) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just(A),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "creations", "data", "url", "x"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["x", "creations", "payload"]), JSON, min_size=1))
@settings(max_examples=100, deadline=None)
def test_json_without_a_task_id_or_a_state_above_the_id_gives_nothing(body: object) -> None:
    assert read(json.dumps(body)).finds == ()


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "{",
        "[",
        '{"a":',
        '{"a":[',
        '{"a":"\n',
        '{"a":"x\\"',
        '{\\"a\\":',
        '"',
        "\\",
        "'",
        " ",
        "\n",
        "\t",
        "task_",
        "video_",
        "12345678.",
        "12345678:",
        "https://",
        "/tasks",
        "\x1b[",
        "\x1b]",
        "Bearer ",
        "token ",
        "authorization:",
        "key\\",
        f"{A} ",
        f"created {A} ",
        f"{A}\tlabel\n",
        f"https://h/tasks/{A},",
        f'{{"task_id":"{A}"}}\n',
        "é",
        "\u202e",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (SIZE // len(piece))
    start = time.process_time()
    read(text)
    assert time.process_time() - start < BUDGET_S


def test_deep_nesting_is_read_without_recursion() -> None:
    assert read("{" * 100_000).finds == ()
    deep = '{"data":' * 20_000 + f'{{"task_id":"{A}"}}'
    assert read(deep + "\n" + f'{{"task_id":"{A}"}}').finds[0].id == A


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """Make the limit a thousandth of what it is."""
    assert intake.LIMIT_BYTES == 4_000_000
    monkeypatch.setattr(intake, "LIMIT_BYTES", 4_000)
    return 4_000


def test_only_the_first_four_megabytes_are_read(small_limit: int) -> None:
    filler = "x" * (small_limit - len(A) - 1)
    whole = read(filler + "\n" + A)
    assert not whole.is_cut
    assert len(whole.finds) == 1
    late = read(f"{A}\n{filler}\n940121773009244160")
    assert late.is_cut
    assert [found.id for found in late.finds] == [A]


def test_the_cut_never_makes_a_shorter_id(small_limit: int) -> None:
    late = read(" " * (small_limit - 16) + A)
    assert late.is_cut
    assert late.finds == ()


def test_the_limit_counts_bytes(small_limit: int) -> None:
    assert read("é" * (small_limit // 2 + 1)).is_cut
    assert not read("é" * (small_limit // 2)).is_cut


def test_nothing_gives_nothing() -> None:
    empty = read("")
    assert (empty.finds, empty.ignored, empty.lines, empty.is_cut) == ((), 0, 0, False)
