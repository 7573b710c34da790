"""A person's program: no shell, a limit, a bounded output, and no word of it in an error."""

import os
import sys
import time
from pathlib import Path

import pytest

from vidu_tui.storage import programs
from vidu_tui.storage.programs import Ran

ENVIRON = {"PATH": os.environ["PATH"]}


def python(code: str, *words: str, said: bytes = b"", timeout_s: float = 30.0) -> Ran:
    return programs.run(
        [sys.executable, "-c", code, *words],
        environ=ENVIRON,
        timeout_s=timeout_s,
        said=said,
        has_errors=True,
    )


def test_it_gets_words_as_they_are_and_its_input_whole() -> None:
    said = b"x" * 1_000_000
    code = "import sys; print(sys.argv[1:], len(sys.stdin.buffer.read()))"
    assert python(code, "$(id)", "a b", "*", said=said).output == b"['$(id)', 'a b', '*'] 1000000\n"


def test_one_that_reads_nothing_is_no_trouble() -> None:
    assert python("print(1)", said=b"x" * 1_000_000) == Ran("", b"1\n")


def test_its_environment_is_what_was_given() -> None:
    code = "import os; print(sorted(k for k in os.environ if k != 'LC_CTYPE'))"
    assert python(code).output == b"['PATH']\n"


def test_both_its_streams_are_read_in_order() -> None:
    code = "import os; os.write(1, b'a'); os.write(2, b'b'); os.write(1, b'c'); raise SystemExit(7)"
    assert python(code) == Ran("failed with exit status 7", b"abc")


def test_without_errors_its_standard_error_is_dropped() -> None:
    code = "import sys; sys.stderr.write('secret'); print('key')"
    ran = programs.run([sys.executable, "-c", code], environ=ENVIRON, timeout_s=30)
    assert ran == Ran("", b"key\n")


def test_of_an_endless_output_the_beginning_is_kept_and_it_never_gets_stuck() -> None:
    code = "import os\nfor _ in range(500): os.write(1, b'y' * 65536)"
    assert python(code) == Ran("", b"y" * programs.MOST_BYTES)


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    witness = tmp_path / "child"
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(witness)!r}, 'w').write(str(child.pid))\n"
        "print('began', flush=True)\n"
        "time.sleep(60)"
    )
    ran = python(code, timeout_s=3.0)
    assert (ran.problem, ran.is_late) == ("took longer than 3 s and was ended", True)
    assert ran.output == b"began\n"
    child = int(witness.read_text())
    ends = time.monotonic() + 20
    while _lives(child) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    """Tell whether a process runs; a dead one that nobody has buried does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_what_it_leaves_behind_may_live_on_and_holds_nothing_up() -> None:
    code = (
        "import subprocess, sys\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
    )
    began = time.monotonic()
    ran = python(code)
    assert not ran.problem
    assert time.monotonic() - began < 25
    child = int(ran.output)
    assert _lives(child)
    os.kill(child, 9)


def test_one_that_is_not_there_or_no_program_is_told(tmp_path: Path) -> None:
    missing = programs.run([str(tmp_path / "none")], environ=ENVIRON, timeout_s=5)
    assert missing.problem == "was not found"
    (tmp_path / "text").write_text("no program")
    (tmp_path / "text").chmod(0o644)
    found = programs.run([str(tmp_path / "text")], environ=ENVIRON, timeout_s=5)
    assert found.problem == "cannot be started"


def test_a_program_with_a_slash_is_beside_the_config_and_else_in_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside, bin_folder, here = tmp_path / "config", tmp_path / "bin", tmp_path / "videos"
    for folder in (beside, bin_folder, here):
        folder.mkdir()
        (folder / "post.sh").write_text("#!/bin/sh\n")
        (folder / "post.sh").chmod(0o755)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    environ = {"PATH": f".::{bin_folder}"}
    assert programs.find("./post.sh", beside, environ) == str(beside / "post.sh")
    assert programs.find("../bin/post.sh", beside, environ) == f"{beside}/../bin/post.sh"
    assert programs.find("~/bin/post.sh", beside, environ) == str(bin_folder / "post.sh")
    assert programs.find("/x/y", beside, environ) == "/x/y"
    assert programs.find("post.sh", beside, environ) == str(bin_folder / "post.sh")
    assert programs.find("post.sh", beside, {"PATH": "."}) == ""
