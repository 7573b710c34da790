"""What the person wants watched, on disk. Knows no gateway and asks nobody anything."""

import errno
import os
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from vidu_tui.core.errors import ListError
from vidu_tui.storage import atomic, listfile
from vidu_tui.storage.listfile import Key, ListFile, Table
from vidu_tui.storage.paths import Paths, tilde
from vidu_tui.storage.spare import Spare
from vidu_tui.storage.toml_text import TextError

T = TypeVar("T")

_UNCHANGED = "nothing was changed"


class Listed(NamedTuple):
    """One watched task as the list has it; times are epoch seconds, None = not known."""

    id: str
    label: str = ""
    gateway: str = ""
    """Empty = the default gateway."""
    added_at: float | None = None

    @property
    def key(self) -> Key:
        """Return what tells it from every other: its gateway and its id."""
        return self.gateway, self.id


class Added(NamedTuple):
    """What an addition did: the tasks that are new, and those that were on the list already."""

    new: tuple[Listed, ...]
    already: tuple[Listed, ...]


class Removed(NamedTuple):
    """A task that was taken off the list, with all that is needed to put it back."""

    item: Listed
    position: int
    table: Table


class Watchlist:
    """The watchlist file: each change is on disk, whole, when its call returns.

    Everything raises ListError, one line, when the file cannot be used; it is then untouched.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], float] = time.time,
        *,
        spare: Spare | None = None,
        lock_timeout_s: float = 10.0,
    ):
        """``spare`` is read where the list is gone."""
        self.path = path
        self._spare = spare
        self._clock = clock
        self._lock_timeout_s = lock_timeout_s

    @classmethod
    def of(cls, paths: Paths) -> Self:
        """Return the person's own list, with its spare."""
        return cls(paths.watchlist_file, spare=Spare(paths.spare_list_file))

    def read(self) -> tuple[Listed, ...]:
        """Return all tasks in file order; of a list that is gone, what its spare has."""
        return tuple(_listed(key, table) for key, table in self._load().tasks.items())

    def add(self, items: Iterable[Listed], *, default: str = "") -> Added:
        """Put tasks at the end of the list; one that is there already stays as it is.

        Labels are cleaned to one printable line; a missing time becomes now. A task of the
        ``default`` gateway may be there with its name or without.
        """
        wanted = tuple(items)
        for item in wanted:
            if not listfile.ID.match(item.id):
                raise ListError(
                    tilde(self.path), f"what was to be added is no task id; {_UNCHANGED}"
                )
            if not listfile.GATEWAY.match(item.gateway):
                raise ListError(tilde(self.path), f"its gateway is no gateway name; {_UNCHANGED}")
        now = self._clock()

        def edit(content: ListFile) -> Added:
            new: list[Listed] = []
            already: list[Listed] = []
            for item in wanted:
                names = (item.gateway, "", default)
                alike = names if item.gateway in names[1:] else names[:1]
                known = next((k for g in alike if (k := (g, item.id)) in content.tasks), None)
                if known is not None:
                    already.append(_listed(known, content.tasks[known]))
                    continue
                table = _table(item, now)
                content.tasks[item.key] = table
                new.append(_listed(item.key, table))
            return Added(tuple(new), tuple(already))

        return self._change(edit, lambda added: bool(added.new))

    def remove(self, keys: Iterable[Key]) -> tuple[Removed, ...]:
        """Take tasks off the list; returns those that were on it, for ``restore``."""
        wanted = set(keys)

        def edit(content: ListFile) -> tuple[Removed, ...]:
            removed = tuple(
                Removed(_listed(key, table), position, table)
                for position, (key, table) in enumerate(content.tasks.items())
                if key in wanted
            )
            for gone in removed:
                del content.tasks[gone.item.key]
            return removed

        return self._change(edit, bool)

    def restore(self, removed: Iterable[Removed]) -> None:
        """Put removed tasks back in their places; one that is there again keeps its new values."""
        back = sorted(removed, key=lambda gone: gone.position)

        def edit(content: ListFile) -> bool:
            rows = list(content.tasks.items())
            is_changed = False
            for gone in back:
                known = content.tasks.get(gone.item.key)
                if known is None:
                    rows.insert(gone.position, (gone.item.key, gone.table))
                    is_changed = True
                elif not gone.table.keys() <= known.keys():
                    known.update({**gone.table, **known})
                    is_changed = True
            content.tasks.clear()
            content.tasks.update(rows)
            return is_changed

        self._change(edit, bool)

    def is_lost(self) -> bool:
        """Tell whether the file is gone or blank: even an empty list of ours has its head."""
        try:
            data, _ = atomic.read(self.path)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return not data.strip()

    def put_back(self, rows: Iterable[Listed]) -> None:
        """Write tasks whose file was lost as they are known; one that is there stays as it is."""
        now = self._clock()
        self.restore(Removed(row, at, _table(row, now)) for at, row in enumerate(rows))

    def copy_spare(self) -> None:
        """Copy the list as it is, since others may have changed it; blocks."""
        if self._spare is not None:
            with suppress(OSError):
                self._spare.keep(atomic.read(self.path)[0])

    def relabel(self, key: Key, label: str) -> str:
        """Give a task another label, an empty one takes it away; returns the old label.

        A task that is not on the list (any more) stays off it, and its old label is "".
        """
        wanted = clean_label(label)

        def edit(content: ListFile) -> tuple[str, bool]:
            table = content.tasks.get(key)
            if table is None:
                return "", False
            old = _listed(key, table).label
            if old == wanted:
                return old, False
            content.tasks[key] = _relabelled(table, wanted)
            return old, True

        old, _ = self._change(edit, lambda result: result[1])
        return old

    def set_aside(self) -> str:
        """Move the file to ``NAME.broken-DATE``, beside it, and return the new path.

        Only with the person's consent. The list is then empty; nothing is overwritten.
        """
        moment = datetime.fromtimestamp(self._clock(), UTC).astimezone()
        target = Path(os.path.realpath(self.path))
        with self._spoken(), atomic.locked(self.path, self._lock_timeout_s):
            name = f"{target.name}.broken-{moment:%Y%m%d-%H%M%S}"
            aside, count = target.with_name(name), 1
            while os.path.lexists(aside):
                count += 1
                aside = target.with_name(f"{name}-{count}")
            target.rename(aside)
            atomic.fsync_folder(aside.parent)
            if self._spare is not None:
                self._spare.drop()
        return str(aside)

    def stamp(self) -> tuple[int, int, int] | None:
        """Return what differs once the file has changed: mtime in ns, size, inode; None = none."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _change(self, edit: Callable[[ListFile], T], is_change: Callable[[T], bool]) -> T:
        """Read, edit and write under the lock; a result that is no change writes nothing."""
        with self._spoken():
            refusal = self._refusal()
            if refusal:
                result = edit(self._load())
                if is_change(result):
                    raise TextError(refusal)
                return result
            with atomic.locked(self.path, self._lock_timeout_s):
                content, was_lost = self._load(), self.is_lost()
                result = edit(content)
                if is_change(result) or (was_lost and content.tasks):
                    atomic.sweep(self.path)
                    data = listfile.render(content)
                    atomic.write(self.path, data)
                    if self._spare is not None:
                        self._spare.keep(data)
                return result

    def _load(self) -> ListFile:
        with self._spoken():
            try:
                data, _ = atomic.read(self.path)
            except FileNotFoundError:
                data = b""
            if not data.strip() and self._spare is not None:
                return self._spare.load()
            return listfile.parse(data)

    def _refusal(self) -> str:
        """Say why the file may not be replaced, "" = it may: its mode is the person's word."""
        target = Path(os.path.realpath(self.path))
        for place, name in ((target, ""), (target.parent, "its folder ")):
            try:
                mode = place.stat().st_mode
            except FileNotFoundError:
                continue
            if not mode & 0o222 or not os.access(place, os.W_OK):
                return f"{name}is read-only; {_UNCHANGED}"
        return ""

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """Turn the disk's errors and the file's troubles into ListError."""
        try:
            yield
        except TextError as trouble:
            raise ListError(
                tilde(self.path), trouble.problem, line=trouble.line, column=trouble.column
            ) from trouble
        except TimeoutError as error:
            problem = f"is locked by another program; {_UNCHANGED}, try again"
            raise ListError(tilde(self.path), problem) from error
        except OSError as error:
            raise ListError(tilde(self.path), _sentence(error)) from error


