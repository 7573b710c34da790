"""The log on disk: lines in, three files of a megabyte at most, for their owner alone.

Knows no meaning of a line; what comes in is redacted already.
"""

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from vidu_tui.storage import atomic

MOST_BYTES = 1_000_000
OLDER = 2
"""Files beside the one that is written."""
TAIL_BYTES = 64_000


class _Private(RotatingFileHandler):
    """Rotate as the standard library does, but with files for their owner alone."""

    def __init__(self, path: Path):
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLDER, delay=True)
        self._failure: OSError | None = None

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self.baseFilename, flags, 0o600)
        if os.name == "posix":
            os.fchmod(descriptor, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")  # noqa: PTH123 - no path

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Keep what went wrong instead of printing it over the screen."""
        error = sys.exc_info()[1]
        self._failure = error if isinstance(error, OSError) else OSError(str(error))

    def take_failure(self) -> OSError | None:
        """Give what went wrong since the last call."""
        failure, self._failure = self._failure, None
        return failure

    def follow(self) -> None:
        """Open the file anew where another process has rotated it."""
        if self.stream is None:
            return
        with suppress(OSError):
            here, there = os.fstat(self.stream.fileno()), os.stat(self.baseFilename)  # noqa: PTH116 - a text path
            if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
                return
        self.close()


class LogFile:
    """Append lines; blocks, so call it in a thread. Trouble with it never raises."""

    def __init__(self, path: Path):
        self.path = path
        self._handler: _Private | None = None

    def write(self, lines: Sequence[str]) -> str:
        """Append lines; give what went wrong in one line, empty where nothing did."""
        try:
            handler = self._handler or self._opened()
        except OSError as error:
            return self._trouble(error)
        handler.follow()
        for line in lines:
            handler.emit(logging.makeLogRecord({"msg": line, "args": ()}))
        failure = handler.take_failure()
        return self._trouble(failure) if failure else ""

    def tail(self) -> list[str]:
        """Read the last lines, oldest first; none where the file cannot be read."""
        try:
            data, _ = atomic.read(self.path)
        except OSError:
            return []
        lines = data[-TAIL_BYTES:].decode("utf-8", "replace").splitlines()
        return lines[1:] if len(data) > TAIL_BYTES else lines

    def close(self) -> None:
        """Close the file; a later line opens it again."""
        if self._handler is not None:
            self._handler.close()
            self._handler = None

    def _opened(self) -> _Private:
        atomic.make_folder(self.path.parent)
        self._handler = _Private(self.path)
        return self._handler

    def _trouble(self, error: OSError) -> str:
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        return f"The log {self.path} cannot be written ({reason}); nothing else is affected."
