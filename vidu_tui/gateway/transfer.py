"""One file over HTTP into a ``.part``, then under its own name. Knows no queue and no task.

A transfer blocks its thread. Whoever writes a ``.part`` holds the lock on it; what has arrived
stays there after a stop, a crash or a kill, and the next attempt goes on from its end.
"""

import itertools
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpcore
import httpx

from vidu_tui.core import links, media, structure, text
from vidu_tui.core.errors import BrokenOff, Damaged, NotTheFile, Stopped
from vidu_tui.core.files import Arrived, Validator
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import AssetKind
from vidu_tui.gateway import preview, reply
from vidu_tui.gateway.client import LIMITS, USER_AGENT, proxy_error, tls_context
from vidu_tui.gateway.disk import check_space, disk_error
from vidu_tui.gateway.filehost import BROKEN, FileHost, Lines
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.landing import is_equal, settle
from vidu_tui.gateway.partfile import PartFile

HEAD_BYTES: Final = 1024
"""How much must have arrived before the first byte is written: enough to know a page."""
OVERLAP_BYTES: Final = 8192
"""What of a part is asked for again and compared: a validator may be another part's."""
STALL_S: Final = 30.0
READ_BYTES: Final = 1 << 18
"""The most that is taken from a socket at once; httpcore's own 64 KiB cost a third of the speed."""
SPARE_BYTES: Final = 16_000_000
"""What a download leaves free on the disk."""
LOOK_BYTES: Final = 16_000_000
"""After so many bytes the disk is looked at again."""
_ANY_MEDIA = ("video", "image", "audio")
_KINDS = {
    AssetKind.COVER: ("image",),
    AssetKind.MODERATION: ("image",),
    AssetKind.WATERMARKED: ("video", "image"),
    AssetKind.SPEECH: ("audio", "video"),
    AssetKind.SOUND: ("audio", "video"),
    AssetKind.BGM: ("audio", "video"),
}
_SAME_ENDING = {"jpeg": "jpg", "m4v": "mp4", "heif": "heic", "opus": "ogg"}


class FileClient:
    """Fetch files; holds no credentials of its own."""

    def __init__(
        self,
        rules: Mapping[str, KeyRule] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        transport: httpx.BaseTransport | None = None,
        stall_s: float = STALL_S,
        now: Callable[[], float] = time.time,
    ):
        self._rules = dict(rules or {})
        self._now = now
        tls = tls if tls is not None else tls_context()
        self._lines = Lines(
            self._client(tls, transport, stall_s, trust_env=True),
            self._client(tls, transport, stall_s, trust_env=False),
            now,
        )

    @staticmethod
    def _client(
        tls: ssl.SSLContext,
        transport: httpx.BaseTransport | None,
        stall_s: float,
        *,
        trust_env: bool,
    ) -> httpx.Client:
        # Nothing else here uses httpcore without asyncio; a slow link still hands over what it has.
        httpcore.HTTP11Connection.READ_NUM_BYTES = READ_BYTES
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
        self._lines.proxied.close()
        self._lines.direct.close()

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        """Bring one file to disk. Raise TransferError, or Stopped.

        What has arrived is kept: in the part, or as ``NAME.bad`` where Damaged is raised.
        """
        target = Path(order.target)
        rule = self._rules.get(order.gateway, KeyRule())
        try:
            with PartFile.open(target, is_ours=order.is_part_ours, now=self._now()) as part:
                there = watch.landed()
                if there and is_equal(Path(there.path), there.size_bytes, there.sha256):
                    if part.is_made:
                        part.discard()
                    return there._replace(was_there=True)
                watch.on_target(str(part.target))
                host = FileHost(self._lines, order.url, rule)
                return _Transfer(host, order, rule, watch, part).run()
        except OSError as error:
            raise disk_error(error, target.parent) from error

    def picture(self, gateway: str, url: str) -> bytes:
        """Fetch a small picture into memory, by the same rules as a file. Raise TransferError."""
        return preview.picture(FileHost(self._lines, url, self._rules.get(gateway, KeyRule())))


