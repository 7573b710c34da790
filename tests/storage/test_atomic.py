from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import vidu_tui
from vidu_tui.storage import atomic

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX modes and links")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_a_new_file_is_the_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        atomic.write(tmp_path / "a/b/file", b"hello")
    finally:
        os.umask(old)
    assert (tmp_path / "a/b/file").read_bytes() == b"hello"
    assert mode(tmp_path / "a/b/file") == 0o600
    assert mode(tmp_path / "a") == mode(tmp_path / "a/b") == 0o700


@posix_only
def test_another_mode_holds_under_a_strict_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        atomic.write(tmp_path / "file", b"", mode=0o644)
    finally:
        os.umask(old)
    assert mode(tmp_path / "file") == 0o644


def test_the_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    atomic.write(tmp_path / "file", b"old" * 1000)
    atomic.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


@posix_only
def test_a_link_stays_a_link_and_what_it_names_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real/file")
    atomic.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real/file").read_bytes() == b"new"
    assert names(tmp_path / "real") == ["file"]


@posix_only
def test_a_dangling_link_makes_the_file_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere/file")
    atomic.write(tmp_path / "link", b"new")
    assert (tmp_path / "elsewhere/file").read_bytes() == b"new"


@posix_only
def test_a_link_in_a_circle_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic"):
        atomic.write(tmp_path / "a", b"new")
    assert names(tmp_path) == ["a", "b"]


@posix_only
def test_a_folder_and_a_pipe_are_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(OSError, match=r"directory|plain"):
            atomic.write(tmp_path / name, b"new")
        with pytest.raises(OSError, match=r"directory|plain"):
            atomic.read(tmp_path / name)
    assert names(tmp_path) == ["folder", "pipe"]


def test_a_file_in_the_way_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="directory"):
        atomic.write(tmp_path / "file/below", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"


@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
def test_an_error_at_any_step_leaves_the_old_file_and_no_temporary(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    atomic.write(tmp_path / "file", b"old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    if step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space"):
        atomic.write(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


@posix_only
def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path: Path) -> None:
    atomic.write(tmp_path / "file", b"old")
    code = """
import pathlib, resource, sys
from vidu_tui.storage import atomic
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    atomic.write(pathlib.Path(sys.argv[1]), b"x" * 5000)
except OSError as error:
    print(error.strerror)
"""
    root = Path(vidu_tui.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "file")],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "File too large\n"
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"


def test_a_folder_that_knows_no_fsync_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fail)
    atomic.fsync_folder(tmp_path)


def test_a_lock_that_another_holds_is_a_time_out(tmp_path: Path) -> None:
    import filelock

    with (
        filelock.FileLock(f"{tmp_path / 'file'}.lock"),
        pytest.raises(TimeoutError),
        atomic.locked(tmp_path / "file", timeout_s=0.02),
    ):
        pass
    with atomic.locked(tmp_path / "file", timeout_s=0.02):
        pass


def test_the_temporary_files_of_a_killed_writer_are_swept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".file.0123456789abcdef.vidu-tmp").write_bytes(b"half")
    (tmp_path / ".file.swp").write_bytes(b"an editor's")
    (tmp_path / ".other.0123456789abcdef.vidu-tmp").write_bytes(b"another's")
    atomic.sweep(tmp_path / "file")
    assert names(tmp_path) == [".file.swp", ".other.0123456789abcdef.vidu-tmp"]


@pytest.mark.parametrize("has_links", [True, False])
def test_a_new_file_takes_no_other_one_s_place(
    has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "deep" / "file"
    atomic.write_new(file, b"first")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"first", 0o600)
    with pytest.raises(FileExistsError):
        atomic.write_new(file, b"second")
    (file.parent / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        atomic.write_new(file.parent / "link", b"third")
    assert file.read_bytes() == b"first"
    assert names(file.parent) == ["file", "link"]
