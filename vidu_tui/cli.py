"""The composition root: arguments → config → engine → verb or app. Knows every room."""

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

from vidu_tui import __version__, command
from vidu_tui.command import Command

if TYPE_CHECKING:
    from vidu_tui.storage.paths import Paths

USAGE = 2
DISK = 6
_IDS = ["completion", "ids"]
_UNCOLLECTED = ("", "ls")
"""Verbs that leave the collector off: a list is printed soon, and the dashboard has its own way."""


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the program and exit with its status (ux.md, "Command line")."""
    words = sys.argv[1:] if argv is None else argv
    status = run(words)
    if _ends_at_once(words):
        # Nothing is left to do, and a thousand rows take a while to be taken apart.
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


def _ends_at_once(words: Sequence[str]) -> bool:
    """Tell whether a verb reads, prints and is done, with no thread and no file left behind."""
    return list(words[:1]) == ["ls"] or list(words) == _IDS


def run(argv: Sequence[str]) -> int:
    """Run the program; give the exit status."""
    _mend_streams()
    sys.excepthook = _tell_bug
    try:
        try:
            return _run(argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _drop(sys.stdout)
        return 0
    except OSError as error:
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        with suppress(OSError):
            sys.stderr.write(f"vidu-tui: the system refused ({reason}); the list is whole.\n")
        _drop(sys.stdout)
        return DISK


def _tell_bug(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """Say of a bug where it happened, and nothing that a link or a header held."""
    from vidu_tui.core import links
    from vidu_tui.ui import crash

    sys.stderr.write(crash.report(links.redact, error) + "\n")


def _drop(stream: TextIO) -> None:
    """Let what nobody takes go nowhere, so that the interpreter's end does not complain of it."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _let_go() -> None:
    """Have no last words left that the interpreter's end would stumble over: 120 is no status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # the terminal is gone
            _drop(stream)


def _run(argv: Sequence[str]) -> int:
    if "--version" in argv:
        sys.stdout.write(f"vidu-tui {__version__}\n")
        return 0
    if list(argv) == _IDS:
        return _ids()
    options = command.listing(argv)
    if options is None:
        from vidu_tui import arguments

        options = arguments.parse(argv)
    from vidu_tui.core.errors import SetupError, VidutuiError

    if options.verb not in _UNCOLLECTED:
        gc.enable()
    try:
        return _VERBS[options.verb](options)
    except VidutuiError as error:
        sys.stderr.write(f"vidu-tui: {error}\n")
        return USAGE if isinstance(error, SetupError) else 1


def _mend_streams() -> None:
    """Have streams that take and give any text; one that is closed is empty."""
    nothing = Path(os.devnull)
    sys.stdin = sys.stdin or nothing.open(encoding="utf-8")
    sys.stdout = sys.stdout or nothing.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or sys.stdout
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _ids() -> int:
    """Print the ids of the list for a shell that completes one: each TAB waits for it."""
    from vidu_tui.verbs.completion import ids

    ids.write(os.environ, sys.stdout)
    return 0


def _paths() -> "Paths":
    from vidu_tui.storage.paths import Paths

    return Paths.find(os.environ)


def _errand(options: Command) -> int:
    from vidu_tui import errands

    if options.verb == "download" or options.download:
        from vidu_tui.verbs import patience

        patience.outlive_readers()
    return int(getattr(errands, options.verb)(options))


def _verify(options: Command) -> int:
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


def _config(options: Command) -> int:
    from pathlib import Path

    from vidu_tui import assembly
    from vidu_tui.verbs import config

    asked = config.Asked(
        environ=os.environ,
        flags=assembly.flags_of(options),
        paths=_paths(),
        file=Path(options.config) if options.config else None,
        is_json=options.json,
        out=sys.stdout,
        err=sys.stderr,
    )
    return config.PARTS[options.part](asked)


def _sandbox(options: Command) -> int:
    from vidu_tui.sandbox.serve import serve_forever

    return serve_forever(options.port, sys.stdout)


def _doctor(options: Command) -> int:
    from vidu_tui.storage.config import Flags
    from vidu_tui.verbs.doctor import visit

    return visit.run(
        Flags(options.gateway, options.base_url, options.download_dir, options.ascii),
        Path(options.config) if options.config else None,
        os.environ,
        is_json=options.json,
        out=sys.stdout,
        err=sys.stderr,
    )


def _completion(options: Command) -> int:
    from vidu_tui import arguments
    from vidu_tui.verbs.completion import script

    sys.stdout.write(script.of(options.shell, arguments.outline()))
    return 0


def _dashboard(options: Command) -> int:
    from vidu_tui import assembly, dashboard
    from vidu_tui.core.errors import ConfigError

    why_not = _why_no_screen()
    if why_not:
        if options.demo:
            raise ConfigError(
                f"The demo needs a terminal, and {why_not}; vidu-tui sandbox runs without one."
            )
        dashboard.add_first(assembly.own(options), options.ids)
        sys.stderr.write(f"vidu-tui: {why_not}, so here is the list (vidu-tui ls):\n")
        options.verb, options.query, options.json = "ls", [], False
        return _errand(options)
    is_demo = bool(options.demo)
    while True:
        status, wants_demo = dashboard.run(options, is_demo=is_demo)
        if not wants_demo:
            _let_go()
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


_VERBS: dict[str, Callable[[Command], int]] = {
    "": _dashboard,
    **dict.fromkeys(("add", "rm", "ls", "status", "wait", "download"), _errand),
    "verify": _verify,
    "config": _config,
    "sandbox": _sandbox,
    "doctor": _doctor,
    "completion": _completion,
}
