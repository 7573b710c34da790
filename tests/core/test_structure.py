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


def test_a_film_cut_at_any_byte_is_not_whole() -> None:
    samples = box(b"mdat", bytes(range(256)) * 3)
    index = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", bytes(200)))
    fast = box(b"ftyp", b"isom\0\0\2\0isomiso2") + index + box(b"free") + samples
    late = box(b"ftyp", b"isom\0\0\2\0isomiso2") + box(b"free") + samples + index
    for film in (fast, late):
        assert problem("mp4", film) == ""
        assert [cut for cut in range(len(film)) if not problem("mp4", film[:cut])] == []


def test_a_film_in_fragments_needs_the_pictures_of_the_last_one() -> None:
    start = box(b"ftyp", b"iso5") + box(b"moov", bytes(99))
    fragment = box(b"moof", bytes(70)) + box(b"mdat", bytes(200))
    film = start + fragment * 2 + box(b"mfra", bytes(30))
    assert problem("mp4", film) == ""
    assert problem("mp4", start + fragment + box(b"moof", bytes(70))) == (
        "it ends before its last picture data"
    )
    # Up to the next box's head a film that ends with a fragment is a whole one.
    ends = {len(start + fragment * n) + more for n in (1, 2) for more in range(8)}
    missed = {cut for cut in range(len(film)) if not problem("mp4", film[:cut])}
    assert missed == ends


@pytest.mark.parametrize("kind", [b"free", b"skip", b"wide", b"uuid"])
def test_boxes_without_pictures_may_stand_anywhere(kind: bytes) -> None:
    extra = box(kind, b"n" * 20)
    film = box(b"ftyp", b"qt  ") + extra + box(b"mdat", b"y" * 40) + extra + box(b"moov") + extra
    assert problem("mov", film) == ""
    assert problem("mov", film[:-1]) == "it ends in the middle of its data"


def test_tags_behind_a_complete_film_are_no_fault() -> None:
    for tail in (b"TAG" + b"title".ljust(125, b"\0"), b"APETAGEX" + bytes(24), b"\xff" * 300):
        assert problem("mp4", FILM + tail) == ""


def test_a_film_of_many_gigabytes_is_judged_by_its_heads_alone() -> None:
    start = box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 6_000_000_000)
    index = box(b"moov", b"x" * 40)
    index_at = len(start) - 16 + 6_000_000_000
    read: list[int] = []

    def read_at(at: int, length: int) -> bytes:
        read.append(length)
        piece = start[at : at + length] or index[max(0, at - index_at) :]
        return piece[:length] if at < len(start) or at >= index_at else bytes(length)

    assert structure.problem("mp4", index_at + len(index), read_at) == ""
    assert structure.problem("mp4", index_at - 1, read_at) != ""
    assert sum(read) < 1000


def jpeg(*segments: bytes) -> bytes:
    """Make an image of the segments, one with a thumbnail first."""
    thumbnail = b"Exif\0\0\xff\xd8 small \xff\xd9"
    head = b"\xff\xd8\xff\xe1" + struct.pack(">H", 2 + len(thumbnail)) + thumbnail
    return head + b"".join(segments)


SCAN = b"\xff\xda\x00\x04ab" + b"data\xff\x00\xff\xd0more\xff\xd7" * 20


@pytest.mark.parametrize("body", [(SCAN,), (SCAN, b"\xff\xc4\x00\x06\xff\xd9\xff\xd9", SCAN)])
def test_an_image_cut_at_any_byte_is_not_whole(body: tuple[bytes, ...]) -> None:
    image = jpeg(*body, b"\xff\xd9")
    assert problem("jpg", image) == ""
    assert [cut for cut in range(len(image)) if not problem("jpg", image[:cut])] == []
    for tail in (b"\0\0\0", b"a film behind the picture" * 10_000):
        assert problem("jpg", image + tail) == ""


def test_an_end_across_two_blocks_is_found() -> None:
    for more in range(-4, 4):
        filled = b"\xff\xd8" + b"x" * (65_536 - 2 + more) + b"\xff\xd9"
        assert problem("jpg", filled) == ""
        assert problem("jpg", filled[:-1]) != ""


def test_a_jpeg_needs_its_end() -> None:
    assert problem("jpg", b"\xff\xd8" + b"x" * 50 + b"\xff\xd9") == ""
    assert problem("jpg", b"\xff\xd8" + b"x" * 50) == "the end of the picture is missing"
    assert problem("jpg", b"\xff") == "its head is missing"


def riff(kind: bytes, *chunks: tuple[bytes, bytes], length: int = 0) -> bytes:
    """Make a RIFF file; its head announces its true length unless another is given."""
    body = kind + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", length or len(body)) + body


FORMAT = (b"fmt ", b"f" * 16)


def test_a_wav_needs_its_samples() -> None:
    whole = riff(b"WAVE", FORMAT, (b"data", b"s" * 100))
    assert problem("wav", whole) == ""
    assert problem("wav", whole[:-50]) == "it is shorter than it says"
    assert [cut for cut in range(len(whole)) if not problem("wav", whole[:cut])] == []
    assert problem("wav", riff(b"WAVE", FORMAT)) == "it has no sound in it"
    assert problem("wav", riff(b"WAVE", (b"data", b"s" * 9))) == "it has no sound in it"


