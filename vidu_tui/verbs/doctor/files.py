"""Looks at our files and folders: are they there, ours alone, sound, and is there room?"""

import sys
from collections.abc import Iterator
from pathlib import Path

from vidu_tui.core import rescue, text
from vidu_tui.core.errors import ListError
from vidu_tui.core.jsontext import Json
from vidu_tui.storage import disk, soundness
from vidu_tui.storage.paths import Paths, tilde
from vidu_tui.storage.soundness import Standing
from vidu_tui.storage.watchlist import Watchlist
from vidu_tui.verbs.codes import Exit
from vidu_tui.verbs.doctor.check import Check, problem, warning

_OTHERS_READ = 0o077


def look(
    paths: Paths, config_file: Path, download_dir: Path, config_error: str = ""
) -> Iterator[Check]:
    """Look at everything of ours on the disk; ``config_error`` is what reading the config said."""
    yield _config(config_file, config_error)
    yield _credentials(paths.credentials_file)
    yield _list(paths)
    yield _ledger(paths.ledger_file)
    for name, path in (("screen", paths.ui_file), ("log", paths.log_file)):
        yield _private(name, path, soundness.standing(path))
    folders = {
        "config folder": config_file.parent,
        "data folder": paths.watchlist_file.parent,
        "state folder": paths.ledger_file.parent,
        "cache folder": paths.cache_dir,
        "videos folder": download_dir,
    }
    for name, path in folders.items():
        yield _folder(name, path)
    yield _room(download_dir)


def _config(file: Path, error: str) -> Check:
    if error:
        return problem("config", error, "Correct it; nothing starts before that.", Exit.USAGE)
    return _plain("config", tilde(file), soundness.standing(file), "the defaults hold")


def _credentials(file: Path) -> Check:
    found, shown = soundness.standing(file), tilde(file)
    if found.is_there and not found.is_own:
        return problem(
            "credentials",
            f"{shown} belongs to another user, so no key is read from it.",
            "Move it away and enter the key again (K).",
            Exit.KEY,
        )
    if found.is_there and _is_open(found):
        return problem(
            "credentials",
            f"{_described(shown, found)}: others may read it, so no key is read from it.",
            f"chmod 600 {shown}",
            Exit.KEY,
        )
    return _plain("credentials", shown, found, "no key is stored")


def _list(paths: Paths) -> Check:
    file, watchlist = paths.watchlist_file, Watchlist.of(paths)
    found, shown = soundness.standing(file), tilde(file)
    try:
        tasks = len(watchlist.read())
    except ListError as error:
        return problem(
            "list",
            str(error),
            "Correct that line; vidu-tui offers to open it or to set it aside.",
            Exit.USAGE,
        )
    if tasks and watchlist.is_lost():
        return warning(
            "list",
            f"{shown} is gone; a copy of it has {text.plural(tasks, 'task')}.",
            "Start vidu-tui: it writes the list anew.",
        )
    check = _private("list", file, found)
    if check.remedy or not found.is_there:
        return check
    says = f"{_described(shown, found)}: {text.plural(tasks, 'task')}"
    return Check("list", says, facts={**check.facts, "tasks": tasks})


def _ledger(file: Path) -> Check:
    found, shown = soundness.standing(file), tilde(file)
    fault = soundness.ledger_fault(file) if found.is_there else ""
    if fault:
        return problem(
            "ledger",
            f"{shown} cannot be used ({fault}). The list and the videos are whole.",
            "A broken one is set aside at the next start; one of a newer vidu-tui needs that.",
            Exit.UNSAVED,
        )
    return _private("ledger", file, found)


def _private(name: str, file: Path, found: Standing) -> Check:
    """Look at a file that tells of a person's work: others should not read it."""
    shown = tilde(file)
    if found.is_there and _is_open(found):
        says = f"{_described(shown, found)}: others may read it."
        return warning(name, says, f"chmod 600 {shown}", facts=_facts(shown, found))
    return _plain(name, shown, found, "it is made when needed")


def _plain(name: str, shown: str, found: Standing, otherwise: str) -> Check:
    if found.trouble:
        return problem(
            name, f"{shown} cannot be looked at ({found.trouble}).", f"ls -ld {shown}", Exit.UNSAVED
        )
    says = _described(shown, found) if found.is_there else f"{shown} is not there; {otherwise}"
    return Check(name, says, facts=_facts(shown, found))


def _folder(name: str, path: Path) -> Check:
    found, shown = soundness.standing(path), tilde(path)
    if found.trouble or not soundness.is_writable_folder(path):
        return problem(
            name,
            f"{shown}: nothing can be written there.",
            f"ls -ld {shown} shows whose it is; give yourself the right to write or name another.",
            Exit.UNSAVED,
        )
    return _plain(name, shown, found, "it is made when needed")


def _room(folder: Path) -> Check:
    free, shown = disk.free_bytes(str(folder)), tilde(folder)
    if free is None:
        return Check("disk", f"{shown}: the system does not say how much is free")
    says = f"{text.size(free)} free in {shown}"
    facts: dict[str, Json] = {"free_bytes": free}
    if free < rescue.LEAST_FREE:
        return warning(
            "disk",
            f"{says}: below {text.size(rescue.LEAST_FREE)} nothing is saved by itself.",
            "Make room, or name another folder in [download] dir.",
            facts=facts,
        )
    return Check("disk", says, facts=facts)


def _is_open(found: Standing) -> bool:
    return not sys.platform.startswith("win") and bool(found.mode & _OTHERS_READ)


def _described(shown: str, found: Standing) -> str:
    return f"{shown}, mode {found.mode:04o}"


def _facts(shown: str, found: Standing) -> dict[str, Json]:
    mode = f"{found.mode:04o}" if found.is_there else None
    return {"path": shown, "mode": mode}
