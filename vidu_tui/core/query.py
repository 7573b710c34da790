"""The filter language: one line of text becomes a test of entries. Knows no screen and no clock.

Source: ux.md, key ``/``. Fields and flags stand in ``vidu_tui.core.fields``.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from vidu_tui.core import text as words_of
from vidu_tui.core.board import Entry
from vidu_tui.core.fields import ALIASES, FLAGS, NUMBERS, TEXTS, Flag, Number, haystack
from vidu_tui.core.view import LINK_LIFETIME_S

Test = Callable[[Entry, float, float], bool]
"""Of an entry, now, and the life of an undated link in seconds."""

_FIELD = re.compile(r"([A-Za-z_]+)(>=|<=|[:~<>=])")
_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?%?")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ":": lambda a, b: a == b,
}


class Query(NamedTuple):
    """A line of filter, read; what could not be read is told and left out."""

    text: str = ""
    error: str = ""
    """What is wrong with the first part that could not be read, in one short sentence."""
    is_timed: bool = False
    """Time alone may change what matches."""
    tests: tuple[Test, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether everything matches."""
        return not self.tests

    def matches(self, entry: Entry, now: float, lifetime_s: float = LINK_LIFETIME_S) -> bool:
        """Tell whether an entry passes every part that could be read."""
        for test in self.tests:  # noqa: SIM110 - a generator takes twice as long
            if not test(entry, now, lifetime_s):
                return False
        return True


EVERYTHING = Query()


class _Token(NamedTuple):
    """One part of the line, its quotes taken off."""

    text: str
    plain: int
    """How many of its first characters stand outside quotes."""
    is_quoted: bool
    is_negated: bool


class _Problem(NamedTuple):
    """Why a part could not be read."""

    line: str


class _Term(NamedTuple):
    test: Test
    is_timed: bool = False


@lru_cache(maxsize=8)
def parse(text: str) -> Query:
    """Read a line of filter; any text has an answer, and the same text the same one."""
    words: list[str] = []
    tests: list[Test] = []
    error, is_timed = "", False
    for token in _tokens(text):
        read = _read(token)
        if isinstance(read, _Problem):
            error = error or read.line
        elif isinstance(read, str) and not token.is_negated:
            words.append(read)
        else:
            term = _Term(_words((read,))) if isinstance(read, str) else read
            tests.append(_negated(term.test) if token.is_negated else term.test)
            is_timed = is_timed or term.is_timed
    if words:
        tests.insert(0, _words(tuple(words)))
    return Query(text, error, is_timed, tuple(tests))


def seconds_of(words: str) -> float | None:
    """Read a time span such as ``500ms``, ``5s``, ``2m``, ``1h30m``, ``2d``; None if it is none."""
    total, at = 0.0, 0
    for part in _PART.finditer(words):
        if part.start() != at:
            return None
        total += float(part[1]) * _SECONDS[part[2].lower()]
        at = part.end()
    return total if at and at == len(words) else None


def _tokens(text: str) -> Iterator[_Token]:
    """Part the line at white space outside quotes; a quote left open ends with the line."""
    kept: list[str] = []
    plain: int | None = None
    is_open, is_negated = False, False
    for char in (*text, None):
        if char == '"':
            is_open = not is_open
            plain = len(kept) if plain is None else plain
        elif char is None or (char.isspace() and not is_open):
            if kept:
                outside = len(kept) if plain is None else plain
                yield _Token("".join(kept), outside, plain is not None, is_negated)
            kept, plain, is_negated = [], None, False
        elif char == "!" and not kept and plain is None:
            is_negated = not is_negated
        else:
            kept.append(char)


def _read(token: _Token) -> _Term | _Problem | str:
    """Read one part; a word is given back as it is sought."""
    found = _FIELD.match(token.text[: token.plain])
    if found is None:
        flag = None if token.is_quoted else FLAGS.get(token.text.lower())
        return _flagged(flag) if flag else token.text.casefold()
    name, sign, value = found[1].lower(), found[2], token.text[found.end() :]
    name = ALIASES.get(name, name)
    is_known = name in TEXTS or name in NUMBERS
    # A link, or an equals sign in a text, is a word like any other.
    if not is_known and (sign == "=" or value.startswith("//")):
        return token.text.casefold()
    if not is_known:
        return _Problem(_unknown(found[1]))
    sign = ":" if sign == "=" else sign
    if not value and not token.is_quoted:
        return _Problem(f"{found[1]}{found[2]} wants a value.")
    if name in NUMBERS:
        return _measured(found[1], NUMBERS[name], sign, value)
    return _texted(found[1], TEXTS[name], sign, value)


def _unknown(name: str) -> str:
    shown = words_of.inert(name, 20)
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), (*TEXTS, *NUMBERS, *ALIASES), n=1, cutoff=0.5)
    if near:
        return f"{shown} is no field: did you mean {near[0]}?"
    return f"{shown} is no field: quotes make it text."


def _flagged(flag: Flag) -> _Term:
    return _Term(flag.test, flag.is_timed)


def _texted(
    name: str, read: Callable[[Entry], tuple[str, ...]], sign: str, value: str
) -> _Term | _Problem:
    """Compare a text: equal with ``*``, or contained."""
    if sign not in (":", "~"):
        return _Problem(f"{name} is text: use {name}: or {name}~")
    sought = value.casefold()
    if sign == "~":
        return _Term(lambda entry, _now, _life: any(sought in t.casefold() for t in read(entry)))
    parts = tuple(sought.split("*"))
    return _Term(lambda entry, _now, _life: any(_is_like(t.casefold(), parts) for t in read(entry)))


def _is_like(text: str, parts: tuple[str, ...]) -> bool:
    """Tell whether a text is the parts in this order, with anything between them."""
    first, *middle = parts
    if not middle:
        return text == first
    last = middle.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


def _measured(name: str, number: Number, sign: str, value: str) -> _Term | _Problem:
    """Compare a number or a time span."""
    if sign == "~":
        return _Problem(f"{name} is a number: use {name}: or {name}> or {name}<")
    wanted = seconds_of(value) if number.is_span else None
    if wanted is None and number.takes_plain and _NUMBER.fullmatch(value):
        wanted = float(value.replace(",", "").removesuffix("%"))
    if wanted is None:
        kind = "a time such as 2d or 5h" if number.is_span else "a number"
        return _Problem(f"{name} wants {kind}, not “{words_of.inert(value, 20)}”.")
    limit, compare, read = wanted, _COMPARE[sign], number.read

    def test(entry: Entry, now: float, lifetime_s: float) -> bool:
        told = read(entry, now, lifetime_s)
        return told is not None and compare(told, limit)

    return _Term(test, number.is_timed)


def _words(words: tuple[str, ...]) -> Test:
    """Seek words anywhere; all in one test, for it is what runs at each key."""

    def test(entry: Entry, _now: float, _lifetime_s: float) -> bool:
        said = haystack(entry)
        for word in words:  # noqa: SIM110 - a generator takes twice as long
            if word not in said:
                return False
        return True

    return test


def _negated(test: Test) -> Test:
    return lambda entry, now, lifetime_s: not test(entry, now, lifetime_s)
