"""What holds for every test: a home of its own, and no connection beyond this machine."""

import os
import socket
import time
from pathlib import Path

import pytest

_VARIABLES = (
    "VIDU_API_KEY",
    "VIDU_BASE_URL",
    "VIDU_DOWNLOAD_DIR",
    "NO_COLOR",
    "COLORFGBG",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "EDITOR",
    "VISUAL",
    "TMUX",
    # readline sets these two where there is no terminal, and a program would believe them.
    "COLUMNS",
    "LINES",
)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Give a worker more than there are cores: many tests wait for a process or a terminal.

    Named files run in one process, which is quicker than workers start.
    """
    return 0 if any(".py" in word for word in config.args) else (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move HOME and XDG into a folder of the test."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(folder))
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    return folder


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail any connection beyond loopback."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def is_here(address: object) -> bool:
        if not isinstance(address, tuple):
            return True
        return str(address[0]) in ("127.0.0.1", "::1", "localhost")

    def checked(self: socket.socket, address: object) -> None:
        assert is_here(address), f"a test connects to {address}"
        connect(self, address)  # type: ignore[arg-type] # handed through as it came

    def checked_ex(self: socket.socket, address: object) -> int:
        assert is_here(address), f"a test connects to {address}"
        return connect_ex(self, address)  # type: ignore[arg-type] # handed through as it came

    monkeypatch.setattr(socket.socket, "connect", checked)
    monkeypatch.setattr(socket.socket, "connect_ex", checked_ex)


def environ_of(home: Path) -> dict[str, str]:
    """Give the environment for a process that a test starts."""
    return {**os.environ, "HOME": str(home)}
