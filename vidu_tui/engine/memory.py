"""What is remembered of a task from earlier runs, and how it joins what this one knows. Pure."""

from dataclasses import dataclass, replace

from vidu_tui.core.board import Entry, with_file
from vidu_tui.core.files import FileState
from vidu_tui.storage.facts import AnswerFact, Choice


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of one task."""

    answer: AnswerFact | None
    files: tuple[FileState, ...]
    is_wished: bool
    choice: Choice


def merged(entry: Entry, memory: Memory) -> Entry:
    """Put what is remembered into a row; what this run has learnt already is newer."""
    answer = memory.answer
    if answer is not None and entry.task is None:
        entry = replace(
            entry,
            task=answer.task,
            answered_at=answer.answered_at,
            finished_at=answer.finished_at,
            since=answer.since,
            skew_s=answer.skew_s,
            is_denied=answer.is_denied or entry.is_denied,
        )
    for state in memory.files:
        old = entry.file(state.key)
        if old is None or not old.stage.is_under_way:
            entry = with_file(entry, state)
    kinds, folder = memory.choice.kinds or entry.kinds, memory.choice.folder
    if (entry.kinds, entry.folder, entry.is_wanted) != (kinds, folder, memory.is_wished):
        entry = replace(entry, kinds=kinds, folder=folder, is_wanted=memory.is_wished)
    return entry
