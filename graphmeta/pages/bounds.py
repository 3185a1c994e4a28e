"""How much of what a store holds goes into one page: whatever was stored, a page stays about a megabyte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

# Of what is told of a node besides its properties: characters of a value, values, and the room for all of them.
LONGEST_VALUE, MOST_VALUES, ROOM = 2_000, 200, 100_000


class Fitting(NamedTuple):
    """Values for which there was room.

    Attributes:
        values: by key, in their order.
        cut: how many of them are not whole.
        more: how many were left out.
        size: characters that they take as JSON.
    """

    values: dict[str, Any]
    cut: int
    more: int
    size: int


def fitting(held: Mapping[str, Any], *, most: int, longest: int, room: int) -> Fitting:
    """As many of some values as there is room for.

    Args:
        held: values as JSON has them, by key.
        most: so many values.
        longest: characters of each; what is longer is cut.
        room: characters of all together, with their keys, as JSON.
    """
    values: dict[str, Any] = {}
    cut = used = 0
    for key, whole in held.items():
        if len(values) == most:
            break
        value = short(whole, longest)
        size = _size(key) + _size(value)
        if used + size <= room:
            used += size
            values[key] = value
            cut += value is not whole
    return Fitting(values, cut, len(held) - len(values), used)


def several(held: Mapping[str, Any]) -> Fitting:
    """Some parameters or metrics: as many as somebody looks at."""
    return fitting(held, most=MOST_VALUES, longest=LONGEST_VALUE, room=ROOM)


def short(value: Any, longest: int) -> Any:
    """A value of at most so many characters: itself, or its beginning; of a longer struct the beginning of its JSON."""
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= longest else short(text, longest)
    return short_text(value, longest) if isinstance(value, str) else value


def short_text(text: str, longest: int) -> str:
    """A text, or its beginning and `…`."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _size(value: Any) -> int:
    return len(json.dumps(value))
