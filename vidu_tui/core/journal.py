"""What has happened, told from two pictures of the Board. Pure: no file, no clock, no screen."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from vidu_tui.core import failures, text
from vidu_tui.core.board import Board, Entry, Health, HealthKind
from vidu_tui.core.cells import title
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.core.task import TaskKey, TaskState


class Kind(StrEnum):
    """What a happening is about."""

    LIST = "list"
    STATE = "state"
    POLL = "poll"
    FILE = "file"
    GATEWAY = "gateway"
    WINDOW = "window"
    HOOK = "hook"


_ABOUT_TASKS = (Kind.LIST, Kind.STATE, Kind.POLL, Kind.FILE)


class Weight(StrEnum):
    """How much a person has to care."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Happening(NamedTuple):
    """One line of the log; ``words`` and ``name`` are harmless on a screen."""

    at: float
    """Epoch seconds."""
    kind: Kind
    words: str
    weight: Weight = Weight.PLAIN
    task: TaskKey | None = None
    name: str = ""

    @property
    def line(self) -> str:
        """Write all but the time in one line, for a file."""
        about = f"{self.task.id}  {self.name}".rstrip() if self.task else ""
        head = f"{self.weight.value.upper():<7}  {self.kind.value:<7}"
        return "  ".join(part for part in (head, about, self.words) if part)


def earlier(at: float, line: str) -> Happening | None:
    """Read a line of the file back; None for any other line."""
    from vidu_tui.core.intake import is_acceptable_id  # its patterns take a while to compile

    parts = line.split(maxsplit=2)
    weights, kinds = {w.value.upper(): w for w in Weight}, {k.value: k for k in Kind}
    if len(parts) < 3 or parts[0] not in weights or parts[1] not in kinds:
        return None
    kind, weight = kinds[parts[1]], weights[parts[0]]
    task_id, *more = parts[2].split("  ")
    if kind not in _ABOUT_TASKS or not more or not is_acceptable_id(task_id):
        return Happening(at, kind, text.inert(parts[2], 400), weight)
    name, words = (more[0], "  ".join(more[1:])) if len(more) > 1 else ("", more[0])
    task = TaskKey("", task_id)  # of which gateway it is, a line does not say
    return Happening(at, kind, text.inert(words, 400), weight, task, text.inert(name, 60))


def happenings(old: Board, new: Board, now: float) -> list[Happening]:
    """Tell what lies between two pictures, in the order of the list."""
    found: list[Happening] = []
    if old.entries is not new.entries:
        found += _tasks(old, new, now)
    for health in new.health:
        found += _gateway(old.health_of(health.gateway), health, now)
    return found + list(_whole(old, new, now))


def _tasks(old: Board, new: Board, now: float) -> Iterator[Happening]:
    known = 0
    for key, entry in new.entries.items():
        before = old.entries.get(key)
        if before is None:
            yield _about(entry, now, Kind.LIST, "added")
            continue
        known += 1
        if before is not entry:
            yield from _changed(before, entry, now)
    if known == len(old.entries):
        return
    for key, entry in old.entries.items():
        if key not in new.entries:
            lost = ", its video is not saved" if entry.is_unsaved else ""
            yield _about(entry, now, Kind.LIST, f"removed{lost}")


def _changed(old: Entry, new: Entry, now: float) -> Iterator[Happening]:
    if old.label != new.label:
        yield _about(new, now, Kind.LIST, f"label: {text.inert(new.label) or 'none'}")
    if old.state_word != new.state_word:
        yield _about(new, now, Kind.STATE, *_state(old, new))
    if new.trouble is not None and (old.trouble is None or old.trouble.line != new.trouble.line):
        weight = Weight.PLAIN if new.trouble.is_denial else Weight.WARNING
        yield _about(new, now, Kind.POLL, text.inert(new.trouble.line), weight)
    elif old.trouble is not None and new.trouble is None and not old.trouble.is_denial:
        lasted = text.span(max(0.0, now - old.trouble.since))
        yield _about(new, now, Kind.POLL, f"answered again after {lasted}", Weight.GOOD)
    if old.files != new.files:
        for file in new.files:
            yield from _file(new, old.file(file.key), file, now)


