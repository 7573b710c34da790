"""Start the program: as ``python -m vidu_tui`` and as ``vidu-tui``."""

import gc

gc.disable()  # what a start makes stays: to look for leftovers in it takes a tenth of it

from vidu_tui.cli import main  # noqa: E402 - what it imports is most of a start

if __name__ == "__main__":
    main()
