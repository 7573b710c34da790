"""Ids of any form out of a create answer: JSON says which of its values is a task's id."""

from vidu_tui.core.intake import is_acceptable_id
from vidu_tui.core.jsontext import Json, decode


def named_ids(text: str) -> tuple[str, ...]:
    """List what JSON, or each line of JSON, names ``task_id``: an id whatever its form."""
    found: dict[str, None] = {}
    for document in dict.fromkeys((text.strip(), *text.splitlines())):  # one line is both
        if document.lstrip()[:1] in ("{", "["):
            try:
                _note_named(decode(document), found)
            except (ValueError, RecursionError):
                continue
    return tuple(found)


def _note_named(value: Json, found: dict[str, None]) -> None:
    if isinstance(value, list):
        for item in value:
            _note_named(item, found)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name == "task_id" and isinstance(item, str) and is_acceptable_id(item):
                found[item] = None
            _note_named(item, found)
