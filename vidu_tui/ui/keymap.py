"""Which keys each action has once the person's own are counted in. Pure; says what clashes.

A person's own key is stronger than a key that comes with the program; of two own keys that are
the same, the one that stands first in the file is stronger. Who loses keeps its other keys.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from textual.keys import Keys, _character_to_key, key_to_character

from vidu_tui.core import text
from vidu_tui.ui import actions

_NAMES: Final = {sign.lower(): key for key, sign in actions.SIGNS.items()}
_MODIFIERS: Final = ("ctrl+", "shift+", "alt+")
_KNOWN: Final = frozenset(key.value for key in Keys)


class Resolved(NamedTuple):
    """What came of a person's keys."""

    keys: Mapping[str, str]
    """Of each action whose keys are others than it comes with: the keys, by its id."""
    complaints: tuple[str, ...]
    """What clashes or cannot be, one line each."""


def resolve(wanted: Mapping[str, str], file: str) -> Resolved:
    """Give every action its keys; ``file`` names in complaints where the person's own stand."""
    default = actions.defaults()
    said: list[str] = []
    own = {
        action: list(_own(action, keys, file, said))
        for action, keys in wanted.items()
        if action in default
    }
    said += [_unknown(action, default, file) for action in wanted if action not in default]
    owner: dict[str, str] = {}
    lost: list[tuple[str, str]] = []
    for action, keys in own.items():
        lost += [(key, action) for key in keys if owner.setdefault(key, action) != action]
    found: dict[str, str] = {}
    for action, keys in default.items():
        mine = [key for key in own.get(action, ()) if owner[key] == action]
        if not mine:
            # Without one that is its own it keeps what it comes with, as far as that is free.
            lost += [
                (key, action)
                for key in keys
                if owner.get(key, action) != action and action not in own
            ]
            mine = [key for key in keys if owner.setdefault(key, action) == action]
        if mine != keys:
            found[action] = ",".join(mine) or actions.UNBOUND
    for key, action in lost:
        said.append(
            _clash(key, owner[key], action, found.get(action, ",".join(default[action])), file)
        )
    return Resolved(found, tuple(said))


def _own(action: str, keys: str, file: str, said: list[str]) -> Iterable[str]:
    for word in keys.split(",") if keys != "," else (keys,):
        key = key_of(word.strip())
        if key:
            yield key
        else:
            shown = text.inert(word, 20)
            said.append(
                f"{file}: {action} cannot have the key “{shown}”, there is none of that name."
            )


def key_of(word: str) -> str:
    """Read a key as people write it: ``d``, ``?``, ``Esc``, ``ctrl+d``; empty for none."""
    if len(word) == 1:
        return _character_to_key(word)
    key = _NAMES.get(word.lower(), word.lower())
    rest = key
    while rest.startswith(_MODIFIERS):
        rest = rest.partition("+")[2]
    is_key = rest in _KNOWN or key_to_character(rest) is not None
    return key if is_key else ""


def _unknown(action: str, known: Iterable[str], file: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(action.lower(), list(known), n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "? lists them."
    return f"{file}: there is no action {text.inert(action, 40)} to give a key to; {hint}"


def _clash(key: str, owner: str, loser: str, left: str, file: str) -> str:
    kept = f"{loser} keeps {actions.signs(left)}"
    if left == actions.UNBOUND:
        kept = f"{loser} has none left, but stands in the palette"
    return f"{file}: {owner} and {loser} both have {actions.sign(key)}; {owner} keeps it, {kept}."
