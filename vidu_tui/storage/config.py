"""What the person set: flags > environment > file > default. Knows no screen and no wire."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import atomic, config_schema, config_values, toml_text
from vidu_tui.storage.config_schema import (
    Config,
    DownloadConfig,
    GatewayConfig,
    HookConfig,
    NotifyConfig,
    PollConfig,
    UiConfig,
)
from vidu_tui.storage.config_values import Section, ValueRefusedError, parse_duration
from vidu_tui.storage.paths import Paths, tilde

__all__ = [
    "Config",
    "DownloadConfig",
    "Flags",
    "GatewayConfig",
    "HookConfig",
    "NotifyConfig",
    "PollConfig",
    "UiConfig",
    "default",
    "load",
    "parse_duration",
    "read",
]


class Flags(NamedTuple):
    """What the command line says; None = it does not."""

    gateway: str | None = None
    base_url: str | None = None
    download_dir: str | None = None
    ascii: bool = False


def load(
    *,
    environ: Mapping[str, str],
    paths: Paths,
    config_file: Path | None = None,
    flags: Flags | None = None,
) -> Config:
    """Return what is set for this run; ConfigError names the file and line, variable or flag.

    A ``config_file`` that was asked for must be there; the default one may be missing.
    """
    flags = flags or Flags()
    file = config_file or paths.config_file
    top = Section(file, *read(file, is_asked_for=config_file is not None))
    config = config_schema.from_file(file, top, paths.download_dir)
    folder = _folder_of_run(environ, flags)
    if folder is not None:
        config = config._replace(download=config.download._replace(dir=folder))
    if flags.ascii:
        config = config._replace(ui=config.ui._replace(ascii=True))
    return _with_gateway_of_run(config, environ, flags)


def default(paths: Paths) -> Config:
    """Return what holds where nothing is set."""
    return config_schema.from_file(
        paths.config_file, Section(paths.config_file, "", {}), paths.download_dir
    )


def read(file: Path, *, is_asked_for: bool = False) -> tuple[str, dict[str, object]]:
    """Return the file's text and table; a file that others may write is refused: ConfigError."""
    shown = tilde(file)
    try:
        data, status = atomic.read(file)
    except FileNotFoundError as error:
        if is_asked_for:
            raise ConfigError(f"{shown}: there is no such file, as --config names it") from error
        return "", {}
    except OSError as error:
        raise ConfigError(f"{shown} cannot be read: {error.strerror or error}") from error
    if os.name == "posix" and status.st_uid not in (0, os.geteuid()):
        raise ConfigError(f"{shown} belongs to another user, and it names commands: it is not read")
    if os.name == "posix" and status.st_mode & 0o022:
        raise ConfigError(
            f"{shown} may be written by others, and it names commands: chmod 600 {shown}"
        )
    if _is_open_to_all(file.parent):
        folder = tilde(file.parent)
        raise ConfigError(
            f"{shown} names commands, and anyone may put files in its folder: chmod go-w {folder}"
        )
    try:
        text = toml_text.decode(data)
        return text, toml_text.parse(text)
    except toml_text.TextError as error:
        place = f"{shown}, line {error.line}, column {error.column}"
        raise ConfigError(f"{place}: {error.problem}") from error


def _folder_of_run(environ: Mapping[str, str], flags: Flags) -> Path | None:
    """Return the download folder that the flag or the environment names, None = neither."""
    name, value = "--download-dir", flags.download_dir
    if value is None:
        name, value = "VIDU_DOWNLOAD_DIR", environ.get("VIDU_DOWNLOAD_DIR", "").strip() or None
    if value is None:
        return None
    try:
        return config_values.folder(value)
    except ValueRefusedError as error:
        raise ConfigError(f"{name} {error}") from error


def _with_gateway_of_run(config: Config, environ: Mapping[str, str], flags: Flags) -> Config:
    """Choose the run's gateway; a base URL from flag or environment is for it alone."""
    chosen = config.default_gateway if flags.gateway is None else flags.gateway
    if chosen not in config.gateways:
        there = config_schema.listing(config.gateways)
        raise ConfigError(
            f"--gateway names `{config_values.printable(chosen)}`, but there is only {there}"
        )
    config = config._replace(chosen_gateway=chosen)
    name, value = "--base-url", flags.base_url
    if value is None:
        name, value = "VIDU_BASE_URL", environ.get("VIDU_BASE_URL", "").strip() or None
    if value is None:
        return config
    gateway = config.gateways[chosen]
    try:
        base_url = config_schema.check_base_url(value)
    except ValueRefusedError as error:
        raise ConfigError(f"{name} {error}") from error
    if config_schema.is_insecure(base_url) and not gateway.allow_insecure:
        raise ConfigError(f"{name} {config_schema.INSECURE} in [gateway.{chosen}]")
    if base_url == gateway.base_url:
        return config
    # The hosts that may get the key were named for the other base URL.
    elsewhere = gateway._replace(base_url=base_url, is_base_url_overridden=True, file_hosts=())
    return config._replace(gateways=MappingProxyType({**config.gateways, chosen: elsewhere}))


def _is_open_to_all(folder: Path) -> bool:
    """Tell whether any user may exchange what lies in a folder, as nobody can in ``/tmp``."""
    if os.name != "posix":
        return False
    mode = folder.stat().st_mode
    return bool(mode & stat.S_IWOTH) and not mode & stat.S_ISVTX
