"""Every key, as data: footer, help, palette and the README's table are made from this.

``[keymap]`` in the config names a key by its id. Source: ux.md, "Keys".
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.keys import key_to_character

from vidu_tui.core.sorting import COLUMNS
from vidu_tui.ui.columns import head_of

MOVE: Final = Binding.Group("move")
FIND: Final = Binding.Group("find")
MARK: Final = Binding.Group("mark")
LIST: Final = Binding.Group("list")
POLL: Final = Binding.Group("poll")
FILES: Final = Binding.Group("files")
PANE: Final = Binding.Group("pane")
PROGRAM: Final = Binding.Group("program")


UNBOUND: Final = "unbound"
"""Stands for the keys of an action that has none left: no terminal sends it."""


def _key(
    id: str,  # noqa: A002 - Textual's own name for it
    keys: str,
    action: str,
    words: str,
    tip: str,
    group: Binding.Group,
    *,
    is_first: bool = False,
) -> Binding:
    return Binding(
        keys, action, words, show=False, id=id, tooltip=tip, group=group, priority=is_first
    )


APP: Final[list[BindingType]] = [
    _key(
        "program.interrupt",
        "ctrl+c",
        "interrupt",
        "close or quit",
        "Copy a selection, close what is on top, or quit",
        PROGRAM,
        is_first=True,
    ),
    _key(
        "program.suspend",
        "ctrl+z",
        "suspend_process",
        "suspend",
        "Suspend; fg comes back",
        PROGRAM,
        is_first=True,
    ),
]


TABLE: Final[list[BindingType]] = [
    _key("move.down", "j,down", "move(1)", "down", "Move down", MOVE),
    _key("move.up", "k,up", "move(-1)", "up", "Move up", MOVE),
    _key("move.top", "g,home", "top", "top", "Go to the newest task", MOVE),
    _key("move.bottom", "G,end", "bottom", "bottom", "Go to the oldest task", MOVE),
    _key("move.page_down", "pagedown", "page(2)", "page down", "Move a page down", MOVE),
    _key("move.page_up", "pageup", "page(-2)", "page up", "Move a page up", MOVE),
    _key("move.half_down", "ctrl+d", "page(1)", "half down", "Move half a page down", MOVE),
    _key("move.half_up", "ctrl+u", "page(-1)", "half up", "Move half a page up", MOVE),
    _key("task.details", "enter", "open", "details", "Show everything about the task", LIST),
]

MAIN: Final[list[BindingType]] = [
    _key("list.add", "a", "add", "add", "Add tasks: type or paste ids, links, JSON, logs", LIST),
    _key("task.remove", "x,delete", "remove", "remove", "Remove from the list; files stay", LIST),
    _key("list.purge", "X", "purge", "purge", "Remove all that has ended and is saved", LIST),
    _key("list.undo", "u", "undo", "undo", "Undo remove, purge, label, and marks cleared", LIST),
    _key("task.label", "e", "label", "label", "Give the task a label", LIST),
    _key("task.open", "o", "open_file", "open", "Open the saved file", FILES),
    _key("task.folder", "O", "open_folder", "folder", "Open the file's folder", FILES),
    _key("task.copy", "y", "copy_more", "copy", "Copy id, link, path, answer or curl", LIST),
    _key("task.copy_id", "c", "copy_id", "copy id", "Copy the task's id", LIST),
    _key("list.filter", "slash", "filter", "filter", "Filter the list as you type", FIND),
    _key("view.all", "1", "show_view(1)", "all", "Show all tasks", FIND),
    _key("view.active", "2", "show_view(2)", "active", "Show what has not ended", FIND),
    _key("view.done", "3", "show_view(3)", "done", "Show success and canceled", FIND),
    _key("view.problems", "4", "show_view(4)", "problems", "Show what went wrong", FIND),
    _key("view.unsaved", "5", "show_view(5)", "unsaved", "Show what is not on disk", FIND),
    _key("view.expiring", "6", "show_view(6)", "expiring", "Show unsaved under 3 h left", FIND),
    _key("list.sort", "s", "sort", "sort", "Sort by a column; the same again reverses", FIND),
    _key("sort.left", "less_than_sign", "move_sort(-1)", "sort left", "Sort one left", FIND),
    _key("sort.right", "greater_than_sign", "move_sort(1)", "sort right", "Sort one right", FIND),
    _key("list.back", "escape", "back", "clear", "Clear the filter, then the marks", FIND),
    _key("mark.toggle", "space", "mark", "mark", "Mark or unmark, and go down", MARK),
    _key("mark.all", "A", "mark_all", "mark all", "Mark all that is shown", MARK),
    _key("mark.invert", "i", "invert_marks", "invert", "Mark what is not marked", MARK),
    _key("task.download", "d", "download", "download", "Download, go on, or stop", FILES),
    _key("task.files", "D", "choose_files", "choose files", "Choose files and folder", FILES),
    _key("pane.toggle", "p", "toggle_pane", "pane", "Open or close the pane", PANE),
    _key("pane.focus", "tab", "focus_pane", "to the pane", "Go to the pane, or back", PANE),
    _key("pane.next", "right,l,right_square_bracket", "turn_tab(1)", "next tab", "Next tab", PANE),
    _key(
        "pane.previous",
        "left,h,left_square_bracket",
        "turn_tab(-1)",
        "tab before",
        "Tab before",
        PANE,
    ),
    _key("task.cover", "v", "cover", "cover", "Show the cover on the whole screen", PANE),
    _key("task.mute", "w", "mute", "tell me", "Tell me of its end, or do not", POLL),
    _key("task.poll", "r", "poll", "poll now", "Poll the task now", POLL),
    _key("list.poll", "R", "poll_all", "poll all", "Poll all tasks now", POLL),
    _key("list.pause", "P", "pause", "pause", "Pause and resume polling", POLL),
    _key("gateway.key", "K", "enter_key", "key", "Enter an API key", POLL),
    _key("program.log", "L", "log", "log", "Show what has happened", PROGRAM),
    _key("program.help", "question_mark,f1", "help", "help", "Show every key", PROGRAM),
    _key(
        "program.palette",
        "colon,ctrl+p",
        "app.command_palette",
        "all actions",
        "Search all actions",
        PROGRAM,
    ),
    _key("program.redraw", "ctrl+l", "redraw", "redraw", "Draw the screen anew", PROGRAM),
    _key("program.quit", "q", "leave", "quit", "Quit", PROGRAM),
]


class Command(NamedTuple):
    """An action of the main screen without a key: the palette alone runs it."""

    words: str
    action: str
    tip: str


PALETTE: Final = (
    Command("retry failed", "retry_failed", "Try every download again that has failed"),
    *(
        Command(f"column {head_of(c)}", f"toggle_column('{c}')", "Show this column, or hide it")
        for c in COLUMNS
        if c != "name"
    ),
)

SIGNS: Final = {
    "question_mark": "?",
    "colon": ":",
    "enter": "Enter",
    "delete": "Delete",
    "down": "↓",
    "up": "↑",
    "home": "Home",
    "end": "End",
    "left": "←",
    "right": "→",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "tab": "Tab",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "f1": "F1",
    "escape": "Esc",
    "space": "Space",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def bindings() -> list[Binding]:
    """List every key of the main screen and the app, in the order in which help shows them."""
    return [b for b in (*TABLE, *MAIN, *APP) if isinstance(b, Binding)]


def defaults() -> dict[str, list[str]]:
    """Give the keys that each action comes with, by its id."""
    return {b.id: b.key.split(",") for b in bindings() if b.id}


def keys_of(binding: Binding, keymap: Mapping[str, str]) -> str:
    """Give a binding's keys: those of the keymap, else those that it comes with; maybe none."""
    keys = keymap.get(binding.id or "", binding.key)
    return "" if keys == UNBOUND else keys


def sign_of(action: str, otherwise: str, keymap: Mapping[str, str]) -> str:
    """Write the key of an action, ``otherwise`` where the person has not changed it.

    Empty where the person gave its only key to another action.
    """
    found = next((b for b in bindings() if b.action == _ALIASES.get(action, action)), None)
    if found is None or keys_of(found, keymap) == found.key:
        return otherwise
    return sign(keys_of(found, keymap).split(",")[0].strip())


_ALIASES: Final = {"open_details": "open"}


def sign(key: str) -> str:
    """Write a key as people do."""
    return SIGNS.get(key) or key_to_character(key) or key


def signs(keys: str) -> str:
    """Write all keys of a binding, one space between; empty for none."""
    return " ".join(sign(key) for key in keys.split(",") if key)
