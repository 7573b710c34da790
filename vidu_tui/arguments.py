"""The command line as data: which verbs and options there are. Does nothing with them."""

import argparse
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from vidu_tui.command import Command
from vidu_tui.core import text
from vidu_tui.core.task import AssetKind, kinds_of

if TYPE_CHECKING:
    from vidu_tui.verbs.completion.outline import Option, Outline

VERBS = (
    "add",
    "rm",
    "ls",
    "status",
    "wait",
    "download",
    "verify",
    "config",
    "sandbox",
    "doctor",
    "completion",
)
_COLUMNS = 80
"""Of a terminal that does not say how wide it is."""
_WITH_VALUE = frozenset(
    {"--config", "--gateway", "--base-url", "--download-dir", "--port", "--label"}
    | {"--filter", "--timeout", "--dir", "--assets"}
)


class _Help(argparse.HelpFormatter):
    """Fill the terminal's width; what the library would ask for it brings every packer along."""

    def __init__(self, prog: str):
        super().__init__(prog, width=_columns() - 2)


@lru_cache
def _columns() -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size().columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS


class _Parser(argparse.ArgumentParser):
    """Say in one line what is wrong; exit status 2."""

    def __init__(self, prog: str, description: str, epilog: str | None = None):
        super().__init__(prog, description=description, epilog=epilog, formatter_class=_Help)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"vidu-tui: {text.inert(message)}. See vidu-tui --help.\n")


def parse(argv: Sequence[str]) -> Command:
    """Read the command line; ``verb`` is empty for the dashboard. Exits 2 for a wrong one."""
    words = list(argv)
    verb, at = _verb_of(words)
    if verb:
        del words[at]
    parser = _MAKERS[verb]()
    _add_global(parser)
    # Words and options may be mixed, but not where words are told from options by ``--``.
    is_mixed = "--" not in words and any(not word.startswith("-") for word in words)
    read = parser.parse_intermixed_args if is_mixed else parser.parse_args
    options = read(words, Command())
    options.verb = verb
    _check_choice(parser, options)
    return options


def _check_choice(parser: argparse.ArgumentParser, options: Command) -> None:
    """Refuse ids beside a filter, and a download of nothing in particular."""
    if options.verb not in ("wait", "download"):
        return
    named = [options.filter is not None, options.verb == "download" and options.all]
    if options.ids and any(named):
        parser.error("ids and --filter or --all do not go together")
    if options.verb == "download" and not (options.ids or any(named)):
        parser.error("name ids, or --filter QUERY, or --all")


def _verb_of(words: Sequence[str]) -> tuple[str, int]:
    """Find the verb: the first word that is neither an option nor an option's value."""
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("-") and word != "-":
            skip = word in _WITH_VALUE
        else:
            return (word, at) if word in VERBS else ("", -1)
    return "", -1


def outline() -> "Outline":
    """Say what there is to type, verb by verb, for the shells."""
    from vidu_tui.verbs.completion.outline import Outline, Verb

    verbs = []
    for name in VERBS:
        parser = _MAKERS[name]()
        rest = [action for action in parser._actions if not action.option_strings]
        words = tuple(str(word) for action in rest for word in action.choices or ())
        has_ids = name != "add" and any(action.dest == "ids" for action in rest)
        said = parser.description or ""
        verbs.append(Verb(name, said.rstrip("."), _options_of(parser), has_ids, words))
    return Outline(tuple(verbs), _options_of(_MAKERS[""]()))


def _options_of(parser: argparse.ArgumentParser) -> "tuple[Option, ...]":
    from vidu_tui.verbs.completion.outline import Option

    _add_global(parser)
    return tuple(
        Option(
            tuple(action.option_strings),
            action.help or "",
            "" if action.nargs == 0 else str(action.metavar or action.dest.upper()),
        )
        for action in parser._actions
        if action.option_strings
    )


