"""Whether the locale lets a terminal draw more than ASCII. Pure: the environment comes in."""

from collections.abc import Mapping
from typing import Final

_BY_WEIGHT: Final = ("LC_ALL", "LC_CTYPE", "LANG")
_PLAIN: Final = frozenset({"C", "POSIX"})
_COERCED: Final = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""What Python itself writes into LC_CTYPE where the locale is C. Source: PEP 538."""


def is_ascii(environ: Mapping[str, str], encoding: str) -> bool:
    """Tell whether only ASCII should be drawn, by the locale and the encoding of the output.

    Python takes the locale C for UTF-8; a person who has set it means it. Where no variable is
    set nothing is known, and the encoding decides.
    """
    if not _is_utf8(encoding):
        return True
    given = {name: environ[name] for name in _BY_WEIGHT if environ.get(name)}
    if given.get("LC_CTYPE") in _COERCED and given.get("LANG") in _PLAIN:
        del given["LC_CTYPE"]
    locale = next(iter(given.values()), "")
    return bool(locale) and not _is_utf8(locale.partition("@")[0].rpartition(".")[2])


def _is_utf8(name: str) -> bool:
    return name.lower().replace("-", "") == "utf8"
