"""One entry as the spans of one line of the table. Knows layouts and roles, no widget."""

from typing import Final

from vidu_tui.core import cells, outcome, text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Cell, Role, Span
from vidu_tui.core.files import FileStage
from vidu_tui.core.sorting import Sort
from vidu_tui.core.task import TaskState
from vidu_tui.ui.columns import Column, Layout
from vidu_tui.ui.widgets.painted import cut, fit, width_of

NEVER: Final = float("inf")
LAST_S: Final = 120.0
"""What is left of a link is told by the second from here on."""


def line(
    entry: Entry,
    layout: Layout,
    now: float,
    *,
    lifetime_s: float,
    is_cursor: bool = False,
    is_focused: bool = True,
    is_marked: bool = False,
    is_ascii: bool = False,
) -> list[Span]:
    """Compose a whole line: gutter, cells, gaps and margin."""
    spans = _gutter(layout, is_cursor=is_cursor, is_focused=is_focused, is_marked=is_marked)
    at = width_of(spans)
    for column in layout.columns:
        spans.append(Span(" " * (column.start - at)))
        cell = _cell(entry, column, layout, now, lifetime_s, is_ascii=is_ascii)
        if column.id == "name" and is_cursor:
            cell = tuple(span._replace(is_bold=True) for span in cell)
        spans += fit(cell, column.width, is_right=column.is_right)
        at = column.start + column.width
    if is_cursor:
        return [s._replace(role=Role.QUIET) if s.role is Role.FAINT else s for s in spans]
    return spans


def heads(layout: Layout, sort: Sort) -> list[Span]:
    """Compose the line of column heads, with a sign in the gap beside the sorted one."""
    spans, at = [], 0
    for column in layout.columns:
        spans.append(Span(" " * (column.start - at)))
        head = [Span(column.head, Role.QUIET)]
        sign = [Span(sort.sign, Role.PRIMARY)] if column.id == sort.column else []
        if column.is_right:
            spans += [*fit(head, column.width, is_right=True), *sign]
        else:
            spans += fit([*head, *sign], column.width)
        at = column.start + column.width + (len(sign) if column.is_right else 0)
    return spans


def changes_at(entry: Entry, now: float, lifetime_s: float) -> float:
    """Give when time alone changes what a row says, epoch seconds; ``NEVER``, or ``now`` for soon.

    What is left of a link is written in whole minutes, the last two of them in seconds.
    """
    is_retried = any(f.stage is FileStage.RETRYING for f in entry.files)
    if entry.trouble is not None or entry.is_stale or is_retried:
        return now
    if entry.state is not TaskState.SUCCESS:
        return NEVER
    end = view.expires_at(entry, lifetime_s)
    if end is None:
        return now if not entry.videos else NEVER
    left_s = end - now
    if left_s <= 0:
        return NEVER
    return end - 60 * (left_s // 60) if left_s > LAST_S else now


def _gutter(layout: Layout, *, is_cursor: bool, is_focused: bool, is_marked: bool) -> list[Span]:
    """Draw cursor and mark; where there is one cell for both, the mark: a bold name is enough."""
    cursor = Span(("▌" if is_focused else "▏") if is_cursor else " ", Role.PRIMARY)
    mark = Span("◆" if is_marked else " ", Role.ACCENT)
    if layout.columns and layout.columns[0].start == 1:
        return [mark if is_marked else cursor]
    return [cursor, mark, Span(" ")]


def _cell(
    entry: Entry, column: Column, layout: Layout, now: float, lifetime_s: float, *, is_ascii: bool
) -> Cell:
    width = column.width
    match column.id:
        case "state":
            return cells.state(entry, is_ascii=is_ascii)
        case "glyph":
            return cells.glyph(entry, is_ascii=is_ascii)
        case "progress":
            return cells.progress(entry, width)
        case "name":
            return _name(entry, width)
        case "gateway":
            return tuple(cut([Span(text.inert(entry.key.gateway), Role.QUIET)], width))
        case "model":
            return cells.model(entry, width)
        case "resolution":
            return cells.resolution(entry)
        case "duration":
            return cells.duration(entry)
        case "credits":
            return cells.credits_cell(entry)
        case "expires":
            return cells.expires(entry, now, lifetime_s)
        case "now":
            return cells.now_cell(entry, now, lifetime_s)
    return _result(entry, layout, width, now, lifetime_s)


def _name(entry: Entry, width: int) -> Cell:
    """Cut the name, not what follows it."""
    words, *suffix = cells.name(entry, width)
    room = width - width_of(suffix)
    return (*cut([words], room), *suffix) if room > 3 else (words,)


def _result(entry: Entry, layout: Layout, width: int, now: float, lifetime_s: float) -> Cell:
    cell = outcome.result(
        entry,
        now,
        width,
        lifetime_s=lifetime_s,
        has_state=layout.column("state") is not None,
        has_expires=layout.column("expires") is not None,
    )
    spare = width - width_of(cell) - 2
    path = next((f.path for f in entry.files if f.path), "")
    if width > 28 and spare >= 12 and path and cell:
        name = text.inert(path.replace("\\", "/").rpartition("/")[2])
        return (*cell, Span("  "), *cut([Span(name, Role.QUIET)], spare))
    return cell
