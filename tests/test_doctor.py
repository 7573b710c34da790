"""doctor: every line of a healthy home and of each thing that can be wrong, and no key in any."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from tests.conftest import environ_of
from tests.terminal import Terminal
from vidu_tui.core.jsontext import Json
from vidu_tui.sandbox.server import Sandbox
from vidu_tui.storage.credentials import fingerprint
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist
from vidu_tui.verbs.doctor import gateways, terminal
from vidu_tui.verbs.doctor.check import Check, Grade

ID = "940107923630096384"


class Person:
    """A home with a gateway on this machine, and the doctor in it."""

    def __init__(self, home: Path, gateway: Sandbox):
        self.gateway = gateway
        self.environ = environ_of(home)
        self.environ |= {"VIDU_BASE_URL": gateway.base_url, "VIDU_API_KEY": gateway.key}
        self.environ["VIDU_DOWNLOAD_DIR"] = str(home / "videos")
        self.paths = Paths.find(self.environ)

    def set(self, toml: str) -> None:
        """Write the config."""
        self.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
        self.paths.config_file.write_text(toml)
        self.paths.config_file.chmod(0o600)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call the doctor; whatever it says holds no key."""
        done = subprocess.run(
            [sys.executable, "-m", "vidu_tui", "doctor", *words],
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert self.gateway.key not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    def checks(self, status: int) -> dict[str, dict[str, Json]]:
        """Give what is said as JSON, by gateway and name; the status is as it should be."""
        done = self.run("--json")
        told = json.loads(done.stdout)
        assert (told["schema"], told["exit"], done.returncode) == (1, status, status)
        found = cast("list[dict[str, Json]]", told["checks"])
        assert all((c["grade"] == "ok") == (c["remedy"] is None) for c in found)
        return {f"{c['gateway'] or ''} {c['check']}".strip(): c for c in found}


@pytest.fixture
def gateway() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def person(home: Path, gateway: Sandbox) -> Person:
    return Person(home, gateway)


def test_a_gateway_that_nobody_uses_is_not_asked(person: Person) -> None:
    table = f'[gateway.own]\nbase_url = "{person.gateway.base_url}"\nkey_env = "OWN"\n'
    person.set(f'default_gateway = "own"\n{table}')
    del person.environ["VIDU_BASE_URL"], person.environ["VIDU_API_KEY"]
    person.environ["OWN"] = person.gateway.key
    assert not any("theturbo" in name for name in person.checks(0))
    Watchlist(person.paths.watchlist_file).add([Listed(ID, gateway="theturbo")])
    told = json.loads(person.run("--json").stdout)
    assert "theturbo" in {check["gateway"] for check in told["checks"]}


def test_no_remedy_is_eaten_by_the_redactor(person: Person) -> None:
    del person.environ["VIDU_API_KEY"]
    remedy = cast("str", person.checks(4)["theturbo key"]["remedy"])
    assert remedy == "Set VIDU_API_KEY. For a base URL of this run alone nothing else counts."


def grade(checks: Mapping[str, Mapping[str, Json]], name: str) -> tuple[Json, str]:
    """Give the grade of a line and all that it says."""
    return checks[name]["grade"], f"{checks[name]['says']} {checks[name]['remedy'] or ''}"


def test_a_healthy_home_is_well_and_nothing_in_it_is_touched(person: Person, home: Path) -> None:
    Watchlist(person.paths.watchlist_file).add([Listed(ID, "hero shot")])
    ledger = Ledger(person.paths.ledger_file)
    assert ledger.wishes() == set()
    ledger.close()
    before = sorted(str(p) for p in home.rglob("*"))
    done = person.run()
    assert (done.returncode, {row.split("\t")[0] for row in done.stdout.splitlines()}) == (
        0,
        {"ok"},
    )
    assert done.stderr.startswith("All is well: ")
    rows = dict(row.split("\t", 2)[1:] for row in done.stdout.splitlines())
    assert rows["list"] == "~/data/vidu-tui/watchlist.toml, mode 0600: 1 task"
    assert rows["ledger"] == "~/state/vidu-tui/ledger.db, mode 0600"
    print_of = fingerprint(person.gateway.key)
    assert rows["theturbo key"] == f"from VIDU_API_KEY, fingerprint {print_of}, taken"
    assert rows["theturbo reach"].startswith(f"{person.gateway.base_url[:16]}")
    assert rows["theturbo clock"] == "as the gateway's"
    assert sorted(str(p) for p in home.rglob("*")) == before
    asked = [seen.path.rsplit("/", 2)[1] for seen in person.gateway.requests]
    assert asked == ["0", ID]


def test_json_holds_the_same_as_numbers(person: Person) -> None:
    checks = person.checks(0)
    assert checks["theturbo key"]["fingerprint"] == fingerprint(person.gateway.key)
    assert isinstance(checks["theturbo reach"]["latency_ms"], int)
    assert checks["theturbo reach"]["tls_issuer"] is None
    assert abs(cast("float", checks["theturbo clock"]["skew_s"])) < 60
    assert isinstance(checks["disk"]["free_bytes"], int)


def test_a_refused_key_is_status_4(person: Person) -> None:
    person.environ["VIDU_API_KEY"] = "vd_another_0123456789"
    done = person.run("--json")
    assert "vd_another" not in done.stdout
    found, said = grade(person.checks(4), "theturbo key")
    assert found == "problem"
    assert "refused the key (401)" in said


def test_no_key_is_status_4_and_the_gateway_is_reached_all_the_same(person: Person) -> None:
    del person.environ["VIDU_API_KEY"]
    checks = person.checks(4)
    assert grade(checks, "theturbo key")[0] == "problem"
    assert "VIDU_API_KEY" in grade(checks, "theturbo key")[1]
    assert grade(checks, "theturbo reach")[0] == "ok"


def test_a_key_that_no_header_may_carry_is_no_key(person: Person) -> None:
    person.environ["VIDU_API_KEY"] = "vd_one two_0123456789"
    assert "0123456789" not in person.run().stdout
    assert grade(person.checks(4), "theturbo key")[0] == "problem"


def test_no_gateway_is_status_3_and_its_key_is_not_tried(person: Person) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        person.environ["VIDU_BASE_URL"] = f"http://127.0.0.1:{taken.getsockname()[1]}/v1/vidu"
        checks = person.checks(3)
    assert grade(checks, "theturbo reach")[0] == "problem"
    assert "(refused)" in grade(checks, "theturbo reach")[1]
    assert "not tried" in grade(checks, "theturbo key")[1]


def test_every_gateway_of_the_config_is_asked_with_its_own_key_alone(person: Person) -> None:
    with Sandbox(key="vd_second_0123456789") as second:
        person.environ["SECOND_KEY"] = second.key
        person.set(
            f'[gateway.second]\nbase_url = "{second.base_url}"\nkey_env = "SECOND_KEY"\n'
            f'[gateway.third]\nbase_url = "{second.base_url}"\nkey_env = "THIRD_KEY"\n'
        )
        checks = person.checks(0)
        assert grade(checks, "theturbo key")[1].endswith("taken ")
        assert grade(checks, "second key")[1].endswith("taken ")
        assert grade(checks, "third key")[0] == "warning"
        assert second.key not in json.dumps(checks)
        sent = {seen.headers.get("authorization") for seen in second.requests}
        assert sent == {None, f"Bearer {second.key}"}
    sent = {seen.headers.get("authorization") for seen in person.gateway.requests}
    assert sent == {None, f"Bearer {person.gateway.key}"}


def test_a_clock_that_is_off_is_said_with_how_much(person: Person, gateway: Sandbox) -> None:
    gateway.now = lambda: time.time() + 3600
    found, said = grade(person.checks(0), "theturbo clock")
    assert found == "warning"
    assert said.startswith(("1h00m behind", "59m"))
    assert "behind the gateway's" in said


def test_a_broken_config_is_status_2_and_the_rest_is_looked_at(person: Person) -> None:
    person.set("[pol]\n")
    checks = person.checks(2)
    assert grade(checks, "config")[0] == "problem"
    assert "line 1" in grade(checks, "config")[1]
    assert grade(checks, "ledger")[0] == "ok"
    assert "theturbo reach" not in checks


def test_a_broken_list_is_status_2(person: Person) -> None:
    Watchlist(person.paths.watchlist_file).add([Listed(ID)])
    person.paths.watchlist_file.write_text("version = 1\n[[task]\n")
    assert grade(person.checks(2), "list")[0] == "problem"
    assert person.paths.watchlist_file.read_text() == "version = 1\n[[task]\n"


def test_a_list_that_is_gone_is_told_with_what_its_copy_has(person: Person) -> None:
    Watchlist.of(person.paths).add([Listed(ID)])
    person.paths.watchlist_file.unlink()
    found, said = grade(person.checks(0), "list")
    assert found == "warning"
    assert "is gone; a copy of it has 1 task." in said


def test_a_broken_ledger_is_status_6_and_stays_where_it_is(person: Person) -> None:
    person.paths.ledger_file.parent.mkdir(parents=True)
    person.paths.ledger_file.write_bytes(b"no ledger at all")
    person.paths.ledger_file.chmod(0o600)
    found, said = grade(person.checks(6), "ledger")
    assert found == "problem"
    assert "The list and the videos are whole" in said
    assert person.paths.ledger_file.read_bytes() == b"no ledger at all"


def test_files_that_others_may_read_are_named_with_the_way_to_close_them(person: Person) -> None:
    Watchlist(person.paths.watchlist_file).add([Listed(ID)])
    person.paths.watchlist_file.chmod(0o644)
    person.paths.credentials_file.parent.mkdir(parents=True)
    person.paths.credentials_file.write_text("[gateway.theturbo]\nkey = 'vd_stored_0123456789'\n")
    person.paths.credentials_file.chmod(0o644)
    checks = person.checks(4)
    assert grade(checks, "list") == (
        "warning",
        "~/data/vidu-tui/watchlist.toml, mode 0644: others may read it."
        " chmod 600 ~/data/vidu-tui/watchlist.toml",
    )
    assert grade(checks, "credentials")[0] == "problem"
    assert "vd_stored" not in json.dumps(checks)


def test_a_folder_in_whose_place_a_file_lies_is_status_6(person: Person, home: Path) -> None:
    (home / "videos").touch()
    assert grade(person.checks(6), "videos folder")[0] == "problem"


def test_on_a_terminal_the_lines_stand_in_columns_and_the_terminal_is_looked_at(
    person: Person,
) -> None:
    del person.environ["VIDU_API_KEY"]
    with Terminal(["doctor"], person.environ, columns=100, rows=30) as shown:
        assert shown.status() == 4
        rows = shown.text.replace("\r\n", "\n").split("\n")
    assert any(row.startswith("ok       terminal") and "100×30" in row for row in rows)
    at = next(n for n, row in enumerate(rows) if row.startswith("problem  theturbo key"))
    assert rows[at + 1].strip().startswith("Set VIDU_API_KEY")
    assert rows[at].index("there is none") == rows[at + 1].index("Set")


def look(monkeypatch: pytest.MonkeyPatch, **environ: str) -> dict[str, Check]:
    """Look at a terminal of 80 by 24 with an environment of its own."""
    monkeypatch.setattr(terminal, "size_of", lambda: (80, 24))
    return {check.name: check for check in terminal.look({"TERM": "xterm-256color", **environ})}


@pytest.mark.parametrize(
    ("environ", "says", "found"),
    [
        ({"COLORTERM": "truecolor"}, "16 million", Grade.OK),
        ({}, "256", Grade.OK),
        ({"TERM": "xterm"}, "16 (", Grade.WARNING),
        ({"NO_COLOR": "1"}, "none, as NO_COLOR says", Grade.OK),
        ({"TERM": "dumb"}, "nothing can be drawn", Grade.PROBLEM),
        ({"TERM": ""}, "TERM is not set", Grade.PROBLEM),
    ],
)
def test_colours_are_told_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], says: str, found: Grade
) -> None:
    check = look(monkeypatch, **environ)["colours"]
    assert says in check.says
    assert check.grade is found


