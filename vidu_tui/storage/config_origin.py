"""Where each value of a run's configuration comes from. Shows no key; runs no program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from vidu_tui.core import links
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.hidden import HIDDEN
from vidu_tui.storage import config_keys, credentials, toml_text
from vidu_tui.storage.paths import tilde

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from vidu_tui.core.jsontext import Json
    from vidu_tui.storage.config import Flags
    from vidu_tui.storage.config_schema import Config, GatewayConfig
    from vidu_tui.storage.toml_text import Place

_KEY_RE = re.compile(
    r"\b(?:vda?|[sarp]k)[-_][\w-]{6,}|\A(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+=_-]{20,}\Z"
)


class Origin(StrEnum):
    """What has said a value, the strongest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it comes from."""

    name: str
    value: Json
    """None for a key that is not there."""
    origin: Origin
    detail: str = ""
    """Which flag or variable, or which line of which file."""
    problem: str = ""
    """Why a key cannot be used; empty while it can."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All that a configuration was made from."""

    config: Config
    flags: Flags
    environ: Mapping[str, str]
    credentials_file: Path
    text: str
    """What stands in the config file; empty where there is none."""
    table: dict[str, object]
    """The same, read."""

    def settings(self) -> Iterator[Setting]:
        """Give every value in the order of the file."""
        config = self.config
        for top in config_keys.TOP:
            yield self._named(top.name, top.value(config))
        for name, gateway in config.gateways.items():
            for key in config_keys.GATEWAY:
                value = _unsecret(key.value(gateway))
                yield self._of_gateway(gateway, f"gateway.{name}.{key.name}", value)
            yield self._key(gateway)
        for table in config_keys.TABLES:
            yield self._named(f"{table.section}.{table.name}", table.value(config))
        for action, keys in config.keymap.items():
            yield self._at(f"keymap.{action}", keys, ("keymap", action))
        for number, hook in enumerate(config.hooks):
            for part in config_keys.HOOK:
                value = _unsecret(part.value(hook))
                name = f"hook.{number + 1}.{part.name}"
                yield self._at(name, value, ("hook", number, part.name))

    def _named(self, name: str, value: Json) -> Setting:
        flags, environ = self.flags, self.environ
        if name == "default_gateway" and flags.gateway is not None:
            return Setting(name, self.config.chosen_gateway, Origin.FLAG, "--gateway")
        if name == "ui.ascii" and flags.ascii:
            return Setting(name, value, Origin.FLAG, "--ascii")
        if name == "download.dir":
            if flags.download_dir is not None:
                return Setting(name, value, Origin.FLAG, "--download-dir")
            if environ.get("VIDU_DOWNLOAD_DIR", "").strip():
                return Setting(name, value, Origin.ENVIRONMENT, "VIDU_DOWNLOAD_DIR")
        return self._at(name, value, tuple(name.split(".")))

    def _of_gateway(self, gateway: GatewayConfig, name: str, value: Json) -> Setting:
        if name.endswith(".base_url") and gateway.name == self.config.chosen_gateway:
            if self.flags.base_url is not None:
                return Setting(name, value, Origin.FLAG, "--base-url")
            if self.environ.get("VIDU_BASE_URL", "").strip():
                return Setting(name, value, Origin.ENVIRONMENT, "VIDU_BASE_URL")
        place = ("gateway", gateway.name, name.rpartition(".")[2])
        if name.endswith(".file_hosts") and gateway.is_base_url_overridden:
            return Setting(name, value, Origin.DEFAULT, "none with another base URL")
        return self._at(name, value, place)

    def _at(self, name: str, value: Json, place: Place) -> Setting:
        if not _has(self.table, place):
            return Setting(name, value, Origin.DEFAULT)
        line = toml_text.locate(self.text, place)
        return Setting(name, value, Origin.FILE, f"line {line}")

    def _key(self, gateway: GatewayConfig) -> Setting:
        """Say where a gateway's key comes from, without it and without running anything."""
        name = f"gateway.{gateway.name}.key"
        try:
            key = credentials.find_key(
                gateway._replace(key_cmd=()),
                environ=self.environ,
                credentials_file=self.credentials_file,
                is_base_url_overridden=gateway.is_base_url_overridden,
                is_default=gateway.name == self.config.chosen_gateway,
            )
        except ConfigError as error:
            return Setting(name, None, Origin.FILE, "", str(error))
        stored = tilde(self.credentials_file)
        is_from_command = gateway.key_cmd and not gateway.is_base_url_overridden
        if is_from_command and (key is None or key.origin == stored):
            return Setting(name, HIDDEN, Origin.FILE, "what key_cmd prints; it was not run")
        if key is None:
            return Setting(name, None, Origin.DEFAULT)
        mark = f"fingerprint {credentials.fingerprint(key.secret)}"
        origin = Origin.FILE if key.origin == stored else Origin.ENVIRONMENT
        return Setting(name, HIDDEN, origin, f"{key.origin}, {mark}")


def _has(table: object, place: Place) -> bool:
    """Tell whether a file's table holds something at a place."""
    for name in place:
        is_there = isinstance(table, list) or (isinstance(table, dict) and name in table)
        if not is_there:
            return False
        table = table[name]  # type: ignore[index] # seen to be there, a list's number was counted
    return True


def _unsecret(value: Json) -> Json:
    """Take what looks like a key out of a command: a person may have written one there."""
    if isinstance(value, str):
        return _KEY_RE.sub(HIDDEN, links.redact(value))
    return [_unsecret(word) for word in value] if isinstance(value, list) else value
