"""What is said to the terminal itself: clipboard, notice, title. Pure text; writes nothing.

Sources: xterm's control sequences (OSC 2, OSC 52, XTWINOPS), iTerm2 (OSC 9), urxvt (OSC 777).
"""

import base64
from collections.abc import Mapping

from vidu_tui.core import text

TITLE_PUSHED = "\x1b[22;2t"
TITLE_POPPED = "\x1b[23;2t"
MOST = 120
"""Characters of a notice or a title."""


def osc52(words: str, environ: Mapping[str, str]) -> str:
    """Write the sequence that copies; tmux and screen hand a wrapped one through."""
    encoded = base64.b64encode(words.encode("utf-8", "replace")).decode("ascii")
    sequence = f"\x1b]52;c;{encoded}\a"
    # tmux takes the plain one for its own clipboard.
    return f"{sequence if environ.get('TMUX') else ''}{_through(sequence, environ)}"


def notice(words: str, environ: Mapping[str, str]) -> str:
    """Write a bell and the sequence that shows a notice on the desktop.

    A terminal shows one kind or the other: rxvt, foot and those of VTE know 777, most others 9.
    """
    said = text.inert(words, MOST).replace(";", ",")
    term = environ.get("TERM", "")
    if environ.get("VTE_VERSION") or term.startswith(("rxvt", "foot")):
        sequence = f"\x1b]777;notify;vidu-tui;{said}\a"
    else:
        sequence = f"\x1b]9;vidu-tui: {said}\a"  # a number in front would be a command to some
    return f"\a{_through(sequence, environ)}"


def title(words: str) -> str:
    """Write the sequence that names the window."""
    return f"\x1b]2;{text.inert(words, MOST)}\a"


def _through(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrap a sequence for what stands between us and the terminal."""
    if environ.get("TMUX"):
        return f"\x1bPtmux;{sequence.replace(chr(27), chr(27) * 2)}\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
