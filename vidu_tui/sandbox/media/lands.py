"""Scenes under an open sky: sea, dunes, fjord. Knows light and land, no file and no codec."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from vidu_tui.sandbox.media.brush import (
    Picture,
    Point,
    chance,
    crags,
    glow,
    gradient,
    mirror,
    mix,
    ridge,
    ripple,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SIZE = (1280, 720)


def sunset(seconds: float) -> Picture:
    """Paint a sun that sinks into the sea."""
    width, _height = SIZE
    horizon = 432
    sky = [(0.0, "#170f3d"), (0.22, "#4b1d6b"), (0.4, "#b02e6c"), (0.53, "#f4693f")]
    picture = gradient(SIZE, [*sky, (0.595, "#ffc35a"), (0.61, "#ffd877"), (1.0, "#ffd877")])
    sun = (790.0, 352 + seconds * 9)
    glow(picture, sun, (620, 420), "#ff7a35", 2.2)
    glow(picture, sun, (250, 220), "#ffd27a", 1.6)
    pen = ImageDraw.Draw(picture)
    pen.ellipse(_disc(sun, 84), fill="#fff3c4")
    _clouds(picture, seconds)
    sea = ripple(mirror(picture, horizon, 0.8, 3), seconds, 7)
    tint = gradient(sea.size, [(0.0, "#ffb36b"), (0.35, "#c2548c"), (1.0, "#47318f")])
    picture.paste(Image.blend(sea, tint, 0.38), (0, horizon))
    _glitter(picture, sun[0], horizon, seconds)
    pen = ImageDraw.Draw(picture)
    far = ridge(
        (width, horizon + 2),
        lambda x: (
            horizon
            - 92 * max(0.0, 1 - x * 1.9) ** 0.7
            - 22 * crags(2, x * 1.6) * max(0.0, 1 - x * 1.9) ** 0.5
        ),
    )
    pen.polygon(far, fill="#5b1f55")
    near = ridge(
        SIZE,
        lambda x: (
            742
            - 330 * max(0.0, 1 - x / 0.4) ** 0.6
            - 30 * crags(5, x * 2.2) * max(0.0, 1 - x / 0.4) ** 0.4
        ),
    )
    pen.polygon(near, fill="#1a0b2e")
    for bird in range(5):
        _bird(pen, 470 + bird * 46 + seconds * 16, 150 + 26 * chance(bird), seconds + bird * 0.3)
    return picture


def _disc(centre: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
    x, y = centre
    return x - radius, y - radius, x + radius, y + radius


def _clouds(picture: Picture, seconds: float) -> None:
    veil = Image.new("L", picture.size)
    pen = ImageDraw.Draw(veil)
    for band in range(26):
        y = 70 + 320 * chance(band) ** 0.8
        length = 160 + 420 * chance(band + 40)
        x = -200 + 1600 * chance(band + 80) + seconds * (6 + 12 * chance(band))
        thick = 3 + 13 * chance(band + 9)
        pen.ellipse((x, y, x + length, y + thick), fill=90 + round(110 * chance(band + 3)))
    veil = veil.filter(ImageFilter.GaussianBlur(3.5))
    colour = gradient(picture.size, [(0.0, "#2a1550"), (0.4, "#7a2360"), (0.6, "#e2553f")])
    picture.paste(colour, (0, 0), veil)


def _glitter(picture: Picture, x: float, horizon: int, seconds: float) -> None:
    light = Image.new("L", picture.size)
    pen = ImageDraw.Draw(light)
    depth = picture.height - horizon
    for line in range(64):
        share = (line / 64) ** 1.35
        y = horizon + 3 + share * depth
        beat = 0.5 + 0.5 * math.sin(seconds * math.tau * (0.5 + chance(line)) + line * 2.4)
        half = (26 + 150 * share) * (0.25 + 0.75 * beat) * (0.6 + 0.6 * chance(line + 7))
        shift = (chance(line + 21) - 0.5) * 130 * share
        thick = 2 + 5 * share
        pen.ellipse(
            (x + shift - half, y, x + shift + half, y + thick), fill=150 + round(100 * beat)
        )
    light = light.filter(ImageFilter.GaussianBlur(1.4))
    picture.paste(Image.new("RGB", picture.size, "#ffe9a8"), (0, 0), light)


def _bird(pen: ImageDraw.ImageDraw, x: float, y: float, seconds: float) -> None:
    lift = 7 * math.sin(seconds * 9)
    wing = [(x - 15, y - lift), (x - 6, y - 3), (x, y), (x + 6, y - 3), (x + 15, y - lift)]
    pen.line(wing, fill="#22103f", width=4, joint="curve")


def dunes(seconds: float) -> Picture:
    """Paint dunes in low sun, with a walker on a crest."""
    picture = gradient(
        SIZE, [(0.0, "#17607f"), (0.28, "#63b3ad"), (0.5, "#ffe0a0"), (1, "#ffc178")]
    )
    glow(picture, (985, 235), (560, 430), "#fff0c0", 1.8)
    ImageDraw.Draw(picture).ellipse(_disc((985, 235), 60), fill="#fffbe6")
    for number, dune in enumerate(_DUNES):
        shift = seconds * dune.drift
        mask = Image.new("L", SIZE)
        ImageDraw.Draw(mask).polygon(ridge(SIZE, dune.crest(shift)), fill=255)
        top = dune.base - dune.height - 8
        body = gradient((SIZE[0], SIZE[1] - top), [(0.0, dune.lit), (1.0, dune.deep)])
        sand = Image.new("RGB", SIZE)
        sand.paste(body, (0, top))
        sand.paste(Image.new("RGB", SIZE, dune.shade), (0, 0), _lee(dune, shift))
        picture.paste(sand, (0, 0), mask.filter(ImageFilter.GaussianBlur(1)))
        if number == 2:
            _walker(picture, 420 + seconds * 17, dune.crest(shift), seconds)
    return picture


@dataclass(frozen=True, slots=True)
class _Dune:
    base: int
    height: int
    peaks: tuple[tuple[float, float], ...]
    """Place as a share of the width, and half width as such a share."""
    lit: str
    deep: str
    shade: str
    drift: float

    def crest(self, shift: float) -> Callable[[float], float]:
        """Return the crest's height at each share of the width."""

        def height_at(x: float) -> float:
            rise = 0.0
            for place, reach in self.peaks:
                away = abs(x - (place - shift / SIZE[0])) / reach
                rise = max(rise, (0.5 + 0.5 * math.cos(min(away, 1) * math.pi)) ** 0.8)
            return self.base - self.height * rise + 6 * math.sin(x * 9 + self.base)

        return height_at


