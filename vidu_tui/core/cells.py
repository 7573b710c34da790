"""What each cell of a row says: words and their role. Knows no colour, no terminal, no Textual.

Source of the words: look.md, section 2. The screen crops and pads; the verbs print ``plain``.
"""

from enum import StrEnum
from typing import NamedTuple

from vidu_tui.core import failures, links, text, view
from vidu_tui.core.board import Entry, FileStage, FileState
from vidu_tui.core.task import TaskState


class Role(StrEnum):
    """The part a piece of text plays; tui.tcss gives each its colour."""

    PLAIN = "plain"
    QUIET = "quiet"
    FAINT = "faint"
    TRACK = "track"
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
    return "".join(span.text for span in cell).strip()


def state_role(entry: Entry) -> Role:
    """Give the role of an entry's state glyph."""
    return Role.QUIET if entry.is_stale else _STATE_ROLES.get(entry.state, Role.QUIET)


def glyph(entry: Entry, *, is_ascii: bool = False) -> Cell:
    """Say the state in one cell."""
    rule = entry.state.value
    sign = rule.ascii_glyph if is_ascii else rule.glyph
    return (Span(sign, state_role(entry), entry.state is TaskState.FAILED),)


def state(entry: Entry, *, is_ascii: bool = False) -> Cell:
    """Say the state: glyph and word."""
    role = state_role(entry)
    if entry.state is TaskState.SUCCESS and entry.is_saved:
        role = Role.QUIET
    is_bold = entry.state is TaskState.FAILED
    word = text.inert(entry.state_word, 40)
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
    return (*_bar(share, width - 5, role), Span(" "), number)


def name(entry: Entry, width: int) -> Cell:
    """Say which one it is: label, else a short payload, else the id in full or its end."""
    role = Role.QUIET if entry.is_stale else Role.PLAIN
    words = title(entry)
    if not words:
        role, words = Role.QUIET, entry.key.id
        if len(words) > width and width < 18:
            words = "…" + words[-max(1, width - 1) :]
    task = entry.task
    several = len(task.creations) if task else 0
    suffix = (Span(f" ×{several}", Role.QUIET),) if several > 1 else ()
    return (Span(words, role), *suffix)


def title(entry: Entry) -> str:
    """Give the label, else the echoed payload if it is one short printable line, else nothing."""
    if entry.label:
        return text.inert(entry.label, 300)
    task = entry.task
    if task and 0 < task.payload_length <= 60 and task.payload.isprintable():
        return text.inert(links.redact(task.payload, ()))
    return ""


def model(entry: Entry, width: int) -> Cell:
    """Say the model; without ``vidu`` where it is narrow."""
    words = text.inert(entry.task.model, 60) if entry.task else ""
    if width < 15:
        words = words.removeprefix("vidu")
    return (Span(words, Role.QUIET),) if words else _unknown(entry)


def resolution(entry: Entry) -> Cell:
    """Say the resolution."""
    words = text.inert(entry.task.resolution, 20) if entry.task else ""
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
    return (_life(left_s, text.lifetime(left_s)),)


def now_cell(entry: Entry, now: float, lifetime_s: float = view.LINK_LIFETIME_S) -> Cell:
    """Say the one thing that matters most in 4 cells, right-aligned."""
    for running in (f for f in entry.files if f.stage is FileStage.RUNNING):
        words = f"↓{text.per_cent(running.share or 0)}"
        return (Span(words[:4].rjust(4), Role.SECONDARY),)
    if entry.state is TaskState.FAILED:
        return (Span("fail", Role.ERROR),)
    end = view.expires_at(entry, lifetime_s)
    if entry.is_unsaved and end is not None:
        return (_life(end - now, text.lifetime_short(end - now), 4),)
    if entry.state is TaskState.PROCESSING and entry.task and entry.task.progress is not None:
        role = Role.QUIET if entry.is_stale else Role.PLAIN
        return (Span(text.per_cent(entry.task.progress / 100).rjust(4), role),)
    return ()


