"""Looks at each gateway: has it a key, is it reached, does it take the key, what is its time?

A key is shown as a fingerprint alone, and goes to no gateway but its own.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from vidu_tui.core import links, text
from vidu_tui.core.errors import (
    ConfigError,
    GatewayError,
    KeyMissing,
    KeyRefused,
    NoAnswer,
    NoConnection,
    ServerTrouble,
    UnusableAnswer,
)
from vidu_tui.storage import config_schema, credentials
from vidu_tui.storage.config import Config, GatewayConfig
from vidu_tui.storage.credentials import Key
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.doctor.check import Check, Grade, problem, warning

if TYPE_CHECKING:
    import ssl

    from vidu_tui.core.jsontext import Json
    from vidu_tui.gateway.client import GatewayClient
    from vidu_tui.gateway.greeting import Greeting

MOST_SKEW_S = 30.0
"""A clock that is off by more is worth setting; the date in an answer has whole seconds."""
NO_TASK = "0"


@dataclass(frozen=True, slots=True)
class Person:
    """What the gateways' keys are found with."""

    config: Config
    environ: Mapping[str, str]
    credentials_file: Path
    watched: Mapping[str, str] = field(default_factory=dict)
    """The first watched id of each gateway that has one."""


@dataclass(slots=True)
class Visit:
    """All lines about the gateways, and the secrets that no line may hold."""

    checks: list[Check] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)


def look(person: Person, *, now: Callable[[], float] = time.time) -> Visit:
    """Ask every gateway of the config, all at a time."""
    from vidu_tui.gateway.client import tls_context

    visit = Visit()
    try:
        tls = tls_context()
    except ConfigError as error:
        remedy = "Correct SSL_CERT_FILE or SSL_CERT_DIR, or unset it."
        visit.checks.append(problem("certificates", str(error), remedy, Exit.USAGE))
        return visit

    async def run() -> None:
        each = [
            _look(person, gateway, visit.secrets, tls, now)
            for gateway in person.config.gateways.values()
            if _is_used(person, gateway)
        ]
        for checks in await asyncio.gather(*each):
            visit.checks += checks

    asyncio.run(run())
    return visit


def _is_used(person: Person, gateway: GatewayConfig) -> bool:
    """Tell whether a gateway is this person's: the built-in one may not be, and is then not asked.

    It is where the config says anything of it, where it is the default, and where it has a task.
    """
    config = person.config
    if gateway.name in (config.chosen_gateway, config.default_gateway, *person.watched):
        return True
    return gateway != config_schema.built_in()


async def _look(
    person: Person,
    gateway: GatewayConfig,
    secrets: set[str],
    tls: "ssl.SSLContext",
    now: Callable[[], float],
) -> list[Check]:
    """Look at one gateway: its key, the way to it, its clock."""
    from vidu_tui.gateway.client import GatewayClient

    name = gateway.name
    key, keyless = await asyncio.to_thread(_find_key, person, gateway)
    if key is not None:
        secrets.add(key.secret)
    try:
        client = GatewayClient(name=name, base_url=gateway.base_url, auth=gateway.auth, tls=tls)
    except ConfigError as error:
        remedy = "Correct the variable, or unset it."
        return [problem("reach", str(error), remedy, Exit.USAGE, gateway=name)]
    async with client:
        try:
            greeting = await client.greet()
        except GatewayError as error:
            untried = Check("key", _described(key) + ", not tried", gateway=name) if key else None
            way = problem("reach", str(error), _way_out(error, gateway), Exit.NETWORK, gateway=name)
            return [untried or keyless, way]
        reached = _reached(gateway, greeting)
        said: GatewayError | None = None
        if key is not None:
            said = await _try(client, person.watched.get(name, NO_TASK), key)
    tried = _tried(name, key, said) if key else keyless
    if isinstance(said, ServerTrouble | UnusableAnswer | NoAnswer | NoConnection):
        reached = problem("reach", str(said), _way_out(said, gateway), Exit.NETWORK, gateway=name)
    return [tried, reached, _clock(name, greeting, now())]


