"""A person with a home of their own and a gateway on this machine, and verbs run there."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui.core.jsontext import Json
from vidu_tui.sandbox.scenario import Phase, SandboxTask
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.paths import Paths

GATEWAY = "theturbo"
PENDING = SandboxTask(
    id="940107923630000001", label="hero shot", phases=(Phase(0, "processing", 40, 40),)
)
DONE = SandboxTask(id="940107923630000002", clips=("dunes.mp4",))
FAILED = SandboxTask(
    id="940107923630000003",
    model="viduq2",
    phases=(Phase(0, "failed", err_code="CreationPolicyViolation"),),
)
CANCELED = SandboxTask(id="940107923630000004", phases=(Phase(0, "canceled"),))
UNKNOWN = "940107923639999999"
FIELDS = 11


class Person:
    """Somebody who types commands."""

    def __init__(self, home: Path, gateway: Sandbox):
        self.home = home
        self.gateway = gateway
        self.environ = environ_of(home)
        self.environ |= {"VIDU_BASE_URL": gateway.base_url, "VIDU_API_KEY": gateway.key}
        self.videos = home / "videos"
        self.environ["VIDU_DOWNLOAD_DIR"] = str(self.videos)
        self.paths = Paths.find(self.environ)

    def set(self, toml: str) -> None:
        """Write the config."""
        self.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.paths.config_file.write_text(toml, encoding="utf-8")

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a verb to its end, in pipes."""
        return subprocess.run(
            [sys.executable, "-m", "vidu_tui", *words],
            input=stdin,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a verb, in pipes."""
        return subprocess.Popen(
            [sys.executable, "-m", "vidu_tui", *words],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def terminal(self, *words: str, columns: int = 100, rows: int = 24) -> Terminal:
        """Start a verb on a terminal."""
        return Terminal(words, self.environ, columns=columns, rows=rows)

    def rows(self, *query: str) -> dict[str, list[str]]:
        """Give what ls prints of each task, by its id."""
        lines = self.run("ls", *query).stdout.splitlines()
        return {line.split("\t")[0]: line.split("\t") for line in lines}

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + 30
        while not is_so():
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.02)

    def asked(self, task_id: str) -> int:
        """Count how often a task was asked for."""
        return sum(f"/tasks/{task_id}/" in seen.path for seen in self.gateway.requests)

    def fetched(self) -> int:
        """Count the questions for files."""
        return sum("/files/" in seen.path for seen in self.gateway.requests)

    def saved(self) -> list[Path]:
        """List the videos on disk."""
        return sorted(self.videos.glob("*.mp4"))


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    with Sandbox([PENDING, DONE, FAILED, CANCELED], bytes_per_s=0) as sandbox:
        yield sandbox


@pytest.fixture
def person(home: Path, gateway: Sandbox) -> Person:
    return Person(home, gateway)


def tasks_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, Json]]:
    """Read the object that a verb has printed; its schema is 1."""
    told = cast("dict[str, Json]", json.loads(done.stdout))
    assert told["schema"] == 1
    return cast("list[dict[str, Json]]", told["tasks"])
