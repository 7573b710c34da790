"""Asks a file host for a file or the rest of one: keys, redirects, refusals. Knows no disk."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import httpx
from socksio.exceptions import SOCKSError

from vidu_tui.core import links, media
from vidu_tui.core.errors import BrokenOff, FileRefused, NotTheFile
from vidu_tui.gateway import reply
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.trouble import no_connection_words

MAX_REDIRECTS: Final = 5
BROKEN: Final = "The connection broke off; what has arrived is kept."


class Lines(NamedTuple):
    """The open clients: one that may go through a proxy, and one for this machine."""

    proxied: httpx.Client
    direct: httpx.Client
    now: Callable[[], float] = time.time


class FileHost:
    """Ask for the file behind one link; the methods stand in the order in which they happen."""

    def __init__(self, lines: Lines, url: str, rule: KeyRule):
        self._lines = lines
        self._url = url
        self._rule = rule
        self._place = url
        """The link that was asked last: redirects change it."""
        self._is_keyed = False
        """Whether the key went along with the last question."""

    @contextlib.contextmanager
    def ask(self, offset: int, condition: str) -> Iterator[httpx.Response]:
        """Ask for the bytes from an offset on, follow redirects, let a usable answer through.

        Usable is 200, 206, and 416 to an offset; ``condition`` goes along as If-Range.
        """
        ranged = {"Range": f"bytes={offset}-"} if offset else {}
        if offset and condition:
            ranged["If-Range"] = condition
        rule = self._rule
        with contextlib.ExitStack() as stack:
            response = self._follow(stack, ranged, rule.may_send(self._url))
            is_ours = rule.is_own(self._url) and rule.is_own(self._place)
            if response.status_code == 401 and is_ours and rule.header and not self._is_keyed:
                response = self._follow(stack, ranged, is_keyed=True)
            status = response.status_code
            if status not in (200, 206) and not (status == 416 and offset):
                raise self._refused(response)
            if not reply.is_plain(response):
                raise NotTheFile(
                    f"{reply.host_of(response)} sent an encoded file that nobody asked for."
                    " Nothing was saved."
                )
            yield response

    def _follow(
        self, stack: contextlib.ExitStack, ranged: dict[str, str], is_keyed: bool
    ) -> httpx.Response:
        self._place = self._url
        for _ in range(MAX_REDIRECTS + 1):
            self._is_keyed = is_keyed
            response = stack.enter_context(self._send(ranged))
            if not response.has_redirect_location:
                return response
            target = reply.next_place(response)
            is_secure = self._place.lower().startswith("https:")
            if target is None or (is_secure and not target.lower().startswith("https:")):
                raise FileRefused(
                    f"{reply.host_of(response)} sends us to a place that is not safe."
                    " Nothing was saved.",
                    status=response.status_code,
                )
            is_keyed = is_keyed and links.same_origin(self._place, target)
            is_keyed = is_keyed and self._rule.may_send(target)
            self._place = target
        raise FileRefused(
            f"{reply.host_of(response)} sends us in a circle. Nothing was saved.", status=310
        )

    @contextlib.contextmanager
    def _send(self, ranged: dict[str, str]) -> Iterator[httpx.Response]:
        headers = {"Authorization": self._rule.header} if self._is_keyed else {}
        exact = reply.exact_target(self._place)
        extensions = {"target": exact} if exact else {}
        if links.origin(self._place) is None:
            raise FileRefused("The link is not usable.", status=0)
        lines = self._lines
        http = lines.direct if links.is_loopback(self._place) else lines.proxied
        if http.is_closed:
            raise BrokenOff(BROKEN)
        headers |= ranged
        try:
            with http.stream(
                "GET", self._place, headers=headers, extensions=extensions
            ) as response:
                yield response
        except httpx.TimeoutException as error:
            raise BrokenOff("The file's host has stopped answering.") from error
        except (httpx.ConnectError, httpx.ProxyError, SOCKSError) as error:
            raise BrokenOff(
                f"No connection to the file's host ({no_connection_words(error)})."
            ) from error
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise FileRefused("The link is not usable.", status=0) from error
        except (httpx.TransportError, httpx.StreamError) as error:
            raise BrokenOff(BROKEN) from error

    def _refused(self, response: httpx.Response) -> FileRefused | NotTheFile:
        status, host = response.status_code, reply.host_of(response)
        if status < 300:
            return NotTheFile(f"{host} answered {status} without a file. Nothing was saved.")
        is_keyless = status in (401, 403) and not self._is_keyed
        if is_keyless and self._rule.wants_naming(self._place):
            return FileRefused(
                f"{host} refuses this file without a key; name it in file_hosts to send yours.",
                status=status,
                wants_key=True,
            )
        said = media.page_words(reply.beginning_of(response), self._rule.secrets)
        words = f": {said.rstrip('.')}" if said else ""
        return FileRefused(
            f"{host} refused the file ({status}{words}).",
            status=status,
            retry_after_s=reply.retry_after_s(response, self._lines.now()),
        )
