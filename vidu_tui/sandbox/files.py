"""Files as a file host sees them: bytes, ETag, ranges. Knows no socket and no signature."""

from __future__ import annotations

import hashlib
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vidu_tui.sandbox import media

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS = {
    "mp4": "video/mp4",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
LAST_MODIFIED = "Sun, 23 Nov 2025 13:48:31 GMT"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Hold one file's bytes and what is told of them."""

    name: str
    content: bytes
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        digest = hashlib.md5(self.content, usedforsecurity=False).hexdigest()
        object.__setattr__(self, "etag", f'"{digest}"')

    @property
    def kind(self) -> str:
        """Return the media type."""
        return _KINDS.get(self.name.rpartition(".")[2], "application/octet-stream")


class FileStore:
    """Give files by name: those that were put, else the sandbox's own media."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, StoredFile] = {}

    def put(self, name: str, content: bytes) -> None:
        """Put a file, in place of one of that name."""
        with self._lock:
            self._files[name] = StoredFile(name, content)

    def get(self, name: str) -> StoredFile | None:
        """Return the file of this name, None if there is none."""
        with self._lock:
            if name not in self._files and (path := media.path_of(name)):
                self._files[name] = StoredFile(name, path.read_bytes())
            return self._files.get(name)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes from ``start`` up to, not including, ``end`` of ``total``."""

    start: int
    end: int
    total: int

    @property
    def content_range(self) -> str:
        """Return the span as a Content-Range header says it."""
        return f"bytes {self.start}-{self.end - 1}/{self.total}"


def wanted_span(file: StoredFile, headers: Mapping[str, str]) -> Span | None:
    """Return the span that a request's lower-case headers ask for, None for the whole file.

    An empty span is a range that the file does not have (416).
    """
    total = len(file.content)
    asked = _RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if asked is None or headers.get("if-range", file.etag) not in {file.etag, LAST_MODIFIED}:
        return None
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1, total) if last else total
        if last and int(last) < start:
            return None
    elif last:
        start, end = max(total - int(last), 0), total
    else:
        return None
    return Span(start, end, total) if start < end else Span(0, 0, total)