def _find_key(person: Person, gateway: GatewayConfig) -> tuple[Key | None, Check]:
    """Find a gateway's key, and what is to be said where there is none."""
    is_default = gateway.name == person.config.chosen_gateway
    variable = "VIDU_API_KEY" if is_default else gateway.key_env
    remedy = f"Set {variable}, or enter it in the dashboard (K)."
    if gateway.is_base_url_overridden:
        remedy = "Set VIDU_API_KEY. For a base URL of this run alone nothing else counts."
    elif not variable:
        remedy = f"Set key_env or key_cmd in [gateway.{gateway.name}]."
    try:
        key = credentials.find_key(
            gateway,
            environ=person.environ,
            credentials_file=person.credentials_file,
            is_base_url_overridden=gateway.is_base_url_overridden,
            is_default=is_default,
            key_names=person.config.key_names,
        )
    except ConfigError as error:
        return None, problem("key", str(error), remedy, Exit.KEY, gateway=gateway.name)
    if is_default:
        return key, problem(
            "key", "there is none: nothing is polled", remedy, Exit.KEY, gateway=gateway.name
        )
    return key, warning("key", "there is none: nothing is polled", remedy, gateway=gateway.name)


def _described(key: Key) -> str:
    return f"from {text.inert(key.origin, 200)}, fingerprint {credentials.fingerprint(key.secret)}"


async def _try(client: "GatewayClient", task_id: str, key: Key) -> GatewayError | None:
    """Ask for a task with a key; give what went wrong."""
    try:
        await client.fetch(task_id, key=key.secret)
    except GatewayError as error:
        return error
    return None


def _tried(name: str, key: Key, said: GatewayError | None) -> Check:
    described = _described(key)
    facts: dict[str, Json] = {
        "origin": key.origin,
        "fingerprint": credentials.fingerprint(key.secret),
    }
    if isinstance(said, KeyRefused | KeyMissing):
        says = f"{described}: {said}"
        remedy = "Look at the key where it was made, and enter another one (K)."
        return Check("key", says, Grade.PROBLEM, remedy, Exit.KEY, name, facts)
    if isinstance(said, NoAnswer | NoConnection | ServerTrouble | UnusableAnswer):
        return Check("key", f"{described}, not tried", gateway=name, facts=facts)
    return Check("key", f"{described}, taken", gateway=name, facts=facts)


def _reached(gateway: GatewayConfig, greeting: "Greeting") -> Check:
    took_ms = round(greeting.took_s * 1000)
    origin = links.origin(gateway.base_url) or ""
    issuer = text.inert(greeting.issuer, 80)
    by = f", certificate of {issuer}" if issuer else ""
    facts: dict[str, Json] = {
        "origin": origin,
        "latency_ms": took_ms,
        "tls_issuer": issuer or None,
    }
    says = f"{origin} answers in {took_ms:,} ms{by}"
    return Check("reach", says, gateway=gateway.name, facts=facts)


def _clock(name: str, greeting: "Greeting", now: float) -> Check:
    if greeting.server_time is None:
        return Check("clock", "the gateway does not tell the time", gateway=name)
    skew_s = now - greeting.server_time
    facts: dict[str, Json] = {"skew_s": round(skew_s, 1)}
    if abs(skew_s) <= MOST_SKEW_S:
        return Check("clock", "as the gateway's", gateway=name, facts=facts)
    way = "ahead of" if skew_s > 0 else "behind"
    return warning(
        "clock",
        f"{text.span(abs(skew_s))} {way} the gateway's; the ends of links are reckoned by its own",
        "Have this machine set its clock by the network: timedatectl set-ntp true.",
        gateway=name,
        facts=facts,
    )


def _way_out(error: GatewayError, gateway: GatewayConfig) -> str:
    where = f"base_url in [gateway.{gateway.name}]"
    if isinstance(error, NoConnection):
        return f"Look at the network, at HTTPS_PROXY and at {where}."
    if isinstance(error, NoAnswer):
        return "Try again in a minute; the tasks themselves are not affected."
    if isinstance(error, UnusableAnswer):
        return f"Does this network want a login? If not, look at {where}."
    return "Try again later; the tasks themselves are not affected."
