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
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

PATIENCE_S = 30.0
TERM = "xterm-256color"
_MODE = re.compile(rb"\x1b\[\?(\d+)([hl])")
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
        term: str = TERM,
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ):
        """A stream that is given is used in place of the terminal."""
        self._master, slave = pty.openpty()
        self.resize(columns, rows)
        self.fresh_attributes = self.attributes
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            env={**environ, "TERM": term, "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)
        self._is_hung_up = False
        self._may_read = threading.Event()
        self._may_read.set()
        self._bytes = bytearray()
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def written(self) -> bytes:
        """Give all bytes that have reached the terminal."""
        with self._changed:
            return bytes(self._bytes)

    def since(self, after: int) -> bytes:
        """Give what has been written after so many bytes."""
        with self._changed:
            return bytes(self._bytes[after:])

    @property
    def count(self) -> int:
        """Count the bytes written so far."""
        with self._changed:
            return len(self._bytes)

    @property
    def text(self) -> str:
        """Give the words among those bytes."""
        return words_of(self.written)

    @property
    def modes(self) -> dict[int, bool]:
        """Tell which private modes of the terminal are on, of those that were ever set or reset."""
        return {int(mode): sign == b"h" for mode, sign in _MODE.findall(self.written)}

    @property
    def attributes(self) -> list[object]:
        """Give the line discipline's settings, as ``stty -a`` shows them."""
        return termios.tcgetattr(self._master)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for(self, words: str, *, after: int = 0) -> int:
        """Wait until words have been written; give the number of bytes read so far."""

        def is_there() -> bool:
            return words in words_of(bytes(self._bytes[after:]))

        return self.wait_until(is_there, lambda: f"{words!r} never came")

    def wait_until(
        self, is_so: Callable[[], bool], what: Callable[[], str] = lambda: "it never was so"
    ) -> int:
        """Wait, looking again at each write and now and then; give the number of bytes read."""
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            while not is_so():
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{what()}; the end is {words_of(self.written)[-2000:]!r}")
                self._changed.wait(min(left, 0.05))
            return len(self._bytes)

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._master, keys.encode())

    def stall(self, *, is_stalled: bool = True) -> None:
        """Take nothing of what is written any more, as over a line that hangs, or go on."""
        if is_stalled:
            self._may_read.clear()
        else:
            self._may_read.set()

    def hang_up(self) -> None:
        """Close the terminal under the program, without a signal."""
        self._is_hung_up = True
        self._may_read.set()
        self._reader.join(5)
        os.close(self._master)

    def status(self) -> int:
        """Wait for the end and give the exit status."""
        status = self.process.wait(PATIENCE_S)
        self._reader.join(5)
        return status

    def _read(self) -> None:
        while not self._is_hung_up:
            self._may_read.wait()
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
        self._may_read.set()
        self._reader.join(5)
        if not self._is_hung_up:
            os.close(self._master)


def words_of(written: bytes) -> str:
    return _ESCAPES.sub("", written.decode("utf-8", "replace"))
