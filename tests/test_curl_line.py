"""The curl line that can be copied: it holds no key, and names no variable with another's."""

from pathlib import Path

import pytest

from vidu_tui.assembly import Run
from vidu_tui.storage import config as configuration
from vidu_tui.storage.config import Flags
from vidu_tui.storage.paths import Paths

KEY = "vd-never-anywhere-0123456789"
CONFIG = """\
[gateway.cn]
base_url = "https://api.cn.example/ent/v2"
auth = "Token"
key_env = "CN_KEY"

[gateway.my-relay]
base_url = "https://relay.example"
auth = ""

[gateway.same]
base_url = "https://same.example"
key_env = "VIDU_API_KEY"
"""


def run(home: Path, chosen: str | None) -> Run:
    paths = Paths.under(home)
    paths.config_file.write_text(CONFIG)
    paths.config_file.chmod(0o600)
    environ = {"VIDU_API_KEY": KEY, "CN_KEY": KEY}
    flags = Flags(gateway=chosen)
    return Run(configuration.load(environ=environ, paths=paths, flags=flags), paths, environ)


@pytest.mark.parametrize(
    ("chosen", "gateway", "header"),
    [
        (None, "theturbo", "Bearer $VIDU_API_KEY"),
        ("cn", "theturbo", "Bearer $KEY_OF_THETURBO"),
        (None, "cn", "Token $CN_KEY"),
        ("cn", "cn", "Token $CN_KEY"),
        (None, "my-relay", "$KEY_OF_MY_RELAY"),
        ("my-relay", "my-relay", "$VIDU_API_KEY"),
        (None, "same", "Bearer $KEY_OF_SAME"),
    ],
)
def test_a_line_names_the_variable_of_its_own_gateway_alone(
    home: Path, chosen: str | None, gateway: str, header: str
) -> None:
    line = run(home, chosen).curl(gateway, "gf03:task_1")
    assert line.startswith(f'curl -s -H "Authorization: {header}" https://')
    assert line.endswith("/tasks/gf03%3Atask_1/creations")
    assert KEY not in line
