from __future__ import annotations

import os
import stat
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import credentials
from vidu_tui.storage.config import GatewayConfig
from vidu_tui.storage.credentials import Key, clean, find_key, fingerprint, store

if TYPE_CHECKING:
    from pathlib import Path

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX modes and owners")

SECRET = "vda_0123456789abcdef"
BUILT_IN = GatewayConfig("theturbo", "https://gateway.theturbo.ai/v1/vidu", key_env="VIDU_API_KEY")
OTHER = GatewayConfig("cn", "https://api.vidu.cn", key_env="CN_KEY")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "credentials.toml"


def find(
    gateway: GatewayConfig,
    file: Path,
    *,
    is_default: bool = True,
    is_overridden: bool = False,
    **environ: str,
) -> Key | None:
    return find_in(environ, gateway, file, is_default=is_default, is_overridden=is_overridden)


def find_in(
    environ: dict[str, str],
    gateway: GatewayConfig,
    file: Path,
    *,
    is_default: bool = True,
    is_overridden: bool = False,
) -> Key | None:
    return find_key(
        gateway,
        environ={"PATH": os.environ["PATH"], **environ},
        credentials_file=file,
        is_base_url_overridden=is_overridden,
        is_default=is_default,
        key_names=["LAN_KEY"],
    )


def with_command(*command: str, key_env: str = "") -> GatewayConfig:
    return GatewayConfig("cn", "https://api.vidu.cn", key_env=key_env, key_cmd=command)


def python(code: str) -> GatewayConfig:
    return with_command(sys.executable, "-c", code)


def refusal(gateway: GatewayConfig, file: Path, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        find_in(environ, gateway, file)
    message = str(caught.value)
    assert SECRET not in message
    assert "\n" not in message
    return message


def test_no_text_of_a_key_shows_it() -> None:
    key = Key(SECRET, "VIDU_API_KEY")
    assert repr(key) == str(key) == f"{key}" == "Key(origin='VIDU_API_KEY')"


def test_a_gateway_without_a_source_has_no_key(file: Path) -> None:
    assert find(BUILT_IN, file) is None
    assert find(OTHER, file, is_default=False, VIDU_API_KEY=SECRET) is None


def test_the_environment_goes_before_the_command_and_that_before_the_file(file: Path) -> None:
    store(file, "cn", "from-file")
    gateway = with_command(sys.executable, "-c", "print('from-command')", key_env="CN_KEY")
    assert find(gateway, file, VIDU_API_KEY="a", CN_KEY="b") == Key("a", "VIDU_API_KEY")
    assert find(gateway, file, CN_KEY="b") == Key("b", "CN_KEY")
    assert find(gateway, file) == Key("from-command", "key_cmd of gateway cn")
    without = GatewayConfig("cn", "https://api.vidu.cn")
    assert find(without, file) == Key("from-file", "~/credentials.toml")


def test_an_empty_variable_is_no_source(file: Path) -> None:
    store(file, "theturbo", SECRET)
    assert find(BUILT_IN, file, VIDU_API_KEY=" \n") == Key(SECRET, "~/credentials.toml")


def test_vidu_api_key_speaks_for_the_run_s_gateway_alone(file: Path) -> None:
    assert find(OTHER, file, VIDU_API_KEY=SECRET) == Key(SECRET, "VIDU_API_KEY")
    assert find(BUILT_IN, file, is_default=False, VIDU_API_KEY=SECRET) is None


def test_with_another_base_url_no_stored_key_is_used(file: Path) -> None:
    store(file, "cn", SECRET)
    gateway = with_command("never-run", key_env="CN_KEY")
    assert find(gateway, file, is_overridden=True, CN_KEY=SECRET) is None
    found = find(gateway, file, is_overridden=True, VIDU_API_KEY="typed")
    assert found == Key("typed", "VIDU_API_KEY")


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"  {SECRET}\r\n",
        f"Bearer {SECRET}",
        f"bearer\t{SECRET}",
        f" TOKEN  {SECRET} ",
        f"\ufeff\x00\x1b{SECRET}\x7f\u200b\u00a0",
    ],
)
def test_a_pasted_key_loses_what_surrounds_it(text: str) -> None:
    assert clean(text) == SECRET


