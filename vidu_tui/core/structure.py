"""Whether a media file is whole, by its own structure. Knows formats, opens no file.

The caller hands in the length and a way to read; what looks odd but is complete passes, since a
file that was paid for must not be called broken for a taste.
"""

import struct
from collections.abc import Callable
from typing import Final

ReadAt = Callable[[int, int], bytes]
"""Give up to so many bytes (second) from an offset (first)."""

MAX_PARTS: Final = 200_000
"""Boxes or chunks looked at before a file counts as endless."""
_TAIL: Final = 65_536


def problem(ending: str, size: int, read_at: ReadAt) -> str:
    """Say in a few words why a file is not whole; empty where it is, or its format is not known.

    ``ending`` is what the first bytes say (media.sniff). Never raises for any content.
    """
    check = _CHECKS.get(ending)
    return check(size, read_at) if check else ""


def _mp4(size: int, read_at: ReadAt) -> str:
    """Walk the boxes to the end of the file: ftyp, moov and a complete mdat."""
    seen: set[bytes] = set()
    at = 0
    for _ in range(MAX_PARTS):
        if at >= size:
            break
        length, kind, head = _box(at, size, read_at)
        if length < head:
            if seen >= _MP4_PARTS:
                return ""  # something of another kind after a complete film
            return "its boxes are broken"
        if at + length > size:
            return f"it ends in the middle of its {_NAMES.get(kind, 'data')}"
        seen.add(kind)
        at += length
    missing = _MP4_PARTS - seen
    if b"moof" in seen:
        missing -= {b"mdat"} & seen
    return f"it has no {_NAMES[min(missing)]}" if missing else ""


_MP4_PARTS: Final = frozenset({b"ftyp", b"moov", b"mdat"})
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


def _jpeg(size: int, read_at: ReadAt) -> str:
    """Look for the start and the end of an image."""
    tail = read_at(max(0, size - _TAIL), _TAIL)
    is_whole = read_at(0, 2) == b"\xff\xd8" and b"\xff\xd9" in tail
    return "" if is_whole else "the end of the picture is missing"


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
    return "the end of the picture is missing"


def _riff(size: int, read_at: ReadAt) -> str:
    """Compare the announced length; one that a streaming writer left open passes."""
    head = read_at(0, 8)
    if len(head) < 8:
        return "its head is missing"
    announced = int(struct.unpack("<I", head[4:8])[0])
    is_open = announced in (0, 0xFFFFFFFF)
    return "" if is_open or announced + 8 <= size + 1 else "it is shorter than it says"


def _wav(size: int, read_at: ReadAt) -> str:
    """Find the format and the samples."""
    at, seen = 12, set[bytes]()
    for _ in range(MAX_PARTS):
        head = read_at(at, 8)
        if len(head) < 8:
            break
        kind, length = struct.unpack("<4sI", head)
        seen.add(kind)
        if kind == b"data":
            break
        at += 8 + length + length % 2
    if not seen >= {b"fmt ", b"data"}:
        return "it has no sound in it"
    return _riff(size, read_at)


def _mp3(size: int, read_at: ReadAt) -> str:
    """Look for a frame behind the tag."""
    head = read_at(0, 10)
    at = 0
    if head[:3] == b"ID3" and len(head) == 10:
        at = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)
        )
    frames = read_at(at, 4096)
    is_sound = any(
        frames[i] == 0xFF and frames[i + 1] & 0xE0 == 0xE0 for i in range(len(frames) - 1)
    )
    return "" if is_sound and at < size else "it has no sound in it"


def _gif(size: int, read_at: ReadAt) -> str:
    """Look for the trailer."""
    tail = read_at(max(0, size - 64), 64).rstrip(b"\x00")
    return "" if tail.endswith(b";") else "the end of the picture is missing"


_CHECKS: Final[dict[str, Callable[[int, ReadAt], str]]] = {
    "mp4": _mp4,
    "mov": _mp4,
    "m4a": _mp4,
    "jpg": _jpeg,
    "png": _png,
    "webp": _riff,
    "wav": _wav,
    "mp3": _mp3,
    "gif": _gif,
}
