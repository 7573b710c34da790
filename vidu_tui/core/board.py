"""The Board: one immutable picture of everything on the list. Knows no clock and no disk.

All times are epoch seconds. Every ``with_*`` gives a new Board, or the same one if nothing
changed, so that an equal Board can stay silent.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from vidu_tui.core import links
from vidu_tui.core.files import FileKey, FileStage, FileState
from vidu_tui.core.task import AssetKind, Creation, Task, TaskKey, TaskState

_SUCCESS, _VIDEO = TaskState.SUCCESS, AssetKind.VIDEO
"""Looked up once: Python 3.11 takes a call for each look at an enum."""
_SAVED = FileStage.SAVED
_VIDEO_ALONE = (_VIDEO,)
_FIRST_VIDEO = (FileKey(0, _VIDEO),)


class Trouble(NamedTuple):
    """Why the last poll of a task gave no answer."""

    cell: str
    line: str
    since: float
    next_at: float | None = None
    has_age: bool = False
    failures: int = 1
    """Failures in a row of any kind."""
    is_denial: bool = False
    outlook: str = ""
    """What happens next, with ``{wait}`` to be filled in."""
    trace_id: str = ""


class Entry(NamedTuple):
    """One line of the list: what the person wants watched and what is known of it."""

    key: TaskKey
    label: str = ""
    added_at: float | None = None
    task: Task | None = None
    """The last good answer; trouble never touches it."""
    answered_at: float | None = None
    """When the last good answer came."""
    finished_at: float | None = None
    """When success was first seen; links without a date of their own count from here."""
    trouble: Trouble | None = None
    is_denied: bool = False
    """The gateway said often enough that it does not know the id."""
    is_wanted: bool = False
    """To be saved as soon as it is finished."""
    is_stale: bool = False
    """Still polled, but the last good answer is older than three intervals."""
    kinds: tuple[AssetKind, ...] = (AssetKind.VIDEO,)
    """Which files of each creation are to be on disk."""
    folder: str = ""
    """Where this task's files go, if not to the common folder."""
    is_muted: bool = False
    """Whether the person wants to hear nothing of its end."""
    skew_s: float = 0.0
    """How far the gateway's clock is ahead of ours; its links end by its clock."""
    since: float | None = None
    """When the state was first seen to be what it is."""
    files: tuple[FileState, ...] = ()
    """Downloads under way, kept or done, ordered by key."""

    @property
    def state(self) -> TaskState:
        """Give the state to show: the last answer's, else asking or not found."""
        task = self.task
        if task is not None:
            return task.state
        return TaskState.NOT_FOUND if self.is_denied else TaskState.ASKING

    @property
    def state_word(self) -> str:
        """Give the word of the state as the screen shows it."""
        task = self.task
        return self.state.word if task is None else task.state_word

    @property
    def videos(self) -> tuple[FileKey, ...]:
        """List the main file of each creation: what ``d`` fetches."""
        task = self.task
        if task is None or task.state is not _SUCCESS:
            return ()
        made = task.creations
        if len(made) == 1:  # as of nearly all, and this is asked for each row at each look
            assets = made[0].assets
            has_one = (assets and assets[0].kind is _VIDEO) or made[0].asset(_VIDEO)
            return _FIRST_VIDEO if has_one else ()
        return tuple(
            FileKey(n, _VIDEO) for n, creation in enumerate(made) if creation.asset(_VIDEO)
        )

    @property
    def offered(self) -> tuple[FileKey, ...]:
        """List every file that a finished task has a link for, in order."""
        if self.task is None or self.task.state is not TaskState.SUCCESS:
            return ()
        return tuple(
            FileKey(number, asset.kind, asset.part)
            for number, creation in enumerate(self.task.creations)
            for asset in creation.assets
        )

    @property
    def wanted(self) -> tuple[FileKey, ...]:
        """List the files that are to be on disk: of each creation what it has of the kinds."""
        if self.kinds == _VIDEO_ALONE:
            return self.videos
        return tuple(key for key in self.offered if key.kind in self.kinds)

    @property
    def saved_count(self) -> int:
        """Count the wanted files that are on disk."""
        return self.saved_among(self.wanted) if self.files else 0

    def saved_among(self, wanted: tuple[FileKey, ...]) -> int:
        """Count those of some files that are on disk."""
        count = 0
        for state in self.files:
            if state.stage is _SAVED and state.key in wanted:
                count += 1
        return count

    @property
    def is_saved(self) -> bool:
        """Tell whether every wanted file is on disk."""
        saved = self.saved_count
        return saved > 0 and saved == len(self.wanted)

    @property
    def is_unsaved(self) -> bool:
        """Tell whether the task has ended well and a wanted file is not on disk."""
        return len(self.wanted) > self.saved_count

    @property
    def is_downloading(self) -> bool:
        """Tell whether a transfer of this task is going on or waits for its turn."""
        return any(f.stage.is_under_way for f in self.files)

    def file(self, key: FileKey) -> FileState | None:
        """Find what is known of one file."""
        for state in self.files:
            if state.key == key:
                return state
        return None


