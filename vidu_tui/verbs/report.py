"""What a verb says of its tasks as each comes to an end: rows, sentences, one JSON object."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from vidu_tui.core import cells, text
from vidu_tui.core.board import Entry
from vidu_tui.core.task import TaskKey
from vidu_tui.verbs import fields, verdict
from vidu_tui.verbs.codes import Exit, worst
from vidu_tui.verbs.crew import Crew
from vidu_tui.verbs.live import Live
from vidu_tui.verbs.rows import Layout, Printer

if TYPE_CHECKING:
    from vidu_tui.core.jsontext import Json


class Report:
    """Print data on stdout and narration on stderr, and remember the statuses."""

    def __init__(self, crew: Crew, printer: Printer, live: Live, err: TextIO, *, is_json: bool):
        self._crew = crew
        self._printer = printer
        self._live = live
        self._err = err
        self._is_json = is_json
        self._layout: Layout | None = None
        self._told: dict[TaskKey, Json] = {}
        self._said: set[str] = set()
        self.codes: list[Exit] = []

    def tell(self, key: TaskKey, code: Exit, said: str = "") -> None:
        """Say what has come of a task; ``said`` is a sentence in place of the usual one."""
        self.codes.append(code)
        entry, health = self._crew.entry(key), self._crew.health(key)
        said = said or verdict.sentence(entry, health, code, self._crew.disk_line)
        shown = entry or Entry(key)
        if code is Exit.UNKNOWN and shown.task is None:
            shown = shown._replace(is_denied=True)
        self._live.clear()
        if self._is_json:
            self._keep(shown, code, said)
        else:
            self._printer.line(shown, self._laid_out())
        if said:
            name = text.inert(cells.title(shown) or key.id, 60)
            # The key is nobody's trouble but the gateway's: it is said once for all its tasks.
            self.say(f"vidu-tui: {said}" if code is Exit.KEY else f"{name}: {said}")

    def say(self, line: str) -> None:
        """Narrate, each line once."""
        if line not in self._said:
            self._said.add(line)
            self._live.clear()
            self._err.write(f"{line}\n")
            self._err.flush()

    def close(self, left: Iterable[TaskKey] = (), code: Exit | None = None) -> Exit:
        """Print the object if one is wanted, with what has not ended, and give the status."""
        self._live.clear()
        found = worst(self.codes) if code is None else code
        if self._is_json:
            for key in left:
                self._keep(self._crew.entry(key) or Entry(key), Exit.PENDING, "")
            there = (self._told[key] for key in self._crew.keys if key in self._told)
            fields.write(self._printer.out, "tasks", there, exit=int(found))
        return found

    def _keep(self, entry: Entry, code: Exit, said: str) -> None:
        told = fields.of(entry, self._printer.now(), self._printer.lifetime_s)
        self._told[entry.key] = {**told, "exit": int(code), "said": said}

    def _laid_out(self) -> Layout:
        """Make room at the first row, for what the others may come to say too."""
        if self._layout is None:
            rows = [self._crew.entry(key) or Entry(key) for key in self._crew.keys]
            self._layout = self._printer.layout(rows, is_growing=True)
        return self._layout
