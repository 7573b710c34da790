"""The composition root: arguments → config → engine → verb or app. Knows every room."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from vidu_tui import __version__

if TYPE_CHECKING:
    import argparse

    from vidu_tui.storage.paths import Paths

USAGE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit with its status (ux.md, "Command line")."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def run(argv: Sequence[str]) -> int:
    """Run the program; give the exit status."""
    if "--version" in argv:
        sys.stdout.write(f"vidu-tui {__version__}\n")
        return 0
    from vidu_tui import arguments
    from vidu_tui.core.errors import SetupError, VidutuiError

    options = arguments.parse(argv)
    try:
        status = _VERBS[options.verb](options)
        sys.stdout.flush()
    except BrokenPipeError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except VidutuiError as error:
        sys.stderr.write(f"vidu-tui: {error}\n")
        return USAGE if isinstance(error, SetupError) else 1
    return status


def _paths() -> "Paths":
    from vidu_tui.storage.paths import Paths

    return Paths.find(os.environ)


def _check_gateway(options: "argparse.Namespace") -> None:
    """Refuse a gateway that the config does not know; raises ConfigError."""
    from pathlib import Path

    from vidu_tui.storage import config

    file = Path(options.config) if options.config else None
    flags = config.Flags(gateway=options.gateway)
    config.load(environ=os.environ, paths=_paths(), config_file=file, flags=flags)


def _add(options: "argparse.Namespace") -> int:
    from vidu_tui.storage.watchlist import Watchlist
    from vidu_tui.verbs import lists

    if options.gateway:
        _check_gateway(options)
    return lists.add(
        Watchlist(_paths().watchlist_file),
        options.ids,
        label=options.label,
        gateway=options.gateway or "",
        stdin=sys.stdin,
        out=sys.stdout,
    )


def _rm(options: "argparse.Namespace") -> int:
    from vidu_tui.storage.watchlist import Watchlist
    from vidu_tui.verbs import lists

    return lists.remove(Watchlist(_paths().watchlist_file), options.ids, out=sys.stdout)


def _ls(options: "argparse.Namespace") -> int:
    from vidu_tui.storage.watchlist import Watchlist
    from vidu_tui.verbs import lists

    return lists.show(
        Watchlist(_paths().watchlist_file), options.query, is_json=options.json, out=sys.stdout
    )


def _verify(options: "argparse.Namespace") -> int:
    from vidu_tui import assembly
    from vidu_tui.verbs import verify

    this = assembly.own(options)
    ledger = assembly.ledger_of(this)
    findings = verify.inspect(ledger)
    if ledger.trouble:
        sys.stderr.write(f"vidu-tui: {ledger.trouble}\n")
    ledger.close()
    repaired = verify.repair(assembly.guest_of(this), findings) if options.repair else None
    return verify.report(
        findings,
        repaired,
        is_json=options.json,
        is_verbose=options.verbose,
        out=sys.stdout,
        err=sys.stderr,
    )


def _sandbox(options: "argparse.Namespace") -> int:
    from vidu_tui.sandbox.serve import serve_forever

    return serve_forever(options.port, sys.stdout)


def _dashboard(options: "argparse.Namespace") -> int:
    from vidu_tui import dashboard
    from vidu_tui.core.errors import ConfigError
    from vidu_tui.storage.watchlist import Watchlist

    why_not = _why_no_screen()
    if why_not:
        if options.demo:
            raise ConfigError(
                f"The demo needs a terminal, and {why_not}; vidu-tui sandbox runs without one."
            )
        dashboard.add_first(Watchlist(_paths().watchlist_file), options.ids)
        sys.stderr.write(f"vidu-tui: {why_not}, so here is the list (vidu-tui ls):\n")
        options.query, options.json = [], False
        return _ls(options)
    is_demo = bool(options.demo)
    while True:
        status, wants_demo = dashboard.run(options, is_demo=is_demo)
        if not wants_demo:
            return status
        is_demo = True


def _why_no_screen() -> str:
    """Say why nothing can be drawn here; empty where it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "this is no terminal"
    term = os.environ.get("TERM", "")
    if term == "dumb":
        return "TERM=dumb is a terminal that nothing can be drawn on"
    if not term and os.name == "posix":
        return "TERM does not say what terminal this is"
    return ""


_VERBS: dict[str, "Callable[[argparse.Namespace], int]"] = {
    "": _dashboard,
    "add": _add,
    "rm": _rm,
    "ls": _ls,
    "verify": _verify,
    "sandbox": _sandbox,
}
