from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vidu_tui.core.errors import ListError
from vidu_tui.storage.watchlist import Listed, Removed, Watchlist

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1769860800.0
posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX modes and pipes")

CHANGES: dict[str, Callable[[Watchlist], object]] = {
    "add": lambda watchlist: watchlist.add([Listed("9")]),
    "remove": lambda watchlist: watchlist.remove([("", "1")]),
    "restore": lambda watchlist: watchlist.restore([Removed(Listed("9"), 0, {"id": "9"})]),
    "relabel": lambda watchlist: watchlist.relabel(("", "1"), "x"),
}
GOOD = b'[[task]]\nid = "1"\n'


@pytest.fixture
def watchlist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watchlist:
    monkeypatch.setenv("HOME", str(tmp_path))
    return Watchlist(tmp_path / "watchlist.toml", clock=lambda: NOW, lock_timeout_s=0.05)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'[[task]]\nid = "1"\nlabel = oops\n',
            "~/watchlist.toml, line 3, column 9: invalid value",
        ),
        (b'[[task]]\nid = "\xff"\n', "~/watchlist.toml, line 2, column 7: this is not UTF-8 text"),
        (
            b"version = 7\n",
            "~/watchlist.toml, line 1, column 1: was written by a newer vidu-tui (version 7); "
            "nothing was changed",
        ),
        (
            b"[[task]]\nid = 1.5\n",
            '~/watchlist.toml, line 2, column 1: `id` must be a text in quotes, as in id = "9401'
            '07923630096384"',
        ),
    ],
)
def test_a_list_that_cannot_be_read_is_never_overwritten(
    change: str, data: bytes, message: str, watchlist: Watchlist
) -> None:
    watchlist.path.write_bytes(data)
    uses: tuple[Callable[[Watchlist], object], ...] = (CHANGES[change], Watchlist.read)
    for use in uses:
        with pytest.raises(ListError) as caught:
            use(watchlist)
        assert str(caught.value) == message
        assert "\n" not in message
    assert watchlist.path.read_bytes() == data


@posix_only
@pytest.mark.parametrize("change", CHANGES)
def test_a_read_only_file_is_a_person_s_word(change: str, watchlist: Watchlist) -> None:
    watchlist.path.write_bytes(GOOD)
    watchlist.path.chmod(0o444)
    with pytest.raises(ListError) as caught:
        CHANGES[change](watchlist)
    assert str(caught.value) == "~/watchlist.toml: is read-only; nothing was changed"
    assert watchlist.path.read_bytes() == GOOD
    assert [path.name for path in watchlist.path.parent.iterdir()] == ["watchlist.toml"]


@posix_only
def test_a_read_only_file_is_read_and_what_it_has_already_is_no_error(
    watchlist: Watchlist,
) -> None:
    watchlist.path.write_bytes(GOOD)
    watchlist.path.chmod(0o444)
    assert watchlist.add([Listed("1")]).already == (Listed("1"),)
    assert watchlist.remove([("", "2")]) == ()


@posix_only
def test_a_read_only_folder_is_a_person_s_word(watchlist: Watchlist) -> None:
    watchlist.path.write_bytes(GOOD)
    watchlist.path.parent.chmod(0o555)
    try:
        with pytest.raises(ListError) as caught:
            watchlist.add([Listed("9")])
        assert str(caught.value) == (
            "~/watchlist.toml: its folder is read-only; nothing was changed"
        )
    finally:
        watchlist.path.parent.chmod(0o755)
    assert [path.name for path in watchlist.path.parent.iterdir()] == ["watchlist.toml"]


@posix_only
def test_a_file_that_this_user_may_not_write_is_not_replaced(
    watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchlist.path.write_bytes(GOOD)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ListError, match="is read-only; nothing was changed"):
        watchlist.add([Listed("9")])
    assert watchlist.path.read_bytes() == GOOD


