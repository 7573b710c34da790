"""What became of a task as lines: when, what, and bars on one scale. No widget."""

import time
from collections.abc import Sequence

from vidu_tui.core import text
from vidu_tui.core.cells import Role, Span, shown
from vidu_tui.core.task import TaskState
from vidu_tui.core.timeline import Step

Line = tuple[Span, ...]
_ROLES = {
    TaskState.PROCESSING: Role.PRIMARY,
    TaskState.SUCCESS: Role.SUCCESS,
    TaskState.FAILED: Role.ERROR,
    TaskState.UNKNOWN: Role.WARNING,
}
_LONGEST_WORD = 16
_BESIDE = 20
"""Cells of a line beside word and bar: time, span and gaps."""


def lines(steps: Sequence[Step], now: float, width: int) -> list[Line]:
    """Write each step; a day that is not today is named before its first step."""
    if not steps:
        return [(Span("Nothing was seen of this task yet.", Role.QUIET),)]
    words = [shown(step.word, _LONGEST_WORD) for step in steps]
    room = max(len(word) for word in words)
    cells = max(4, min(40, width - room - _BESIDE))
    longest = max((step.lasts_s or 0.0 for step in steps), default=0.0)
    found: list[Line] = []
    day = _day(now)
    for step, word in zip(steps, words, strict=True):
        if _day(step.at) != day:
            day = _day(step.at)
            found.append((Span(day, Role.QUIET),))
        at = time.strftime("%H:%M:%S", time.localtime(step.at))
        role = _ROLES.get(step.state, Role.QUIET) if step.state else Role.QUIET
        name = Span(f"  {word:<{room}}", Role.SUCCESS if "saved" in word else role)
        found.append((Span(at, Role.QUIET), name, *_bar(step, longest, cells, role)))
    return found


def _day(epoch_s: float) -> str:
    return time.strftime("%d %b", time.localtime(epoch_s))


def _bar(step: Step, longest_s: float, cells: int, role: Role) -> Line:
    if step.lasts_s is None:
        return ()
    halves = round(step.lasts_s / longest_s * cells * 2) if longest_s else 0
    halves = max(1, halves)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    lasted = text.span(step.lasts_s)
    tail = Span(f"  {lasted:>6}", Role.PLAIN if step.is_going_on else Role.QUIET)
    return (Span(f"  {done:<{cells}}", role), tail)
