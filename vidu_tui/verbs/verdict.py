"""What has come of a task: an exit status and a sentence, in one place for all verbs. Pure."""

from vidu_tui.core import cells, failures, links, text, view
from vidu_tui.core.board import Entry, Health, HealthKind
from vidu_tui.core.files import FileStage
from vidu_tui.core.task import TaskState
from vidu_tui.verbs.codes import Exit

CLOSED = (HealthKind.REFUSED, HealthKind.NO_KEY)
_KEY_TODO = "Set VIDU_API_KEY (the default gateway's), or give the key to the dashboard (K)."


def of_state(entry: Entry | None, health: Health | None) -> Exit | None:
    """Say what has come of a task, None while it has not ended and may yet be asked for."""
    if entry is None or health is None:
        return Exit.UNKNOWN
    if entry.state in (TaskState.FAILED, TaskState.CANCELED):
        return Exit.FAILED
    if entry.state is TaskState.SUCCESS:
        return Exit.OK
    if health.kind in CLOSED:
        return Exit.KEY
    return Exit.UNKNOWN if entry.is_denied else None


def of_answer(entry: Entry | None, health: Health | None, answer: bool | None) -> Exit:
    """Say what one question has brought: True for an answer, False for a refusal, else None."""
    if entry is None or health is None:
        return Exit.UNKNOWN
    if answer:
        code = of_state(entry, health)
        return Exit.PENDING if code is None else code
    if health.kind in CLOSED:
        return Exit.KEY
    is_denial = entry.trouble is not None and entry.trouble.is_denial
    return Exit.UNKNOWN if is_denial else Exit.NETWORK


def of_files(entry: Entry, now: float) -> Exit | None:
    """Say what has come of a finished task's files, None while some are to be fetched."""
    if entry.is_saved:
        return Exit.OK
    if not entry.wanted:
        age_s = now - (entry.finished_at if entry.finished_at is not None else now)
        may_come = not entry.videos and age_s < view.NO_FILE_YET_S
        return None if may_come else Exit.UNSAVED
    left = [f for f in entry.files if f.key in entry.wanted and f.stage is not FileStage.SAVED]
    if any(f.stage is FileStage.FAILED for f in left):
        is_going_on = any(f.stage.is_under_way for f in left)
        return None if is_going_on else Exit.UNSAVED
    return None


def sentence(entry: Entry | None, health: Health | None, code: Exit, disk_line: str = "") -> str:
    """Say in one line what went wrong and what to do; empty where nothing did."""
    return text.inert(links.redact(_sentence(entry, health, code, disk_line), ()), 600)


def _sentence(entry: Entry | None, health: Health | None, code: Exit, disk_line: str) -> str:
    if entry is None:
        return "it was taken off the list; files stay."
    if health is None:
        name = entry.key.gateway
        return f"the list names the gateway {name}, which the config does not know."
    trouble = entry.trouble.line if entry.trouble else ""
    match code:
        case Exit.FAILED:
            return _failure(entry)
        case Exit.KEY:
            said = health.line.partition(":")[0].rstrip(".") or f"no key for {health.gateway}"
            return f"{said}. {_KEY_TODO}"
        case Exit.UNKNOWN:
            return f"{health.gateway} does not know this id: a typing slip, or another gateway's?"
        case Exit.NETWORK:
            said = trouble or health.line or f"{health.gateway} did not answer."
            return f"{said} The task itself is not affected."
        case Exit.UNSAVED:
            return _unsaved(entry, disk_line)
    return ""


def _failure(entry: Entry) -> str:
    task = entry.task
    why = failures.explain(task.err_code, task.err_message) if task else None
    if why is None:
        return f"the task ended {cells.shown(entry.state_word, 40)}; the gateway does not say why."
    return f"{why.what} {why.todo}"


def _unsaved(entry: Entry, disk_line: str) -> str:
    if not entry.wanted and not entry.videos:
        return "the task has ended well, but the gateway names no file for it."
    if not entry.wanted:
        return "the task has no file of the kinds that are wanted."
    said = [f.line for f in entry.files if f.line and f.stage is not FileStage.SAVED]
    return next(iter(said), disk_line) or "nothing has come for two minutes; its part is kept."
