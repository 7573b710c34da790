"""A list that is gone is read from its spare, and written anew by whatever changes it next."""

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist

LOSSES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda file: file.unlink(),
    "with its folder": lambda file: shutil.rmtree(file.parent),
    "blank": lambda file: file.write_bytes(b"\n"),
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    environ = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    return Paths.find(environ | {"XDG_STATE_HOME": str(tmp_path / "state")})


@pytest.fixture(params=LOSSES)
def lost(request: pytest.FixtureRequest, paths: Paths) -> Watchlist:
    """Give a list of two tasks whose file is gone."""
    Watchlist.of(paths).add([Listed("1", "hero shot"), Listed("2", "", "other")])
    LOSSES[request.param](paths.watchlist_file)
    return Watchlist.of(paths)


def ids(watchlist: Watchlist) -> list[tuple[str, str, str]]:
    return [(row.id, row.label, row.gateway) for row in watchlist.read()]


BOTH = [("1", "hero shot", ""), ("2", "", "other")]


def test_what_was_on_it_is_still_there(lost: Watchlist) -> None:
    assert lost.is_lost()
    assert ids(lost) == BOTH


def test_an_addition_writes_all_of_it(lost: Watchlist) -> None:
    lost.add([Listed("3")])
    assert ids(Watchlist(lost.path)) == [*BOTH, ("3", "", "")]


def test_putting_back_what_is_known_writes_it_though_the_spare_has_it(lost: Watchlist) -> None:
    lost.put_back(lost.read())
    assert ids(Watchlist(lost.path)) == BOTH


def test_a_removal_is_no_loss(paths: Paths) -> None:
    watchlist = Watchlist.of(paths)
    watchlist.add([Listed("1"), Listed("2")])
    watchlist.remove([("", "2")])
    paths.watchlist_file.unlink()
    assert [row.id for row in watchlist.read()] == ["1"]
    watchlist.remove([("", "1")])
    paths.watchlist_file.unlink()
    assert watchlist.read() == ()


def test_what_others_have_written_is_copied_when_it_can_be_read(paths: Paths) -> None:
    watchlist = Watchlist.of(paths)
    watchlist.add([Listed("1")])
    mine = paths.watchlist_file.read_bytes()
    paths.watchlist_file.write_bytes(mine + b'\n[[task]]\nid = "7"\n')
    watchlist.copy_spare()
    paths.watchlist_file.write_bytes(b"no list [")
    watchlist.copy_spare()
    paths.watchlist_file.write_bytes(b"\n")
    watchlist.copy_spare()
    paths.watchlist_file.unlink()
    watchlist.copy_spare()
    assert [row.id for row in watchlist.read()] == ["1", "7"]


def test_a_list_that_was_set_aside_does_not_come_back(paths: Paths) -> None:
    watchlist = Watchlist.of(paths)
    watchlist.add([Listed("1")])
    paths.watchlist_file.write_bytes(b"no list [")
    watchlist.set_aside()
    assert watchlist.read() == ()


@pytest.mark.parametrize("data", [b"", b"no list [", b"\xff\xfe"])
def test_a_spare_that_cannot_be_read_is_none(paths: Paths, data: bytes) -> None:
    paths.spare_list_file.parent.mkdir(parents=True)
    paths.spare_list_file.write_bytes(data)
    assert Watchlist.of(paths).read() == ()


def test_a_spare_that_cannot_be_written_is_no_trouble(paths: Paths) -> None:
    paths.spare_list_file.mkdir(parents=True)
    Watchlist.of(paths).add([Listed("1")])
    assert [row.id for row in Watchlist.of(paths).read()] == ["1"]


def test_it_is_for_its_owner_alone(paths: Paths) -> None:
    Watchlist.of(paths).add([Listed("1", "hero shot")])
    assert stat.S_IMODE(paths.spare_list_file.stat().st_mode) == 0o600
