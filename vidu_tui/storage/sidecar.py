"""``NAME.json`` beside a saved file: what the gateway said of it. Holds no link's query, no key."""

import json
from pathlib import Path

from vidu_tui.core import record
from vidu_tui.core.board import Entry
from vidu_tui.core.files import Arrived, FileKey
from vidu_tui.core.jsontext import Json, decode
from vidu_tui.storage import atomic

SCHEMA = 1
_MARK = "vidu_tui"
_MODE = 0o644


def write(entry: Entry, file: FileKey, arrived: Arrived) -> str:
    """Put the sidecar of a saved file beside it; give what went wrong, empty if nothing did.

    A file of that name that is not a sidecar of this very file is left as it is, and so is a
    symbolic link: it may lead anywhere.
    """
    path = Path(f"{arrived.path}.json")
    try:
        if path.is_symlink() or (path.exists() and not _is_ours(path, arrived)):
            return f"{path.name} is not ours and is left as it is: no sidecar was written."
        atomic.write(path, _content(entry, file, arrived), _MODE)
    except OSError as error:
        reason = (error.strerror or "the system refused").lower()
        return f"The file is saved; its sidecar could not be written ({reason})."
    return ""


def _content(entry: Entry, file: FileKey, arrived: Arrived) -> bytes:
    creations = entry.task.creations if entry.task else ()
    creation = creations[file.creation].id if file.creation < len(creations) else ""
    fields: dict[str, Json] = {
        _MARK: SCHEMA,
        "file": Path(arrived.path).name,
        "asset": file.kind.value,
        "creation": record.clean(creation),
        "size_bytes": arrived.size_bytes,
        "sha256": arrived.sha256,
        "task_id": entry.key.id,
        "gateway": entry.key.gateway,
        "label": record.clean(entry.label),
        "task": record.fields_of(entry.task) if entry.task else {},
    }
    return (json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _is_ours(path: Path, arrived: Arrived) -> bool:
    try:
        found = decode(atomic.read(path)[0].decode())
    except ValueError:
        return False
    return (
        isinstance(found, dict) and _MARK in found and found.get("file") == Path(arrived.path).name
    )
