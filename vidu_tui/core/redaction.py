"""What looks like a credential in a text, and how it is taken out. Knows no secret by itself."""

import re

from vidu_tui.core import links
from vidu_tui.core.hidden import HIDDEN

_KEY_WORDS = ("key", "token", "secret", "password")
_VALUE = r"""(?:[^\s"'<>&\\`,;]|\\++/)++"""
_EQUALS = r"(?:=|%(?:25)*3D|\\u003d)"
_NAMED_RE = re.compile(
    r"(?i)(?:(?<![a-z0-9])|(?<=26)|(?<=3F))"
    r"((?:x-(?:amz|oss|goog|tos|cos)-(?:signature|credential|security-token)"
    r"|(?:q-)?signature|q-ak|ossaccesskeyid|awsaccesskeyid|googleaccessid|key-pair-id|policy"
    r"|security-token|sign|sig|hmac|token|access_token|auth_key|api[-_]?key|access[-_]?key|secret"
    r"|password)" + _EQUALS + ")" + _VALUE
)
_KEY_FIELD_RE = re.compile(
    r"""(?i)((?<![a-z0-9])(?:x-)?(?:api[-_]?key|access[-_]token|security-token|secret|password)"""
    r"""[\\"']*+\s*+:\s*+[\\"']*+)""" + _VALUE
)
_AUTHORIZATION_RE = re.compile(
    r"""(?i)(authorization[\\"']*\s*[:=]\s*[\\"']*)(?:[^"'\r\n<\\]|\\(?!["'rn]))+"""
)
_SCHEME_RE = re.compile(
    r"(?i)(?<![a-z0-9])(bearer|token)(\s++|%20|\+)"
    r"(?![(\[{:=-]|(?:tokens?|auth\w*|is|was|are|has|had|not|no|and|or|of|for|from|in|to|with|without|the|"
    r"may|must|can|cannot|does|did|expired|invalid|missing|required|error|limit|quota|usage|"
    r"count|status|id|name|type|format|scheme)(?![\w-]))" + _VALUE
)
_ECHO_RE = re.compile(
    r"(?i)(<(?:argumentvalue|signatureprovided|stringtosign(?:bytes)?|canonicalrequest(?:bytes)?"
    r"|awsaccesskeyid|ossaccesskeyid)>)[^<]+"
)
_URL_RE = re.compile(r"""(:(?:\\*/){2})([^\s"<>`]+)""")
_QUOTED_URL_RE = re.compile(r"""(?i)(%(?:25)*3A(?:%(?:25)*2F){2})([^\s"'<>`&]+)""")
_QUOTED_CUT_RE = re.compile(r"(?i)%(?:25)*(?:3F|23)")
_QUOTED_USERINFO_RE = re.compile(r"(?i)^(?:(?!%(?:25)*2F).)*(?:@|%(?:25)*40)")
_TAIL = "').,;]}"
_PATH_RE = re.compile(
    r"""(?i)(/(?:[^\s"<>`?;#%]|%(?!(?:25)*+3F[\w%])|[;#](?![\w.-]++=))*+)"""
    r"""(?:([?;#]|%(?:25)*+3F)([\w%&=+/.:-][^\s"<>`]*+))?"""
)
"""A path of any kind, and what stands behind it as a query does; it is read once, from its "/"."""
_LOOSE_QUERY_RE = re.compile(r"""()(\?)([\w.%-]++=[^\s"<>`]*+)""")


def redacted(text: str) -> str:
    """Take out what looks like a credential; whatever pattern cannot fit a text is not tried."""
    folded = text.casefold()
    if "/" in text or "%" in text:
        text = _URL_RE.sub(_cut_url, text) if ":" in text else text
        text = _QUOTED_URL_RE.sub(_cut_quoted_url, text) if "%" in text else text
        text = _PATH_RE.sub(_cut_path, text) if any(mark in text for mark in "?;#%") else text
    text = _LOOSE_QUERY_RE.sub(_cut_path, text) if "?" in text else text
    if "<" in folded:
        text = _ECHO_RE.sub(rf"\1{HIDDEN}", text)
    if "authorization" in folded:
        text = _AUTHORIZATION_RE.sub(rf"\1{HIDDEN}", text)
    if "bearer" in folded or "token" in folded:
        text = _SCHEME_RE.sub(rf"\1\2{HIDDEN}", text)
    if ":" in folded and any(word in folded for word in _KEY_WORDS):
        text = _KEY_FIELD_RE.sub(rf"\1{HIDDEN}", text)
    if any(sign in folded for sign in ("=", "%", "\\u003d")):
        text = _NAMED_RE.sub(rf"\1{HIDDEN}", text)
    return text


def _cut_path(match: re.Match[str]) -> str:
    if match[2] is None:
        return match[0]
    tail = match[3][len(match[3].rstrip(_TAIL + "\\")) :]
    return f"{match[1]}{match[2] if match[2] in ';#' else '?'}…{tail}"


def _cut_url(match: re.Match[str]) -> str:
    head, cut, query = links.split_at_query(match[2])
    tail = query[len(query.rstrip(_TAIL)) :]
    return links.without_userinfo(match[1] + head) + (links.CUT + tail if cut else "")


def _cut_quoted_url(match: re.Match[str]) -> str:
    cut = _QUOTED_CUT_RE.search(match[2])
    head = match[2] if cut is None else match[2][: cut.start()] + links.CUT
    return match[1] + _QUOTED_USERINFO_RE.sub("…@", head)
