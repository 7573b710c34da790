"""Every byte that a run writes, on the terminal and on disk: no key, and no signature at rest."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui.sandbox.scenario import DEMO_TASKS
from vidu_tui.sandbox.server import Sandbox

KEY = "vd-never-anywhere-0123456789"
SIGNATURE = re.compile(rb"X-Amz-Signature=[0-9a-f]{8}|Signature%3D[0-9a-f]{8}")
LEDGER = {"ledger.db", "ledger.db-wal", "ledger.db-shm"}


def files_of(folder: Path) -> dict[Path, bytes]:
    """Read every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check(folder: Path, written: bytes, key: bytes) -> None:
    """See that nothing holds the key, and that the ledger alone holds signatures."""
    files = files_of(folder)
    assert key not in written
    assert not SIGNATURE.search(written)
    for path, content in files.items():
        assert key not in content, path
        assert path.name in LEDGER or not SIGNATURE.search(content), path
    for path in files:
        if path.name in LEDGER or ".log" in path.name:
            assert path.stat().st_mode & 0o777 == 0o600, path


STEPS = (
    ("Gd", "✓ saved"),
    ("\r", "Copy id"),
    ("q", "quit"),
    ("kD", "watermarked"),
    ("q", "quit"),
    ("gx", "Removed"),
    ("u", "Back on"),
    ("R", ""),
    ("L", "list"),
    ("L", "quit"),
    ("?", "this row"),
    ("q", "quit"),
)
"""What a person does: download, look, choose, remove, ask, read the log; and what it brings."""


def use(terminal: Terminal) -> None:
    """Do all of it."""
    terminal.wait_for("hero shot")
    for keys, shown in STEPS:
        seen = len(terminal.written)
        terminal.press(keys)
        terminal.wait_for(shown, after=seen)


def end(terminal: Terminal) -> None:
    """Quit; what is still coming is kept."""
    seen = len(terminal.written)
    terminal.press("q")
    terminal.wait_until(
        lambda: terminal.process.poll() is not None or b"coming" in terminal.written[seen:],
        lambda: "it neither ended nor asked",
    )
    if terminal.process.poll() is None:
        terminal.press("q")
    assert terminal.status() == 0


def test_a_demo_leaves_no_key_and_no_signature_but_in_its_ledger(home: Path) -> None:
    environ = environ_of(home) | {"TMPDIR": str(home)}
    with Terminal(["--demo", "-v"], environ) as terminal:
        use(terminal)
        end(terminal)
    logs = [path for path in files_of(home) if path.name == "vidu-tui.log"]
    assert len(logs) == 1
    assert "asked    theturbo" in logs[0].read_text()
    check(home, terminal.written, b"vd-sandbox-")


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    with Sandbox(DEMO_TASKS, key=KEY, bytes_per_s=0) as sandbox:
        yield sandbox


def test_a_run_through_every_kind_of_trouble_leaves_none_either(
    home: Path, gateway: Sandbox
) -> None:
    environ = environ_of(home) | {"VIDU_BASE_URL": gateway.base_url, "VIDU_API_KEY": KEY}
    config = home / "config" / "vidu-tui" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[poll]\nprocessing = "200ms"\nqueueing = "200ms"\n[download]\nsidecar = true\n'
    )
    words = f"bad key {KEY} for https://h.example/a?X-Amz-Signature=abcdef0123"
    echo = json.dumps({"error": {"message": words}}).encode()
    ids = [task.id for task in DEMO_TASKS]
    with Terminal(["-v", *ids], environ) as terminal:
        terminal.wait_for("✓ success")
        for status in (500, 418, 400):
            gateway.faults.answer(ids[5], status, echo, times=2)
        terminal.press("Gd")
        terminal.wait_for("✓ saved")
        gateway.faults.answer("*tasks", 401, echo)
        terminal.wait_for("refused the key (401)")
        seen = len(terminal.written)
        terminal.press("L")
        terminal.wait_for("refused the key", after=seen)
        terminal.press("L")
        end(terminal)
    assert "asked" in (home / "state/vidu-tui/vidu-tui.log").read_text()
    check(home, terminal.written, KEY.encode())
