from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vidu_tui.storage import listfile
from vidu_tui.storage.listfile import ListFile, Table
from vidu_tui.storage.toml_text import TextError

HEAD = f"{listfile.HEADER}\nversion = 1\n"

# The first draw of a clean checkout makes Hypothesis' table of all characters.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ids = st.text("aZ09._:-", min_size=1, max_size=20).map(lambda tail: f"x{tail}")
toml_texts = st.text(st.characters(codec="utf-8"), max_size=30)
moments = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
values = st.one_of(
    toml_texts,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.lists(st.integers(0, 9), max_size=3),
    st.dictionaries(toml_texts, st.integers(0, 9), max_size=3),
    st.lists(st.dictionaries(toml_texts, toml_texts, min_size=1), min_size=1, max_size=3),
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    table: Table = {"id": draw(ids)}
    for name, strategy in (("label", toml_texts), ("gateway", toml_texts), ("added", moments)):
        if draw(st.booleans()):
            table[name] = draw(strategy)
    unknown = draw(st.dictionaries(st.sampled_from(["color", "my note", "é"]), values))
    return {**table, **unknown}


@st.composite
def contents(draw: st.DrawFn) -> ListFile:
    rows = draw(st.lists(tables(), max_size=4))
    others = draw(st.dictionaries(st.sampled_from(["x", "y z", "tool"]), values))
    tasks = {(str(row.get("gateway", "")), str(row["id"])): row for row in rows}
    return ListFile(tasks, others, frozenset(name for name in others if draw(st.booleans())))


@unhurried
@given(contents())
def test_whatever_a_list_holds_survives_a_rewrite_in_its_order(content: ListFile) -> None:
    back = listfile.parse(listfile.render(content))
    assert back.tasks == content.tasks
    assert list(back.tasks) == list(content.tasks)
    assert [list(table) for table in back.tasks.values()] == [
        list(tomllib.loads(listfile._dumps({"t": table}))["t"]) for table in content.tasks.values()
    ]
    assert back.others == content.others
    assert listfile.render(back) == listfile.render(content)


@unhurried
@given(
    st.lists(tables(), max_size=3),
    st.integers(0, 500),
    st.sampled_from(["", "\n", "#", '"', "\\", "[[task]]\n", 'id = "a"\n', "label = ", "\r", "\t"]),
    st.integers(0, 3),
)
@example([{"id": "a", "label": 'x"\\'}], 0, "", 0)
def test_the_fast_reader_says_what_tomllib_says_or_nothing(
    rows: list[Table], position: int, inserted: str, cut: int
) -> None:
    text = listfile.render(ListFile({("", str(row["id"])): row for row in rows}, {})).decode()
    position = len(HEAD) - 20 + position
    text = text[:position] + inserted + text[position + cut :]
    fast = listfile._parse_plain(text)
    if fast is not None:
        slow = listfile._parse_any(text)
        assert (fast.tasks, list(fast.tasks)) == (slow.tasks, list(slow.tasks))
        assert fast.others == slow.others


def test_what_we_write_is_read_by_the_fast_reader() -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    table: Table = {"id": "1", "label": 'say "hi" \\ 👩‍🚀', "gateway": "vidu", "added": moment}
    text = listfile.render(ListFile({("vidu", "1"): table}, {})).decode()
    assert text == HEAD + (
        '\n[[task]]\nid = "1"\nlabel = "say \\"hi\\" \\\\ 👩‍🚀"\n'
        'gateway = "vidu"\nadded = 2026-01-31T12:00:00Z\n'
    )
    fast = listfile._parse_plain(text)
    assert fast is not None
    assert fast.tasks == {("vidu", "1"): table}


def test_unknown_tables_stay_before_and_behind_the_tasks() -> None:
    text = (
        'mood = "good"\n[before]\nx = 1\n[[task]]\nid = "1"\nstars = 5\n[task.mine]\ny = [1, 2]\n'
        '[[task]]\nid = "2"\n[behind]\nz = 2\n'
    )
    again = listfile.render(listfile.parse(text.encode())).decode()
    assert again == HEAD + (
        'mood = "good"\n\n[before]\nx = 1\n\n[[task]]\nid = "1"\nstars = 5\n\n'
        '[task.mine]\ny = [\n    1,\n    2,\n]\n\n[[task]]\nid = "2"\n\n[behind]\nz = 2\n'
    )


def test_a_list_of_inline_tables_is_read_as_well() -> None:
    content = listfile.parse(b'task = [{ id = "1" }, { id = "2", label = "x" }]\nafter = 1\n')
    assert list(content.tasks) == [("", "1"), ("", "2")]
    assert listfile.parse(listfile.render(content)).others == {"after": 1}


def test_a_task_that_stands_there_twice_is_one_and_the_first_wins() -> None:
    content = listfile.parse(
        b'[[task]]\nid = "1"\nlabel = "a"\n[[task]]\nid = "2"\n'
        b'[[task]]\nid = "1"\nlabel = "b"\nstars = 5\n[[task]]\nid = "1"\ngateway = "g"\n'
    )
    assert content.tasks == {
        ("", "1"): {"id": "1", "label": "a", "stars": 5},
        ("", "2"): {"id": "2"},
        ("g", "1"): {"id": "1", "gateway": "g"},
    }


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("2026-01-31T12:00:00Z", 1769860800.0),
        ("2026-01-31T13:00:00+01:00", 1769860800.0),
        ("2026-01-31 12:00:00.5Z", 1769860800.5),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_a_time_is_read_with_any_offset(added: str, expected: float | None) -> None:
    content = listfile.parse(f'[[task]]\nid = "1"\nadded = {added}\n'.encode())
    assert listfile.added_at(content.tasks["", "1"]) == expected


BAD = [
    ('[[task]]\nlabel = "x"\n', 1, "this [[task]] has no `id`"),
    ("[[task]]\nid = 1.5\n", 2, '`id` must be a text in quotes, as in id = "940107923630096384"'),
    ("[[task]]\nid = true\n", 2, '`id` must be a text in quotes, as in id = "940107923630096384"'),
    (
        '[[task]]\nid = "1"\n\n[[task]]\nlabel = "x"\nid = "a b"\n',
        6,
        "`id` is not a task id: letters, digits and . _ : - only, at most 128",
    ),
    (
        '[[task]]\nid = ".."\n',
        2,
        "`id` is not a task id: letters, digits and . _ : - only, at most 128",
    ),
    (
        "[[task]]\nid = -5\n",
        2,
        "`id` is not a task id: letters, digits and . _ : - only, at most 128",
    ),
    ('[[task]]\nid = "1"\nlabel = 5\n', 3, "`label` must be a text in quotes"),
    ('[[task]]\nid = "1"\ngateway = []\n', 3, "`gateway` must be a text in quotes"),
    (
        '[[task]]\nid = "1"\nadded = "today"\n',
        3,
        "`added` must be a time, as in added = 2026-01-31T12:00:00Z",
    ),
    ('[task]\nid = "1"\n', 1, "`task` must be written as [[task]]"),
    ("\ntask = [1]\n", 2, "a task must be written as [[task]]"),
    ('version = "1"\n', 1, "`version` must be 1"),
    ("version = true\n", 1, "`version` must be 1"),
    (
        '# new\nversion = 2\n[[task]]\nuuid = "1"\n',
        2,
        "was written by a newer vidu-tui (version 2); nothing was changed",
    ),
]


@pytest.mark.parametrize(("text", "line", "problem"), BAD)
def test_a_list_that_says_nothing_usable_is_refused_with_its_line(
    text: str, line: int, problem: str
) -> None:
    with pytest.raises(TextError) as caught:
        listfile.parse(text.encode())
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_a_month_that_is_none_is_refused_although_the_form_is_ours() -> None:
    text = f'{HEAD}\n[[task]]\nid = "1"\nadded = 2026-13-01T00:00:00Z\n'
    with pytest.raises(TextError) as caught:
        listfile.parse(text.encode())
    assert caught.value.line == 8
