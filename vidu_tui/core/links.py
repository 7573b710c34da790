"""What a link says of itself, and what of it may be shown. Opens no link, re-encodes none."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from vidu_tui.core.text import visible

CUT = "?…"
"""Stands for a query that is not shown."""
SHORTEST_VALUE = 8
"""Characters of a query's value that may be a signature."""
# Patterns that are plain texts are compiled when they are first looked for: few starts need them.
_VALUES = rf"(?:^|[&=])([^&=]{{{SHORTEST_VALUE},}}+)(?==*+(?:&|\Z))"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ENDING = (
    r"(?i)\.(mp4|m4v|mov|webm|mkv|avi|ts|flv|jpe?g|png|webp|gif|avif|heic|wav|mp3|m4a|aac|ogg|flac"
    r"|zip)\Z"
)
_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_AUTHORITY_RE = re.compile(r"(?i)(https?)://([^/?#]*)")
_ODD_RE = re.compile(r"[\x00-\x20\x7f\\%]")
"""What clients read in more than one way where user, host and port stand."""
_PLAIN_RE = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?::[0-9]{1,5})?(?:[/?#]|\Z)")
"""A link that no client reads in two ways as far as its host goes, as nearly all are."""
_BARE_RE = re.compile(r"https?://[A-Za-z0-9.-]*[A-Za-z0-9](?::[0-9]{1,5})?(?:/[!-\"$->@-~]*+)?\Z")
_STAMP = r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z"
_EPOCHS = range(10**9, 253_402_300_800)
"""Seconds that can be the end of a link: from 2001 (less is a duration) to the year 9999."""

_SIGNATURE = (
    r"(?:x-(?:amz|oss|goog|tos|cos)-(?:signature|security-token)|(?:q-)?signature|sign?|policy"
    r"|key-pair-id|token|auth_key|hmac|security-token|(?:oss|aws)accesskeyid)"
)
_NESTED = r"(:(?:\\*/){2})"
_USERINFO = r"^[^/\\]*@"
_HARMLESS_RE = re.compile(r"[\w., :-]*+\Z")
"""A text without any sign that a credential needs, but for those that stand after its name."""
_NAMES = ("bearer", "token", "key", "secret", "password", "authorization")


def has_query(url: str) -> bool:
    """Tell whether the link has a query, even an empty one; such a link never gets the key."""
    return "?" in url.partition("#")[0]


def is_signed(url: str) -> bool:
    """Tell whether the query carries a signature or a token of a known name."""
    return any(re.fullmatch(_SIGNATURE, name) for name in _query(url))


def expires_at(url: str) -> float | None:
    """Read when the link ends, in epoch seconds; None if it does not say so.

    S3 and OSS give a date and a life, CloudFront and older OSS an epoch, COS a start and an end.
    Where several are given the earliest counts.
    """
    fields = _query(url)
    ends = [
        _after(fields.get("x-amz-date"), fields.get("x-amz-expires")),
        _after(fields.get("x-oss-date"), fields.get("x-oss-expires")),
        _epoch(fields.get("expires")),
        _epoch(fields.get("q-sign-time", "").rpartition(";")[2]),
    ]
    if "x-oss-date" not in fields:
        ends.append(_epoch(fields.get("x-oss-expires")))
    return min((end for end in ends if end is not None), default=None)


def _query(url: str) -> dict[str, str]:
    """Return the first value of each name of the query, names in lower case."""
    fields: dict[str, str] = {}
    for pair in url.partition("#")[0].partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        fields.setdefault(unquote(name).lower(), unquote(value))
    return fields


def _epoch(value: str | None) -> float | None:
    if not value or len(value) > 12 or not (value.isascii() and value.isdigit()):
        return None
    return float(value) if int(value) in _EPOCHS else None


def _after(stamp: str | None, life_s: str | None) -> float | None:
    """Add a life in seconds to a stamp such as ``20241020T135540Z``."""
    match = re.fullmatch(_STAMP, stamp or "")
    if match is None or not life_s or len(life_s) > 9:
        return None
    if not (life_s.isascii() and life_s.isdigit()):
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        start = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return start.timestamp() + int(life_s)


def without_query(url: str) -> str:
    """Return the link as it may be shown: user, query and fragment cut to ``…`` and ``?…``."""
    head, cut, _ = split_at_query(url)
    return without_userinfo(head) + (CUT if cut else "")


def bare(url: str) -> str:
    """Return the link without user, query and fragment; it may be kept, but fetches nothing."""
    return without_userinfo(split_at_query(url)[0]).replace("…@", "")


def split_at_query(url: str) -> tuple[str, bool, str]:
    """Part a link at its query or fragment: what is before, whether there is one, and the rest."""
    starts = [at for at in (url.find("?"), url.find("#")) if at >= 0]
    if not starts:
        return url, False, ""
    at = min(starts)
    return url[:at], True, url[at + 1 :]


def without_userinfo(url: str) -> str:
    """Hide the user and password of a link and of any link in its path."""
    pieces = re.split(_NESTED, url)
    pieces[2::2] = [re.sub(_USERINFO, "…@", piece) for piece in pieces[2::2]]
    return "".join(pieces)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without the given secrets, credentials and the queries of its links.

    A secret goes in its percent-encoded, JSON-escaped and base64 forms too, and one that hidden
    characters part. Under three characters it is no secret.
    """
    known = tuple(secrets)
    if not known and text.isascii() and _is_ordinary(text):
        return text
    if known:
        from vidu_tui.core.hidden import cover  # few starts know a secret

        text = cover(text, known)
    seen = visible(text)
    if seen != text and (shown := _redacted(seen)) != seen:
        return shown
    return _redacted(text)


LOOKED_AT = 4000
"""Characters of a text that are looked at at least, however few are shown."""


def excerpt(text: str, secrets: Iterable[str] = (), limit: int = LOOKED_AT) -> str:
    """Return the beginning of a text of any length, redacted before it is cut.

    What stood at the end of what was looked at may be a part of a secret, and is left out.
    """
    from vidu_tui.core.hidden import forms_of

    known = tuple(secrets)
    spare = 2 * forms_of(known).longest
    looked_at = max(limit, LOOKED_AT) + spare
    if len(text) <= looked_at:
        return redact(text, known)[:limit]
    shown = redact(visible(text[:looked_at]), known)
    return shown[: max(0, min(limit, len(shown) - spare))]


def query_values(*urls: str) -> set[str]:
    """Return what links' queries say, as it stands and decoded, where it may be a secret."""
    values = {
        value
        for url in urls
        if "?" in url or "#" in url
        for value in re.findall(_VALUES, split_at_query(url)[2])
    }
    values |= {unquote(value).rstrip("=") for value in values if "%" in value}
    return {value for value in values if len(value) >= SHORTEST_VALUE}


def _is_ordinary(text: str) -> bool:
    """Tell of most labels, models and states that nothing in them can be a secret."""
    # Letters and blanks alone, as most are, are told apart in a third of the time.
    if not text.replace(" ", "").isalnum() and not _HARMLESS_RE.match(text):
        return False
    return not any(map(text.casefold().__contains__, _NAMES))


def _redacted(text: str) -> str:
    """Take out what looks like a credential, where there can be one."""
    if _is_ordinary(text):
        return text
    # Its patterns take a while to compile, and a list of ordinary labels needs none of them.
    from vidu_tui.core import redaction

    return redaction.redacted(text)


def origin(url: str) -> str | None:
    """Return scheme, host and port in one normal form; None if one of them is not usable.

    The default port is left out. A host outside ASCII stays as it is written, so that it never
    equals an ASCII one: what a resolver makes of it is not known here.
    """
    parts = _host_and_port(url)
    if parts is None:
        return None
    scheme, host, port = parts
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def _host_and_port(url: str) -> tuple[str, str, int] | None:
    match = _AUTHORITY_RE.match(url)
    if match is None or _ODD_RE.search(match[2]):
        return None
    scheme = match[1].lower()
    place = match[2].rpartition("@")[2]
    host, colon, digits = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, digits = place, ""
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        return None
    port = int(digits) if digits else _DEFAULT_PORTS[scheme]
    name = _normal_host(host)
    return (scheme, name, port) if name and 0 < port < 65_536 else None


def _normal_host(host: str) -> str:
    """Return the host in lower case without a last dot; "" if it is none."""
    if host.startswith("[") and host.endswith("]"):
        try:
            return ipaddress.IPv6Address(host[1:-1]).compressed
        except ValueError:
            return ""
    # Only ASCII letters: str.lower() would make a Kelvin sign an ordinary k.
    name = host.translate(_ASCII_LOWER).removesuffix(".")
    is_plain = all(
        character.isalnum() or character in "-._" or unicodedata.category(character)[0] == "M"
        for character in name
    )
    return name if is_plain and all(name.split(".")) and len(name) <= 253 else ""


def same_origin(a: str, b: str) -> bool:
    """Tell whether both links have the same usable origin; only then may a key be shared."""
    first = origin(a)
    return first is not None and first == origin(b)


MAX_LENGTH = 16_384
"""Characters of a link; a longer one would hold up whoever looks at it, and no server takes it."""


def is_usable(url: object) -> bool:
    """Tell whether this is a link to ask for: http or https and a host, nothing else checked."""
    if not isinstance(url, str) or len(url) > MAX_LENGTH:
        return False
    if _PLAIN_RE.match(url):
        return True
    try:
        parts = urlsplit(url)
        return parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)
    except ValueError:
        return False


def is_bare(url: str) -> bool:
    """Tell whether this is a usable link without query, fragment, user or anything to trim."""
    return len(url) <= MAX_LENGTH and _BARE_RE.match(url) is not None


def is_loopback(url: str) -> bool:
    """Tell whether the link stays on this machine: 127.0.0.0/8, ::1 or localhost."""
    parts = _host_and_port(url)
    if parts is None:
        return False
    if parts[1] == "localhost":
        return True
    try:
        address = ipaddress.ip_address(parts[1])
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def host_matches(host: str, pattern: str) -> bool:
    """Tell whether a host is meant by an entry such as ``files.example`` or ``*.example``.

    The star stands for one or more labels: neither ``example`` nor ``badexample`` is meant.
    """
    name = host.translate(_ASCII_LOWER).removesuffix(".")
    wanted = pattern.strip().translate(_ASCII_LOWER).removesuffix(".")
    if not name or not wanted:
        return False
    if not wanted.startswith("*."):
        return name == wanted
    suffix = wanted[1:]
    return len(suffix) > 1 and name.endswith(suffix) and bool(name[: -len(suffix)].strip("."))


def ending(url: str) -> str:
    """Return the media file ending of the link's path, lower case, without dot, else ""."""
    path = _AUTHORITY_RE.sub("", split_at_query(url)[0], count=1)
    match = re.search(_ENDING, unquote(path))
    return match[1].lower() if match else ""
