"""A list that is asked for without the parser is asked for as the parser reads it."""

import pytest

from vidu_tui import arguments
from vidu_tui.command import listing


@pytest.mark.parametrize(
    "words",
    [
        ["ls"],
        ["ls", "--json"],
        ["ls", "active"],
        ["ls", "model:q3", "--json", "credits:>10"],
        ["ls", "state:failed error:quota"],
        ["ls", ""],
        ["ls", "ls", "add"],
    ],
)
def test_an_ordinary_list_is_read_as_the_parser_reads_it(words: list[str]) -> None:
    quick, parsed = listing(words), arguments.parse(words)
    assert quick is not None
    for name in vars(type(quick)):
        if not name.startswith("_"):
            assert getattr(quick, name) == getattr(parsed, name), name


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["add", "--json"],
        ["--gateway", "ls"],
        ["ls", "--gateway", "other"],
        ["ls", "--help"],
        ["ls", "--js"],
        ["ls", "--", "-x"],
        ["ls", "-v"],
    ],
)
def test_all_else_is_left_to_the_parser(words: list[str]) -> None:
    assert listing(words) is None


def test_behind_two_dashes_all_are_words() -> None:
    assert arguments.parse(["ls", "--", "-x", "y"]).query == ["-x", "y"]
    assert arguments.parse(["ls", "--json", "--", "-x"]).json


def test_options_stand_anywhere_between_ids() -> None:
    read = arguments.parse(["add", "a", "--label", "x", "b"])
    assert (list(read.ids), read.label) == (["a", "b"], "x")
