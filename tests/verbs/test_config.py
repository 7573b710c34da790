"""config path, show, init, schema: through the program's own front door."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal

KEY = "vd-never-on-a-screen-0123456789"
OTHER = "vd-of-the-other-gateway-987654"


def vidu(home: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the program without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "vidu_tui", *words],
        capture_output=True,
        text=True,
        env={**environ_of(home), **environ},
        check=False,
        timeout=60,
    )
    assert KEY not in done.stdout + done.stderr
    assert OTHER not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def write(home: Path, text: str, name: str = "config.toml") -> Path:
    file = home / "config" / "vidu-tui" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """Read what ``show`` printed into a pipe."""
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return {name: (value, origin) for name, value, origin in lines}


def test_path_names_every_place(home: Path) -> None:
    done = vidu(home, "config", "path")
    assert done.returncode == 0
    places = dict(line.split("\t") for line in done.stdout.splitlines())
    assert places == {
        "config": f"{home}/config/vidu-tui/config.toml",
        "credentials": f"{home}/config/vidu-tui/credentials.toml",
        "list": f"{home}/data/vidu-tui/watchlist.toml",
        "spare": f"{home}/state/vidu-tui/watchlist.spare.toml",
        "ledger": f"{home}/state/vidu-tui/ledger.db",
        "screen": f"{home}/state/vidu-tui/ui.toml",
        "log": f"{home}/state/vidu-tui/vidu-tui.log",
        "covers": f"{home}/cache/vidu-tui/covers",
        "videos": f"{home}/Videos/vidu",
    }
    told = json.loads(vidu(home, "config", "path", "--json").stdout)
    assert told == {"schema": 1, "paths": places}
    assert not list(home.iterdir()), "nothing is made by naming it"


def test_path_works_beside_a_broken_file(home: Path) -> None:
    write(home, "pol = 5\n")
    done = vidu(home, "config", "path")
    assert "config\t" in done.stdout
    assert (done.stderr.count("\n"), done.returncode) == (1, 2)
    assert "did you mean `poll`?" in done.stderr


def test_show_says_of_each_value_what_has_said_it(home: Path) -> None:
    write(home, '[download]\nparallel = 5\n\n[gateway.cn]\nbase_url = "https://x.example/v2"\n')
    words = ("config", "show", "--ascii", "--download-dir", "/srv/v", "--gateway", "cn")
    done = vidu(home, *words, VIDU_BASE_URL="https://y.example", VIDU_DOWNLOAD_DIR="/elsewhere")
    found = rows(done)
    assert done.returncode == 0
    assert found["download.parallel"] == ("5", "file ~/config/vidu-tui/config.toml, line 2")
    assert found["download.dir"] == ('"/srv/v"', "flag --download-dir")
    assert found["ui.ascii"] == ("true", "flag --ascii")
    assert found["default_gateway"] == ('"cn"', "flag --gateway")
    assert found["gateway.cn.base_url"] == ('"https://y.example"', "environment VIDU_BASE_URL")
    assert found["gateway.theturbo.base_url"][1] == "default"
    assert found["poll.processing"] == ('"5s"', "default")
    assert found["gateway.cn.key"] == ("none", "default")


def test_the_environment_is_named_where_no_flag_speaks(home: Path) -> None:
    found = rows(vidu(home, "config", "show", VIDU_DOWNLOAD_DIR="/elsewhere"))
    assert found["download.dir"] == ('"/elsewhere"', "environment VIDU_DOWNLOAD_DIR")
    found = rows(vidu(home, "config", "show", "--base-url", "https://z.example"))
    assert found["gateway.theturbo.base_url"] == ('"https://z.example"', "flag --base-url")
    assert found["gateway.theturbo.file_hosts"] == ("[]", "default none with another base URL")


def test_keys_are_masked_and_their_source_is_named(home: Path) -> None:
    witness = home / "ran"
    write(
        home,
        '[gateway.cmd]\nbase_url = "https://a.example"\n'
        f'key_cmd = ["touch", "{witness}", "{KEY}", "Authorization: Bearer my-word"]\n'
        '[gateway.stored]\nbase_url = "https://b.example"\n',
    )
    write(home, f'[gateway.stored]\nkey = "{OTHER}"\n', "credentials.toml")
    done = vidu(home, "config", "show", VIDU_API_KEY=KEY)
    found = rows(done)
    value, origin = found["gateway.theturbo.key"]
    assert value == '"•••"'
    assert origin.startswith("environment VIDU_API_KEY, fingerprint ")
    value, origin = found["gateway.stored.key"]
    assert value == '"•••"'
    assert origin.startswith("file ~/config/vidu-tui/credentials.toml, fingerprint ")
    assert found["gateway.cmd.key"] == ('"•••"', "file what key_cmd prints; it was not run")
    assert "•••" in found["gateway.cmd.key_cmd"][0]
    assert "my-word" not in done.stdout
    assert not witness.exists()
    told = json.loads(vidu(home, "config", "show", "--json", VIDU_API_KEY=KEY).stdout)
    assert told["schema"] == 1
    assert {s["origin"] for s in told["settings"]} <= {"flag", "environment", "file", "default"}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_key_that_cannot_be_used_is_told_beside_all_the_rest(home: Path) -> None:
    write(home, f'[gateway.theturbo]\nkey = "{KEY}"\n', "credentials.toml").chmod(0o644)
    done = vidu(home, "config", "show")
    assert rows(done)["ui.pane"] == ('"auto"', "default")
    assert "may be read by others; no key was read: chmod 600" in done.stderr
    assert done.returncode == 2


def test_a_wrong_key_of_the_file_is_one_line_with_its_nearest(home: Path) -> None:
    write(home, '\n[poll]\n\nprocesing = "5s"\n')
    done = vidu(home, "config", "show")
    assert done.stderr == (
        "vidu-tui: ~/config/vidu-tui/config.toml, line 4: `procesing` is not a key of"
        " [poll]: did you mean `processing`?\n"
    )
    assert (done.stdout, done.returncode) == ("", 2)


def test_on_a_terminal_show_is_in_columns(home: Path) -> None:
    with Terminal(["config", "show"], environ_of(home), columns=200) as terminal:
        assert terminal.status() == 0
        lines = terminal.written.decode().splitlines()
    told = [line for line in lines if line.rstrip().endswith("default")]
    long = ("ui.columns", "download.dir")  # the home of a test has a long name
    assert len({line.rindex("default") for line in told if not line.startswith(long)}) == 1
    assert len(told) > 15


def test_init_writes_a_commented_file_once(home: Path) -> None:
    done = vidu(home, "config", "init")
    file = home / "config" / "vidu-tui" / "config.toml"
    assert (done.stdout, done.returncode) == (f"{file}\n", 0)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert {origin for _, origin in rows(vidu(home, "config", "show")).values()} == {"default"}
    file.write_text("# mine\n", encoding="utf-8")
    again = vidu(home, "config", "init")
    assert again.returncode == 2
    assert again.stderr == (
        "vidu-tui: ~/config/vidu-tui/config.toml is there already; nothing was written\n"
    )
    assert file.read_text(encoding="utf-8") == "# mine\n"
    assert [p.name for p in file.parent.iterdir()] == ["config.toml"]


def test_init_writes_where_it_is_told_to_and_never_through_a_link(home: Path) -> None:
    named = home / "deep" / "other.toml"
    assert vidu(home, "config", "init", "--config", str(named)).returncode == 0
    assert named.is_file()
    link = home / "link.toml"
    link.symlink_to(home / "victim")
    assert vidu(home, "config", "init", "--config", str(link)).returncode == 2
    assert not (home / "victim").exists()


def test_nothing_but_init_ever_writes_the_file(home: Path) -> None:
    for words in (("ls",), ("config", "show"), ("config", "path"), ("add", "940107923630096384")):
        vidu(home, *words)
    assert not (home / "config").exists()


def test_schema_is_one_json_object(home: Path) -> None:
    told = json.loads(vidu(home, "config", "schema").stdout)
    assert told["$schema"].endswith("2020-12/schema")
    assert set(told["properties"]) >= {"default_gateway", "gateway", "download", "hook", "keymap"}


def test_a_part_that_is_not_there_is_exit_2(home: Path) -> None:
    done = vidu(home, "config", "shw")
    assert done.returncode == 2
    assert "shw" in done.stderr
