"""How each fault on the way to an answer is brought about: once, and then all is well."""

import contextlib
import socket
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import pytest

from tests.gateway.conftest import KEY
from tests.gateway.hosts import Act, Host, answer, secure
from vidu_tui.sandbox.faults import Fault
from vidu_tui.sandbox.server import Sandbox

ID: Final = "940119407923630096"
PASSWORD: Final = "geheim-am-proxy"


class Scene:
    """Set one fault up that strikes once, and mend what does not mend itself."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, stack: contextlib.ExitStack):
        self.monkeypatch = monkeypatch
        self.mend: Callable[[], object] = lambda: None
        self._stack = stack

    def host(self, *acts: Act) -> Host:
        """Prepare a host that does not listen yet."""
        return self._stack.enter_context(Host(*acts))

    def sandbox(self) -> Sandbox:
        """Start a sandbox."""
        return self._stack.enter_context(Sandbox(key=KEY, bytes_per_s=0))

    def proxy(self, host: Host) -> None:
        """Send what leaves this machine through a host."""
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            value = f"http://user:{PASSWORD}@127.0.0.1:{host.port}"
            self.monkeypatch.setenv(name, value)


Arrange: TypeAlias = Callable[[Scene], str]
"""Prepare the fault and give the base URL to ask."""


def sandboxed(**fault: Any) -> Arrange:
    def arrange(scene: Scene) -> str:
        sandbox = scene.sandbox()
        sandbox.faults.put(ID, Fault(**fault), times=1)
        return sandbox.base_url

    return arrange


def hosted(scheme: str, *acts: Act) -> Arrange:
    return lambda scene: f"{scheme}://127.0.0.1:{scene.host(*acts).listen().port}"


def proxied(scheme: str, *acts: Act) -> Arrange:
    def arrange(scene: Scene) -> str:
        scene.proxy(scene.host(*acts).listen())
        return f"{scheme}://gateway.example"

    return arrange


def shown(certificate: str) -> Arrange:
    return hosted("https", secure(certificate, answer), secure("localhost", answer))


def unknown_name(scene: Scene) -> str:
    port = scene.host(answer).listen().port
    asked: list[object] = []

    def resolve(*args: object, **_: object) -> list[object]:
        asked.append(args)
        if len(asked) == 1:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    scene.monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return f"http://gateway.example:{port}"


def deaf_host(scene: Scene) -> str:
    host = scene.host(answer)
    scene.mend = host.listen
    scene.proxy(scene.host(answer))
    return f"http://127.0.0.1:{host.port}"


def deaf_proxy(scene: Scene) -> str:
    host = scene.host(answer)
    scene.mend = host.listen
    scene.proxy(host)
    return "http://gateway.example"
