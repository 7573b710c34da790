"""What toasts say, word for word from look.md section 6, and how they are shown."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.app import App, ReturnType
from textual.notifications import Notification

from vidu_tui.core import failures, links, rescue, text
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import title
from vidu_tui.core.files import FileState
from vidu_tui.ui.widgets.painted import Painted

if TYPE_CHECKING:
    from vidu_tui.engine.saving import Pressed
    from vidu_tui.engine.settings import Purged

SHOWN_S = 4
ERROR_SHOWN_S = 8
LEAST_SHOWN_S = 0.05
MOST = 400
"""Characters of a toast; a longer name is cut with the rest."""


class Lasting(Notification):
    """A toast that is never given less than a moment.

    One that is over before it is mounted, as on a machine that was held up, has less than no time
    left: Textual 8.2 would wait for that end in a loop which nothing gets through.
    """

    @property
    def has_expired(self) -> bool:
        """Tell whether its time is over."""
        return super().time_left <= 0

    @property
    def time_left(self) -> float:
        """Give how long it is still to be shown, in seconds."""
        return max(LEAST_SHOWN_S, super().time_left)


def say(app: App[ReturnType], words: str) -> None:
    """Show a toast; its text is data, never markup."""
    words = clean(words)
    if words:
        app.notify(_drawn(words), timeout=SHOWN_S, markup=False)


def error(app: App[ReturnType], words: str) -> None:
    """Show a toast about trouble, for longer."""
    app.notify(_drawn(clean(words)), severity="error", timeout=ERROR_SHOWN_S, markup=False)


def _drawn(words: str) -> str:
    return text.to_ascii(words) if Painted.is_ascii else words


def clean(words: str) -> str:
    """Make words fit for a toast: one line, no escapes, no link's query."""
    return text.inert(links.redact(text.inert(words), ()), MOST)


def name_of(entry: Entry) -> str:
    """Name a task as its row does."""
    return text.inert(links.redact(title(entry), ()) or entry.key.id, 60)


def added(new: int, already: int) -> str:
    """Tell what adding did."""
    if not new:
        return "All of them were on the list already" if already > 1 else "On the list already"
    words = f"Added {text.plural(new, 'task')}"
    if already:
        words += f", {already} {'was' if already == 1 else 'were'} on the list already"
    return words


def removed(entries: Sequence[Entry]) -> str:
    """Tell what was removed and how it comes back."""
    if not entries:
        return ""
    if len(entries) > 1:
        return f"Removed {text.plural(len(entries), 'task')} · u brings them back"
    name = name_of(entries[0])
    if entries[0].is_unsaved:
        return f"Removed {name}, its video is not saved · u brings it back"
    return f"Removed {name} · u brings it back"


def undone(entries: Sequence[Entry], *, was_listed: bool = False) -> str:
    """Tell what undo brought back: tasks, or the label of one that was on the list all along."""
    if not entries:
        return "Nothing to undo"
    if was_listed:
        return f"Label as before: {name_of(entries[0])}"
    if len(entries) > 1:
        return f"Back on the list: {text.plural(len(entries), 'task')}"
    return f"Back on the list: {name_of(entries[0])}"


def pressed(done: "Pressed") -> list[str]:
    """Tell what a press of ``d`` or a choice of files did, unless the rows themselves show it."""
    return [
        *_already(done.already),
        *_stopped(done.stopped),
        *_wanted(done.wanted),
        *_counted("Not saved by itself any more", done.unwanted, name_of),
        *fruitless(done.fruitless),
    ]


def _already(files: Sequence[FileState]) -> list[str]:
    if len(files) > 1:
        return [f"Already saved: {text.files(len(files))}"]
    return [f"Already saved: {file_name(state)}" for state in files]


def _stopped(entries: Sequence[Entry]) -> list[str]:
    if len(entries) > 1:
        return [f"Stopped {text.plural(len(entries), 'download')} · d goes on from there"]
    shares = [f.share for e in entries for f in e.files if f.share is not None]
    at = f" at {text.per_cent(shares[0]).removesuffix('%')} %" if shares else ""
    return [f"Stopped{at} · d goes on from there"] if entries else []


