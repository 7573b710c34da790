"""verify on the command line: every file that was saved, against a real gateway for repairs."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import environ_of
from vidu_tui.core.answer import parse
from vidu_tui.core.board import Entry
from vidu_tui.core.files import Arrived, FileKey, Validator
from vidu_tui.core.task import AssetKind, Task, TaskKey
from vidu_tui.engine.archive import Archive
from vidu_tui.gateway.landing import digest_of
from vidu_tui.sandbox import media
from vidu_tui.sandbox.scenario import SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.facts import FileFact
from vidu_tui.storage.inspection import Condition, Finding
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.paths import Paths
from vidu_tui.verbs import verify

VIDEO = FileKey(0, AssetKind.VIDEO)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    tasks = [SandboxTask(id="940119407923630096", clips=("dunes.mp4",))]
    with Sandbox(tasks, bytes_per_s=0) as running:
        yield running


class Home:
    """A person's home with saved files, and the command line in it."""

    def __init__(self, home: Path, sandbox: Sandbox):
        self.environ = environ_of(home)
        self.environ |= {"VIDU_BASE_URL": sandbox.base_url, "VIDU_API_KEY": sandbox.key}
        self.videos = home / "videos"
        self.videos.mkdir(parents=True)
        self.environ["VIDU_DOWNLOAD_DIR"] = str(self.videos)
        self.ledger_file = Paths.find(self.environ).ledger_file

    def save(self, task_id: str, name: str) -> Path:
        """Have a clip on disk and in the ledger, as after a download."""
        clip = media.path_of("dunes.mp4")
        assert clip is not None
        path = self.videos / name
        path.write_bytes(clip.read_bytes())
        arrived = Arrived(str(path), path.stat().st_size, digest_of(path), Validator())
        archive = Archive(Ledger(self.ledger_file))
        task = parse({"state": "success", "creations": [{"url": "https://a.example/a"}]}, task_id)
        assert isinstance(task, Task)
        archive.answered(Entry(TaskKey("theturbo", task_id), task=task))
        archive.landed(TaskKey("theturbo", task_id), VIDEO, arrived)
        archive.close()
        return path

    def verify(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the verb."""
        return subprocess.run(
            [sys.executable, "-m", "vidu_tui", "verify", *words],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def person(home: Path, sandbox: Sandbox) -> Home:
    return Home(home, sandbox)


def test_nothing_saved_is_said_and_is_no_failure(person: Home) -> None:
    done = person.verify()
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Nothing is saved yet, so there is nothing to verify.\n"


def test_whole_files_are_counted_on_stderr_and_listed_with_v(person: Home) -> None:
    path = person.save("940119407923630096", "a.mp4")
    done = person.verify()
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 file as saved, every byte.\n"
    assert person.verify("-v").stdout == f"ok\t940119407923630096\t{path}\n"


def test_what_is_not_whole_is_named_and_the_status_says_so(person: Home) -> None:
    gone, short = person.save("1", "gone.mp4"), person.save("2", "short.mp4")
    altered, _ = person.save("3", "altered.mp4"), person.save("4", "whole.mp4")
    size = short.stat().st_size
    gone.unlink()
    os.truncate(short, 1000)
    content = bytearray(altered.read_bytes())
    content[-1] ^= 1
    altered.write_bytes(content)
    done = person.verify()
    assert done.returncode == 6
    assert done.stdout.splitlines() == [
        f"altered\t3\t{altered}",
        f"missing\t1\t{gone}",
        f"truncated\t2\t{short}\t1,000 of {size:,} bytes",
    ]
    assert done.stderr == (
        "1 of 4 files as saved; 1 missing, 1 truncated, 1 altered."
        " vidu-tui verify --repair fetches what the gateway still has.\n"
    )


def test_repair_fetches_again_under_the_same_name_and_keeps_what_was_there(person: Home) -> None:
    path = person.save("940119407923630096", "own name.mp4")
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    done = person.verify("--repair", "--json")
    assert done.returncode == 0, done.stderr
    [file] = json.loads(done.stdout)["files"]
    assert (file["id"], file["condition"], file["repaired"]) == (
        "940119407923630096",
        "truncated",
        True,
    )
    assert path.read_bytes() == whole
    assert path.with_name("own name.mp4.bad").read_bytes() == whole[:1000]
    assert person.verify().returncode == 0


def test_what_the_gateway_does_not_know_any_more_is_left_as_it_is(person: Home) -> None:
    path = person.save("940100000000000000", "a.mp4")
    os.truncate(path, 1000)
    done = person.verify("--repair")
    assert done.returncode == 6
    assert "not repaired: The gateway has no such file any more." in done.stdout
    assert path.stat().st_size == 1000


def test_a_refused_key_is_status_4_and_no_gateway_is_status_3(person: Home) -> None:
    path = person.save("940119407923630096", "a.mp4")
    path.unlink()
    person.environ["VIDU_API_KEY"] = "another"
    done = person.verify("--repair")
    assert done.returncode == 4
    assert "refused the key" in done.stdout
    person.environ["VIDU_BASE_URL"] = "http://127.0.0.1:9/v1/vidu"
    assert person.verify("--repair").returncode == 3


def test_a_task_id_moves_no_cursor() -> None:
    fact = FileFact(TaskKey("theturbo", "1\x1b[2J\n2"), VIDEO, "a.mp4", Validator(), "a.mp4")
    out = io.StringIO()
    found = [Finding(fact, Condition.MISSING)]
    verify.report(found, None, is_json=False, is_verbose=False, out=out, err=io.StringIO())
    assert out.getvalue() == "missing\t1 2\ta.mp4\n"
