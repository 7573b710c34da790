"""The list's file, deleted, emptied or broken by hand while it is in use: no id is lost."""

from collections.abc import Callable

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import link, task
from vidu_tui.core.files import FileStage
from vidu_tui.storage.spare import Spare
from vidu_tui.storage.watchlist import Listed, Watchlist

LOSSES: dict[str, Callable[[House], object]] = {
    "deleted": lambda house: house.watchlist.path.unlink(),
    "emptied": lambda house: house.watchlist.path.write_bytes(b""),
    "blank": lambda house: house.watchlist.path.write_bytes(b"\n\n"),
}
ANEW = "The list was gone from the disk and is written anew, 2 tasks."


@pytest.fixture(params=LOSSES)
def lose(request: pytest.FixtureRequest) -> Callable[[House], object]:
    return LOSSES[request.param]


def listed(house: House) -> list[tuple[str, str]]:
    return [(row.id, row.label) for row in Watchlist(house.watchlist.path).read()]


async def test_a_list_that_is_lost_is_written_anew_with_all_it_had(
    house: House, lose: Callable[[House], object]
) -> None:
    house.watchlist.add([Listed("1", "hero shot"), Listed("2", "", "other")])
    await house.open()
    before = house.watchlist.read()
    lose(house)
    await house.pass_by(5)
    assert house.watchlist.read() == before
    assert list(house.engine.board.entries) == [key("1"), key("2", "other")]
    assert house.engine.board.ledger_line == ANEW
    assert house.happenings()[-1] == ANEW


async def test_what_is_coming_comes_on_while_an_editor_writes_the_list(
    house: House, lose: Callable[[House], object]
) -> None:
    await house.begin()
    whole = house.watchlist.path.read_bytes()
    lose(house)
    await house.pass_by(1.5)
    house.watchlist.path.write_bytes(whole + b'\n[[task]]\nid = "2"\n')
    await house.pass_by(5)
    assert house.file("1").stage is FileStage.RUNNING
    assert len(house.host.transfers) == 1
    assert listed(house) == [("1", ""), ("2", "")]
    assert house.engine.board.ledger_line == ""


async def test_a_change_at_once_takes_along_what_was_on_the_list(
    house: House, lose: Callable[[House], object]
) -> None:
    await house.open("1", "2")
    lose(house)
    await house.engine.relabel(key("1"), "hero shot")
    lose(house)
    await house.engine.add([(key("3"), "")])
    assert listed(house) == [("1", "hero shot"), ("2", ""), ("3", "")]
    lose(house)
    await house.engine.remove([key("2")])
    assert listed(house) == [("1", "hero shot"), ("3", "")]
    lose(house)
    await house.engine.undo()
    assert listed(house) == [("1", "hero shot"), ("2", ""), ("3", "")]


async def test_a_list_that_others_have_emptied_in_order_is_empty(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1", "2")
    Watchlist(house.watchlist.path).remove([("", "1"), ("", "2")])
    await house.pass_by(5)
    assert not house.engine.board.entries
    assert listed(house) == []
    house.watchlist.path.unlink()
    await house.pass_by(5)
    assert not house.watchlist.path.exists()


async def test_a_list_that_cannot_be_read_is_told_until_it_can(house: House) -> None:
    await house.open("1")
    whole = house.watchlist.path.read_bytes()
    house.watchlist.path.write_bytes(whole + b"[[task")
    await house.pass_by(2)
    line = house.engine.board.ledger_line
    assert line.startswith("The list cannot be read, line 9, column 7: expected ']]' at the end")
    assert line.endswith(". What was on it is watched all the same.")
    house.watchlist.path.write_bytes(whole)
    await house.pass_by(2)
    assert house.engine.board.ledger_line == ""


async def test_a_lost_list_whose_folder_takes_nothing_is_written_once_it_does(
    house: House,
) -> None:
    await house.open("1")
    house.watchlist.path.unlink()
    lock = house.watchlist.path.with_name("watchlist.toml.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    await house.pass_by(6)
    assert house.engine.board.ledger_line == (
        "The list is gone and cannot be written anew: is a folder, not a file; nothing was changed."
        " What was on it is watched all the same."
    )
    assert list(house.engine.board.entries) == [key("1")]
    lock.rmdir()
    await house.pass_by(6)
    assert listed(house) == [("1", "")]


async def test_a_list_that_was_lost_between_two_runs_is_written_anew(
    house: House, lose: Callable[[House], object]
) -> None:
    spare = Spare(house.watchlist.path.with_name("spare.toml"))
    house.watchlist = Watchlist(house.watchlist.path, clock=house.time.clock.now, spare=spare)
    house.watchlist.add([Listed("1", "hero shot"), Listed("2")])
    before = house.watchlist.read()
    lose(house)
    await house.open()
    assert list(house.engine.board.entries) == [key("1"), key("2")]
    await house.pass_by(5)
    assert Watchlist(house.watchlist.path).read() == before
    assert house.engine.board.ledger_line == ANEW


async def test_what_a_person_writes_into_the_list_is_in_its_spare(house: House) -> None:
    spare = Spare(house.watchlist.path.with_name("spare.toml"))
    house.watchlist = Watchlist(house.watchlist.path, clock=house.time.clock.now, spare=spare)
    await house.open("1")
    whole = house.watchlist.path.read_bytes() + b'\n[[task]]\nid = "2"\n'
    house.watchlist.path.write_bytes(whole)
    await house.pass_by(3)
    assert spare.path.read_bytes() == whole
