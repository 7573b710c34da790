"""A shell of a few lines: it owns a terminal and runs one job on it, as bash would.

It writes ``job PID``, and ``stopped by SIGNAL`` when the job stops; then it reads ``fg`` or ``bg``.
It leaves the terminal's modes alone, which bash does not, and ends with the job's status.
``python -m tests.shell ARGUMENTS-OF-PYTHON``
"""

import fcntl
import os
import select
import signal
import sys
import termios
from collections.abc import Sequence
from typing import NoReturn

_OWN = (signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP, signal.SIGHUP, signal.SIGINT)


def start(arguments: Sequence[str]) -> int:
    """Run a job in the foreground and give its process id."""
    job = os.fork()
    if not job:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        for number in _OWN:
            signal.signal(number, signal.SIG_DFL)
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is meant
    return job


def go_on(job: int, word: str) -> None:
    """Continue the job, in the foreground or behind."""
    if word == "fg":
        os.tcsetpgrp(0, job)
    else:
        print("in the background", flush=True)
    os.killpg(job, signal.SIGCONT)


def main() -> NoReturn:
    """Run one job to its end."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in _OWN:
        signal.signal(number, signal.SIG_IGN)
    job = start(sys.argv[1:])
    print(f"job {job}", flush=True)
    has_terminal = False
    while True:
        changed, status = os.waitpid(job, os.WUNTRACED | os.WNOHANG)
        if changed and not os.WIFSTOPPED(status):
            code = os.waitstatus_to_exitcode(status)
            sys.exit(code if code >= 0 else 128 - code)
        if changed:
            os.tcsetpgrp(0, os.getpgrp())
            has_terminal = True
            print(f"stopped by {signal.Signals(os.WSTOPSIG(status)).name}", flush=True)
        asked = select.select([0] if has_terminal else [], [], [], 0.02)[0]
        if asked:
            word = os.read(0, 100).decode().strip()
            has_terminal = word != "fg"
            go_on(job, word)


if __name__ == "__main__":
    main()
