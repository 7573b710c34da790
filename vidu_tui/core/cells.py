"""What each cell of a row says: words and their role. Knows no colour, no terminal, no Textual.

Source of the words: look.md, section 2. The screen crops and pads; the verbs print ``plain``.
"""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from vidu_tui.core import links, text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskState


class Role(StrEnum):
    """The part a piece of text plays; tui.tcss gives each its colour."""

    PLAIN = "plain"
    QUIET = "quiet"
    FAINT = "faint"
    TRACK = "track"
    RULE = "rule"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ACCENT = "accent"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


class Span(NamedTuple):
    """A run of text of one role."""

    text: str
    role: Role = Role.PLAIN
    is_bold: bool = False


Cell = tuple[Span, ...]

_STATE_ROLES = {
    TaskState.PROCESSING: Role.PRIMARY,
    TaskState.SUCCESS: Role.SUCCESS,
    TaskState.FAILED: Role.ERROR,
    TaskState.NOT_FOUND: Role.WARNING,
    TaskState.UNKNOWN: Role.WARNING,
}
_BLANK_PROGRESS = frozenset({TaskState.FAILED, TaskState.CANCELED, TaskState.NOT_FOUND})


def plain(cell: Cell) -> str:
    """Join a cell into the text that a verb prints."""
    return "".join([span.text for span in cell]).strip()


def state_role(entry: Entry) -> Role:
    """Give the role of an entry's state glyph."""
    return Role.QUIET if entry.is_stale else _STATE_ROLES.get(entry.state, Role.QUIET)


def glyph(entry: Entry, *, is_ascii: bool = False) -> Cell:
    """Say the state in one cell."""
    state = entry.state
    sign = state.ascii_glyph if is_ascii else state.glyph
    return (Span(sign, state_role(entry), state is TaskState.FAILED),)


def _shown(words: str, limit: int) -> str:
    """Make a server's words fit for a cell: inert, and without the query of a link."""
    return text.steady(text.inert(links.redact(text.inert(words)), limit))


shown = lru_cache(maxsize=4096)(_shown)


def state(entry: Entry, *, is_ascii: bool = False) -> Cell:
    """Say the state: glyph and word."""
    role = state_role(entry)
    if entry.state is TaskState.SUCCESS and entry.is_saved:
        role = Role.QUIET
    is_bold = entry.state is TaskState.FAILED
    word = shown(entry.state_word, 40)
    return (*glyph(entry, is_ascii=is_ascii), Span(f" {word}", role, is_bold))


def progress(entry: Entry, width: int) -> Cell:
    """Say the progress: a bar of ``width`` − 5 and a per cent of 4; the per cent alone at 4."""
    task = entry.task
    if entry.state in _BLANK_PROGRESS:
        return ()
    if task is None or task.state is TaskState.UNKNOWN:
        return (Span(text.UNKNOWN.rjust(width), Role.FAINT),)
    if entry.state is TaskState.SUCCESS:
        return (Span("100%".rjust(width), Role.FAINT),)
    if task.progress is None or (task.progress == 0 and entry.state is not TaskState.PROCESSING):
        return (Span(text.UNKNOWN.rjust(width), Role.FAINT),)
    share = task.progress / 100
    number = Span(text.per_cent(share).rjust(4), Role.QUIET if entry.is_stale else Role.PLAIN)
    if width < 10:
        return (number._replace(text=number.text.rjust(width)),)
    role = Role.QUIET if entry.is_stale else Role.PRIMARY
    return (*bar(share, width - 5, role), Span(" "), number)


def name(entry: Entry, width: int) -> Cell:
    """Say which one it is: label, else a short payload, else the id in full or its end."""
    role = Role.QUIET if entry.is_stale else Role.PLAIN
    several = len(entry.task.creations) if entry.task else 0
    suffix = (Span(f" ×{several}", Role.QUIET),) if several > 1 else ()
    words = title(entry)
    if not words:
        role, words = Role.QUIET, text.steady(text.inert(entry.key.id))
        room = width - sum(len(span.text) for span in suffix)
        if len(words) > room and width < 18:
            words = "…" + words[-max(1, room - 1) :]
    return (Span(words, role), *suffix)


