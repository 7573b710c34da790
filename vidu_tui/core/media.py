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
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_RIFF = {b"WEBP": "webp", b"WAVE": "wav"}
_BRANDS = {b"qt  ": "mov", b"M4A ": "m4a", b"M4B ": "m4a"}
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"})
_KINDS = {
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "mkv"), "video"),
    **dict.fromkeys(("jpg", "jpeg", "png", "webp", "gif"), "image"),
    **dict.fromkeys(("wav", "mp3", "m4a", "aac", "ogg", "flac"), "audio"),
}
_WORDS = ("message", "error", "detail", "msg", "err_msg", "fail_reason", "reason", "err_code")
_WORDS_LIMIT = 120
_BODY_LIMIT = 65_536
_TEXT_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


def sniff(head: bytes) -> str:
    """Return the file ending that the first bytes (512 are enough) prove, "" when unknown."""
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "" if brand in _PICTURE_BRANDS else _BRANDS.get(brand, "mp4")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm" if b"webm" in head[:128] else "mkv"
    if head[:4] in {b"RIFF", b"RF64"}:
        return _RIFF.get(head[8:12], "")
    for magic, ending in _MAGIC:
        if head.startswith(magic):
            return ending
    return "mp3" if _is_mp3_frame(head) else ""


def _is_mp3_frame(head: bytes) -> bool:
    """Tell whether a frame header of MPEG layer III with usable rates stands first."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2 or head[1] & 0x18 == 0x08:
        return False
    return head[2] >> 4 not in {0, 15} and head[2] & 0x0C != 0x0C


def kind_of(ending: str) -> str:
    """Return ``video``, ``image`` or ``audio`` for a file ending, "" for any other."""
    return _KINDS.get(ending.lower().removeprefix("."), "")


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
