"""A sandbox to ask, files to fetch from it, and clients that trust nobody by default."""

import hashlib
import random
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vidu_tui.core.orders import Order, Watch
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.transfer import FileClient
from vidu_tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from vidu_tui.core.files import Validator

KEY = "vd-test-0123456789abcdef"
NAME = "own.mp4"


def box(kind: bytes, body: bytes) -> bytes:
    """Make one box of a film."""
    return (8 + len(body)).to_bytes(4) + kind + body


def film_of(size_bytes: int, seed: int = 1) -> bytes:
    """Make a film that is whole by its structure, of bytes that repeat nowhere."""
    start = box(b"ftyp", b"mp42\0\0\0\0mp42isom") + box(b"moov", bytes(range(256)) * 4)
    return start + box(b"mdat", random.Random(seed).randbytes(size_bytes - len(start) - 8))


MP4 = film_of(307_224)
SHA256 = hashlib.sha256(MP4).hexdigest()
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loads no certificates: making a context of one's own takes 20 ms a test."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(key=KEY, bytes_per_s=0) as running:
        running.files.put(NAME, MP4)
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "clip.mp4"


@pytest.fixture
def part(target: Path) -> Path:
    return target.with_name("clip.mp4.part")


@pytest.fixture
def files(sandbox: Sandbox) -> Iterator[FileClient]:
    client = FileClient({"g": KeyRule(f"Bearer {KEY}", sandbox.base_url)}, tls=TLS, stall_s=2)
    yield client
    client.close()


class Told:
    """Remember what a transfer tells; stop it once ``stop_at`` bytes have come."""

    def __init__(self, stop_at: int | None = None):
        self.validators: list[Validator] = []
        self.progress: list[tuple[int, int | None]] = []
        self.checks = 0
        self.watch = Watch(
            is_stopped=lambda: stop_at is not None and self.got >= stop_at,
            on_validator=self.validators.append,
            on_progress=lambda got, total: self.progress.append((got, total)),
            on_checking=self._count,
        )

    @property
    def got(self) -> int:
        return self.progress[-1][0] if self.progress else 0

    def _count(self) -> None:
        self.checks += 1


@pytest.fixture
def order(sandbox: Sandbox, target: Path) -> Order:
    return Order(f"{sandbox.origin}/open/{NAME}", str(target), gateway="g")