def test_a_terminal_that_takes_no_copies_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(monkeypatch, TERM_PROGRAM="Apple_Terminal")["copying"].grade is Grade.WARNING
    assert look(monkeypatch)["copying"].grade is Grade.OK


@pytest.mark.parametrize(
    ("clipboard", "through", "found"),
    [
        ("on", "off", Grade.OK),
        ("external", "off", Grade.WARNING),
        ("external", "on", Grade.OK),
        ("", "", Grade.WARNING),
    ],
)
def test_tmux_is_asked_whether_it_hands_copies_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clipboard: str, through: str, found: Grade
) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(
        '#!/bin/sh\ncase "$*" in -V) echo tmux 3.3a ;;'
        f" *set-clipboard) echo {clipboard} ;; *allow-passthrough) echo {through} ;; esac\n"
    )
    tmux.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    check = look(monkeypatch, TMUX="/tmp/tmux", PATH=f"{tmp_path}:/usr/bin:/bin")["copying"]  # noqa: S108 - a name alone
    assert check.grade is found
    assert "tmux 3.3a" in check.says


def test_a_small_terminal_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "size_of", lambda: (19, 5))
    assert next(terminal.look({"TERM": "xterm"})).grade is Grade.WARNING


def test_an_issuer_in_its_own_words_moves_no_cursor() -> None:
    from vidu_tui.gateway.greeting import Greeting
    from vidu_tui.storage.config import GatewayConfig

    gateway = GatewayConfig("g", "https://gw.example/v1")
    check = gateways._reached(gateway, Greeting(0.18, None, "Evil\x1b[2J\nCA"))
    assert check.says == "https://gw.example answers in 180 ms, certificate of Evil CA"
