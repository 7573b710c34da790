"""What is known of each file of a task as lines: in brief, or with path and checksum. No widget."""

import os
import time
from collections.abc import Callable, Iterator

from vidu_tui.core import cells, links, text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.files import CUT_SHORT, FileKey, FileStage, FileState
from vidu_tui.core.task import AssetKind, Creation, TaskState

Line = tuple[Span, ...]
Named = tuple[str | None, Line]
_BAR = 8


def moment(epoch_s: float, now: float) -> str:
    """Write a time of today by the clock alone, any other with its day."""
    at = time.localtime(epoch_s)
    is_today = at[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if is_today else "%d %b %H:%M", at)


def brief(entry: Entry, now: float, lifetime_s: float, room: int, cover: str) -> list[Named]:
    """Say of each file how it is and how long its link lives; ``room`` is what a name may take."""
    found: list[Named] = []
    creations = entry.task.creations if entry.task else ()
    for number, creation in enumerate(creations):
        if len(creations) > 1:
            found += [(None, ()), (None, (Span(f"creation {number + 1}", Role.QUIET),))]
        for key in _folded(entry, _keys(entry, creation, number)):
            told = cover if key.kind is AssetKind.COVER and number == 0 else ""
            found += _brief_file(entry, key, now, lifetime_s, room, told)
        film = _film(creation)
        found += [("frame", (Span(film, Role.QUIET),))] if film else []
    return found[1:] if found and found[0] == (None, ()) else found


def full(
    entry: Entry, now: float, lifetime_s: float, shown_path: Callable[[str], str] = str
) -> list[Line]:
    """Say of each file where it is saved, how large, its checksum; or what is missing."""
    creations = entry.task.creations if entry.task else ()
    found: list[Line] = []
    for number, creation in enumerate(creations):
        if number:
            found.append(())
        if len(creations) > 1 or creation.id:
            about = "  ".join(
                part for part in (text.inert(creation.id, 60), _film(creation)) if part
            )
            title = Span(f"creation {number + 1}")
            found += [(title, Span(f"  {about}".rstrip(), Role.QUIET)), ()]
        for key in _keys(entry, creation, number):
            found += _full_file(entry, key, now, lifetime_s, shown_path)
    if not found:
        is_over = entry.state.is_terminal and entry.state is not TaskState.SUCCESS
        words = "There is no file." if is_over else "No file yet."
        found.append((Span(words, Role.QUIET),))
    return found


def _keys(entry: Entry, creation: Creation, number: int) -> list[FileKey]:
    """List the files of a creation: those with a link, then those that are on record alone."""
    linked = [FileKey(number, asset.kind, asset.part) for asset in creation.assets]
    known = [f.key for f in entry.files if f.key.creation == number and f.key not in linked]
    return linked + known


def _folded(entry: Entry, keys: list[FileKey]) -> list[FileKey]:
    """Leave out further parts of which there is nothing to tell."""
    return [k for k in keys if not k.part or entry.file(k) is not None or k in entry.wanted]


def _film(creation: Creation) -> str:
    video = creation.video
    size = f"{video.width}×{video.height}" if video.width and video.height else ""
    rate = f"{text.seconds(video.fps)} fps" if video.fps else ""
    length = f"{text.seconds(video.duration_s)} s" if video.duration_s else ""
    return "  ".join(part for part in (size, rate, length) if part)


def _title(key: FileKey) -> str:
    part = f" {key.part + 1}" if key.part else ""
    return f"{key.kind.value}{part}"


def _life(entry: Entry, key: FileKey, now: float, lifetime_s: float) -> tuple[float, str]:
    """Give the end of a file's link and what is left of it in words; empty without a link."""
    end = view.file_expires_at(entry, key, lifetime_s)
    return (now, "") if end is None else (end, text.lifetime(end - now))


def _brief_file(
    entry: Entry, key: FileKey, now: float, lifetime_s: float, room: int, cover: str
) -> Iterator[Named]:
    file, name = entry.file(key), _title(key)
    end, life = _life(entry, key, now, lifetime_s)
    is_wanted = key in entry.wanted
    link = f"  link {life}" if life else "  no link"
    if key.kind is not AssetKind.VIDEO and file is None:
        told = cover or ("unsaved" if is_wanted else "not asked for")
        role = Role.PLAIN if cover or is_wanted else Role.QUIET
        yield name, (Span(told, role), Span(link if cover or is_wanted else "", Role.QUIET))
        return
    yield name, _stage(file, now) if file else _unsaved(entry, end - now, is_wanted=is_wanted)
    if file and file.path:
        yield "", (Span(_middle(os.path.basename(file.path), room), Role.QUIET),)  # noqa: PTH119 - a row's path, opened by nobody
    if file and file.line:
        yield "", (Span(text.inert(links.excerpt(file.line))),)
    if key.kind is AssetKind.VIDEO and life:
        until = "" if life == "expired" else f" until {_until(end)}"
        yield "link", (_colour(entry, life, end - now, is_saved=_is_saved(file)), _quiet(until))


