"""The only module that knows endpoints, headers and what a status means. Knows no schedule.

httpx's exceptions end here: what leaves is a Task or one VidutuiError.
"""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, NamedTuple, Self
from urllib.parse import quote, urlsplit

import httpx
from socksio.exceptions import SOCKSError

from vidu_tui import __version__
from vidu_tui.core import answer, links
from vidu_tui.core.answer import Answer
from vidu_tui.core.errors import (
    ConfigError,
    GatewayError,
    KeyMissing,
    NoAnswer,
    NoConnection,
    ServerTrouble,
    UnusableAnswer,
)
from vidu_tui.core.task import Task
from vidu_tui.gateway import body, reply, trouble
from vidu_tui.gateway.connections import Connections
from vidu_tui.gateway.greeting import NO_TASK, Greeting, issuer_of
from vidu_tui.gateway.straight import Line, Straight, Through

MAX_REDIRECTS: Final = 3
USER_AGENT: Final = f"vidu-tui/{__version__}"


class Limits(NamedTuple):
    """How long and how large an answer may be."""

    connect_s: float = 5.0
    read_s: float = 20.0
    whole_s: float = 30.0
    answer_bytes: int = 8_000_000


LIMITS: Final = Limits()


def tls_context() -> ssl.SSLContext:
    """Make the one TLS context of the program; SSL_CERT_FILE and SSL_CERT_DIR count.

    Takes some 20 ms; a file that is not there or no certificate raises ConfigError.
    """
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError, ValueError) as error:
        raise ConfigError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read ({error});"
            " nothing was sent. Correct it or unset it, then start again."
        ) from error


@dataclass(slots=True)
class _Heard:
    """What has come of an answer by the time that its question fails."""

    has_begun: bool = False


