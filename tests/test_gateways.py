"""Three gateways in one dashboard, each with its own scheme and key; hooks run for all of them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui.sandbox.scenario import SandboxTask
from vidu_tui.sandbox.server import Sandbox

ID = "940107923630096384"
KEYS = {"theturbo": "vd-bearer-key-000001", "cn": "vd-token-key-000002", "bare": "vd-bare-key-0003"}
SCHEMES = {"theturbo": "Bearer", "cn": "Token", "bare": ""}
HOOK = """\
#!/bin/sh
{ echo "cwd=$PWD"; for word; do echo "arg=$word"; done; env; echo; } >>"$HOME/env.txt"
tr -d '\\n' >>"$HOME/said.txt"
echo >>"$HOME/said.txt"
echo "posted $2"
"""

Gateways = dict[str, Sandbox]


@pytest.fixture
def gateways() -> Iterator[Gateways]:
    """Serve the same id three times; a file of the first wants the key of its gateway."""
    made = {
        name: Sandbox(
            [SandboxTask(id=ID, links="keyed" if name == "theturbo" else "signed")],
            key=key,
            scheme=SCHEMES[name],
            bytes_per_s=0,
        )
        for name, key in KEYS.items()
    }
    for sandbox in made.values():
        sandbox.start()
    yield made
    for sandbox in made.values():
        sandbox.stop()


@pytest.fixture
def environ(home: Path, gateways: Gateways) -> dict[str, str]:
    """Write config, credentials, the hook and the list."""
    folder = home / "config" / "vidu-tui"
    folder.mkdir(parents=True)
    command = json.dumps([sys.executable, "-c", f"print({KEYS['cn']!r})"])
    config = [
        f'[gateway.theturbo]\nbase_url = "{gateways["theturbo"].base_url}"\n',
        f'[gateway.cn]\nbase_url = "{gateways["cn"].base_url}"\nauth = "Token"\n'
        f"key_cmd = {command}\n",
        f'[gateway.bare]\nbase_url = "{gateways["bare"].base_url}"\nauth = ""\n',
        '[download]\nauto = "success"\nassets = ["video", "cover"]\nsidecar = true\n',
        '[[hook]]\non = ["success"]\nrun = ["./post.sh", "{path}", "{id}", "{state}"]\n',
        '[[hook]]\non = ["success"]\nrun = ["/none/such", "{id}"]\n',
    ]
    _write(folder / "config.toml", "\n".join(config), 0o600)
    _write(folder / "credentials.toml", f'[gateway.bare]\nkey = "{KEYS["bare"]}"\n', 0o600)
    _write(folder / "post.sh", HOOK, 0o755)
    rows = [f'[[task]]\nid = "{ID}"\ngateway = "{name}"\n' for name in KEYS]
    (home / "data" / "vidu-tui").mkdir(parents=True)
    _write(home / "data/vidu-tui/watchlist.toml", "version = 1\n\n" + "\n".join(rows), 0o600)
    return environ_of(home) | {"VIDU_API_KEY": KEYS["theturbo"]}


def _write(file: Path, text: str, mode: int) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)


def said(home: Path) -> list[dict[str, str]]:
    """Read what the hook was told so far."""
    file = home / "said.txt"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def watch(home: Path, environ: dict[str, str]) -> Terminal:
    """Run a dashboard until all is saved and told, and quit."""
    with Terminal(["-v"], environ, columns=190) as terminal:
        terminal.wait_until(lambda: len(said(home)) == 3, lambda: f"{said(home)}")
        terminal.wait_for("bare")
        log = home / "state/vidu-tui/vidu-tui.log"
        terminal.wait_until(
            lambda: log.exists() and log.read_text().count("hook post.sh has run") == 3
        )
        terminal.press("q")
        assert terminal.status() == 0
    return terminal


def test_each_gateway_gets_its_own_key_and_a_hook_runs_once_for_each_task(
    home: Path, environ: dict[str, str], gateways: Gateways
) -> None:
    terminal = watch(home, environ)
    for name, sandbox in gateways.items():
        asked = [seen for seen in sandbox.requests if "/tasks/" in seen.path]
        assert {seen.authorization for seen in asked} == {f"{SCHEMES[name]} {KEYS[name]}".strip()}
        foreign = [key for other, key in KEYS.items() if other != name]
        for seen in sandbox.requests:
            words = f"{seen.path} {seen.query} {dict(seen.headers)}"
            assert not any(key in words for key in foreign), name
            is_file = "/tasks/" not in seen.path
            assert not is_file or name == "theturbo" or seen.authorization is None
    told = said(home)
    assert {one["gateway"] for one in told} == set(KEYS)
    paths = {one["path"] for one in told}
    assert len(paths) == 3
    assert all(Path(path).is_file() for path in paths)
    assert len(list((home / "Videos/vidu").glob("*.mp4"))) == 3
    written = (home / "env.txt").read_text()
    assert written.count(f"cwd={home}/Videos/vidu\n") == 3
    assert {f"arg={path}" for path in paths} <= set(written.splitlines())
    assert written.count(f"arg={ID}\narg=success\n") == 3
    assert "VIDU_API_KEY" not in written
    everything = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for path, content in everything.items():
        holds = [key for key in KEYS.values() if key.encode() in content]
        assert not holds or path.name in ("credentials.toml", "config.toml"), path
    assert not any(key.encode() in terminal.written for key in KEYS.values())
    log = (home / "state/vidu-tui/vidu-tui.log").read_text()
    assert log.count(f"post.sh: posted {ID}") == 3
    assert log.count("hook such was not found") == 3
    assert "The hook such was not found" in terminal.text
    assert "Signature" not in (home / "said.txt").read_text()
    watch(home, environ)
    assert len(said(home)) == 3, "a restart runs nothing again"


def test_a_config_that_others_may_write_runs_nothing(home: Path, environ: dict[str, str]) -> None:
    (home / "config/vidu-tui/config.toml").chmod(0o666)
    with Terminal([], environ) as terminal:
        assert terminal.status() == 2
    assert "may be written by others, and it names commands: chmod 600" in terminal.text
    assert not said(home)
    assert [path.name for path in (home / "data/vidu-tui").iterdir()] == ["watchlist.toml"]
