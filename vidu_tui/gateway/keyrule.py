"""Who may be given the key for a file (gateway.md, "File links"). Sends nothing itself."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from vidu_tui.core import links


@dataclass(frozen=True, slots=True)
class KeyRule:
    """One gateway's key, its own origin, and the hosts that the person trusts with it."""

    header: str = field(default="", repr=False)
    """The whole Authorization value; empty for none."""
    base_url: str = ""
    file_hosts: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Give what must never be shown: the header's value and the key in it."""
        return (self.header, self.header.rpartition(" ")[2]) if self.header else ()

    def is_own(self, url: str) -> bool:
        """Tell whether a link leads to the gateway's own origin."""
        return links.same_origin(url, self.base_url)

    def may_send(self, url: str) -> bool:
        """Tell whether the key goes along at once: own origin, or a named host over https.

        A signed link of the own origin is tried without the key first: S3 refuses both together.
        """
        if not self.header or not (self.header.isascii() and self.header.isprintable()):
            return False
        if self.is_own(url):
            return not links.is_signed(url)
        return self._is_named(url) and not links.has_query(url)

    def wants_naming(self, url: str) -> bool:
        """Tell whether the host of this link may only be lacking a name in file_hosts."""
        return not (self.is_own(url) or self._is_named(url) or links.has_query(url))

    def _is_named(self, url: str) -> bool:
        origin = links.origin(url)
        if origin is None or not origin.startswith("https://"):
            return False
        host = urlsplit(origin).hostname or ""
        return any(links.host_matches(host, pattern) for pattern in self.file_hosts)
