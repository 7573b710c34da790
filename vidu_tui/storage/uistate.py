"""How a person left the screen: ``ui.toml``. Knows no meaning of a value, and no screen.

Each value is kept with what the config said then: once the config says something else, that holds.
Losing the file costs a look alone: what cannot be read in it is as if it were not there.
"""

from collections.abc import Mapping
from pathlib import Path

from vidu_tui.storage import atomic, toml_text

LONGEST = 500
"""Characters of a value; ours are shorter."""


def load(path: Path, config: Mapping[str, str]) -> dict[str, str]:
    """Read the values that are stronger than the config; ``config`` says what it says of each."""
    try:
        found = toml_text.parse(toml_text.decode(atomic.read(path)[0]))
    except (OSError, toml_text.TextError):
        return {}
    values = {}
    for name, kept in found.items():
        if not isinstance(kept, dict):
            continue
        value, before = kept.get("value"), kept.get("instead_of")
        is_whole = isinstance(value, str) and len(value) <= LONGEST
        if is_whole and before == config.get(name, ""):
            values[name] = str(value)
    return values


def keep(path: Path, values: Mapping[str, str], config: Mapping[str, str]) -> str:
    """Write values down, for their owner alone; give what went wrong in one line, else nothing."""
    import tomli_w

    table = {
        name: {"value": value, "instead_of": config.get(name, "")}
        for name, value in sorted(values.items())
    }
    head = "# How you left the screen. Written by vidu-tui; remove it to begin anew.\n"
    try:
        atomic.write(path, f"{head}{tomli_w.dumps(table)}".encode())
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return f"How the screen looks cannot be kept ({reason}); nothing else is affected."
    return ""
