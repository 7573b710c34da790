"""Task ids out of anything pasted. Total and linear; asks nobody whether an id exists.

An id counts where it stands by itself, in a task's link, or in JSON as ``task_id`` or as the
``id`` of an answer. Keys are blanked before anything else is looked at.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote

from vidu_tui.core import links
from vidu_tui.core.fragments import DOCUMENT, Fragments, unescape
from vidu_tui.core.text import inert

LIMIT_BYTES = 4_000_000
"""As much of a text as is read."""
LABEL_LIMIT = 200
"""Characters of a label that are kept."""


class Found(NamedTuple):
    """A task id and what stood beside it."""

    id: str
    label: str = ""
    origin: str = ""
    """The origin of the link that named the task, "" if no link did; it never gets a key."""


class Intake(NamedTuple):
    """What a text held."""

    finds: tuple[Found, ...] = ()
    """In order of first appearance, unique by id and origin."""
    ignored: int = 0
    """Other things of eight digits or more, file links among them."""
    lines: int = 0
    """Lines that are not blank."""
    is_cut: bool = False
    """The text was over 4 MB; only its beginning was read."""


_ID_RE = re.compile(
    r"[0-9]{15,19}|(?P<prefix>[A-Za-z0-9][A-Za-z0-9.-]{0,31}:)?task_(?P<suffix>[\w-]{1,110})"
    r"|(?i:video_[0-9A-HJKMNP-TV-Z]{26})",
    re.ASCII,
)
_ACCEPTABLE_RE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
# Names of fields and reasons look like ids of this form but never are.
_FIELD_RE = re.compile(
    r"(?:ids?|names?|types?|stat(?:e|us)|keys?|urls?|infos?|lists?|results?|errors?|count|data"
    r"|queue|token|not_(?:exist|found)|failed|failure|created|submitted|done|finished|time(?:out)?)"
)
_TIMES = (range(15 * 10**14, 21 * 10**14 + 1), range(15 * 10**17, 21 * 10**17 + 1))
_COMPACT_TIME_RE = re.compile(
    r"20[0-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9]){2}"
    r"[0-9]{3}"
)

_ESCAPE_RE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[@-_]?"
)
_INVISIBLE_RE = re.compile(
    "[\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_BREAK_RE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL_RE = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_SECRET_RE = re.compile(
    r"""(?ix)
    (?<![a-z0-9_])(?:bearer|token)(?:[\s\\]|%20)++["']?(?P<a>[^\s"'\\,;]+)
    | authorization["'\\]*+\s*+[:=]\s*+["'\\]*+(?:(?:bearer|token|basic|key|apikey)[\s\\]+)?
      (?P<b>[^\s"'\\]+)
    | (?:api[-_]?key|access[-_]?key|secret|passw(?:or)?d|token|cookie|(?<![a-z])key)
      ["'\\]*+\s*+[:=]\s*+["'\\]*+(?P<c>[^\s"'\\&,;]+)
    | (?<![a-z])key\s+(?P<d>[a-z0-9_-]{15,})
    | (?<!\S)(?:-u|--user|-b|--cookie|--oauth2-bearer)[\s=]+["']?(?P<e>[^\s"']+)
    | (?<![a-z0-9_])(?P<f>(?:vd|vda|sk|ak|rk|pk)[-_][a-z0-9_-]{6,})
    """
)
_SECRET_HINT_RE = re.compile(
    r"bearer|token|auth|key|secret|passw|cookie|-u|-b|(?:vd|vda|[sarp]k)[-_]"
)
BLANK = "\x00"
"""Stands for each character of a key while a text is read; no other control is left by then."""


def is_task_id(text: str) -> bool:
    """Tell whether the text has the form of a task id: 15 to 19 digits, task_…, video_ULID."""
    match = _ID_RE.fullmatch(text)
    return match is not None and not _FIELD_RE.fullmatch(match["suffix"] or "")


def is_acceptable_id(text: str) -> bool:
    """Tell whether a person may add this as an id by hand."""
    return _ACCEPTABLE_RE.fullmatch(text) is not None


def read(text: str) -> Intake:
    """Find the task ids in a text; only its first 4 MB are read."""
    bounded, is_cut = _bounded(text)
    clean = _ESCAPE_RE.sub("", bounded)
    clean = _CONTROL_RE.sub(" ", _BREAK_RE.sub("\n", _INVISIBLE_RE.sub("", clean)))
    # Both texts have the same length: ids are looked for in one, labels taken from the other.
    scan = clean if clean.isascii() else clean.translate(_FULL_WIDTH)
    if _SECRET_HINT_RE.search(scan.lower()):
        scan = _SECRET_RE.sub(_blanked, scan)
    reader = _Reader(clean, scan)
    reader.read()
    lines = sum(1 for line in clean.split("\n") if line and not line.isspace())
    return Intake(_unique(reader.hits), reader.ignored, lines, is_cut)


def _bounded(text: str) -> tuple[str, bool]:
    """Return the part of the text that is read; a word at the cut is left out."""
    if len(text) <= LIMIT_BYTES // 4 or (text.isascii() and len(text) <= LIMIT_BYTES):
        return text, False
    raw = text[: LIMIT_BYTES + 1].encode("utf-8", "replace")
    if len(raw) <= LIMIT_BYTES:
        return text, False
    return raw[:LIMIT_BYTES].decode("utf-8", "ignore").rstrip(_CHUNK), True


def _blanked(match: re.Match[str]) -> str:
    start, end = (at - match.start() for at in match.span(match.lastgroup or 0))
    return match[0][:start] + BLANK * (end - start) + match[0][end:]


class _Hit(NamedTuple):
    """An id at its place; ``label_end`` is where its label ends, 0 without one."""

    at: int
    found: Found
    label_end: int = 0


def _unique(hits: list[_Hit]) -> tuple[Found, ...]:
    """Put the finds in order, each once; a line with several ids has no label."""
    ordered = sorted(hits, key=lambda hit: hit.at)
    finds: dict[tuple[str, str], Found] = {}
    for at, hit in enumerate(ordered):
        found = hit.found
        if at + 1 < len(ordered) and ordered[at + 1].at < hit.label_end:
            found = Found(found.id, "", found.origin)
        key = found.id, found.origin
        if key not in finds or (found.label and not finds[key].label):
            finds[key] = found
    return tuple(finds.values())


_CHUNK = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"'`,;|()[]{}<>\\")
_CHUNK_RE = re.compile(f"[{re.escape(_CHUNK)}]*+")
_NUMBER_RE = re.compile(r"[0-9]{8,}")
_DOCUMENT_RE = re.compile(f"(?P<doc>{DOCUMENT})")
_MARK_RE = re.compile(
    f"(?P<doc>{DOCUMENT})|(?P<url>(?i:https?):(?:\\\\*/){{2}})|(?P<core>[0-9]{{8,}}|task_|(?i:video_))"
)
_SUBDOCUMENTS = 4
"""How deep JSON in strings of JSON is followed."""
_URL_RE = re.compile(r"""(?:(?![,;]+https?:)(?:[^\s"'<>`|\\\x00]|\\+(?:/|u0026)))++""")
_PATH_RE = re.compile(
    r"/(?:tasks?|v[0-9]+/video/generations|v[0-9]+/videos)/([^/]++)"
    r"(?:/(?:creations|cancel|content))?/*\Z"
)
_PLAIN_RE = re.compile(r"(?i)(?:(?!bearer|token)[a-z0-9_., \t-])*[a-z0-9](?:[ \t]*)")
_WORDY_RE = re.compile(r"task_[a-z_-]{1,15}")
_NAME_RE = re.compile(r"(?a)(?<![\w.-])([A-Za-z][\w.-]*+[ ])?([\w.-]++)\Z")
_MEMBER_RE = re.compile(r"""["'][ \t]*:""")
# What a broken document leaves behind is still the value of some key.
_NEXT_RE = re.compile(r"""\\*["']\s*+,\s*+\\*["'][^"'\\\n]{1,100}\\*["']\s*+:""")
_OTHER_RE = re.compile(
    r"creation|trace|request|session|span|user|account|order|seed|nonce|price|cost|amount|byte"
    r"|length|phone|time|offset|key|(?:[ ._-]|\A[uptg])id\Z"
)
_UNIT_RE = re.compile(r"[ \xa0]?(?:bytes?|B|[kKMG]i?B|ns|us|[µμ]s|ms|USD|EUR|CNY|[%€£¥])(?![\w])")


class _Reader:
    """Goes once through a text and notes the ids."""

    def __init__(self, clean: str, scan: str, depth: int = 0, *, is_json_only: bool = False):
        self.hits: list[_Hit] = []
        self.ignored = 0
        self._clean = clean
        self._scan = scan
        self._depth = depth
        self._fragments = Fragments(scan, is_task_id)
        self._mark_re = _DOCUMENT_RE if is_json_only else _MARK_RE

    def read(self) -> None:
        at = 0
        while (mark := self._mark_re.search(self._scan, at)) is not None:
            start = mark.start()
            if mark["doc"] is not None:
                at = self._read_escaped(start) if mark["escaped"] else self._fragments.read(start)
            elif mark["url"] is not None:
                at = self._read_link(start, mark.end())
            else:
                before = self._scan[at:start]
                at = self._read_chunk(at + len(before.rstrip(_CHUNK)), start)
        for at, id_ in self._fragments.ids:
            self._note(at, id_)
        self.ignored += self._fragments.ignored
        for at, text in self._fragments.embedded:
            self._read_inner(text, at, is_json_only=True)

    def _note(self, at: int, id_: str, *, origin: str = "", label_end: int = 0) -> None:
        label = self._label(at + len(id_), label_end) if label_end else ""
        self.hits.append(_Hit(at, Found(id_, label, origin), label_end if label else 0))

    def _label(self, start: int, end: int) -> str:
        end = min(end, start + 10 * LABEL_LIMIT)
        if end - start <= LABEL_LIMIT and _PLAIN_RE.fullmatch(self._scan, start, end):
            return " ".join(self._scan[start:end].split())
        pairs = zip(self._clean[start:end], self._scan[start:end], strict=True)
        shown = "".join(character for character, seen in pairs if seen != BLANK)
        label = inert(links.redact(shown), LABEL_LIMIT)
        return label if any(map(str.isalnum, label)) else ""

    def _read_escaped(self, start: int) -> int:
        """Read the rest of a line in which JSON's quotes carry backslashes."""
        end = self._line_end(start)
        self._read_inner(unescape(self._scan[start:end]), start, is_json_only=False)
        return end

    def _read_inner(self, text: str, start: int, *, is_json_only: bool) -> None:
        if self._depth >= _SUBDOCUMENTS:
            return
        inner = _Reader(text, text, self._depth + 1, is_json_only=is_json_only)
        inner.read()
        self.hits += [_Hit(start + hit.at, hit.found) for hit in inner.hits]
        self.ignored += inner.ignored

    def _line_end(self, at: int) -> int:
        end = self._scan.find("\n", at)
        return end if end >= 0 else len(self._scan)

    def _read_link(self, start: int, after_scheme: int) -> int:
        rest = _URL_RE.match(self._scan, after_scheme)
        end = rest.end() if rest else after_scheme
        url = self._scan[start:end].replace("\\", "")
        id_ = _id_in_path(url)
        if id_:
            self._note(start, id_, origin=links.origin(url) or "")
        elif _NUMBER_RE.search(url):
            self.ignored += 1
        return end

    def _read_chunk(self, start: int, core: int) -> int:
        rest = _CHUNK_RE.match(self._scan, core)
        end = rest.end() if rest else core + 1
        chunk = self._scan[start:end]
        # A line break written as two characters leaves its letter at the front.
        if chunk[0] in "nrt" and self._scan[start - 1 : start] == "\\":
            chunk, start = chunk[1:], start + 1
        word = chunk.lstrip("#*=:!?")
        start += len(chunk) - len(word)
        word = word.rstrip(".:!?*=-#")
        is_path = "/" in word
        for piece in [word] if is_path else word.split("&"):
            id_ = _id_in_path(f"/{piece}") if is_path else self._id_in_word(piece, start)
            if id_:
                self._note_at(start + max(piece.rfind(id_), 0), id_, is_bare=id_ == piece)
            elif _NUMBER_RE.search(piece):
                self.ignored += 1
            start += len(piece) + 1
        return end

    def _note_at(self, at: int, id_: str, *, is_bare: bool) -> None:
        """Note an id of plain text, with a label if it stands first on its line."""
        after = at + len(id_)
        has_label = is_bare and self._has_label(at, after)
        self._note(at, id_, label_end=self._line_end(after) if has_label else 0)

    def _has_label(self, at: int, after: int) -> bool:
        return self._scan.startswith(("\t", "  "), after) and self._is_line_start(at)

    def _id_in_word(self, word: str, start: int) -> str:
        """Return the id that a word is or ends with as ``name=id`` or ``name:id``, else ""."""
        name, sign, value = word.rpartition("=")
        if sign:
            return value if is_task_id(value) and _means_task(name) else ""
        match = _ID_RE.fullmatch(word)
        if match is not None and match["prefix"] is None:
            return word if is_task_id(word) and self._is_id_here(word, start) else ""
        if match is not None and any(map(str.isdigit, match["prefix"])):
            return word
        name, _, value = word.replace("#", ":").rpartition(":")
        is_other = not name or name[-1].isdigit() or _is_other(name)
        return value if is_task_id(value) and not is_other and not _is_time(value) else ""

    def _is_id_here(self, word: str, start: int) -> bool:
        """Tell whether a bare id is meant as one: by its line and by the words beside it."""
        end = start + len(word)
        if self._is_line_start(start) and not self._scan[end : end + 64].partition("\n")[0].strip(
            " \t"
        ):
            return True
        if not word.isdigit():
            return self._has_label(start, end) or not _WORDY_RE.fullmatch(word)
        if _is_time(word) or _UNIT_RE.match(self._scan, end) or _NEXT_RE.match(self._scan, end):
            return False
        before = self._scan[max(0, start - 48) : start].rpartition("\n")[2]
        if before.endswith(("€", "£", "¥", "€ ", "$ ")):
            return False
        named = before.rstrip(" \t\"'([{<:=#\\")
        sign = before[len(named) :]
        name = _NAME_RE.search(named) if named[-1:].isalpha() else None
        if _MEMBER_RE.search(sign):
            return name is not None and name[2] == "task_id"
        if name is None:
            return True
        if "=" in sign:
            return _means_task(name[2])
        return not _is_other(name[0] if name[2].lower() == "id" else name[2])

    def _is_line_start(self, at: int) -> bool:
        before = self._scan[max(0, at - 64) : at].rstrip(" \t")
        return before.endswith("\n") or (not before and at <= 64)


def _id_in_path(url: str) -> str:
    path = url.partition("?")[0].partition("#")[0].rstrip(".,;:!?)]}'*")
    match = _PATH_RE.search(path)
    id_ = unquote(match[1]) if match else ""
    return id_ if is_task_id(id_) else ""


def _is_time(digits: str) -> bool:
    """Tell whether the digits are a time in micro- or nanoseconds, or one written in full."""
    if not digits.isdigit() or len(digits) > 19:
        return False
    return any(int(digits) in times for times in _TIMES) or bool(_COMPACT_TIME_RE.fullmatch(digits))


def _means_task(name: str) -> bool:
    lower = name.lower().lstrip("-$")
    return "task" in lower or lower in {"id", "ids"}


def _is_other(name: str) -> bool:
    lower = name.lower()
    return "task" not in lower and _OTHER_RE.search(lower) is not None
