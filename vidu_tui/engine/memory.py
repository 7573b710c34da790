"""What is remembered of a task from earlier runs, and how it joins what this one knows. Pure."""

from typing import NamedTuple

from vidu_tui.core.board import Entry
from vidu_tui.core.files import FileStage, FileState
from vidu_tui.core.schedule import FUTURE_S
from vidu_tui.storage.facts import AnswerFact, Choice


class Memory(NamedTuple):
    """What is remembered of one task."""

    answer: AnswerFact | None
    files: tuple[FileState, ...]
    is_wished: bool
    choice: Choice


def merged(entry: Entry, memory: Memory) -> Entry:
    """Put what is remembered into a row; what this run has learnt already is newer."""
    answer, choice = memory.answer, memory.choice
    if answer is None or entry.task is not None:
        return _with_files(entry, memory)
    return entry._replace(
        task=answer.task,
        answered_at=answer.answered_at,
        finished_at=answer.finished_at,
        since=answer.since,
        skew_s=answer.skew_s,
        is_denied=answer.is_denied or entry.is_denied,
        is_wanted=memory.is_wished,
        kinds=choice.kinds or entry.kinds,
        folder=choice.folder,
        is_muted=choice.is_muted,
        files=_files(entry.files, memory.files),
    )


def followed(entry: Entry, memory: Memory, now: float, *, is_leading: bool) -> Entry:
    """Put into a row what another window has written; the one that polls knows trouble itself.

    ``now`` is epoch seconds: an answer from a time to come gives way to any other. Only what has
    come to an end is taken of a file: what is under way elsewhere is not ours.
    """
    answer, shown_at = memory.answer, entry.answered_at or 0.0
    told_at = answer.answered_at or 0.0 if answer is not None else 0.0
    is_newer = told_at > shown_at or told_at < now + FUTURE_S < shown_at
    if answer is not None and is_newer:
        entry = entry._replace(
            task=answer.task,
            answered_at=answer.answered_at,
            finished_at=answer.finished_at,
            since=answer.since,
            skew_s=answer.skew_s,
            is_denied=answer.is_denied,
            trouble=answer.trouble,
            is_stale=False,
        )
    elif answer is not None and not is_leading:
        entry = entry._replace(trouble=answer.trouble, is_denied=answer.is_denied)
    ended = tuple(f for f in memory.files if f.stage in (FileStage.SAVED, FileStage.MISSING))
    return _with_files(entry, memory._replace(files=ended))


def _files(shown: tuple[FileState, ...], known: tuple[FileState, ...]) -> tuple[FileState, ...]:
    """Put what is known of files in the place of what is shown, but for what is under way."""
    if not known or (not shown and len(known) == 1):
        return known or shown
    files = {state.key: state for state in shown}
    files |= {
        state.key: state
        for state in known
        if state.key not in files or not files[state.key].stage.is_under_way
    }
    return tuple(files[key] for key in sorted(files))


def _with_files(entry: Entry, memory: Memory) -> Entry:
    files = _files(entry.files, memory.files)
    if files != entry.files:
        entry = entry._replace(files=files)
    choice, is_wished = memory.choice, memory.is_wished
    wanted = (choice.kinds or entry.kinds, choice.folder, choice.is_muted, is_wished)
    if (entry.kinds, entry.folder, entry.is_muted, entry.is_wanted) != wanted:
        kinds, folder, is_muted, _ = wanted
        entry = entry._replace(kinds=kinds, folder=folder, is_muted=is_muted, is_wanted=is_wished)
    return entry
