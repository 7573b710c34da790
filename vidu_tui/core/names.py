"""How a saved file is called on any system. Knows no folder: a name never holds a path."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from vidu_tui.core.errors import ConfigError

DEFAULT_TEMPLATE = "{date}_{label|type}_{model}_{resolution}_{id}{n}.{ext}"
"""How files are called unless the configuration says otherwise."""

MAX_BYTES = 200
"""UTF-8 bytes of a name, its ``.part`` included: every known file system takes it."""

FIELDS = (
    "date",
    "label",
    "type",
    "model",
    "resolution",
    "id",
    "n",
    "ext",
    "state",
    "aspect_ratio",
    "duration",
    "credits",
    "template",
    "gateway",
    "creation",
)
"""What may stand between braces; ``creation`` is the creation's id."""

_PART = ".part"
_SPARE = len("_99999") + 1
"""Bytes kept free for a number and for the ``_`` before a name that Windows reserves."""

_EMPTY, _NUMBER = "\x00", "\x01"
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_RESERVED_RE = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|clock\$|(?:com|lpt)[0-9¹²³])\Z")
_GAPS = r"[_\-., ]*"
_VANISHED_FIRST_RE = re.compile(rf"\A(?:{_GAPS}{_EMPTY})+{_GAPS}")
_VANISHED_RE = re.compile(rf"(?:{_GAPS}{_EMPTY})+")
_DOUBLED_RE = re.compile(rf"(\A|[_\-., ]){_NUMBER}")


class _Piece(NamedTuple):
    """A stretch of plain text, or a field as the names to try in turn."""

    literal: str = ""
    fields: tuple[str, ...] = ()


class Template(NamedTuple):
    """A file name with gaps, already checked."""

    pieces: tuple[_Piece, ...]

    def name(
        self,
        fields: Mapping[str, str],
        *,
        index: int,
        count: int,
        kind: str,
        ext: str,
        part: int = 1,
    ) -> str:
        """Return the name of one asset; assets of one task never share a name.

        ``index`` counts the creations from 1, ``part`` the assets of one kind within a creation
        (moderation has several); ``date`` comes as YYYY-MM-DD; an unknown field is "".
        """
        number = f"{_NUMBER}{index}" if count > 1 else ""
        ending = re.sub("[^a-z0-9]", "", ext.lower())[:10]
        known = {**fields, "ext": ending}
        texts, worth, is_numbered = [], [], not number
        for piece in self.pieces:
            field = next((name for name in piece.fields if known.get(name) or name == "n"), "")
            is_numbered = is_numbered or field == "n"
            worth.append({"id": 1, "n": 2}.get(field, 0))
            if field == "n":
                texts.append(number or _EMPTY)
            elif piece.fields:
                texts.append(_safe(known.get(field, "")).strip("._- ") or _EMPTY)
            else:
                texts.append(piece.literal)
        tail = "" if is_numbered else f"_{index}"
        tail += "" if kind == "video" else f"_{_safe(kind)}"
        tail += f"_{part}" if kind == "moderation" or part > 1 else ""
        tail += f".{ending}" if ending else ""
        room = MAX_BYTES - len(_PART) - _SPARE - _bytes(tail)
        return _unreserved(_stem(_fitted(texts, worth, room), room) + tail)


def parse_template(template: str) -> Template:
    """Check a file name template; a ConfigError names the column of what is wrong.

    The ending is the file's own: a last ``.{ext}`` may be left out.
    """
    pieces: list[_Piece] = []
    at = 0
    while at < len(template):
        brace = _next_of(template, "{}", at)
        _check_literal(template, at, brace)
        if brace > at:
            pieces.append(_Piece(literal=_safe(template[at:brace])))
        if brace == len(template):
            break
        closing = _next_of(template, "{}", brace + 1)
        if template[brace] == "}":
            raise _wrong(brace, "this } closes nothing")
        if template[closing : closing + 1] != "}":
            raise _wrong(brace, "this { is never closed")
        pieces.append(_Piece(fields=_fields(template[brace + 1 : closing], brace + 1)))
        at = closing + 1
    if not pieces:
        raise _wrong(0, "it is empty; the default is " + DEFAULT_TEMPLATE)
    if pieces[-1].fields == ("ext",):
        pieces.pop()
        if pieces and pieces[-1].literal.endswith("."):
            pieces[-1] = _Piece(literal=pieces[-1].literal[:-1])
    return Template(tuple(pieces))