def _add_global(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("everywhere")
    group.add_argument("--config", metavar="FILE", help="another config file")
    group.add_argument("--gateway", metavar="NAME", help="the gateway of this run")
    group.add_argument("--base-url", metavar="URL", help="another base URL for it, this run only")
    group.add_argument("--download-dir", metavar="DIR", help="where videos go")
    group.add_argument("--ascii", action="store_true", help="draw with ASCII signs alone")
    group.add_argument("-v", "--verbose", action="store_true", help="say more, where there is more")
    group.add_argument("--version", action="store_true", help="print the version")


def _dashboard() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vidu-tui",
        description="Watch Vidu video tasks and keep every finished video.",
        epilog=f"verbs: {', '.join(VERBS)}; each has a --help of its own",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="tasks to add first")
    parser.add_argument(
        "--demo", action="store_true", help="no key, no network: a built-in gateway"
    )
    return parser


def _add() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui add", description="Put tasks on the list.")
    parser.add_argument("ids", nargs="+", metavar="ID", help="ids; - reads them from stdin")
    parser.add_argument("--label", help="a label for them")
    return _with_json(parser)


def _rm() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui rm", description="Take tasks off the list; files stay.")
    parser.add_argument("ids", nargs="+", metavar="ID")
    return _with_json(parser)


def _ls() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui ls", description="Print the list, newest first.")
    parser.add_argument("query", nargs="*", metavar="QUERY", help="a filter, as after / there")
    return _with_json(parser)


def _status() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui status", description="Ask once how some tasks do.")
    parser.add_argument("ids", nargs="+", metavar="ID", help="on the list or not")
    return _with_json(parser)


def _wait() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vidu-tui wait",
        description="Wait until tasks have ended: these, or all of the list that have not.",
    )
    _add_choice(parser)
    parser.add_argument("--any", action="store_true", help="the first one to end is enough")
    parser.add_argument("--timeout", type=_span, metavar="SPAN", help="give up after 30m, 2h, …")
    parser.add_argument(
        "--download", action="store_true", help="save each; ids that are not on the list go there"
    )
    return _with_json(parser)


def _download() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui download", description="Save what is finished.")
    which = _add_choice(parser)
    which.add_argument("--all", action="store_true", help="whatever of the list is not saved")
    parser.add_argument("--dir", help="a folder for these tasks, from now on")
    parser.add_argument("--assets", type=_kinds, metavar="KIND,…", help="which files of them")
    return _with_json(parser)


def _add_choice(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    parser.add_argument("ids", nargs="*", metavar="ID", help="on the list or not")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--filter", metavar="QUERY", help="what this finds of the list")
    return which


def _with_json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true", help="one object with schema 1")
    return parser


def _verify() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui verify", description="Look at every saved file.")
    parser.add_argument(
        "--repair", action="store_true", help="fetch again what the gateway still has"
    )
    return _with_json(parser)


def _config() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="vidu-tui config",
        description="path: where all lies. show: each value and what has said it. init: write a"
        " commented file. schema: print its JSON Schema.",
    )
    parser.add_argument("part", choices=("path", "show", "init", "schema"))
    return _with_json(parser)


def _sandbox() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui sandbox", description="Run a gateway on this machine.")
    parser.add_argument("--port", type=_port, metavar="N", help="0 takes a free one")
    return parser


def _doctor() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui doctor", description="Say whether all is in order here.")
    return _with_json(parser)


def _completion() -> argparse.ArgumentParser:
    parser = _Parser(prog="vidu-tui completion", description="Print what completes words for TAB.")
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))
    return parser


def _port(word: str) -> int:
    if not word.isdecimal() or not 0 <= int(word) <= 65535:
        raise argparse.ArgumentTypeError(f"{word!r} is no port from 0 to 65535")
    return int(word)


def _span(word: str) -> float:
    from vidu_tui.core import query

    seconds = query.seconds_of(word)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{word!r} is no time such as 90s, 30m or 2h")
    return seconds


def _kinds(words: str) -> tuple[AssetKind, ...]:
    named = [word.strip().lower() for word in words.split(",")]
    kinds = kinds_of(named)
    if len(kinds) != len(set(named)):
        there = ", ".join(AssetKind)
        raise argparse.ArgumentTypeError(f"{words!r}: there are {there}")
    return kinds


_MAKERS: dict[str, Callable[[], argparse.ArgumentParser]] = {
    "": _dashboard,
    "add": _add,
    "rm": _rm,
    "ls": _ls,
    "status": _status,
    "wait": _wait,
    "download": _download,
    "verify": _verify,
    "config": _config,
    "sandbox": _sandbox,
    "doctor": _doctor,
    "completion": _completion,
}
