"""JSON as it comes over the wire, decoded and written again. Knows no field and no meaning."""

import json
from typing import TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_LONGEST_NUMBER = 400
"""Digits of a whole number that is still read as one; Python refuses more than 4,300."""


def decode(text: str) -> Json:
    """Decode JSON text; raise ValueError for anything broken, too deep nesting included."""
    try:
        return cast("Json", _decoded(text))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _decoded(text: str) -> object:
    """Decode what is nothing but JSON, as nearly all is, without looking for blanks around it."""
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError:
        end = -1
    return value if end == len(text) else _DECODER.decode(text)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) < _LONGEST_NUMBER else digits


_DECODER = json.JSONDecoder(parse_int=_whole)


def as_text(value: Json) -> str:
    """Write a value as JSON text; a text stays as it is, what cannot be written becomes ``…``."""
    if isinstance(value, str):
        return value
    return as_json(value)


def as_json(value: Json) -> str:
    """Write a value as JSON text, a text in quotes; what cannot be written becomes ``…``."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return "…"