def clean_label(label: str) -> str:
    """Return a label as one printable line: control characters become spaces, the ends are cut."""
    if label.isprintable():
        return label.strip()
    return "".join(_clean_character(character) for character in label).strip()


def _clean_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cs":
        return ""
    return " " if category in ("Cc", "Zl", "Zp") else character


def _listed(key: Key, table: Table) -> Listed:
    gateway, task_id = key
    label = table.get("label")
    return Listed(
        id=task_id,
        label=clean_label(label) if isinstance(label, str) else "",
        gateway=gateway,
        added_at=listfile.added_at(table),
    )


def _table(item: Listed, now: float) -> Table:
    added_at = now if item.added_at is None else item.added_at
    item = item._replace(label=clean_label(item.label))
    table: Table = {"id": item.id}
    if item.label:
        table["label"] = item.label
    if item.gateway:
        table["gateway"] = item.gateway
    table["added"] = listfile.as_moment(added_at)
    return table


def _relabelled(table: Table, label: str) -> Table:
    """Return the same table with another label, which stands behind the id if it is new."""
    if not label:
        return {name: value for name, value in table.items() if name != "label"}
    if "label" in table:
        return {**table, "label": label}
    rest = {name: value for name, value in table.items() if name != "id"}
    return {"id": table["id"], "label": label, **rest}


def _sentence(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; the list is as it was, free some space and try again"
    if error.errno == errno.EROFS:
        return f"is on a read-only disk; {_UNCHANGED}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"may not be read or written by this user; {_UNCHANGED}"
    if error.errno == errno.EISDIR:
        return f"is a folder, not a file; {_UNCHANGED}"
    if error.errno == errno.EINVAL:
        return f"is not a plain file; {_UNCHANGED}"
    return f"cannot be read or written ({error.strerror or type(error).__name__}); {_UNCHANGED}"
