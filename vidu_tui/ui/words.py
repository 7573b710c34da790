"""What header, banner and footer say of a Board. Pure: from look.md sections 1, 3 and 6."""

import time
from collections.abc import Sequence
from typing import NamedTuple

from vidu_tui.core import journal, links, text, view
from vidu_tui.core.board import Board, Entry, Health, HealthKind
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskState


class Hint(NamedTuple):
    """A key, what it does in a word, and the action of the main screen behind it."""

    key: str
    word: str
    action: str


class Notice(NamedTuple):
    """What the banner says."""

    text: str
    hint: Hint | None = None
    """The key that helps."""
    more: int = 0
    """How much else there is to say."""
    role: Role = Role.WARNING
    sign: str = "!"


SPEED_CELLS = 8

_AUTO = {
    "before-expiry": "auto-save before expiry",
    "success": "auto-save on success",
    "off": "auto-save off",
}


_GRAVITY = (
    HealthKind.REFUSED,
    HealthKind.NO_KEY,
    HealthKind.OFFLINE,
    HealthKind.THROTTLED,
    HealthKind.SLOW,
    HealthKind.OK,
    HealthKind.IDLE,
)
"""The gravest first: what is told of several gateways is told of the first of these."""


def health(names: Sequence[tuple[Health, str]], board: Board, now: float, width: int) -> list[Span]:
    """Say how the gateways do: each one's dot and name, and what goes with the worst."""
    spans: list[Span] = []
    for told_of, name in names:
        sign, role, _ = _condition(told_of, board, now)
        spans += [Span("   ")] if spans else []
        spans += [Span(sign, role), Span(f" {text.inert(name, 40)}")]
    worst = min((h for h, _ in names), key=lambda h: _GRAVITY.index(h.kind), default=None)
    told = _condition(worst, board, now)[2] if worst is not None else ""
    if width < 60:
        return spans
    if told:
        return [*spans, Span(f"  {told}", Role.QUIET)]
    waits = [h.latency_ms for h, _ in names if h.latency_ms is not None]
    polls = [h.polled_at for h, _ in names if h.polled_at is not None]
    if waits:
        spans.append(Span(f" {max(waits):>4} ms", Role.QUIET))
    if polls and width >= 92:
        ago = text.span(now - max(polls)).rjust(3)
        spans.append(Span(f" · polled {text.apart(ago)} ago", Role.QUIET))
    return spans


def _condition(health: Health, board: Board, now: float) -> tuple[str, Role, str]:
    if health.kind is HealthKind.REFUSED:
        return "✗", Role.ERROR, "key refused"
    if health.kind is HealthKind.NO_KEY:
        return "✗", Role.ERROR, "no key"
    if board.paused_since is not None:
        return "‖", Role.WARNING, "paused"
    if health.kind is HealthKind.OFFLINE:
        since = health.since if health.since is not None else now
        return "○", Role.ERROR, f"since {time.strftime('%H:%M', time.localtime(since))}"
    if health.kind is HealthKind.THROTTLED:
        wait = text.span(max(0.0, (health.next_at or now) - now))
        return "●", Role.WARNING, f"next in {text.apart(wait)}"
    if health.kind is HealthKind.IDLE:
        return "●", Role.QUIET, "nothing to poll"
    if health.kind is HealthKind.SLOW:
        return "●", Role.WARNING, ""
    return "●", Role.SUCCESS, ""


def rates(board: Board) -> str:
    """Say how much is asked of each gateway and how much may be, in questions a minute."""
    return "\n".join(f"{text.inert(h.gateway, 40)}  {journal.rate(h)}" for h in board.health)


def totals(board: Board, auto: str, width: int, room: int) -> list[Span]:
    """Say auto-save, downloads and credits, dropped from the left when short of room."""
    parts = [_auto(auto, width), _downloads(board, width), _credits(board, width)]
    shown = [p for p in parts if p]
    while shown:
        joined: list[Span] = []
        for part in shown:
            joined += [Span("   "), *part] if joined else part
        if sum(len(s.text) for s in joined) <= room:
            return [*joined, Span(" ")]
        shown = shown[1:]
    return []


def _auto(auto: str, width: int) -> list[Span]:
    return [Span(_AUTO[auto], Role.QUIET)] if width >= 128 and auto in _AUTO else []


def _downloads(board: Board, width: int) -> list[Span]:
    coming = board.downloads
    if not coming or width < 70:
        return []
    number = f"{len(coming)}" if width < 100 else text.files(len(coming))
    speed = sum(f.speed_bps or 0.0 for _, f in coming if f.stage is FileStage.RUNNING)
    # Blank, not gone: what stands left of it must not jump when a transfer pauses.
    pace = f"  {text.speed(speed) if speed else ' ' * SPEED_CELLS}"
    return [Span("↓ ", Role.SECONDARY), Span(number), Span(pace, Role.QUIET)]


def _credits(board: Board, width: int) -> list[Span]:
    used, has_unknown = view.credits_used(board.entries.values())
    amount = text.count(used) + ("+" if has_unknown else "")
    return [Span(amount), Span(" cr" if width < 60 else " credits used", Role.QUIET)]


def notice(board: Board, now: float) -> Notice | None:
    """Choose the gravest thing to say: key, disk, connection, paused, two windows."""
    notices = [
        *_key(board),
        *_disk(board),
        *_connection(board, now),
        *_paused(board),
        *_ledger(board),
        *_company(board),
    ]
    if not notices:
        return None
    words = links.redact(notices[0].text, ())
    return notices[0]._replace(text=words, more=len(notices) - 1)


