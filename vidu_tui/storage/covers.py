"""Covers that were shown, kept within a bound: what was looked at longest ago goes first.

A name here is a digest: it holds no link, no id and no label.
"""

import contextlib
import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import Final

from vidu_tui.storage import atomic

MOST_BYTES: Final = 100_000_000
LONGEST: Final = 8_000_000
"""Bytes of one picture; a longer file is none of ours."""
_ENDING: Final = ".cover"


class CoverCache:
    """Keep pictures in one folder, safe from any thread; a disk that fails is no cache."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES):
        self._folder = folder
        self._most = most_bytes
        self._lock = threading.Lock()

    def get(self, *name: str) -> bytes | None:
        """Read a picture and note that it was looked at; None where there is none. Blocks."""
        path = self._path(name)
        try:
            data = read(path)
            if data is not None:
                os.utime(path)
        except OSError:
            return None
        return data

    def put(self, data: bytes, *name: str) -> None:
        """Keep a picture; then take away what is beyond the bound. Blocks."""
        if len(data) > min(LONGEST, self._most):
            return
        with self._lock, contextlib.suppress(OSError):
            atomic.write(self._path(name), data)
            self._shrink()

    def _path(self, name: tuple[str, ...]) -> Path:
        digest = hashlib.sha256("\0".join(name).encode("utf-8", "replace")).hexdigest()
        return self._folder / f"{digest}{_ENDING}"

    def _shrink(self) -> None:
        found = []
        for path in self._folder.glob(f"*{_ENDING}"):
            with contextlib.suppress(FileNotFoundError):
                status = path.lstat()
                found.append((status.st_mtime_ns, status.st_size, path))
        left = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if left <= self._most:
                break
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            left -= size


def read(path: Path) -> bytes | None:
    """Read a plain file that is no longer than a picture may be; else None or an OSError."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LONGEST:
        return None
    return atomic.read(path)[0]