class HealthKind(Enum):
    """How a gateway does."""

    IDLE = "nothing to poll"
    OK = "ok"
    SLOW = "slow"
    THROTTLED = "throttled"
    OFFLINE = "offline"
    REFUSED = "key refused"
    NO_KEY = "no key"


class Health(NamedTuple):
    """What the header says of one gateway."""

    gateway: str
    host: str = ""
    kind: HealthKind = HealthKind.IDLE
    latency_ms: int | None = None
    polled_at: float | None = None
    since: float | None = None
    next_at: float | None = None
    line: str = ""
    """The error in one sentence, for the banner."""
    asked: int = 0
    """Questions in the last minute."""
    limit: int | None = None
    """Questions a minute that are allowed now, None for no limit."""


_NO_ENTRIES: Mapping[TaskKey, Entry] = MappingProxyType({})


class Board(NamedTuple):
    """Everything that the screen shows, in the order of the list: oldest first."""

    entries: Mapping[TaskKey, Entry] = _NO_ENTRIES
    health: tuple[Health, ...] = ()
    paused_since: float | None = None
    ledger_line: str = ""
    """What is wrong with the record of downloads; empty while nothing is."""
    disk_line: str = ""
    """What is wrong with the download folder; empty while nothing is."""
    rescue_line: str = ""
    """Why nothing is saved by itself just now; empty while nothing is in the way."""
    is_following: bool = False
    """Another window does the polling."""
    notice: str = ""
    """What is said once and then never again; empty where there is nothing of the kind."""

    def with_entry(self, entry: Entry) -> "Board":
        """Replace one known entry; an unknown key is dropped: nobody asks for it any more."""
        old = self.entries.get(entry.key)
        if old is None or old == entry:
            return self
        return self._replace(entries=_merged(self.entries, {entry.key: entry}))

    def with_entries(self, entries: Iterable[Entry]) -> "Board":
        """Replace several known entries at once."""
        changed = {e.key: e for e in entries if self.entries.get(e.key, e) != e}
        if not changed:
            return self
        return self._replace(entries=_merged(self.entries, changed))

    def with_list(self, listed: Iterable[Entry]) -> "Board":
        """Take the list as it is on disk: order, labels and membership come from it."""
        merged: dict[TaskKey, Entry] = {}
        for entry in listed:
            old = self.entries.get(entry.key)
            # The same object where nothing changed: what was made of it is not made anew.
            if old and (old.label, old.added_at) != (entry.label, entry.added_at):
                old = old._replace(label=entry.label, added_at=entry.added_at)
            merged[entry.key] = old or entry
        same = merged == self.entries and list(merged) == list(self.entries)
        return self if same else self._replace(entries=MappingProxyType(merged))

    def with_health(self, health: Health) -> "Board":
        """Replace what is known of one gateway."""
        if health in self.health:
            return self
        others = [h for h in self.health if h.gateway != health.gateway]
        position = next((i for i, h in enumerate(self.health) if h.gateway == health.gateway), 0)
        if len(others) == len(self.health):
            position = len(others)
        others.insert(position, health)
        return self._replace(health=tuple(others))

    def health_of(self, gateway: str) -> Health:
        """Find a gateway's health; an unasked one is idle."""
        return next((h for h in self.health if h.gateway == gateway), Health(gateway))

    @property
    def downloads(self) -> tuple[tuple[Entry, FileState], ...]:
        """List every transfer that goes on or waits."""
        return tuple((e, f) for e in self.entries.values() for f in e.files if f.stage.is_under_way)


