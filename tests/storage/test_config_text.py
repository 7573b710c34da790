"""The list of the config's keys, the file to begin with, and the schema: all say the same."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.storage.test_config import named
from tests.storage.test_config_refused import UNKNOWN, WRONG
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.jsontext import Json
from vidu_tui.storage import config, config_text
from vidu_tui.storage.config_keys import GATEWAY, HOOK, TABLES, TOP, span
from vidu_tui.storage.config_values import parse_duration
from vidu_tui.storage.paths import Paths

HOOK_LINES = '[[hook]]\non = ["success"]\nrun = ["true"]\n'
FULL = """
default_gateway = "cn"
[gateway.cn]
base_url = "https://api.vidu.cn/ent/v2"
auth = "Token"
key_cmd = ["pass", "show", "vidu"]
file_hosts = ["*.vidu.cn"]
[gateway.theturbo]
key_env = ""
[poll]
queueing = "1.5m"
[ui]
ascii = true
[keymap]
"task.download" = "f"
[[hook]]
on = ["success", "failed"]
run = ["./post.sh", "{path}"]
timeout = "5s"
"""


def load(folder: Path, text: str) -> config.Config:
    paths = Paths.under(folder)
    paths.config_file.write_text(text, encoding="utf-8")
    paths.config_file.chmod(0o600)
    return config.load(environ={}, paths=paths)


def is_valid(value: object, rule: Json, root: bool = True) -> bool:
    """Check a value by the part of JSON Schema that ours is written in."""
    assert isinstance(rule, dict)
    known = {"type", "enum", "pattern", "minimum", "maximum", "minLength", "items", "minItems"}
    known |= {"uniqueItems", "properties", "patternProperties", "additionalProperties", "required"}
    assert rule.keys() <= known | {"description", "title", "$schema"}
    types = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
    if "type" in rule:
        wanted = types[str(rule["type"])]
        is_flag = isinstance(value, bool)
        if not isinstance(value, wanted) or is_flag != (wanted is bool):
            return False
    if "enum" in rule:
        allowed = rule["enum"]
        assert isinstance(allowed, list)
        return any(type(value) is type(one) and value == one for one in allowed)
    if isinstance(value, str):
        least = rule.get("minLength", 0)
        assert isinstance(least, int)
        return len(value) >= least and bool(re.search(str(rule.get("pattern", "")), value))
    if isinstance(value, int):
        least, most = rule.get("minimum", 0), rule.get("maximum", 0)
        assert isinstance(least, int)
        assert isinstance(most, int)
        return isinstance(value, bool) or least <= value <= most
    if isinstance(value, list):
        least = rule.get("minItems", 0)
        assert isinstance(least, int)
        is_unique = len({str(one) for one in value}) == len(value) or not rule.get("uniqueItems")
        return len(value) >= least and is_unique and all(is_valid(v, rule["items"]) for v in value)
    assert isinstance(value, dict)
    needed = rule.get("required", [])
    assert isinstance(needed, list)
    return set(map(str, needed)) <= value.keys() and all(
        is_valid(inner, found) if (found := rule_of(name, rule)) is not None else False
        for name, inner in value.items()
    )


def rule_of(name: str, rule: dict[str, Json]) -> Json:
    """Find the rule of one property; None where there may be none."""
    own, patterns = rule.get("properties", {}), rule.get("patternProperties", {})
    assert isinstance(own, dict)
    assert isinstance(patterns, dict)
    if name in own:
        return own[name]
    for pattern, found in patterns.items():
        if re.search(pattern, name):
            return found
    return rule.get("additionalProperties") or None


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ("", {key.name for key in TOP} | {"gateway", "keymap", "hook"}),
        ("[gateway.theturbo]\n", {key.name for key in GATEWAY}),
        *(
            (f"[{section}]\n", {key.name for key in TABLES if key.section == section})
            for section in ("poll", "download", "notify", "ui")
        ),
        (HOOK_LINES, {key.name for key in HOOK}),
    ],
)
def test_the_list_has_the_keys_that_the_file_may_have(
    start: str, names: set[str], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"{start}qqqqqqqqqqqqqqqqqq = 1\n")
    told = str(caught.value).partition("it may have ")[2]
    tables = {key.section for key in TABLES} if not start else set()
    assert set(told.split(", ")) == names | tables


def test_the_file_to_begin_with_changes_nothing(tmp_path: Path) -> None:
    default = config.default(Paths.under(tmp_path))
    assert load(tmp_path, config_text.example(default)) == default._replace(
        gateways=named(default.gateways)
    )


def test_each_of_its_lines_is_right_without_its_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    default = config.default(Paths.under(tmp_path))
    written = config_text.example(default)
    bare = re.sub(r'(?m)^#(?=[a-z"\[])', "", written)
    assert bare.count("\n#") < written.count("\n#") - len(TABLES)
    found = load(tmp_path, bare)
    assert set(found.gateways) == {"theturbo", "vidu"}
    assert found.gateways["theturbo"].key_cmd == ("pass", "show", "vidu")
    assert found.keymap == {"task.download": "d"}
    assert [hook.run for hook in found.hooks] == [("./post.sh", "{path}")]
    same = found._replace(gateways=default.gateways, keymap=default.keymap, hooks=default.hooks)
    assert same == default


def test_what_is_set_can_be_written_down_and_read_again(tmp_path: Path) -> None:
    default = config.default(Paths.under(tmp_path))
    written = config_text.example(default, is_active=True)
    assert tomllib.loads(written)["poll"] == {
        "processing": "5s",
        "queueing": "10s",
        "max_per_minute": 600,
    }
    assert load(tmp_path, written) == default._replace(gateways=named(default.gateways))


@pytest.mark.parametrize("text", ["", FULL, HOOK_LINES])
def test_what_the_program_takes_the_schema_takes(text: str, tmp_path: Path) -> None:
    load(tmp_path, text)
    assert is_valid(tomllib.loads(text), config_text.json_schema())


BEYOND_A_SCHEMA = ("199ms", '"0s"', '"0h"', "default_gateway", "~nobody", "http://10", '"*.com"')


@pytest.mark.parametrize(
    "text", [text for text, *_ in [*UNKNOWN, *WRONG] if not any(w in text for w in BEYOND_A_SCHEMA)]
)
def test_what_the_program_refuses_the_schema_refuses(text: str) -> None:
    assert not is_valid(tomllib.loads(text), config_text.json_schema())


@pytest.mark.parametrize(
    "text", ["200ms", "5s", "90s", "30m", "24h", "48h", "0.5s", "1.5m", "0.0004s"]
)
def test_a_length_of_time_is_written_as_it_is_read(text: str) -> None:
    assert parse_duration(span(parse_duration(text))) == pytest.approx(parse_duration(text))
    assert span(86400) == "24h"
    assert span(90) == "90s"
