"""Streams that outlive their reader: what saves videos goes on where nobody listens any more."""

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Patient(io.FileIO):
    """Write to a pipe, and to nobody once its reader has gone."""

    def write(self, data: "ReadableBuffer", /) -> int:
        with suppress(BrokenPipeError):
            return super().write(data) or 0
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        return super().write(data) or 0


def outlive_readers() -> None:
    """Let a closed pipe end nothing: what is written to it from then on goes nowhere."""
    sys.stdout, sys.stderr = _patient(sys.stdout), _patient(sys.stderr)


def _patient(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    raw = _Patient(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=True,
    )
