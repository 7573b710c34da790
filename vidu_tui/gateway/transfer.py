"""One file over HTTP into a ``.part``, then under its own name. Knows no queue and no task.

A transfer blocks its thread. Whoever writes a ``.part`` holds the lock on it; what has arrived
stays there after a stop, a crash or a kill, and the next attempt goes on from its end.
"""

import contextlib
import shutil
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import httpx

from vidu_tui.core import links, media, text
from vidu_tui.core.errors import BrokenOff, DiskTrouble, FileRefused, NotTheFile, Stopped
from vidu_tui.core.orders import Arrived, Order, Validator, Watch
from vidu_tui.core.task import AssetKind
from vidu_tui.gateway.client import CONNECT_S, USER_AGENT, proxy_error
from vidu_tui.gateway.partfile import PartFile, candidates, digest_of, disk_error, settle
from vidu_tui.gateway.trouble import no_connection_words

HEAD_BYTES: Final = 1024
"""How much must have arrived before the first byte is written: enough to know a page."""
STALL_S: Final = 30.0
MAX_REDIRECTS: Final = 5
SPARE_BYTES: Final = 16_000_000
"""What a download leaves free on the disk."""
_WORDS_BYTES: Final = 4096
_KINDS = {
    AssetKind.COVER: ("image",),
    AssetKind.MODERATION: ("image",),
    AssetKind.WATERMARKED: ("video", "image"),
    AssetKind.SPEECH: ("audio", "video"),
    AssetKind.SOUND: ("audio", "video"),
    AssetKind.BGM: ("audio", "video"),
}


@dataclass(frozen=True, slots=True)
class KeyRule:
    """Who may be given the key for a file (gateway.md, "File links")."""

    header: str = ""
    """The whole Authorization value; empty for none."""
    base_url: str = ""
    file_hosts: tuple[str, ...] = ()

    def may_send(self, url: str) -> bool:
        """Tell whether the key goes to this link: own origin, or a named host over https."""
        if not self.header:
            return False
        if links.same_origin(url, self.base_url):
            return not links.is_signed(url)
        origin = links.origin(url) or ""
        host = httpx.URL(url).host
        is_named = any(links.host_matches(host, pattern) for pattern in self.file_hosts)
        return is_named and origin.startswith("https://") and not links.has_query(url)


class FileClient:
    """Fetch files; holds no credentials of its own."""

    def __init__(
        self,
        rules: Mapping[str, KeyRule] | None = None,
        *,
        tls: ssl.SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
    ):
        self._rules = dict(rules or {})
        try:
            self._http = httpx.Client(
                verify=tls,
                transport=transport,
                timeout=httpx.Timeout(STALL_S, connect=CONNECT_S),
                follow_redirects=False,
                headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT},
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise proxy_error(error) from error

    def use_key(self, gateway: str, header: str) -> None:
        """Take another Authorization value for the files of one gateway."""
        rule = self._rules.get(gateway, KeyRule())
        self._rules[gateway] = replace(rule, header=header)

    def close(self) -> None:
        """Close all connections; a transfer under way ends with BrokenOff."""
        self._http.close()

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        """Bring one file to disk. Raise TransferError, or Stopped; the part is kept in both."""
        target = Path(order.target)
        rule = self._rules.get(order.gateway, KeyRule())
        try:
            with PartFile.open(target) as part:
                return _Transfer(self._http, order, rule, watch, part).run()
        except OSError as error:
            raise disk_error(error, target.parent) from error


