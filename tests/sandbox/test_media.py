"""The media that ship: real, playable from the first byte, and small."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image, ImageChops, ImageStat

from vidu_tui.sandbox import media
from vidu_tui.sandbox.media.make_media import CLIPS as RECIPES
from vidu_tui.sandbox.media.make_media import COVER_AT_S, Clip

CLIPS = [name for name in media.names() if name.endswith(".mp4")]
PICTURES = [name for name in media.names() if not name.endswith(".mp4")]


def content_of(name: str) -> bytes:
    path = media.path_of(name)
    assert path is not None
    return path.read_bytes()


def boxes_of(content: bytes) -> list[tuple[str, int]]:
    """Walk the top-level boxes of an MP4 to its very end."""
    found, at = [], 0
    while at < len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        assert size >= 8
        found.append((kind.decode("ascii"), size))
        at += size
    assert at == len(content)
    return found


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_a_whole_mp4_that_plays_while_it_loads(name: str) -> None:
    content = content_of(name)
    kinds = [kind for kind, _ in boxes_of(content)]
    assert kinds[0] == "ftyp"
    assert kinds.index("moov") < kinds.index("mdat")
    assert b"avc1" in content


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_large_enough_that_its_bar_moves(name: str) -> None:
    assert 150_000 <= len(content_of(name)) <= 400_000


def test_there_are_four_clips_at_least_and_one_has_sound() -> None:
    assert len(CLIPS) >= 4
    assert any(b"mp4a" in content_of(name) for name in CLIPS)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_its_ending_says(name: str) -> None:
    with Image.open(io.BytesIO(content_of(name))) as picture:
        picture.load()
        assert picture.format == {"jpeg": "JPEG", "png": "PNG"}[name.rpartition(".")[2]]
        assert picture.size in {(640, 360), (360, 640)}


def test_all_media_together_are_under_one_and_a_half_megabytes() -> None:
    assert sum(len(content_of(name)) for name in media.names()) < 1_500_000


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_cover_is_what_its_recipe_paints(recipe: Clip) -> None:
    painted = recipe.paint(COVER_AT_S)
    with Image.open(io.BytesIO(content_of(f"{recipe.name}.cover.jpeg"))) as cover:
        difference = ImageChops.difference(painted.resize(cover.size), cover.convert("RGB"))
    assert sum(ImageStat.Stat(difference).mean) < 20
