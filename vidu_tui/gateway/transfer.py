"""One file over HTTP into a ``.part``, then under its own name. Knows no queue and no task.

A transfer blocks its thread. Whoever writes a ``.part`` holds the lock on it; what has arrived
stays there after a stop, a crash or a kill, and the next attempt goes on from its end.
"""

import contextlib
import itertools
import shutil
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
from socksio.exceptions import SOCKSError

from vidu_tui.core import links, media, structure, text
from vidu_tui.core.errors import BrokenOff, DiskTrouble, FileRefused, NotTheFile, Stopped
from vidu_tui.core.orders import Arrived, Order, Validator, Watch
from vidu_tui.core.task import AssetKind
from vidu_tui.gateway import reply
from vidu_tui.gateway.client import LIMITS, USER_AGENT, proxy_error, tls_context
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.partfile import PartFile, candidates, digest_of, disk_error, settle
from vidu_tui.gateway.trouble import no_connection_words

HEAD_BYTES: Final = 1024
"""How much must have arrived before the first byte is written: enough to know a page."""
STALL_S: Final = 30.0
MAX_REDIRECTS: Final = 5
SPARE_BYTES: Final = 16_000_000
"""What a download leaves free on the disk."""
_ANY_MEDIA = ("video", "image", "audio")
_KINDS = {
    AssetKind.COVER: ("image",),
    AssetKind.MODERATION: ("image",),
    AssetKind.WATERMARKED: ("video", "image"),
    AssetKind.SPEECH: ("audio", "video"),
    AssetKind.SOUND: ("audio", "video"),
    AssetKind.BGM: ("audio", "video"),
}
_SAME_ENDING = {"jpeg": "jpg", "m4v": "mp4"}
_BROKEN = "The connection broke off; what has arrived is kept."


