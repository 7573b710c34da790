"""Troubles to switch on and off while a sandbox runs. Knows no server; the clock is handed in.

They strike questions for tasks; files come as ever. What a test ordered in ``faults`` goes before.
"""

from __future__ import annotations

import json
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vidu_tui.sandbox.faults import HTML_PAGE, Fault
from vidu_tui.sandbox.scenario import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidu_tui.sandbox.creations import Json

_PORTAL: Final = (
    b"<!doctype html><html><head><title>Welcome to this network</title></head>"
    b"<body><form>Room and name: <input></form></body></html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Spell:
    """One trouble, and in a sentence what whoever asks meets."""

    fault: Fault
    does: str


@dataclass(frozen=True, slots=True)
class Cast:
    """A spell that is on."""

    name: str
    task_id: str | None
    """The one task that it strikes; None for all."""
    left_s: float | None
    """Seconds until it ends by itself; None until it is lifted."""


def _canned(status: int, body: dict[str, Json] | bytes, *headers: tuple[str, str]) -> Fault:
    is_page = isinstance(body, bytes)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = ("content-type", "text/html" if is_page else "application/json")
    return Fault(status=status, body=raw, headers=(*((kind,) if raw else ()), *headers))


_BUSY: Final = refusal(429, "TooManyRequests", "too many requests")
SPELLS: Final = {
    "429": Spell(
        _canned(429, _BUSY, ("retry-after", "5")),
        "Too many requests; Retry-After says 5 seconds.",
    ),
    "429-empty": Spell(_canned(429, b""), "Too many requests; no Retry-After and no body."),
    "502": Spell(_canned(502, HTML_PAGE), "Bad gateway, with a page."),
    "401": Spell(
        _canned(401, refusal(401, "Unauthorized", "unauthorized")),
        "The key is refused, right as it may be.",
    ),
    "unknown": Spell(
        _canned(404, refusal(404, "TaskNotFound", "task not found")),
        "The task is not known, as a fresh one is not for its first seconds.",
    ),
    "hang": Spell(Fault(is_silent=True), "The connection is taken, and no byte ever comes."),
    "drip": Spell(Fault(drip_s=0.5), "The right answer comes by one byte each half second."),
    "endless": Spell(Fault(is_endless=True), "The right answer is repeated without an end."),
    "half": Spell(Fault(cut_after=40), "The connection ends after 40 bytes of the answer."),
    "reset": Spell(Fault(is_reset=True), "The connection is reset before a byte of the answer."),
    "bomb": Spell(Fault(bomb_bytes=50_000_000), "A small gzip body unpacks to 50 MB."),
    "broken-json": Spell(
        _canned(200, b'{"state":"succ', ("content-type", "application/json")),
        "The JSON stops in the middle of a word.",
    ),
    "array": Spell(
        _canned(200, b"[]", ("content-type", "application/json")),
        "The JSON is a list, not a task.",
    ),
    "web-page": Spell(_canned(200, _PORTAL), "A network's login page comes with status 200."),
}
"""Every spell by its name."""


class Spells:
    """Hold what is on: one spell for all tasks, and one for each that has its own."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._lock = threading.Lock()
        self._on: dict[str | None, tuple[str, float]] = {}

    def cast(self, name: str, seconds: float | None = None, task_id: str | None = None) -> None:
        """Switch a spell on, in place of the one there, for so long (None: until it is lifted).

        A task's own goes before the one for all. A name that is none raises KeyError, a time that
        is none ValueError.
        """
        if name not in SPELLS:
            raise KeyError(name)
        life_s = math.inf if seconds is None else seconds
        if seconds is not None and not 0 < seconds < math.inf:
            raise ValueError(f"not a time to be on: {seconds}")
        with self._lock:
            self._on[task_id] = (name, self._clock() + life_s)

    def lift(self) -> None:
        """Switch all of them off."""
        with self._lock:
            self._on.clear()

    def on(self) -> list[Cast]:
        """Return what is on now, the spell for all tasks first."""
        now_s = self._clock()
        with self._lock:
            self._on = {target: found for target, found in self._on.items() if found[1] > now_s}
            left = [
                Cast(name, target, None if end_s == math.inf else end_s - now_s)
                for target, (name, end_s) in self._on.items()
            ]
        return sorted(left, key=lambda cast: cast.task_id or "")

    def fault_of(self, task_id: str) -> Fault | None:
        """Return what strikes a task now, None if nothing does."""
        found = {cast.task_id: cast.name for cast in self.on()}
        name = found.get(task_id) or found.get(None)
        return SPELLS[name].fault if name else None
