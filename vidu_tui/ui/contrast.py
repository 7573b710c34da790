"""How well a colour can be read on another, and how to make it so. Pure: from WCAG 2."""

from functools import lru_cache
from typing import Final

from textual.color import Color

LEAST: Final = 4.5
"""Of text, by WCAG 2 and look.md section 7."""
_STEPS: Final = 16
_BLACK: Final = Color(0, 0, 0)
_WHITE: Final = Color(255, 255, 255)


def ratio(first: Color, second: Color) -> float:
    """Give the contrast of two opaque colours, from 1 to 21."""
    light, dark = sorted((_luminance(first.rgb), _luminance(second.rgb)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(colour: Color, back: Color) -> Color:
    """Mix a colour with black or white until it can be read on ``back``; most need nothing."""
    if ratio(colour, back) >= LEAST:
        return colour
    pole = max(_BLACK, _WHITE, key=lambda end: ratio(end, back))
    mixed = (colour.blend(pole, step / _STEPS) for step in range(1, _STEPS + 1))
    return next((c for c in mixed if ratio(c, back) >= LEAST), pole)


@lru_cache(maxsize=256)
def _luminance(rgb: tuple[int, int, int]) -> float:
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