def test_a_file_that_this_user_may_not_read_is_an_error(
    watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchlist.path.write_bytes(GOOD)

    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(ListError) as caught:
            watchlist.read()
    assert str(caught.value) == (
        "~/watchlist.toml: may not be read or written by this user; nothing was changed"
    )


def test_a_folder_in_its_place_is_an_error(watchlist: Watchlist) -> None:
    watchlist.path.mkdir()
    uses: tuple[Callable[[Watchlist], object], ...] = (CHANGES["add"], Watchlist.read)
    for use in uses:
        with pytest.raises(ListError) as caught:
            use(watchlist)
        assert str(caught.value) == "~/watchlist.toml: is a folder, not a file; nothing was changed"


@posix_only
def test_a_pipe_in_its_place_is_an_error_and_not_waited_for(watchlist: Watchlist) -> None:
    os.mkfifo(watchlist.path)
    with pytest.raises(ListError, match="is not a plain file; nothing was changed"):
        watchlist.read()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOSPC, "the disk is full; the list is as it was, free some space and try again"),
        (errno.EDQUOT, "the disk is full; the list is as it was, free some space and try again"),
        (errno.EROFS, "is on a read-only disk; nothing was changed"),
        (errno.EIO, "cannot be read or written (the words of the system); nothing was changed"),
    ],
)
def test_a_disk_that_does_not_take_the_list_leaves_the_old_one(
    code: int, problem: str, watchlist: Watchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    watchlist.path.write_bytes(GOOD)

    def fail(_: int) -> None:
        raise OSError(code, "the words of the system")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(ListError) as caught:
            watchlist.add([Listed("9")])
    assert str(caught.value) == f"~/watchlist.toml: {problem}"
    assert watchlist.path.read_bytes() == GOOD
    assert sorted(path.name for path in watchlist.path.parent.iterdir()) == [
        "watchlist.toml",
        "watchlist.toml.lock",
    ]


def test_a_list_that_another_program_holds_is_waited_for_and_then_told(
    watchlist: Watchlist,
) -> None:
    import filelock

    watchlist.path.write_bytes(GOOD)
    with filelock.FileLock(f"{watchlist.path}.lock"), pytest.raises(ListError) as caught:
        watchlist.add([Listed("9")])
    assert str(caught.value) == (
        "~/watchlist.toml: is locked by another program; nothing was changed, try again"
    )
    assert watchlist.path.read_bytes() == GOOD


@posix_only
def test_a_linked_list_stays_a_link(watchlist: Watchlist, tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles/list.toml").write_bytes(GOOD)
    watchlist.path.symlink_to("dotfiles/list.toml")
    watchlist.add([Listed("9")])
    assert watchlist.path.is_symlink()
    assert len(watchlist.read()) == 2
    assert [path.name for path in (tmp_path / "dotfiles").iterdir()] == ["list.toml"]


def test_a_broken_list_is_set_aside_and_no_other_is_overwritten(watchlist: Watchlist) -> None:
    moved = []
    for content in (b"broken 1", b"broken 2", b"broken 3"):
        watchlist.path.write_bytes(content)
        moved.append(Path(watchlist.set_aside()))
    assert [path.read_bytes() for path in moved] == [b"broken 1", b"broken 2", b"broken 3"]
    assert moved[0].name.startswith("watchlist.toml.broken-2026013")
    assert len(moved[0].name) == len("watchlist.toml.broken-20260131-120000")
    assert watchlist.read() == ()
    watchlist.add([Listed("9")])


def test_setting_aside_what_is_not_there_is_an_error(watchlist: Watchlist) -> None:
    with pytest.raises(ListError, match="cannot be read or written"):
        watchlist.set_aside()


def test_a_list_whose_folder_went_away_comes_back(watchlist: Watchlist, tmp_path: Path) -> None:
    listing = Watchlist(tmp_path / "data/watchlist.toml")
    listing.add([Listed("1")])
    shutil.rmtree(tmp_path / "data")
    listing.add([Listed("2")])
    assert [item.id for item in listing.read()] == ["2"]
