"""JSON inside other text, whole or broken: which of its values name a task. Knows no plain text.

A parser of whole documents would refuse what people paste: answers behind headers, with wrapped
lines, with their beginning or end missing. So this one walks the tokens and stops at the first
that does not fit. Numbers stay text: none loses a digit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_KEYS = (
    r"id|task_id|state|status|type|model|url|cover_url|watermarked_url|creations|credits|err_code"
)
DOCUMENT = (
    r"""\{\s*+(?P<escaped>\\+)?+["'][^"'\\\n]{0,100}+\\*["']\s*+:"""
    rf"""|"(?:{_KEYS})"\s*+:"""
)
"""Pattern of a beginning: a brace and a key, or a key of an answer whose brace is missing."""

_ANSWER_KEYS = frozenset({"state", "status", "creations", "err_code"})
_WRAPPER_RE = re.compile(r"(?:data|tasks?|items|list|results?|records|response|body|answer)?")
_MAX_DEPTH = 500
_TOKEN_RE = re.compile(
    r"""\s*+(?:(?P<string>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')(?P<colon>\s*+:)?+"""
    r"""|(?P<open>[{\[])|(?P<close>[}\]])|(?P<scalar>[-+.\w]++))(?P<comma>\s*+,)?+""",
)
# A terminal that wraps long lines puts a line break into a link.
_WRAPPED_RE = re.compile(
    r"""\s*+(?P<string>"(?:[^"\\]|\\.){0,8192}+")(?=\s*+[,}\]])\s*+(?P<comma>,)?+"""
)
_DULL_RE = re.compile(r"(?:\s*+[-+.\w]{1,7}+\s*+,)++")
_OPENERS_RE = re.compile(r"""(?:[{\[\s]|"[^"\\\n]*+"\s*+:)*+""")
_LONG_NUMBER_RE = re.compile(r"[0-9]{8,}")


@dataclass(slots=True)
class _Frame:
    """An object or a list that is open; ``key`` is the one whose value comes next."""

    closer: str
    key: str
    is_wrapper: bool
    """Whether only wrappers lie around it: an ``id`` in it may be an answer's."""
    id: tuple[int, str] | None = None
    is_answer: bool = False
    names_task: bool = False


def unescape(text: str) -> str:
    """Take one level of backslashes away."""
    return re.sub(r"\\(.)", lambda match: " " if match[1] in "nrt" else match[1], text)


def _end(match: re.Match[str] | None, default: int) -> int:
    return match.end() if match else default


class Fragments:
    """The JSON texts of one text, read one by one; depth costs no recursion."""

    def __init__(self, text: str, is_id: Callable[[str], bool]):
        self.ids: list[tuple[int, str]] = []
        """Task ids with their places."""
        self.ignored = 0
        """Other values with a number of eight digits or more."""
        self.embedded: list[tuple[int, str]] = []
        """Strings that hold JSON themselves, unescaped, with their places."""
        self._text = text
        self._is_id = is_id
        self._stack: list[_Frame] = []
        self._is_value_next = True

    def read(self, start: int) -> int:
        """Read from here to the end of this JSON or to what does not fit; return the place."""
        at = start
        self._is_value_next = self._text[at] == "{"
        if not self._is_value_next:
            self._stack.append(_Frame("}", "", is_wrapper=True))
        while True:
            if len(self._stack) > _MAX_DEPTH:
                at = _end(_OPENERS_RE.match(self._text, at), at)
                break
            if self._is_value_next and self._stack and self._stack[-1].closer == "]":
                at = _end(_DULL_RE.match(self._text, at), at)
            token = _TOKEN_RE.match(self._text, at)
            if token is None or not self._take(token):
                token = self._take_wrapped(at) if token is None else None
            if token is None:
                break
            at = token.end()
            if not self._stack:
                break
        while self._stack:
            self._close()
        return max(at, start + 1)

    def _take_wrapped(self, at: int) -> re.Match[str] | None:
        token = _WRAPPED_RE.match(self._text, at) if self._is_value_next and self._stack else None
        if token is not None:
            self._take_value(token, "string")
            self._after_value(has_comma=token["comma"] is not None)
        return token

    def _take(self, token: re.Match[str]) -> bool:
        """Take a token; False if it does not fit here."""
        kind = token.lastgroup if token["comma"] is None else None
        if token["colon"] is not None:
            return self._take_key(token)
        if token["open"] is not None:
            return kind is not None and self._is_value_next and self._open(token["open"])
        if token["close"] is not None:
            if not self._stack or self._stack[-1].closer != token["close"]:
                return False
            self._close()
        elif not self._is_value_next or not self._stack:
            return False
        else:
            self._take_value(token, "string" if token["string"] is not None else "scalar")
        self._after_value(has_comma=token["comma"] is not None)
        return True

    def _take_key(self, token: re.Match[str]) -> bool:
        if self._is_value_next or not self._stack or self._stack[-1].closer != "}":
            return False
        frame = self._stack[-1]
        frame.key = token["string"][1:-1]
        frame.is_answer = frame.is_answer or frame.key in _ANSWER_KEYS
        frame.names_task = frame.names_task or frame.key == "task_id"
        self._is_value_next = True
        return token["comma"] is None

    def _open(self, bracket: str) -> bool:
        above = self._stack[-1] if self._stack else None
        key = above.key if above else ""
        is_wrapper = above is None or (above.is_wrapper and _WRAPPER_RE.fullmatch(key) is not None)
        # In a list the key is the list's own; an object starts without one.
        self._stack.append(
            _Frame("]", key, is_wrapper) if bracket == "[" else _Frame("}", "", is_wrapper)
        )
        self._is_value_next = bracket == "["
        return True

    def _after_value(self, *, has_comma: bool) -> None:
        self._is_value_next = has_comma and bool(self._stack) and self._stack[-1].closer == "]"

    def _take_value(self, token: re.Match[str], kind: str) -> None:
        frame = self._stack[-1]
        at = token.start(kind)
        value = token[kind] if kind == "scalar" else token[kind][1:-1]
        if frame.key == "task_id" and self._is_id(value):
            self.ids.append((at, value))
        elif frame.key == "id" and frame.closer == "}" and self._is_id(value):
            frame.id = at, value
        elif "{" in value and '\\"' in value:
            self.embedded.append((at, unescape(value)))
        elif _LONG_NUMBER_RE.search(value):
            self.ignored += 1

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.id is None:
            return
        if frame.is_answer and frame.is_wrapper and not frame.names_task:
            self.ids.append(frame.id)
        elif frame.id[1] not in {value for _, value in self.ids[-4:]}:
            self.ignored += 1
