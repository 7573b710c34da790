from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import config
from vidu_tui.storage.config import Flags, parse_duration
from vidu_tui.storage.paths import Paths

if TYPE_CHECKING:
    from pathlib import Path

posix_only = pytest.mark.skipif(os.name != "posix", reason="POSIX modes")

DURATION = 'must be a duration such as "200ms", "5s", "30m", "2h" or "1d"'
ASSETS = '"video", "watermarked", "cover", "speech", "sound", "bgm", "moderation"'
ARGUMENTS = 'must be a list of texts, as in ["pass", "show", "vidu"]'
INSECURE = "is plain http to another machine: use https, or set allow_insecure = true"
GATEWAY = "a gateway's name has letters, digits, _ and - only, as in [gateway.vidu_cn]"

UNKNOWN = [
    ('pol = "5s"\n', 1, "`pol` is not a key of this file: did you mean `poll`?"),
    ("\n\n[pol]\n", 3, "`pol` is not a key of this file: did you mean `poll`?"),
    ("\npol.processing = 1\n", 2, "`pol` is not a key of this file: did you mean `poll`?"),
    (
        '# x\n[poll]\nqueueing = "5s"\nprocesing = "5s"\n',
        4,
        "`procesing` is not a key of [poll]: did you mean `processing`?",
    ),
    (
        'poll = { Processing = "5s" }\n',
        1,
        "`Processing` is not a key of [poll]: did you mean `processing`?",
    ),
    ('"po\\nll" = 1\n', 1, "`po�ll` is not a key of this file: did you mean `poll`?"),
    (
        "[notify]\nzzz = 1\n",
        2,
        "`zzz` is not a key of [notify]: it may have on",
    ),
    (
        '[gateway.theturbo]\nkey = "vda_secret"\n',
        2,
        "`key` is not a key of [gateway.theturbo]: an API key belongs in credentials.toml or in "
        "VIDU_API_KEY, never here",
    ),
    (
        '[[hook]]\non = ["success"]\nrun = ["a"]\n[[hook]]\nruns = ["a"]\non = ["success"]\n'
        'run = ["b"]\n',
        5,
        "`runs` is not a key of [[hook]]: did you mean `run`?",
    ),
]

