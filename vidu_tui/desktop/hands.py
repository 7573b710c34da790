"""Which program of this system does a thing, and running it beside us. Knows no screen.

Every program is started with an argument list, never by a shell, and with the environment that
is handed in: the caller takes the keys out of it.
"""

import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

OPENED_S = 3.0
"""An opener that has not ended after so long has opened something."""
COPIED_S = 2.0
_REMOTE = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> list[str]:
    """Give the command that opens a file or a folder; none over ssh or without a desktop."""
    if any(environ.get(name) for name in _REMOTE):
        return []
    if platform == "win32":
        return ["explorer"]
    if platform == "darwin":
        return _found("open", environ)
    has_screen = any(environ.get(name) for name in _SCREENS)
    return _found("xdg-open", environ) if has_screen else []


def copiers(environ: Mapping[str, str], platform: str = sys.platform) -> list[list[str]]:
    """List the commands that put what they read on this machine's clipboard, the likeliest first.

    Over ssh there is none: the clipboard that is meant is at the other end.
    """
    if any(environ.get(name) for name in _REMOTE):
        return []
    if platform == "win32":
        return [["clip.exe"]]
    if platform == "darwin":
        return [found for found in [_found("pbcopy", environ)] if found]
    wanted = [
        _found("wl-copy", environ) if environ.get("WAYLAND_DISPLAY") else [],
        _found("xclip", environ, "-selection", "clipboard") if environ.get("DISPLAY") else [],
        _found("clip.exe", environ),  # a Linux inside Windows
    ]
    return [command for command in wanted if command]


def open_path(path: str, environ: Mapping[str, str], command: Sequence[str]) -> bool:
    """Open a file or a folder and leave it alone; False if the program says that it cannot."""
    try:
        running = subprocess.Popen(  # noqa: S603 - the system's own opener, no shell
            [*command, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError:
        return False
    try:
        status = running.wait(OPENED_S)
    except subprocess.TimeoutExpired:
        # It may stay for as long as the person looks at the file; its end is taken note of.
        threading.Thread(target=running.wait, daemon=True).start()
        return True
    return status == 0 or sys.platform == "win32"  # explorer says 1 when all is well


def copy(text: str, environ: Mapping[str, str], commands: Sequence[Sequence[str]]) -> bool:
    """Put a text on the clipboard by the first command that takes it; False if none does."""
    for command in commands:
        try:
            done = subprocess.run(  # noqa: S603 - the system's own clipboard, no shell
                list(command),
                input=text.encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(environ),
                timeout=COPIED_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if not done.returncode:
            return True
    return False


def _found(name: str, environ: Mapping[str, str], *arguments: str) -> list[str]:
    where = shutil.which(name, path=environ.get("PATH"))
    return [where, *arguments] if where else []