@pytest.mark.parametrize("text", ["", " \n\t ", "Bearer ", "bearer", "Token\n", "\x00"])
def test_nothing_is_no_key(text: str) -> None:
    assert clean(text) == ""


def test_a_key_may_begin_like_a_scheme() -> None:
    assert clean("Bearer_x") == "Bearer_x"
    assert clean("tokenabc") == "tokenabc"


@pytest.mark.parametrize(
    "text",
    [f"{SECRET} {SECRET}", f"{SECRET}\nx", f"{SECRET}\x00x", f"{SECRET}é", f"{SECRET}…x"],
)
def test_a_key_that_no_header_may_carry_is_refused_unseen(text: str, file: Path) -> None:
    sentence = (
        "the key holds a space, a line break or a letter that no HTTP header may carry: "
        "copy it once more, alone"
    )
    with pytest.raises(ConfigError) as caught:
        clean(text)
    assert str(caught.value) == sentence
    assert refusal(BUILT_IN, file, VIDU_API_KEY=text) == f"VIDU_API_KEY: {sentence}"


def test_a_whole_file_is_no_key() -> None:
    with pytest.raises(ConfigError, match="longer than 4096 characters"):
        clean("x" * 5000)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters()))
def test_any_text_is_a_key_fit_for_a_header_or_refused(text: str) -> None:
    try:
        key = clean(text)
    except ConfigError:
        return
    assert all("!" <= character <= "~" for character in key)
    assert clean(key) == key or key.lower().startswith(("bearer", "token"))


@posix_only
def test_a_command_gets_no_key_and_no_shell(file: Path) -> None:
    code = (
        "import os; print([n for n in ('VIDU_API_KEY', 'CN_KEY', 'LAN_KEY') if n in os.environ],"
        " os.environ['MINE'], sep='')"
    )
    gateway = with_command(sys.executable, "-c", code, key_env="CN_KEY")
    environ = {"CN_KEY": "", "LAN_KEY": SECRET, "MINE": "$HOME;ls"}
    assert find_in(environ, gateway, file, is_default=False) == Key(
        "[]$HOME;ls", "key_cmd of gateway cn"
    )


def test_the_first_line_of_a_command_is_the_key(file: Path) -> None:
    found = find(python(f"print('Bearer {SECRET}'); print('user: ann')"), file)
    assert found is not None
    assert found.secret == SECRET


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (f"print('{SECRET}'); raise SystemExit(3)", "failed with exit status 3"),
        (f"print(); print('{SECRET}')", "printed no key in its first line"),
        ("pass", "printed no key in its first line"),
    ],
)
def test_a_command_that_gives_no_key_is_told_without_its_output(
    code: str, problem: str, file: Path
) -> None:
    message = refusal(python(code), file)
    assert message == f"key_cmd of gateway cn (`{sys.executable}`) {problem}"


def test_a_command_that_prints_what_no_header_carries_is_told(file: Path) -> None:
    message = refusal(python(f"import os; os.write(1, b'{SECRET} \\xff')"), file)
    assert message.startswith("key_cmd of gateway cn: the key holds a space")


def test_a_command_that_is_not_there_is_told(file: Path, tmp_path: Path) -> None:
    assert refusal(with_command("no-such-program"), file, PATH="/usr/bin") == (
        "key_cmd of gateway cn (`no-such-program`) was not found"
    )
    assert "cannot be started" in refusal(with_command(str(tmp_path)), file)


@posix_only
def test_a_command_that_hangs_is_ended_with_all_that_it_started(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "COMMAND_TIMEOUT_S", 0.2)
    start = time.monotonic()
    message = refusal(with_command("sh", "-c", "sleep 30 & sleep 30"), file)
    assert message == "key_cmd of gateway cn (`sh`) gave no key within 0.2 s"
    assert time.monotonic() - start < 5


