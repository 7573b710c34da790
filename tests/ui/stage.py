"""The demo's tasks at one instant, as a Board and an app to look at. No socket, no real clock."""

import asyncio
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import vidu_tui.sandbox.media
from vidu_tui.core import answer
from vidu_tui.core.board import Board, Entry, Health, HealthKind, with_answer, with_file
from vidu_tui.core.errors import ListError
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import AssetKind, Task, TaskKey
from vidu_tui.core.timeline import Landing, Past
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.herald import Herald
from vidu_tui.engine.hooks import Hooks
from vidu_tui.engine.journal import Journal
from vidu_tui.engine.keytest import KeyTest
from vidu_tui.engine.ports import Publish
from vidu_tui.engine.saving import Pressed
from vidu_tui.engine.settings import Purged
from vidu_tui.sandbox.creations import cover_of
from vidu_tui.sandbox.scenario import DEMO_TASKS, SandboxTask, answer_at
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.watchlist import Added, Listed
from vidu_tui.ui.app import ViduApp
from vidu_tui.ui.options import Options
from vidu_tui.ui.screens.paned import Paned

if TYPE_CHECKING:
    from vidu_tui.engine.engine import Engine

NOW = datetime(2026, 3, 14, 14, 5, 0, tzinfo=UTC).timestamp()
"""The instant at which every picture is taken."""
FOLDER = "~/Videos/vidu"
MEDIA = Path(vidu_tui.sandbox.media.__file__).parent


def sign(path: str, lifetime_s: int) -> str:
    """Sign a link as a host in the clouds does, always alike."""
    stamp = datetime.fromtimestamp(NOW - 90, UTC).strftime("%Y%m%dT%H%M%SZ")
    query = f"X-Amz-Date={stamp}&X-Amz-Expires={lifetime_s}&X-Amz-Signature={'0' * 64}"
    return f"https://files.example.com{path}?{query}"


def key_of(task: SandboxTask) -> TaskKey:
    """Name a task of the demo."""
    return TaskKey("theturbo", task.id)


def entry_at(task: SandboxTask, elapsed_s: float, added_at: float) -> Entry:
    """Show a task of the demo as it is some seconds after the demo's start."""
    entry = Entry(key_of(task), task.label, added_at)
    status, body = answer_at(task, elapsed_s, sign)
    if status != 200:
        return entry._replace(is_denied=elapsed_s >= 60)
    read = answer.parse(cast("answer.Json", body), task.id, "theturbo")
    assert isinstance(read, Task)
    return with_answer(entry, read, NOW)


def board_at(elapsed_s: float, tasks: Iterable[SandboxTask] = DEMO_TASKS) -> Board:
    """Show the demo's whole list some seconds after its start."""
    listed = list(tasks)
    rows = [
        entry_at(task, elapsed_s, NOW - 60 * (len(listed) - number) - 120)
        for number, task in enumerate(listed)
    ]
    health = Health("theturbo", "127.0.0.1", HealthKind.OK, 182, NOW - 2)
    return Board(health=(health,)).with_list(rows)


def named(board: Board, label: str) -> Entry:
    """Find an entry by its label."""
    return next(e for e in board.entries.values() if e.label == label)


def saved(entry: Entry, size: int = 8_400_000) -> Entry:
    """Show a task's videos as saved."""
    for file in entry.videos:
        name = f"{FOLDER}/2026-03-14_{entry.label.replace(' ', '_')}_{file.creation + 1}.mp4"
        state = FileState(file, FileStage.SAVED, path=name, received=size, total=size)
        entry = with_file(entry, state)
    return entry


def coming(entry: Entry, share: float, stage: FileStage = FileStage.RUNNING) -> Entry:
    """Show a task's first video as coming."""
    total = 14_200_000
    state = FileState(
        FileKey(0, AssetKind.VIDEO),
        stage,
        path=f"{FOLDER}/2026-03-14_{entry.label.replace(' ', '_')}.mp4",
        received=int(total * share),
        total=total,
        speed_bps=3_200_000.0 if stage is FileStage.RUNNING else None,
    )
    return with_file(entry, state)


class StillGallery:
    """Stand where the gallery stands: the sandbox's own covers, and a past by hand."""

    def __init__(self) -> None:
        self.asked: list[tuple[TaskKey, int]] = []
        self.covers: dict[tuple[str, int], bytes | None] = {}
        """By id and creation, in place of the sandbox's."""
        self.pasts: dict[TaskKey, Past] = {}
        self.comes = asyncio.Event()
        """Covers stay away as long as it is not set."""
        self.comes.set()

    async def cover(self, task: TaskKey, creation: int) -> bytes | None:
        """Give the bytes of a cover."""
        self.asked.append((task, creation))
        await self.comes.wait()
        if (task.id, creation) in self.covers:
            return self.covers[task.id, creation]
        demo = next(t for t in DEMO_TASKS if t.id == task.id)
        return (MEDIA / cover_of(demo.clips[creation])).read_bytes()

    async def past(self, task: TaskKey) -> Past:
        """Give what is on record."""
        return self.pasts.get(task, Past())


