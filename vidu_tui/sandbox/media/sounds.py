"""What is heard: a voice without words, the wind, a tune. Knows numbers, no file and no ffmpeg."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from vidu_tui.sandbox.media.brush import chance

if TYPE_CHECKING:
    from collections.abc import Iterable

VOICE_RATE = 8_000
RATE = 22_050
_LOUD = 26_000
_VOWELS = (
    (730.0, 1090.0, 2440.0),
    (530.0, 1840.0, 2480.0),
    (300.0, 870.0, 2240.0),
    (570.0, 840.0, 2410.0),
    (270.0, 2290.0, 3010.0),
)
"""The three formants of ah, eh, oo, aw and ee in Hz (Peterson and Barney, 1952)."""
_WIDTHS = (70.0, 110.0, 170.0)
_TUNE = (392.0, 493.9, 587.3, 784.0, 659.3, 587.3, 493.9, 440.0)


def voice(seconds: float = 3.0, syllable_s: float = 0.24) -> bytes:
    """Return speech that says nothing: a falling pitch through one vowel after the other."""
    states = [[0.0, 0.0] for _ in _WIDTHS]
    samples, turn = [], 0.0
    for number in range(int(seconds * VOICE_RATE)):
        at = number / VOICE_RATE
        syllable, share = divmod(at / syllable_s, 1)
        vowel = _VOWELS[int(chance(syllable) * len(_VOWELS))]
        turn += (150 - 30 * at / seconds + 12 * math.sin(at * 5)) / VOICE_RATE
        is_pause = int(syllable) % 6 == 5
        pulse = 0.0 if is_pause else (turn % 1 < 0.12) * math.sin(math.pi * min(share * 1.15, 1))
        breath = 0.04 * (chance(number) - 0.5) * (share < 0.15) * (not is_pause)
        samples.append(_ring(pulse + breath, vowel, states))
    return _packed(samples)


def wind(seconds: float = 3.0) -> bytes:
    """Return gusts of filtered noise."""
    samples, low, lower = [], 0.0, 0.0
    for number in range(int(seconds * RATE)):
        at = number / RATE
        gust = 0.4 + 0.35 * math.sin(at * 1.9) + 0.25 * math.sin(at * 4.7 + 1)
        reach = 0.02 + 0.06 * max(gust, 0)
        low += (chance(number) - 0.5 - low) * reach
        lower += (low - lower) * reach
        samples.append(lower * max(gust, 0) * _edge(at, seconds))
    return _packed(samples)


def tune(seconds: float = 4.0) -> bytes:
    """Return plucked notes, two a second, over a low one."""
    samples = []
    for number in range(int(seconds * RATE)):
        at = number / RATE
        note, share = divmod(at * 2, 1)
        tone = _TUNE[int(note) % len(_TUNE)]
        pluck = math.exp(-3 * share) * min(share * 60, 1)
        heard = math.sin(math.tau * tone * at) + 0.4 * math.sin(math.tau * tone * 2 * at)
        low = 0.4 * math.sin(math.tau * 98 * at)
        samples.append((heard * pluck + low) * _edge(at, seconds))
    return _packed(samples)


def _ring(pulse: float, vowel: tuple[float, ...], states: list[list[float]]) -> float:
    """Let each formant of a vowel ring on a pulse, one resonator after the other."""
    heard = pulse
    for tone, width, state in zip(vowel, _WIDTHS, states, strict=True):
        fade = math.exp(-math.pi * width / VOICE_RATE)
        turn = 2 * fade * math.cos(math.tau * tone / VOICE_RATE)
        heard = (1 - turn + fade * fade) * heard + turn * state[0] - fade * fade * state[1]
        state[1], state[0] = state[0], heard
    return heard


def _edge(at: float, seconds: float) -> float:
    """Return how loud it is near both ends, 1 between them."""
    return min(at / 0.2, (seconds - at) / 0.4, 1.0)


def _packed(samples: Iterable[float]) -> bytes:
    """Return samples of 16 bits, little end first, as loud as they may be."""
    given = list(samples)
    top = max(map(abs, given)) or 1.0
    return struct.pack(f"<{len(given)}h", *(round(sample / top * _LOUD) for sample in given))