_DUNES = (
    _Dune(352, 66, ((0.16, 0.2), (0.55, 0.24), (0.93, 0.2)), "#f2bb80", "#e49a64", "#c98361", 4),
    _Dune(440, 120, ((0.3, 0.34), (0.84, 0.3)), "#f5a052", "#d9713a", "#a3503f", 9),
    _Dune(560, 190, ((0.6, 0.5), (0.02, 0.2)), "#f58a2e", "#c4501f", "#6b2a38", 16),
    _Dune(760, 200, ((0.1, 0.5), (1.0, 0.42)), "#d8601c", "#7a2a1e", "#331329", 30),
)


def _lee(dune: _Dune, shift: float) -> Picture:
    """Return a mask of the sides that the sun does not reach: left of each winding spine."""
    mask = Image.new("L", SIZE)
    pen = ImageDraw.Draw(mask)
    crest = dune.crest(shift)
    for place, reach in dune.peaks:
        peak = (place - shift / SIZE[0]) * SIZE[0]
        left = peak - reach * SIZE[0] * 0.98
        steps = [left + (peak - left) * step / 40 for step in range(41)]
        slope = [(x, crest(x / SIZE[0]) - 2) for x in steps]
        top = slope[-1][1]
        spine = []
        for step in range(41):
            share = step / 40
            bend = math.sin(share * 7.5) * 46 * share + 190 * share**1.5 * reach * 2
            spine.append((peak + bend, top + share * dune.height * 1.9))
        pen.polygon([*slope, *spine, (left - 60, spine[-1][1])], fill=235)
    return mask.filter(ImageFilter.GaussianBlur(1.6))


