"""A process on a pseudo-terminal of its own, and what it has written there so far."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

PATIENCE_S = 30.0
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.")


class Terminal:
    """Run vidu-tui as a person does; keys go in by ``press``, bytes come out in ``written``."""

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 140,
        rows: int = 40,
        program: Sequence[str] = ("-m", "vidu_tui"),
    ):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        self._is_hung_up = False
        self._bytes = bytearray()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def written(self) -> bytes:
        """Give all bytes that have reached the terminal."""
        with self._changed:
            return bytes(self._bytes)

    @property
    def text(self) -> str:
        """Give the words among those bytes."""
        return self.words(self.written)

    @staticmethod
    def words(written: bytes) -> str:
        """Take the escape sequences out of some bytes."""
        return _ESCAPES.sub("", written.decode("utf-8", "replace"))

    def wait_for(self, words: str, *, after: int = 0) -> int:
        """Wait until words have been written; give the number of bytes read so far."""
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            while True:
                text = _ESCAPES.sub("", bytes(self._bytes[after:]).decode("utf-8", "replace"))
                if words in text:
                    return len(self._bytes)
                left = end - time.monotonic()
                assert left > 0, f"{words!r} never came; the end is {text[-2000:]!r}"
                self._changed.wait(min(left, 0.5))

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal under the program, without a signal."""
        self._is_hung_up = True
        self._reader.join(5)
        os.close(self._master)

    def status(self) -> int:
        """Wait for the end and give the exit status."""
        status = self.process.wait(PATIENCE_S)
        self._reader.join(5)
        return status

    def _read(self) -> None:
        while not self._is_hung_up:
            try:
                if not select.select([self._master], [], [], 0.2)[0]:
                    continue
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            with self._changed:
                self._bytes += data
                self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(5)
        if not self._is_hung_up:
            os.close(self._master)
