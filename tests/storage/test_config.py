from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vidu_tui
from vidu_tui.core import names
from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import config, config_schema
from vidu_tui.storage.config import Config, Flags, GatewayConfig, HookConfig, parse_duration
from vidu_tui.storage.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Mapping

EXAMPLE = """
default_gateway = "theturbo"

[gateway.theturbo]
base_url = "https://gateway.theturbo.ai/v1/vidu"
auth = "Bearer"
key_env = "VIDU_API_KEY"
file_hosts = ["*.theturbo.ai"]
allow_insecure = false

[poll]
processing = "5s"
queueing = "10s"
max_per_minute = 600

[download]
dir = "~/Videos/vidu"
auto = "before-expiry"
parallel = 3
assets = ["video"]
name = "{date}_{label|type}_{model}_{resolution}_{id}{n}.{ext}"
link_lifetime = "24h"
sidecar = false

[notify]
on = ["success", "failed"]

[ui]
theme = "vidu-night"
pane = "auto"
columns = ["state", "progress", "name", "model", "resolution", "duration",
  "credits", "expires", "file"]
ascii = "auto"

[keymap]
"task.download" = "d"
"""


def load(
    folder: Path,
    text: str | None = None,
    environ: dict[str, str] | None = None,
    flags: Flags | None = None,
) -> Config:
    paths = Paths.under(folder)
    if text is not None:
        paths.config_file.write_text(text, encoding="utf-8")
        paths.config_file.chmod(0o600)
    return config.load(environ=environ or {}, paths=paths, flags=flags)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert found.download.dir == tmp_path / "videos"
    assert found.gateways == {
        "theturbo": GatewayConfig(
            name="theturbo",
            base_url="https://gateway.theturbo.ai/v1/vidu",
            auth="Bearer",
            key_env="VIDU_API_KEY",
            file_hosts=("*.theturbo.ai",),
        )
    }
    assert (found.default_gateway, found.chosen_gateway) == ("theturbo", "theturbo")
    assert not (tmp_path / "config.toml").exists()


def named(gateways: Mapping[str, GatewayConfig]) -> dict[str, GatewayConfig]:
    """Give some gateways as a file has them that names them all."""
    return {name: gateway._replace(is_named=True) for name, gateway in gateways.items()}


def test_the_documented_example_says_what_the_defaults_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    default, found = load(tmp_path), load(tmp_path, EXAMPLE)
    assert found.keymap == {"task.download": "d"}
    assert found.download.dir == tmp_path / "Videos/vidu"
    expected = default._replace(
        gateways=named(default.gateways),
        keymap=found.keymap,
        download=default.download._replace(dir=found.download.dir),
    )
    assert found == expected


EVERYTHING = """
default_gateway = "cn"
[gateway.cn]
base_url = "https://api.vidu.cn/ent/v2/"
auth = "Token"
key_cmd = ["pass", "show", "vidu"]
file_hosts = ["*.VIDU.cn", "files.example.com"]
[gateway.lan]
base_url = "http://10.0.0.5:8000"
auth = ""
key_env = "LAN_KEY"
allow_insecure = true
[gateway.here]
base_url = "http://127.0.0.1:9999/v1"
[poll]
processing = "200ms"
queueing = "1.5m"
max_per_minute = 0
[download]
dir = "/srv/videos"
auto = "off"
parallel = 16
assets = ["cover", "video"]
name = "{id}.{ext}"
link_lifetime = "1d"
sidecar = true
[notify]
on = []
[ui]
theme = "dracula"
pane = "below"
columns = ["name", "state"]
ascii = true
[[hook]]
on = ["success"]
run = ["./post.sh", "{path}"]
[[hook]]
on = ["failed", "canceled"]
run = ["notify-send", ""]
timeout = "5s"
"""


def test_every_key_reaches_its_place(tmp_path: Path) -> None:
    found = load(tmp_path, EVERYTHING)
    assert found.gateways["cn"] == GatewayConfig(
        name="cn",
        base_url="https://api.vidu.cn/ent/v2",
        auth="Token",
        key_cmd=("pass", "show", "vidu"),
        file_hosts=("*.vidu.cn", "files.example.com"),
        is_named=True,
    )
    assert found.gateways["lan"].allow_insecure
    assert found.gateways["lan"].auth == ""
    assert found.gateways["here"].key_env == ""
    assert list(found.gateways) == ["theturbo", "cn", "lan", "here"]
    assert found.key_names == {"VIDU_API_KEY", "LAN_KEY"}
    assert (found.poll.processing_s, found.poll.queueing_s) == (0.2, 90.0)
    assert found.poll.max_per_minute == 0
    assert found.download == config.DownloadConfig(
        dir=Path("/srv/videos"),
        auto="off",
        parallel=16,
        assets=("cover", "video"),
        name="{id}.{ext}",
        link_lifetime_s=86400.0,
        sidecar=True,
    )
    assert found.notify.on == ()
    assert found.ui == config.UiConfig("dracula", "below", ("name", "state"), ascii=True)
    assert found.hooks == (
        HookConfig(("success",), ("./post.sh", "{path}")),
        HookConfig(("failed", "canceled"), ("notify-send", ""), 5.0),
    )


def test_the_default_file_name_is_the_one_that_names_knows() -> None:
    assert config_schema.NAME_TEMPLATE == names.DEFAULT_TEMPLATE