WRONG = [
    (
        "[poll]\nprocessing = 5\n",
        2,
        '`processing` in [poll] must be a duration in quotes with its unit, such as "5s" or "5ms"',
    ),
    ('[poll]\nprocessing = "5"\n', 2, f"`processing` in [poll] {DURATION}"),
    ("[poll]\nprocessing = true\n", 2, f"`processing` in [poll] {DURATION}"),
    ('[poll]\nprocessing = "199ms"\n', 2, '`processing` in [poll] must be at least "200ms"'),
    ('poll.queueing = "0s"\n', 1, '`queueing` in [poll] must be at least "200ms"'),
    (
        "[poll]\nmax_per_minute = -1\n",
        2,
        "`max_per_minute` in [poll] must be a whole number from 0 to 100000",
    ),
    ("poll = 5\n", 1, "`poll` must be a table, as in [poll]"),
    (
        "[download]\nparallel = true\n",
        2,
        "`parallel` in [download] must be a whole number from 1 to 16",
    ),
    (
        "[download]\nparallel = 2.0\n",
        2,
        "`parallel` in [download] must be a whole number from 1 to 16",
    ),
    (
        '[download]\nauto = "always"\n',
        2,
        '`auto` in [download] must be one of "before-expiry", "off", "success"',
    ),
    (
        '[download]\nassets = ["video", "film"]\n',
        2,
        f"`assets` in [download] must be a list of {ASSETS}",
    ),
    ('[download]\nassets = "video"\n', 2, f"`assets` in [download] must be a list of {ASSETS}"),
    (
        "[download]\nassets = []\n",
        2,
        f"`assets` in [download] must not be empty: it may name {ASSETS}",
    ),
    (
        '[download]\nassets = ["video", "video"]\n',
        2,
        "`assets` in [download] must not name anything twice",
    ),
    ('[download]\ndir = ""\n', 2, "`dir` in [download] must not be empty"),
    ("[download]\ndir = 5\n", 2, "`dir` in [download] must be a text in quotes, on one line"),
    (
        '[download]\ndir = "~nobody-here/x"\n',
        2,
        "`dir` in [download] begins with a home folder that cannot be found",
    ),
    ('[download]\nlink_lifetime = "0h"\n', 2, "`link_lifetime` in [download] must not be nothing"),
    (
        "[download]\nsidecar = 1\n",
        2,
        "`sidecar` in [download] must be true or false, without quotes",
    ),
    (
        '[notify]\non = ["done"]\n',
        2,
        '`on` in [notify] must be a list of "success", "failed", "canceled"',
    ),
    (
        '[ui]\npane = "left"\n',
        2,
        '`pane` in [ui] must be one of "auto", "right", "below", "off"',
    ),
    ('[ui]\nascii = "yes"\n', 2, '`ascii` in [ui] must be true, false or "auto"'),
    ("[ui]\ntheme = []\n", 2, "`theme` in [ui] must be a text in quotes, on one line"),
    (
        '[keymap]\n"task.download" = 5\n',
        2,
        "`task.download` in [keymap] must be a text in quotes, on one line",
    ),
    ("[hook]\n", 1, "`hook` must be written as [[hook]]"),
    ('[[hook]]\non = ["success"]\n', 1, "[[hook]] needs `run`"),
    ('[[hook]]\non = ["success"]\nrun = "rm"\n', 3, f"`run` in [[hook]] {ARGUMENTS}"),
    ('[[hook]]\non = ["success"]\nrun = []\n', 3, f"`run` in [[hook]] {ARGUMENTS}"),
    (
        'default_gateway = "cn"\n',
        1,
        "`default_gateway` is `cn`, but there is only `theturbo`",
    ),
    ("[gateway.cn]\n", 1, "[gateway.cn] needs `base_url`"),
    ('[gateway."a b"]\n', 1, GATEWAY),
    ('[gateway.-x]\nbase_url = "https://x"\n', 1, GATEWAY),
    (
        "[gateway]\ntheturbo = 5\n",
        2,
        "`theturbo` in [gateway] must be a table, as in [gateway.theturbo]",
    ),
    (
        '[gateway.theturbo]\nauth = "Basic"\n',
        2,
        '`auth` in [gateway.theturbo] must be one of "Bearer", "Token", ""',
    ),
    (
        '[gateway.theturbo]\nkey_env = "A-B"\n',
        2,
        "`key_env` in [gateway.theturbo] must be the name of an environment variable",
    ),
    (
        '[gateway.theturbo]\nkey_cmd = "pass show vidu"\n',
        2,
        f"`key_cmd` in [gateway.theturbo] {ARGUMENTS}",
    ),
    (
        '[gateway.theturbo]\nfile_hosts = ["*.com"]\n',
        2,
        '`file_hosts` in [gateway.theturbo] must be a list of host names, as in ["*.example.com"]',
    ),
    (
        '[gateway.lan]\nbase_url = "http://10.0.0.5/v1"\n',
        2,
        f"`base_url` in [gateway.lan] {INSECURE}",
    ),
]


def refusal(folder: Path, text: str | bytes, mode: int = 0o600) -> str:
    paths = Paths.under(folder)
    paths.config_file.write_bytes(text.encode() if isinstance(text, str) else text)
    paths.config_file.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        config.load(environ={}, paths=paths)
    return str(caught.value)