def result(
    entry: Entry,
    now: float,
    width: int = 28,
    *,
    lifetime_s: float = view.LINK_LIFETIME_S,
    has_state: bool = True,
    has_expires: bool = True,
) -> Cell:
    """Tell the one latest truth about the file, or the trouble with the poll."""
    under_way = _transfer(entry, now, width)
    if under_way:
        return under_way
    failed = next((f for f in entry.files if f.stage is FileStage.FAILED), None)
    if failed:
        return (Span(text.inert(failed.cell, width), Role.ERROR),)
    if any(f.stage is FileStage.MISSING for f in entry.files):
        return (Span("! saved file is missing" if width >= 28 else "! file missing", Role.WARNING),)
    if entry.state is TaskState.SUCCESS:
        return _finished(entry, now, width, lifetime_s, has_expires=has_expires)
    if entry.state is TaskState.FAILED:
        return _failure(entry)
    if entry.trouble and entry.trouble.cell and entry.state is not TaskState.NOT_FOUND:
        return _trouble(entry, now, width)
    if entry.is_wanted:
        return (Span("↓ when finished", Role.QUIET),)
    waiting = entry.state in (TaskState.QUEUEING, TaskState.SCHEDULING)
    if waiting and entry.task and entry.task.off_peak:
        return (Span("off-peak, up to 48 h" if width >= 20 else "off-peak", Role.QUIET),)
    return _active(entry, has_state=has_state) if width < 18 else ()


def _active(entry: Entry, *, has_state: bool) -> Cell:
    """Show a bar, or the state where it stands nowhere else."""
    if entry.state is TaskState.PROCESSING and entry.task and entry.task.progress is not None:
        return progress(entry, 14)
    if has_state or entry.state.is_terminal:
        return ()
    return (Span(text.inert(entry.state_word, 14), state_role(entry)),)


def _transfer(entry: Entry, now: float, width: int) -> Cell:
    files = [f for f in entry.files if f.stage.is_under_way or f.stage is FileStage.STOPPED]
    if not files:
        return ()
    first = min(files, key=lambda f: _STAGE_ORDER.index(f.stage))
    if first.stage is FileStage.RUNNING:
        return _running(_sum([f for f in files if f.stage is FileStage.RUNNING]), width)
    share = text.per_cent(first.share) if first.share is not None else text.size(first.received)
    if first.stage is FileStage.CHECKING:
        return (Span("↓ checking", Role.QUIET),)
    if first.stage is FileStage.RENEWING:
        words = "↻ getting a fresh link" if width >= 28 else "↻ fresh link"
        return (Span(words, Role.WARNING),)
    if first.stage is FileStage.RETRYING:
        again = text.span(max(0.0, (first.next_try_at or now) - now))
        words = f"↻ {share} · again in {again}" if width >= 28 else f"↻ {share} · {again}"
        return (Span(words, Role.WARNING),)
    if first.stage is FileStage.STOPPED:
        words = f"‖ {share} kept" + (" · d goes on" if width >= 28 else "")
        return (Span(words, Role.QUIET),)
    return (Span(first.cell or "↓ waiting", Role.QUIET),)


_STAGE_ORDER = (
    FileStage.RUNNING,
    FileStage.CHECKING,
    FileStage.RENEWING,
    FileStage.RETRYING,
    FileStage.WAITING,
    FileStage.STOPPED,
)


def _sum(files: list[FileState]) -> FileState:
    """Add the files of one row up into one."""
    if len(files) == 1:
        return files[0]
    totals = [f.total for f in files]
    return FileState(
        files[0].key,
        FileStage.RUNNING,
        received=sum(f.received for f in files),
        total=sum(t for t in totals if t) if all(totals) else None,
        speed_bps=sum(f.speed_bps or 0.0 for f in files) or None,
    )


