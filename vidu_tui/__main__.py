"""Start the program: as ``python -m vidu_tui`` and as ``vidu-tui``."""

import gc
import sys
from contextlib import suppress
from typing import NoReturn

gc.disable()  # what a start makes stays: to look for leftovers in it takes a tenth of it

INTERRUPTED = 130


def main() -> NoReturn:
    """Run the program and exit with its status; ctrl+c ends it quietly from its first moment on."""
    try:
        from vidu_tui import cli

        cli.main()
    except KeyboardInterrupt:
        with suppress(OSError):
            sys.stderr.write("vidu-tui: interrupted; the list is whole, what has come is kept.\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
