"""The log on disk: lines in, three files of a megabyte at most, for their owner alone.

Knows no meaning of a line; what comes in is redacted already.
"""

from collections.abc import Sequence
from pathlib import Path

from vidu_tui.storage import atomic

TAIL_BYTES = 64_000


class LogFile:
    """Append lines; blocks, so call it in a thread. Trouble with it never raises."""

    def __init__(self, path: Path):
        self.path = path

    def write(self, lines: Sequence[str]) -> str:
        """Append lines; give what went wrong in one line, empty where nothing did."""
        from vidu_tui.storage.rotation import Rotation

        try:
            atomic.make_folder(self.path.parent)
            with Rotation(self.path) as rotation:
                for line in lines:
                    rotation.append(line)
        except OSError as error:
            reason = (error.strerror or str(error) or type(error).__name__).lower()
            return f"The log {self.path} cannot be written ({reason}); nothing else is affected."
        return ""

    def tail(self) -> list[str]:
        """Read the last lines, oldest first; none where the file cannot be read."""
        try:
            data, _ = atomic.read(self.path)
        except OSError:
            return []
        lines = data[-TAIL_BYTES:].decode("utf-8", "replace").splitlines()
        return lines[1:] if len(data) > TAIL_BYTES else lines
