"""Asks over one connection to one origin, with no proxy between. Knows no endpoint and no key.

httpx's client and its pool do for each question what is the same for all of them, which is a third
of what a poll costs: here its own connection, one layer below, is spoken to.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from typing import Final, Protocol

import httpcore
import httpx

KEPT_OPEN_S: Final = 5.0
"""So long after an answer a connection is used again, as httpx has it."""


class Line(Protocol):
    """What a question goes out by and its answer comes in by, one at a time."""

    async def get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """Ask; the body is still to be read, and then the answer to be closed.

        Raise httpx.TransportError or InvalidURL.
        """
        ...

    async def aclose(self) -> None:
        """Close what is open."""
        ...


class Through:
    """Ask by a client of httpx, that is by whatever proxy the environment names."""

    def __init__(self, client: httpx.AsyncClient):
        self._client = client

    async def get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """Ask; see ``Line``."""
        request = self._client.build_request("GET", url, headers=headers)
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        """Close what is open."""
        await self._client.aclose()


class Straight:
    """Ask by a connection of its own, opened anew where it has been closed or is too old."""

    def __init__(self, tls: ssl.SSLContext, timeout: httpx.Timeout):
        self._tls = tls
        self._timeout = timeout.as_dict()
        self._connection: httpcore.AsyncHTTPConnection | None = None
        self._cookies = httpx.Cookies()
        """As httpx's client keeps them: some gateways ask for one before they answer."""

    async def get(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """Ask; see ``Line``."""
        place, host = _place(url)
        head = [(b"Host", host)]
        head += [(name.encode(), value.encode()) for name, value in headers.items()]
        if self._cookies:
            asked = httpx.Request("GET", url)
            self._cookies.set_cookie_header(asked)
            head += [pair for pair in asked.headers.raw if pair[0] == b"Cookie"]
        extensions = {"timeout": self._timeout}
        request = httpcore.Request("GET", place, headers=head, extensions=extensions)
        try:
            answer = await (await self._open(place.origin)).handle_async_request(request)
        except _OWN_ERRORS as error:
            raise _as_httpx(error) from error
        response = httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=dict(answer.extensions),
        )
        if "set-cookie" in response.headers:
            response.request = httpx.Request("GET", url)
            self._cookies.extract_cookies(response)
        return response

    async def aclose(self) -> None:
        """Close what is open."""
        if self._connection is not None:
            await self._connection.aclose()

    async def _open(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        old = self._connection
        if old is not None and old.can_handle_request(origin) and not _is_over(old):
            return old
        if old is not None:
            await old.aclose()
        self._connection = httpcore.AsyncHTTPConnection(
            origin, ssl_context=self._tls, keepalive_expiry=KEPT_OPEN_S
        )
        return self._connection


def _is_over(connection: httpcore.AsyncHTTPConnection) -> bool:
    return connection.is_closed() or connection.has_expired() or not connection.is_available()


class _Body(httpx.AsyncByteStream):
    """A body as it comes."""

    def __init__(self, answer: httpcore.Response):
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.aiter_stream():
                yield chunk
        except _OWN_ERRORS as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        await self._answer.aclose()


_OWN_ERRORS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpcore.ConnectionNotAvailable,
)


def _as_httpx(error: Exception) -> httpx.TransportError:
    """Give an error the name that it has one layer above, which is the same."""
    kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__, httpx.NetworkError)
    return kind(str(error))


@lru_cache(maxsize=2048)
def _place(url: str) -> tuple[httpcore.URL, bytes]:
    """Read a link as it goes over the wire: where to, and the value for Host; raise InvalidURL."""
    read = httpx.URL(url)
    target = read.raw_path
    place = httpcore.URL(scheme=read.raw_scheme, host=read.raw_host, port=read.port, target=target)
    return place, read.netloc
