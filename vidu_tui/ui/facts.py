"""Everything about one task as lines: the explained error first, then every field. No widget."""

import time

from vidu_tui.core import cells, failures, links, outcome, text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Cell, Role, Span
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import Creation, Task, TaskState

Fact = tuple[Span, ...]
NAME_CELLS = 11
SHA_CELLS = 16
"""Of a checksum: enough to compare by eye."""
MOST_EXTRA = 100
"""Unknown fields that are listed."""


def lines(entry: Entry, now: float, lifetime_s: float, *, is_ascii: bool = False) -> list[Fact]:
    """List all that is known of a task, in the order in which a person asks."""
    found: list[Fact] = []
    if entry.state is TaskState.FAILED and entry.task:
        found += _failure(entry, entry.task)
    found += _head(entry, now, lifetime_s, is_ascii=is_ascii)
    if entry.trouble:
        found += _trouble(entry, now)
    if entry.task:
        found += _fields(entry.task)
        for number, creation in enumerate(entry.task.creations):
            found += _creation(entry, creation, number, now, lifetime_s)
    return found


def _fact(name: str, *value: Span) -> Fact:
    return (Span(f"{name:<{NAME_CELLS - 1}} ", Role.QUIET), *value)


def _failure(entry: Entry, task: Task) -> list[Fact]:
    why = failures.explain(task.err_code, task.err_message)
    after = ""
    if entry.answered_at is not None and entry.added_at is not None:
        after = f"  after {text.span(entry.answered_at - entry.added_at)}"
    found: list[Fact] = [
        (Span("✗ failed", Role.ERROR, is_bold=True), Span(after, Role.QUIET)),
        (),
    ]
    if why:
        found += [(Span(text.inert(why.what)),), (), (Span(text.inert(why.todo)),), ()]
    else:
        found += [(Span("The gateway says that the task failed, and gives no reason."),), ()]
    charged = f"{text.count(task.credits)} credits" if task.credits is not None else ""
    found.append(_fact("charged", Span(charged or "not said by the gateway")))
    if why:
        found.append(_fact("whose move", Span(why.move)))
    code = _clean(task.err_code or task.err_message)
    found += [_fact("code", Span(code or text.UNKNOWN, Role.QUIET))]
    if task.trace_id:
        found.append(_fact("trace", Span(_clean(task.trace_id), Role.QUIET)))
    return [*found, ()]


def _head(entry: Entry, now: float, lifetime_s: float, *, is_ascii: bool) -> list[Fact]:
    state: Cell = cells.state(entry, is_ascii=is_ascii)
    found = [_fact("state", *state)]
    result = outcome.result(entry, now, 28, lifetime_s=lifetime_s)
    if result:
        found.append(_fact("result", *result))
    told = _told_at_the_top(entry)
    if told is not None:
        found.append(_fact("", Span(_clean(told.line))))
    found.append(_fact("id", Span(text.inert(entry.key.id))))
    if entry.label:
        found.append(_fact("label", Span(_clean(entry.label))))
    found.append(_fact("gateway", Span(text.inert(entry.key.gateway))))
    added = _moment(entry.added_at) if entry.added_at is not None else text.UNKNOWN
    finished = f"  finished {_moment(entry.finished_at)}" if entry.finished_at is not None else ""
    found.append(_fact("added", Span(added), Span(finished, Role.QUIET)))
    return found


def _trouble(entry: Entry, now: float) -> list[Fact]:
    trouble = entry.trouble
    if trouble is None:
        return []
    line = _clean(trouble.line)
    if entry.is_denied:
        line += " Asked again every 10 min."
    elif trouble.next_at is not None:
        wait = text.span(max(0.0, trouble.next_at - now))
        line += " " + trouble.outlook.format(wait=wait)
    found: list[Fact] = [(), (Span(line.strip(), Role.WARNING),)]
    if trouble.trace_id:
        found.append(_fact("trace", Span(_clean(trouble.trace_id), Role.QUIET)))
    return found


