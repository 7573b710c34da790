"""Every action as a command of the palette, with its keys; made from the bindings themselves."""

from collections.abc import Iterable, Iterator, Mapping

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget

from vidu_tui.core import text
from vidu_tui.ui import actions
from vidu_tui.ui.screens.main import MainScreen
from vidu_tui.ui.widgets.painted import Painted

Target = Widget | App[object]


def commands(screen: Screen[object], keymap: Mapping[str, str]) -> Iterator[SystemCommand]:
    """List what can be done on a screen; moving about comes last."""
    if not isinstance(screen, MainScreen):
        yield from _of(screen, (b for b in screen.BINDINGS if isinstance(b, Binding)), keymap)
        return
    moves = []
    for binding in actions.bindings():
        if binding.group is actions.MOVE:
            moves.append(binding)
        else:
            target = screen.table if binding in actions.TABLE else screen
            yield from _of(target if binding not in actions.APP else screen.app, [binding], keymap)
    for command in actions.PALETTE:
        yield _command(screen, command.words, command.tip, command.action)
    yield from _of(screen.table, moves, keymap)


def _of(
    target: Target, bindings: Iterable[Binding], keymap: Mapping[str, str]
) -> Iterator[SystemCommand]:
    for binding in bindings:
        words = f"{binding.description}  {actions.signs(actions.keys_of(binding, keymap))}"
        tip = binding.tooltip or binding.description.capitalize()
        yield _command(target, words.rstrip(), tip, binding.action)


def _command(target: Target, words: str, tip: str, action: str) -> SystemCommand:
    shown = text.to_ascii(words) if Painted.is_ascii else words
    return SystemCommand(shown, tip, lambda: target.run_action(action))
