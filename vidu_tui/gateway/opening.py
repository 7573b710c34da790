"""Open the clients of all gateways and the one for files. Knows which key goes with which."""

import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from vidu_tui.gateway.client import GatewayClient, tls_context
from vidu_tui.gateway.keyrule import KeyRule
from vidu_tui.gateway.transfer import FileClient


@dataclass(frozen=True, slots=True)
class Spec:
    """One gateway as it is spoken to."""

    name: str
    base_url: str
    auth: str = "Bearer"
    key: str = field(default="", repr=False)
    file_hosts: tuple[str, ...] = ()

    def header(self, key: str) -> str:
        """Give the Authorization value for a key, empty without one."""
        return f"{self.auth} {key}".strip() if key else ""


class Clients:
    """The open clients; blocks for some 0.2 s while it is made, so make it in a thread."""

    def __init__(self, specs: Iterable[Spec], tls: ssl.SSLContext | None = None):
        self._specs = {spec.name: spec for spec in specs}
        tls = tls or tls_context()
        self.gateways = {
            spec.name: GatewayClient(
                name=spec.name, base_url=spec.base_url, auth=spec.auth, key=spec.key, tls=tls
            )
            for spec in self._specs.values()
        }
        self.files = FileClient(
            {
                spec.name: KeyRule(spec.header(spec.key), spec.base_url, spec.file_hosts)
                for spec in self._specs.values()
            },
            tls=tls,
        )

    def use_key(self, gateway: str, key: str) -> None:
        """Ask a gateway, and fetch files of its own origin, with another key."""
        spec = self._specs[gateway]
        self.gateways[gateway].use_key(key)
        self.files.use_key(gateway, spec.header(key))

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep all clients open for a while, then close them."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.files.close)
            for client in self.gateways.values():
                await stack.enter_async_context(client)
            yield
