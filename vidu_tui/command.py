"""What was typed, as values. Knows no parser: a list that a script asks for starts without one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vidu_tui.core.task import AssetKind


class Command:
    """One command line, read (ux.md, "Command line"); what was not typed is as it stands here.

    The parser sets what was typed and nothing else: argparse leaves alone what has a value. It
    would take ``[]`` for its own, so lists of words are ``()``.
    """

    verb: str = ""
    """Empty for the dashboard."""
    config: str | None = None
    gateway: str | None = None
    base_url: str | None = None
    download_dir: str | None = None
    ascii: bool = False
    verbose: bool = False
    ids: Sequence[str] = ()
    query: Sequence[str] = ()
    json: bool = False
    demo: bool = False
    label: str = ""
    filter: str | None = None
    any: bool = False
    timeout: float | None = None
    """Seconds."""
    download: bool = False
    all: bool = False
    dir: str = ""
    assets: tuple["AssetKind", ...] = ()
    repair: bool = False
    part: str = ""
    shell: str = ""
    port: int = 0


def listing(words: Sequence[str]) -> Command | None:
    """Read an ``ls`` with nothing but words of a filter and ``--json``; None for all else."""
    if not words or words[0] != "ls":
        return None
    query = [word for word in words[1:] if word != "--json"]
    if any(word.startswith("-") for word in query):
        return None
    command = Command()
    command.verb, command.query, command.json = "ls", query, "--json" in words
    return command
