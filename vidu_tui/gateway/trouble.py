"""Why a connection failed or an answer was lost, in a few words. Knows the causes below httpx.

Knows no gateway: whose connection or answer it was is said by whoever asks.
"""

import socket
import ssl
import urllib.request
from typing import Final

import httpx
from socksio.exceptions import SOCKSError

from vidu_tui.core import links

WANTS_LOGIN: Final = "the proxy wants a login"
_NOBODY: Final = ("name not found", "refused", "network unreachable")


def no_connection_words(error: BaseException) -> str:
    """Name the cause of a failed connection in at most a handful of words."""
    words = _cause_words(error)
    return "the proxy cannot be reached" if words in _NOBODY and _is_proxied(error) else words


def _cause_words(error: BaseException) -> str:
    if isinstance(error, httpx.ProxyError):
        return WANTS_LOGIN if str(error).startswith("407") else "the proxy refused"
    if isinstance(error, SOCKSError):
        return "the proxy failed"
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | UnicodeError):
        return "the address is not usable"
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate_words(cause)
        if isinstance(cause, ssl.SSLError):
            return "no secure connection"
        if isinstance(cause, socket.gaierror):
            return "name not found"
        if isinstance(cause, ConnectionRefusedError):
            return "refused"
        if isinstance(cause, TimeoutError):
            return "no answer in time"
    return _words_of_text(str(error).lower())


def lost_answer_words(error: BaseException) -> str:
    """Say how an answer was lost on a connection that stood; empty where none did."""
    if isinstance(error, httpx.ReadError | httpx.WriteError):
        return "reset the connection before its answer was whole"
    if not isinstance(error, httpx.RemoteProtocolError):
        return ""
    # h11 and httpcore have one class for all of these; only their words differ.
    words = str(error)
    if words.startswith("peer closed connection"):
        return "broke off in the middle of its answer"
    if words.startswith("Server disconnected"):
        return "closed the connection without an answer"
    return "answered in something that is not HTTP"


def silent_words(limit_s: float, *, has_begun: bool) -> str:
    """Say that nothing more came for so long."""
    if has_begun:
        return f"fell silent for {limit_s:g} s in the middle of its answer"
    return f"did not answer within {limit_s:g} s"


def slow_words(limit_s: float, *, has_begun: bool) -> str:
    """Say that the whole answer took longer than it may."""
    if has_begun:
        return f"began to answer but did not finish within {limit_s:g} s"
    return f"did not answer within {limit_s:g} s"


def names_proxy() -> bool:
    """Tell whether the environment names a proxy for anything."""
    proxies = urllib.request.getproxies()
    return any(proxies.get(kind) for kind in ("http", "https", "all"))


def is_bad_redirect(error: BaseException) -> bool:
    """Tell whether httpx could make no address of a Location."""
    return isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error)


def _is_proxied(error: BaseException) -> bool:
    """Tell whether the failed question was to go through a proxy of the environment."""
    if not isinstance(error, httpx.RequestError):
        return False
    try:
        url = error.request.url
    except RuntimeError:  # it was raised outside of any question
        return False
    proxies = urllib.request.getproxies()
    if links.is_loopback(str(url)) or not (proxies.get(url.scheme) or proxies.get("all")):
        return False
    return not urllib.request.proxy_bypass(url.host)


def _certificate_words(error: ssl.SSLCertVerificationError) -> str:
    words = error.verify_message.lower()
    if "expired" in words:
        return "its certificate has expired"
    if "self-signed" in words or "self signed" in words:
        return "its certificate is self-signed"
    if "hostname" in words or "ip address" in words:
        return "its certificate is for another host"
    return "its certificate is not trusted"


def _words_of_text(words: str) -> str:
    # anyio folds several failed addresses into one OSError that keeps only the text.
    if "connection attempts failed" in words or "refused" in words:
        return "refused"
    if "name or service" in words or "nodename" in words or "getaddrinfo" in words:
        return "name not found"
    if "socks" in words or "proxy" in words:
        return "the proxy failed"
    if "unreachable" in words:
        return "network unreachable"
    return "the network failed"


def _causes(error: BaseException) -> list[BaseException]:
    """List an error and what it came from, groups opened, at most 20."""
    found: list[BaseException] = []
    queue: list[BaseException | None] = [error]
    while queue and len(found) < 20:
        current = queue.pop(0)
        if current is None or current in found:
            continue
        found.append(current)
        queue += [current.__cause__, current.__context__]
        if isinstance(current, BaseExceptionGroup):
            queue += current.exceptions
    return found
