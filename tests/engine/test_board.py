"""The Board as the screen gets it, and the list behind it."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.engine.conftest import House, key
from tests.engine.simulated import GATEWAY, link, task
from vidu_tui.core.errors import ListError
from vidu_tui.core.task import TaskState
from vidu_tui.engine.bulletin import PUBLISH_S
from vidu_tui.storage.watchlist import Listed, Watchlist


async def test_many_answers_are_one_publish(house: House) -> None:
    began = time.monotonic()
    await house.open(*[str(n) for n in range(100, 300)])
    await house.pass_by(1)
    await asyncio.sleep(PUBLISH_S * 1.5)
    most = 2 + (time.monotonic() - began) / PUBLISH_S
    assert 1 <= len(house.published) <= most
    assert house.published[-1] is house.engine.board
    assert len(house.gateway.asked) == 200


async def test_an_equal_board_says_nothing(house: House) -> None:
    house.say("1", task("1", "success", link()))
    await house.open("1")
    await asyncio.sleep(PUBLISH_S * 1.5)
    before = len(house.published)
    await house.pass_by(600)
    house.engine.pause(is_paused=False)
    await asyncio.sleep(PUBLISH_S * 1.5)
    assert len(house.published) == before


async def test_what_another_process_adds_and_removes_is_followed_in_two_seconds(
    house: House,
) -> None:
    await house.open("1", "2")
    other = Watchlist(house.watchlist.path)
    other.add([Listed("3", "from a script")])
    other.remove([("", "1")])
    await house.pass_by(2)
    assert list(house.engine.board.entries) == [key("2"), key("3")]
    assert house.entry("3").label == "from a script"
    assert house.entry("3").state is TaskState.PROCESSING
    asked = len(house.gateway.times("1"))
    await house.pass_by(60)
    assert len(house.gateway.times("1")) == asked


async def test_a_list_that_is_broken_for_a_while_changes_nothing(house: House) -> None:
    await house.open("1")
    whole = house.watchlist.path.read_bytes()
    house.watchlist.path.write_bytes(b"version = 1\n[[task")
    await house.pass_by(5)
    assert list(house.engine.board.entries) == [key("1")]
    assert house.watchlist.path.read_bytes() == b"version = 1\n[[task"
    house.watchlist.path.write_bytes(whole + b'\n[[task]]\nid = "2"\n')
    await house.pass_by(2)
    assert list(house.engine.board.entries) == [key("1"), key("2")]


@pytest.mark.parametrize("act", ["add", "remove", "relabel", "undo"])
@pytest.mark.parametrize("trouble", ["broken", "read-only"])
async def test_a_list_that_cannot_be_written_leaves_board_and_file_alone(
    house: House, act: str, trouble: str
) -> None:
    await house.open("1", "2")
    await house.engine.remove([key("2")])
    board = house.engine.board
    path: Path = house.watchlist.path
    if trouble == "broken":
        path.write_bytes(b"version = 1\n[[task")
    else:
        path.chmod(0o400)
    before = path.read_bytes()
    acts = {
        "add": lambda: house.engine.add([(key("3"), "")]),
        "remove": lambda: house.engine.remove([key("1")]),
        "relabel": lambda: house.engine.relabel(key("1"), "hero"),
        "undo": house.engine.undo,
    }
    with pytest.raises(ListError):
        await acts[act]()
    assert house.engine.board.entries == board.entries
    assert path.read_bytes() == before
    path.chmod(0o600)
    path.write_bytes(b'version = 1\n[[task]]\nid = "1"\n')
    assert [e.key.id for e in await house.engine.undo()] == ["2"]


async def test_add_tells_what_is_new_and_what_was_there(house: House) -> None:
    await house.open("1")
    added = await house.engine.add([(key("1"), "again"), (key("2"), "two"), (key("2"), "")])
    assert [x.id for x in added.new] == ["2"]
    assert [x.id for x in added.already] == ["1", "2"]
    assert house.entry("1").label == ""
    assert house.entry("2").label == "two"


async def test_the_default_gateway_by_name_or_not_is_one_row(house: House) -> None:
    house.watchlist.add([Listed("1", ""), Listed("1", "by name", "theturbo"), Listed("2", "x", "")])
    await house.open()
    assert list(house.engine.board.entries) == [key("1"), key("2")]
    assert house.entry("1").label == "by name"
    await house.engine.relabel(key("1"), "new")
    assert house.entry("1").label == "new"
    await house.engine.undo()
    assert house.entry("1").label == "by name"
    await house.engine.remove([key("1")])
    await house.pass_by(2)
    assert list(house.engine.board.entries) == [key("2")]
    await house.engine.undo()
    await house.pass_by(2)
    assert list(house.engine.board.entries) == [key("1"), key("2")]


@pytest.mark.parametrize("spelling", ["", "theturbo"])
async def test_an_id_under_either_spelling_is_there_already(house: House, spelling: str) -> None:
    house.listed("1", gateway=spelling)
    await house.open()
    before = house.watchlist.path.read_bytes()
    added = await house.engine.add([(key("1"), "")])
    assert (len(added.new), len(added.already)) == (0, 1)
    assert house.watchlist.path.read_bytes() == before


async def test_the_same_id_on_two_gateways_is_two_rows(house: House) -> None:
    house.listed("1", gateway="other")
    await house.open("1")
    assert len(house.engine.board.entries) == 2


async def test_undo_brings_a_row_back_in_its_place_with_what_was_known(house: House) -> None:
    house.say("2", task("2", "success", link()))
    await house.open("1", "2", "3")
    await house.engine.relabel(key("2"), "hero")
    gone = await house.engine.remove([key("2")])
    assert [e.label for e in gone] == ["hero"]
    back = await house.engine.undo()
    assert [e.key for e in back] == [key("2")]
    assert list(house.engine.board.entries) == [key("1"), key("2"), key("3")]
    assert house.entry("2").label == "hero"
    assert house.entry("2").state is TaskState.SUCCESS
    await house.pass_by(60)
    assert house.gateway.times("2") == [0.0]


async def test_a_row_that_came_back_unfinished_is_polled_again(house: House) -> None:
    await house.open("1")
    await house.engine.remove([key("1")])
    await house.pass_by(60)
    await house.engine.undo()
    await house.pass_by(1)
    assert house.gateway.times("1") == [0.0, 60.0]


async def test_undo_goes_fifty_steps_back_and_no_further(house: House) -> None:
    await house.open("1")
    for number in range(60):
        await house.engine.relabel(key("1"), f"label {number}")
    steps = 0
    while await house.engine.undo():
        steps += 1
    assert steps == 50
    assert house.entry("1").label == "label 9"


async def test_a_label_that_changes_nothing_is_no_step_of_undo(house: House) -> None:
    await house.open("1", "2")
    await house.engine.remove([key("2")])
    await house.engine.relabel(key("1"), "  ")
    assert [e.key.id for e in await house.engine.undo()] == ["2"]


async def test_undo_of_a_label_whose_task_is_gone_takes_the_step_before(house: House) -> None:
    await house.open("1", "2", "3")
    await house.engine.remove([key("3")])
    await house.engine.relabel(key("1"), "hero")
    Watchlist(house.watchlist.path).remove([("", "1")])
    await house.pass_by(2)
    assert [e.key.id for e in await house.engine.undo()] == ["3"]


async def test_changes_of_the_list_come_one_after_the_other(house: House) -> None:
    await house.open("1")
    await asyncio.gather(
        *(house.engine.add([(key(str(n)), "")]) for n in range(10, 20)),
        house.engine.remove([key("1")]),
        house.engine.relabel(key("1"), "late"),
    )
    await house.pass_by(2)
    assert sorted(k.id for k in house.engine.board.entries) == [str(n) for n in range(10, 20)]
    assert [e.key.id for e in await house.engine.undo()] == ["1"]


async def test_removing_what_is_not_there_is_no_step_of_undo(house: House) -> None:
    await house.open("1")
    assert await house.engine.remove([key("9")]) == ()
    assert await house.engine.undo() == ()


async def test_a_list_set_aside_is_empty_and_can_be_filled(house: House) -> None:
    house.watchlist.path.write_bytes(b"broken [")
    engine = house.build()
    with pytest.raises(ListError):
        engine.load()
    path = await engine.set_aside()
    assert Path(path).read_bytes() == b"broken ["
    await engine.add([(key("1"), "")])
    assert list(engine.board.entries) == [key("1")]


async def test_a_ledger_that_was_set_aside_is_told(house: House) -> None:
    house.ledger.path.write_bytes(b"this is no database" * 100)
    await house.open("1")
    await house.pass_by(2)
    assert "set aside as ledger.db.broken-" in house.engine.board.ledger_line


async def test_the_header_s_host_keeps_its_port_once_it_is_asked(house: House) -> None:
    house.gateway.host = "127.0.0.1:8080"
    await house.open("1")
    house.gateway.host = "127.0.0.1"
    await house.pass_by(6)
    assert house.engine.board.health_of(GATEWAY).host == "127.0.0.1:8080"


async def test_what_is_added_names_its_gateway_so_that_another_default_keeps_it(
    house: House,
) -> None:
    await house.open("1")
    await house.engine.add([(key("1"), ""), (key("2"), ""), (key("2", "vidu"), "")])
    assert [row.key for row in house.watchlist.read()] == [
        ("", "1"),
        ("theturbo", "2"),
        ("vidu", "2"),
    ]
