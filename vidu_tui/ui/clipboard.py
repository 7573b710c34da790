"""OSC 52, the terminal's own clipboard, wrapped for what stands between. Knows no system tool."""

import base64
from collections.abc import Mapping


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """Write the sequence that copies; tmux and screen hand a wrapped one through."""
    encoded = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    sequence = f"\x1b]52;c;{encoded}\a"
    if environ.get("TMUX"):
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        return f"{sequence}\x1bPtmux;{escaped}\x1b\\"
    if environ.get("TERM", "").startswith("screen"):
        return f"\x1bP{sequence}\x1b\\"
    return sequence