class StillEngine:
    """Stand where the engine stands: remembers what it is told, changes the Board by hand."""

    def __init__(self, board: Board):
        self.board = board
        self.journal = Journal(Clock(now=lambda: NOW))
        self.gallery = StillGallery()
        archive = Archive(Ledger(Path(os.devnull)))
        self.herald = Herald(clock=Clock(), archive=archive, leads=lambda: True, events=())
        self.hooks = Hooks(
            hooks=(),
            run=None,
            clock=Clock(),
            board=lambda: self.board,
            told=archive.told,
            leads=lambda: True,
            say=self.journal.say,
        )
        self.calls: list[tuple[str, object]] = []
        self.pressed = Pressed()
        self.purged = Purged((), ())
        self.failed_count = 0
        self.key_answer = KeyTest(is_taken=True)
        self.list_error = ""
        self.undone: tuple[Entry, ...] = ()
        self._publish: Publish = lambda _board: None

    def publish_to(self, publish: Publish) -> None:
        """Take the app's door."""
        self._publish = publish

    def show(self, board: Board) -> None:
        """Hand in a new Board as the engine would."""
        self.board = board
        self._publish(board)

    def give_way(self) -> None:
        """Have no transfers that could."""

    def load(self) -> None:
        """Read nothing, or fail as long as the list is broken."""
        if self.list_error:
            raise ListError("watchlist.toml", self.list_error)
        self.calls.append(("load", None))

    async def run(self) -> None:
        """Do nothing over time."""
        self.calls.append(("run", None))

    async def add(self, items: Iterable[tuple[TaskKey, str]]) -> Added:
        """Put entries on the Board."""
        chosen = list(items)
        self.calls.append(("add", chosen))
        if self.list_error:
            raise ListError("watchlist.toml", self.list_error)
        rows = [*self.board.entries.values(), *(Entry(k, label, NOW) for k, label in chosen)]
        self.show(self.board.with_list(rows))
        return Added(tuple(Listed(k.id, label, k.gateway, NOW) for k, label in chosen), ())

    async def remove(self, keys: Iterable[TaskKey]) -> tuple[Entry, ...]:
        """Take entries off the Board."""
        gone = [self.board.entries[k] for k in keys]
        self.calls.append(("remove", [e.key for e in gone]))
        self.show(self.board.with_list([e for e in self.board.entries.values() if e not in gone]))
        return tuple(gone)

    async def undo(self) -> tuple[Entry, ...]:
        """Bring back what the test wants, as the newest."""
        self.calls.append(("undo", None))
        self.show(self.board.with_list([*self.board.entries.values(), *self.undone]))
        return self.undone

    async def relabel(self, key: TaskKey, label: str) -> None:
        """Label an entry of the Board."""
        self.calls.append(("relabel", (key, label)))
        self.show(self.board.with_entry(self.board.entries[key]._replace(label=label)))

    async def set_aside(self) -> str:
        """Pretend that the list was moved."""
        self.calls.append(("set_aside", None))
        return "watchlist.toml.broken-20260314-140500"

    async def press_download(self, keys: Iterable[TaskKey]) -> Pressed:
        """Remember a press of d."""
        self.calls.append(("download", list(keys)))
        return self.pressed

    async def choose(
        self, keys: Iterable[TaskKey], kinds: tuple[AssetKind, ...], folder: str
    ) -> Pressed:
        """Remember a choice of files."""
        self.calls.append(("choose", (list(keys), kinds, folder)))
        return self.pressed

    def mute(self, keys: Iterable[TaskKey], *, is_muted: bool) -> None:
        """Mute entries of the Board."""
        wanted = [self.board.entries[key]._replace(is_muted=is_muted) for key in keys]
        self.calls.append(("mute", ([e.key for e in wanted], is_muted)))
        self.show(self.board.with_entries(wanted))

    async def purge(self) -> Purged:
        """Take off the Board what the test wants purged."""
        self.calls.append(("purge", None))
        left = [e for e in self.board.entries.values() if e not in self.purged.removed]
        self.show(self.board.with_list(left))
        return self.purged

    async def retry_failed(self) -> int:
        """Remember a wish to try again; as many as the test wants."""
        self.calls.append(("retry_failed", None))
        return self.failed_count

    def poll_now(self, keys: Iterable[TaskKey] | None = None) -> int:
        """Remember a wish to poll."""
        self.calls.append(("poll", list(keys) if keys is not None else None))
        return 0

    def pause(self, *, is_paused: bool) -> None:
        """Pause the Board."""
        self.calls.append(("pause", is_paused))
        self.show(self.board._replace(paused_since=NOW if is_paused else None))

    async def test_key(self, gateway: str, key: str) -> KeyTest:
        """Answer as the test wants."""
        self.calls.append(("test_key", (gateway, key)))
        return self.key_answer

    def use_key(self, gateway: str, key: str) -> None:
        """Remember a key."""
        self.calls.append(("use_key", (gateway, key)))

    def told(self, name: str) -> list[object]:
        """List what one method was told."""
        return [value for call, value in self.calls if call == name]


def app_of(board: Board, options: Options | None = None) -> tuple[ViduApp, StillEngine]:
    """Make an app that shows a Board at the fixed instant."""
    engine = StillEngine(board)
    options = options or Options(gateway="theturbo", folder=FOLDER, auto="off")
    engine.list_error = options.list_error
    # Tests and pictures look at once.
    Paned.FOLLOW_S = 0.0
    return ViduApp(cast("Engine", engine), options, now=lambda: NOW), engine


def still(app: ViduApp) -> StillEngine:
    """Give the engine of an app that was made here."""
    return cast("StillEngine", app.engine)


def past_of(entry: Entry) -> Past:
    """Give a past to a task that was added, queued for a while, made and saved."""
    start = entry.added_at or NOW
    seen = ((1.0, "created"), (9.0, "queueing"), (68.0, "processing"))
    states = tuple((start + after_s, word) for after_s, word in seen)
    return Past(states, (Landing(NOW + 12, "video"),))
