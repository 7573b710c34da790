"""Put config, disk, wire and engine together, for the screen and for verbs. Knows no screen."""

import asyncio
import contextlib
import os
import re
import shlex
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from vidu_tui.command import Command
from vidu_tui.core import links, names, rescue
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.hooks import Hook
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import TaskKey, kinds_of
from vidu_tui.engine.engine import Engine
from vidu_tui.engine.guest import Guest
from vidu_tui.engine.journal import Journal
from vidu_tui.engine.ports import Wire, WireFactory
from vidu_tui.engine.programs import Programs
from vidu_tui.engine.settings import Settings
from vidu_tui.storage import config as configuration
from vidu_tui.storage import config_values, credentials
from vidu_tui.storage.config import Config, Flags, GatewayConfig
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.logfile import LogFile
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist

if TYPE_CHECKING:
    from vidu_tui.gateway.opening import Clients
    from vidu_tui.sandbox.server import Sandbox


class Run:
    """Everything about one run that its parts are made from."""

    def __init__(self, config: Config, paths: Paths, environ: Mapping[str, str]):
        self.config = config
        self.paths = paths
        self.environ = environ
        self.secrets: set[str] = set()
        self.sandbox: Sandbox | None = None

    def key_of(self, gateway: GatewayConfig) -> str:
        """Find a gateway's key, empty for none; may run its ``key_cmd``. Raises ConfigError."""
        if self.sandbox is not None:
            return self.sandbox.key
        key = credentials.find_key(
            gateway,
            environ=self.environ,
            credentials_file=self.paths.credentials_file,
            is_base_url_overridden=gateway.is_base_url_overridden,
            is_default=gateway.name == self.config.chosen_gateway,
            key_names=self.config.key_names,
        )
        if key is None:
            return ""
        self.secrets.add(key.secret)
        return key.secret

    @contextlib.asynccontextmanager
    async def open_wire(self) -> AsyncIterator[Wire]:
        """Open all that speaks HTTP, off the loop: its import alone takes a tenth of a second."""
        clients = await asyncio.to_thread(self._clients)
        if self.sandbox is not None:
            self.sandbox.start()
        async with clients.opened():
            asking = tuple(clients.gateways.values())
            yield Wire(asking, clients.files, clients.use_key, clients.files)

    def _clients(self) -> "Clients":
        from vidu_tui.gateway.opening import Clients, Spec

        return Clients(
            Spec(g.name, g.base_url, g.auth, self.key_of(g), g.file_hosts)
            for g in self.config.gateways.values()
        )

    def redact(self, words: str) -> str:
        """Take every key of this run and all link queries out of a text."""
        return links.redact(words, self.secrets)

    def store_key(self, gateway: str, key: str) -> None:
        """Store a key for the runs to come; raises ConfigError."""
        credentials.store(self.paths.credentials_file, gateway, key)

    def clean_key(self, typed: str) -> str:
        """Trim a typed key and keep it out of every text from now on; raises ConfigError."""
        key = credentials.clean(typed)
        if key:
            self.secrets.add(key)
        return key

    def own_folder(self, typed: str) -> str:
        """Read the name of a folder as a whole path, ``~`` and ``$VAR`` filled in.

        Raises ConfigError with one line that says what is wrong with it.
        """
        environ = credentials.without_keys(self.environ, self.config.key_names)

        def value(match: re.Match[str]) -> str:
            name = match[1] or match[2]
            if not environ.get(name):
                raise ConfigError(f"There is no folder in ${name}: the variable is not set.")
            return environ[name]

        name = re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, typed.strip())
        if not (name.startswith("~") or Path(name).is_absolute()):
            raise ConfigError("Begin the folder with / or ~.")
        if not name.isprintable():
            raise ConfigError("The name of the folder has characters that cannot be shown.")
        try:
            return str(config_values.folder(name))
        except config_values.ValueRefusedError as error:
            raise ConfigError(f"The name of the folder {error}.") from error

    @property
    def plain_environ(self) -> dict[str, str]:
        """Give the environment for other programs: without any key."""
        return credentials.without_keys(self.environ or os.environ, self.config.key_names)

    def open_path(self, path: str) -> bool:
        """Open a file or a folder with the system's own program; blocks; False if none did."""
        from vidu_tui.desktop import hands

        environ = self.plain_environ
        command = hands.opener(environ)
        return bool(command) and hands.open_path(path, environ, command)

    def copy_text(self, text: str) -> bool:
        """Put a text on this machine's own clipboard, where there is one; blocks."""
        from vidu_tui.desktop import hands

        environ = self.plain_environ
        return hands.copy(text, environ, hands.copiers(environ))

    def curl(self, gateway: str, task_id: str) -> str:
        """Write a command line that asks for a task; the key stays a variable in it."""
        known = self.config.gateways.get(gateway)
        if known is None:
            return ""
        scheme = f"{known.auth} " if known.auth else ""
        is_default = gateway == self.config.chosen_gateway
        variable = credentials.variable_of(known, is_default=is_default)
        header = f'"Authorization: {scheme}${variable}"'
        url = f"{known.base_url.rstrip('/')}/tasks/{quote(task_id, safe='')}/creations"
        return f"curl -s -H {header} {shlex.quote(url)}"

    def edit_list(self) -> None:
        """Open the list in the person's editor and wait until it is closed."""
        command: list[str] = []
        with contextlib.suppress(ValueError):
            command = shlex.split(self.environ.get("VISUAL") or self.environ.get("EDITOR") or "")
        if not command:
            return
        environ = credentials.without_keys(self.environ, self.config.key_names)
        import subprocess

        with contextlib.suppress(OSError):
            subprocess.run(  # noqa: S603 - the person's own editor, without our keys
                [*command, str(self.paths.watchlist_file)], check=False, env=environ
            )


