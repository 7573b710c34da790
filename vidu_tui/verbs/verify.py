"""verify: look at every file that was saved; with --repair fetch again what is not whole.

Prints a line for each file on stdout, narration on stderr. Opens no file itself.
"""

import asyncio
import contextlib
import json
from collections.abc import Sequence
from typing import TextIO

from vidu_tui.core import text
from vidu_tui.core.board import HealthKind
from vidu_tui.core.files import FileKey
from vidu_tui.core.jsontext import Json
from vidu_tui.core.task import TaskKey
from vidu_tui.engine.guest import Guest
from vidu_tui.engine.repair import Repaired
from vidu_tui.storage import inspection
from vidu_tui.storage.inspection import Condition, Finding
from vidu_tui.storage.ledger import Ledger

OK = 0
NETWORK = 3
KEY = 4
NOT_WHOLE = 6


def inspect(ledger: Ledger) -> list[Finding]:
    """Look at every file that the ledger calls saved, in the order of their paths."""
    saved = [fact for fact in ledger.files() if fact.path]
    return [inspection.inspect(fact) for fact in sorted(saved, key=lambda fact: fact.path)]


def repair(engine: Guest, findings: Sequence[Finding]) -> list[Repaired]:
    """Fetch what is not whole again; raises SetupError."""
    engine.load()
    engine.pause(is_paused=True)

    async def run() -> list[Repaired]:
        running = asyncio.create_task(engine.run())
        try:
            return await engine.repair(
                (f.fact.task, f.fact.file, f.fact.path) for f in _broken(findings)
            )
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    return asyncio.run(run())


def report(
    findings: Sequence[Finding],
    repaired: Sequence[Repaired] | None,
    *,
    is_json: bool,
    is_verbose: bool,
    out: TextIO,
    err: TextIO,
) -> int:
    """Say how each file was found and what became of it; give the exit status.

    0 if all are whole now; else 4 or 3 where the gateway could not be asked, else 6.
    """
    ends = {(r.task, r.file): r for r in repaired or ()}
    if is_json:
        json.dump({"schema": 1, "files": [_fields(f, ends.get(_key(f))) for f in findings]}, out)
        out.write("\n")
    else:
        for finding in findings:
            if is_verbose or finding.condition is not Condition.OK:
                out.write(_line(finding, ends.get(_key(finding))))
    broken = _broken(findings)
    left = [f for f in broken if (end := ends.get(_key(f))) is None or not end.is_whole]
    err.write(_summary(findings, broken, left, has_repaired=repaired is not None))
    if not left:
        return OK
    kinds = {end.health for f in left if (end := ends.get(_key(f))) is not None}
    if kinds & {HealthKind.REFUSED, HealthKind.NO_KEY}:
        return KEY
    return NETWORK if kinds - {None} else NOT_WHOLE


def _broken(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.condition is not Condition.OK]


def _key(finding: Finding) -> tuple[TaskKey, FileKey]:
    return finding.fact.task, finding.fact.file


def _line(finding: Finding, end: Repaired | None) -> str:
    detail = f"\t{text.inert(finding.detail)}" if finding.detail else ""
    mended = ""
    if end is not None:
        mended = "\trepaired" if end.is_whole else f"\tnot repaired: {text.inert(end.line)}"
    task_id, path = text.inert(finding.fact.task.id), text.inert(finding.fact.path)
    return f"{finding.condition.value}\t{task_id}\t{path}{detail}{mended}\n"


def _fields(finding: Finding, end: Repaired | None) -> Json:
    fact = finding.fact
    return {
        "id": fact.task.id,
        "gateway": fact.task.gateway,
        "creation": fact.file.creation + 1,
        "asset": fact.file.kind.value,
        "path": fact.path,
        "size_bytes": fact.size_bytes,
        "sha256": fact.sha256,
        "condition": finding.condition.value,
        "detail": finding.detail,
        "repaired": None if end is None else end.is_whole,
        "line": "" if end is None or end.is_whole else end.line,
    }


def _summary(
    findings: Sequence[Finding],
    broken: Sequence[Finding],
    left: Sequence[Finding],
    *,
    has_repaired: bool,
) -> str:
    if not findings:
        return "Nothing is saved yet, so there is nothing to verify.\n"
    if not broken:
        return f"{text.files(len(findings))} as saved, every byte.\n"
    counts = ", ".join(
        f"{sum(f.condition is condition for f in broken)} {condition.value}"
        for condition in Condition
        if any(f.condition is condition for f in broken)
    )
    said = f"{len(findings) - len(broken):,} of {text.files(len(findings))} as saved; {counts}."
    if not has_repaired:
        return f"{said} vidu-tui verify --repair fetches what the gateway still has.\n"
    if not left:
        return f"{said} All of that is fetched again; what was left is kept as NAME.bad.\n"
    return f"{said} {text.files(len(left))} could not be fetched again.\n"
