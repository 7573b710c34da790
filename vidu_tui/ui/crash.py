"""What a person sees of a bug: where it happened, never what was in memory."""

import sys
import traceback
from collections.abc import Callable

from vidu_tui.core import text

MOST_FRAMES = 12


def report(
    redact: Callable[[str], str] = lambda words: words, error: BaseException | None = None
) -> str:
    """Write an exception, else the current one, without the values of any variable.

    The most recent call is last. It is redacted before it is cut: half a key would not be
    recognised.
    """
    error = error or sys.exc_info()[1]
    if error is None:
        return "vidu-tui ended because of a bug."
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]  # the first is what happened; the others follow from it
    trace = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    frames = "".join(f"  {text.inert(f.filename)}:{f.lineno} in {f.name}\n" for f in trace)
    said = text.inert(redact("".join(traceback.format_exception_only(error))))
    return (
        f"vidu-tui ended because of a bug; the list and all files are kept.\n{frames}{said}\n"
        "Start it again with: vidu-tui"
    )
