"""A TOML text and its places. Knows lines and columns, never what a key means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Place = tuple["str | int", ...]
"""A key's way from the top of the file; an int counts the tables of one ``[[name]]`` from 0."""

_AT = r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z"
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = rf"[ \t]*(\[\[?)[ \t]*({_DOTTED})[ \t]*\]"
_KEY = rf"[ \t]*({_DOTTED})[ \t]*="
_TRIPLE = r'"""|' + "'''"


class TextError(ValueError):
    """A text that cannot be used: what is wrong and where, counted from 1; line None = unknown."""

    def __init__(self, problem: str, line: int | None = None, column: int = 1):
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


def decode(data: bytes) -> str:
    """Return the text of a file, without a byte order mark; TextError where it is not UTF-8."""
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise TextError("this is not UTF-8 text", line, column) from error


def parse(text: str) -> dict[str, object]:
    """Return the table that a text holds; TextError with line and column where it is broken."""
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise TextError("it is nested too deeply", 1, 1) from error
    except ValueError as error:
        raise _trouble(str(error), text) from error


def locate(text: str, place: Sequence[str | int]) -> int:
    """Return the line (from 1) where a key stands, or of the nearest thing that holds it."""
    wanted = tuple(place)
    best_line, best_length = 1, 0
    for line, found in _places(text):
        if found[: len(wanted)] == wanted:
            return line
        if len(found) > best_length and wanted[: len(found)] == found:
            best_line, best_length = line, len(found)
    return best_line


def _trouble(message: str, text: str) -> TextError:
    """Take tomllib's message apart; Python before 3.14 has its place in the words alone."""
    match = re.search(_AT, message)
    problem = re.sub(_AT, "", message)
    problem = problem[:1].lower() + problem[1:]
    if match is None:
        return TextError(problem, 1, 1)
    if match[1]:
        return TextError(problem, int(match[1]), int(match[2]))
    lines = text.split("\n")
    return TextError(f"{problem} at the end", len(lines), len(lines[-1]) + 1)


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Give each header's and key's line and place; lines within long strings are passed over."""
    table: Place = ()
    counts: dict[Place, int] = {}
    closing = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        header = re.match(_HEADER, line)
        if header is not None:
            table = _within(_parts(header[2]), counts)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield number, table
            continue
        key = re.match(_KEY, line)
        if key is not None:
            yield number, (*table, *_parts(key[1]))
        quotes = re.findall(_TRIPLE, line)
        closing = quotes[-1] if len(quotes) % 2 else ""


def _within(parts: Place, counts: dict[Place, int]) -> Place:
    """Return the place of a header's name below the last of each ``[[name]]`` it goes through."""
    place: Place = ()
    for index, part in enumerate(parts):
        place = (*place, part)
        if place in counts and index < len(parts) - 1:
            place = (*place, counts[place])
    return place


def _parts(dotted: str) -> Place:
    found = (match[0] for match in re.finditer(_PART, dotted))
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in found)
