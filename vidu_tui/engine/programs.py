"""Runs the programs of hooks as the config means them, each in a thread. Decides nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from vidu_tui.core.errors import VidutuiError
from vidu_tui.engine.threads import Threads
from vidu_tui.storage import programs
from vidu_tui.storage.programs import Ran


class Programs:
    """Start programs with a bare environment, in the folder of the videos."""

    def __init__(self, *, beside: Path, folder: Path, environ: Mapping[str, str]):
        """A program with a slash is relative to ``beside``; ``environ`` holds no key."""
        self._beside = beside
        self._folder = folder
        self._environ = environ
        self._threads = Threads()

    async def __call__(self, command: Sequence[str], said: bytes, timeout_s: float) -> Ran:
        """Run one to its end; it goes on by itself where nobody waits any more."""
        ran = await self._threads.run(lambda: self._run(command, said, timeout_s))
        return Ran(str(ran)) if isinstance(ran, VidutuiError) else ran

    def _run(self, command: Sequence[str], said: bytes, timeout_s: float) -> Ran:
        found = programs.find(command[0], self._beside, self._environ)
        if not found:
            return Ran("was not found")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            return Ran(f"was not run: the download folder cannot be made ({reason})")
        return programs.run(
            [found, *command[1:]],
            environ=self._environ,
            timeout_s=timeout_s,
            folder=self._folder,
            said=said,
            has_errors=True,
        )
