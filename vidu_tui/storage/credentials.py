"""Where a gateway's key comes from. Knows secrets, shows none: no repr, no error holds one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import atomic, programs, toml_text
from vidu_tui.storage.paths import tilde

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from vidu_tui.storage.config import GatewayConfig

DEFAULT_VARIABLE = "VIDU_API_KEY"
COMMAND_TIMEOUT_S = 10.0

_LONGEST = 4096
_HEADER = """\
# API keys of vidu-tui. This file must be yours alone: chmod 600.
# It is written anew when the dashboard stores a key; comments are not kept.

"""


@dataclass(frozen=True, slots=True)
class Key:
    """A key and where it comes from, as in ``VIDU_API_KEY``; its text shows the latter alone."""

    secret: str = field(repr=False)
    origin: str


def find_key(
    gateway: GatewayConfig,
    *,
    environ: Mapping[str, str],
    credentials_file: Path,
    is_base_url_overridden: bool,
    is_default: bool,
    key_names: Iterable[str] = (),
) -> Key | None:
    """Return a gateway's key, None where it has no source; ConfigError where a source fails.

    ``is_default``: the run's own gateway, for which alone VIDU_API_KEY speaks. With an overridden
    base URL nothing else counts: a key goes to no origin that its person did not name.
    ``key_names``: variables of other gateways' keys, which ``key_cmd`` does not get either.
    """
    key = _from_environment(DEFAULT_VARIABLE, environ) if is_default else None
    if key is not None or is_base_url_overridden:
        return key
    if gateway.key_env and gateway.key_env != DEFAULT_VARIABLE:
        key = _from_environment(gateway.key_env, environ)
    if key is None and gateway.key_cmd:
        hidden = {gateway.key_env, *key_names}
        key = _from_command(gateway, without_keys(environ, hidden), credentials_file.parent)
    return key or _from_file(gateway.name, credentials_file)


def variable_of(gateway: GatewayConfig, *, is_default: bool) -> str:
    """Name the variable that stands for a gateway's key in a line that a person may run.

    VIDU_API_KEY speaks for the run's own gateway alone; a gateway without a variable gets the name
    of one that nobody sets: another's key goes to no origin for which it was not meant.
    """
    if is_default:
        return gateway.key_env or DEFAULT_VARIABLE
    own = gateway.key_env if gateway.key_env != DEFAULT_VARIABLE else ""
    return own or f"KEY_OF_{gateway.name.upper().replace('-', '_')}"


def clean(text: str) -> str:
    """Return a pasted key without what surrounds it; ConfigError if no header may carry it.

    White space, control characters and a leading ``Bearer`` or ``Token`` go; "" = no key at all.
    The error does not repeat the key. Visible ASCII is what RFC 9110 lets pass unharmed.
    """
    key = _trim(text)
    key = _trim(re.sub(r"\A(?:bearer|token)(?=\s|\Z)", "", key, flags=re.IGNORECASE))
    if len(key) > _LONGEST:
        raise ConfigError(f"the key is longer than {_LONGEST} characters: is it a whole file?")
    if not all("!" <= character <= "~" for character in key):
        raise ConfigError(
            "the key holds a space, a line break or a letter that no HTTP header may carry: "
            "copy it once more, alone"
        )
    return key


def store(credentials_file: Path, gateway_name: str, secret: str) -> None:
    """Write a gateway's key to the file, mode 0600; everything else in it survives.

    ConfigError, and the file as it was, where it is broken, foreign or cannot be written.
    """
    import tomli_w

    shown = tilde(credentials_file)
    try:
        with atomic.locked(credentials_file):
            document = _read(credentials_file)
            gateways = _tables(document, credentials_file)
            gateways[gateway_name] = {**gateways.get(gateway_name, {}), "key": clean(secret)}
            document["gateway"] = gateways
            atomic.sweep(credentials_file)
            atomic.write(credentials_file, (_HEADER + tomli_w.dumps(document)).encode())
    except TimeoutError as error:
        raise ConfigError(
            f"{shown} is locked by another program; the key was not stored"
        ) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"{shown} cannot be written ({reason}); the key was not stored"
        ) from error


def fingerprint(secret: str) -> str:
    """Return the first 8 hex digits of a key's SHA-256: tells keys apart, gives none away."""
    import hashlib

    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def without_keys(environ: Mapping[str, str], key_names: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment for a child process: without VIDU_API_KEY and the keys named."""
    hidden = {DEFAULT_VARIABLE, *key_names}
    return {name: value for name, value in environ.items() if name not in hidden}


def _trim(text: str) -> str:
    start, end = 0, len(text)
    while start < end and _is_around(text[start]):
        start += 1
    while end > start and _is_around(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_around(character: str) -> bool:
    return character.isspace() or not character.isprintable()


def _from_environment(variable: str, environ: Mapping[str, str]) -> Key | None:
    return _key(environ.get(variable, ""), variable)


def _key(text: str, origin: str) -> Key | None:
    try:
        secret = clean(text)
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from None
    return Key(secret, origin) if secret else None


def _from_command(gateway: GatewayConfig, environ: dict[str, str], beside: Path) -> Key:
    """Return the first line that ``key_cmd`` prints; its output is in no error.

    A program with a slash is relative to ``beside``, as that of a hook is: a folder that someone
    happens to be in is no place to take a program from.
    """
    origin = f"key_cmd of gateway {gateway.name}"
    title = f"{origin} (`{gateway.key_cmd[0]}`)"
    program = programs.find(gateway.key_cmd[0], beside, environ)
    if not program:
        raise ConfigError(f"{title} was not found")
    key = _key(_run((program, *gateway.key_cmd[1:]), environ, title), origin)
    if key is None:
        raise ConfigError(f"{title} printed no key in its first line")
    return key


def _run(command: tuple[str, ...], environ: dict[str, str], title: str) -> str:
    ran = programs.run(command, environ=environ, timeout_s=COMMAND_TIMEOUT_S)
    if ran.is_late:
        raise ConfigError(f"{title} gave no key within {COMMAND_TIMEOUT_S:g} s")
    if ran.problem:
        raise ConfigError(f"{title} {ran.problem}")
    return ran.output.split(b"\n", 1)[0].decode("utf-8", errors="replace")


def _from_file(gateway_name: str, file: Path) -> Key | None:
    try:
        table = _tables(_read(file), file).get(gateway_name, {})
    except OSError as error:
        raise ConfigError(f"{tilde(file)} cannot be read: {error.strerror or error}") from error
    text = table.get("key", "")
    if not isinstance(text, str):
        raise ConfigError(f"{tilde(file)}: `key` in [gateway.{gateway_name}] must be in quotes")
    return _key(text, tilde(file))


def _read(file: Path) -> dict[str, object]:
    """Return the file's content, nothing if it is missing; ConfigError if others may read it."""
    shown = tilde(file)
    try:
        data, status = atomic.read(file)
    except FileNotFoundError:
        return {}
    if os.name == "posix" and status.st_uid != os.geteuid():
        raise ConfigError(f"{shown} belongs to another user; no key was read from it")
    if os.name == "posix" and status.st_mode & 0o077:
        raise ConfigError(f"{shown} may be read by others; no key was read: chmod 600 {shown}")
    try:
        return toml_text.parse(toml_text.decode(data))
    except toml_text.TextError as error:
        # What tomllib says may quote the file, and the file holds keys.
        raise ConfigError(f"{shown}, line {error.line}: this is not TOML") from None


def _tables(document: dict[str, object], file: Path) -> dict[str, dict[str, object]]:
    """Return the file's ``[gateway.NAME]`` tables."""
    gateways = document.get("gateway", {})
    if not isinstance(gateways, dict):
        raise ConfigError(f"{tilde(file)}: a key is written as [gateway.NAME] and key = …")
    for table in gateways.values():
        if not isinstance(table, dict):
            raise ConfigError(f"{tilde(file)}: a key is written as [gateway.NAME] and key = …")
    return gateways
