"""A picture in half blocks: its aspect, its colours, and what is quietly no picture."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.ui import stage
from vidu_tui.ui import pixels, shapes
from vidu_tui.ui.pixels import Drawing
from vidu_tui.ui.shapes import Box, Shape

RIGHT = Box(40, 11, 12)
GROUND = (18, 20, 26)


def picture(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, (200, 40, 40, 0) if mode == "RGBA" else (200, 40, 40))
    image.putpixel((0, 0), (0, 0, 0, 255) if mode == "RGBA" else (0, 0, 0))
    stream = BytesIO()
    image.save(stream, kind)
    return stream.getvalue()


def size_of(drawing: Drawing | None) -> tuple[int, int]:
    assert drawing is not None
    assert {strip.cell_length for strip in drawing.strips} == {drawing.width}
    return drawing.width, drawing.height


@pytest.mark.parametrize(
    ("size", "box", "cells"),
    [
        ((1280, 720), RIGHT, (40, 11)),
        ((1280, 720), Box(36, 10, 10), (36, 10)),
        ((1280, 720), Box(57, 16, 17), (57, 16)),
        ((720, 1280), RIGHT, (14, 12)),
        ((720, 1280), Box(36, 10, 10), (11, 10)),
        ((500, 500), RIGHT, (22, 11)),
        ((4000, 500), RIGHT, (40, 2)),
        ((8, 5000), RIGHT, (1, 12)),
        ((1, 1), RIGHT, (22, 11)),
    ],
)
def test_a_picture_keeps_its_aspect_and_a_portrait_is_higher(
    size: tuple[int, int], box: Box, cells: tuple[int, int]
) -> None:
    assert pixels.fitted(*size, box) == cells


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_format_is_drawn_in_its_colours(kind: str) -> None:
    drawing = pixels.draw(picture(kind, (320, 180)), RIGHT, GROUND)
    assert size_of(drawing) == (40, 11)
    assert drawing is not None
    style = list(drawing.strips[6])[-1].style
    assert style is not None
    assert style.color is not None
    assert style.color.triplet is not None
    assert all(abs(a - b) < 12 for a, b in zip(style.color.triplet, (200, 40, 40), strict=True))


def test_the_upper_pixel_is_the_ink_and_the_lower_the_ground() -> None:
    image = Image.new("RGB", (2, 2), (255, 0, 0))
    image.putpixel((0, 1), (0, 0, 255))
    image.putpixel((1, 1), (0, 0, 255))
    stream = BytesIO()
    image.save(stream, "PNG")
    drawing = pixels.draw(stream.getvalue(), Box(2, 1, 1), GROUND)
    assert drawing is not None
    (segment,) = drawing.strips[0]
    assert segment.text == "▀▀"
    assert str(segment.style) == "#ff0000 on #0000ff"


def test_what_is_transparent_shows_the_ground_behind() -> None:
    drawing = pixels.draw(picture("PNG", (320, 180), "RGBA"), RIGHT, GROUND)
    assert drawing is not None
    assert str(list(drawing.strips[5])[-1].style) == "#12141a on #12141a"


def test_ascii_draws_grounds_alone() -> None:
    drawing = pixels.draw(picture("PNG", (320, 180)), RIGHT, GROUND, is_ascii=True)
    assert size_of(drawing) == (40, 11)
    assert drawing is not None
    assert {strip.text for strip in drawing.strips} == {" " * 40}


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"\xff\xd8\xff\xe0", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40],
    ids=["nothing", "a page", "jpeg head", "gif head", "png head"],
)
def test_a_broken_picture_is_no_picture(data: bytes) -> None:
    assert pixels.draw(data, RIGHT, GROUND) is None


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "PPM", "ICO"])
def test_other_formats_are_not_opened(kind: str) -> None:
    data = picture(kind, (32, 18))
    assert pixels.draw(data, RIGHT, GROUND) is None


def png_of(width: int, height: int) -> bytes:
    """Claim a size in a file of some bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 3_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [5001, 9000, 50_000])
def test_a_bomb_is_not_unpacked(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []

    def note(image: object, _: object) -> None:
        loaded.append(image)

    monkeypatch.setattr(pixels, "_flat", note)
    assert pixels.draw(png_of(side, side), RIGHT, GROUND) is None
    assert loaded == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_no_damage_raises(kind: str) -> None:
    whole = picture(kind, (64, 36))
    chance = random.Random(7)
    for _ in range(150):
        bad = bytearray(whole[: chance.randrange(1, len(whole) + 1)])
        for _ in range(chance.randrange(6)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        drawing = pixels.draw(bytes(bad), RIGHT, GROUND)
        assert drawing is None or drawing.width <= 40


def test_the_sandboxes_portrait_is_twelve_rows_high() -> None:
    data = (stage.MEDIA / "neon.cover.jpeg").read_bytes()
    assert size_of(pixels.draw(data, RIGHT, GROUND)) == (14, 12)


def test_every_shape_has_its_box() -> None:
    assert shapes.box_of(Shape.RIGHT, 43, 40) == (40, 11, 12)
    assert shapes.box_of(Shape.RIGHT, 60, 40) == (57, 16, 17)
    assert shapes.box_of(Shape.BELOW, 100, 30) == (36, 10, 10)
    assert shapes.box_of(Shape.WHOLE, 100, 24) == (40, 11, 12)
    assert shapes.box_of(Shape.WHOLE, 80, 24) == (36, 10, 12)
    assert shapes.box_of(Shape.WHOLE, 79, 24) == (40, 11, 12)
    assert shapes.box_of(Shape.WHOLE, 79, 23) is None
    assert shapes.box_of(Shape.WHOLE, 43, 40) is None