class _Transfer:
    """One attempt; its methods stand in the order in which they happen."""

    def __init__(
        self, http: httpx.Client, order: Order, rule: KeyRule, watch: Watch, part: PartFile
    ):
        self.http = http
        self.order = order
        self.rule = rule
        self.target = Path(order.target)
        self.watch = watch
        self.part = part
        self.validator = order.known

    def run(self) -> Arrived:
        known, have = self.order.known, self.part.size
        if known.total and have == known.total and known.condition:
            return self._finish()
        offset = have if have and known.condition else 0
        with self._ask(offset) as response:
            there = self._same_file_there(response)
            if there:
                self.part.discard()
                return there
            if (response.status_code == 206 and not self._fits(response, offset)) or (
                response.status_code == 416 and offset
            ):
                offset = -1
            else:
                self._receive(response, offset if response.status_code == 206 else 0)
        if offset == -1:
            with self._ask(0) as response:
                self._receive(response, 0)
        return self._finish()

    @contextlib.contextmanager
    def _ask(self, offset: int) -> Iterator[httpx.Response]:
        """Send the request, follow redirects, and let a usable answer through."""
        with contextlib.ExitStack() as stack:
            response = self._follow(stack, offset, self.rule.may_send(self.order.url))
            own = links.same_origin(self.order.url, self.rule.base_url)
            if response.status_code == 401 and own and self.rule.header and not self._sent_key:
                response = self._follow(stack, offset, is_keyed=True)
            if response.status_code not in (200, 206) and not (
                response.status_code == 416 and offset
            ):
                raise self._refused(response)
            if response.headers.get("content-encoding", "identity").lower() != "identity":
                raise NotTheFile(
                    f"{_host(response)} sent an encoded file that nobody asked for."
                    " Nothing was saved."
                )
            yield response

    def _follow(self, stack: contextlib.ExitStack, offset: int, is_keyed: bool) -> httpx.Response:
        url = self.order.url
        self._sent_key = is_keyed
        for _ in range(MAX_REDIRECTS + 1):
            response = stack.enter_context(self._send(url, offset, is_keyed))
            if not response.has_redirect_location:
                return response
            target = _target(response)
            if target is None or (url.startswith("https:") and not target.startswith("https:")):
                raise FileRefused(
                    f"{_host(response)} sends us to a place that is not safe. Nothing was saved.",
                    status=response.status_code,
                )
            is_keyed = is_keyed and links.same_origin(url, target)
            url = target
        raise FileRefused(
            f"{links.origin(self.order.url)} sends us in a circle. Nothing was saved.", status=310
        )

    @contextlib.contextmanager
    def _send(self, url: str, offset: int, is_keyed: bool) -> Iterator[httpx.Response]:
        headers = {}
        if is_keyed:
            headers["Authorization"] = self.rule.header
        if offset:
            headers["Range"] = f"bytes={offset}-"
            headers["If-Range"] = self.order.known.condition
        try:
            with self.http.stream("GET", url, headers=headers) as response:
                yield response
        except httpx.TimeoutException as error:
            raise BrokenOff(f"No byte from the file's host for {STALL_S:.0f} s.") from error
        except (httpx.ConnectError, httpx.ProxyError) as error:
            raise BrokenOff(
                f"No connection to the file's host ({no_connection_words(error)})."
            ) from error
        except httpx.TransportError as error:
            raise BrokenOff("The connection broke off; what has arrived is kept.") from error
        except (httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise FileRefused("The link is not usable.", status=0) from error

    def _refused(self, response: httpx.Response) -> FileRefused:
        status, host = response.status_code, _host(response)
        said = media.page_words(_some(response))
        is_keyless = status in (401, 403) and not self._sent_key
        if is_keyless and not links.is_signed(self.order.url):
            return FileRefused(
                f"{host} refuses this file without a key; name it in file_hosts to send yours.",
                status=status,
                wants_key=True,
            )
        words = f": {said}" if said else ""
        return FileRefused(f"{host} refused the file ({status}{words}).", status=status)

    def _fits(self, response: httpx.Response, offset: int) -> bool:
        """Compare Content-Range really: its start and the whole length."""
        start, total = _content_range(response)
        return start == offset and total is not None and total == self.order.known.total

    def _same_file_there(self, response: httpx.Response) -> Arrived | None:
        """Find a finished file of that name and the announced length."""
        total = _length(response)
        if response.status_code != 200 or not total:
            return None
        for path in candidates(self.target.name):
            there = self.target.with_name(path)
            if there.is_file() and there.stat().st_size == total:
                digest = digest_of(there)
                return Arrived(str(there), total, digest, _validator(response), was_there=True)
        return None

    def _receive(self, response: httpx.Response, offset: int) -> None:
        chunks = response.iter_raw()
        head = b"" if offset else _head(chunks)
        if not offset:
            self._check_head(response, head)
            self.validator = _validator(response)
            self.part.truncate()
            self.watch.on_validator(self.validator)
        total = self.validator.total
        self._check_space((total or 0) - offset)
        got = offset
        for chunk in _joined(head, chunks):
            self.part.write(chunk)
            got += len(chunk)
            self.watch.on_progress(got, total)
            if self.watch.is_stopped():
                raise Stopped("Stopped; what has arrived is kept.")
        if total is not None and got < total:
            raise BrokenOff("The connection broke off; what has arrived is kept.")
        if total is None:
            self.validator = replace(self.validator, total=got)

    def _check_head(self, response: httpx.Response, head: bytes) -> None:
        ending = media.sniff(head)
        wanted = _KINDS.get(self.order.kind, ("video", "image", "audio"))
        if media.kind_of(ending) in wanted:
            return
        what = "video" if self.order.kind is AssetKind.VIDEO else self.order.kind.value
        if not head:
            raise NotTheFile(f"{_host(response)} sent an empty file. Nothing was saved.")
        if not media.looks_like_page(head):
            raise NotTheFile(
                f"{_host(response)} sent something that is no {what}. Nothing was saved."
            )
        length = _length(response) or len(head)
        said = media.page_words(head)
        words = f" It says: {said}." if said else ""
        raise NotTheFile(
            f"The server sent a web page ({text.size(length)}) instead of the {what}."
            f" Nothing was saved.{words}".replace("..", ".")
        )

    def _check_space(self, needed: int) -> None:
        folder = self.target.parent
        free = shutil.disk_usage(folder).free
        if needed > 0 and free < needed + SPARE_BYTES:
            raise DiskTrouble(
                f"Disk full: {text.size(free)} free in {folder}, {text.size(needed)} needed.",
                is_full=True,
            )

    def _finish(self) -> Arrived:
        self.watch.on_checking()
        head = self.part.head(HEAD_BYTES)
        ending = media.sniff(head)
        if not ending:
            self.part.truncate()
            raise NotTheFile("What arrived is no video. Nothing was saved.")
        size = self.part.size
        if self.validator.total is not None and size != self.validator.total:
            self.part.truncate()
            raise BrokenOff("What arrived has a wrong length; it is fetched anew.")
        digest = self.part.digest()
        target = self.target.with_suffix(f".{ending}")
        path, was_there = settle(self.part, target, digest)
        return Arrived(str(path), size, digest, self.validator, was_there=was_there)


def _joined(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _head(chunks: Iterator[bytes]) -> bytes:
    parts = bytearray()
    for chunk in chunks:
        parts += chunk
        if len(parts) >= HEAD_BYTES:
            break
    return bytes(parts)


def _some(response: httpx.Response) -> bytes:
    """Read the beginning of an error's body."""
    parts = bytearray()
    for chunk in response.iter_raw(_WORDS_BYTES):
        parts += chunk
        if len(parts) >= _WORDS_BYTES:
            break
    return bytes(parts[:_WORDS_BYTES])


def _host(response: httpx.Response) -> str:
    return response.request.url.host


def _target(response: httpx.Response) -> str | None:
    """Give where a redirect leads, byte for byte where it is absolute."""
    location = response.headers["location"]
    if links.is_usable(location):
        return location
    try:
        joined = str(response.request.url.join(location))
    except httpx.InvalidURL:
        return None
    return joined if links.is_usable(joined) else None


def _length(response: httpx.Response) -> int | None:
    value = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


def _content_range(response: httpx.Response) -> tuple[int | None, int | None]:
    value = response.headers.get("content-range", "").strip()
    span, _, total = value.removeprefix("bytes").strip().partition("/")
    start = span.partition("-")[0].strip()
    return (
        int(start) if start.isascii() and start.isdigit() and len(start) < 16 else None,
        int(total) if total.isascii() and total.isdigit() and len(total) < 16 else None,
    )


def _validator(response: httpx.Response) -> Validator:
    etag = response.headers.get("etag", "").strip()
    return Validator(
        etag="" if etag.startswith("W/") else etag,
        last_modified=response.headers.get("last-modified", "").strip(),
        total=_length(response),
    )
