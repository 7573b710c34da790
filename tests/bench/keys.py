"""Each key to its paint ÷ the same in a plain Textual app with the same rows; the pane on ÷ off.

The plain app marks by a cell of its DataTable, filters by an Input that comes and goes, and its
menu and help are an OptionList and a Static on modal screens. All at rest, as processes on
pseudo-terminals of 140 columns. Bars: 2 for each key, 1.2 for what the open pane with its cover
adds to any of them. ``python -m tests.bench.keys``
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.bench.gateway import FIRST_DONE, Gateway
from tests.bench.subjects import Subject
from tests.terminal import Terminal

ROWS: Final = 200
TIMES: Final = 40
WARM_S: Final = 5.0
PAUSE_S: Final = 0.08
PLAIN: Final = """
from textual.app import App
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import DataTable, Input, OptionList, Static
COLUMNS = "state progress name model res dur credits expires result".split()
REST = "viduq3-turbo 720p 5s 60 23h58m unsaved".split()
class Menu(ModalScreen):
    BINDINGS = [("q", "dismiss")]
    def compose(self):
        yield OptionList(*COLUMNS)
class Help(ModalScreen):
    BINDINGS = [("q", "dismiss")]
    def compose(self):
        yield Static("\\n".join(f"key {n}   does the thing of number {n}" for n in range(60)))
class Plain(App):
    CSS = "Input { dock: top; display: none; } .-typing Input { display: block; }"
    BINDINGS = [("space", "mark"), ("slash", "filter"), ("s", "menu"), ("question_mark", "help"),
        ("3", "view(%(rows)d)"), ("1", "view(%(rows)d)")]
    def compose(self):
        yield Input()
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns(*COLUMNS)
        self.fill(%(rows)d)
        table.focus()
    def fill(self, rows):
        table = self.query_one(DataTable)
        for n in range(rows):
            table.add_row("success", "100%%", str(940107923630000000 + n), *REST)
    def action_mark(self):
        table = self.query_one(DataTable)
        row = table.cursor_row
        old = str(table.get_cell_at((row, 0)))
        table.update_cell_at((row, 0), "success" if old.startswith("*") else "*success")
        table.move_cursor(row=row + 1)
    def action_filter(self):
        self.screen.add_class("-typing")
        self.query_one(Input).focus()
    def on_input_submitted(self):
        self.screen.remove_class("-typing")
        self.query_one(DataTable).focus()
    def action_menu(self):
        self.push_screen(Menu())
    def action_help(self):
        self.push_screen(Help())
    def action_view(self, rows):
        self.query_one(DataTable).clear()
        self.fill(rows)
Plain().run()
"""
KEYS: Final = {
    "down": ("\x1b[B", "\x1b[A"),
    "mark": (" ", " "),
    "view": ("3", "1"),
    "menu": ("s", "q"),
    "filter": ("/", "\r"),
    "help": ("?", "q"),
}
"""What is pressed, and what takes it back; of the first the time is taken."""


def paint_s(terminal: Terminal, key: str) -> float:
    """Press a key and wait for the first thing that is painted."""
    seen, started = terminal.count, time.perf_counter()
    terminal.press(key)
    terminal.wait_until(lambda: terminal.count > seen)
    return time.perf_counter() - started


def rest(terminal: Terminal) -> None:
    """Wait until nothing has been painted for a moment."""
    seen = -1
    while seen != terminal.count:
        seen = terminal.count
        time.sleep(PAUSE_S)


def pressed_s(terminal: Terminal, pair: tuple[str, str]) -> float:
    """Press a key and take it back; give the time of the first."""
    taken = paint_s(terminal, pair[0])
    rest(terminal)
    paint_s(terminal, pair[1])
    rest(terminal)
    return taken


def medians(terminals: Mapping[str, Terminal], pair: tuple[str, str]) -> dict[str, float]:
    """Give the median of a key in each program; they take turns, so that all have the same day."""
    times: dict[str, list[float]] = {name: [] for name in terminals}
    for _ in range(TIMES):
        for name, terminal in terminals.items():
            times[name].append(pressed_s(terminal, pair))
    return {name: statistics.median(taken) for name, taken in times.items()}


def told(title: str, ratios: Mapping[str, float], bar: float) -> bool:
    """Print ratios beside their bar; tell whether all hold."""
    for name, ratio in ratios.items():
        verdict = "holds" if ratio <= bar else "MISSED"
        sys.stdout.write(f"{title} {name:<8} {ratio:5.2f}   ≤ {bar:g}   {verdict}\n")
    return all(ratio <= bar for ratio in ratios.values())


def main() -> None:
    """Measure, print the ratios, and end with 1 if a bar does not hold."""
    with tempfile.TemporaryDirectory() as name, Gateway() as gateway:
        subject = Subject(Path(name), gateway)
        for home, pane in (("off", "off"), ("on", "right")):
            subject.make(home, done=ROWS, active=0, settings=f'[ui]\npane = "{pane}"\n')
        script = Path(name) / "plain.py"
        script.write_text(PLAIN % {"rows": ROWS})
        newest = str(FIRST_DONE + ROWS - 1)
        programs = {
            "plain": (Terminal([], subject.environ("off"), program=[str(script)]), str(FIRST_DONE)),
            "off": (subject.dashboard("off"), newest),
            "on": (subject.dashboard("on"), newest),
        }
        with ExitStack() as stack:
            for terminal, shown in programs.values():
                stack.enter_context(terminal)
                terminal.wait_for(shown)
            time.sleep(WARM_S)
            running = {name: terminal for name, (terminal, _) in programs.items()}
            taken = {key: medians(running, pair) for key, pair in KEYS.items()}
    holds = told("key ÷ plain", {k: t["off"] / t["plain"] for k, t in taken.items()}, 2.0)
    holds &= told("pane on ÷ off", {k: t["on"] / t["off"] for k, t in taken.items()}, 1.2)
    sys.exit(not holds)


if __name__ == "__main__":
    main()