def _key(board: Board) -> list[Notice]:
    enter = Hint("K", "enter a key", "enter_key")
    closed = (HealthKind.REFUSED, HealthKind.NO_KEY)
    return [
        Notice(text.inert(h.line), enter, role=Role.ERROR, sign="✗")
        for h in board.health
        if h.kind in closed
    ]


def _disk(board: Board) -> list[Notice]:
    full = (
        [Notice(text.inert(board.disk_line), role=Role.ERROR, sign="✗")] if board.disk_line else []
    )
    return full + ([Notice(text.inert(board.rescue_line))] if board.rescue_line else [])


def _ledger(board: Board) -> list[Notice]:
    return [Notice(text.inert(board.ledger_line))] if board.ledger_line else []


def _company(board: Board) -> list[Notice]:
    line = "Another vidu-tui window does the polling; this one follows it."
    return [Notice(line)] if board.is_following else []


def _connection(board: Board, now: float) -> list[Notice]:
    notices = []
    for health in board.health:
        if health.kind is HealthKind.OFFLINE:
            line = text.inert(health.line)
            if health.next_at is not None:
                wait = text.span(max(0.0, health.next_at - now))
                line += f" Next try in {text.apart(wait)}; these are the last known states."
            notices.append(Notice(line, role=Role.ERROR, sign="✗"))
    return notices


def _paused(board: Board) -> list[Notice]:
    if board.paused_since is None:
        return []
    since = time.strftime("%H:%M", time.localtime(board.paused_since))
    go_on = Hint("P", "goes on", "pause")
    return [Notice(f"Polling is paused since {since}; downloads go on.", go_on, sign="‖")]


def shortened(words: str, room: int) -> str:
    """Fit a sentence: what follows the first sentence or its colon goes first."""
    if len(words) <= room:
        return words
    first = words.split(". ", 1)[0]
    if first != words and len(first) + 1 <= room:
        return first + "."
    head = first.partition(":")[0]
    if len(head) <= room:
        return head
    return head[: max(0, room - 1)] + "…" if room > 0 else ""


def nothing(shown: view.View, sought: str, count: int, room: int) -> str:
    """Say why no row is shown: the view is empty, or nothing in it matches a filter."""
    if not count:
        return "No problems." if shown is view.View.PROBLEMS else f"Nothing is {shown.word}."
    ending = f"Esc shows all {count:,}."
    name = text.inert(sought, max(1, min(40, room - len(f"Nothing matches “”. {ending}"))))
    return f"Nothing matches “{name}”. {ending}"


_DETAILS = Hint("Enter", "details", "open_details")
_COPY = Hint("c", "copy id", "copy_id")
_COPY_MORE = Hint("y", "copy", "copy_more")
_OPEN = (Hint("o", "open", "open_file"), Hint("O", "folder", "open_folder"))
_LABEL = Hint("e", "label", "label")
_CHOOSE = Hint("D", "choose files", "choose_files")
_REMOVE = Hint("x", "remove", "remove")
_ADD = Hint("a", "add", "add")
_FILTER = Hint("/", "filter", "filter")
TYPING = (
    Hint("Enter", "keep", "keep_filter"),
    Hint("Esc", "clear", "clear_filter"),
    Hint("↓", "to the list", "keep_filter"),
)
"""The hints while a filter is typed."""


class Marked(NamedTuple):
    """How many marked rows there are, and of those that are shown how many are what."""

    shown: int
    hidden: int = 0
    coming: int = 0
    unsaved: int = 0
    """Finished, not on disk, and not coming."""
    active: int = 0


def marked_hints(marked: Marked) -> tuple[Hint, ...]:
    """Choose the hints for the marked rows that are shown; hidden ones are counted alone."""
    said = f"marked ({marked.hidden:,} hidden)" if marked.hidden else "marked"
    head = Hint(f"{marked.shown + marked.hidden:,}", said, "")
    unmark = Hint("Esc", "unmark", "back")
    if not marked.shown:
        return (head, unmark)
    return (
        head,
        *_downloads_of(marked),
        Hint("r", f"poll {marked.shown:,}", "poll"),
        Hint("x", f"remove {marked.shown:,}", "remove"),
        Hint("y", "copy", "copy_more"),
        unmark,
    )


def _downloads_of(marked: Marked) -> tuple[Hint, ...]:
    """Say what ``d`` does with several rows."""
    if marked.coming == marked.shown:
        return (Hint("d", f"stop {marked.coming:,}", "download"),)
    if marked.unsaved:
        return (Hint("d", f"download {marked.unsaved:,}", "download"),)
    if marked.active:
        return (Hint("d", f"save {marked.active:,} when finished", "download"),)
    return ()


def hints(entry: Entry | None) -> tuple[Hint, ...]:
    """Choose the footer's hints for the row under the cursor."""
    if entry is None:
        return (_ADD, Hint(":", "all actions", "app.command_palette"))
    if entry.is_downloading:
        return (Hint("d", "stop", "download"), _DETAILS, _CHOOSE, _COPY, _LABEL)
    if any(f.stage is FileStage.STOPPED for f in entry.files):
        return (Hint("d", "go on", "download"), _DETAILS, _CHOOSE, _COPY, _LABEL)
    if entry.is_saved:
        return (*_OPEN, _DETAILS, _COPY_MORE, _LABEL, _REMOVE, _FILTER)
    if entry.wanted or entry.videos:
        download = Hint("d", "download", "download")
        return (download, _CHOOSE, _DETAILS, _COPY, _LABEL, _REMOVE, _FILTER)
    if entry.state in (TaskState.FAILED, TaskState.NOT_FOUND):
        return (_DETAILS._replace(word="why"), _COPY, _LABEL, _REMOVE, _FILTER, _ADD)
    return (_ADD, _DETAILS, _LABEL, Hint("r", "poll now", "poll"), _REMOVE, _FILTER)
