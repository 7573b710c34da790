"""A person's own program: started without a shell, with a limit, and ended with all it started.

Knows neither keys nor tasks; what a program prints is in no error.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence

MOST_BYTES = 65_536
"""What is kept of the output; the rest is read and dropped."""
_LAST_WORDS_S = 1.0
"""After its end: so long is waited for output that others of its children may hold open."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended."""

    problem: str = ""
    """What went wrong, to be put behind the program's name; empty if nothing did."""
    output: bytes = b""
    is_late: bool = False


def find(word: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Find a program: with a slash from ``folder``, else in PATH; empty where there is none.

    A PATH that leads to the folder of the moment is no way to a program: files land there.
    """
    if "/" in word or os.sep in word:
        named = Path(word)
        with suppress(RuntimeError):
            named = named.expanduser()
        return str(folder.absolute() / named)
    import shutil

    ways = [way for way in environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(way)]  # noqa: PTH117 - text
    return shutil.which(word, path=os.pathsep.join(ways)) or ""


def run(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    timeout_s: float,
    folder: Path | None = None,
    said: bytes = b"",
    has_errors: bool = False,
) -> Ran:
    """Run a program to its end, at most ``timeout_s``; blocks, raises nothing.

    ``said`` is its standard input; ``has_errors`` puts its standard error with the output.
    """
    import subprocess
    import tempfile
    import threading

    came = bytearray()
    try:
        with tempfile.TemporaryFile() as stdin:  # a pipe would wait for a program to read it
            stdin.write(said)
            stdin.seek(0)
            process = subprocess.Popen(  # noqa: S603 - the person's own command, without a shell
                command,
                cwd=folder,
                env=dict(environ),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if has_errors else subprocess.DEVNULL,
                start_new_session=True,
            )
    except (OSError, ValueError) as error:
        is_missing = isinstance(error, FileNotFoundError)
        return Ran("was not found" if is_missing else "cannot be started")
    reader = threading.Thread(target=_read, args=(process, came), daemon=True)
    reader.start()
    is_late = False
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        is_late = True
    finally:
        if process.returncode is None:
            _end(process)
    reader.join(_LAST_WORDS_S)
    problem = f"failed with exit status {process.returncode}" if process.returncode else ""
    if is_late:
        problem = f"took longer than {timeout_s:g} s and was ended"
    return Ran(problem, bytes(came), is_late)


def _read(process: subprocess.Popen[bytes], came: bytearray) -> None:
    """Keep the beginning of what a program prints, and read all of it: it must not get stuck."""
    if process.stdout is None:
        return
    with process.stdout as stream, suppress(OSError, ValueError):
        while data := os.read(stream.fileno(), MOST_BYTES):
            came.extend(data[: MOST_BYTES - len(came)])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a program and all that it started, which may hold its output open."""
    import signal

    with suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
