"""Every fault of a file host under the engine's own rules: equal bytes saved, or one clear line.

Real clients and real sockets; whatever happens, a file that is called saved is the very file.
"""

import asyncio
import contextlib
import hashlib
import re
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest

from tests.engine.test_end_to_end import FASTER, Story, key
from tests.gateway.conftest import MP4, TLS, film_of
from tests.gateway.test_fault_matrix import PEM, SecureHost
from vidu_tui.core.board import Board, Entry
from vidu_tui.core.files import Arrived, FileKey, FileStage, FileState
from vidu_tui.core.orders import Order, Watch
from vidu_tui.core.task import AssetKind, TaskState
from vidu_tui.engine.places import Places, Plan
from vidu_tui.engine.ports import Wire
from vidu_tui.gateway.opening import Clients, Spec
from vidu_tui.gateway.transfer import OVERLAP_BYTES, FileClient
from vidu_tui.sandbox.faults import ANY_FILE, HTML_PAGE, Fault
from vidu_tui.sandbox.scenario import SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.ledger import Ledger

CLIP: Final = "own.mp4"
WHOLE: Final = len(MP4)
HALF: Final = WHOLE // 2
OTHER: Final = film_of(WHOLE, seed=7)
LONGER: Final = film_of(WHOLE + 40_000, seed=8)
BARE: Final = (("etag", ""), ("last-modified", ""))
NO_LENGTH: Final = (("content-length", ""),)
STALL_S: Final = 0.4
"""For the rows with a stall; all others have time, however busy the machine is."""
SAVED: Final = ("1.mp4",)
PART: Final = ("1.mp4.part",)
BAD: Final = ("1.mp4.bad",)


@dataclass(frozen=True)
class Row:
    """What the file host does wrong, and how it must end."""

    name: str
    faults: tuple[Fault, ...]
    """For one request each; the last one, if it is lasting, for every later one too."""
    is_lasting: bool = False
    line: str = ""
    """What a failure must say; empty where the very file must be saved."""
    left: tuple[str, ...] = SAVED
    """What lies in the folder of videos at the end."""
    later: bytes = b""
    """What the host holds once the first attempt has failed."""
    asked: int | None = None
    """How often the file must have been asked for, where that is certain."""


def page(status: int, body: bytes = b"", **headers: str) -> Fault:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Fault(status=status, body=body, headers=named)


