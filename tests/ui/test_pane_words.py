"""What the tabs of the pane say: the raw answer, the timeline, where a pane has room."""

import pytest

from tests.ui.scenes import mixed
from vidu_tui.core import answer
from vidu_tui.core.cells import Role
from vidu_tui.core.task import Task, TaskState
from vidu_tui.core.timeline import Step
from vidu_tui.ui import rawtext, shapes, stepped
from vidu_tui.ui.shapes import Shape


def plain(lines: list[rawtext.Line]) -> list[str]:
    return ["".join(span.text for span in line) for line in lines]


def task(**fields: answer.Json) -> Task:
    read = answer.parse({"state": "success", "creations": [], **fields}, "1")
    assert isinstance(read, Task)
    return read


def test_the_answer_is_json_with_its_own_names_and_numbers() -> None:
    said = plain(rawtext.lines(task(credits=60, model="viduq3", bgm=True)))
    assert said[0] == "{"
    assert '  "credits": 60,' in said
    assert '  "bgm": true,' in said
    assert said[-1] == "}"


def test_names_words_numbers_and_literals_have_each_their_colour() -> None:
    lines = rawtext.lines(task(credits=60, bgm=True, model="viduq3"))
    roles = {span.text: span.role for line in lines for span in line}
    assert roles['"credits"'] is Role.PRIMARY
    assert roles["60"] is Role.SECONDARY
    assert roles["true"] is Role.ACCENT
    assert roles['"viduq3"'] is Role.PLAIN


def test_fields_that_we_do_not_know_stand_there_too() -> None:
    said = "\n".join(plain(rawtext.lines(task(seed=42, more={"a": [1, 2]}))))
    assert '"seed": 42' in said
    assert '"a": [' in said


def test_no_secret_and_no_escape_is_shown() -> None:
    links: answer.Json = [{"id": "a", "url": "https://f.example.com/v.mp4?X-Amz-Signature=abc123"}]
    told = task(
        creations=links,
        model="\x1b[31mred\u202e",
        note="Bearer vd_0123456789abcdef",
        err_msg="a\nb",
    )
    said = "\n".join(plain(rawtext.lines(told)))
    assert "abc123" not in said
    assert "vd_0123456789abcdef" not in said
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "https://f.example.com/v.mp4" in said


def test_a_very_long_answer_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rawtext, "MOST_LINES", 5)
    said = plain(rawtext.lines(task()))
    assert len(said) == 6
    assert said[-1].endswith("more lines")


def test_before_the_first_answer_it_says_so() -> None:
    assert plain(rawtext.lines(None)) == ["No answer yet."]


def test_what_is_sought_is_marked_even_across_colours_and_nothing_is_lost() -> None:
    line = next(line for line in rawtext.lines(task(credits=60)) if "credits" in plain([line])[0])
    marked = rawtext.marked(line, 'S": 6')
    assert plain([marked]) == plain([line])
    assert "".join(span.text for span in marked if span.is_bold) == 's": 6'
    assert rawtext.marked(line, "") == line
    assert rawtext.marked(line, "absent") == line


def test_bars_stand_on_one_scale() -> None:
    told = [
        Step(10.0, "queueing", TaskState.QUEUEING, 50.0),
        Step(60.0, "processing", TaskState.PROCESSING, 100.0),
        Step(160.0, "success", TaskState.SUCCESS),
    ]
    said = plain(stepped.lines(told, 200.0, 40))
    bars = [line.count("━") * 2 + line.count("╸") for line in said]
    assert bars == [10, 20, 0]
    assert all(len(line) <= 40 for line in said)


def test_the_shortest_step_is_still_seen_and_another_day_is_named() -> None:
    day = 86_400.0
    told = [
        Step(10.0, "queueing", TaskState.QUEUEING, 1.0),
        Step(11.0, "processing", TaskState.PROCESSING, 2 * day),
        Step(11.0 + 2 * day, "success", TaskState.SUCCESS),
    ]
    said = plain(stepped.lines(told, 20.0 + 2 * day, 40))
    assert "╸" in said[1]
    assert [line for line in said if ":" not in line] == ["01 Jan", "03 Jan"]


def test_a_strange_state_is_inert_on_the_timeline() -> None:
    said = plain(stepped.lines([Step(1.0, "\x1b[2Jodd\n", TaskState.UNKNOWN, 1.0)], 2.0, 40))
    assert "\x1b" not in said[0]
    assert plain(stepped.lines([], 2.0, 40)) == ["Nothing was seen of this task yet."]


@pytest.mark.parametrize(
    ("setting", "width", "height", "shape", "is_open"),
    [
        ("auto", 139, 40, Shape.BELOW, False),
        ("auto", 140, 40, Shape.RIGHT, True),
        ("auto", 140, 23, None, True),
        ("auto", 99, 40, None, False),
        ("auto", 100, 24, Shape.BELOW, False),
        ("right", 100, 24, Shape.RIGHT, True),
        ("below", 300, 50, Shape.BELOW, True),
        ("off", 300, 50, Shape.RIGHT, False),
    ],
)
def test_the_pane_stands_where_there_is_room(
    setting: str, width: int, height: int, shape: Shape | None, is_open: bool
) -> None:
    assert shapes.shape_of(setting, width, height) is shape
    assert shapes.is_open_by_itself(setting, width) is is_open
    assert shapes.pane_width(width) == (60 if width >= 220 else 43)


def test_the_raw_answer_of_every_demo_task_can_be_written() -> None:
    for entry in mixed().entries.values():
        assert rawtext.lines(entry.task)
        assert rawtext.lines(entry._replace(task=None).task)