class GatewayClient:
    """Ask one gateway for tasks. Its key goes to its own origin alone."""

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        auth: str = "Bearer",
        key: str = "",
        tls: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        limits: Limits = LIMITS,
    ):
        self.name = name
        self.base_url = base_url.rstrip("/")
        self._origin = links.origin(self.base_url) or ""
        self.host = urlsplit(self._origin).hostname or ""
        self._auth = auth
        self._key = key
        self._clock = clock
        self._now = now
        self._limits = limits
        # This machine is asked directly, whatever proxy the environment names.
        is_here = links.is_loopback(self.base_url)
        tls = tls if tls is not None else tls_context()
        self._lines = Connections(lambda: _line(tls, transport, limits, trust_env=not is_here))

    def use_key(self, key: str) -> None:
        """Take another key for all questions from now on; empty for none."""
        self._key = key

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._lines.aclose()

    async def fetch(self, task_id: str, *, key: str | None = None) -> Answer:
        """Ask for one task; ``key`` tries another key once. Raise GatewayError for all else."""
        secret = self._key if key is None else key
        if not secret:
            raise KeyMissing(f"No API key for {self.name}: nothing is polled.", gateway=self.name)
        if not (secret.isascii() and secret.isprintable()):
            raise KeyMissing(
                f"The key for {self.name} holds a character that no header may carry;"
                " nothing was sent.",
                gateway=self.name,
            )
        started = self._clock()
        response, content = await self._ask(task_id, secret)
        task = self._read(response, content, task_id, secret)
        return Answer(task, self._clock() - started, reply.date_of(response.headers.get("date")))

    async def greet(self) -> Greeting:
        """Ask for what no task is called, without the key; raise GatewayError if nobody answers.

        Any status is an answer: it tells that the gateway is there, not that it is well.
        """
        started = self._clock()
        response, _ = await self._ask(NO_TASK, "")
        if response.status_code == 407:
            raise self._unreached(trouble.WANTS_LOGIN)
        took_s = self._clock() - started
        return Greeting(took_s, reply.date_of(response.headers.get("date")), issuer_of(response))

    async def _ask(self, task_id: str, secret: str) -> tuple[httpx.Response, bytes]:
        if not self._origin:
            raise self._broken(httpx.InvalidURL(""))
        url = f"{self.base_url}/tasks/{quote(task_id, safe='')}/creations"
        heard = _Heard()
        try:
            async with asyncio.timeout(self._limits.whole_s):
                return await self._get(url, secret, heard)
        except TimeoutError:
            words = trouble.slow_words(self._limits.whole_s, has_begun=heard.has_begun)
            raise self._no_answer(words) from None
        except httpx.TimeoutException as error:
            raise self._timed_out(error, has_begun=heard.has_begun) from None
        except (*_BROKEN, UnicodeError, OSError) as error:
            raise self._broken(error) from None

    async def _get(self, url: str, secret: str, heard: _Heard) -> tuple[httpx.Response, bytes]:
        """Follow redirects within the gateway's own origin; the key goes nowhere else."""
        headers = {**_HEADERS}
        if secret:
            headers["Authorization"] = f"{self._auth} {secret}".strip()
        for _ in range(MAX_REDIRECTS + 1):
            async with self._lines.one() as line:
                response = await line.get(url, headers)
                try:
                    if not response.has_redirect_location:
                        heard.has_begun = True
                        limit = self._limits.answer_bytes
                        return response, await body.whole_body(response, limit, self.name)
                    url = self._next_place(url, response)
                finally:
                    await response.aclose()
        raise UnusableAnswer(f"{self.name} sends us in a circle.", gateway=self.name)

    def _next_place(self, url: str, response: httpx.Response) -> str:
        try:
            target = str(httpx.URL(url).join(response.headers["location"]))
        except httpx.InvalidURL:
            raise self._no_address() from None
        if not links.same_origin(target, self.base_url):
            raise UnusableAnswer(
                f"{self.name} sends us to another place; the key was not sent there."
                " Does this network want a login?",
                gateway=self.name,
            )
        return target

    def _read(self, response: httpx.Response, content: bytes, task_id: str, secret: str) -> Task:
        decoded, is_json = body.decode(content)
        status = response.status_code
        if 200 <= status < 300:
            if not is_json:
                raise body.not_json(content, self.name)
            read = answer.parse(decoded, task_id, self.name, secrets=(secret,))
            if isinstance(read, Task):
                return read
            raise read
        if status == 407:
            raise self._unreached(trouble.WANTS_LOGIN)
        if status == 403 and not isinstance(decoded, dict | list):
            raise ServerTrouble(
                f"{self.name} answered 403 with a page, not with an answer.",
                status=status,
                gateway=self.name,
            )
        if status < 400:
            raise UnusableAnswer(f"{self.name} answered {status}, no task.", gateway=self.name)
        wait = reply.retry_after_s(response, self._now())
        raise answer.refusal(status, decoded, self.name, retry_after_s=wait, secrets=(secret,))

    def _no_address(self) -> UnusableAnswer:
        return UnusableAnswer(
            f"{self.name} sends us to an address that is none.", gateway=self.name
        )

    def _unreached(self, words: str) -> NoConnection:
        place = self.host or self.name
        return NoConnection(f"No connection to {place} ({words}).", gateway=self.name)

    def _timed_out(self, error: httpx.TimeoutException, *, has_begun: bool) -> GatewayError:
        if isinstance(error, httpx.ConnectTimeout):
            return self._unreached(f"no answer within {self._limits.connect_s:g} s")
        return self._no_answer(trouble.silent_words(self._limits.read_s, has_begun=has_begun))

    def _no_answer(self, words: str) -> NoAnswer:
        return NoAnswer(f"{self.name} {words}.", gateway=self.name)

    def _broken(self, error: Exception) -> GatewayError:
        if trouble.is_bad_redirect(error):
            return self._no_address()
        if words := trouble.lost_answer_words(error):
            return self._no_answer(words)
        return self._unreached(trouble.no_connection_words(error))


_BROKEN = (httpx.TransportError, httpx.InvalidURL, SOCKSError)


_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": USER_AGENT,
}


def _line(
    tls: ssl.SSLContext,
    transport: httpx.AsyncBaseTransport | None,
    limits: Limits,
    *,
    trust_env: bool,
) -> Line:
    timeout = httpx.Timeout(limits.read_s, connect=limits.connect_s, pool=None)
    if transport is None and not (trust_env and trouble.names_proxy()):
        return Straight(tls, timeout)
    try:
        return Through(
            httpx.AsyncClient(
                verify=tls,
                transport=transport,
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
                trust_env=trust_env,
                timeout=timeout,
                follow_redirects=False,
            )
        )
    except (ValueError, ImportError, httpx.InvalidURL) as error:
        raise proxy_error(error) from None


def proxy_error(error: Exception) -> ConfigError:
    """Say that a proxy from the environment is not usable, without what it holds."""
    kind = "its scheme is not known" if "scheme" in str(error).lower() else "it is no proxy URL"
    return ConfigError(
        f"A proxy that the environment names cannot be used ({kind}): look at HTTPS_PROXY,"
        " HTTP_PROXY, ALL_PROXY and NO_PROXY. Nothing was sent."
    )
