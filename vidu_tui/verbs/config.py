"""config: where things lie, what is set and by what, a file to begin with, its JSON Schema.

Prints data on stdout, narration on stderr. Runs no ``key_cmd`` and shows no key.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from vidu_tui.core import text
from vidu_tui.core.errors import ConfigError
from vidu_tui.storage import atomic, config, config_text
from vidu_tui.storage.config_origin import Origin, Setting, Sources
from vidu_tui.storage.paths import tilde

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from vidu_tui.core.jsontext import Json
    from vidu_tui.storage.paths import Paths

OK = 0
USAGE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What this run was started with, and where it prints."""

    environ: Mapping[str, str]
    flags: config.Flags
    paths: Paths
    file: Path | None
    """The file that --config names."""
    is_json: bool
    out: TextIO
    err: TextIO

    @property
    def config_file(self) -> Path:
        """Give the config file that counts."""
        return self.file or self.paths.config_file

    def load(self) -> config.Config:
        """Read the configuration; raises ConfigError."""
        return config.load(
            environ=self.environ, paths=self.paths, config_file=self.file, flags=self.flags
        )


def path(asked: Asked) -> int:
    """Print where everything lies, also where the configuration is broken."""
    try:
        videos, status = asked.load().download.dir, OK
    except ConfigError as error:
        asked.err.write(f"vidu-tui: {error}\n")
        videos, status = asked.paths.download_dir, USAGE
    places = {
        "config": asked.config_file,
        "credentials": asked.paths.credentials_file,
        "list": asked.paths.watchlist_file,
        "spare": asked.paths.spare_list_file,
        "ledger": asked.paths.ledger_file,
        "screen": asked.paths.ui_file,
        "log": asked.paths.log_file,
        "covers": asked.paths.cache_dir / "covers",
        "videos": videos,
    }
    if asked.is_json:
        _print_json({"paths": {name: str(place) for name, place in places.items()}}, asked.out)
    else:
        _print_rows(((name, str(place)) for name, place in places.items()), asked.out)
    return status


def show(asked: Asked) -> int:
    """Print each value and what has said it; 2 where a key cannot be used. Raises ConfigError."""
    loaded = asked.load()
    written, table = config.read(asked.config_file)
    sources = Sources(
        config=loaded,
        flags=asked.flags,
        environ=asked.environ,
        credentials_file=asked.paths.credentials_file,
        text=written,
        table=table,
    )
    settings = list(sources.settings())
    if asked.is_json:
        values: list[Json] = [_fields(setting) for setting in settings]
        _print_json({"file": str(asked.config_file), "settings": values}, asked.out)
    else:
        _print_rows((_cells(setting, asked.config_file) for setting in settings), asked.out)
    problems = [setting.problem for setting in settings if setting.problem]
    for problem in problems:
        asked.err.write(f"vidu-tui: {problem}\n")
    return USAGE if problems else OK


def init(asked: Asked) -> int:
    """Write a commented file, and none over another one; raises ConfigError."""
    file = asked.config_file
    written = config_text.example(config.default(asked.paths))
    try:
        atomic.write_new(file, written.encode())
    except FileExistsError as error:
        raise ConfigError(f"{tilde(file)} is there already; nothing was written") from error
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ConfigError(f"{tilde(file)} cannot be written ({reason})") from error
    asked.out.write(f"{file}\n")
    asked.err.write("Written; everything in it is a comment until you take a # away.\n")
    return OK


def schema(asked: Asked) -> int:
    """Print the JSON Schema of the config file."""
    json.dump(config_text.json_schema(), asked.out, indent=2, ensure_ascii=False)
    asked.out.write("\n")
    return OK


def _cells(setting: Setting, file: Path) -> tuple[str, str, str]:
    value = "none" if setting.value is None else config_text.toml_of(setting.value)
    origin = setting.origin.value
    if setting.origin is Origin.FILE and setting.detail.startswith("line "):
        origin = f"{origin} {tilde(file)}, {setting.detail}"
    elif setting.detail:
        origin = f"{origin} {setting.detail}"
    return text.inert(setting.name), text.inert(value, 500), text.inert(origin, 500)


def _fields(setting: Setting) -> Json:
    return {
        "name": setting.name,
        "value": setting.value,
        "origin": setting.origin.value,
        "detail": setting.detail,
        "problem": setting.problem,
    }


def _print_json(said: dict[str, Json], out: TextIO) -> None:
    json.dump({"schema": 1, **said}, out, ensure_ascii=False)
    out.write("\n")


def _print_rows(rows: Iterable[tuple[str, ...]], out: TextIO) -> None:
    """Print rows, in columns on a terminal, else with tabs between."""
    listed = list(rows)
    if not out.isatty():
        out.writelines("\t".join(row) + "\n" for row in listed)
        return
    widths = [max(map(len, column)) for column in zip(*listed, strict=True)]
    for row in listed:
        padded = (f"{cell:<{min(width, 60)}}" for cell, width in zip(row, widths, strict=True))
        out.write("  ".join(padded).rstrip() + "\n")


PARTS: dict[str, Callable[[Asked], int]] = {
    "path": path,
    "show": show,
    "init": init,
    "schema": schema,
}
