from __future__ import annotations

import pytest

from vidu_tui.storage import toml_text
from vidu_tui.storage.toml_text import TextError


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a = 1\nb = \n", 2, 5),
        ("a = 1\nb 2\n", 2, 3),
        ('a = "never\n', 1, 11),
        ('a = 1\nb = """never\n', 3, 1),
        ("a = 1\na = 2\n", 2, 6),
    ],
)
def test_broken_text_has_line_and_column(text: str, line: int, column: int) -> None:
    with pytest.raises(TextError) as caught:
        toml_text.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert "(at" not in caught.value.problem
    assert caught.value.problem[0].islower()


def test_text_that_is_nested_without_end_is_broken_text() -> None:
    with pytest.raises(TextError):
        toml_text.parse("a = " + "[" * 50_000)


def test_a_number_with_too_many_digits_is_broken_text() -> None:
    with pytest.raises(TextError):
        toml_text.parse("a = " + "1" * 5000)


def test_bytes_that_are_not_utf_8_have_line_and_column() -> None:
    with pytest.raises(TextError) as caught:
        toml_text.decode(b'a = 1\nb = "\xff"\n')
    assert (caught.value.line, caught.value.column) == (2, 6)


def test_a_byte_order_mark_is_no_error() -> None:
    assert toml_text.parse(toml_text.decode("\ufeffa = 1".encode())) == {"a": 1}


TEXT = """\
# a = comment
default = "x"
long = '''
fake = 1
[fake]
'''
dotted.one.two = 3
inline = { deep = 4 }

[ table . "with.dot" ]
'quoted key' = 5
list = [
  "a = b",
]

[[row]]
id = 1
[[row]]
id = 2
[row.below]
x = 3
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("default",), 2),
        (("long",), 3),
        (("dotted",), 7),
        (("dotted", "one", "two"), 7),
        (("inline", "deep"), 8),
        (("table",), 10),
        (("table", "with.dot", "quoted key"), 11),
        (("table", "with.dot", "list"), 12),
        (("row", 0), 16),
        (("row", 0, "id"), 17),
        (("row", 1, "id"), 19),
        (("row", 1, "missing"), 18),
        (("row", 1, "below", "x"), 21),
        (("missing",), 1),
    ],
)
def test_a_key_is_found_in_its_line(place: tuple[str | int, ...], line: int) -> None:
    assert toml_text.locate(TEXT, place) == line
