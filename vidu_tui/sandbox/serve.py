"""The sandbox for script authors: says where it is and serves until told to end."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, TextIO

from vidu_tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from types import FrameType


def serve_forever(port: int, out: TextIO) -> int:
    """Serve the demo's tasks until ctrl+c or SIGTERM; return 0. ``port`` 0 takes a free one.

    A port in use is a SetupError. Call it from the main thread.
    """
    with Sandbox(port=port) as sandbox:
        signals = (signal.SIGINT, signal.SIGTERM)
        earlier = [signal.signal(number, _interrupt) for number in signals]
        try:
            print(_greeting(sandbox), file=out, flush=True)
            while True:
                time.sleep(3_600)
        except KeyboardInterrupt:
            return 0
        finally:
            for number, handler in zip(signals, earlier, strict=True):
                signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise KeyboardInterrupt


def _greeting(sandbox: Sandbox) -> str:
    first = sandbox.tasks[0]
    tasks = [f"  {task.id}  {task.label or task.payload}" for task in sandbox.tasks]
    return "\n".join(
        [
            "A Vidu gateway on this machine. Its tasks begin now and run for two minutes.",
            "",
            f"  VIDU_BASE_URL={sandbox.base_url}",
            f"  VIDU_API_KEY={sandbox.key}",
            "",
            *tasks,
            "",
            f"  curl -H 'Authorization: Bearer {sandbox.key}' \\",
            f"    {sandbox.base_url}/tasks/{first.id}/creations",
            "",
            "Trouble to order; GET /spells lists it all, DELETE /spells ends it:",
            f"  curl -X POST '{sandbox.origin}/spells/502?seconds=30'",
            "",
            "ctrl+c ends it.",
        ]
    )
