"""Whole files pass; each kind of truncation is named."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vidu_tui.core import structure
from vidu_tui.sandbox import media


def problem(ending: str, data: bytes) -> str:
    """Check bytes as if they were a file."""
    return structure.problem(ending, len(data), lambda at, length: data[at : at + length])


def clip() -> bytes:
    """Give a real film."""
    path = media.path_of(next(name for name in media.names() if name.endswith(".mp4")))
    assert path is not None
    return path.read_bytes()


def box(kind: bytes, body: bytes = b"") -> bytes:
    """Make a box."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


FILM = box(b"ftyp", b"isom") + box(b"moov", b"x" * 40) + box(b"mdat", b"y" * 400)


@pytest.mark.parametrize("name", media.names())
def test_every_file_of_the_sandbox_is_whole(name: str) -> None:
    path = media.path_of(name)
    assert path is not None
    ending = {"jpeg": "jpg"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    assert problem(ending, path.read_bytes()) == ""


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.999])
def test_a_film_cut_anywhere_is_not_whole(left: float) -> None:
    film = clip()
    assert problem("mp4", film[: int(len(film) * left)]) != ""


def test_a_film_cut_in_its_picture_data_says_so() -> None:
    assert problem("mp4", FILM[:-1]) == "it ends in the middle of its picture data"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((b"ftyp", b"mdat"), "it has no index"),
        ((b"ftyp", b"moov"), "it has no picture data"),
        ((b"moov", b"mdat"), "it has no file type"),
    ],
)
def test_a_film_without_one_of_its_parts_is_not_whole(parts: tuple[bytes, ...], said: str) -> None:
    assert problem("mp4", b"".join(box(p, b"z" * 9) for p in parts)) == said


def test_a_long_last_box_and_one_without_a_length_are_fine() -> None:
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + 5) + b"12345"
    rest = struct.pack(">I4s", 0, b"mdat") + b"to the end"
    start = box(b"ftyp") + box(b"moov")
    assert problem("mp4", start + long) == ""
    assert problem("mp4", start + rest) == ""


def test_padding_after_a_complete_film_is_no_fault() -> None:
    assert problem("mp4", FILM + b"\0\0\0") == ""
    assert problem("mp4", FILM + b"\0\0\0\1junk") == ""


def chunk(kind: bytes, body: bytes) -> bytes:
    """Make a PNG chunk."""
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def test_a_png_needs_its_end() -> None:
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"x" * 13) + chunk(b"IEND", b"")
    assert problem("png", whole) == ""
    assert problem("png", whole[:-13]) == "the end of the picture is missing"


def test_a_jpeg_needs_its_end() -> None:
    assert problem("jpg", b"\xff\xd8" + b"x" * 50 + b"\xff\xd9") == ""
    assert problem("jpg", b"\xff\xd8" + b"x" * 50) == "the end of the picture is missing"


def wav(length: int, samples: bytes) -> bytes:
    """Make a sound file whose head announces a length."""
    body = b"WAVE" + struct.pack("<4sI", b"fmt ", 16) + b"f" * 16
    body += struct.pack("<4sI", b"data", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", length or len(body)) + body


def test_a_wav_needs_its_samples() -> None:
    assert problem("wav", wav(0, b"s" * 100)) == ""
    assert problem("wav", wav(0xFFFFFFFF, b"s" * 100)) == ""
    assert problem("wav", wav(0, b"s" * 100)[:-50]) == "it is shorter than it says"


def test_an_mp3_needs_a_frame_behind_its_tag() -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x05" + b"title"
    assert problem("mp3", tag + b"\xff\xfb" + b"x" * 50) == ""
    assert problem("mp3", tag) == "it has no sound in it"


def test_a_format_that_is_not_known_passes() -> None:
    assert problem("webm", b"anything") == ""


@given(st.sampled_from(["mp4", "jpg", "png", "wav", "mp3", "webp", "gif"]), st.binary(max_size=300))
def test_no_content_makes_it_raise(ending: str, data: bytes) -> None:
    assert isinstance(problem(ending, data), str)
