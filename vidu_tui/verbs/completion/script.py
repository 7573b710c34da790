"""Writes the completion script of a shell from an outline. Knows bash, zsh and fish."""

from collections.abc import Iterable

from vidu_tui.verbs.completion import bash, fish, zsh
from vidu_tui.verbs.completion.outline import Outline

_WRITERS = {"bash": bash.write, "zsh": zsh.write, "fish": fish.write}
SHELLS: Iterable[str] = tuple(_WRITERS)


def of(shell: str, outline: Outline) -> str:
    """Write the script for one of the ``SHELLS``."""
    return _WRITERS[shell](outline)
