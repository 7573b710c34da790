"""What a connection tells of a gateway before any task: speed, clock, who vouches for it."""

from typing import Final, NamedTuple

import httpx

NO_TASK: Final = "0"
"""An id that no task has: a key can be tried with it (ux.md, "Main screen")."""


class Greeting(NamedTuple):
    """What the first answer of a gateway tells."""

    took_s: float
    """From the question to the whole answer, name, connection and TLS included."""
    server_time: float | None
    """Epoch seconds by the gateway's clock, None where it does not say."""
    issuer: str
    """Who issued its certificate, in its own words; empty without TLS."""


def issuer_of(response: httpx.Response) -> str:
    """Name who issued the certificate of the connection that an answer came by."""
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if stream is not None else None
    found = tls.getpeercert() if tls is not None else None
    names = dict(pair for part in (found or {}).get("issuer", ()) for pair in part)
    said = [names.get(field, "") for field in ("organizationName", "commonName")]
    return ", ".join(dict.fromkeys(word for word in said if word))
