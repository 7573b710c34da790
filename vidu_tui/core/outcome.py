"""The result column: the one latest truth about a task's file. Knows no colour and no screen.

Source of the words: look.md, section 2, at 28, 18 and 14 cells.
"""

from vidu_tui.core import text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Cell, Role, Span, bar, life, progress, shown, state_role
from vidu_tui.core.files import CUT_SHORT, FileStage, FileState
from vidu_tui.core.task import TaskState

GONE = "✗ gone"
"""What a file's cell says once the gateway gives no link to it any more."""
_GONE = "✗ gone at the gateway"
_SUCCESS, _SAVED = TaskState.SUCCESS, FileStage.SAVED
"""Looked up once: Python 3.11 takes a call for each look at an enum."""
_WIDE = 28
_MIDDLE = 18


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
    said = _of_files(entry, now, width) if _has_news(entry.files) else None
    if said is not None:
        return said
    state = entry.state
    if state is _SUCCESS:
        return _finished(entry, now, width, lifetime_s, has_expires=has_expires)
    if state is TaskState.FAILED:
        return _failure(entry, width)
    if state is TaskState.CANCELED:
        return ()
    if entry.trouble and entry.trouble.cell and state is not TaskState.NOT_FOUND:
        return _trouble(entry, now, width)
    if entry.is_wanted:
        return (Span("↓ when finished" if width >= 15 else "↓ wanted", Role.QUIET),)
    if entry.is_stale and entry.answered_at is not None:
        return _age(now - entry.answered_at, width)
    waiting = state in (TaskState.QUEUEING, TaskState.SCHEDULING)
    if waiting and entry.task and entry.task.off_peak:
        return (Span("off-peak, up to 48 h" if width >= 20 else "off-peak", Role.QUIET),)
    return _active(entry, has_state=has_state) if width < _MIDDLE else ()


def _has_news(files: tuple[FileState, ...]) -> bool:
    """Tell whether there is more to say of some file than that it is saved, as most are."""
    return any(file.stage is not _SAVED for file in files)


def _of_files(entry: Entry, now: float, width: int) -> Cell | None:
    """Tell what goes on or went wrong with a file; None where there is no such thing."""
    under_way = _transfer(entry, now, width)
    if under_way:
        return under_way
    failed = view.given_up(entry)
    if failed:
        words = _GONE if failed.cell == GONE and width >= _WIDE else failed.cell
        return (Span(text.inert(words, width), Role.ERROR),)
    missing = next((f for f in entry.files if f.stage is FileStage.MISSING), None)
    if missing:
        what = "changed" if missing.cell == CUT_SHORT else "missing"
        words = f"! saved file is {what}" if width >= _WIDE else f"! file {what}"
        return (Span(words, Role.WARNING),)
    return None


def _age(age_s: float, width: int) -> Cell:
    """Say how old the last known state is."""
    age = text.span(age_s)
    forms = (f"last known {age} ago", f"known {age} ago", f"{age} ago")
    return (Span(next((f for f in forms if len(f) <= width), forms[-1]), Role.QUIET),)


def _active(entry: Entry, *, has_state: bool) -> Cell:
    """Show a bar, or the state where it stands nowhere else."""
    if entry.state is TaskState.PROCESSING and entry.task and entry.task.progress is not None:
        return progress(entry, 14)
    if has_state or entry.state.is_terminal:
        return ()
    return (Span(shown(entry.state_word, 14), state_role(entry)),)


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
        words = "↻ getting a fresh link" if width >= _WIDE else "↻ fresh link"
        return (Span(words, Role.WARNING),)
    if first.stage is FileStage.RETRYING:
        if first.cell:
            return (Span(text.inert(first.cell, width), Role.ERROR),)
        again = text.span(max(0.0, (first.next_try_at or now) - now))
        words = f"↻ {share} · again in {again}" if width >= _WIDE else f"↻ {share} · {again}"
        return (Span(words, Role.WARNING),)
    if first.stage is FileStage.STOPPED:
        words = f"‖ {share} kept" + (" · d goes on" if width >= _WIDE else "")
        return (Span(words, Role.QUIET),)
    return (Span(text.inert(first.cell, width) or "↓ waiting", Role.QUIET),)


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
        size = Span(text.size(file.received).rjust(7))
        return (arrow, size, Span(f" {pace}", Role.QUIET)) if width >= _MIDDLE else (arrow, size)
    number = text.per_cent(file.share)
    left = text.left(file.left_s) if file.left_s is not None else "   "
    if width < _MIDDLE:
        return (arrow, Span(number.ljust(4)), Span(f" {left}", Role.QUIET))
    length = 8 if width >= _WIDE else 6
    tail = f" {pace} {left}" if width >= _WIDE else f"  {left}"
    drawn = bar(file.share, length, Role.SECONDARY)
    return (arrow, *drawn, Span(" "), Span(number.rjust(4)), Span(tail, Role.QUIET))


def _finished(
    entry: Entry, now: float, width: int, lifetime_s: float, *, has_expires: bool
) -> Cell:
    wanted = entry.wanted
    if not wanted and not entry.videos:
        seen_at = entry.finished_at
        is_young = seen_at is None or now - seen_at < view.NO_FILE_YET_S
        return (Span("no file yet", Role.WARNING) if is_young else Span("✗ no file", Role.ERROR),)
    saved = entry.saved_among(wanted)
    if 0 < saved == len(wanted):
        return _saved([f for f in entry.files if f.key in wanted], width)
    if not wanted:
        return ()
    if saved:
        missing = len(wanted) - saved
        return (Span(f"unsaved {missing} of {len(wanted)}", Role.WARNING),)
    end = view.expires_at(entry, lifetime_s)
    left_s = (end if end is not None else now + lifetime_s) - now
    if left_s <= 0:
        words = " · d gets a new link" if width >= _WIDE else " · expired" if width >= 17 else ""
        return (Span(f"unsaved{words}" if words else "expired", Role.ERROR),)
    left = life(left_s, text.lifetime(left_s))
    if has_expires:
        return (Span("unsaved", left.role),)
    return (Span("unsaved · " if width >= 17 else "unsaved "), left)


def _saved(files: list[FileState], width: int) -> Cell:
    size = text.size(sum([f.received for f in files]))
    several = f"{len(files)} files"
    if width >= _WIDE:
        words = f" saved  {size}" + (f", {several}" if len(files) > 1 else "")
    elif width >= 17:
        words = f" saved {several if len(files) > 1 else size}"
    else:
        words = " saved"
    return (Span("✓", Role.SUCCESS), Span(words, Role.QUIET))


def _failure(entry: Entry, width: int) -> Cell:
    from vidu_tui.core import failures  # its rules are many, and few tasks need them

    task = entry.task
    why = failures.explain(task.err_code, task.err_message) if task else None
    return (Span(text.inert(why.cell, min(width, 18)), Role.ERROR),) if why else ()


def _trouble(entry: Entry, now: float, width: int) -> Cell:
    trouble = entry.trouble
    if trouble is None:
        return ()
    cell, lasted, again = text.inert(trouble.cell), "", ""
    if trouble.has_age:
        joint = " for " if cell.isdigit() else " "
        lasted = f"{joint}{text.span(now - trouble.since)}"
    if width >= _WIDE and trouble.next_at is not None:
        again = text.span(max(0.0, trouble.next_at - now))
    forms = [f"{cell}{lasted} · again in {again}", f"{cell}{lasted} · {again}"] if again else []
    forms += [f"{cell}{lasted}", cell]
    words = next((form for form in forms if len(form) <= width), text.inert(cell, width))
    return (Span(words, Role.WARNING),)
