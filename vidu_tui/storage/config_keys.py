"""Every key of the config file as a list: for a person to read, for an editor to check.

What a key means is checked in ``config_schema``. Reads and writes no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from vidu_tui.storage import config_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidu_tui.core.jsontext import Json
    from vidu_tui.storage.config_schema import Config, GatewayConfig, HookConfig

T = TypeVar("T")
Rule = dict[str, "Json"]
"""A piece of JSON Schema."""

_TEXT: Rule = {"type": "string", "minLength": 1}
_FLAG: Rule = {"type": "boolean"}
_COMMAND: Rule = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_DURATION: Rule = {"type": "string", "pattern": r"^\s*[0-9]{1,9}(\.[0-9]{1,6})? ?(ms|s|m|h|d)\s*$"}


@dataclass(frozen=True, slots=True)
class ConfigKey(Generic[T]):
    """One key: where it stands, what it is for, what it may be, and what is set."""

    section: str
    name: str
    comment: str
    rule: Rule
    value: Callable[[T], Json]
    is_needed: bool = False


def _one_of(*words: str) -> Rule:
    return {"enum": list(words)}


def _some_of(words: tuple[str, ...], least: int = 0) -> Rule:
    return {"type": "array", "items": _one_of(*words), "uniqueItems": True, "minItems": least}


def _whole(least: int, most: int) -> Rule:
    return {"type": "integer", "minimum": least, "maximum": most}


def span(seconds: float) -> str:
    """Write a length of time as the file has it, in the largest unit that it is whole in."""
    for unit, length_s in (("h", 3600), ("m", 60), ("s", 1)):
        if seconds % length_s == 0:
            return f"{seconds / length_s:.0f}{unit}"
    return f"{round(seconds * 1000)}ms" if round(seconds, 3) == seconds else f"{seconds:g}s"


TOP: tuple[ConfigKey[Config], ...] = (
    ConfigKey(
        *("", "default_gateway", "where tasks go that name no gateway", _TEXT),
        lambda config: config.default_gateway,
    ),
)

GATEWAY: tuple[ConfigKey[GatewayConfig], ...] = (
    ConfigKey(
        *("gateway", "base_url", "up to where /tasks/… begins"),
        {"type": "string", "pattern": "^https?://[^?#@ ]+$"},
        lambda gateway: gateway.base_url,
    ),
    ConfigKey(
        *("gateway", "auth", 'or "Token", or "" for the bare key'),
        _one_of("Bearer", "Token", ""),
        lambda gateway: gateway.auth,
    ),
    ConfigKey(
        *("gateway", "key_env", 'holds the key; or key_cmd = ["pass", "show", "vidu"] prints it'),
        {"type": "string", "pattern": "^([A-Za-z_][A-Za-z0-9_]*)?$"},
        lambda gateway: gateway.key_env,
    ),
    ConfigKey(
        *("gateway", "key_cmd", "or a program that prints it"),
        _COMMAND,
        lambda gateway: list(gateway.key_cmd),
    ),
    ConfigKey(
        *("gateway", "file_hosts"),
        "other hosts that may be given the key for a file, over https only",
        {"type": "array", "items": _TEXT},
        lambda gateway: list(gateway.file_hosts),
    ),
    ConfigKey(
        *("gateway", "allow_insecure", "plain http to another machine"),
        _FLAG,
        lambda gateway: gateway.allow_insecure,
    ),
)

TABLES: tuple[ConfigKey[Config], ...] = (
    ConfigKey(
        *("poll", "processing", "from 200ms up", _DURATION),
        lambda config: span(config.poll.processing_s),
    ),
    ConfigKey(
        *("poll", "queueing", "", _DURATION),
        lambda config: span(config.poll.queueing_s),
    ),
    ConfigKey(
        *("poll", "max_per_minute", "for each gateway as a whole; 0 = no limit"),
        _whole(0, 100_000),
        lambda config: config.poll.max_per_minute,
    ),
    ConfigKey(
        *("download", "dir", "the system's videos folder + vidu where nothing is set", _TEXT),
        lambda config: str(config.download.dir),
    ),
    ConfigKey(
        *("download", "auto", 'or "success", "off"'),
        _one_of("before-expiry", "off", "success"),
        lambda config: config.download.auto,
    ),
    ConfigKey(
        *("download", "parallel", "files at a time", _whole(1, 16)),
        lambda config: config.download.parallel,
    ),
    ConfigKey(
        *("download", "assets", "and watermarked, cover, speech, sound, bgm, moderation"),
        _some_of(config_schema.ASSETS, least=1),
        lambda config: list(config.download.assets),
    ),
    ConfigKey(
        *("download", "name", "how a file is named", _TEXT),
        lambda config: config.download.name,
    ),
    ConfigKey(
        *("download", "link_lifetime", "where a link does not say itself", _DURATION),
        lambda config: span(config.download.link_lifetime_s),
    ),
    ConfigKey(
        *("download", "sidecar", "NAME.json beside each file: the task's fields and the SHA-256"),
        _FLAG,
        lambda config: config.download.sidecar,
    ),
    ConfigKey(
        *("notify", "on", 'and "canceled": what you are told of'),
        _some_of(config_schema.EVENTS),
        lambda config: list(config.notify.on),
    ),
    ConfigKey(
        *("ui", "theme", '"auto", "vidu-paper", "vidu-safe", "vidu-contrast", any of Textual\'s'),
        _TEXT,
        lambda config: config.ui.theme,
    ),
    ConfigKey(
        *("ui", "pane", 'or "right", "below", "off"'),
        _one_of("auto", "right", "below", "off"),
        lambda config: config.ui.pane,
    ),
    ConfigKey(
        *("ui", "columns", ""),
        _some_of(config_schema.COLUMNS, least=1),
        lambda config: list(config.ui.columns),
    ),
    ConfigKey(
        *("ui", "ascii", "or true, false"),
        {"enum": ["auto", True, False]},
        lambda config: "auto" if config.ui.ascii is None else config.ui.ascii,
    ),
)

HOOK: tuple[ConfigKey[HookConfig], ...] = (
    ConfigKey(
        *("hook", "on", 'and "failed", "canceled"', _some_of(config_schema.EVENTS, least=1)),
        lambda hook: list(hook.on),
        is_needed=True,
    ),
    ConfigKey(
        *("hook", "run", "an argument list, no shell; {path} {id} {state} are filled in"),
        _COMMAND,
        lambda hook: list(hook.run),
        is_needed=True,
    ),
    ConfigKey(
        *("hook", "timeout", "then it is ended", _DURATION),
        lambda hook: span(hook.timeout_s),
    ),
)
