"""A running sandbox and a client that asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from vidu_tui.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, verify=False, timeout=5) as shared:  # noqa: S501  # loopback
        yield shared


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(bytes_per_s=0) as running:
        yield running
