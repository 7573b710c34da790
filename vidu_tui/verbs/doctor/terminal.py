"""Looks at the terminal: its size, colours and letters, and whether copying gets through."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping

from vidu_tui.core import text
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.doctor.check import Check, problem, warning

SMALLEST = (20, 5)
"""Columns and rows from which the dashboard is usable (ux.md)."""
TMUX_TIMEOUT_S = 2.0


def look(environ: Mapping[str, str]) -> Iterator[Check]:
    """Look at the terminal that this runs in, if there is one."""
    size = size_of()
    if size is None:
        yield Check("terminal", "none here: run this in the terminal of the dashboard to see")
        return
    yield _size(*size)
    yield _colours(environ)
    yield _letters(sys.stdout.encoding or "")
    yield _copying(environ)


def size_of() -> tuple[int, int] | None:
    """Give columns and rows of the terminal at any of the three streams, None without one."""
    for descriptor in (1, 2, 0):
        try:
            return os.get_terminal_size(descriptor)
        except OSError:
            continue
    return None


def _size(columns: int, rows: int) -> Check:
    says = f"{columns}×{rows}"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return warning(
            "terminal", f"{says}: too small to read much", f"Enlarge it to {SMALLEST[0]}×5 or more."
        )
    return Check("terminal", says, facts={"columns": columns, "rows": rows})


def _colours(environ: Mapping[str, str]) -> Check:
    term = text.inert(environ.get("TERM", ""), 60)
    if term in ("", "dumb"):
        said = "TERM=dumb: nothing can be drawn" if term else "TERM is not set: nothing is drawn"
        return problem(
            "colours", said, "Set TERM to what the terminal is: xterm-256color.", Exit.USAGE
        )
    if environ.get("NO_COLOR"):
        return Check("colours", f"none, as NO_COLOR says (TERM={term})")
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return Check("colours", f"16 million (TERM={term})")
    if "256color" in term or "direct" in term:
        return Check("colours", f"256 (TERM={term})")
    return warning(
        "colours",
        f"16 (TERM={term})",
        "If the terminal has more: export COLORTERM=truecolor.",
    )


def _letters(encoding: str) -> Check:
    if encoding.lower().replace("-", "") == "utf8":
        return Check("letters", "UTF-8")
    return warning(
        "letters",
        f"{text.inert(encoding, 40) or 'no encoding'}: signs are drawn in ASCII",
        "Choose a UTF-8 locale: export LC_ALL=C.UTF-8.",
    )


def _copying(environ: Mapping[str, str]) -> Check:
    """Judge whether OSC 52 reaches a clipboard; the terminal itself does not say."""
    if environ.get("TMUX"):
        return _copying_in_tmux(environ)
    if environ.get("TERM_PROGRAM") == "Apple_Terminal" or environ.get("TERM") == "linux":
        return warning(
            "copying",
            "this terminal takes no text into the clipboard (OSC 52)",
            "Use another terminal, or select with the mouse while Shift is held.",
        )
    through = " through GNU screen" if environ.get("TERM", "").startswith("screen") else ""
    return Check("copying", f"by OSC 52{through}; whether it is taken, the terminal does not say")


def _copying_in_tmux(environ: Mapping[str, str]) -> Check:
    version = _ask_tmux(environ, "-V") or "tmux"
    clipboard = _ask_tmux(environ, "show-options", "-gv", "set-clipboard")
    through = _ask_tmux(environ, "show-options", "-gv", "allow-passthrough")
    if clipboard == "on" or through in ("on", "all"):
        return Check("copying", f"by OSC 52 through {version}")
    return warning(
        "copying",
        f"{version} keeps copied text from the terminal (set-clipboard {clipboard or 'unknown'})",
        "tmux set -g set-clipboard on; to keep it, the same without tmux in ~/.tmux.conf.",
    )


def _ask_tmux(environ: Mapping[str, str], *words: str) -> str:
    """Ask tmux something; empty where it does not answer."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell, no keys
            ["tmux", *words],  # noqa: S607 - the person's own tmux, wherever it is
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=TMUX_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return text.inert(done.stdout, 40) if done.returncode == 0 else ""
