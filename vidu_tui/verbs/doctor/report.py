"""Prints the doctor's lines: data on stdout, the count on stderr. Looks at nothing itself."""

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TextIO

from vidu_tui.core import text
from vidu_tui.core.jsontext import Json
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.doctor.check import Check, Grade, status_of

LEAST_ROOM = 20
"""Columns that a sentence gets on any terminal."""


def report(
    checks: Sequence[Check],
    redact: Callable[[str], str],
    *,
    columns: int | None,
    is_json: bool,
    out: TextIO,
    err: TextIO,
) -> Exit:
    """Print every line without its secrets; give the exit status.

    ``columns`` is the width of the terminal that is printed on, None for anything else.
    """
    shown = [_redacted(check, redact) for check in checks]
    status = status_of(shown)
    if is_json:
        told: Json = {
            "schema": 1,
            "exit": int(status),
            "checks": [_fields(check) for check in shown],
        }
        json.dump(told, out)
        out.write("\n")
    else:
        out.writelines(_lines(shown, columns))
    err.write(_summary(shown))
    return status


def _redacted(check: Check, redact: Callable[[str], str]) -> Check:
    def clean(words: str) -> str:
        return text.inert(redact(words), 1000)

    facts = {k: clean(v) if isinstance(v, str) else v for k, v in check.facts.items()}
    return replace(check, says=clean(check.says), remedy=clean(check.remedy), facts=facts)


def _lines(checks: Sequence[Check], columns: int | None) -> Iterator[str]:
    if columns is None:
        for check in checks:
            cells = (check.grade.value, _title(check), check.says, check.remedy)
            yield "\t".join(cells).rstrip("\t") + "\n"
        return
    width = max(len(_title(check)) for check in checks)
    room = max(LEAST_ROOM, columns - width - 11)
    for check in checks:
        head = f"{check.grade.value:<7}  {_title(check):<{width}}  "
        for words in (*_wrapped(check.says, room), *_wrapped(check.remedy, room)):
            yield f"{head}{words}\n"
            head = " " * (width + 11)


def _wrapped(words: str, room: int) -> list[str]:
    """Break between words alone: a path or a command stays whole, to be copied."""
    return textwrap.wrap(words, room, break_long_words=False, break_on_hyphens=False)


def _title(check: Check) -> str:
    return f"{check.gateway} {check.name}".strip()


def _fields(check: Check) -> Json:
    return {
        "check": check.name,
        "gateway": check.gateway or None,
        "grade": check.grade.value,
        "says": check.says,
        "remedy": check.remedy or None,
        **check.facts,
    }


def _summary(checks: Sequence[Check]) -> str:
    counts = {grade: sum(check.grade is grade for check in checks) for grade in Grade}
    if counts[Grade.OK] == len(checks):
        return f"All is well: {text.plural(len(checks), 'check')}.\n"
    ill = ", ".join(
        text.plural(counts[grade], grade.value)
        for grade in (Grade.PROBLEM, Grade.WARNING)
        if counts[grade]
    )
    return f"{ill}; {counts[Grade.OK]} of {text.plural(len(checks), 'check')} are well.\n"
