"""An answer as coloured JSON, without credentials and the queries of its links. No widget."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise

from vidu_tui.core import record, text
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.jsontext import Json, decode
from vidu_tui.core.task import Task

Line = tuple[Span, ...]
MOST_LINES = 2000
LONGEST_LINE = 4000
_PIECE = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=: ))|(?P<words>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)|(?P<literal>true|false|null)|(?P<rest>[^\"\dtfn-]+|.)"
)
_ROLES = {
    "key": Role.PRIMARY,
    "words": Role.PLAIN,
    "number": Role.SECONDARY,
    "literal": Role.ACCENT,
    "rest": Role.QUIET,
}


def lines(task: Task | None) -> list[Line]:
    """Write the last answer, an entry a line."""
    if task is None:
        return [(Span("No answer yet.", Role.QUIET),)]
    written = whole(task).split("\n")
    found = [_coloured(line) for line in written[:MOST_LINES]]
    if len(written) > MOST_LINES:
        found.append((Span(f"… {len(written) - MOST_LINES:,} more lines", Role.QUIET),))
    return found


def whole(task: Task) -> str:
    """Write the last answer as JSON, without credentials and the queries of its links."""
    return json.dumps(_answer(task), ensure_ascii=False, indent=2)


def _answer(task: Task) -> Json:
    """Give the fields of the answer, those that we do not know too."""
    said = record.fields_of(task) | _extra(task.extra)
    creations = said.get("creations")
    for number, creation in enumerate(task.creations):
        one = creations[number] if isinstance(creations, list) else None
        if isinstance(one, dict):
            one.update(_extra(creation.extra))
    if task.payload_length > len(task.payload):
        said["payload"] = f"{record.clean(task.payload)}… {task.payload_length:,} characters"
    return {name: _whole(value) for name, value in said.items()}


def _whole(value: Json) -> Json:
    """Write a whole number as one, as it most likely came."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _extra(fields: Sequence[tuple[str, str]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in fields[: record.MAX_EXTRA * 5]:
        words = record.clean(value[: record.MAX_EXTRA_LENGTH])
        try:
            found[record.clean(name[:200])] = decode(words)
        except ValueError:
            found[record.clean(name[:200])] = words
    return found


def _coloured(line: str) -> Line:
    """Colour one line; what a server wrote stays inert."""
    body = line.lstrip(" ")
    pieces = _PIECE.finditer(text.inert(body, LONGEST_LINE))
    coloured = (Span(m.group(), _ROLES[m.lastgroup or "rest"]) for m in pieces)
    return (Span(" " * (len(line) - len(body))), *coloured)


def marked(line: Line, sought: str) -> Line:
    """Mark every place of a line that holds what is sought, case ignored."""
    if not sought:
        return line
    found: list[Span] = []
    whole = "".join(span.text for span in line)
    hits = [m.span() for m in re.finditer(re.escape(sought), whole, re.IGNORECASE)]
    at = 0
    for span in line:
        end, cuts = at + len(span.text), {at, at + len(span.text)}
        cuts |= {edge for hit in hits for edge in hit if at < edge < end}
        edges = sorted(cuts)
        for first, last in pairwise(edges):
            is_hit = any(start <= first and last <= stop for start, stop in hits)
            piece = whole[first:last]
            found.append(
                Span(piece, Role.WARNING, is_bold=True) if is_hit else Span(piece, span.role)
            )
        at = end
    return tuple(found)
