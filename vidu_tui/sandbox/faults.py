"""What shall go wrong with which answer. Knows no server; only says what was ordered."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vidu_tui.sandbox.creations import Json

Headers: TypeAlias = "tuple[tuple[str, str], ...]"

ANY_TASK = "*tasks"
"""A target: every question for a task that has no fault of its own."""
ANY_FILE = "*files"
"""A target: every file that has no fault of its own."""

HTML_PAGE = b"<!doctype html><html><head><title>502 Bad Gateway</title></head></html>\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Order departures from the right answer; what is not named stays right."""

    status: int | None = None
    """A canned answer in place of the right one; its body is ``body``."""
    body: bytes = b""
    headers: Headers = ()
    """Put in place of, or beside, the answer's own; an empty value takes a header away."""
    latency_s: float = 0.0
    is_reset: bool = False
    """The connection is reset before a byte of the answer."""
    is_silent: bool = False
    """Not a byte of the answer comes, and the connection stays open."""
    cut_after: int | None = None
    """The connection ends after so many bytes of the body, the announced length unmet."""
    stall_after: int | None = None
    """Nothing comes after so many bytes of the body, and the connection stays open."""
    drip_s: float = 0.0
    """Seconds from each byte of the body to the next."""
    is_endless: bool = False
    """The body repeats for ever, without a length."""
    is_gzipped: bool = False
    """The body is compressed and says so, whatever the client accepts."""
    bomb_bytes: int = 0
    """The body is gzip that inflates to so many bytes."""
    length: int | None = None
    """The length that is announced: a longer one is not met, a shorter one cuts the body."""
    ranges: Literal["right", "ignored", "wrong start", "wrong total", "refused"] = "right"
    """What becomes of a Range header: refused is 416, ignored is 200 and the whole file."""
    etag: str | None = None
    """The ETag that is told (the true one still decides on If-Range); empty tells none."""
    is_expired: bool = False
    """The file's link counts as expired."""


class Faults:
    """Hold what was ordered for each target (a task id, a file name, or any of them)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: dict[str, list[tuple[Fault, int | None]]] = {}

    def put(self, target: str, fault: Fault, times: int | None = None) -> None:
        """Order a fault for the next ``times`` requests (None: until cleared), after earlier ones.

        An order without an end gives way to any later one.
        """
        with self._lock:
            orders = self._orders.setdefault(target, [])
            if orders and orders[-1][1] is None:
                orders.pop()
            orders.append((fault, times))

    def answer(
        self,
        target: str,
        status: int,
        body: bytes | str | Mapping[str, Json] | list[Json] = b"",
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Order a canned answer: bytes as they are, text as a page, anything else as JSON."""
        kind, raw = "text/html", body
        if isinstance(raw, str):
            raw = raw.encode()
        elif not isinstance(raw, bytes):
            kind, raw = "application/json", json.dumps(raw).encode()
        own = {"content-type": kind} if raw else {}
        own |= {name.lower(): value for name, value in (headers or {}).items()}
        self.put(target, Fault(status=status, body=raw, headers=tuple(own.items())), times)

    def redirect(self, target: str, url: str, status: int = 302, times: int | None = None) -> None:
        """Order a redirect to a URL."""
        self.answer(target, status, headers={"location": url}, times=times)

    def clear(self, target: str | None = None) -> None:
        """Take back what was ordered for a target, or for all of them."""
        with self._lock:
            if target is None:
                self._orders.clear()
            else:
                self._orders.pop(target, None)

    def take(self, *targets: str) -> Fault | None:
        """Return the fault that is due for the first target that has one, and count it."""
        with self._lock:
            for target in targets:
                orders = self._orders.get(target)
                if not orders:
                    continue
                fault, left = orders[0]
                if left is not None:
                    orders[:1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None
