"""The streams of verbs: closed pipes, odd bytes, other encodings, no streams; and no secrets."""

import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.verbs.conftest import DONE, FAILED, PENDING, UNKNOWN, Person
from vidu_tui.gateway.transfer import OVERLAP_BYTES
from vidu_tui.sandbox.scenario import SandboxTask

SLOW = SandboxTask(id="940107923630000007", clips=("dunes.mp4",), bytes_per_s=40_000)
WIDE = "夜の街 ✓"


def shell(person: Person, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which ``vidu`` is the program."""
    script = f'vidu() {{ "{sys.executable}" -m vidu_tui "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script],
        env=person.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "line",
    [
        "vidu ls --json | true",
        f"vidu status {DONE.id} {FAILED.id} 2>/dev/null | true",
        f"vidu wait {DONE.id} {FAILED.id} 2>/dev/null | head -n 1 >/dev/null",
        f"vidu download {DONE.id} 2>/dev/null | true",
    ],
)
def test_a_closed_pipe_ends_in_silence(person: Person, line: str) -> None:
    person.run("add", *(str(940107923620000000 + number) for number in range(300)))
    done = shell(person, line)
    assert (done.stdout, done.stderr) == ("", "")


def test_what_is_saved_is_saved_though_nobody_listens_any_more(person: Person) -> None:
    line = f"vidu wait {FAILED.id} {DONE.id} --download 2>&1 | true; echo ${{PIPESTATUS[0]}}"
    assert shell(person, line).stdout == "1\n"
    assert len(list(person.videos.glob("*.mp4"))) == 1


def test_streams_that_are_closed_are_no_traceback(person: Person) -> None:
    for line in (f"vidu add {DONE.id} >&-", "vidu add - <&-", "vidu ls 2>&-", "vidu ls >&- 2>&-"):
        assert "Traceback" not in shell(person, line).stderr


def test_bytes_that_are_no_text_hide_no_id(person: Person) -> None:
    assert shell(person, f"printf '\\xff\\xfe {DONE.id} \\x80' | vidu add -").stdout == (
        f"{DONE.id}\tadded\n"
    )


def test_a_terminal_of_another_encoding_gets_what_it_can_show(person: Person) -> None:
    person.run("add", DONE.id, "--label", WIDE)
    person.environ |= {"PYTHONIOENCODING": "ascii"}
    done = person.run("ls")
    assert done.returncode == 0
    assert done.stdout.split("\t")[3] == "??? +"


def test_ctrl_c_in_a_download_keeps_what_has_come(person: Person) -> None:
    person.gateway.add(SLOW)
    with person.start("download", SLOW.id) as running:
        person.wait_until(lambda: _part_of(person) > 2 * OVERLAP_BYTES)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Traceback" not in said
    kept = _part_of(person)
    assert person.rows()[SLOW.id][9].startswith("‖ ")
    person.gateway.add(replace(SLOW, bytes_per_s=0))
    assert person.run("download", SLOW.id).returncode == 0
    ranges = [seen.range for seen in person.gateway.requests if "/files/" in seen.path]
    assert ranges == [None, f"bytes={kept - OVERLAP_BYTES}-"]


def _part_of(person: Person) -> int:
    """Give the length of what has come."""
    return sum(part.stat().st_size for part in person.videos.glob("*.part"))


def test_no_verb_writes_a_key_or_a_signature_anywhere(person: Person) -> None:
    person.set('[download]\nauto = "off"\n')
    said = ""
    for words in (
        ["add", DONE.id],
        ["status", DONE.id, FAILED.id, PENDING.id, UNKNOWN],
        ["ls", "--json"],
        ["wait", DONE.id, FAILED.id, "--json", "-v"],
        ["download", "--all", "--json", "-v"],
        ["verify", "-v"],
    ):
        done = person.run(*words)
        said += done.stdout + done.stderr
    written = b"".join(p.read_bytes() for p in person.home.rglob("*") if p.is_file())
    for secret in (person.gateway.key, "X-Amz-Signature="):
        assert secret not in said
        assert secret.encode() not in written
    assert person.saved()
