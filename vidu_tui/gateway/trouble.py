"""Why a connection failed, in a few words. Knows the causes below httpx, no gateway."""

import socket
import ssl

import httpx
from socksio.exceptions import SOCKSError


def no_connection_words(error: BaseException) -> str:
    """Name the cause of a failed connection in at most a handful of words."""
    if isinstance(error, httpx.ProxyError):
        return "the proxy refused"
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