class FileClient:
    """Fetch files; holds no credentials of its own."""

    def __init__(
        self,
        rules: Mapping[str, KeyRule] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        stall_s: float = STALL_S,
    ):
        self._rules = dict(rules or {})
        tls = tls if tls is not None else tls_context()
        self._http = self._client(tls, transport, stall_s, trust_env=True)
        self._direct = self._client(tls, transport, stall_s, trust_env=False)

    @staticmethod
    def _client(
        tls: ssl.SSLContext,
        transport: httpx.BaseTransport | None,
        stall_s: float,
        *,
        trust_env: bool,
    ) -> httpx.Client:
        try:
            return httpx.Client(
                verify=tls,
                transport=transport,
                trust_env=trust_env,
                timeout=httpx.Timeout(stall_s, connect=LIMITS.connect_s),
                follow_redirects=False,
                headers={"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": USER_AGENT},
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            raise proxy_error(error) from None

    def use_key(self, gateway: str, header: str) -> None:
        """Take another Authorization value for the files of one gateway."""
        rule = self._rules.get(gateway, KeyRule())
        self._rules[gateway] = replace(rule, header=header)

    def close(self) -> None:
        """Close all connections; a transfer under way ends with BrokenOff."""
        self._http.close()
        self._direct.close()

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        """Bring one file to disk. Raise TransferError, or Stopped; the part is kept in both."""
        target = Path(order.target)
        rule = self._rules.get(order.gateway, KeyRule())
        try:
            with PartFile.open(target) as part:
                return _Transfer(self._http, self._direct, order, rule, watch, part).run()
        except OSError as error:
            raise disk_error(error, target.parent) from error


class _Transfer:
    """One attempt; its methods stand in the order in which they happen."""

    def __init__(
        self,
        proxied: httpx.Client,
        direct: httpx.Client,
        order: Order,
        rule: KeyRule,
        watch: Watch,
        part: PartFile,
    ):
        self.proxied = proxied
        self.direct = direct
        self.order = order
        self.rule = rule
        self.target = Path(order.target)
        self.watch = watch
        self.part = part
        self.validator = order.known
        self.wanted = _KINDS.get(order.kind, _ANY_MEDIA)
        self.what = "video" if order.kind is AssetKind.VIDEO else order.kind.value
        self.place = order.url
        """The link that was asked last: redirects change it."""
        self.is_keyed = False
        """Whether the key went along with the last question."""
        self.is_end_proven = True

    def run(self) -> Arrived:
        known, have = self.order.known, self.part.size
        if known.total and have == known.total and known.condition:
            return self._finish()
        for offset in (have if known.condition else 0, 0):
            self._stop_if_told()
            with self._ask(offset) as response:
                there = self._same_file_there(response)
                if there is None and self._is_usable(response, offset):
                    self._receive(response, offset if response.status_code == 206 else 0)
                    break
            if there is not None:
                return self._was_there(there, reply.validator_of(response))
        return self._finish()

    @contextlib.contextmanager
    def _ask(self, offset: int) -> Iterator[httpx.Response]:
        """Send the request, follow redirects, and let a usable answer through."""
        with contextlib.ExitStack() as stack:
            response = self._follow(stack, offset, self.rule.may_send(self.order.url))
            is_ours = self.rule.is_own(self.order.url) and self.rule.is_own(self.place)
            if response.status_code == 401 and is_ours and self.rule.header and not self.is_keyed:
                response = self._follow(stack, offset, is_keyed=True)
            status = response.status_code
            if status not in (200, 206) and not (status == 416 and offset):
                raise self._refused(response)
            if not reply.is_plain(response):
                raise NotTheFile(
                    f"{reply.host_of(response)} sent an encoded file that nobody asked for."
                    " Nothing was saved."
                )
            yield response

    def _follow(self, stack: contextlib.ExitStack, offset: int, is_keyed: bool) -> httpx.Response:
        self.place = self.order.url
        for _ in range(MAX_REDIRECTS + 1):
            self.is_keyed = is_keyed
            response = stack.enter_context(self._send(offset))
            if not response.has_redirect_location:
                return response
            target = reply.next_place(response)
            is_secure = self.place.lower().startswith("https:")
            if target is None or (is_secure and not target.lower().startswith("https:")):
                raise FileRefused(
                    f"{reply.host_of(response)} sends us to a place that is not safe."
                    " Nothing was saved.",
                    status=response.status_code,
                )
            is_keyed = is_keyed and links.same_origin(self.place, target)
            is_keyed = is_keyed and self.rule.may_send(target)
            self.place = target
        raise FileRefused(
            f"{reply.host_of(response)} sends us in a circle. Nothing was saved.", status=310
        )

    @contextlib.contextmanager
    def _send(self, offset: int) -> Iterator[httpx.Response]:
        headers = {"Authorization": self.rule.header} if self.is_keyed else {}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            headers["If-Range"] = self.order.known.condition
        exact = reply.exact_target(self.place)
        extensions = {"target": exact} if exact else {}
        if links.origin(self.place) is None:
            raise FileRefused("The link is not usable.", status=0)
        http = self.direct if links.is_loopback(self.place) else self.proxied
        if http.is_closed:
            raise BrokenOff(_BROKEN)
        try:
            with http.stream("GET", self.place, headers=headers, extensions=extensions) as response:
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
            raise BrokenOff(_BROKEN) from error

    def _refused(self, response: httpx.Response) -> FileRefused | NotTheFile:
        status, host = response.status_code, reply.host_of(response)
        if status < 300:
            return NotTheFile(f"{host} answered {status} without a file. Nothing was saved.")
        is_keyless = status in (401, 403) and not self.is_keyed
        if is_keyless and self.rule.wants_naming(self.place):
            return FileRefused(
                f"{host} refuses this file without a key; name it in file_hosts to send yours.",
                status=status,
                wants_key=True,
            )
        said = media.page_words(reply.beginning_of(response), self.rule.secrets)
        words = f": {said.rstrip('.')}" if said else ""
        return FileRefused(f"{host} refused the file ({status}{words}).", status=status)

    def _same_file_there(self, response: httpx.Response) -> Path | None:
        """Find a finished file of that name, or of a numbered one, and the announced length."""
        total = reply.length_of(response)
        if response.status_code != 200 or not total:
            return None
        paths = (self.target.with_name(name) for name in candidates(self.target.name))
        for path in itertools.takewhile(Path.exists, paths):
            if path.is_file() and path.stat().st_size == total:
                return path
        return None

    def _was_there(self, path: Path, validator: Validator) -> Arrived:
        self.watch.on_checking()
        size, digest = path.stat().st_size, digest_of(path)
        self.part.discard()
        return Arrived(str(path), size, digest, validator, was_there=True)

    def _is_usable(self, response: httpx.Response, offset: int) -> bool:
        """Compare Content-Range really; tell whether the bytes continue the part or begin anew."""
        if response.status_code == 200:
            return True
        known, span = self.order.known, reply.range_of(response)
        if not offset:
            if span is None or span[0] != 0:
                raise NotTheFile(
                    f"{reply.host_of(response)} sent a piece of the file that nobody asked for."
                    " Nothing was saved."
                )
            return True
        if response.status_code != 206 or span is None or span[0] != offset:
            return False
        if known.total not in (None, span[1]) or not reply.is_same_file(known, response):
            return False
        self.validator = replace(known, total=span[1])
        return True

    def _receive(self, response: httpx.Response, offset: int) -> None:
        chunks = response.iter_bytes()
        head = b""
        if not offset:
            head = self._head(chunks)
            self._check_head(response, head)
            self.validator = reply.validator_of(response)
            self.is_end_proven = reply.is_end_proven(response)
            self.part.truncate()
            self.watch.on_validator(self.validator)
        total, got = self.validator.total, offset
        self._check_space((total or 0) - offset)
        for chunk in itertools.chain([head] if head else [], chunks):
            if total is None and got // SPARE_BYTES != (got + len(chunk)) // SPARE_BYTES:
                self._check_space(len(chunk))
            self.part.write(chunk)
            got += len(chunk)
            if total is not None and got > total:
                self.part.truncate()
                raise BrokenOff("More came than was announced; the file is fetched anew.")
            self.watch.on_progress(got, total)
            self._stop_if_told()
        if total is not None and got < total:
            raise BrokenOff(_BROKEN)
        self.validator = replace(self.validator, total=got)

    def _stop_if_told(self) -> None:
        if self.watch.is_stopped():
            raise Stopped("Stopped; what has arrived is kept.")

    def _head(self, chunks: Iterator[bytes]) -> bytes:
        parts = bytearray()
        for chunk in chunks:
            parts += chunk
            if len(parts) >= HEAD_BYTES:
                break
            self._stop_if_told()
        return bytes(parts)

    def _check_head(self, response: httpx.Response, head: bytes) -> None:
        if media.kind_of(media.sniff(head)) in self.wanted:
            return
        host = reply.host_of(response)
        if not head:
            raise NotTheFile(f"{host} sent an empty file. Nothing was saved.")
        if not media.looks_like_page(head):
            raise NotTheFile(f"{host} sent something that is no {self.what}. Nothing was saved.")
        length = reply.length_of(response) or len(head)
        said = media.page_words(head, self.rule.secrets).rstrip(".")
        words = f" It says: {said}." if said else ""
        kind = "a web page" if b"<html" in head.lower() or b"<!doc" in head.lower() else "a message"
        raise NotTheFile(
            f"The server sent {kind} ({text.size(length)}) instead of the {self.what}."
            f" Nothing was saved.{words}"
        )

    def _check_space(self, needed: int) -> None:
        folder = self.target.parent
        free = shutil.disk_usage(folder).free
        if needed > 0 and free < needed + SPARE_BYTES:
            raise DiskTrouble(
                f"Disk full: {text.size(free)} free in {folder}, {text.size(needed)} needed."
                " Downloads wait and go on by themselves.",
                is_full=True,
            )

    def _finish(self) -> Arrived:
        self.watch.on_checking()
        ending = media.sniff(self.part.read_at(0, HEAD_BYTES))
        if media.kind_of(ending) not in self.wanted:
            self.part.truncate()
            raise NotTheFile(f"What arrived is no {self.what}. Nothing was saved.")
        size, digest = self.part.size, self.part.digest()
        if not self.is_end_proven and structure.problem(ending, size, self.part.read_at):
            raise BrokenOff(f"The stream ended before the {self.what} did; what came is kept.")
        own = self.target.suffix.lower().removeprefix(".")
        is_fitting = _SAME_ENDING.get(own, own) == ending
        target = self.target if is_fitting else self.target.with_suffix(f".{ending}")
        path, was_there = settle(self.part, target, digest)
        return Arrived(str(path), size, digest, self.validator, was_there=was_there)
