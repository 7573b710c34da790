"""add, rm and ls: what is on disk alone, no network. Data on stdout, narration on stderr."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from vidu_tui.core import cells, text
from vidu_tui.storage.watchlist import Listed, Watchlist, clean_label
from vidu_tui.verbs import fields, selection
from vidu_tui.verbs.codes import Exit, worst
from vidu_tui.verbs.selection import Shelf

if TYPE_CHECKING:
    from vidu_tui.core.board import Entry
    from vidu_tui.core.intake import Found
    from vidu_tui.core.jsontext import Json
    from vidu_tui.verbs.rows import Printer

ADDED, ALREADY, NO_ID = "added", "already watched", "not an id"
REMOVED, NOT_LISTED, SEVERAL = "removed", "not on the list", "on several gateways"


def read(words: Sequence[str], stdin: TextIO) -> tuple[list["Found"], list[str]]:
    """Find ids in the words of a command line; ``-`` reads standard input, once.

    Gives what was found, and the words that are no id.
    """
    from vidu_tui.core import intake
    from vidu_tui.core.named_ids import named_ids

    wanted: list[Found] = []
    refused: list[str] = []
    for word in dict.fromkeys(words):
        if word == "-":
            text_in = stdin.read(intake.LIMIT_BYTES + 1)
            found = list(intake.read(text_in).finds)
            known = {find.id for find in found}
            found += [intake.Found(i) for i in named_ids(text_in) if i not in known]
            wanted += found
            refused += [] if found else [word]
        elif "://" in word and (found := list(intake.read(word).finds)):
            wanted += found
        elif intake.is_acceptable_id(word):
            wanted.append(intake.Found(word))
        else:
            refused.append(word)
    return wanted, refused


def at_gateways(found: "Iterable[Found]", gateway: str, origins: Mapping[str, str]) -> list[Listed]:
    """Put each find where its link says, else at the gateway of this run.

    ``origins`` tells which gateway an origin is; any other origin counts as none.
    """
    return [Listed(f.id, f.label, origins.get(f.origin, gateway)) for f in found]


def add(
    watchlist: Watchlist,
    wanted: Iterable[Listed],
    refused: Sequence[str],
    *,
    label: str = "",
    default: str = "",
    is_json: bool = False,
    out: TextIO,
) -> Exit:
    """Put tasks on the list and print a line for each id; a label that is given goes to all.

    0 if at least one was taken or is there already, else 2. Raises ListError.
    """
    there = {item.key: item for item in reversed(list(wanted))}
    found = [
        item._replace(label=clean_label(label) or item.label) for item in reversed(there.values())
    ]
    added = watchlist.add(found, default=default)
    if named := clean_label(label):
        for item in added.already:
            watchlist.relabel(item.key, named)
    new = {item.key for item in added.new}
    told = [(item.id, ADDED if item.key in new else ALREADY) for item in found]
    told += [("-", "no id in what was read") if w == "-" else (w, NO_ID) for w in refused]
    _print(told, is_json=is_json, out=out)
    return Exit.OK if found else Exit.USAGE


def remove(
    watchlist: Watchlist,
    shelf: Shelf,
    ids: Sequence[str],
    *,
    default: str,
    is_json: bool = False,
    out: TextIO,
    err: TextIO,
) -> Exit:
    """Take ids off the list; files stay. An id of several gateways stays until one is named.

    0 if each is off the list now, 5 where one was not on it, 2 where one is ambiguous.
    """
    told: list[tuple[str, str]] = []
    codes: list[Exit] = []
    gone: list[Entry] = []
    for task_id in dict.fromkeys(ids):
        found = [entry for entry in shelf.shown if entry.key.id == task_id]
        is_clear = len(found) == 1
        told.append((task_id, REMOVED if is_clear else SEVERAL if found else NOT_LISTED))
        codes.append(Exit.OK if is_clear else Exit.USAGE if found else Exit.UNKNOWN)
        gone += found if is_clear else []
    keys = ((name, e.key.id) for e in gone for name in _names(e.key.gateway, default))
    watchlist.remove(keys)
    _print(told, is_json=is_json, out=out)
    for entry in gone:
        if entry.is_unsaved:
            name = text.inert(cells.title(entry) or entry.key.id, 60)
            err.write(f"{name}: its video is not saved; vidu-tui add brings the task back.\n")
    if Exit.USAGE in codes:
        err.write("vidu-tui: name one of its gateways with --gateway; nothing else was left.\n")
        return Exit.USAGE
    return worst(codes)


def _names(gateway: str, default: str) -> set[str]:
    """Give every name under which a gateway may stand in the list."""
    return {gateway, ""} if gateway == default else {gateway}


def show(shelf: Shelf, query: Sequence[str], printer: "Printer") -> Exit:
    """Print the list, newest first, or what a filter finds of it; raises ConfigError."""
    printer.show(_chosen(shelf, query))
    return Exit.OK


def show_json(shelf: Shelf, query: Sequence[str], out: TextIO) -> Exit:
    """Print the same as JSON; raises ConfigError."""
    chosen = _chosen(shelf, query)
    fields.write(out, "tasks", (fields.of(e, shelf.now, shelf.lifetime_s) for e in chosen))
    return Exit.OK


def _chosen(shelf: Shelf, query: Sequence[str]) -> "Sequence[Entry]":
    return selection.by_query(shelf, " ".join(query)).listed


def _print(told: Iterable[tuple[str, str]], *, is_json: bool, out: TextIO) -> None:
    if is_json:
        rows: list[Json] = [{"id": text.inert(word, 128), "result": said} for word, said in told]
        fields.write(out, "tasks", rows)
        return
    out.writelines(f"{text.inert(word, 128)}\t{said}\n" for word, said in told)
