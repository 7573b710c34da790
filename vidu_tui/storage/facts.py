"""What the ledger holds, as facts, and the statement that writes each. Opens no database."""

import os
import sys
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from vidu_tui.core import record
from vidu_tui.core.board import Entry, Trouble
from vidu_tui.core.files import Arrived, FileKey, FileStage, Validator
from vidu_tui.core.schedule import FUTURE_S
from vidu_tui.core.task import AssetKind, Task, TaskKey, kinds_of

Value: TypeAlias = str | int | float | None
Change: TypeAlias = tuple[str, tuple[Value, ...]]
"""One statement with its values."""

MAX_EVENTS = 200
"""Changes of state that are kept of one task."""
LONGEST_WORD = 100

FILES = (
    "SELECT gateway, task, creation, asset, part, target, etag, last_modified, total,"
    " coalesce(path, ''), coalesce(bytes, 0), coalesce(sha256, ''), finished_at,"
    " coalesce(goal, ''), coalesce(goal_bytes, 0), coalesce(goal_sha256, '') FROM file"
)
ANSWERS = (
    "SELECT gateway, task, body, answered_at, finished_at, since, skew_s, is_denied, trouble"
    " FROM answer"
)
EVENTS = "SELECT at, state FROM event WHERE gateway = ? AND task = ? ORDER BY number"
QUEUE = "SELECT gateway, task, creation, asset, part FROM queue ORDER BY queued_at, creation"
CHOICES = "SELECT gateway, task, assets, folder, muted FROM choice"

_ANSWER = (
    "INSERT INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (gateway, task) DO UPDATE"
    " SET body = excluded.body, answered_at = excluded.answered_at, since = excluded.since,"
    " finished_at = excluded.finished_at, skew_s = excluded.skew_s, trouble = excluded.trouble,"
    " is_denied = excluded.is_denied"
    " WHERE coalesce(excluded.answered_at, 0) >= coalesce(answer.answered_at, 0)"
    " OR answer.answered_at > ?"
)

FileRow: TypeAlias = tuple[
    str, str, int, str, int, str, str, str, int | None, str, int, str, float | None, str, int, str
]
AnswerRow: TypeAlias = tuple[
    str, str, str, float | None, float | None, float | None, float, int, str
]


class FileFact(NamedTuple):
    """What is on record of one file."""

    task: TaskKey
    file: FileKey
    target: str
    """Where its part belongs; empty while it has none."""
    validator: Validator
    path: str = ""
    """Where it was saved; empty while it is not."""
    size_bytes: int = 0
    sha256: str = ""
    finished_at: float | None = None
    """When it was saved, epoch seconds."""
    goal: str = ""
    """The name that a whole file was about to get, itself or numbered; empty before that."""
    goal_bytes: int = 0
    goal_sha256: str = ""


class AnswerFact(NamedTuple):
    """The last answer about a task; ``task`` None where there was none but denials."""

    key: TaskKey
    task: Task | None
    answered_at: float | None
    finished_at: float | None
    since: float | None = None
    skew_s: float = 0.0
    is_denied: bool = False
    trouble: Trouble | None = None
    """Why the last poll gave no answer, as whoever polls has it."""


class Event(NamedTuple):
    """A change of state: when (epoch seconds), and the gateway's word for the new one."""

    at: float
    state: str


class Choice(NamedTuple):
    """What a person wants of one task, in place of what the config says; empty = as it says."""

    kinds: tuple[AssetKind, ...] = ()
    folder: str = ""
    is_muted: bool = False
    """Whether nothing is told of its end."""


_KINDS = {kind.value: kind for kind in AssetKind}
_NO_PROOF = Validator()


def _task(gateway: str, task_id: str) -> TaskKey:
    """Name a task with the one text that each of its names is in memory: there are thousands."""
    return TaskKey(sys.intern(gateway), sys.intern(task_id))


@lru_cache(maxsize=256)
def _file(creation: int, kind: AssetKind, part: int) -> FileKey:
    """Name a file; nearly all are the first video."""
    return FileKey(creation, kind, part)


def file_fact(row: FileRow) -> FileFact | None:
    """Read a row of files; None for a kind that this version does not know, and for odd paths."""
    kind = _KINDS.get(row[3])
    if kind is None or not all(map(_is_path, filter(None, (row[5], row[9], row[13])))):
        return None
    proof = Validator(*row[6:9]) if row[6] or row[7] or row[8] is not None else _NO_PROOF
    return FileFact(_task(*row[:2]), _file(row[2], kind, row[4]), row[5], proof, *row[9:])


def answer_fact(row: AnswerRow) -> AnswerFact:
    """Read a row of answers; one that says nothing readable has no task."""
    key = _task(*row[:2])
    task = record.recalled(row[2], key.id) if row[2] else None
    trouble = _trouble(row[8]) if row[8] else None
    return AnswerFact(key, task, *row[3:7], bool(row[7]), trouble)


def _trouble(written: str) -> Trouble | None:
    from vidu_tui.core import report  # few starts find any

    return report.read_trouble(written)


def _written(trouble: Trouble) -> str:
    from vidu_tui.core import report

    return report.written_trouble(trouble)


def choice_of(assets: str, folder: str, muted: int) -> Choice:
    """Read a choice as it is written."""
    return Choice(kinds_of(assets.split(",")), folder, bool(muted))


def _is_path(path: str) -> bool:
    """Tell whether a path can be one of ours: absolute and with a name."""
    is_whole = os.path.isabs(path) and os.path.basename(path)  # noqa: PTH117, PTH119 - rows by the thousand
    return bool("\0" not in path and is_whole)