def _merged(
    entries: Mapping[TaskKey, Entry], changed: dict[TaskKey, Entry]
) -> Mapping[TaskKey, Entry]:
    # A proxy's own union copies 14 times faster than unpacking one: 40 µs at 5,000 entries.
    if isinstance(entries, MappingProxyType):
        return MappingProxyType(entries | changed)
    return MappingProxyType({**entries, **changed})


def with_file(entry: Entry, state: FileState) -> Entry:
    """Put one file's state into an entry, in the order of keys."""
    if not entry.files:
        return entry._replace(files=(state,))
    others = [f for f in entry.files if f.key != state.key]
    return entry._replace(files=tuple(sorted([*others, state], key=lambda f: f.key)))


def without_file(entry: Entry, key: FileKey) -> Entry:
    """Forget what is known of one file."""
    return entry._replace(files=tuple(f for f in entry.files if f.key != key))


def with_answer(entry: Entry, task: Task, now: float, skew_s: float = 0.0) -> Entry:
    """Take a good answer: trouble is over, and the first success is dated.

    A paid file is never forgotten and never changes its number: what a later answer of a
    finished task leaves out stays as the earlier one had it.
    """
    old = entry.task
    if old and old.is_finished and task.state is TaskState.SUCCESS:
        task = task._replace(creations=_aligned(old.creations, task.creations))
    is_same = old is not None and old.state_word == task.state_word
    since = entry.since if is_same and entry.since is not None else now
    finished_at = entry.finished_at
    if task.state is TaskState.SUCCESS and finished_at is None:
        finished_at = now
    return entry._replace(
        task=task,
        answered_at=now,
        finished_at=finished_at,
        since=since,
        trouble=None,
        is_denied=False,
        is_stale=False,
        skew_s=skew_s,
    )


def _aligned(old: tuple[Creation, ...], new: tuple[Creation, ...]) -> tuple[Creation, ...]:
    """Give each creation the place that it had: by its id, else by its link, else by number.

    The number counts only where nothing was left out or added, and one side has no id.
    """
    left, places = list(new), dict[int, Creation]()
    for is_same in (_has_same_id, _has_same_link, _has_no_name):
        if is_same is _has_no_name and len(left) != len(old) - len(places):
            break
        for number, before in enumerate(old):
            if number not in places:
                found = next((c for c in left if is_same(before, c)), None)
                if found is not None:
                    left.remove(found)
                    places[number] = _completed(found, before)
    return (*(places.get(number, before) for number, before in enumerate(old)), *left)


def _has_same_id(a: Creation, b: Creation) -> bool:
    return bool(a.id) and a.id == b.id


def _has_same_link(a: Creation, b: Creation) -> bool:
    """Compare without what is signed anew at each answer; two ids that differ are two files."""
    if a.id and b.id:
        return False
    return {links.bare(x.url) for x in a.assets} & {links.bare(x.url) for x in b.assets} != set()


def _has_no_name(a: Creation, b: Creation) -> bool:
    return not (a.id and b.id)


def _completed(new: Creation, old: Creation) -> Creation:
    """Add the files that a creation had before and that its new answer leaves out."""
    if new.assets == old.assets:
        return new
    there = {(a.kind, a.part) for a in new.assets}
    lost = [a for a in old.assets if (a.kind, a.part) not in there]
    return new._replace(assets=(*new.assets, *lost)) if lost else new
