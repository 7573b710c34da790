"""Where a secret hides in a text: its forms, and what the text says beneath its escapes."""

import json
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from vidu_tui.core.text import without_escapes

HIDDEN = "•••"
"""Stands where a secret was."""

_SHORTEST = 3
"""Under so many characters it is no secret; under the next, none is looked for beneath escapes."""
_SHORTEST_BENEATH = 8
_MOST_ROUNDS = 4
# Compiled when they are first looked for: few starts need them.
_NOT_ASCII = r"[^ -~]+"
_JSON_ESCAPE = r"\\++(?:u([0-9a-fA-F]{4})|([/\"bfnrt]))?"


class Forms(NamedTuple):
    """All the ways in which some secrets may be written."""

    pattern: re.Pattern[str] | None = None
    each: tuple[str, ...] = ()
    beneath: tuple[str, ...] = ()
    """Those that are long enough to be looked for beneath escapes too."""
    shortest: int = 0
    longest: int = 0


@lru_cache(maxsize=32)
def forms_of(secrets: tuple[str, ...]) -> Forms:
    """Write the secrets as they are, percent-encoded, JSON-escaped and in base64."""
    found = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
    if not found:
        return Forms()
    each = tuple(sorted(found, key=len, reverse=True))
    return Forms(
        re.compile("|".join(map(re.escape, each))),
        each,
        tuple(form for form in each if len(form) >= _SHORTEST_BENEATH),
        len(each[-1]),
        len(each[0]),
    )


def _forms(secret: str) -> set[str]:
    import base64

    key = secret.strip()
    raw = key.encode("utf-8", "surrogatepass")
    escaped = json.dumps(key)[1:-1]
    quoted = {quote(raw, safe=""), quote(raw)}
    lower = {re.sub("%..", lambda match: match[0].lower(), form) for form in quoted}
    encoded = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    bare = {form.rstrip("=") for form in encoded}
    return {secret, key, escaped, escaped.replace("/", "\\/")} | quoted | lower | bare


def holds(words: str, secrets: tuple[str, ...]) -> bool:
    """Tell whether a text holds one of the secrets, in any form and beneath any escape."""
    forms = forms_of(secrets)
    if not forms.each or len(words) < forms.shortest:
        return False
    return _has(words, forms.each) or _beneath(words, forms.beneath) is not None


def cover(words: str, secrets: tuple[str, ...]) -> str:
    """Hide the secrets; where one lies beneath escapes, the text comes without any of them."""
    forms = forms_of(secrets)
    if forms.pattern is None or len(words) < forms.shortest:
        return words
    words = forms.pattern.sub(HIDDEN, words)
    while (reading := _beneath(words, forms.beneath)) is not None:
        words = forms.pattern.sub(HIDDEN, reading)
    return words


def _has(words: str, forms: tuple[str, ...]) -> bool:
    return any(form in words for form in forms)


def _beneath(words: str, forms: tuple[str, ...]) -> str | None:
    """Take the escapes away until one of the forms comes to light; None where none does."""
    if words.isascii() and words.isprintable() and "%" not in words and "\\" not in words:
        return None
    reading = _solid(words)
    for _ in range(_MOST_ROUNDS):
        if _has(reading, forms):
            return reading
        deeper = _solid(_decoded(reading))
        if deeper == reading:
            return None
        reading = deeper
    return None


def _solid(words: str) -> str:
    """Leave what stands on a line of ASCII; ours is kept, so that it is not read as a part."""
    if words.isascii() and words.isprintable():
        return words
    pieces = without_escapes(words).split(HIDDEN)
    return HIDDEN.join(re.sub(_NOT_ASCII, "", piece) for piece in pieces)


def _decoded(words: str) -> str:
    if "\\" in words:
        words = re.sub(_JSON_ESCAPE, _unescaped, words)
    return unquote(words) if "%" in words else words


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return {"/": "/", '"': '"', None: match[0]}.get(match[2], "")
