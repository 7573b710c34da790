"""The menu of what can be copied of a task, and the texts themselves."""

from collections.abc import Callable, Iterable
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from vidu_tui.core import text, view
from vidu_tui.core.board import Entry
from vidu_tui.core.cells import Role, Span
from vidu_tui.core.files import FileStage
from vidu_tui.ui import rawtext, toasts
from vidu_tui.ui.screens.dialog import Dialog
from vidu_tui.ui.widgets.lines import Line, Lines
from vidu_tui.ui.widgets.menu import Menu
from vidu_tui.ui.words import Hint

NAMES = ("id", "link", "path", "json", "curl")


class Copy(NamedTuple):
    """One thing that can be copied."""

    name: str
    note: str
    """What it is, or why there is none."""
    words: str
    """What is copied; empty where there is nothing."""
    said: str
    """What is told once it is copied."""


def copies(
    entry: Entry,
    now: float,
    lifetime_s: float,
    *,
    shown_path: Callable[[str], str] = str,
    curl: Callable[[str, str], str] = lambda _gateway, _id: "",
) -> tuple[Copy, ...]:
    """List what can be copied of a task; ``curl`` writes the line for a gateway and an id."""
    task_id = entry.key.id
    saved = [f.path for f in entry.files if f.stage is FileStage.SAVED]
    paths = "\n".join(saved)
    where = shown_path(saved[0]) if len(saved) == 1 else text.files(len(saved))
    answer = rawtext.whole(entry.task) if entry.task else ""
    line = curl(entry.key.gateway, task_id)
    return (
        Copy("id", text.inert(task_id), task_id, f"Copied {task_id}"),
        _link(entry, now, lifetime_s),
        Copy("path", where if saved else "not saved yet", paths, f"Copied the path: {where}"),
        Copy("json", "the last answer" if answer else "no answer yet", answer, "Copied the answer"),
        Copy("curl", "asks for this task; the key stays a variable", line, "Copied the curl line"),
    )


def _link(entry: Entry, now: float, lifetime_s: float) -> Copy:
    asset = view.asset_of(entry, entry.videos[0]) if entry.videos else None
    if asset is None:
        return Copy("link", "there is none yet", "", "")
    if asset.is_cut:
        return Copy("link", "not kept once its file is saved · r asks for it", "", "")
    end = view.expires_at(entry, lifetime_s)
    left = text.lifetime(end - now) if end is not None else ""
    if left == "expired":
        return Copy("link", "expired · r asks for a fresh one", "", "")
    life = f" for {left}" if left else ""
    said = f"Copied the link. Whoever has it can fetch the video{life}"
    return Copy("link", "a secret: whoever has it can fetch the video", asset.url, said)


class CopyScreen(Dialog[Copy]):
    """Give back what is to be copied."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "copy", show=False),
        *(
            Binding(n[0], f"take('{n}')", n, show=False)
            for n in ("id", "link", "path", "json", "curl")
        ),
        Binding("y", "cancel", "cancel", show=False),
    ]
    HINTS = (Hint("Enter", "copies", "choose"), Hint("Esc", "cancel", "cancel"))

    def __init__(self, entry: Entry, found: tuple[Copy, ...]):
        super().__init__()
        self._name = toasts.name_of(entry)
        self._found = found

    def heading(self) -> Content:
        """Name the task."""
        return Content(f"Copy of {self._name}")

    def content(self) -> Iterable[Widget]:
        """List what there is, and why there is no more."""
        yield Menu([_line(copy) for copy in self._found])
        yield Lines([()], classes="gap")

    def on_mount(self) -> None:
        """Begin at the id."""
        self.query_one(Menu).focus()

    def on_menu_clicked(self) -> None:
        """Take the clicked line."""
        self.action_choose()

    def action_choose(self) -> None:
        """Copy what is under the cursor."""
        self._give(self._found[self.query_one(Menu).cursor])

    def action_take(self, name: str) -> None:
        """Copy by a letter."""
        self._give(next(copy for copy in self._found if copy.name == name))

    def _give(self, copy: Copy) -> None:
        if copy.words:
            self.dismiss(copy)


def _line(copy: Copy) -> Line:
    first = Span(copy.name[0], Role.ACCENT if copy.words else Role.FAINT, is_bold=True)
    role = Role.PLAIN if copy.words else Role.FAINT
    return (Span(" "), first, Span(copy.name[1:].ljust(8), role), Span(copy.note, Role.QUIET))