def test_a_config_cannot_be_changed(tmp_path: Path) -> None:
    found = load(tmp_path)
    with pytest.raises(TypeError):
        found.gateways["x"] = found.gateways["theturbo"]  # type: ignore[index] # that is the point


def test_flags_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    text = '[gateway.theturbo]\nbase_url = "https://file.example"\n[download]\ndir = "/file"\n'
    environ = {"VIDU_BASE_URL": " https://environ.example/ ", "VIDU_DOWNLOAD_DIR": "/environ"}
    flags = Flags(base_url="https://flag.example", download_dir="/flag", ascii=True)

    def seen(found: Config) -> tuple[str, str, bool | None]:
        url = found.gateways["theturbo"].base_url
        return url, str(found.download.dir), found.ui.ascii

    assert seen(load(tmp_path, text)) == ("https://file.example", "/file", None)
    assert seen(load(tmp_path, text, environ)) == ("https://environ.example", "/environ", None)
    assert seen(load(tmp_path, text, environ, flags)) == ("https://flag.example", "/flag", True)


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    found = load(tmp_path, None, {"VIDU_BASE_URL": "", "VIDU_DOWNLOAD_DIR": " "})
    assert found == load(tmp_path)


def test_another_base_url_is_marked_and_loses_the_hosts_named_for_the_first(
    tmp_path: Path,
) -> None:
    gateway = load(tmp_path, None, {"VIDU_BASE_URL": "http://127.0.0.1:8123/v1"}).gateways[
        "theturbo"
    ]
    assert gateway.is_base_url_overridden
    assert gateway.file_hosts == ()


def test_the_built_in_hosts_get_no_key_of_another_base_url(tmp_path: Path) -> None:
    moved = '[gateway.theturbo]\nbase_url = "https://relay.example/v1"\n'
    assert load(tmp_path, moved).gateways["theturbo"].file_hosts == ()
    named = f'{moved}file_hosts = ["*.relay.example"]\n'
    assert load(tmp_path, named).gateways["theturbo"].file_hosts == ("*.relay.example",)
    same = '[gateway.theturbo]\nauth = "Token"\n'
    assert load(tmp_path, same).gateways["theturbo"].file_hosts == ("*.theturbo.ai",)


def test_the_same_base_url_again_overrides_nothing(tmp_path: Path) -> None:
    environ = {"VIDU_BASE_URL": "https://gateway.theturbo.ai/v1/vidu/"}
    assert load(tmp_path, None, environ) == load(tmp_path)


def test_the_environment_speaks_for_the_chosen_gateway_alone(tmp_path: Path) -> None:
    text = '[gateway.cn]\nbase_url = "https://api.vidu.cn"\n'
    environ = {"VIDU_BASE_URL": "https://relay.example"}
    found = load(tmp_path, text, environ, Flags(gateway="cn"))
    assert found.gateways["cn"].base_url == "https://relay.example"
    assert not found.gateways["theturbo"].is_base_url_overridden
    assert (found.default_gateway, found.chosen_gateway) == ("theturbo", "cn")


def test_a_download_folder_may_begin_at_home_or_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.chdir(tmp_path)
    assert load(tmp_path, flags=Flags(download_dir="~/v")).download.dir == Path("/home/ann/v")
    assert load(tmp_path, flags=Flags(download_dir="v")).download.dir == tmp_path / "v"


def test_a_file_that_was_asked_for_counts_instead(tmp_path: Path) -> None:
    load(tmp_path, '[ui]\ntheme = "one"\n')
    other = tmp_path / "other.toml"
    other.write_text('[ui]\ntheme = "two"\n')
    other.chmod(0o600)
    found = config.load(environ={}, paths=Paths.under(tmp_path), config_file=other)
    assert (found.ui.theme, found.file) == ("two", other)


UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@unhurried
@given(st.integers(1, 999_999_999), st.sampled_from(sorted(UNITS)))
def test_a_duration_is_its_number_times_its_unit(number: int, unit: str) -> None:
    assert parse_duration(f"{number}{unit}") == pytest.approx(number * UNITS[unit])


@unhurried
@given(st.one_of(st.text(max_size=12), st.text("0123456789.msdh -+e", max_size=8)))
def test_any_other_text_is_no_duration_and_one_line_says_so(text: str) -> None:
    try:
        seconds, message = parse_duration(text), ""
    except ConfigError as error:
        seconds, message = 1.0, str(error)
    assert seconds > 0
    assert message == "" or message.isprintable()


def test_a_config_costs_no_import_that_is_not_needed(tmp_path: Path) -> None:
    code = """
import os, sys, pathlib
from vidu_tui.storage import config, watchlist
from vidu_tui.storage.paths import Paths
paths = Paths.find(os.environ)
config.load(environ=os.environ, paths=paths)
watchlist.Watchlist(pathlib.Path(sys.argv[1])).read()
heavy = {"filelock", "tomli_w", "platformdirs", "tomllib", "textual", "httpx", "subprocess"}
print(sorted(heavy & set(sys.modules)))
"""
    list_file = tmp_path / "watchlist.toml"
    list_file.write_text('version = 1\n\n[[task]]\nid = "1"\n')
    root = Path(vidu_tui.__file__).parent.parent
    xdg = {f"XDG_{name}_HOME": str(tmp_path) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(list_file)],
        env={**os.environ, **xdg, "XDG_VIDEOS_DIR": str(tmp_path), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