def _fields(task: Task) -> list[Fact]:
    length = f"{text.seconds(task.duration_s)} s" if task.duration_s else ""
    picture = (_clean(p, 40) for p in (task.resolution, task.aspect_ratio, length))
    flags = {"audio": task.audio, "bgm": task.bgm, "off-peak": task.off_peak}
    said = (f"{n} {'yes' if v else 'no'}" for n, v in flags.items() if v is not None)
    payload = _clean(task.payload, 2000)
    if task.payload_length > len(task.payload):
        payload += f" … {task.payload_length:,} characters"
    progress = text.per_cent(task.progress / 100) if task.progress is not None else text.UNKNOWN
    rows = (
        ("model", _clean(task.model)),
        ("type", _clean(task.type)),
        ("picture", "  ".join(p for p in picture if p)),
        ("progress", progress),
        ("credits", text.count(task.credits)),
        ("flags", "  ".join(said)),
        ("priority", "" if task.cus_priority is None else str(task.cus_priority)),
        ("template", _clean(task.template)),
        ("payload", payload),
        ("answer id", _clean(task.answered_id) if task.answered_id != task.id else ""),
    )
    return [(), *(_fact(n, Span(value)) for n, value in rows if value), *_extra(task.extra)]


def _extra(fields: tuple[tuple[str, str], ...]) -> list[Fact]:
    """List what we do not know as it came, without links' queries."""
    return [
        _fact(_clean(name, 24), Span(" "), Span(_clean(value), Role.QUIET))
        for name, value in fields[:MOST_EXTRA]
    ]


def _clean(words: str, limit: int = 400) -> str:
    return text.inert(links.excerpt(words), limit)


def _creation(
    entry: Entry, creation: Creation, number: int, now: float, lifetime_s: float
) -> list[Fact]:
    head = f"creation {number + 1}"
    about = [_clean(creation.id, 60)]
    video = creation.video
    if video.width and video.height:
        about.append(f"{video.width}×{video.height}")
    if video.fps:
        about.append(f"{text.seconds(video.fps)} fps")
    if video.duration_s:
        about.append(f"{text.seconds(video.duration_s)} s")
    found: list[Fact] = [(), _fact(head, Span("  ".join(a for a in about if a)))]
    states = {f.key: f for f in entry.files if f.key.creation == number}
    is_alone = _told_at_the_top(entry) is not None
    for asset in creation.assets:
        key = FileKey(number, asset.kind, asset.part)
        end = view.file_expires_at(entry, key, lifetime_s)
        life = text.lifetime((now if end is None else end) - now)
        link = life if life == "expired" else f"link {life}"
        shown = text.inert(links.redact(asset.shown or links.without_query(asset.url)), 300)
        found.append(_fact(f"  {asset.kind.value}", Span(link), Span(f"  {shown}", Role.QUIET)))
        if key in states:
            found += _file(states.pop(key), has_line=not is_alone)
    for state in states.values():
        found.append(_fact(f"  {state.key.kind.value}", Span("no link", Role.QUIET)))
        found += _file(state, has_line=not is_alone)
    return found + _extra(creation.extra)


def _told_at_the_top(entry: Entry) -> FileState | None:
    """Find the file whose sentence stands beside the result: the only one that has any."""
    told = [f for f in entry.files if f.line]
    return told[0] if len(told) == 1 else None


def _file(file: FileState, *, has_line: bool) -> list[Fact]:
    """Say where a file lies, what is wrong with it, and its checksum."""
    shown = text.inert(file.path)
    found: list[Fact] = []
    if file.stage is FileStage.SAVED:
        found.append(_fact("  on disk", Span("✓ ", Role.SUCCESS), Span(shown)))
        if file.sha256:
            digest = f"{text.inert(file.sha256, 80)[:SHA_CELLS]}…"
            found.append(_fact("  sha256", Span(digest, Role.QUIET)))
    elif file.stage is FileStage.MISSING:
        found.append(_fact("  on disk", Span("! missing  ", Role.WARNING), Span(shown)))
    elif file.stage is FileStage.FAILED:
        why = text.inert(file.cell).removeprefix("✗ ") or "download failed"
        found.append(_fact("  on disk", Span(f"✗ {why}", Role.ERROR)))
    elif shown:
        part = Span(f"{shown}.part", Role.QUIET)
        found.append(_fact("  on disk", Span(f"{file.stage.value}  ", Role.QUIET), part))
    if file.line and has_line:
        found.append(_fact("", Span(_clean(file.line))))
    return found


def _moment(epoch_s: float) -> str:
    return time.strftime("%d %b %H:%M", time.localtime(epoch_s))
