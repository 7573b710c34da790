"""What the sandbox remembers of a request. Knows nothing of how it was answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in."""

    method: str
    path: str
    """As it was sent, percent-encoding included."""
    query: str
    """As it was sent; empty if there was none."""
    headers: Mapping[str, str]
    """Names in lower case."""
    at_s: float
    """On the sandbox's clock."""

    @property
    def has_query(self) -> bool:
        """Tell whether the request had a query."""
        return bool(self.query)

    @property
    def authorization(self) -> str | None:
        """Return the Authorization header, None if there was none."""
        return self.headers.get("authorization")

    @property
    def range(self) -> str | None:
        """Return the Range header, None if there was none."""
        return self.headers.get("range")

    @property
    def accept_encoding(self) -> str | None:
        """Return the Accept-Encoding header, None if there was none."""
        return self.headers.get("accept-encoding")

    @property
    def user_agent(self) -> str | None:
        """Return the User-Agent header, None if there was none."""
        return self.headers.get("user-agent")