def _running(file: FileState, width: int) -> Cell:
    arrow = Span("↓ ", Role.SECONDARY)
    pace = text.speed(file.speed_bps) if file.speed_bps else " " * 8
    if file.share is None:
        size = Span(text.size(file.received))
        return (arrow, size, Span(f" {pace}", Role.QUIET)) if width >= 18 else (arrow, size)
    number = text.per_cent(file.share)
    left = text.left(file.left_s) if file.left_s is not None else "   "
    if width < 18:
        return (arrow, Span(number.ljust(4)), Span(f" {left}", Role.QUIET))
    length = 8 if width >= 28 else 6
    tail = f" {pace} {left}" if width >= 28 else f"  {left}"
    drawn = _bar(file.share, length, Role.SECONDARY)
    return (arrow, *drawn, Span(" "), Span(number.rjust(4)), Span(tail, Role.QUIET))


def _finished(
    entry: Entry, now: float, width: int, lifetime_s: float, *, has_expires: bool
) -> Cell:
    videos = entry.videos
    if not videos:
        is_young = entry.finished_at is None or now - entry.finished_at < 120
        return (Span("no file yet", Role.WARNING) if is_young else Span("✗ no file", Role.ERROR),)
    if entry.is_saved:
        return _saved(entry, width)
    if entry.saved_count:
        left = len(videos) - entry.saved_count
        return (Span(f"unsaved {left} of {len(videos)}", Role.WARNING),)
    end = view.expires_at(entry, lifetime_s)
    left_s = (end if end is not None else now + lifetime_s) - now
    if left_s <= 0:
        words = " · d gets a new link" if width >= 28 else " · expired" if width >= 17 else ""
        return (Span(f"unsaved{words}" if words else "expired", Role.ERROR),)
    life = _life(left_s, text.lifetime(left_s))
    if has_expires:
        return (Span("unsaved", life.role),)
    return (Span("unsaved · " if width >= 17 else "unsaved "), life)


def _saved(entry: Entry, width: int) -> Cell:
    files = [f for f in entry.files if f.stage is FileStage.SAVED and f.key in entry.videos]
    size = text.size(sum(f.received for f in files))
    several = f"{len(files)} files"
    if width >= 28:
        words = f" saved  {size}" + (f", {several}" if len(files) > 1 else "")
    elif width >= 17:
        words = f" saved {several if len(files) > 1 else size}"
    else:
        words = " saved"
    return (Span("✓", Role.SUCCESS), Span(words, Role.QUIET))


def _failure(entry: Entry) -> Cell:
    task = entry.task
    why = failures.explain(task.err_code, task.err_message) if task else None
    return (Span(text.inert(why.cell, 18), Role.ERROR),) if why else ()


def _trouble(entry: Entry, now: float, width: int) -> Cell:
    trouble = entry.trouble
    if trouble is None:
        return ()
    words = trouble.cell
    if trouble.has_age:
        lasted = text.span(now - trouble.since)
        words += f" for {lasted}" if trouble.cell.isdigit() else f" {lasted}"
    if width >= 28 and trouble.next_at is not None:
        words += f" · again in {text.span(max(0.0, trouble.next_at - now))}"
    return (Span(words[:width], Role.WARNING),)


def _life(left_s: float, words: str, width: int = 0) -> Span:
    """Colour what is left of an unsaved link; under an hour a sign says so too."""
    if left_s <= 0:
        return Span(words.rjust(width), Role.ERROR)
    if left_s < view.VERY_SOON_S:
        return Span(f"{words}!".rjust(width), Role.ERROR)
    return Span(words.rjust(width), Role.WARNING if left_s < view.SOON_S else Role.PLAIN)


def _bar(share: float, width: int, role: Role) -> tuple[Span, Span]:
    done, track = text.bar(share, width)
    return Span(done, role), Span(track, Role.TRACK)


def _number_role(entry: Entry) -> Role:
    return Role.QUIET if entry.is_stale else Role.PLAIN


def _unknown(entry: Entry) -> Cell:
    # Before the first answer a row of dashes would be noise: nothing is known at all.
    return (Span(text.UNKNOWN, Role.FAINT),) if entry.task else ()