def title(entry: Entry) -> str:
    """Give the label, else the echoed payload if it is one short printable line, else nothing."""
    if entry.label:
        return _own(entry.label)
    task = entry.task
    if task and 0 < task.payload_length <= 60 and task.payload.isprintable():
        return text.steady(text.inert(links.redact(task.payload, ())))
    return ""


@lru_cache(maxsize=16_384)
def _own(label: str) -> str:
    """Make a label fit to be shown: a person may have labelled a task with its link."""
    return _shown(label, 300)


def model(entry: Entry, width: int) -> Cell:
    """Say the model; without ``vidu`` where it is narrow."""
    words = shown(entry.task.model, 60) if entry.task else ""
    if width < 15:
        words = words.removeprefix("vidu")
    return (Span(words, Role.QUIET),) if words else _unknown(entry)


def resolution(entry: Entry) -> Cell:
    """Say the resolution."""
    words = shown(entry.task.resolution, 20) if entry.task else ""
    return (Span(words, _number_role(entry)),) if words else _unknown(entry)


def duration(entry: Entry) -> Cell:
    """Say the length in seconds, the unit quiet; a picture has none."""
    length = entry.task.duration_s if entry.task else None
    if not length:
        is_said = entry.task is not None and entry.task.duration is not None
        return () if is_said else _unknown(entry)
    return (Span(text.seconds(length), _number_role(entry)), Span("s", Role.QUIET))


def credits_cell(entry: Entry) -> Cell:
    """Say the credits."""
    amount = entry.task.credits if entry.task else None
    if amount is None:
        return _unknown(entry)
    return (Span(text.count(amount), _number_role(entry)),)


def expires(entry: Entry, now: float, lifetime_s: float = view.LINK_LIFETIME_S) -> Cell:
    """Say what is left of the first link; coloured only while the file is unsaved."""
    end = view.expires_at(entry, lifetime_s)
    if end is None:
        return ()
    left_s = end - now
    if entry.is_saved or entry.is_downloading:
        return (Span(text.lifetime(left_s), Role.FAINT),)
    return (life(left_s, text.lifetime(left_s)),)


def now_cell(entry: Entry, now: float, lifetime_s: float = view.LINK_LIFETIME_S) -> Cell:
    """Say the one thing that matters most in 4 cells, right-aligned."""
    for running in (f for f in entry.files if f.stage is FileStage.RUNNING):
        words = "↓" if running.share is None else f"↓{text.per_cent(running.share)}"
        return (Span(words[:4].rjust(4), Role.SECONDARY),)
    if entry.state is TaskState.FAILED:
        return (Span("fail", Role.ERROR),)
    end = view.expires_at(entry, lifetime_s)
    if entry.is_unsaved and end is not None:
        return (life(end - now, text.lifetime_short(end - now), 4),)
    if entry.state is TaskState.PROCESSING and entry.task and entry.task.progress is not None:
        role = Role.QUIET if entry.is_stale else Role.PLAIN
        return (Span(text.per_cent(entry.task.progress / 100).rjust(4), role),)
    return ()


def life(left_s: float, words: str, width: int = 0) -> Span:
    """Colour what is left of an unsaved link; under an hour a sign says so too."""
    if left_s <= 0:
        return Span(words.rjust(width), Role.ERROR)
    if left_s < view.VERY_SOON_S:
        return Span(f"{words}!".rjust(width), Role.ERROR)
    return Span(words.rjust(width), Role.WARNING if left_s < view.SOON_S else Role.PLAIN)


def bar(share: float, width: int, role: Role) -> tuple[Span, Span]:
    """Draw a bar: what is done in its role, and the track."""
    done, track = text.bar(share, width)
    return Span(done, role), Span(track, Role.TRACK)


def _number_role(entry: Entry) -> Role:
    return Role.QUIET if entry.is_stale else Role.PLAIN


def _unknown(entry: Entry) -> Cell:
    # Before the first answer a row of dashes would be noise: nothing is known at all.
    return (Span(text.UNKNOWN, Role.FAINT),) if entry.task else ()
