"""Whether a media file is whole, by its own structure. Knows formats, opens no file.

The caller hands in the length and a way to read; what looks odd but is complete passes, since a
file that was paid for must not be called broken for a taste.
"""

import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

ReadAt = Callable[[int, int], bytes]
"""Give up to so many bytes (second) from an offset (first)."""

MAX_PARTS: Final = 200_000
"""Boxes, chunks or blocks looked at before a file counts as endless."""
_BLOCK: Final = 65_536
_NO_END: Final = "the end of the picture is missing"
_SHORT: Final = "it is shorter than it says"
_NO_SOUND: Final = "it has no sound in it"


def problem(ending: str, size: int, read_at: ReadAt) -> str:
    """Say in a few words why a file is not whole; empty where it is, or its format is not known.

    ``ending`` is what the first bytes say (media.sniff). Never raises for any content, and reads
    heads and tables, not the pictures of a film.
    """
    check = _CHECKS.get(ending)
    return check(size, read_at) if check else ""


def _mp4(size: int, read_at: ReadAt) -> str:
    """Walk the boxes to the end of the file: ftyp, moov and a complete mdat."""
    seen: set[bytes] = set()
    at = 0
    is_fragment_open = False
    for _ in range(MAX_PARTS):
        if at >= size:
            break
        length, kind, head = _box(at, size, read_at)
        is_cut = at + length > size
        # Something of another kind after a complete film, such as a tag, is no fault.
        if seen >= _MP4_PARTS and (length < head or (is_cut and kind not in _MP4_KINDS)):
            break
        if length < head:
            return "its boxes are broken"
        if is_cut:
            return f"it ends in the middle of its {_NAMES.get(kind, 'data')}"
        seen.add(kind)
        if kind in (b"moof", b"mdat"):
            is_fragment_open = kind == b"moof"
        at += length
    missing = _MP4_PARTS - seen
    if missing:
        return f"it has no {_NAMES[min(missing)]}"
    return "it ends before its last picture data" if is_fragment_open else ""


_MP4_PARTS: Final = frozenset({b"ftyp", b"moov", b"mdat"})
_MP4_KINDS: Final = _MP4_PARTS | {
    *(b"free", b"skip", b"wide", b"uuid", b"meta", b"udta", b"pdin", b"pnot"),
    *(b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"prft", b"emsg"),
}
"""What stands outermost in a film; a cut one of these is no junk."""
_NAMES: Final = {b"ftyp": "file type", b"moov": "index", b"mdat": "picture data"}


def _box(at: int, size: int, read_at: ReadAt) -> tuple[int, bytes, int]:
    """Read one box's length, kind and head length; length 0 where there is no box."""
    head = read_at(at, 16)
    if len(head) < 8:
        return 0, b"", 8
    length, kind = struct.unpack(">I4s", head[:8])
    if length == 0:
        return size - at, kind, 8
    if length == 1:
        return (struct.unpack(">Q", head[8:16])[0] if len(head) == 16 else 0), kind, 16
    return length, kind, 8


def _heif(size: int, read_at: ReadAt) -> str:
    """Walk the boxes of a still picture to the end of the file."""
    at = 0
    for _ in range(MAX_PARTS):
        if at >= size:
            return ""
        length, kind, head = _box(at, size, read_at)
        if length < head:
            return ""
        if at + length > size:
            return _NO_END if kind in (b"meta", b"mdat", b"moov") else ""
        at += length
    return ""


_MARKER_RE: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""A marker between or after packed data; 00 is a packed FF, D0 to D7 only set it apart."""


def _jpeg(size: int, read_at: ReadAt) -> str:
    """Go from marker to marker to the end of the image; a thumbnail's end lies in a segment."""
    if read_at(0, 2) != b"\xff\xd8":
        return "its head is missing"
    at = 2
    for _ in range(size // _BLOCK + 10_000):
        block = read_at(at, _BLOCK)
        if len(block) < 2:
            break
        found = _MARKER_RE.search(block)
        if found is None:
            at += len(block) - 1  # its last byte may begin a marker
            continue
        at += found.end()
        marker = found[0][1]
        if marker == 0xD9:
            return ""
        if marker not in (0x01, 0xD8):
            at += int.from_bytes(read_at(at, 2), "big")
    return _NO_END


def _png(size: int, read_at: ReadAt) -> str:
    """Walk the chunks to IEND."""
    at = 8
    for _ in range(MAX_PARTS):
        head = read_at(at, 8)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head)
        at += 12 + length
        if at > size:
            break
        if kind == b"IEND":
            return ""
    return _NO_END


