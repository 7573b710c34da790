"""Engine, real clients and the sandbox over real sockets: equal bytes at the end of each story."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from vidu_tui.core.board import Entry, HealthKind
from vidu_tui.core.files import FileStage
from vidu_tui.core.names import parse_template
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey, TaskState
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.engine import Engine
from vidu_tui.engine.ports import Wire
from vidu_tui.engine.settings import Settings
from vidu_tui.gateway.opening import Clients, Spec
from vidu_tui.sandbox.faults import ANY_TASK, Fault
from vidu_tui.sandbox.scenario import Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Watchlist

FASTER = 100
"""So much faster than a person's clock waits are; sockets take the time they take."""
CLIP = "sunset.mp4"
CLOCK = Clock(
    monotonic=lambda: time.monotonic() * FASTER,
    sleep=lambda seconds: asyncio.sleep(seconds / FASTER),
)
LIMIT_S = 20.0


class Story:
    """An engine on a sandbox."""

    def __init__(self, sandbox: Sandbox, folder: Path):
        self.sandbox = sandbox
        self.key = sandbox.key
        self.folder = folder
        self.changed = asyncio.Event()
        self.engine = Engine(
            watchlist=Watchlist(folder / "watchlist.toml"),
            ledger=Ledger(folder / "ledger.db"),
            wire=self._wire,
            settings=Settings(
                default_gateway="theturbo",
                hosts={"theturbo": "127.0.0.1"},
                template=parse_template("{id}{n}.{ext}"),
                folder=str(folder / "videos"),
                intervals=Intervals(),
            ),
            clock=CLOCK,
            publish=lambda _: self.changed.set(),
        )

    @contextlib.asynccontextmanager
    async def _wire(self) -> AsyncIterator[Wire]:
        clients = Clients([Spec("theturbo", self.sandbox.base_url, "Bearer", self.key)])
        async with clients.opened():
            yield Wire(tuple(clients.gateways.values()), clients.files, clients.use_key)

    def entry(self, task_id: str) -> Entry:
        return self.engine.board.entries[key(task_id)]

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait for boards until one is as it should be."""
        async with asyncio.timeout(LIMIT_S):
            while not is_so():
                self.changed.clear()
                await self.changed.wait()

    async def saved(self, task_id: str) -> bytes:
        """Press ``d`` and wait for the file."""
        await self.until(lambda: self.entry(task_id).state is TaskState.SUCCESS)
        await self.engine.press_download([key(task_id)])
        await self.until(lambda: self.entry(task_id).is_saved)
        return Path(self.entry(task_id).files[0].path).read_bytes()


def key(task_id: str) -> TaskKey:
    return TaskKey("theturbo", task_id)


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    with Sandbox([SandboxTask(id="1")], bytes_per_s=0) as sandbox:
        told = Story(sandbox, tmp_path)
        told.engine.load()
        running = asyncio.create_task(told.engine.run())
        await told.engine.add([(key("1"), "")])
        yield told
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def clip(story: Story, name: str = CLIP) -> bytes:
    file = story.sandbox.files.get(name)
    assert file is not None
    return file.content


async def test_a_task_is_watched_until_it_is_finished_and_its_video_saved(story: Story) -> None:
    phases = (
        Phase(0, None),
        Phase(0.1, "queueing"),
        Phase(0.2, "processing"),
        Phase(0.3, "success"),
    )
    story.sandbox.add(SandboxTask(id="2", clips=("neon.mp4", "dunes.mp4"), phases=phases))
    await story.engine.add([(key("2"), "")])
    await story.saved("2")
    files = [Path(f.path) for f in story.entry("2").files]
    assert [f.name for f in files] == ["2_1.mp4", "2_2.mp4"]
    assert files[0].read_bytes() == clip(story, "neon.mp4")
    assert files[1].read_bytes() == clip(story, "dunes.mp4")
    assert not list(files[0].parent.glob("*.part"))


async def test_a_file_cut_every_100_kb_still_arrives(story: Story) -> None:
    content = clip(story) + bytes(range(256)) * 4000
    story.sandbox.files.put(CLIP, content)
    story.sandbox.faults.put(CLIP, Fault(cut_after=100_000))
    assert await story.saved("1") == content
    sent = [r for r in story.sandbox.requests if r.path.endswith(CLIP)]
    assert len(sent) * 100_000 < len(content) * 1.2
    assert all(r.headers.get("if-range") for r in sent[1:])


async def test_an_expired_link_is_renewed_and_the_part_goes_on(story: Story) -> None:
    story.sandbox.faults.put(CLIP, Fault(cut_after=50_000), times=1)
    story.sandbox.faults.put(CLIP, Fault(is_expired=True), times=1)
    assert await story.saved("1") == clip(story)
    files = [r for r in story.sandbox.requests if r.path.endswith(CLIP)]
    assert [r.headers.get("range", "") for r in files] == ["", "bytes=41808-", "bytes=41808-"]
    assert len([r for r in story.sandbox.requests if "/tasks/" in r.path]) == 2


async def test_a_file_that_is_never_given_ends_in_one_clear_line(story: Story) -> None:
    story.sandbox.faults.put(CLIP, Fault(is_expired=True))
    await story.until(lambda: story.entry("1").state is TaskState.SUCCESS)
    await story.engine.press_download([key("1")])
    await story.until(lambda: any(f.stage is FileStage.FAILED for f in story.entry("1").files))
    line = story.entry("1").files[0].line
    assert "no longer gives this file" in line
    assert "expired" in line
    assert not list((story.folder / "videos").iterdir())


async def test_a_page_instead_of_the_video_is_never_a_file(story: Story) -> None:
    story.sandbox.faults.answer(CLIP, 200, "<html><title>Sign in</title></html>", times=1)
    assert await story.saved("1") == clip(story)


async def test_a_refused_key_stops_polling_and_a_new_one_goes_on(story: Story) -> None:
    story.sandbox.key = "another"
    story.sandbox.add(SandboxTask(id="2"))
    await story.engine.add([(key("2"), "")])
    await story.until(lambda: story.engine.board.health_of("theturbo").kind is HealthKind.REFUSED)
    story.sandbox.key = story.key
    assert (await story.engine.test_key("theturbo", story.key)).is_taken
    story.engine.use_key("theturbo", story.key)
    await story.until(lambda: story.entry("2").state is TaskState.SUCCESS)


async def test_a_gateway_in_trouble_changes_no_state_and_is_asked_again(story: Story) -> None:
    await story.until(lambda: story.entry("1").state is TaskState.SUCCESS)
    story.sandbox.faults.answer(ANY_TASK, 502, "<html>Bad Gateway</html>", times=2)
    story.sandbox.faults.answer(ANY_TASK, 429, headers={"retry-after": "3"}, times=1)
    story.sandbox.add(SandboxTask(id="2"))
    await story.engine.add([(key("2"), "")])
    await story.until(lambda: story.entry("2").state is TaskState.SUCCESS)
    assert len([r for r in story.sandbox.requests if "/tasks/2/" in r.path]) == 4


async def test_stop_and_go_on_brings_the_same_bytes(story: Story) -> None:
    story.sandbox.bytes_per_s = 200_000
    await story.until(lambda: story.entry("1").state is TaskState.SUCCESS)
    await story.engine.press_download([key("1")])
    await story.until(lambda: any(f.received for f in story.entry("1").files))
    await story.engine.press_download([key("1")])
    assert story.entry("1").files[0].stage is FileStage.STOPPED
    story.sandbox.bytes_per_s = 0
    await asyncio.sleep(1 / FASTER)
    assert await story.saved("1") == clip(story)


async def test_neither_key_nor_signature_reaches_the_disk(story: Story) -> None:
    story.sandbox.faults.put(CLIP, Fault(cut_after=50_000), times=1)
    await story.saved("1")

    def written() -> list[bytes]:
        return [file.read_bytes() for file in story.folder.iterdir() if file.is_file()]

    # What is saved stands on the Board before the ledger's thread has had its turn.
    async with asyncio.timeout(LIMIT_S):
        while any(b"Signature" in content for content in written()):  # noqa: ASYNC110 - a disk has no event
            await asyncio.sleep(0.01)
    assert not any(story.key.encode() in content for content in written())