def _until(end: float) -> str:
    return time.strftime("%d %b %H:%M", time.localtime(end))


def _quiet(words: str) -> Span:
    return Span(words, Role.QUIET)


def _is_saved(file: FileState | None) -> bool:
    return file is not None and file.stage is FileStage.SAVED


def _colour(entry: Entry, life: str, left_s: float, *, is_saved: bool) -> Span:
    if is_saved or entry.state is not TaskState.SUCCESS:
        return Span(life, Role.QUIET)
    return cells.life(left_s, life)


def _unsaved(entry: Entry, left_s: float, *, is_wanted: bool) -> Line:
    if not is_wanted:
        return (_quiet("not asked for"),)
    if left_s <= 0:
        return (Span("unsaved", Role.ERROR), _quiet("  d gets a new link"))
    return (Span("unsaved", cells.life(left_s, "").role),)


def _stage(file: FileState, now: float) -> Line:
    """Say how far a file is."""
    share = text.per_cent(file.share) if file.share is not None else text.size(file.received)
    if file.stage is FileStage.SAVED:
        return (Span("✓", Role.SUCCESS), Span(" saved"), _quiet(f"  {text.size(file.received)}"))
    if file.stage is FileStage.RUNNING:
        bar = cells.bar(file.share, _BAR, Role.SECONDARY) if file.share is not None else ()
        pace = f"  {text.speed(file.speed_bps).strip()}" if file.speed_bps else ""
        left = f"  {text.left(file.left_s).strip()}" if file.left_s is not None else ""
        return (*bar, Span(f" {share}" if bar else share), _quiet(f"{pace}{left}"))
    if file.stage is FileStage.RETRYING:
        again = text.span(max(0.0, (file.next_try_at or now) - now))
        return (Span(f"↻ {share} · again in {again}", Role.WARNING),)
    if file.stage is FileStage.FAILED:
        why = text.inert(file.cell).removeprefix("✗ ") or "download failed"
        return (Span(f"✗ {why}", Role.ERROR),)
    if file.stage is FileStage.MISSING:
        what = "changed" if file.cell == CUT_SHORT else "missing"
        return (Span(f"! saved file is {what}", Role.WARNING),)
    words = {
        FileStage.WAITING: text.inert(file.cell) or "↓ waiting",
        FileStage.CHECKING: "↓ checking",
        FileStage.RENEWING: "↻ getting a fresh link",
        FileStage.STOPPED: f"‖ {share} kept · d goes on",
    }[file.stage]
    return (Span(words, Role.WARNING if file.stage is FileStage.RENEWING else Role.QUIET),)


def _full_file(
    entry: Entry,
    key: FileKey,
    now: float,
    lifetime_s: float,
    shown_path: Callable[[str], str],
) -> Iterator[Line]:
    file, title = entry.file(key), _title(key)
    end, life = _life(entry, key, now, lifetime_s)
    link = _quiet(f"  link {life}" if life else "  no link")
    if file is None:
        is_wanted = key in entry.wanted
        told = _unsaved(entry, end - now, is_wanted=is_wanted)
        yield (
            _quiet("· "),
            Span(title, Role.PLAIN if is_wanted else Role.QUIET),
            Span("  "),
            *told,
            link,
        )
        return
    if file.stage is FileStage.SAVED:
        yield (
            Span("✓ ", Role.SUCCESS),
            Span(title),
            _quiet(f"  {text.size(file.received)}  saved"),
            link,
        )
    else:
        yield (_quiet("· "), Span(title), Span("  "), *_stage(file, now), link)
    if file.path and file.stage is not FileStage.FAILED:
        is_part = file.stage.is_under_way or file.stage is FileStage.STOPPED
        ending = ".part" if is_part else ""
        yield Span("  "), _quiet(f"{text.inert(shown_path(file.path))}{ending}")
    if file.sha256 and file.stage is FileStage.SAVED:
        yield _quiet("  sha256 "), _quiet(text.inert(file.sha256, 80))
    if file.line:
        yield Span("  "), Span(text.inert(links.excerpt(file.line)))


def _middle(name: str, room: int) -> str:
    """Cut a file's name before its ending, which tells what it is."""
    name = text.inert(name)
    if len(name) <= room:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 5 or room < 12:
        return f"{name[: max(1, room - 1)]}…"
    return f"{stem[: room - len(ending) - 1]}…{ending}"
