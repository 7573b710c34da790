"""How the clips of a task come: how fast, and where the connection ends. Knows no byte, no fault.

What a test orders by hand is a fault and goes before this; see ``faults``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vidu_tui.sandbox.scenario import SandboxTask


class Cuts:
    """Count how often each clip of each task was cut, so that it comes whole in the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], int] = {}

    def take(self, task: SandboxTask, name: str, size_bytes: int) -> int | None:
        """Return after how many of ``size_bytes`` to end the connection, and count it.

        None: all of them go over the wire. What is shorter than a cut is neither cut nor counted.
        """
        if name not in task.clips or not 0 < task.cut_every < size_bytes:
            return None
        with self._lock:
            made = self._made.get((task.id, name), 0)
            if task.cuts is not None and made >= task.cuts:
                return None
            self._made[task.id, name] = made + 1
        return task.cut_every

    def forget(self, task_id: str) -> None:
        """Begin to count anew for a task."""
        with self._lock:
            self._made = {key: made for key, made in self._made.items() if key[0] != task_id}


def pace_of(task: SandboxTask | None, name: str, usual_bytes_per_s: float) -> float:
    """Return bytes a second for a file, 0 for as fast as it goes.

    Covers are never held back, so that a row has its picture.
    """
    if name.endswith(".cover.jpeg"):
        return 0
    if task is None or task.bytes_per_s is None or name not in task.clips:
        return usual_bytes_per_s
    return task.bytes_per_s