def _wanted(entries: Sequence[Entry]) -> list[str]:
    they, them = ("they are", "them") if len(entries) > 1 else ("it is", "it")
    later = _counted(f"Saved as soon as {they} finished", entries, name_of)
    return [f"{words} · d takes {them} back" for words in later]


def _counted(words: str, entries: Sequence[Entry], name: Callable[[Entry], str]) -> list[str]:
    """Say words about one entry by its name, about several by their number."""
    if len(entries) > 1:
        return [f"{words}: {text.plural(len(entries), 'task')}"]
    return [f"{words}: {name(entry)}" for entry in entries]


def _ended(entry: Entry) -> str:
    return f"{name_of(entry)} {entry.state_word}"


def fruitless(entries: Sequence[Entry]) -> list[str]:
    """Tell that tasks have ended without a file."""
    return _counted("Nothing to download", entries, _ended)


def purged(done: "Purged") -> str:
    """Tell what a purge took off the list, and what it left there and why."""
    kept = len(done.kept)
    if not kept:
        return f"Purged {len(done.removed):,}" if done.removed else "Nothing to purge"
    videos = "whose video is" if kept == 1 else "whose videos are"
    head = f"Purged {len(done.removed):,}" if done.removed else "Nothing purged"
    return f"{head}, kept {kept:,} {videos} not saved (view 5)"


def retried(number: int) -> str:
    """Tell how many downloads are tried again."""
    return f"Trying {text.plural(number, 'download')} again" if number else "No download has failed"


def saved(entry: Entry, files: Sequence[FileState], folder: str) -> str:
    """Tell that a task's files have arrived."""
    size = text.size(sum(f.received for f in files))
    if len(files) > 1:
        return f"Saved {len(files)} files, {size}, in {folder}"
    return f"Saved {name_of(entry)}, {size}, in {folder} · o opens it"


def ended(ends: Sequence[tuple[Entry, str]], *, has_keys: bool = True) -> str:
    """Tell what has ended: one task by its name, several by their number."""
    if len(ends) == 1:
        entry, event = ends[0]
        if event == "canceled":
            return f"Canceled: {name_of(entry)}"
        told = _failed(entry) if event == "failed" else _finished(entry)
        key = "Enter says why" if event == "failed" else "d downloads it"
        is_coming = entry.is_saved or entry.is_wanted or entry.is_downloading
        return f"{told} · {key}" if has_keys and not is_coming else told
    words = {"success": "finished", "failed": "failed", "canceled": "canceled"}
    counts = ((sum(e == event for _, e in ends), word) for event, word in words.items())
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _finished(entry: Entry) -> str:
    used = entry.task.credits if entry.task else None
    return f"Finished: {name_of(entry)}" + (f", {text.count(used)} credits" if used else "")


def _failed(entry: Entry) -> str:
    task = entry.task
    why = failures.explain(task.err_code, task.err_message) if task else None
    return f"Failed: {name_of(entry)}" + (f", {text.inert(why.cell, 60)}" if why else "")


def muted(entries: Sequence[Entry], *, is_muted: bool) -> str:
    """Tell whether anything will be told of the end of some tasks."""
    words = "Nothing will be said of the end of" if is_muted else "You will be told of the end of"
    name = name_of(entries[0]) if len(entries) == 1 else text.plural(len(entries), "task")
    return f"{words} {name} · w changes that"


def auto_save(mode: str, folder: str) -> str:
    """Tell, at the first start ever, that files are saved without being asked for."""
    is_at_once = mode == rescue.ON_SUCCESS
    when = "as soon as they are finished" if is_at_once else "before their links expire"
    return f"Auto-save is on: videos go to {folder} {when} · download.auto turns it off"


def folder_of(path: str) -> str:
    """Give the folder in which a file really lies."""
    return path.replace("\\", "/").rpartition("/")[0]


def file_name(state: FileState) -> str:
    """Give a file's name without its folder, cut in the middle where it is long."""
    name = text.inert(state.path.replace("\\", "/").rpartition("/")[2])
    return name if len(name) <= 40 else f"{name[:24]}…{name[-12:]}"