def test_a_stored_key_is_found_and_all_else_in_the_file_survives(file: Path) -> None:
    file.write_text(
        'note = "x"\n[gateway.cn]\nkey = "old"\nwho = "ann"\n[gateway.lan]\nkey = "l"\n'
    )
    file.chmod(0o600)
    store(file, "cn", f" Bearer {SECRET}\n")
    store(file, "new", "n")
    assert file.read_text().split("\n\n", 1)[1] == (
        f'note = "x"\n\n[gateway.cn]\nkey = "{SECRET}"\nwho = "ann"\n\n'
        '[gateway.lan]\nkey = "l"\n\n[gateway.new]\nkey = "n"\n'
    )
    assert find(GatewayConfig("lan", "https://x.example"), file) == Key("l", "~/credentials.toml")


@posix_only
def test_a_stored_key_is_its_owner_s_alone(file: Path) -> None:
    store(file, "cn", SECRET)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.with_name("credentials.toml.lock").stat().st_mode) == 0o600


def test_what_a_kill_left_of_a_key_goes_with_the_next_one(file: Path) -> None:
    left = file.with_name(f".{file.name}.0123456789abcdef.vidu-tmp")
    left.write_text(f'[gateway.cn]\nkey = "{SECRET}"\n')
    store(file, "cn", "new")
    assert not left.exists()


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_may_read_is_refused_and_kept(mode: int, file: Path) -> None:
    store(file, "cn", SECRET)
    file.chmod(mode)
    before = file.read_bytes()
    sentence = (
        "~/credentials.toml may be read by others; no key was read: chmod 600 ~/credentials.toml"
    )
    assert refusal(OTHER, file) == sentence
    with pytest.raises(ConfigError) as caught:
        store(file, "cn", "new")
    assert str(caught.value) == sentence
    assert file.read_bytes() == before


@posix_only
def test_a_file_of_another_user_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(file, "cn", SECRET)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    assert refusal(OTHER, file) == (
        "~/credentials.toml belongs to another user; no key was read from it"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'[gateway.cn]\nkey = "{SECRET}\n', "~/credentials.toml, line 2: this is not TOML"),
        (f"[gateway.cn]\nkey = {SECRET}\n", "~/credentials.toml, line 2: this is not TOML"),
        (
            "[gateway.cn]\nkey = 5\n",
            "~/credentials.toml: `key` in [gateway.cn] must be in quotes",
        ),
        (
            f'gateway = "{SECRET}"\n',
            "~/credentials.toml: a key is written as [gateway.NAME] and key = …",
        ),
        (
            f'[gateway]\ncn = "{SECRET}"\n',
            "~/credentials.toml: a key is written as [gateway.NAME] and key = …",
        ),
        (
            '[gateway.cn]\nkey = "a b"\n',
            "~/credentials.toml: the key holds a space, a line break or a letter that no HTTP "
            "header may carry: copy it once more, alone",
        ),
    ],
)
def test_a_file_that_is_wrong_is_told_without_its_content(
    text: str, message: str, file: Path
) -> None:
    file.write_text(text)
    file.chmod(0o600)
    assert refusal(OTHER, file) == message


def test_a_broken_file_is_not_overwritten(file: Path) -> None:
    file.write_text("oops")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="line 1: this is not TOML"):
        store(file, "cn", SECRET)
    assert file.read_text() == "oops"


def test_a_disk_that_does_not_take_the_key_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ConfigError) as caught:
        store(file, "cn", SECRET)
    assert str(caught.value) == (
        "~/credentials.toml cannot be written (No space left on device); the key was not stored"
    )


def test_a_file_that_cannot_be_read_is_told(file: Path) -> None:
    file.mkdir()
    assert refusal(OTHER, file) == "~/credentials.toml cannot be read: Is a directory"


def test_a_fingerprint_tells_keys_apart_and_gives_none_away() -> None:
    assert fingerprint("a") == "ca978112"
    assert fingerprint("b") != fingerprint("a")
