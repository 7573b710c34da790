"""add, rm and ls: the list alone, no network. Prints data on stdout, narration on stderr."""

import json
from collections.abc import Iterable, Sequence
from typing import TextIO

from vidu_tui.core import text
from vidu_tui.storage.watchlist import Listed, Watchlist, clean_label

OK = 0
USAGE = 2


def add(
    watchlist: Watchlist,
    words: Sequence[str],
    *,
    label: str = "",
    gateway: str = "",
    stdin: TextIO,
    out: TextIO,
) -> int:
    """Put ids on the list and print a line for each; ``-`` reads ids out of standard input.

    0 if at least one was taken or is there already, else 2. Raises ListError.
    """
    from vidu_tui.core import intake

    wanted: list[Listed] = []
    refused: list[str] = []
    for word in words:
        if word == "-":
            found = intake.read(stdin.read(intake.LIMIT_BYTES + 1)).finds
            wanted += [Listed(f.id, f.label, gateway) for f in found]
        elif intake.is_acceptable_id(word):
            wanted.append(Listed(word, "", gateway))
        else:
            refused.append(word)
    if label:
        wanted = [Listed(item.id, clean_label(label), item.gateway) for item in wanted]
    added = watchlist.add(wanted)
    _print_each(wanted, {item.key for item in added.new}, out)
    for word in refused:
        out.write(f"{text.inert(word, 40)}\tnot an id\n")
    if not wanted and "-" in words:
        out.write("-\tno id in what was read\n")
    return OK if wanted else USAGE


def _print_each(wanted: Iterable[Listed], new: set[tuple[str, str]], out: TextIO) -> None:
    seen: set[tuple[str, str]] = set()
    for item in wanted:
        if item.key in seen:
            continue
        seen.add(item.key)
        out.write(f"{item.id}\t{'added' if item.key in new else 'already watched'}\n")


def remove(watchlist: Watchlist, ids: Sequence[str], *, out: TextIO) -> int:
    """Take ids off the list, on every gateway; files stay. Raises ListError."""
    wanted = set(ids)
    keys = [item.key for item in watchlist.read() if item.id in wanted]
    gone = {removed.item.id for removed in watchlist.remove(keys)}
    for task_id in dict.fromkeys(ids):
        said = "removed" if task_id in gone else "not on the list"
        out.write(f"{text.inert(task_id, 128)}\t{said}\n")
    return OK if gone else USAGE


def show(watchlist: Watchlist, query: Sequence[str], *, is_json: bool, out: TextIO) -> int:
    """Print the list, newest first; every word of the query occurs in id or label."""
    words = [word.lower() for word in query]
    rows = [
        item
        for item in reversed(watchlist.read())
        if all(word in f"{item.id} {item.label}".lower() for word in words)
    ]
    if is_json:
        tasks = [
            {"id": r.id, "label": r.label, "gateway": r.gateway, "added": r.added_at} for r in rows
        ]
        json.dump({"schema": 1, "tasks": tasks}, out)
        out.write("\n")
        return OK
    for row in rows:
        label = text.inert(row.label)
        out.write(f"{row.id}\t{label}\n" if label else f"{row.id}\n")
    return OK
