"""The media that ship: real, playable from the first byte, and small."""

from __future__ import annotations

import io
import struct
import wave

import pytest
from PIL import Image, ImageChops, ImageStat

from vidu_tui.core.media import sniff
from vidu_tui.core.structure import problem
from vidu_tui.sandbox import media
from vidu_tui.sandbox.creations import cover_of
from vidu_tui.sandbox.media.make_media import CLIPS as RECIPES
from vidu_tui.sandbox.media.make_media import COVER_AT_S, Clip, recipes
from vidu_tui.sandbox.media.sounds import voice

MARKED = "stage.watermarked.mp4"
CHECKED = ("neon.check1.jpeg", "neon.check2.jpeg")
CLIPS = [name for name in media.names() if name.endswith(".mp4") and name != MARKED]
PICTURES = [name for name in media.names() if name.endswith((".jpeg", ".png"))]
SOUNDS = [name for name in media.names() if name.endswith((".wav", ".mp3", ".m4a"))]


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


@pytest.mark.parametrize("name", media.names())
def test_every_file_is_what_its_ending_says_and_whole(name: str) -> None:
    content = content_of(name)
    ending = sniff(content[:512])
    assert ending == name.rpartition(".")[2].replace("jpeg", "jpg")
    assert problem(ending, len(content), lambda at, size: content[at : at + size]) == ""


@pytest.mark.parametrize("name", [*CLIPS, MARKED])
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
        assert picture.size in ({(180, 320)} if name in CHECKED else {(640, 360), (360, 640)})


def test_speech_is_three_seconds_of_voice_with_pauses() -> None:
    with wave.open(io.BytesIO(content_of("dunes.speech.wav"))) as speech:
        assert (speech.getnchannels(), speech.getsampwidth(), speech.getframerate()) == (1, 2, 8000)
        samples = struct.unpack(f"<{speech.getnframes()}h", speech.readframes(24_001))
    assert len(samples) == 24_000
    again = struct.unpack("<24000h", voice())
    assert max(abs(one - other) for one, other in zip(samples, again, strict=True)) <= 2
    tenths = [max(map(abs, samples[at : at + 800])) for at in range(0, 24_000, 800)]
    assert max(tenths) > 20_000
    assert min(tenths) < 100


def test_sounds_and_the_marked_copy_are_small() -> None:
    assert len(SOUNDS) == 3
    beside = [*SOUNDS, MARKED, *CHECKED]
    assert sum(len(content_of(name)) for name in beside) < 150_000


def test_each_file_has_a_recipe_or_comes_with_its_clip() -> None:
    made = set(recipes("ffmpeg"))
    assert made | {cover_of(name) for name in CLIPS} == set(media.names())


def test_all_media_together_are_under_one_and_a_half_megabytes() -> None:
    assert sum(len(content_of(name)) for name in media.names()) < 1_500_000


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_a_cover_is_what_its_recipe_paints(recipe: Clip) -> None:
    painted = recipe.paint(COVER_AT_S)
    with Image.open(io.BytesIO(content_of(f"{recipe.name}.cover.jpeg"))) as cover:
        difference = ImageChops.difference(painted.resize(cover.size), cover.convert("RGB"))
    assert sum(ImageStat.Stat(difference).mean) < 20