def numbered(name: str, number: int) -> str:
    """Return the name to use when others hold it already: ``clip.mp4`` becomes ``clip_2.mp4``."""
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    tail = f"_{number}{dot}{ending}"
    return _cut(stem, MAX_BYTES - len(_PART) - _bytes(tail)) + tail


def candidates(name: str) -> Iterator[str]:
    """Give a name and then its numbered ones, for where other bytes lie under it already."""
    yield name
    for number in range(2, 1000):
        yield numbered(name, number)


def _next_of(text: str, characters: str, start: int) -> int:
    return next((at for at in range(start, len(text)) if text[at] in characters), len(text))


def _check_literal(template: str, start: int, end: int) -> None:
    for at in range(start, end):
        if template[at] in "/\\":
            raise _wrong(at, "a name holds no folder; set download.dir")
        if template[at] in '<>:"|?*' or unicodedata.category(template[at]) in _DROPPED:
            raise _wrong(at, f"{template[at]!r} cannot stand in a file name on every system")


def _fields(text: str, start: int) -> tuple[str, ...]:
    names = text.split("|")
    for name in names:
        if not name:
            raise _wrong(start, "a field has no name")
        if name not in FIELDS:
            near = get_close_matches(name, FIELDS, 1)
            hint = f"do you mean {{{near[0]}}}?" if near else f"there are {', '.join(FIELDS)}."
            raise _wrong(start, f"there is no field {{{name}}}; {hint}")
        start += len(name) + 1
    return tuple(names)


def _wrong(at: int, problem: str) -> ConfigError:
    sentence = problem if problem.endswith((".", "?")) else f"{problem}."
    return ConfigError(f"download.name, column {at + 1}: {sentence}")


def _safe(text: str) -> str:
    """Return the text without what some system, shell or eye would stumble over."""
    kept = []
    for character in text:
        if character.isspace():
            kept.append("_")
        elif unicodedata.category(character) not in _DROPPED:
            kept.append(character)
    safe = unicodedata.normalize("NFC", "".join(kept)).translate(_FORBIDDEN)
    return safe if safe.isascii() else "".join("_" if c.isspace() else c for c in safe)


def _fitted(texts: list[str], worth: list[int], room: int) -> list[str]:
    """Cut the longest of the texts that are worth least until all fit into so many bytes."""
    fitted = list(texts)
    sizes = [_bytes(text) for text in texts]
    while (excess := sum(sizes) - room) > 0:
        free = [at for at, size in enumerate(sizes) if size > 1]
        if not free:
            break
        longest = min(free, key=lambda at: (worth[at], -sizes[at]))
        fitted[longest] = _cut(fitted[longest], sizes[longest] - excess) or _EMPTY
        sizes[longest] = _bytes(fitted[longest])
    return fitted


def _stem(texts: list[str], room: int) -> str:
    """Join the texts; what is empty takes the separator before it along."""
    joined = _VANISHED_RE.sub("", _VANISHED_FIRST_RE.sub("", "".join(texts)))
    joined = _DOUBLED_RE.sub(r"\1", joined).replace(_NUMBER, "_")
    stem = _cut(unicodedata.normalize("NFC", joined).lstrip(".-~ "), room).rstrip(". ")
    return stem or "video"


def _unreserved(name: str) -> str:
    """Put a ``_`` before a name that Windows keeps for a device."""
    return f"_{name}" if _RESERVED_RE.match(name.partition(".")[0].rstrip(" ")) else name


def _cut(text: str, room: int) -> str:
    """Cut to so many UTF-8 bytes, never inside what a reader sees as one character."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= room:
        return text
    end = len(raw[: max(room, 0)].decode("utf-8", "ignore"))
    while end > 0 and _continues(text[end]):
        end -= 1
    return text[:end].rstrip("._- ")


def _continues(character: str) -> bool:
    is_mark = unicodedata.category(character)[0] == "M"
    return is_mark or "\U0001f3fb" <= character <= "\U0001f3ff" or character == "\u200d"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