def _walker(picture: Picture, x: float, crest: Callable[[float], float], seconds: float) -> None:
    pen = ImageDraw.Draw(picture)
    ground = crest(x / SIZE[0])
    stride = 7 * math.sin(seconds * 7)
    ink = "#26101f"
    pen.line([(x - 1, ground - 22), (x - stride, ground + 2)], fill=ink, width=5)
    pen.line([(x + 1, ground - 22), (x + stride, ground + 2)], fill=ink, width=5)
    pen.polygon(
        [(x - 9, ground - 18), (x + 9, ground - 18), (x + 5, ground - 48), (x - 5, ground - 48)],
        fill=ink,
    )
    pen.ellipse((x - 6, ground - 62, x + 6, ground - 49), fill=ink)
    flutter = 4 * math.sin(seconds * 11)
    scarf = [(x - 4, ground - 48), (x - 20, ground - 46 + flutter), (x - 34, ground - 50 - flutter)]
    pen.line(scarf, fill="#e8334a", width=6, joint="curve")


_FAR = ((0.34, 130), (0.62, 150), (0.45, 96), (0.54, 110))
_NEAR = ((-0.02, 330), (1.02, 350), (0.8, 235), (0.13, 265), (0.24, 170), (0.93, 180), (0.72, 120))


def fjord(seconds: float) -> Picture:
    """Paint northern lights over a snowy fjord."""
    width, height = SIZE
    horizon = 500
    picture = gradient(
        SIZE,
        [(0.0, "#040a24"), (0.35, "#0a2348"), (0.6, "#17506a"), (0.7, "#2f8a86"), (1, "#2f8a86")],
    )
    pen = ImageDraw.Draw(picture)
    for star in range(170):
        x, y = width * chance(star + 0.5), 380 * chance(star + 300.5) ** 1.3
        bright = 120 + 130 * chance(star + 600) * (0.7 + 0.3 * math.sin(seconds * 5 + star))
        size = 1 + 1.5 * chance(star + 900)
        pen.ellipse(
            (x, y, x + size, y + size), fill=mix((20, 40, 80), (255, 255, 255), bright / 255)
        )
    for curtain in (
        (0.3, 268, 118, "#2bff9d", 1.0),
        (2.4, 205, 96, "#2fe6d8", 0.7),
        (4.4, 150, 104, "#a45cff", 0.85),
    ):
        picture = ImageChops.screen(picture, _curtain(seconds, *curtain))
    _range(picture, horizon, _FAR, ("#8fd3cf", "#2b5c80"), seconds * 3)
    _range(picture, horizon, _NEAR, ("#d9f4ee", "#1b3a5c"), seconds * 7)
    water = ripple(mirror(picture, horizon, 0.72, 4), seconds, 5)
    picture.paste(water, (0, horizon))
    pen = ImageDraw.Draw(picture)
    pen.line([(0, horizon), (width, horizon)], fill="#7fd6c8", width=2)
    shore = ridge(
        SIZE,
        lambda x: (
            height
            - 12
            - 300 * max(0.0, x - 0.66) ** 0.8
            - 320 * max(0.0, 0.16 - x)
            + 10 * crags(7, x * 3)
        ),
    )
    pen.polygon(shore, fill="#040b18")
    _cabin(picture, 1100, 640)
    return picture


