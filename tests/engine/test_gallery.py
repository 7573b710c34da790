"""Covers: from the disk where they lie there, else over the wire; a dead link is renewed once."""

import asyncio
from pathlib import Path

import pytest

from vidu_tui.core.board import Board, Entry, with_answer, with_file
from vidu_tui.core.errors import BrokenOff, FileRefused, NotTheFile, TransferError
from vidu_tui.core.files import Arrived, FileKey, FileStage, FileState, Validator
from vidu_tui.core.task import Asset, AssetKind, Creation, Task, TaskKey, TaskState
from vidu_tui.core.timeline import Landing
from vidu_tui.engine.archive import Archive
from vidu_tui.engine.clock import Clock
from vidu_tui.engine.gallery import Gallery
from vidu_tui.storage import facts
from vidu_tui.storage.ledger import Ledger

NOW = 1_800_000_000.0
KEY = TaskKey("theturbo", "1")
COVER = FileKey(0, AssetKind.COVER)


def link(number: int, end: float = NOW + 60) -> str:
    return f"https://files.example.com/c.jpeg?Expires={int(end)}&Signature={number}"


class Wall:
    """A gallery with a wire and a gateway that do what the test wants."""

    def __init__(self, folder: Path, url: str = ""):
        self.entry = self.with_link(url or link(0))
        self.answers: dict[str, bytes | TransferError] = {}
        self.asked: list[str] = []
        self.fresh: list[str] = []
        self.refreshed = 0
        self.archive = Archive(Ledger(folder / "ledger.db"))
        clock = Clock(now=lambda: NOW)
        self.gallery = Gallery(str(folder / "covers"), clock, lambda: self.board, self.archive)
        self.gallery.open(self, self.refresh)

    @property
    def board(self) -> Board:
        return Board().with_list([self.entry])

    @staticmethod
    def with_link(url: str) -> Entry:
        assets = (Asset(AssetKind.VIDEO, link(9)), Asset(AssetKind.COVER, url))
        task = Task("1", TaskState.SUCCESS, "success", creations=(Creation("a", assets),))
        return with_answer(Entry(KEY), task, NOW)

    def picture(self, gateway: str, url: str) -> bytes:
        assert gateway == "theturbo"
        self.asked.append(url)
        answer = self.answers.get(url, b"picture")
        if isinstance(answer, TransferError):
            raise answer
        return answer

    async def refresh(self, key: TaskKey, limit_s: float) -> bool | None:
        self.refreshed += 1
        if not self.fresh:
            return None
        self.entry = self.with_link(self.fresh.pop(0))
        return True

    async def show(self) -> bytes | None:
        return await self.gallery.cover(KEY, 0)


async def test_a_cover_is_fetched_once_and_then_lies_in_the_cache(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    assert await wall.show() == b"picture"
    assert await wall.show() == b"picture"
    assert wall.asked == [link(0)]
    wall.entry = wall.with_link(link(1))
    assert await wall.show() == b"picture", "signed anew it is the same picture"
    assert wall.asked == [link(0)]


async def test_a_saved_cover_is_taken_from_the_disk(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    (tmp_path / "cover.jpg").write_bytes(b"saved")
    state = FileState(COVER, FileStage.SAVED, str(tmp_path / "cover.jpg"))
    wall.entry = with_file(wall.entry, state)
    assert await wall.show() == b"saved"
    (tmp_path / "cover.jpg").unlink()
    assert await wall.show() == b"picture"


@pytest.mark.parametrize("is_known_dead", [True, False])
async def test_a_dead_link_is_asked_anew_once(tmp_path: Path, is_known_dead: bool) -> None:
    dead = link(0, NOW - 1) if is_known_dead else link(0)
    wall = Wall(tmp_path, dead)
    wall.answers[dead] = FileRefused("expired", status=403)
    wall.fresh = [link(1), link(2)]
    assert await wall.show() == b"picture"
    assert wall.asked == ([link(1)] if is_known_dead else [dead, link(1)])
    assert wall.refreshed == 1


async def test_a_link_that_was_cut_is_asked_anew(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    task = wall.entry.task
    assert task is not None
    cut = task.creations[0].assets[1]._replace(is_cut=True)
    creation = task.creations[0]._replace(assets=(cut,))
    wall.entry = wall.entry._replace(task=task._replace(creations=(creation,)))
    wall.fresh = [link(1)]
    assert await wall.show() == b"picture"
    assert wall.asked == [link(1)]


async def test_a_cover_that_is_refused_again_is_given_up_until_its_link_changes(
    tmp_path: Path,
) -> None:
    wall = Wall(tmp_path)
    wall.fresh = [link(1)]
    for number in (0, 1):
        wall.answers[link(number)] = NotTheFile("a page")
    for _ in range(3):
        assert await wall.show() is None
    assert (wall.asked, wall.refreshed) == ([link(0), link(1)], 1)
    wall.entry = wall.with_link(link(2))
    assert await wall.show() == b"picture"


async def test_a_broken_connection_is_tried_again_the_next_time(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    wall.answers[link(0)] = BrokenOff("gone")
    assert await wall.show() is None
    del wall.answers[link(0)]
    assert await wall.show() == b"picture"
    assert wall.refreshed == 0


async def test_whoever_goes_away_leaves_what_is_coming_to_the_next(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    first = asyncio.create_task(wall.show())
    await asyncio.sleep(0)
    first.cancel()
    assert await wall.show() == b"picture"
    assert wall.asked == [link(0)]


async def test_without_a_wire_or_a_cover_there_is_no_picture(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    wall.gallery.open(None, wall.refresh)
    assert await wall.show() is None
    wall.gallery.open(wall, wall.refresh)
    assert await wall.gallery.cover(KEY, 1) is None
    assert await wall.gallery.cover(TaskKey("theturbo", "2"), 0) is None
    assert wall.asked == []


async def test_the_past_is_what_the_ledger_has_seen(tmp_path: Path) -> None:
    wall = Wall(tmp_path)
    ledger = Ledger(tmp_path / "ledger.db")
    arrived = Arrived("/v/1.mp4", 5, "", Validator())
    landed = facts.landed(KEY, FileKey(0, AssetKind.VIDEO), arrived, 30.0)
    events = [facts.event(KEY, 10.0, "created"), facts.event(KEY, 20.0, "success")]
    ledger.write([*events, *landed])
    ledger.close()
    past = await wall.gallery.past(KEY)
    assert past.states == ((10.0, "created"), (20.0, "success"))
    assert past.landings == (Landing(30.0, "video"),)
