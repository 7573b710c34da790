"""Put each verb about tasks together with what it works on. Draws nothing.

What reads the disk alone imports no engine: that is its start-up time.
"""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vidu_tui.command import Command
from vidu_tui.core import links
from vidu_tui.core.errors import ConfigError
from vidu_tui.core.schedule import Intervals
from vidu_tui.core.task import kinds_of
from vidu_tui.engine import listed, shelf
from vidu_tui.storage import config as configuration
from vidu_tui.storage.config import Config, Flags
from vidu_tui.storage.ledger import Ledger
from vidu_tui.storage.paths import Paths
from vidu_tui.storage.watchlist import Listed, Watchlist
from vidu_tui.verbs import lists, selection
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.selection import Selection, Shelf

if TYPE_CHECKING:
    from vidu_tui.verbs.crew import Makers
    from vidu_tui.verbs.rows import Printer


def add(options: Command) -> Exit:
    """Put ids on the list; a broken config matters only where it has a say."""
    paths = Paths.find(os.environ)
    if "-" in options.ids and sys.stdin.isatty():
        sys.stderr.write("Paste ids, links, JSON or a log; ctrl+d ends it.\n")
    found, refused = lists.read(options.ids, sys.stdin)
    gateway, default, origins = "", "", {}
    try:
        config = _config(options, paths)
    except ConfigError:
        if options.gateway or any(find.origin for find in found):
            raise
    else:
        gateway, default = config.chosen_gateway, config.default_gateway
        known = ((links.origin(g.base_url), name) for name, g in config.gateways.items())
        origins = {origin: name for origin, name in known if origin is not None}
    return lists.add(
        Watchlist.of(paths),
        lists.at_gateways(found, gateway, origins),
        refused,
        default=default,
        label=options.label,
        is_json=options.json,
        out=sys.stdout,
    )


def rm(options: Command) -> Exit:
    """Take ids off the list."""
    paths = Paths.find(os.environ)
    config = _config(options, paths)
    return lists.remove(
        Watchlist.of(paths),
        _shelf(options, config, paths),
        options.ids,
        default=config.default_gateway,
        is_json=options.json,
        out=sys.stdout,
        err=sys.stderr,
    )


def ls(options: Command) -> Exit:
    """Print the list, or what a filter finds of it."""
    paths = Paths.find(os.environ)
    config = _config(options, paths)
    shown = _shelf(options, config, paths)
    if options.json:
        return lists.show_json(shown, options.query, sys.stdout)
    return lists.show(shown, options.query, _printer(config))


def status(options: Command) -> Exit:
    """Ask once for some tasks."""
    from vidu_tui.verbs import status as verb

    config, makers, shown = _reach(options)
    return verb.run(
        makers,
        selection.by_ids(shown, options.ids),
        is_json=options.json,
        printer=_printer(config),
        err=sys.stderr,
    )


def wait(options: Command) -> Exit:
    """Wait until tasks have ended."""
    from vidu_tui.verbs import wait as verb

    config, makers, shown = _reach(options)
    chosen = _chosen(options, shown)
    if options.download:
        chosen = _enlisted(chosen, config, shown)
    terms = verb.Terms(options.any, options.timeout, options.download)
    _tell_of_hooks(config)
    if not chosen.keys:
        sys.stderr.write("There is nothing to wait for.\n")
    return verb.run(
        makers,
        chosen,
        terms,
        is_json=options.json,
        printer=_printer(config),
        err=sys.stderr,
    )


def download(options: Command) -> Exit:
    """Save what is finished."""
    from vidu_tui import assembly
    from vidu_tui.verbs import download as verb

    config, makers, shown = _reach(options)
    folder = ""
    if options.dir:
        folder = assembly.own(options).own_folder(str(Path(options.dir).expanduser().absolute()))
    terms = verb.Terms(options.assets, folder, options.all)
    _tell_of_hooks(config)
    chosen = _enlisted(_chosen(options, shown), config, shown)
    if not chosen.keys:
        sys.stderr.write("There is nothing to download.\n")
    return verb.run(
        makers,
        chosen,
        terms,
        is_json=options.json,
        printer=_printer(config),
        err=sys.stderr,
    )


def _tell_of_hooks(config: Config) -> None:
    """Say where hooks are run: a verb polls and saves by itself, but does not lead."""
    if config.hooks:
        sys.stderr.write("Hooks are run by the dashboard: what ends now waits for it.\n")


def _config(options: Command, paths: Paths) -> Config:
    """Read the configuration of this run; raises ConfigError."""
    file = Path(options.config) if options.config else None
    flags = Flags(options.gateway, options.base_url, options.download_dir, options.ascii)
    return configuration.load(environ=os.environ, paths=paths, config_file=file, flags=flags)


def _shelf(options: Command, config: Config, paths: Paths) -> Shelf:
    """Read the list with what is known of each task; raises ListError."""
    now, ledger = time.time(), Ledger(paths.ledger_file)
    try:
        entries = shelf.read(
            Watchlist.of(paths),
            ledger,
            default_gateway=config.default_gateway,
            kinds=kinds_of(config.download.assets),
            intervals=Intervals(config.poll.processing_s, config.poll.queueing_s),
            now=now,
        )
        if ledger.trouble:
            sys.stderr.write(f"vidu-tui: {ledger.trouble}\n")
    finally:
        ledger.close()
    lifetime_s = config.download.link_lifetime_s
    return Shelf(entries, now, config.chosen_gateway, options.gateway or "", lifetime_s)


def _printer(config: Config) -> "Printer":
    from vidu_tui.verbs.rows import Printer

    is_ascii = config.ui.ascii
    if is_ascii is None:
        is_ascii = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    return Printer(
        sys.stdout,
        time.time,
        config.download.link_lifetime_s,
        is_ascii=is_ascii,
        has_table=sys.stdout.isatty(),
    )


def _reach(options: Command) -> "tuple[Config, Makers, Shelf]":
    """Give what is set, the engines that can be made of it, and the list; raises SetupError."""
    from vidu_tui import assembly
    from vidu_tui.verbs.crew import Makers

    this = assembly.own(options)
    makers = Makers(
        wire=this.open_wire,
        guest=lambda wire, only: assembly.guest_of(this, wire, only),
        visitor=lambda wire, folder, tasks: assembly.visitor_of(this, wire, folder, tasks),
    )
    return this.config, makers, _shelf(options, this.config, this.paths)


def _chosen(options: Command, shown: Shelf) -> Selection:
    """Find what a verb is about; raises ConfigError."""
    from vidu_tui.verbs.download import is_left

    if options.filter is not None:
        return selection.by_query(shown, options.filter)
    if options.ids:
        return selection.by_ids(shown, options.ids)
    saves = options.verb == "download" or options.download
    return selection.by_test(shown, is_left if saves else lambda e: not e.state.is_terminal)


def _enlisted(chosen: Selection, config: Config, shown: Shelf) -> Selection:
    """Put ids on the list that are not: what is being fetched is never unlisted."""
    if not chosen.strangers:
        return chosen
    rows = [Listed(k.id, "", k.gateway) for k in chosen.strangers]
    Watchlist.of(Paths.find(os.environ)).add(rows)
    for key in chosen.strangers:
        sys.stderr.write(f"{key.id} is on the list now.\n")
    kinds = kinds_of(config.download.assets)
    new = (listed.entry_of(k, [r], kinds) for k, r in zip(chosen.strangers, rows, strict=True))
    return Selection((*chosen.listed, *new))