CUT: Final = Fault(cut_after=HALF)
EXPIRED: Final = Fault(is_expired=True)
HTML: Final = page(200, HTML_PAGE, content_type="text/html")
GONE: Final = r"^The gateway no longer gives this file\. .*Request has expired"
ROWS: Final = (
    *(Row(f"cut at {at}", (Fault(cut_after=at),), asked=2) for at in (0, 1, HALF, WHOLE - 1)),
    *(
        Row(f"cut at {at}, nothing proves the part", (Fault(cut_after=at, headers=BARE),))
        for at in (0, 1, HALF, WHOLE - 1)
    ),
    Row("cut each time a little farther", (Fault(cut_after=HALF // 3),), is_lasting=True),
    Row("cut at 0 five times", (Fault(cut_after=0),) * 5, asked=6),
    Row("reset twice", (Fault(is_reset=True),) * 2, asked=3),
    Row("a stall at once", (Fault(stall_after=0),), asked=2),
    Row("a stall at half", (Fault(stall_after=HALF),), asked=2),
    Row("ranges ignored after a cut", (CUT, Fault(ranges="ignored")), asked=2),
    Row("416 after a cut", (CUT, Fault(ranges="refused"))),
    Row("416 to every range", (CUT, Fault(ranges="refused")), is_lasting=True),
    Row("a wrong start after a cut", (CUT, Fault(ranges="wrong start"))),
    Row("a wrong total after a cut", (CUT, Fault(ranges="wrong total"))),
    Row("another ETag for the same film", (CUT, Fault(etag='"other"'))),
    Row("another film of that length after a cut", (CUT,), later=OTHER, asked=2),
    Row("a longer film after a cut", (CUT,), later=LONGER, asked=2),
    Row(
        "another film after a cut, nothing proves the part",
        (Fault(cut_after=HALF, headers=BARE), Fault(headers=BARE)),
        is_lasting=True,
        later=OTHER,
    ),
    Row("more announced than sent, twice", (Fault(length=WHOLE + 1),) * 2),
    Row(
        "less announced than there is, once",
        (Fault(length=WHOLE - 5_000),),
        left=("1.mp4", "1.mp4.bad"),
    ),
    Row(
        "less announced than there is, for ever",
        (Fault(length=WHOLE - 5_000),),
        is_lasting=True,
        line=r"not whole \(.*\)\. It is kept as 1\.mp4\.bad; d fetches it again\.$",
        left=BAD,
        asked=2,
    ),
    Row("chunked, without a length", (Fault(headers=NO_LENGTH),), is_lasting=True, asked=1),
    Row("chunked and cut", (Fault(headers=NO_LENGTH, cut_after=HALF),), asked=2),
    Row("chunked and cut, no validator", (Fault(headers=(*BARE, *NO_LENGTH), cut_after=HALF),)),
    Row("gzip once", (Fault(is_gzipped=True),), asked=2),
    Row("gzip once, after a cut", (CUT, Fault(is_gzipped=True)), asked=3),
    Row("gzip for ever", (Fault(is_gzipped=True),), True, "encoded file that nobody", ()),
    Row("a page once", (HTML,), asked=2),
    Row("a page once, after a cut", (CUT, HTML), asked=3),
    Row("a page for ever", (HTML,), True, "web page", ()),
    Row("a page for ever, after a cut", (CUT, HTML), True, "web page", PART),
    Row("an empty file once", (page(200),), asked=2),
    Row("an expired link once", (EXPIRED,), asked=2),
    Row("an expired link once, after a cut", (CUT, EXPIRED), asked=3),
    Row("an expired link for ever", (EXPIRED,), True, GONE, ()),
    Row("an expired link for ever, after a cut", (CUT, EXPIRED), True, GONE, PART),
    Row("429 with a wait", (page(429, retry_after="40"),), asked=2),
    Row("500 three times", (page(500, HTML_PAGE),) * 3, asked=4),
    Row("503 twice after a cut", (CUT, page(503), page(503)), asked=4),
)


class Watched:
    """The real file client; calls back after each attempt that failed."""

    def __init__(self, files: FileClient, between: Callable[[], None]):
        self._files = files
        self._between = between

    def fetch(self, order: Order, watch: Watch) -> Arrived:
        try:
            return self._files.fetch(order, watch)
        except Exception:
            self._between()
            raise


class FaultStory(Story):
    """An engine on a sandbox whose file host misbehaves; looks at each file called saved."""

    def __init__(self, sandbox: Sandbox, folder: Path, tls: ssl.SSLContext = TLS):
        super().__init__(sandbox, folder)
        self.film = MP4
        self.later = b""
        self.stall_s = 10.0
        self.wrong: list[str] = []
        self._tls = tls
        self.engine.publish_to(self._published)

    @contextlib.asynccontextmanager
    async def _wire(self) -> AsyncIterator[Wire]:
        clients = Clients([Spec("theturbo", self.sandbox.base_url, "Bearer", self.key)], TLS)
        files = FileClient(tls=self._tls, stall_s=self.stall_s)
        async with clients.opened():
            with contextlib.closing(files):
                gateways = tuple(clients.gateways.values())
                yield Wire(gateways, Watched(files, self._swap), clients.use_key)

    def _swap(self) -> None:
        if self.later:
            self.sandbox.files.put(CLIP, self.later)

    def _published(self, _: Board) -> None:
        for state in self.states:
            if state.stage is FileStage.SAVED:
                content = Path(state.path).read_bytes()
                if content != self.film or state.sha256 != hashlib.sha256(content).hexdigest():
                    self.wrong.append(state.path)
        self.changed.set()

    @property
    def states(self) -> tuple[FileState, ...]:
        return self.entry("1").files

    async def end(self) -> FileState:
        """Press ``d`` and wait until the file is saved or given up."""
        over = (FileStage.SAVED, FileStage.FAILED)
        await self.until(lambda: self.entry("1").state is TaskState.SUCCESS)
        await self.engine.press_download([key("1")])
        await self.until(lambda: any(state.stage in over for state in self.states))
        (state,) = self.states
        return state

    def lying(self) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in sorted((self.folder / "videos").iterdir())}


@contextlib.asynccontextmanager
async def told(
    sandbox: Sandbox, folder: Path, tls: ssl.SSLContext = TLS, stall_s: float = 10.0
) -> AsyncIterator[FaultStory]:
    story = FaultStory(sandbox, folder, tls)
    story.stall_s = stall_s
    story.engine.load()
    running = asyncio.create_task(story.engine.run())
    await story.engine.add([(key("1"), "")])
    try:
        yield story
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox([SandboxTask(id="1", clips=(CLIP,))], bytes_per_s=0) as running:
        running.files.put(CLIP, MP4)
        yield running


def check_line(line: str, wanted: str) -> None:
    """See that a failure is one sentence or two, in plain words, without a link's query."""
    assert re.search(wanted, line), line
    assert line.isprintable()
    assert line.endswith(".")
    assert len(line) < 300
    for secret in ("?", "X-Amz", "Signature", "Credential"):
        assert secret not in line


def check_end(story: FaultStory, ended: FileState, row: Row) -> None:
    lying = story.lying()
    assert story.wrong == []
    assert tuple(lying) == row.left
    if row.line:
        assert ended.stage is FileStage.FAILED
        check_line(ended.line, row.line)
        assert not story.entry("1").is_saved
    else:
        assert ended.stage is FileStage.SAVED, ended.line
        assert Path(ended.path).name == "1.mp4"
        assert lying["1.mp4"] == story.film
        assert ended.sha256 == hashlib.sha256(story.film).hexdigest()
    for name in (*PART, *BAD):
        assert MP4.startswith(lying.get(name, b""))


def check_ledger(folder: Path, sha256: str) -> None:
    """See that what is saved is on record with its checksum, and its link nowhere any more."""
    ledger = Ledger(folder / "ledger.db")
    assert [fact.sha256 for fact in ledger.files() if fact.path] == ([sha256] if sha256 else [])
    assert ledger.queue() == []
    ledger.close()
    for file in folder.glob("ledger.db*"):
        assert not sha256 or b"X-Amz" not in file.read_bytes(), file.name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_fault_ends_in_the_very_file_saved_or_in_one_clear_line(
    sandbox: Sandbox, tmp_path: Path, row: Row
) -> None:
    for at, fault in enumerate(row.faults, 1):
        is_last = row.is_lasting and at == len(row.faults)
        sandbox.faults.put(CLIP, fault, None if is_last else 1)
    has_stall = any(fault.stall_after is not None for fault in row.faults)
    async with told(sandbox, tmp_path, stall_s=STALL_S if has_stall else 10.0) as story:
        story.later, story.film = row.later, row.later or MP4
        check_end(story, await story.end(), row)
    check_ledger(tmp_path, "" if row.line else hashlib.sha256(story.film).hexdigest())
    asked = [seen for seen in sandbox.requests if seen.path.endswith(CLIP)]
    assert row.asked in (None, len(asked))


async def test_a_redirect_to_another_origin_ends_in_the_very_file_without_our_key(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with Sandbox([], bytes_per_s=0) as other:
        other.files.put(CLIP, MP4)
        other.faults.put(CLIP, CUT, times=1)
        sandbox.faults.redirect(CLIP, f"{other.origin}/open/{CLIP}")
        async with told(sandbox, tmp_path) as story:
            check_end(story, await story.end(), ROWS[0])
        assert [seen.range for seen in other.requests] == [None, f"bytes={HALF - OVERLAP_BYTES}-"]
        assert all(seen.authorization is None for seen in other.requests)


async def test_the_wait_that_a_host_asks_for_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.faults.put(ANY_FILE, page(429, retry_after="40"), times=1)
    async with told(sandbox, tmp_path) as story:
        check_end(story, await story.end(), ROWS[0])
    first, second = (seen.at_s for seen in sandbox.requests if seen.path.endswith(CLIP))
    assert second - first >= 40 / FASTER


@pytest.mark.parametrize(("is_hard", "has_length"), [(True, True), (False, True), (False, False)])
async def test_a_secure_connection_that_is_cut_ends_in_the_very_file(
    sandbox: Sandbox, tmp_path: Path, is_hard: bool, has_length: bool
) -> None:
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(PEM)
    with SecureHost(3, is_hard=is_hard, has_length=has_length) as host:
        answer: Any = sandbox.answer("1")[1]
        answer["creations"][0]["url"] = host.url
        sandbox.faults.answer("1", 200, answer)
        async with told(sandbox, tmp_path, trusting) as story:
            check_end(story, await story.end(), ROWS[0])
    assert len(host.ranges) == 4


async def test_a_video_that_lands_while_it_is_wanted_once_more_is_fetched_once_and_not_queued(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, looks = Places.plan, count()

    def look_slowly(places: Places, entry: Entry, file: FileKey) -> Plan:
        plan = look(places, entry, file)
        if next(looks):
            wait_until_landed(tmp_path)
        return plan

    monkeypatch.setattr(Places, "plan", look_slowly)
    async with told(sandbox, tmp_path) as story:
        await story.until(lambda: story.entry("1").state is TaskState.SUCCESS)
        pressed = story.engine.press_download([key("1")])
        await asyncio.gather(pressed, story.engine.choose([key("1")], (AssetKind.VIDEO,), ""))
        await story.until(lambda: story.entry("1").is_saved)
        assert list(story.lying()) == ["1.mp4"]
    assert len([seen for seen in sandbox.requests if seen.path.endswith(CLIP)]) == 1
    check_ledger(tmp_path, hashlib.sha256(MP4).hexdigest())


def wait_until_landed(folder: Path) -> None:
    """Wait, in a thread, until the ledger says that a file is saved."""
    ledger, end = Ledger(folder / "ledger.db"), time.monotonic() + 10
    while not any(fact.path for fact in ledger.files()):
        assert time.monotonic() < end
        time.sleep(0.005)
    ledger.close()
