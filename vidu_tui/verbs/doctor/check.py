"""One thing that was looked at, how it was found, and the exit status that follows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from vidu_tui.core.jsontext import Json
from vidu_tui.verbs.codes import Exit, worst


class Grade(StrEnum):
    """How something was found."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's: what was looked at, what it is, and what to do."""

    name: str
    says: str
    grade: Grade = Grade.OK
    remedy: str = ""
    """What a person can do; never empty for a warning or a problem."""
    status: Exit = Exit.OK
    """The exit status that a problem leads to."""
    gateway: str = ""
    facts: dict[str, Json] = field(default_factory=dict)
    """The same as numbers and names, for ``--json``."""


def warning(
    name: str, says: str, remedy: str, *, gateway: str = "", facts: dict[str, Json] | None = None
) -> Check:
    """Make a line about what works, but not as well as it could."""
    return Check(name, says, Grade.WARNING, remedy, gateway=gateway, facts=facts or {})


def problem(name: str, says: str, remedy: str, status: Exit, *, gateway: str = "") -> Check:
    """Make a line about what does not work."""
    return Check(name, says, Grade.PROBLEM, remedy, status, gateway)


def status_of(checks: Iterable[Check]) -> Exit:
    """Give the exit status; what is not set up right comes before all, as nothing runs then."""
    found = {check.status for check in checks if check.grade is Grade.PROBLEM}
    return Exit.USAGE if Exit.USAGE in found else worst(found)