def test_a_wav_of_odd_lengths_is_whole() -> None:
    odd = riff(b"WAVE", FORMAT, (b"data", b"s" * 101))
    tag = (b"LIST", b"INFOISFT" + bytes(8))
    for whole in (
        odd,
        odd[:-1],  # the fill byte is often forgotten
        odd + b"TAG" + b"title".ljust(125, b"x"),
        riff(b"WAVE", FORMAT, (b"data", b"s" * 101), tag),
        riff(b"WAVE", FORMAT, (b"data", b"s" * 100), length=36 + 8 + 100),  # its own head too
        riff(b"WAVE", FORMAT, (b"data", b"s" * 100), length=0xFFFF_FFFF),
        riff(b"WAVE", FORMAT, (b"data", b"s" * 100), length=20),
    ):
        assert problem("wav", whole) == ""
    tagged = riff(b"WAVE", FORMAT, (b"data", b"s" * 100), tag)
    for cut in (5, 24):  # in the last chunk, and right before it
        assert problem("wav", tagged[:-cut]) == "it is shorter than it says"


@pytest.mark.parametrize("announced", [0, 0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_that_was_streamed_never_knew_its_length(announced: int) -> None:
    data = b"data" + struct.pack("<I", announced)
    streamed = riff(b"WAVE", FORMAT, length=0xFFFF_FFFF) + data
    assert problem("wav", streamed + b"s" * 77) == ""
    assert problem("wav", streamed) == "it has no sound in it"


def test_a_long_wav_keeps_its_length_elsewhere() -> None:
    sizes = struct.pack("<QQQI", 0, 500, 500, 0)
    head = riff(b"WAVE", (b"ds64", sizes), FORMAT, length=0xFFFF_FFFF)
    head = b"RF64" + head[4:] + b"data\xff\xff\xff\xff"
    assert problem("wav", head + b"s" * 500) == ""
    assert problem("wav", head + b"s" * 499) == "it is shorter than it says"


def test_a_webp_needs_all_that_it_announces() -> None:
    whole = riff(b"WEBP", (b"VP8X", bytes(10)), (b"VP8 ", b"p" * 100), (b"EXIF", bytes(20)))
    assert problem("webp", whole) == ""
    assert problem("webp", whole + b"junk") == ""
    assert [cut for cut in range(len(whole)) if not problem("webp", whole[:cut])] == []
    assert problem("webp", riff(b"WEBP", (b"VP8X", bytes(10)))) == "it has no picture in it"
    odd = riff(b"WEBP", (b"VP8L", b"p" * 101))
    assert problem("webp", odd[:-1]) == ""


def gif() -> bytes:
    """Make a small animation with a colour table and a comment that holds a trailer."""
    frame = b"," + bytes(8) + b"\x80" + bytes(6) + b"\x02" + b"\x04;;;;" + b"\x03abc" + b"\0"
    comment = b"!\xfe\x04;;;;\x00"
    return b"GIF89a" + bytes(4) + b"\x81\0\0" + bytes(12) + comment + frame * 2 + b";"


def test_a_gif_needs_its_trailer() -> None:
    whole = gif()
    assert problem("gif", whole) == ""
    assert [cut for cut in range(len(whole)) if not problem("gif", whole[:cut])] == []
    assert problem("gif", whole + b"junk behind it") == ""
    assert problem("gif", whole[:-1] + b"\0\0;") == ""


def test_an_mp3_needs_a_frame_behind_its_tag() -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x00\x05" + b"title"
    assert problem("mp3", tag + b"\xff\xfb" + b"x" * 50) == ""
    assert problem("mp3", tag) == "it has no sound in it"
    for tail in (b"TAG" + bytes(125), b"APETAGEX" + bytes(24)):
        assert problem("mp3", tag + b"\xff\xfb" + b"x" * 50 + tail) == ""


def test_a_format_that_is_not_known_passes() -> None:
    assert problem("webm", b"anything") == ""


ENDINGS = ["mp4", "mov", "m4a", "jpg", "png", "wav", "mp3", "webp", "gif", "webm"]


@given(st.sampled_from(ENDINGS), st.binary(max_size=300))
def test_no_content_makes_it_raise(ending: str, data: bytes) -> None:
    assert isinstance(problem(ending, data), str)


@given(
    st.sampled_from(
        [
            ("mp4", FILM),
            ("jpg", jpeg(SCAN, b"\xff\xd9")),
            ("gif", gif()),
            ("wav", riff(b"WAVE", FORMAT, (b"data", b"s" * 99))),
            ("webp", riff(b"WEBP", (b"VP8X", bytes(10)), (b"VP8 ", b"p" * 33))),
        ]
    ),
    st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=9)), max_size=4),
)
def test_no_damage_makes_it_raise(
    whole: tuple[str, bytes], wounds: list[tuple[int, bytes]]
) -> None:
    ending, data = whole
    for at, wound in wounds:
        data = data[:at] + wound + data[at + len(wound) :]
    assert isinstance(problem(ending, data), str)


PICTURE = box(b"ftyp", b"avif") + box(b"meta", b"m" * 80) + box(b"mdat", b"p" * 300)


@pytest.mark.parametrize("ending", ["avif", "heic"])
@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (PICTURE, ""),
        (PICTURE + box(b"free") + b"tail", ""),
        (PICTURE + b"\0\0\0\1junk", ""),
        (PICTURE + struct.pack(">I4s", 90, b"free"), ""),
        (PICTURE[:-1], "the end of the picture is missing"),
        (PICTURE[:50], "the end of the picture is missing"),
    ],
)
def test_a_picture_in_boxes_is_whole_where_its_last_box_is(
    ending: str, picture: bytes, said: str
) -> None:
    assert problem(ending, picture) == said


@pytest.mark.parametrize(
    ("announced", "said"),
    [(104, ""), (105, ""), (106, "it is shorter than it says"), (50, ""), (0, "")],
)
def test_a_film_in_chunks_is_as_long_as_it_says(announced: int, said: str) -> None:
    film = b"RIFF" + announced.to_bytes(4, "little") + b"AVI LIST" + bytes(96)
    assert problem("avi", film) == said
