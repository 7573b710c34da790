"""The config file as a text to begin with, and as a JSON Schema for editors. Writes no file."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from vidu_tui.storage.config_keys import GATEWAY, HOOK, TABLES, TOP, ConfigKey
from vidu_tui.storage.config_schema import BUILT_IN_GATEWAY, GATEWAY_NAME
from vidu_tui.storage.paths import tilde

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vidu_tui.core.jsontext import Json
    from vidu_tui.storage.config_keys import Rule
    from vidu_tui.storage.config_schema import Config

T = TypeVar("T")

_COMMENT_AT = 40
_HEAD = """\
# Settings of vidu-tui. All of this holds as it is: take the # before a line away and change it.
"""
_TAIL = """
# Another gateway. Its key comes from key_env, key_cmd or credentials.toml; see the README.
#[gateway.vidu]
#base_url = "https://api.vidu.com/ent/v2"
#auth = "Token"
#key_env = "VIDU_COM_KEY"

# Another key for an action: its id is in the README's table.
[keymap]
#"task.download" = "d"

# A program to run, without a shell, when a task has ended; see the README.
#[[hook]]
#on = ["success"]
#run = ["./post.sh", "{path}"]
#timeout = "60s"
"""


def toml_of(value: Json) -> str:
    """Write a value as TOML; what a config holds is written there as in JSON."""
    return json.dumps(value, ensure_ascii=False)


def example(config: Config, *, is_active: bool = False) -> str:
    """Write down what is set, with a word about each key; else each line is a comment."""
    sign = "" if is_active else "#"
    lines = [*_lines(TOP, config, sign), "", f"[gateway.{BUILT_IN_GATEWAY}]"]
    lines += _lines(GATEWAY, config.gateways[BUILT_IN_GATEWAY], sign)
    for section, keys in groupby(TABLES, lambda key: key.section):
        lines += ["", f"[{section}]", *_lines(keys, config, sign)]
    body = "\n".join(lines) + "\n"
    return body if is_active else f"{_HEAD}\n{body}{_TAIL}"


def json_schema() -> dict[str, Json]:
    """Describe the file as JSON Schema (2020-12), for editors that check TOML by one."""
    properties: dict[str, Json] = dict(_properties(TOP))
    gateway = _table(GATEWAY)
    properties["gateway"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {BUILT_IN_GATEWAY: gateway},
        "patternProperties": {
            f"^(?!{BUILT_IN_GATEWAY}$){GATEWAY_NAME}$": {**gateway, "required": ["base_url"]}
        },
    }
    for section, keys in groupby(TABLES, lambda key: key.section):
        properties[section] = _table(keys)
    properties["keymap"] = {
        "type": "object",
        "description": "another key for an action, by the action's id",
        "additionalProperties": {"type": "string", "minLength": 1},
    }
    properties["hook"] = {"type": "array", "items": _table(HOOK)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vidu-tui config.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _lines(keys: Iterable[ConfigKey[T]], of: T, sign: str) -> Iterator[str]:
    for key in keys:
        value = key.value(of)
        if value == []:  # nothing is set: a file that holds cannot say so, a comment can
            if not sign:
                continue
            value = ["pass", "show", "vidu"]
        said = f"{sign}{key.name} = {toml_of(tilde(value) if isinstance(value, str) else value)}"
        yield f"{said:<{_COMMENT_AT}}  # {key.comment}" if key.comment else said


def _properties(keys: Iterable[ConfigKey[T]]) -> Iterator[tuple[str, Rule]]:
    for key in keys:
        yield key.name, {**key.rule, **({"description": key.comment} if key.comment else {})}


def _table(keys: Iterable[ConfigKey[T]]) -> Rule:
    listed = list(keys)
    needed: list[Json] = [key.name for key in listed if key.is_needed]
    table: Rule = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(_properties(listed)),
    }
    return {**table, "required": needed} if needed else table
