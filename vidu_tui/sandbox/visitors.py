"""Who orders a spell: a program of this machine's person, or a web page in their browser.

Spells ask for no key, and any page may send a form to 127.0.0.1 or have its own name lead there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vidu_tui.core import links

if TYPE_CHECKING:
    from collections.abc import Mapping

_BY_HAND: Final = ("", "none")
"""What a browser says of an address that its person typed; programs say nothing."""


def refusal_of(headers: Mapping[str, str]) -> str:
    """Say why an order is not taken, by its lower-case headers; empty where it is.

    A browser names the page behind a request in ``Origin`` and ``Sec-Fetch-Site``, and the name
    that led here in ``Host`` (Fetch Metadata; RFC 9110, 7.2).
    """
    if not links.is_loopback(f"http://{headers.get('host', '')}"):
        return "spells are for this machine alone: name it 127.0.0.1 or localhost"
    if "origin" in headers or headers.get("sec-fetch-site", "") not in _BY_HAND:
        return "no web page may order spells"
    return ""