def _riff_chunks(read_at: ReadAt, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Give each chunk's kind, where its content begins, and its announced length."""
    at = 12
    for _ in range(MAX_PARTS):
        head = read_at(at, 8) if at < end else b""
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        yield kind, at + 8, length
        at += 8 + length + length % 2


def _riff_end(size: int, read_at: ReadAt) -> int:
    """Give where the head says that the file ends; its length where a writer left that open."""
    announced = int.from_bytes(read_at(4, 4), "little")
    return size if announced == 0 or announced >= _OPEN else announced + 8


_OPEN: Final = 0x7FFF_F000
"""From here on, a length that does not fit stands for one that a streaming writer never knew."""


def _webp(size: int, read_at: ReadAt) -> str:
    """Walk the chunks to the announced end; a last fill byte may be lacking."""
    end, at, is_picture = _riff_end(size, read_at), 12, False
    for kind, start, length in _riff_chunks(read_at, end):
        at = start + length
        if at > size:
            return _SHORT
        is_picture = is_picture or kind in (b"VP8 ", b"VP8L", b"ANMF")
    if at + 1 < end:
        return _SHORT
    return "" if is_picture else "it has no picture in it"


def _wav(size: int, read_at: ReadAt) -> str:
    """Find the format and all of the samples; RF64 keeps their true length in ds64."""
    end, at, wide = _riff_end(size, read_at), 12, 0
    seen: set[bytes] = set()
    for kind, start, length in _riff_chunks(read_at, size):
        if b"data" in seen and start > end:
            break  # behind the announced end, such as a tag
        seen.add(kind)
        at = start + length
        if kind == b"ds64":
            wide = int.from_bytes(read_at(start + 8, 8), "little")
        if kind == b"data" and (length == 0 or (at > size and length >= _OPEN)):
            is_sound = b"fmt " in seen and start < size
            if is_sound and length and wide and start + wide > size:
                return _SHORT
            return "" if is_sound else _NO_SOUND
        if at > size:
            return _SHORT
    if not seen >= {b"fmt ", b"data"}:
        return _NO_SOUND
    # Some writers count their own head twice; no sound is lacking then.
    is_miscounted = at <= size <= at + at % 2 and end <= size + 8
    return "" if end <= size + at % 2 or is_miscounted else _SHORT


def _avi(size: int, read_at: ReadAt) -> str:
    """Compare with the announced end; what is longer goes on in further heads."""
    return _SHORT if size + 1 < _riff_end(size, read_at) else ""


def _mp3(size: int, read_at: ReadAt) -> str:
    """Look for a frame behind the tag."""
    head = read_at(0, 10)
    at = 0
    if head[:3] == b"ID3" and len(head) == 10:
        at = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)
        )
    return "" if at < size and _FRAME_RE.search(read_at(at, _BLOCK)) else _NO_SOUND


_FRAME_RE: Final = re.compile(rb"\xff[\xe0-\xff]")


def _gif(size: int, read_at: ReadAt) -> str:
    """Walk the blocks to the trailer; where they are odd, look for it at the very end."""
    head = read_at(0, 13)
    if len(head) < 13:
        return _NO_END
    at, is_inside = 13 + _colours(head[10]), False
    for _ in range(MAX_PARTS):
        block = read_at(at, 1 if is_inside else 10)
        if not block:
            return _NO_END
        if is_inside:
            at, is_inside = at + 1 + block[0], block[0] > 0
        elif block[:1] == b";":
            return ""
        elif block[:1] == b"!":
            at, is_inside = at + 2, True
        elif block[:1] == b"," and len(block) == 10:
            at, is_inside = at + 11 + _colours(block[9]), True
        else:
            break
    tail = read_at(max(0, size - 64), 64).rstrip(b"\x00")
    return "" if tail.endswith(b";") else _NO_END


def _colours(flags: int) -> int:
    """Give the bytes of the colour table that a GIF's flags announce."""
    return 6 << (flags & 7) if flags & 0x80 else 0


_CHECKS: Final[dict[str, Callable[[int, ReadAt], str]]] = {
    "mp4": _mp4,
    "mov": _mp4,
    "m4a": _mp4,
    "avif": _heif,
    "heic": _heif,
    "avi": _avi,
    "jpg": _jpeg,
    "png": _png,
    "webp": _webp,
    "wav": _wav,
    "mp3": _mp3,
    "gif": _gif,
}
