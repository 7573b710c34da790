"""Scenes by artificial light: neon alley, stage, lantern crowd. Knows no file and no codec."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from vidu_tui.sandbox.media.brush import (
    Picture,
    Point,
    chance,
    glow,
    gradient,
    mirror,
    mix,
    rgb,
    ripple,
)

ALLEY = (720, 1280)
STAGE = (1280, 720)
_NEON = ("#ff2f92", "#22e3ff", "#ffb02e", "#8a5bff", "#35ffa1", "#ff4d4d")


def neon(seconds: float) -> Picture:
    """Paint a narrow street of neon signs in the rain, its light on the wet ground."""
    width, height = ALLEY
    horizon, centre = 800, 372
    picture = gradient(
        ALLEY, [(0.0, "#070417"), (0.35, "#150a35"), (0.62, "#41206b"), (1.0, "#41206b")]
    )
    glow(picture, (centre, horizon - 70), (330, 420), "#2fd7e8", 2.0)
    glow(picture, (centre, horizon - 30), (150, 200), "#d8fbff", 1.6)
    pen = ImageDraw.Draw(picture)
    for side in (-1, 1):
        for wall in range(5):
            _house(pen, centre, horizon, side, wall)
    signs = [_sign(number, centre, horizon) for number in range(15)]
    for number, (at, half, colour) in enumerate(signs):
        flicker = 1.0 if number != 4 else 0.45 + 0.55 * (math.sin(seconds * 23) > -0.3)
        power = flicker * (0.88 + 0.12 * math.sin(seconds * 5 + number * 1.7))
        tone = "#{:02x}{:02x}{:02x}".format(*mix((0, 0, 0), rgb(colour), power))
        glow(picture, at, (half[0] * 2 + 85, half[1] + 95), tone, 2.4)
        _tube(picture, at, half, tone, number)
    ground = mirror(picture, horizon, 0.86, 7)
    ground = ripple(ground.resize((width, height - horizon)), seconds, 11)
    picture.paste(ground, (0, horizon))
    _walker(picture, centre, horizon + 170 - seconds * 14, 1.25 - seconds * 0.03, seconds)
    _rain(picture, seconds)
    return picture


def _house(pen: ImageDraw.ImageDraw, centre: int, horizon: int, side: int, wall: int) -> None:
    near, far = 0.92**wall * (1 - 0.17 * wall), 0.92 ** (wall + 1) * (1 - 0.17 * (wall + 1))
    x0, x1 = centre + side * (40 + 400 * near), centre + side * (40 + 400 * far)
    top0, top1 = horizon - 1150 * near - 130, horizon - 1150 * far - 130
    tone = mix((9, 6, 26), (52, 30, 92), wall / 5)
    pen.polygon([(x0, horizon + 4), (x0, top0), (x1, top1), (x1, horizon + 4)], fill=tone)
    for floor in range(9):
        if chance(wall * 13 + floor + side) > 0.55:
            level = 0.12 + floor * 0.095
            y0, y1 = horizon - (horizon - top0) * level, horizon - (horizon - top1) * level
            a, b = x0 + (x1 - x0) * 0.3, x0 + (x1 - x0) * 0.7
            warm = mix((70, 40, 80), (255, 190, 110), chance(floor + wall * 3))
            pen.polygon([(a, y0), (b, y1), (b, y1 + 14), (a, y0 + 16)], fill=mix(tone, warm, 0.55))


def _sign(number: int, centre: int, horizon: int) -> tuple[Point, Point, str]:
    depth = (number // 2) / 7
    side = -1 if number % 2 else 1
    scale = 1 - 0.8 * depth
    x = centre + side * (62 + 262 * scale * (0.82 + 0.25 * chance(number + 2)))
    y = horizon - 110 - (190 + 480 * chance(number * 3 + 1)) * scale
    half = (20 * scale + 4, (70 + 75 * chance(number + 5)) * scale + 8)
    return (x, y), half, _NEON[(number * 5 + number // 2) % len(_NEON)]


def _tube(picture: Picture, at: Point, half: Point, colour: str, number: int) -> None:
    pen = ImageDraw.Draw(picture)
    x, y = at
    box = (x - half[0], y - half[1], x + half[0], y + half[1])
    hot = mix(rgb(colour), (255, 255, 255), 0.62)
    if number % 3 == 0:
        pen.rounded_rectangle(box, half[0] * 0.5, fill=mix(rgb(colour), (255, 255, 255), 0.25))
        ink = mix(rgb(colour), (0, 0, 0), 0.75)
    else:
        pen.rounded_rectangle(
            box, half[0] * 0.5, fill=mix(rgb(colour), (10, 5, 25), 0.72), outline=hot, width=4
        )
        ink = hot
    strokes = max(2, int(half[1] / half[0] / 1.1))
    pitch = half[1] * 2 / strokes
    for stroke in range(strokes):
        top, reach = y - half[1] + pitch * (stroke + 0.22), half[0] * 0.55
        thick = max(2, round(half[0] * 0.2))
        pen.line([(x - reach, top), (x + reach, top)], fill=ink, width=thick)
        pen.line([(x, top), (x, top + pitch * 0.56)], fill=ink, width=thick)
        if chance(stroke + number) > 0.4:
            pen.line(
                [(x - reach, top + pitch * 0.56), (x + reach, top + pitch * 0.3)],
                fill=ink,
                width=thick,
            )


def _walker(picture: Picture, x: float, ground: float, scale: float, seconds: float) -> None:
    """Draw somebody under an umbrella, seen from behind."""
    ink = "#06030f"
    step = 9 * math.sin(seconds * 6) * scale
    sway = 3 * math.sin(seconds * 6) * scale
    glow(picture, (x, ground - 150 * scale), (150 * scale, 190 * scale), "#123a55", 2)
    pen = ImageDraw.Draw(picture)
    legs = round(17 * scale)
    pen.line(
        [(x - 9 * scale, ground - 95 * scale), (x - 13 * scale, ground + step)],
        fill=ink,
        width=legs,
    )
    pen.line(
        [(x + 9 * scale, ground - 95 * scale), (x + 13 * scale, ground - step)],
        fill=ink,
        width=legs,
    )
    coat = [(-30, -78), (30, -78), (24, -178), (-24, -178)]
    pen.polygon([(x + sway + a * scale, ground + b * scale) for a, b in coat], fill=ink)
    head = (x + sway, ground - 194 * scale)
    pen.ellipse(
        (head[0] - 16 * scale, head[1] - 20 * scale, head[0] + 16 * scale, head[1] + 18 * scale),
        fill=ink,
    )
    pole = (x + sway + 14 * scale, ground - 150 * scale)
    top = (x + sway + 8 * scale, ground - 262 * scale)
    pen.line([pole, top], fill=ink, width=round(5 * scale))
    dome = (top[0] - 100 * scale, top[1] - 8 * scale, top[0] + 100 * scale, top[1] + 100 * scale)
    pen.pieslice(dome, 180, 360, fill="#c4123f")
    pen.arc(dome, 185, 300, fill="#ff8fb0", width=round(4 * scale))


def _rain(picture: Picture, seconds: float) -> None:
    veil = Image.new("L", picture.size)
    pen = ImageDraw.Draw(veil)
    for drop in range(130):
        speed = 900 + 700 * chance(drop)
        y = (chance(drop + 31) * 1500 + seconds * speed) % 1500 - 110
        x = chance(drop + 77) * 760 - 20 - y * 0.04
        pen.line(
            [(x, y), (x - 3, y + 46 + 30 * chance(drop))],
            fill=70 + round(70 * chance(drop)),
            width=2,
        )
    picture.paste(Image.new("RGB", picture.size, "#cfe8ff"), (0, 0), veil)


@dataclass(frozen=True, slots=True)
class Show:
    """The light and the steps of one performance."""

    back: tuple[str, str, str]
    beam: str
    second: str
    dress: str
    tempo: float
    turn: float


DUET = Show(("#0d0620", "#2a0f4a", "#64206b"), "#ffd9a0", "#ff4fa0", "#d81b4e", 2.2, 0.0)
ENCORE = Show(("#02141c", "#06343f", "#0f6a6b"), "#b8fff0", "#ff7a3c", "#f2a33c", 3.1, 2.4)


def dancers(seconds: float) -> Picture:
    """Paint two dancers in a warm spotlight."""
    return _stage(DUET, seconds)


def stage(seconds: float) -> Picture:
    """Paint the same two under colder light, in other steps."""
    return _stage(ENCORE, seconds)


def _stage(show: Show, seconds: float) -> Picture:
    width, _ = STAGE
    floor = 560
    picture = gradient(
        STAGE,
        [
            (0.0, show.back[0]),
            (0.5, show.back[1]),
            (0.77, show.back[2]),
            (0.78, show.back[1]),
            (1.0, show.back[0]),
        ],
    )
    swing = 26 * math.sin(seconds * 0.9 + show.turn)
    _beam(picture, (width / 2, -40), (width / 2 + swing * 0.4, floor + 34), 330, show.beam, 0.62)
    _beam(picture, (110, -40), (width / 2 - 120 + swing, floor + 30), 190, show.second, 0.5)
    _beam(picture, (width - 110, -40), (width / 2 + 120 - swing, floor + 30), 190, show.second, 0.5)
    glow(picture, (width / 2, floor + 40), (470, 105), show.beam, 1.2)
    glow(picture, (width / 2, 330), (420, 330), show.second, 2.6)
    shadow = Image.new("L", STAGE)
    figures = ImageDraw.Draw(shadow)
    skirts: list[list[Point]] = []
    for side in (-1, 1):
        skirts += _dancer(figures, width / 2 + side * 104, floor + 36, side, show, seconds)
    low = shadow.crop((0, 200, width, floor + 40)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    fallen = Image.new("L", STAGE)
    fallen.paste(
        low.resize((width, 150)).point([level * 2 // 5 for level in range(256)]), (0, floor + 34)
    )
    picture.paste(
        Image.new("RGB", STAGE, show.back[0]), (0, 0), fallen.filter(ImageFilter.GaussianBlur(5))
    )
    rim = ImageChops.subtract(shadow.filter(ImageFilter.GaussianBlur(5)), shadow)
    picture.paste(Image.new("RGB", STAGE, show.beam), (0, 0), rim)
    picture.paste(
        Image.new("RGB", STAGE, "#0a0410"), (0, 0), shadow.filter(ImageFilter.GaussianBlur(0.8))
    )
    pen = ImageDraw.Draw(picture)
    for skirt in skirts:
        pen.polygon(skirt, fill=show.dress)
    _dust(picture, seconds, show.beam)
    return picture


def _beam(
    picture: Picture, source: Point, pool: Point, half: float, colour: str, force: float
) -> None:
    cone = Image.new("L", (STAGE[0] // 2, STAGE[1] // 2))
    pen = ImageDraw.Draw(cone)
    corners = [
        (source[0] - 14, source[1]),
        (source[0] + 14, source[1]),
        (pool[0] + half, pool[1]),
        (pool[0] - half, pool[1]),
    ]
    pen.polygon([(x / 2, y / 2) for x, y in corners], fill=round(255 * force))
    fade = gradient(cone.size, [(0.0, "#ffffff"), (1.0, "#404040")]).convert("L")
    soft = ImageChops.multiply(cone.filter(ImageFilter.GaussianBlur(9)), fade)
    light = Image.composite(
        Image.new("RGB", STAGE, colour), Image.new("RGB", STAGE), soft.resize(STAGE)
    )
    picture.paste(ImageChops.screen(picture, light))


def _limb(pen: ImageDraw.ImageDraw, joints: list[Point], widths: tuple[float, ...]) -> None:
    """Draw a limb that tapers from joint to joint, with round ends."""
    pairs = zip(joints, joints[1:], widths, widths[1:], strict=False)
    for (x0, y0), (x1, y1), thick, thin in pairs:
        for step in range(25):
            share = step / 24
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            r = (thick + (thin - thick) * share) / 2
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)


def _dancer(
    pen: ImageDraw.ImageDraw, x: float, ground: float, side: int, show: Show, seconds: float
) -> list[list[Point]]:
    """Draw one dancer, leaning to the other; return the skirts."""
    beat = math.sin(seconds * show.tempo + show.turn)
    other = math.sin(seconds * show.tempo * 0.5 + show.turn + side)
    lean = -side * (26 + 16 * beat)
    hip = (x + 8 * beat * side, ground - 190 + 8 * abs(beat))
    neck = (hip[0] + lean, hip[1] - 148)
    head = (neck[0] + lean * 0.32, neck[1] - 38)
    _limb(pen, [hip, neck], (46, 58))
    _limb(pen, [neck, head], (20, 20))
    pen.ellipse((head[0] - 23, head[1] - 28, head[0] + 23, head[1] + 27), fill=255)
    stand = (hip[0] + side * 4, ground - 98)
    _limb(pen, [hip, stand, (hip[0] - side * 6, ground)], (40, 26, 14))
    lift = 46 + 40 * beat
    knee = (hip[0] + side * (58 + lift * 0.5), hip[1] + 84 - lift * 0.7)
    foot = (knee[0] + side * (62 + lift * 0.45), knee[1] + 74 - lift * 1.15)
    _limb(pen, [hip, knee, foot], (40, 26, 11))
    shoulder = (neck[0], neck[1] + 14)
    raised = (shoulder[0] + side * (56 - 20 * other), shoulder[1] - 72 - 14 * other)
    _limb(
        pen, [shoulder, raised, (raised[0] + side * 22 + 20 * other, raised[1] - 78)], (24, 18, 9)
    )
    grip = (STAGE[0] / 2, shoulder[1] - 34 + 22 * beat)
    _limb(pen, [shoulder, (shoulder[0] - side * 44, shoulder[1] + 14), grip], (24, 18, 11))
    if side > 0:
        return []
    flare = 70 + 40 * abs(other)
    hem = [
        (
            hip[0] + side * flare * (1.5 - 2.4 * i / 8) * 1.1,
            hip[1] + 92 + 16 * math.sin(i * 1.9 + seconds * 7),
        )
        for i in range(9)
    ]
    return [[(hip[0] - 22, hip[1] - 34), (hip[0] + 22, hip[1] - 34), *reversed(hem)]]


def _dust(picture: Picture, seconds: float, colour: str) -> None:
    for mote in range(46):
        x = 360 + 560 * chance(mote) + 14 * math.sin(seconds + mote)
        y = (700 * chance(mote + 50) - seconds * (12 + 16 * chance(mote + 9))) % 560
        radius = 3 + 6 * chance(mote + 70)
        glow(picture, (x, y), (radius, radius), colour, 1.2)


def crowd() -> Picture:
    """Paint a crowd that lets lanterns rise: one still picture."""
    picture = gradient(
        STAGE,
        [
            (0.0, "#050a24"),
            (0.45, "#1a1f55"),
            (0.75, "#6b2f63"),
            (0.92, "#d9653f"),
            (1.0, "#d9653f"),
        ],
    )
    for number in sorted(range(54), key=chance):
        depth = chance(number + 11)
        scale = 5 + 34 * depth**2.2
        x, y = 1280 * chance(number + 5), 470 * chance(number + 23) ** 0.9 + 30
        glow(picture, (x, y), (scale * 4.2, scale * 4.2), "#ff8a2a", 2.6)
        pen = ImageDraw.Draw(picture)
        body = [
            (x - scale * 0.55, y - scale * 0.8),
            (x + scale * 0.55, y - scale * 0.8),
            (x + scale * 0.75, y + scale * 0.7),
            (x - scale * 0.75, y + scale * 0.7),
        ]
        pen.polygon(body, fill=mix((255, 150, 50), (255, 226, 150), depth))
        pen.rectangle(
            (x - scale * 0.75, y + scale * 0.45, x + scale * 0.75, y + scale * 0.7), fill="#fff6d8"
        )
    pen = ImageDraw.Draw(picture)
    for row, (line, size, tone) in enumerate(
        ((600, 26, "#4a1f4a"), (648, 36, "#2a1236"), (712, 52, "#0b0616"))
    ):
        for head in range(-1, 30 - row * 5):
            x = head * size * 1.85 + 30 * chance(head + row * 40)
            y = line + 20 * chance(head + row * 17)
            pen.ellipse((x - size * 0.42, y - size, x + size * 0.42, y), fill=tone)
            pen.rounded_rectangle((x - size, y - 3, x + size, y + 260), size * 0.7, fill=tone)
            if chance(head * 3 + row) > 0.74:
                pen.line(
                    [(x + size * 0.7, y + 20), (x + size, y - size * 1.9)],
                    fill=tone,
                    width=round(size * 0.36),
                )
    return picture
