"""What a config value may be. Knows types, sets and where a key stands, never what it is for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import toml_text
from vidu_tui.storage.paths import tilde

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidu_tui.storage.toml_text import Place

T = TypeVar("T")

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = r"([0-9]{1,9}(?:\.[0-9]{1,6})?)[ ]?(ms|s|m|h|d)"
_HINTS = {
    "key": "an API key belongs in credentials.toml or in VIDU_API_KEY, never here",
    "api_key": "an API key belongs in credentials.toml or in VIDU_API_KEY, never here",
}


class ValueRefusedError(ValueError):
    """A value that a key may not have; its text goes on after the key's name: "must be …"."""


class Section:
    """One table of the config file, taken key by key; what nobody took is an unknown key."""

    def __init__(self, file: Path, text: str, table: dict[str, object], place: Place = ()):
        self._file = file
        self._text = text
        self._table = table
        self._place = place
        self._known: dict[str, None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._table

    def take(self, name: str, check: Callable[[object], T], default: T) -> T:
        """Return a key's checked value, or the default where the file does not have it."""
        self._known[name] = None
        if name not in self._table:
            return default
        return self._checked(name, check)

    def need(self, name: str, check: Callable[[object], T]) -> T:
        """Return the checked value of a key that must be there."""
        self._known[name] = None
        if name not in self._table:
            raise self.refuse(f"{self._title()} needs `{name}`")
        return self._checked(name, check)

    def below(self, name: str) -> Section:
        """Return a table of this table; a missing one is empty."""
        self._known[name] = None
        table = self._table.get(name, {})
        if not isinstance(table, dict):
            title = printable(".".join((*self._names(), name)))
            problem = f"`{printable(name)}`{self._where()} must be a table, as in [{title}]"
            raise self.refuse(problem, name)
        return Section(self._file, self._text, table, (*self._place, name))

    def each_below(self) -> dict[str, Section]:
        """Return all tables of this table, whose names the person chose."""
        return {name: self.below(name) for name in self._table}

    def every(self, name: str) -> list[Section]:
        """Return the tables of a ``[[name]]``; a missing one is an empty list."""
        self._known[name] = None
        tables = self._table.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.refuse(f"`{name}` must be written as [[{name}]]", name)
        return [
            Section(self._file, self._text, table, (*self._place, name, index))
            for index, table in enumerate(tables)
        ]

    def texts(self) -> dict[str, str]:
        """Return all keys of a table that holds nothing but texts."""
        return {name: self.take(name, filled, "") for name in self._table}

    def finish(self) -> None:
        """Refuse the first key that nobody took, with the nearest that there is."""
        for name in self._table:
            if name not in self._known:
                raise self.refuse(self._unknown(name), name)

    def refuse(self, problem: str, *names: str) -> ConfigError:
        """Return the error that names file and line."""
        line = toml_text.locate(self._text, (*self._place, *names))
        return ConfigError(f"{tilde(self._file)}, line {line}: {problem}")

    def _checked(self, name: str, check: Callable[[object], T]) -> T:
        try:
            return check(self._table[name])
        except ValueRefusedError as error:
            problem = f"`{printable(name)}`{self._where()} {error}"
            raise self.refuse(problem, name) from error

    def _unknown(self, name: str) -> str:
        import difflib

        of = self._where().replace(" in ", " of ") or " of this file"
        start = f"`{printable(name)}` is not a key{of}"
        if name in _HINTS:
            return f"{start}: {_HINTS[name]}"
        near = difflib.get_close_matches(name.lower(), self._known, n=1, cutoff=0.5)
        if near:
            return f"{start}: did you mean `{near[0]}`?"
        return f"{start}: it may have {', '.join(sorted(self._known))}"

    def _names(self) -> tuple[str, ...]:
        return tuple(part for part in self._place if isinstance(part, str))

    def _title(self) -> str:
        names = printable(".".join(self._names()))
        is_one_of_many = any(isinstance(part, int) for part in self._place)
        return f"[[{names}]]" if is_one_of_many else f"[{names}]"

    def _where(self) -> str:
        return f" in {self._title()}" if self._place else ""


def printable(text: str) -> str:
    """Return what a person wrote as one short line, for an error."""
    line = "".join(character if character.isprintable() else "�" for character in text)
    return line if len(line) <= 60 else f"{line[:59]}…"


def parse_duration(text: str) -> float:
    """Return the seconds of ``200ms``, ``5s``, ``30m``, ``2h`` or ``1d``; else ConfigError."""
    try:
        return duration()(text)
    except ValueRefusedError as error:
        raise ConfigError(f"`{printable(text)}` is not usable: it {error}") from error


def duration(*, least_s: float = 0.0, least: str = "") -> Callable[[object], float]:
    """Check a length of time with its unit; ``least`` is the lower bound in the person's words."""

    def check(value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool):
            unit = f'such as "{value}s" or "{value}ms"'
            raise ValueRefusedError(f"must be a duration in quotes with its unit, {unit}")
        match = re.fullmatch(_DURATION, value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ValueRefusedError('must be a duration such as "200ms", "5s", "30m", "2h" or "1d"')
        seconds = float(match[1]) * _UNITS_S[match[2]]
        if seconds < least_s:
            raise ValueRefusedError(f"must be at least {least}")
        if seconds == 0:
            raise ValueRefusedError("must not be nothing")
        return seconds

    return check


def text(value: object) -> str:
    """Check any text of one line."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueRefusedError("must be a text in quotes, on one line")
    return value


def filled(value: object) -> str:
    """Check a text of one line that is not empty."""
    found = text(value).strip()
    if not found:
        raise ValueRefusedError("must not be empty")
    return found


def folder(value: object) -> Path:
    """Check a folder's name and return it whole: ``~`` is the home, the rest is from here."""
    name = Path(filled(value))
    try:
        return Path.cwd() / name.expanduser()
    except (RuntimeError, OSError) as error:
        raise ValueRefusedError("begins with a home folder that cannot be found") from error


def flag(value: object) -> bool:
    """Check true or false."""
    if not isinstance(value, bool):
        raise ValueRefusedError("must be true or false, without quotes")
    return value


def flag_or_auto(value: object) -> bool | None:
    """Check true, false or "auto"; None stands for "auto"."""
    if value == "auto":
        return None
    if not isinstance(value, bool):
        raise ValueRefusedError('must be true, false or "auto"')
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """Check a whole number within bounds."""

    def check(value: object) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not isinstance(value, int) or not is_number or not least <= value <= most:
            raise ValueRefusedError(f"must be a whole number from {least} to {most}")
        return value

    return check


def choice(*allowed: str) -> Callable[[object], str]:
    """Check one of some words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueRefusedError(f"must be one of {_quoted(allowed)}")
        return value

    return check


def choices(*allowed: str, least: int = 0) -> Callable[[object], tuple[str, ...]]:
    """Check a list of at least so many of some words, each at most once."""

    def check(value: object) -> tuple[str, ...]:
        words = _texts(value)
        if words is None or not set(words) <= set(allowed):
            raise ValueRefusedError(f"must be a list of {_quoted(allowed)}")
        if len(set(words)) < len(words):
            raise ValueRefusedError("must not name anything twice")
        if len(words) < least:
            raise ValueRefusedError(f"must not be empty: it may name {_quoted(allowed)}")
        return words

    return check


def arguments(value: object) -> tuple[str, ...]:
    """Check a command: a list of texts, the program first."""
    words = _texts(value)
    is_usable = words and words[0].strip() and words[0].isprintable()
    if not words or not is_usable or any("\0" in word for word in words):
        raise ValueRefusedError('must be a list of texts, as in ["pass", "show", "vidu"]')
    return words


def matching(pattern: str, allowed: str) -> Callable[[object], str]:
    """Check a text against a whole pattern; ``allowed`` says it in words."""

    def check(value: object) -> str:
        if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
            raise ValueRefusedError(f"must be {allowed}")
        return value

    return check


def every_matching(pattern: str, allowed: str) -> Callable[[object], tuple[str, ...]]:
    """Check each text of a list against a whole pattern."""

    def check(value: object) -> tuple[str, ...]:
        words = _texts(value)
        if words is None or not all(re.fullmatch(pattern, word) for word in words):
            raise ValueRefusedError(f"must be a list of {allowed}")
        return words

    return check


def _texts(value: object) -> tuple[str, ...] | None:
    """Return a list of texts as a tuple, None if it is anything else."""
    if not isinstance(value, list):
        return None
    words = tuple(word for word in value if isinstance(word, str))
    return words if len(words) == len(value) else None


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f'"{word}"' for word in words)
