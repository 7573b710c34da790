"""What a person sees of a bug: where it happened, never what was in memory."""

import sys
import traceback


def report() -> str:
    """Write the current exception without the values of any variable, most recent call last."""
    kind, error, trace = sys.exc_info()
    if error is None or kind is None:
        return "vidu-tui ended because of a bug."
    frames = "".join(traceback.format_list(traceback.extract_tb(trace)[-12:]))
    said = "".join(traceback.format_exception_only(kind, error)).strip()
    return (
        f"vidu-tui ended because of a bug; the list and all files are kept.\n{frames}{said}\n"
        "Start it again with: vidu-tui"
    )
