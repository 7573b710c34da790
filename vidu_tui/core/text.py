"""Numbers and foreign text as the words of the screen: one definition for table, detail, verbs."""

import math
import re
import unicodedata

UNKNOWN = "—"
"""Not known; what does not apply is blank."""

_LONGEST_S = 1e10
"""Longer than this is no span of anything here; infinity would not be a number of days."""

# Compiled when it is first looked for: few starts need it.
_ESCAPES = r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?"
_ASCII = str.maketrans(
    {
        "▌": ">",
        "▏": "|",
        "◆": "*",
        "━": "#",
        "╸": "#",
        "╍": "#",
        "─": ".",
        "↓": "v",
        "↑": "^",
        "←": "<",
        "→": ">",
        "↻": "^",
        "‖": "=",
        "●": "*",
        "○": "o",
        "·": "-",
        "…": "~",
        "—": "-",
        "►": ">",
        "◔": "~",
        "✓": "+",
        "✗": "x",
        "⊘": "-",
        "×": "x",
        "▼": "v",
        "▲": "^",
        "“": '"',
        "”": '"',
        "’": "'",
        "│": "|",
        "•": "*",
    }
)
_JOINER = "\u200d"
_DRAWN_ANYHOW = dict.fromkeys((0x200D, 0xFE0E, 0xFE0F, 0x20E3, *range(0x1F3FB, 0x1F400)))
"""Joins two signs, asks for a sign as text or as a picture, draws a key around it, tints it."""
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def inert(text: str, limit: int = 4000) -> str:
    """Make text from a server harmless and one line: no escapes, controls or bidi marks."""
    if limit <= 0:
        return ""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return " ".join(text.split())  # most are, and there is nothing in them to look for
    kept: list[str] = []
    for char in re.sub(_ESCAPES, "", text[: limit * 4]):
        if kept and kept[-1] == _JOINER and not _is_emoji(char):
            kept.pop()
        if char != _JOINER or (kept and _is_emoji(kept[-1])):
            kept.append(_harmless(char))
    line = " ".join("".join(kept).rstrip(_JOINER).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip(_JOINER) + "…"


def steady(text: str) -> str:
    """Write signs of several characters so that every terminal counts the same cells for them.

    What is joined stands side by side, skin tones and the wish for another drawing of a sign go:
    some terminals take one or two cells for it, some four. So do marks at the beginning, which
    would sit on whatever stands before.
    """
    if text.isascii():
        return text
    kept = text.translate(_DRAWN_ANYHOW)
    marks = next((i for i, c in enumerate(kept) if unicodedata.category(c)[0] != "M"), len(kept))
    return kept[marks:]


def without_escapes(text: str) -> str:
    """Take escape sequences out of a text of any length."""
    return re.sub(_ESCAPES, "", text) if "\x1b" in text else text


def visible(text: str) -> str:
    """Take out what has no width or may move the cursor; unlike ``inert`` it keeps all the rest."""
    if text.isprintable():
        return text
    return "".join(c for c in without_escapes(text) if c.isprintable() or c.isspace())


def _is_emoji(char: str) -> bool:
    """Tell whether a joiner beside this character makes one picture of two."""
    return char == "\ufe0f" or "\u2190" <= char <= "\u2bff" or "\U0001f000" <= char <= "\U0001faff"


def _harmless(char: str) -> str:
    if " " <= char <= "~" or char == _JOINER:
        return char
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    return "\ufffd" if category in ("Cs", "Cn", "Co") else char


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
    """Draw a bar to the nearest half cell, full only when done: the bar, and the track left."""
    done_share = min(1.0, max(0.0, share))
    halves = math.floor(done_share * width * 2 + 0.5)
    if done_share < 1:
        halves = min(halves, width * 2 - 1)
    done = "━" * (halves // 2) + "╸" * (halves % 2)
    return done, "─" * (width - len(done))


def size(size_bytes: float) -> str:
    """Write a file size in decimal units: ``820 kB``, ``14.2 MB``."""
    value, unit = _scaled(size_bytes)
    digits = f"{value:.1f}" if value < 100 and unit != "B" else f"{value:.0f}"
    return f"{digits.removesuffix('.0')} {unit}"


def speed(bytes_per_s: float) -> str:
    """Write a speed in 8 cells: ``3.2 MB/s``, `` 14 MB/s``, ``820 kB/s``."""
    value, unit = _scaled(max(bytes_per_s, 0.0))
    if unit == "B":
        value, unit = value / 1000, "kB"
    digits = f"{value:.1f}" if value < 9.95 else f"{min(value, 999.0):.0f}"
    return f"{digits} {unit}/s".rjust(8)


def _scaled(value: float) -> tuple[float, str]:
    for unit in _UNITS:
        if value < 999.5 or unit == _UNITS[-1]:
            return value, unit
        value /= 1000
    raise AssertionError("unreachable: the last unit always returns")


def left(seconds: float) -> str:
    """Write the time left in one unit and 3 cells: `` 4s``, ``58s``, ``12m``, `` 3h``."""
    whole = math.ceil(min(max(seconds, 0.0), _LONGEST_S))
    if whole < 60:
        return f"{whole}s".rjust(3)
    if whole < 3570:
        return f"{round(whole / 60)}m".rjust(3)
    if whole < 99.5 * 3600:
        return f"{round(whole / 3600)}h".rjust(3)
    return f"{min(99, round(whole / 86400))}d".rjust(3)


def span(seconds: float) -> str:
    """Write how long something has lasted: ``41s``, ``1m12s``, ``2h47m``, ``3d04h``."""
    whole = int(min(max(seconds, 0.0), _LONGEST_S))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02}h"


def apart(time_span: str) -> str:
    """Part a number from its only unit, for a sentence: ``12 s``; ``1m12s`` stays as it is."""
    number = time_span[:-1]
    return f"{number} {time_span[-1]}" if number.strip().isdigit() else time_span


def lifetime(seconds: float) -> str:
    """Write what is left of a link: ``23h41m``, ``47m``, seconds below two minutes, ``expired``."""
    if seconds <= 0:
        return "expired"
    if seconds < 120:
        return f"{min(119, math.ceil(seconds))}s"
    if seconds < 3600:
        return f"{int(seconds // 60)}m"
    return span(seconds)


def lifetime_short(seconds: float) -> str:
    """Write what is left of a link in one unit and at most 3 cells: ``23h``, ``38m``."""
    if seconds < 99:
        return f"{max(0, math.ceil(seconds))}s"
    if seconds < 120:
        return "99s"
    return f"{int(seconds // 60)}m" if seconds < 3600 else f"{min(99, int(seconds // 3600))}h"


def seconds(value: float) -> str:
    """Write a length without its unit: ``5``, ``3.85``."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def tilde(path: str, home: str) -> str:
    """Show a path with the home folder as ``~``; for a screen, not for opening."""
    shown = "".join(character if character.isprintable() else "�" for character in path)
    home = home.rstrip("/\\")
    if home and (shown == home or shown.startswith((f"{home}/", f"{home}\\"))):
        return f"~{shown[len(home) :]}"
    return shown


def files(number: int) -> str:
    """Write a number of files: ``1 file``, ``2 files``."""
    return plural(number, "file")


def plural(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 task``, ``1,000 tasks``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def to_ascii(words: str) -> str:
    """Draw our own signs in ASCII; foreign text keeps its letters."""
    return words.translate(_ASCII)
