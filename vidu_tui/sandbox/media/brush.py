"""Strokes that the scenes are painted with. Knows colours and Pillow, no scene."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from PIL import Image, ImageChops, ImageColor, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Rgb: TypeAlias = "tuple[int, int, int]"
Point: TypeAlias = "tuple[float, float]"
Picture: TypeAlias = Image.Image


def rgb(code: str) -> Rgb:
    """Return a colour written as ``#rrggbb``."""
    red, green, blue = ImageColor.getrgb(code)[:3]
    return red, green, blue


def chance(seed: float) -> float:
    """Return a number from 0 to 1 that looks random and is always the same for a seed."""
    return math.modf(abs(math.sin(seed * 12.9898 + 4.1414)) * 43758.5453)[0]


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return a colour between two."""
    red, green, blue = (
        round(a + (b - a) * min(max(share, 0), 1)) for a, b in zip(one, other, strict=True)
    )
    return red, green, blue


def gradient(size: tuple[int, int], stops: Sequence[tuple[float, str]]) -> Picture:
    """Return bands from top to bottom that melt into each other; stops are (share, colour)."""
    width, height = size
    column = Image.new("RGB", (1, height))
    for y in range(height):
        share = y / max(height - 1, 1)
        last = max((stop for stop in stops if stop[0] <= share), key=lambda stop: stop[0])
        after = min((s for s in stops if s[0] > share), key=lambda s: s[0], default=last)
        reach = (after[0] - last[0]) or 1
        column.putpixel((0, y), mix(rgb(last[1]), rgb(after[1]), (share - last[0]) / reach))
    return column.resize((width, height))


@lru_cache(maxsize=64)
def _spot(width: int, height: int, power: float) -> Picture:
    edge = Image.radial_gradient("L")
    fade = edge.point([round(255 * max(0.0, 1 - level / 181) ** power) for level in range(256)])
    return fade.resize((width, height), Image.Resampling.BICUBIC)


def glow(
    picture: Picture, at: Point, radius: tuple[float, float], colour: str, power: float = 2.0
) -> None:
    """Add light around a point, fading to nothing at the radius."""
    size = round(radius[0] * 2), round(radius[1] * 2)
    corner = round(at[0] - radius[0]), round(at[1] - radius[1])
    spot = _spot(*size, power)
    light = Image.composite(Image.new("RGB", size, colour), Image.new("RGB", size), spot)
    box = (*corner, corner[0] + size[0], corner[1] + size[1])
    picture.paste(ImageChops.screen(picture.crop(box), light), corner)


def ridge(size: tuple[int, int], height_at: Callable[[float], float], step: int = 4) -> list[Point]:
    """Return the outline of land whose crest has the given height at each share of the width."""
    width, height = size
    crest = [(float(x), height_at(x / width)) for x in range(-step, width + 2 * step, step)]
    return [(-float(step), float(height)), *crest, (float(width + 2 * step), float(height))]


def crags(seed: float, x: float, octaves: int = 6) -> float:
    """Return a rugged line, about -1 to 1."""
    total, reach, frequency = 0.0, 0.5, 3.0
    for octave in range(octaves):
        place = x * frequency + seed * 17
        cell = math.floor(place)
        here, there = chance(cell + octave * 31), chance(cell + 1 + octave * 31)
        total += (here + (there - here) * (place - cell) - 0.5) * 2 * reach
        reach, frequency = reach * 0.5, frequency * 2.1
    return total


def mirror(picture: Picture, horizon: int, dim: float, blur: float) -> Picture:
    """Return what lies above the horizon upside down, dimmed and blurred, in full width."""
    width, height = picture.size
    depth = height - horizon
    above = picture.crop((0, max(horizon - depth, 0), width, horizon))
    flipped = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, depth))
    dark = Image.new("RGB", flipped.size)
    return Image.blend(dark, flipped.filter(ImageFilter.GaussianBlur(blur)), dim)


def ripple(picture: Picture, seconds: float, reach: float) -> Picture:
    """Return the picture with its rows pushed to and fro like water, more so below."""
    width, height = picture.size
    result = picture.copy()
    row = 2
    for y in range(0, height, row):
        depth = y / height
        wave = math.sin(y * 0.31 / (0.35 + depth) + seconds * math.tau * 0.75)
        wave += 0.6 * math.sin(y * 0.13 - seconds * math.tau * 0.5)
        strip = picture.crop((0, y, width, y + row))
        result.paste(strip, (round(wave * reach * (0.25 + depth)), y))
    return result
