"""Numbers and foreign text as the words of the screen: one definition for table, detail, verbs."""

import math
import re
import unicodedata

UNKNOWN = "—"
"""Not known; what does not apply is blank."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?"
)
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def inert(text: str, limit: int = 4000) -> str:
    """Make text from a server harmless and one line: no escapes, controls or bidi marks."""
    text = _ESCAPES.sub("", text[: limit * 4])
    kept = [_harmless(c) for c in text]
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _harmless(char: str) -> str:
    if " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return char if char == "\u200d" else ""
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "\ufffd" if category in ("Cs", "Cn") else char


def count(number: float | None) -> str:
    """Write credits: thousands apart, decimals only if there are any, a dash if not known."""
    if number is None:
        return UNKNOWN
    rounded = round(number, 2)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.2f}".rstrip("0")


def per_cent(share: float) -> str:
    """Write a share of 1 as a per cent, rounded down: only what is done is 100%."""
    return f"{math.floor(min(1.0, max(0.0, share)) * 100 + 1e-9)}%"


def bar(share: float, width: int) -> tuple[str, str]:
    """Draw a bar in half cells: what is done, and the track that is left."""
    halves = math.floor(min(1.0, max(0.0, share)) * width * 2 + 1e-9)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return done, "─" * (width - len(done))


def size(size_bytes: float) -> str:
    """Write a file size in decimal units: ``820 kB``, ``14.2 MB``."""
    value, unit = _scaled(size_bytes)
    digits = f"{value:.1f}" if value < 100 and unit != "B" else f"{value:.0f}"
    return f"{digits.removesuffix('.0')} {unit}"


def speed(bytes_per_s: float) -> str:
    """Write a speed in 8 cells: ``3.2 MB/s``, `` 14 MB/s``, ``820 kB/s``."""
    value, unit = _scaled(max(bytes_per_s, 0) / 1000 * 1000)
    if unit == "B":
        value, unit = value / 1000, "kB"
    digits = f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"{digits} {unit}/s".rjust(8)


def _scaled(value: float) -> tuple[float, str]:
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            return value, unit
        value /= 1000
    raise AssertionError("unreachable: the last unit always returns")


def left(seconds: float) -> str:
    """Write the time left in one unit and 3 cells: `` 4s``, ``58s``, ``12m``, `` 3h``."""
    if seconds < 59.5:
        return f"{math.ceil(seconds)}s".rjust(3)
    if seconds < 3570:
        return f"{round(seconds / 60)}m".rjust(3)
    if seconds < 99.5 * 3600:
        return f"{round(seconds / 3600)}h".rjust(3)
    return f"{min(99, round(seconds / 86400))}d".rjust(3)


def span(seconds: float) -> str:
    """Write how long something has lasted: ``41s``, ``1m12s``, ``2h47m``, ``3d04h``."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02}h"


def lifetime(seconds: float) -> str:
    """Write what is left of a link: ``23h41m``, ``47m``, seconds below two minutes, ``expired``."""
    if seconds <= 0:
        return "expired"
    if seconds < 120:
        return f"{math.ceil(seconds)}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    return span(seconds)


def lifetime_short(seconds: float) -> str:
    """Write what is left of a link in one unit and at most 3 cells: ``23h``, ``38m``."""
    if seconds < 120:
        return f"{max(0, math.ceil(seconds))}s"
    return f"{int(seconds // 60)}m" if seconds < 3600 else f"{min(99, int(seconds // 3600))}h"


def seconds(value: float) -> str:
    """Write a length without its unit: ``5``, ``3.85``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def files(number: int) -> str:
    """Write a number of files: ``1 file``, ``2 files``."""
    return plural(number, "file")


def plural(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 task``, ``1,000 tasks``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