def own(options: Command) -> Run:
    """Read the person's own configuration; raises ConfigError."""
    paths = Paths.find(os.environ)
    file = Path(options.config) if options.config else None
    config = configuration.load(
        environ=os.environ, paths=paths, config_file=file, flags=flags_of(options)
    )
    return Run(config, paths, os.environ)


def flags_of(options: Command) -> Flags:
    """Give what the command line says of the configuration."""
    return Flags(options.gateway, options.base_url, options.download_dir, options.ascii)


def ledger_of(this: Run) -> Ledger:
    """Give the ledger of a run."""
    return Ledger(this.paths.ledger_file)


def guest_of(
    this: Run, wire: WireFactory | None = None, only: frozenset[TaskKey] | None = None
) -> Guest:
    """Make an engine that does what it is told, for some tasks of the list or all of it.

    Raises ConfigError.
    """
    settings = replace(settings_of(this.config), auto=rescue.OFF, is_guest=True, only=only)
    return Guest(
        watchlist=Watchlist.of(this.paths),
        ledger=ledger_of(this),
        wire=wire or this.open_wire,
        settings=settings,
    )


def visitor_of(this: Run, wire: WireFactory, folder: Path, tasks: Iterable[TaskKey]) -> Guest:
    """Make an engine for tasks that are on no list; what it learns stays in a passing folder."""
    paths = Paths.under(folder)
    watchlist = Watchlist.of(paths)
    watchlist.add(Listed(task.id, "", task.gateway) for task in tasks)
    settings = replace(settings_of(this.config), auto=rescue.OFF, is_alone=True)
    return Guest(
        watchlist=watchlist, ledger=Ledger(paths.ledger_file), wire=wire, settings=settings
    )


def engine_of(this: Run, *, is_verbose: bool = False) -> Engine:
    """Make the engine of a run; it neither reads nor asks anything yet. Raises ConfigError."""
    log = LogFile(this.paths.log_file)
    return Engine(
        journal=Journal(log=log, redact=this.redact, is_verbose=is_verbose),
        watchlist=Watchlist.of(this.paths),
        ledger=ledger_of(this),
        wire=this.open_wire,
        settings=replace(
            settings_of(this.config),
            is_alone=this.sandbox is not None,
            covers_dir=str(this.paths.cache_dir / "covers"),
            hooks=tuple(Hook(hook.on, hook.run, hook.timeout_s) for hook in this.config.hooks),
        ),
        run_hook=Programs(
            beside=this.config.file.parent,
            folder=this.config.download.dir,
            environ=credentials.without_keys(this.environ, this.config.key_names),
        ),
    )


def settings_of(config: Config) -> Settings:
    """Say in the engine's own terms what is set; raises ConfigError for a wrong template."""
    return Settings(
        default_gateway=config.default_gateway,
        hosts={
            name: (links.origin(g.base_url) or "").partition("//")[2]
            for name, g in config.gateways.items()
        },
        template=names.parse_template(config.download.name),
        folder=str(config.download.dir),
        intervals=Intervals(config.poll.processing_s, config.poll.queueing_s),
        max_per_minute=config.poll.max_per_minute,
        parallel=config.download.parallel,
        lifetime_s=config.download.link_lifetime_s,
        kinds=kinds_of(config.download.assets),
        auto=config.download.auto,
        has_sidecars=config.download.sidecar,
        told=config.notify.on,
    )