@pytest.mark.parametrize(("text", "line", "problem"), [*UNKNOWN, *WRONG])
def test_a_key_or_value_that_cannot_be_is_told_with_file_and_line(
    text: str, line: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(tmp_path, text) == f"~/config.toml, line {line}: {problem}"


URLS = [
    ("ftp://x.example", "must be an http or https URL with a host"),
    ("x.example/v1", "must be an http or https URL with a host"),
    ("https://", "must be an http or https URL with a host"),
    ("https://x y", "must be an http or https URL with a host"),
    ("https://[::1", "must be an http or https URL with a host"),
    ("https://x.example:99999", "must be an http or https URL with a host"),
    ("https://ann:secret@x.example", "must not hold a user name or password"),
    ("https://x.example/v1?key=secret", "must end with its path, without ? or #"),
    ("https://x.example/v1#", "must end with its path, without ? or #"),
]


@pytest.mark.parametrize(("url", "problem"), URLS)
def test_a_base_url_that_cannot_be_is_told_but_not_repeated(
    url: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    message = refusal(tmp_path, f'[gateway.theturbo]\nbase_url = "{url}"\n')
    assert message == f"~/config.toml, line 2: `base_url` in [gateway.theturbo] {problem}"
    paths = Paths.under(tmp_path / "empty")
    with pytest.raises(ConfigError) as caught:
        config.load(environ={"VIDU_BASE_URL": url}, paths=paths)
    assert str(caught.value) == f"VIDU_BASE_URL {problem}"
    with pytest.raises(ConfigError) as caught:
        config.load(environ={}, paths=paths, flags=Flags(base_url=url))
    assert str(caught.value) == f"--base-url {problem}"


@pytest.mark.parametrize(
    ("flags", "environ", "message"),
    [
        (Flags(base_url=""), {}, "--base-url must not be empty"),
        (Flags(download_dir=""), {}, "--download-dir must not be empty"),
        (Flags(gateway="cn"), {}, "--gateway names `cn`, but there is only `theturbo`"),
        (
            Flags(),
            {"VIDU_DOWNLOAD_DIR": "a\nb"},
            "VIDU_DOWNLOAD_DIR must be a text in quotes, on one line",
        ),
        (
            Flags(base_url="http://example.com"),
            {},
            f"--base-url {INSECURE} in [gateway.theturbo]",
        ),
    ],
)
def test_a_flag_or_variable_that_cannot_be_is_named(
    flags: Flags, environ: dict[str, str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        config.load(environ=environ, paths=Paths.under(tmp_path), flags=flags)
    assert str(caught.value) == message


def test_a_broken_file_is_told_with_line_and_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(tmp_path, "[ui]\ntheme = oops\n") == (
        "~/config.toml, line 2, column 9: invalid value"
    )
    assert refusal(tmp_path, b"[ui]\n\xff = 1\n") == (
        "~/config.toml, line 2, column 1: this is not UTF-8 text"
    )


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    with pytest.raises(ConfigError) as caught:
        config.load(environ={}, paths=Paths.under(tmp_path), config_file=missing)
    assert str(caught.value).endswith("missing.toml: there is no such file, as --config names it")


def test_a_folder_in_the_file_s_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        config.load(environ={}, paths=Paths.under(tmp_path))


@posix_only
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_refused(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(tmp_path, "", mode) == (
        "~/config.toml may be written by others, and it names commands: chmod 600 ~/config.toml"
    )


@posix_only
@pytest.mark.parametrize(("mode", "is_refused"), [(0o777, True), (0o1777, False), (0o775, False)])
def test_a_file_that_anyone_may_exchange_is_refused(
    mode: int, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    tmp_path.chmod(mode)
    try:
        if is_refused:
            assert refusal(tmp_path, "") == (
                "~/config.toml names commands, and anyone may put files in its folder: chmod go-w ~"
            )
        else:
            (tmp_path / "config.toml").touch(mode=0o600)
            config.load(environ={}, paths=Paths.under(tmp_path))
    finally:
        tmp_path.chmod(0o700)


@posix_only
@pytest.mark.parametrize(("owner", "is_refused"), [(0, False), (1000, False), (1001, True)])
def test_a_file_of_another_user_is_refused_but_for_the_system_s_own(
    owner: int, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    paths = Paths.under(tmp_path)
    paths.config_file.write_text("", encoding="utf-8")
    paths.config_file.chmod(0o600)
    found = os.stat_result((*paths.config_file.stat()[:4], owner, *paths.config_file.stat()[5:]))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "fstat", lambda _: found)
    if not is_refused:
        config.load(environ={}, paths=paths)
        return
    with pytest.raises(ConfigError) as caught:
        config.load(environ={}, paths=paths)
    told = "~/config.toml belongs to another user, and it names commands: it is not read"
    assert str(caught.value) == told


@posix_only
def test_a_file_that_others_may_only_read_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch(mode=0o644)
    (tmp_path / "config.toml").chmod(0o644)
    assert config.load(environ={}, paths=Paths.under(tmp_path)).hooks == ()


def test_a_name_template_that_cannot_be_is_told_with_its_line(tmp_path: Path) -> None:
    message = refusal(tmp_path, '[download]\n\nname = "{oops"\n')
    assert "config.toml, line 3: `name` in [download] is not usable: " in message
    assert "\n" not in message


def test_a_duration_on_the_command_line_is_told_in_its_own_words() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_duration("5")
    assert str(caught.value) == f"`5` is not usable: it {DURATION}"
