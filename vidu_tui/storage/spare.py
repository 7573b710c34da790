"""A copy of the list beside the ledger, for the day on which the list itself is gone.

It is written after each change and read only where there is no list, or a blank one. Whatever is
wrong with it is nobody's trouble: the list itself is whole.
"""

from contextlib import suppress
from pathlib import Path

from vidu_tui.storage import atomic, listfile
from vidu_tui.storage.listfile import ListFile
from vidu_tui.storage.toml_text import TextError


class Spare:
    """The copy of one list."""

    def __init__(self, path: Path):
        self.path = path

    def keep(self, data: bytes) -> None:
        """Copy a list's bytes, if they can be read as one and are not there already; blocks.

        A blank file is a list that is lost, and no empty one.
        """
        if not data.strip():
            return
        with suppress(OSError, TextError):
            listfile.parse(data)
            if self._read() != data:
                atomic.write(self.path, data)

    def load(self) -> ListFile:
        """Read what the list had when it was last changed; an empty one where there is no copy."""
        with suppress(TextError):
            return listfile.parse(self._read())
        return ListFile({}, {})

    def drop(self) -> None:
        """Forget it: the person wants to begin anew."""
        with suppress(OSError):
            self.path.unlink()

    def _read(self) -> bytes:
        with suppress(OSError):
            return atomic.read(self.path)[0]
        return b""