def _curtain(
    seconds: float, phase: float, base: float, reach: float, colour: str, force: float
) -> Picture:
    """Return one curtain of the lights on black: rays that fade upwards from a waving hem."""
    width, height = 320, 180
    light = Image.new("L", (width, height))
    for x in range(width):
        place = x / width
        hem = (
            base
            + 62 * math.sin(place * 4.4 + phase + seconds * 0.5)
            + 26 * math.sin(place * 11 - phase - seconds * 0.8)
        )
        ray = (
            0.5
            + 0.3 * math.sin(place * 60 + phase * 9 + seconds * 2.2)
            + 0.2 * math.sin(place * 131 - seconds * 3.1)
        )
        body = 0.12 + 0.88 * math.sin(place * math.pi * 1.5 + phase * 0.7 + seconds * 0.3) ** 2
        tall = reach * (0.7 + 0.5 * ray)
        low = hem / 4
        for y in range(max(0, int(low - tall / 2.2)), min(height, int(low) + 6)):
            up = (low - y) / (tall / 2.2)
            strength = max(0.0, 1 - up) ** 1.6 if up >= 0 else max(0.0, 1 + (low - y) / 6)
            light.putpixel((x, y), round(255 * force * body * strength * (0.45 + 0.55 * ray)))
    mask = light.resize(SIZE, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(5))
    return Image.composite(Image.new("RGB", SIZE, colour), Image.new("RGB", SIZE), mask)


def _peak(
    pen: ImageDraw.ImageDraw, at: Point, foot: float, seed: float, tones: tuple[str, str]
) -> None:
    """Draw one mountain: a snowy side towards the lights, a dark one, a jagged spine between."""
    x, top = at
    tall = foot - top
    steps = [step / 14 for step in range(15)]

    def flank(side: int, share: float) -> Point:
        jag = 0.09 * crags(seed + side, share * 1.7) * min(share * 3, 1) * tall
        return x + side * share * tall * (
            0.78 + 0.25 * chance(seed + side)
        ) + jag, top + share * tall

    left, right = ([flank(side, share) for share in steps] for side in (-1, 1))
    bend = [
        (x + tall * share * (0.16 + 0.22 * (chance(seed + n) - 0.5)), top + tall * share)
        for n, share in enumerate(steps)
    ]
    pen.polygon([*left, *reversed(right)], fill=tones[1])
    pen.polygon([*left, *reversed(bend)], fill=tones[0])
    for gully in range(4):
        start = flank(-1, 0.28 + gully * 0.17)
        reach = tall * (0.2 + 0.16 * chance(seed + gully * 5))
        lean = start[0] + reach * 0.55
        pen.polygon(
            [start, (lean, start[1] + reach * 0.7), (start[0] - reach * 0.5, start[1] + reach)],
            fill=tones[1],
        )


def _range(
    picture: Picture,
    foot: int,
    peaks: Sequence[tuple[float, float]],
    tones: tuple[str, str],
    drift: float,
) -> None:
    """Draw a chain of mountains, the farther ones first, with haze at its foot."""
    layer = picture.copy()
    pen = ImageDraw.Draw(layer)
    for number, (place, tall) in enumerate(peaks):
        _peak(pen, (place * SIZE[0] - drift, foot - tall), foot, number * 3.7 + tall, tones)
    haze = gradient(
        SIZE, [(0.0, "#ffffff"), ((foot - 150) / SIZE[1], "#ffffff"), (foot / SIZE[1], "#707070")]
    )
    sharp = Image.composite(layer, picture, haze.convert("L"))
    picture.paste(sharp.crop((0, 0, SIZE[0], foot)))


def _cabin(picture: Picture, x: int, y: int) -> None:
    pen = ImageDraw.Draw(picture)
    pen.polygon(
        [(x - 34, y), (x - 34, y - 26), (x, y - 50), (x + 34, y - 26), (x + 34, y)], fill="#0a1424"
    )
    pen.polygon([(x - 40, y - 24), (x, y - 54), (x + 40, y - 24), (x, y - 46)], fill="#cfe9ee")
    glow(picture, (x, y - 14), (90, 70), "#ffb04a", 2.4)
    pen.rectangle((x - 9, y - 24, x + 9, y - 8), fill="#ffd98a")
