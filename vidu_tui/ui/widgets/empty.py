"""What the main screen says while the list is empty."""

from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType

from vidu_tui.core.cells import Role, Span
from vidu_tui.ui import actions
from vidu_tui.ui.widgets.lines import Line, Lines


def _lines(folder: str, auto: str, keymap: Mapping[str, str]) -> tuple[Line, ...]:
    where = (
        (
            Span(actions.sign_of("download", "d", keymap), Role.ACCENT, is_bold=True),
            Span(" downloads a finished video to ", Role.QUIET),
            Span(folder),
            Span(".", Role.QUIET),
        )
        if auto == "off"
        else (
            Span("Finished videos go to ", Role.QUIET),
            Span(folder),
            Span(" before their links expire.", Role.QUIET),
        )
    )
    return (
        (Span("No tasks yet", is_bold=True),),
        (),
        (
            Span(
                "Paste a task id anywhere on this screen. The answer of your create call,"
                " a curl line or a log with ids in it will do."
            ),
        ),
        (),
        (
            Span(actions.sign_of("add", "a", keymap), Role.ACCENT, is_bold=True),
            Span("  opens a box to type or paste into", Role.QUIET),
        ),
        (
            Span(actions.sign_of("help", "?", keymap), Role.ACCENT, is_bold=True),
            Span("  shows every key", Role.QUIET),
        ),
        (),
        (
            Span("A task id looks like ", Role.QUIET),
            Span("940107923630096384"),
            Span(".", Role.QUIET),
        ),
        where,
        (
            Span("To see this screen at work without a key: ", Role.QUIET),
            Span("vidu-tui --demo"),
        ),
    )


class EmptyList(Lines, can_focus=True):
    """Say how to add a task, where videos go, and how to see the demo; ``Enter`` is ``a``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.add", "add", show=False)]

    def __init__(self, folder: str, auto: str, keymap: Mapping[str, str]):
        super().__init__(_lines(folder, auto, keymap))
