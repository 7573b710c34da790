"""Run the program as ``python -m vidu_tui``."""

from vidu_tui.cli import main

if __name__ == "__main__":
    main()