def _state(old: Entry, new: Entry) -> tuple[str, Weight]:
    word = text.inert(new.state_word, 60)
    change = word if old.state is TaskState.ASKING else f"{text.inert(old.state_word, 60)} → {word}"
    if new.state is TaskState.SUCCESS and new.task is not None:
        used = new.task.credits
        return f"{change}{'' if used is None else f', {text.count(used)} credits'}", Weight.GOOD
    if new.state is TaskState.FAILED:
        why = failures.explain(new.task.err_code, new.task.err_message) if new.task else None
        return f"{change}: {text.inert(why.cell, 60)}" if why else change, Weight.ERROR
    if new.state in (TaskState.NOT_FOUND, TaskState.UNKNOWN):
        return change, Weight.WARNING
    return change, Weight.PLAIN


def _file(entry: Entry, old: FileState | None, new: FileState, now: float) -> Iterator[Happening]:
    if old is not None and old.stage is new.stage:
        return
    what = new.key.kind.value
    at = "" if new.share is None else f" at {text.per_cent(new.share)}"
    words, weight = {
        FileStage.WAITING: (f"{what}: waits for its turn", Weight.PLAIN),
        FileStage.RUNNING: (f"{what}: is coming", Weight.PLAIN),
        FileStage.RETRYING: (f"{what}: {new.line}", Weight.WARNING),
        FileStage.RENEWING: (f"{what}: a fresh link is asked for", Weight.PLAIN),
        FileStage.CHECKING: (f"{what}: is checked", Weight.PLAIN),
        FileStage.STOPPED: (f"{what}: stopped{at}, what has arrived is kept", Weight.PLAIN),
        FileStage.SAVED: (f"{what}: saved {text.size(new.received)}, {new.path}", Weight.GOOD),
        FileStage.FAILED: (f"{what}: {new.line}", Weight.ERROR),
        FileStage.MISSING: (f"{what}: the saved file is not as it was, {new.path}", Weight.WARNING),
    }[new.stage]
    yield _about(entry, now, Kind.FILE, text.inert(words), weight)


def _gateway(old: Health, new: Health, now: float) -> Iterator[Happening]:
    if old.kind is new.kind or {old.kind, new.kind} == {HealthKind.IDLE, HealthKind.OK}:
        return
    words, weight = f"{new.gateway} answers", Weight.GOOD
    if new.kind is HealthKind.IDLE:
        words, weight = f"{new.gateway}: nothing to poll", Weight.PLAIN
    elif new.kind is HealthKind.SLOW:
        words, weight = f"{new.gateway} is slow: {new.latency_ms} ms", Weight.WARNING
    elif new.kind is HealthKind.THROTTLED:
        wait = text.apart(text.span(max(0.0, (new.next_at or now) - now)))
        words, weight = f"{new.line} Next one in {wait}; {rate(new)}", Weight.WARNING
    elif new.kind is not HealthKind.OK:
        words, weight = new.line, Weight.ERROR
    yield Happening(now, Kind.GATEWAY, text.inert(words), weight)


def rate(health: Health) -> str:
    """Say how much is asked of a gateway and how much may be: ``214/600 rpm``."""
    limit = f"/{health.limit:,} rpm" if health.limit else " rpm, no limit"
    return f"{health.asked:,}{limit}"


def _whole(old: Board, new: Board, now: float) -> Iterator[Happening]:
    if (old.paused_since is None) != (new.paused_since is None):
        words = "polling goes on" if new.paused_since is None else "polling is paused"
        yield Happening(now, Kind.WINDOW, words)
    if old.is_following != new.is_following:
        other = "another vidu-tui window does the polling"
        words = other if new.is_following else "this window does the polling"
        yield Happening(now, Kind.WINDOW, words)
    for name in ("disk_line", "rescue_line", "ledger_line"):
        said: str = getattr(new, name)
        if said and said != getattr(old, name):
            yield Happening(now, Kind.FILE, text.inert(said), Weight.WARNING)


def _about(
    entry: Entry, now: float, kind: Kind, words: str, weight: Weight = Weight.PLAIN
) -> Happening:
    name = text.inert(title(entry), 60)
    return Happening(now, kind, words, weight, entry.key, "" if name == entry.key.id else name)