def begun(task: TaskKey, file: FileKey, target: str, validator: Validator) -> tuple[Change, Change]:
    """Keep what proves that a part belongs to a file, and to no other one any more.

    Where the file was saved before stays on record until it has landed anew.
    """
    key = _key(task, file)
    proof = (validator.etag, validator.last_modified, validator.total)
    others = (
        "UPDATE file SET target = '', etag = '', last_modified = '', total = NULL, goal = NULL"
        " WHERE target = ? COLLATE NOCASE AND NOT (gateway = ? AND task = ? AND creation = ?"
        " AND asset = ? AND part = ?)"
    )
    own = (
        "INSERT INTO file (gateway, task, creation, asset, part, target, etag, last_modified,"
        " total) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (gateway, task, creation, asset, part) DO UPDATE SET"
        " target = excluded.target, etag = excluded.etag, total = excluded.total,"
        " last_modified = excluded.last_modified, goal = NULL"
    )
    return (others, (target, *key)), (own, (*key, target, *proof))


def whole(task: TaskKey, file: FileKey, goal: str, size_bytes: int, sha256: str) -> Change:
    """Keep that a file is checked and gets its name next."""
    return (
        "UPDATE file SET goal = ?, goal_bytes = ?, goal_sha256 = ? WHERE gateway = ? AND task = ?"
        " AND creation = ? AND asset = ? AND part = ?",
        (goal, size_bytes, sha256, *_key(task, file)),
    )


def landed(task: TaskKey, file: FileKey, arrived: Arrived, now: float) -> tuple[Change, Change]:
    """Keep that a file is on disk; it is not queued any more."""
    validator = arrived.validator
    values = (
        *(*_key(task, file), ""),
        *(validator.etag, validator.last_modified, validator.total),
        *(arrived.path, arrived.size_bytes, arrived.sha256, now),
    )
    change = (
        "INSERT OR REPLACE INTO file (gateway, task, creation, asset, part, target, etag,"
        " last_modified, total, path, bytes, sha256, finished_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    )
    return (change, values), unqueued(task, file)


def known(fact: FileFact) -> tuple[Change, ...]:
    """Say again all that is on record of one file."""
    changes: tuple[Change, ...] = ()
    if fact.path:
        arrived = Arrived(fact.path, fact.size_bytes, fact.sha256, fact.validator)
        changes = (landed(fact.task, fact.file, arrived, fact.finished_at or 0.0)[0],)
    if fact.target:
        changes += begun(fact.task, fact.file, fact.target, fact.validator)
    if fact.goal:
        sums = (fact.goal_bytes, fact.goal_sha256)
        changes += (whole(fact.task, fact.file, fact.goal, *sums),)
    return changes


def wish(task: TaskKey, *, is_wanted: bool) -> Change:
    """Keep or drop that a task is to be saved as soon as it is finished."""
    if is_wanted:
        return "INSERT OR IGNORE INTO wish VALUES (?, ?)", task
    return "DELETE FROM wish WHERE gateway = ? AND task = ?", task


def answer(entry: Entry, now: float, *, is_watched: bool = True) -> Change:
    """Keep an entry's last answer, unless a newer one is kept already.

    One from a time that has not come at ``now`` (epoch seconds) is not newer. A link's query is
    kept only where a wanted file is not saved.
    """
    saved = {f.key for f in entry.files if f.stage is FileStage.SAVED}
    whole = {key for key in entry.wanted if key not in saved} if is_watched else set()
    body = record.kept(entry.task, whole) if entry.task else ""
    trouble = _written(entry.trouble) if entry.trouble else ""
    return (
        _ANSWER,
        (
            *(*entry.key, body, entry.answered_at, entry.finished_at),
            *(entry.since, entry.skew_s, int(entry.is_denied), trouble),
            now + FUTURE_S,
        ),
    )


def news(writer: str, task: TaskKey) -> Change:
    """Let other windows know that something about a task was written."""
    return "INSERT INTO news (writer, gateway, task) VALUES (?, ?, ?)", (writer, *task)


def event(task: TaskKey, at: float, state: str) -> Change:
    """Keep a change of state; a gateway that never stops inventing states is cut short."""
    return (
        "INSERT INTO event (gateway, task, at, state) SELECT ?, ?, ?, ? WHERE"
        " (SELECT count(*) FROM event WHERE gateway = ? AND task = ?) < ?",
        (*task, at, record.clean(state[:LONGEST_WORD]), *task, MAX_EVENTS),
    )


def queued(task: TaskKey, file: FileKey, now: float) -> Change:
    """Keep that a file is to be fetched."""
    return "INSERT OR IGNORE INTO queue VALUES (?, ?, ?, ?, ?, ?)", (*_key(task, file), now)


def unqueued(task: TaskKey, file: FileKey) -> Change:
    """Keep that a file is not to be fetched any more."""
    return (
        "DELETE FROM queue WHERE gateway = ? AND task = ? AND creation = ? AND asset = ?"
        " AND part = ?",
        _key(task, file),
    )


def choice(task: TaskKey, chosen: Choice) -> Change:
    """Keep what a person wants of one task."""
    kinds = ",".join(kind.value for kind in chosen.kinds)
    values = (*task, kinds, chosen.folder, int(chosen.is_muted))
    return "INSERT OR REPLACE INTO choice VALUES (?, ?, ?, ?, ?)", values


def note(name: str, now: float) -> Change:
    """Keep that something was said that is said once."""
    return "INSERT OR IGNORE INTO note VALUES (?, ?)", (name, now)


def _key(task: TaskKey, file: FileKey) -> tuple[str, str, int, str, int]:
    return (*task, file.creation, file.kind.value, file.part)
