"""What is on record of a file, compared with the disk. Reads no file's content and no ledger."""

import os
import stat

from vidu_tui.core.files import CUT_SHORT, FileStage, FileState
from vidu_tui.storage.facts import FileFact


def state_of(fact: FileFact) -> FileState | None:
    """Compare what is on record of a file with the disk; None where nothing of it is there."""
    if fact.path and length(fact.path) == fact.size_bytes:
        return settled(fact, FileStage.SAVED)
    kept = length(f"{fact.target}.part") if fact.target else None
    if kept:
        total = fact.validator.total
        return FileState(fact.file, FileStage.STOPPED, fact.target, kept, total)
    return settled(fact, FileStage.MISSING) if fact.path else None


def settled(fact: FileFact, stage: FileStage) -> FileState:
    """Give a file that was saved, as it is now: there, or missing."""
    size, cell = fact.size_bytes, ""
    if stage is FileStage.MISSING and length(fact.path) is not None:
        cell = CUT_SHORT
    return FileState(fact.file, stage, fact.path, size, size, sha256=fact.sha256, cell=cell)


def length(path: str) -> int | None:
    """Give a regular file's length in bytes, None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - one system call, no Path made
    except (OSError, ValueError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None