class _Transfer:
    """One attempt; its methods stand in the order in which they happen."""

    def __init__(self, host: FileHost, order: Order, rule: KeyRule, watch: Watch, part: PartFile):
        self.host = host
        self.order = order
        self.rule = rule
        self.target = part.target
        self.watch = watch
        self.part = part
        self.validator = self.told = order.known
        """What is known of the file by now, and what of it the host has told."""
        self.wanted = _KINDS.get(order.kind, _ANY_MEDIA)
        self.what = "video" if order.kind is AssetKind.VIDEO else order.kind.value
        self.is_end_proven = True
        self.content_type = ""
        """What the host calls the file; weighs less than its bytes and more than its link."""

    def run(self) -> Arrived:
        known = self.order.known
        if self._is_whole(known):
            return self._finish()
        if known.total:
            self._check_space(known.total // 20)
        for offset in (self._first_offset(), 0):
            self._stop_if_told()
            with self.host.ask(offset, known.condition) as response:
                self.content_type = response.headers.get("content-type", "")
                chunks = response.iter_bytes()
                if response.status_code == 200:
                    self._receive_anew(response, chunks)
                    break
                if not offset:
                    self._check_piece(response)
                    self._receive_anew(response, chunks)
                    break
                if self._is_continued(response, chunks, offset):
                    self._receive(chunks)
                    break
        return self._finish()

    def _is_whole(self, known: Validator) -> bool:
        """Tell whether the part needs no question: all bytes are there, and more than a length."""
        if not known.total or self.part.size != known.total:
            return False
        return bool(known.condition) or known.sha256 == self.part.digest()

    def _first_offset(self) -> int:
        """Say from where to go on: before the end, so that the part's last bytes speak for it."""
        known, have = self.order.known, self.part.size
        is_too_long = known.total is not None and have > known.total
        if is_too_long or not (known.condition or known.total):
            return 0
        return max(0, have - OVERLAP_BYTES)

    def _stop_if_told(self) -> None:
        if self.watch.is_stopped():
            raise Stopped("Stopped; what has arrived is kept.")

    def _check_piece(self, response: httpx.Response) -> None:
        span = reply.range_of(response)
        if span is None or span[0] != 0:
            raise NotTheFile(
                f"{reply.host_of(response)} sent a piece of the file that nobody asked for."
                " Nothing was saved."
            )

    def _is_continued(self, response: httpx.Response, chunks: Iterator[bytes], offset: int) -> bool:
        """Tell whether what comes is really the rest of the part; read as far as it overlaps."""
        known, span = self.order.known, reply.range_of(response)
        if response.status_code != 206 or span is None or span[0] != offset:
            return False
        if not reply.is_same_file(known, response):
            return False
        own = self.part.read_at(offset, self.part.size - offset)
        came = b"".join(self._up_to(chunks, len(own)))
        if came[: len(own)] != own:
            return False
        self.validator = self.told = known._replace(total=span[1])
        self._check_space(span[1] // 20)
        self._write(came[len(own) :])
        return True

    def _up_to(self, chunks: Iterator[bytes], length: int) -> Iterator[bytes]:
        """Give chunks until so many bytes have come; take no more than needed from the stream."""
        while length > 0 and (chunk := next(chunks, b"")):
            length -= len(chunk)
            yield chunk
            self._stop_if_told()

    def _receive_anew(self, response: httpx.Response, chunks: Iterator[bytes]) -> None:
        head = b"".join(self._up_to(chunks, HEAD_BYTES))
        self._check_head(response, head)
        self.validator = self.told = reply.validator_of(response, self.rule.secrets)
        self.is_end_proven = reply.is_end_proven(response)
        total = self.validator.total
        self._check_space((total or 0) // 20 - self.part.size, total or 1)
        self.part.truncate()
        self.watch.on_validator(self.validator)
        self._receive(itertools.chain([head], chunks))

    def _receive(self, chunks: Iterator[bytes]) -> None:
        total = self.validator.total
        look_at = self.part.size + LOOK_BYTES
        for chunk in chunks:
            if self.part.size >= look_at:
                look_at = self.part.size + LOOK_BYTES
                self.part.keep_named()
                self.part.begin_sync()
                self._check_space()
            self._write(chunk)
            self._stop_if_told()
        got = self.part.size
        if total is not None and got < total:
            raise BrokenOff(BROKEN)
        self.validator = self.validator._replace(total=got)

    def _write(self, chunk: bytes) -> None:
        if not chunk:
            return
        total = self.validator.total
        self.part.write(chunk)
        if total is not None and self.part.size > total:
            self.part.truncate()
            raise BrokenOff("More came than was announced; the file is fetched anew.")
        self.watch.on_progress(self.part.size, total)

    def _check_head(self, response: httpx.Response, head: bytes) -> None:
        host = reply.host_of(response)
        if not head:
            raise NotTheFile(f"{host} sent an empty file. Nothing was saved.")
        if self._may_be_wanted(head):
            return
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

    def _may_be_wanted(self, head: bytes) -> bool:
        """Tell whether it is of a wanted kind; a format that we do not know may be."""
        ending = media.sniff(head)
        if ending:
            return media.kind_of(ending) in self.wanted
        return not media.looks_like_words(head, self.content_type)

    def _ending(self, head: bytes) -> str:
        """Give what the bytes, else Content-Type, else the link say; "" for the target's own."""
        known = media.sniff(head)
        said = (media.ending_of_type(self.content_type), links.ending(self.order.url))
        return known or next((e for e in said if media.kind_of(e) in self.wanted), "")

    def _check_space(self, more: int = 0, left: int | None = None) -> None:
        """See that there is room for what is to come, and ``more`` where it begins."""
        if left is None:
            total = self.validator.total
            left = total - self.part.size if total is not None else 1
        if left > 0:
            check_space(self.target.parent, left + more, SPARE_BYTES)

    def _finish(self) -> Arrived:
        self.watch.on_checking()
        part = self.part
        head = part.read_at(0, HEAD_BYTES)
        known = media.sniff(head)
        trouble = structure.problem(known, part.size, part.read_at)
        is_doubtful = bool(trouble) or (not known and part.size < HEAD_BYTES)
        if is_doubtful and not self.is_end_proven:
            raise BrokenOff(f"The stream ended before the {self.what} did; what came is kept.")
        self._tell_whole()
        own, ending = self.target.suffix.lower().removeprefix("."), self._ending(head)
        is_fitting = not ending or _same(own) == _same(ending)
        target = self.target if is_fitting else self.target.with_suffix(f".{ending}")
        if not self._may_be_wanted(head):
            raise self._damaged(target, f"What arrived is no {self.what}.")
        if trouble:
            raise self._damaged(target, f"The {self.what} is not whole ({trouble}).")
        size, digest = part.size, part.digest()
        self.watch.on_whole(str(target), size, digest)
        path, was_there = settle(part, target, digest)
        return Arrived(str(path), size, digest, self.validator, was_there=was_there)

    def _tell_whole(self) -> None:
        """Tell what the end has taught, so that a last step that fails costs no second download."""
        known, part = self.validator, self.part
        if self.told.total is None or not (known.condition or known.sha256):
            self.validator = known._replace(total=part.size, sha256=part.digest())
            self.watch.on_validator(self.validator)

    def _damaged(self, target: Path, what: str) -> Damaged:
        """Put what came aside: it was paid for, and may be of use all the same."""
        path, _ = settle(self.part, target, self.part.digest(), ".bad")
        return Damaged(f"{what} It is kept as {path.name}; d fetches it again.", kept_as=str(path))


def _same(ending: str) -> str:
    return _SAME_ENDING.get(ending, ending)
