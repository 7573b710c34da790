"""Everything about one task as lines: the explained error first, then every field. No widget."""

from typing import NamedTuple

from vidu_tui.core import cells, failures, links, outcome, text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.task import Task, TaskState
from vidu_tui.ui import filefacts

Line = tuple[Span, ...]
NAME_CELLS = 9
"""Of a fact's name with its gap, if no name is longer."""
MOST_EXTRA = 100
"""Unknown fields that are listed."""


class Fact(NamedTuple):
    """A name and what is so, or a line of its own where the name is None."""

    name: str | None
    value: Line = ()


BLANK = Fact(None)


def overview(
    entry: Entry,
    now: float,
    lifetime_s: float = view.LINK_LIFETIME_S,
    *,
    width: int = 40,
    cover: str = "",
    gateway: str = "",
    is_ascii: bool = False,
) -> tuple[list[Line], list[Line]]:
    """Say what a task is, and what its files are.

    ``cover`` is what became of its picture; of the gateway of new tasks nothing is said.
    """
    about: list[Fact] = []
    if entry.state is TaskState.FAILED and entry.task:
        about += _failure(entry, entry.task)
    else:
        about += _state(entry, now, is_ascii=is_ascii)
    about.append(Fact("id", (Span(text.inert(entry.key.id)),)))
    if entry.task:
        about += _fields(entry.task)
    about.append(_times(entry, now))
    if entry.key.gateway != gateway:
        about.append(Fact("gateway", (Span(text.inert(entry.key.gateway)),)))
    if entry.is_muted and not entry.state.is_terminal:
        about.append(Fact("tell me", (Span("nothing of its end"),)))
    about += _trouble(entry, now)
    if entry.task:
        about += _extra(entry.task.extra)
    room = max(10, width - NAME_CELLS)
    of_files = [Fact(*f) for f in filefacts.brief(entry, now, lifetime_s, room, cover)]
    name_cells = _name_cells(about)
    return _written(about, name_cells), _written(of_files, name_cells)


def _name_cells(facts: list[Fact]) -> int:
    longest = max((len(f.name) for f in facts if f.name), default=0)
    return NAME_CELLS if longest < NAME_CELLS else longest + 2


def _written(facts: list[Fact], name_cells: int) -> list[Line]:
    return [
        f.value if f.name is None else (Span(_padded(f.name, name_cells), Role.QUIET), *f.value)
        for f in facts
    ]


def _padded(name: str, cells_wide: int) -> str:
    return name.ljust(cells_wide) if len(name) < cells_wide else f"{name}  "


def _failure(entry: Entry, task: Task) -> list[Fact]:
    why = failures.explain(task.err_code, task.err_message)
    after = ""
    if entry.answered_at is not None and entry.added_at is not None:
        ended = entry.since if entry.since is not None else entry.answered_at
        after = f"  after {text.span(max(0.0, ended - entry.added_at))}"
    title = (Span("✗ failed", Role.ERROR, is_bold=True), Span(after, Role.QUIET))
    said = ["The gateway says that the task failed, and gives no reason."]
    if why:
        said = [text.inert(why.what), text.inert(why.todo)]
    found = [Fact(None, title), BLANK]
    for sentence in said:
        found += [Fact(None, (Span(sentence),)), BLANK]
    charged = f"{text.count(task.credits)} credits" if task.credits is not None else ""
    found.append(Fact("charged", (Span(charged or "not said by the gateway"),)))
    if why:
        found.append(Fact("whose move", (Span(why.move),)))
    code = clean(task.err_code or task.err_message)
    found.append(Fact("code", (Span(code or text.UNKNOWN, Role.QUIET),)))
    if task.trace_id:
        found.append(Fact("trace", (Span(clean(task.trace_id), Role.QUIET),)))
    return [*found, BLANK]


def _state(entry: Entry, now: float, *, is_ascii: bool) -> list[Fact]:
    lasted = ""
    if entry.state is TaskState.SUCCESS and entry.finished_at and entry.added_at is not None:
        lasted = f"  in {text.span(max(0.0, entry.finished_at - entry.added_at))}"
    elif not entry.state.is_terminal and entry.since is not None:
        lasted = f"  for {text.span(max(0.0, now - entry.since))}"
    found = [Fact("state", (*cells.state(entry, is_ascii=is_ascii), Span(lasted, Role.QUIET)))]
    moving = entry.state is TaskState.PROCESSING and entry.task
    if moving and moving.progress is not None:
        found.append(Fact("progress", cells.progress(entry, 15)))
    result = () if entry.offered else outcome.result(entry, now, 28, has_state=True)
    if result:
        found.append(Fact("result", result))
    return found


def _fields(task: Task) -> list[Fact]:
    length = f"{text.seconds(task.duration_s)} s" if task.duration_s else ""
    sound = "" if task.audio is None or not length else "with sound"
    if sound and not task.audio:
        sound = "without sound"
    parts = (clean(task.resolution, 40), clean(task.aspect_ratio, 40), length, sound)
    picture = "  ".join(part for part in (*parts, "music" if task.bgm else "") if part)
    payload = clean(task.payload, 2000)
    if task.payload_length > len(task.payload):
        payload += f" … {task.payload_length:,} characters"
    used = "" if task.state is TaskState.FAILED else text.count(task.credits)
    model = (Span(clean(task.model)), Span(f"  {clean(task.type)}".rstrip(), Role.QUIET))
    told = task.answered_id != task.id
    rows = (
        ("model", model if task.model or task.type else ()),
        ("picture", (Span(picture),)),
        ("credits", (Span(used),)),
        ("queue", (Span("off-peak" if task.off_peak else ""),)),
        ("priority", (Span(str(task.cus_priority) if task.cus_priority else ""),)),
        ("template", (Span(clean(task.template)),)),
        ("payload", (Span(payload),)),
        ("answered", (Span(clean(task.answered_id) if told else ""),)),
    )
    return [Fact(name, value) for name, value in rows if any(span.text for span in value)]


def _times(entry: Entry, now: float) -> Fact:
    ended = ("finished", entry.finished_at)
    if entry.state.is_terminal and entry.finished_at is None:
        ended = ("ended", entry.since)
    added = filefacts.moment(entry.added_at, now) if entry.added_at is not None else text.UNKNOWN
    tail = f"  {ended[0]} {filefacts.moment(ended[1], now)}" if ended[1] is not None else ""
    return Fact("added", (Span(added), Span(tail, Role.QUIET)))


def _trouble(entry: Entry, now: float) -> list[Fact]:
    trouble = entry.trouble
    if trouble is None:
        return []
    line = clean(trouble.line)
    if entry.is_denied:
        line += " Asked again every 10 min."
    elif trouble.next_at is not None:
        wait = text.span(max(0.0, trouble.next_at - now))
        line += " " + trouble.outlook.format(wait=text.apart(wait))
    found = [BLANK, Fact(None, (Span(line.strip(), Role.WARNING),))]
    if trouble.trace_id:
        found.append(Fact("trace", (Span(clean(trouble.trace_id), Role.QUIET),)))
    return found


def _extra(fields: tuple[tuple[str, str], ...]) -> list[Fact]:
    """List what we do not know as it came, without links' queries."""
    found = [
        Fact(None, (Span(f"{clean(name, 24)}  ", Role.QUIET), Span(clean(value))))
        for name, value in fields[:MOST_EXTRA]
    ]
    return [BLANK, *found] if found else []


def clean(words: str, limit: int = 400) -> str:
    """Make a server's words fit for a screen: inert, without credentials and links' queries."""
    return text.inert(links.excerpt(words), limit)
