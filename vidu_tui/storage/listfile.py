"""The watchlist's text and its tables. Knows the file's form, never when it changes."""

import re
import sys
from datetime import UTC, datetime
from typing import NamedTuple, TypeAlias

from vidu_tui.storage import toml_text
from vidu_tui.storage.toml_text import TextError

VERSION = 1

Table: TypeAlias = dict[str, object]
Key: TypeAlias = tuple[str, str]
"""Gateway ("" = the default one) and id: what makes two tasks the same."""

HEADER = """\
# The tasks that vidu-tui watches. Edit it freely: unknown keys and the order are kept.
# Comments are not: vidu-tui writes this file anew when a task is added, removed or labelled.
"""

ID = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\Z")
GATEWAY = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]*)?\Z")

_TEXT = r'"((?:[^"\\\x00-\x1f\x7f]|\\["\\])*)"'
_PLAIN_HEAD = re.compile(r"(?:#[^\x00-\x08\x0a-\x1f\x7f]*\n)*\n?version = 1\n")
_PLAIN_TASK = re.compile(
    r"\n\[\[task\]\]\n"
    r'id = "([A-Za-z0-9][A-Za-z0-9._:-]{0,127})"\n'
    rf"(?:label = {_TEXT}\n)?"
    rf"(?:gateway = {_TEXT}\n)?"
    r"(?:added = (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n)?"
)
_CONTROL = r"[\x00-\x1f\x7f]"
_PLAIN_KEYS = ("id", "label", "gateway", "added")


class ListFile(NamedTuple):
    """Hold a whole watchlist: its tasks by key, in file order, and all that we do not know."""

    tasks: dict[Key, Table]
    others: Table
    """Every other key of the top level."""
    others_first: frozenset[str] = frozenset()
    """Which of them stand before the tasks."""


def parse(data: bytes) -> ListFile:
    """Return what a watchlist's bytes say; raises TextError and loses nothing.

    A task that stands there twice is one: the first wins, what it lacks comes from the later.
    """
    text = toml_text.decode(data)
    plain = _parse_plain(text)
    return _parse_any(text) if plain is None else plain


def render(content: ListFile) -> bytes:
    """Return the bytes of a watchlist."""
    head, first, last = [f"version = {VERSION}\n"], [], []
    for name, value in content.others.items():
        chunk = _dumps({name: value})
        if not chunk.startswith("["):
            head.append(chunk)
        elif name in content.others_first:
            first.append(f"\n{chunk}")
        else:
            last.append(f"\n{chunk}")
    tasks = [_render_task(table) for table in content.tasks.values()]
    return "".join((HEADER, "\n", *head, *first, *tasks, *last)).encode()


def added_at(table: Table) -> float | None:
    """Return when a task was added (epoch seconds); a time without an offset is local time."""
    moment = table.get("added")
    try:
        return moment.timestamp() if isinstance(moment, datetime) else None
    except (OverflowError, ValueError):
        return None


def as_moment(epoch_s: float) -> datetime:
    """Return a time as the file holds it: whole seconds, UTC."""
    return datetime.fromtimestamp(int(epoch_s), UTC)


def _parse_plain(text: str) -> ListFile | None:
    """Read a file that has the very form that we write, 20 times faster than tomllib; else None."""
    head = _PLAIN_HEAD.match(text)
    if head is None:
        return None
    position = head.end()
    tasks: dict[Key, Table] = {}
    match_task = _PLAIN_TASK.match
    while (match := match_task(text, position)) is not None:
        position = match.end()
        task_id, label, gateway, added = match.groups()
        task_id = sys.intern(task_id)  # the ledger has the same one, several times
        table: Table = {"id": task_id}
        if label is not None:
            table["label"] = _unescape(label)
        if gateway is not None:
            table["gateway"] = _unescape(gateway)
        if added is not None:
            try:
                table["added"] = datetime.fromisoformat(added)
            except ValueError:
                return None
        _merge(tasks, (_unescape(gateway or ""), task_id), table)
    return ListFile(tasks, {}) if position == len(text) else None


def _parse_any(text: str) -> ListFile:
    document = toml_text.parse(text)
    version = document.pop("version", VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise TextError("`version` must be 1", toml_text.locate(text, ("version",)))
    if version > VERSION:
        raise TextError(
            f"was written by a newer vidu-tui (version {version}); nothing was changed",
            toml_text.locate(text, ("version",)),
        )
    names = list(document)
    tables = document.pop("task", [])
    if not isinstance(tables, list):
        raise TextError("`task` must be written as [[task]]", toml_text.locate(text, ("task",)))
    tasks: dict[Key, Table] = {}
    for index, table in enumerate(tables):
        _merge(tasks, _check(table, index, text), table)
    before = names[: names.index("task")] if "task" in names else []
    return ListFile(tasks, document, frozenset(before))


def _check(table: object, index: int, text: str) -> Key:
    """Return a table's key, or say in which line what is wrong with it."""

    def refuse(problem: str, *key: str) -> TextError:
        return TextError(problem, toml_text.locate(text, ("task", index, *key)))

    if not isinstance(table, dict):
        raise refuse("a task must be written as [[task]]")
    if "id" not in table:
        raise refuse("this [[task]] has no `id`")
    task_id = table["id"]
    if isinstance(task_id, bool) or not isinstance(task_id, str | int):
        raise refuse('`id` must be a text in quotes, as in id = "940107923630096384"', "id")
    if not ID.match(str(task_id)):
        raise refuse("`id` is not a task id: letters, digits and . _ : - only, at most 128", "id")
    for name in ("label", "gateway"):
        if not isinstance(table.get(name, ""), str):
            raise refuse(f"`{name}` must be a text in quotes", name)
    if "added" in table and not isinstance(table["added"], datetime):
        raise refuse("`added` must be a time, as in added = 2026-01-31T12:00:00Z", "added")
    return str(table.get("gateway", "")), str(task_id)


def _merge(tasks: dict[Key, Table], key: Key, table: Table) -> None:
    known = tasks.setdefault(key, table)
    for name, value in table.items():
        known.setdefault(name, value)


def _render_task(table: Table) -> str:
    """Return a task's lines: in the plain form if it has one, since tomli_w is slow."""
    if tuple(name for name in _PLAIN_KEYS if name in table) == tuple(table):
        lines = [_render_plain(name, value) for name, value in table.items()]
        if "" not in lines:
            return "".join(("\n[[task]]\n", *lines))
    return "\n[[task]]\n" + _dumps({"task": table}).removeprefix("[task]\n")


def _render_plain(name: str, value: object) -> str:
    if isinstance(value, str) and not re.search(_CONTROL, value):
        return f"{name} = {_quote(value)}\n"
    if isinstance(value, datetime) and value.tzinfo is UTC and not value.microsecond:
        return f"{name} = {value.isoformat().removesuffix('+00:00')}Z\n"
    return ""


def _dumps(table: Table) -> str:
    import tomli_w

    return tomli_w.dumps(table)


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text) if "\\" in text else text
