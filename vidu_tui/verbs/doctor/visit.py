"""The doctor's round: versions, files, terminal, gateways. Changes nothing of ours."""

import platform
import sqlite3
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TextIO

from vidu_tui import __version__
from vidu_tui.core import links
from vidu_tui.core.errors import ConfigError, ListError
from vidu_tui.storage import config as configuration
from vidu_tui.storage import credentials
from vidu_tui.storage.config import Config, Flags
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Watchlist
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.doctor import files, gateways, report, terminal
from vidu_tui.verbs.doctor.check import Check, problem
from vidu_tui.verbs.doctor.gateways import Person

_PARTS = ("textual", "httpx", "pillow")


def run(
    flags: Flags,
    config_file: Path | None,
    environ: Mapping[str, str],
    *,
    is_json: bool,
    out: TextIO,
    err: TextIO,
) -> Exit:
    """Look at everything and print it; 0 unless something does not work (ux.md, exit statuses)."""
    paths = Paths.find(environ)
    config, error = None, ""
    try:
        config = configuration.load(
            environ=environ, paths=paths, config_file=config_file, flags=flags
        )
    except ConfigError as caught:
        error = str(caught)
    folder = config.download.dir if config else paths.download_dir
    hidden = config.key_names if config else frozenset()
    checks = [
        *_versions(),
        *files.look(paths, config_file or paths.config_file, folder, error),
        *terminal.look(credentials.without_keys(environ, hidden)),
    ]
    secrets = {environ.get(name, "") for name in {credentials.DEFAULT_VARIABLE, *hidden}} - {""}
    if config is not None:
        visit = gateways.look(
            Person(config, environ, paths.credentials_file, _watched(paths, config))
        )
        checks += visit.checks
        secrets |= visit.secrets
    size = terminal.size_of() if out.isatty() else None
    return report.report(
        checks,
        lambda words: links.redact(words, secrets),
        columns=size[0] if size else None,
        is_json=is_json,
        out=out,
        err=err,
    )


def _versions() -> Iterator[Check]:
    """Name what runs here; a part that is missing leaves the dashboard without a start."""
    parts, missing = [], []
    for name in _PARTS:
        try:
            parts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        remedy = f"Install it: pip install {' '.join(missing)}"
        yield problem("parts", f"{', '.join(missing)} cannot be found", remedy, Exit.USAGE)
    own = [f"vidu-tui {__version__}", f"Python {platform.python_version()}"]
    system = f"{platform.system()} {platform.release()}"
    says = ", ".join((*own, *parts, f"SQLite {sqlite3.sqlite_version}", system))
    yield Check("versions", says, facts={"version": __version__})


def _watched(paths: Paths, config: Config) -> dict[str, str]:
    """Find the first watched id of each gateway; a list that cannot be read has none."""
    found: dict[str, str] = {}
    try:
        for item in Watchlist.of(paths).read():
            found.setdefault(item.gateway or config.default_gateway, item.id)
    except ListError:
        return {}
    return found
