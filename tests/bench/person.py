"""The environment of a person who has installed the program: nothing of whoever measures."""

import os

_FOREIGN = ("XDG_", "VIDU_", "PYTHONDONTWRITEBYTECODE")
"""Without compiled modules a start would measure the compiler, on our side alone."""


def environ_at(home: str) -> dict[str, str]:
    """Give the environment of a person at home in a folder."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)}, "HOME": home}
