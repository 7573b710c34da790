"""Where tui.tcss is: beside the package in a wheel, at the top of a checkout otherwise."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def path() -> Path:
    """Give the stylesheet's absolute path: the packaged copy, else the checkout's."""
    packaged = _PACKAGE / "tui.tcss"
    return packaged if packaged.exists() else _PACKAGE.parent / "tui.tcss"
