"""What first bytes say: the kind of a file, or the words of a page. Reads and writes no file."""

import html
import json
from collections.abc import Iterable

from vidu_tui.core.links import excerpt
from vidu_tui.core.text import inert

_MAGIC = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"ADIF", "aac"),
    (b"FLV\x01", "flv"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_RIFF = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
_BRANDS = {b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a"}
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_TS_PACKET = 188
_VIDEO = ("mp4", "m4v", "mov", "webm", "mkv", "avi", "flv", "ts", "mpg", "mpeg", "wmv", "3gp")
_IMAGE = ("jpg", "jpeg", "png", "webp", "gif", "avif", "heic", "heif", "jxl", "bmp", "tif", "tiff")
_AUDIO = ("wav", "mp3", "m4a", "aac", "ogg", "flac", "opus", "aiff", "amr", "wma")
_KINDS = {
    **dict.fromkeys(_VIDEO, "video"),
    **dict.fromkeys(_IMAGE, "image"),
    **dict.fromkeys(_AUDIO, "audio"),
}
_TYPES = {
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/mp2t": "ts",
    "video/x-flv": "flv",
    "video/mpeg": "mpg",
    "video/x-ms-wmv": "wmv",
    "video/3gpp": "3gp",
    "video/x-m4v": "m4v",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/x-m4a": "m4a",
    "audio/aacp": "aac",
    "audio/x-wav": "wav",
    "audio/vnd.wave": "wav",
    "audio/x-flac": "flac",
    "audio/x-aiff": "aiff",
    "audio/x-ms-wma": "wma",
    "application/ogg": "ogg",
}
"""The media types whose second half is not the ending itself."""
_WORD_TYPES = ("text/", "application/json", "application/xml", "application/xhtml")
_WORDS = ("message", "error", "detail", "msg", "err_msg", "fail_reason", "reason", "err_code")
_WORDS_LIMIT = 120
_BODY_LIMIT = 65_536
_TEXT_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


def sniff(head: bytes) -> str:
    """Return the file ending that the first bytes (512 are enough) prove, "" when unknown."""
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm" if b"webm" in head[:128] else "mkv"
    if head[:4] in {b"RIFF", b"RF64"}:
        return _RIFF.get(head[8:12], "")
    for magic, ending in _MAGIC:
        if head.startswith(magic):
            return ending
    if head[: 2 * _TS_PACKET + 1 : _TS_PACKET] == b"GGG":
        return "ts"
    if _is_adts_frame(head):
        return "aac"
    return "mp3" if _is_mp3_frame(head) else ""


def _boxed(head: bytes) -> str:
    """Tell films, sound and pictures apart, which all begin with an ftyp box."""
    brand = head[8:12]
    if brand in _AVIF_BRANDS:
        return "avif"
    if brand in _HEIF_BRANDS:
        brands = head[16 : min(int.from_bytes(head[:4]), 256)]
        others = {brands[at : at + 4] for at in range(0, len(brands), 4)}
        return "avif" if others & _AVIF_BRANDS else "heic"
    return _BRANDS.get(brand, "mp4")


def _is_adts_frame(head: bytes) -> bool:
    """Tell whether the header of an AAC frame with a usable rate and length stands first."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return False
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    after = head[length : length + 2]
    is_followed = len(after) < 2 or (after[0] == 0xFF and after[1] & 0xF6 == 0xF0)
    return length > 7 and is_followed


def _is_mp3_frame(head: bytes) -> bool:
    """Tell whether a frame header of MPEG layer III with usable rates stands first."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2 or head[1] & 0x18 == 0x08:
        return False
    return head[2] >> 4 not in {0, 15} and head[2] & 0x0C != 0x0C


def kind_of(ending: str) -> str:
    """Return ``video``, ``image`` or ``audio`` for a file ending, "" for any other."""
    return _KINDS.get(ending.lower().removeprefix("."), "")


def ending_of_type(content_type: str) -> str:
    """Return the file ending that a Content-Type names, "" for one that names no media."""
    name = content_type.partition(";")[0].strip().lower()
    ending = _TYPES.get(name, name.partition("/")[2])
    return ending if name in _TYPES or kind_of(ending) == name.partition("/")[0] else ""


def looks_like_words(head: bytes, content_type: str = "") -> bool:
    """Tell whether a page or a plain message begins here, in no known format.

    Where the sender calls it words, an encoding that we do not know is no reason to doubt it.
    """
    if sniff(head):
        return False
    text = _decoded(head[:1024])
    if len(head) >= 1024:
        text = text[:-1]  # a character may be cut there
    if content_type.strip().lower().startswith(_WORD_TYPES):
        text = text.replace("\ufffd", "?")
    return looks_like_page(head) or (bool(text.strip()) and not _is_binary(text))


def looks_like_page(head: bytes) -> bool:
    """Tell whether HTML, XML or JSON text begins here; a byte order mark may stand before."""
    if sniff(head):
        return False
    text = _decoded(head[:1024]).lstrip()
    if not text or "\0" in text:
        return False
    if text[0] == "<":
        return len(text) == 1 or text[1].isalpha() or text[1] in "!?/"
    return text[0] in '{["'


def page_words(body: bytes, secrets: Iterable[str] = ()) -> str:
    """Return what a page says, inert and redacted, at most 120 characters; "" if nothing.

    HTML gives its title, XML its code and message (never the echoed ArgumentValue), JSON its
    message, other text its first line.
    """
    text = _decoded(body[:_BODY_LIMIT]).strip()
    if text.startswith("<"):
        words = _markup_words(text)
    elif text.startswith(("{", "[", '"')):
        words = _json_words(text)
    else:
        words = "" if sniff(body) or _is_binary(text) else text.partition("\n")[0]
    return inert(excerpt(words, secrets), _WORDS_LIMIT)


def _decoded(body: bytes) -> str:
    for mark, encoding in _TEXT_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    return body.decode("utf-8", "replace")


def _is_binary(text: str) -> bool:
    return any(
        character == "\ufffd" or (character < " " and character not in "\t\r\n\x1b")
        for character in text[:512]
    )


def _markup_words(text: str) -> str:
    code, message = _between(text, "code"), _between(text, "message")
    if code and message:
        return f"{code}: {message}"
    return message or code or _between(text, "title") or _between(text, "h1")


def _between(text: str, tag: str) -> str:
    """Return the text of the first such element, "" if there is none or it is not closed."""
    lower = text.lower() if text.isascii() else text
    start = lower.find(f"<{tag}>")
    if start < 0:
        start = lower.find(f"<{tag} ")
    opened = lower.find(">", start) if start >= 0 else -1
    closed = lower.find("</", opened) if opened >= 0 else -1
    return html.unescape(text[opened + 1 : closed]).strip() if closed >= 0 else ""


def _json_words(text: str) -> str:
    try:
        found: object = json.loads(text, parse_int=str)
    except (ValueError, RecursionError):
        return ""
    for _ in range(4):
        if isinstance(found, list):
            found = found[0] if found else ""
        if not isinstance(found, dict):
            break
        fields: dict[str, object] = found
        found = next((fields[name] for name in _WORDS if fields.get(name)), "")
    return found if isinstance(found, str) else ""
