"""A log that rotates as the standard library does, with files for their owner alone.

Imported once there is something to write: the module behind it takes seven milliseconds.
"""

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self

MOST_BYTES = 1_000_000
OLDER = 2
"""Files beside the one that is written."""


class Rotation(RotatingFileHandler):
    """Append lines to a file, and begin a new one when it is full; open for one batch alone.

    Another process may rotate the same files: whoever opens one anew writes into the newest.
    """

    def __init__(self, path: Path):
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLDER, delay=True)

    def append(self, line: str) -> None:
        """Write one line; raises OSError."""
        self.emit(logging.makeLogRecord({"msg": line, "args": ()}))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Raise what went wrong instead of printing it over the screen."""
        error = sys.exc_info()[1]
        if error is not None:
            raise error

    def doRollover(self) -> None:  # noqa: N802 - logging's own name
        """Begin a new file, unless another process has just done so."""
        if self.stream is None or self._is_newest(self.stream):
            super().doRollover()
            return
        self.stream.close()
        self.stream = self._open()

    def _is_newest(self, stream: TextIOWrapper) -> bool:
        try:
            return os.path.samestat(os.fstat(stream.fileno()), os.stat(self.baseFilename))  # noqa: PTH116 - logging keeps text
        except OSError:
            return False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        flags |= getattr(os, "O_NONBLOCK", 0)  # a pipe that nobody reads is an error, not a wait
        descriptor = os.open(self.baseFilename, flags, 0o600)
        if os.name == "posix":
            os.fchmod(descriptor, 0o600)
        return open(descriptor, "a", encoding="utf-8", errors="replace")  # noqa: PTH123 - no path
