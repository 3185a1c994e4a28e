"""From text to types: a name in full, a role, last words; and what is said where there is none."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from graphmeta import vocabulary
from graphmeta.errors import NotFoundError
from graphmeta.model import Type
from graphmeta.store.store import Store

SHOWN = 10  # how many names an error lists
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")


def matching_types(types: Iterable[Type], text: str) -> list[list[Type]]:
    """The types that a text may mean, best reading first: the name in full, a role, last words."""
    types = list(types)
    exact = [type for type in types if type.name == text]
    roles = [type for type in types if _role(type) == text.lower()]
    words = [word.lower() for word in _WORD.findall(text)]
    last = [type for type in types if words and [w.lower() for w in _WORD.findall(type.name)][-len(words) :] == words]
    return [reading for reading in (exact, roles, last) if reading]


def chosen_types(store: Store, types: Iterable[Type], texts: Iterable[str]) -> set[int]:
    """The ids of the types that a filter means: as `matching_types`, but `Model` means the type of that
    name and those of that role together.

    Raises:
        NotFoundError: an unknown type.
    """
    types = list(types)
    chosen: set[int] = set()
    for text in texts:
        readings = matching_types(types, text)
        if not readings:
            raise NotFoundError(unknown_type(store, types, text))
        role = [type for type in types if _role(type) == text.lower() and text.istitle()]
        chosen.update(type.id for type in [*readings[0], *role] if type.id is not None)
    return chosen


def unknown_type(store: Store, types: Iterable[Type], text: str) -> str:
    """The sentence that says that there is no such type, and which there are."""
    names = sorted({type.name for type in types if not type.name.startswith("mlmd.")})
    if not names:
        return f"There is no type {short(text)} in {store.url}: the store is empty."
    near = difflib.get_close_matches(text[:100], names, n=3)
    listed = near or names
    more = f", and {len(names) - SHOWN} more" if len(listed) > SHOWN else ""
    said = "there are" if not near else "the nearest is" if len(near) == 1 else "the nearest are"
    return (
        f"There is no type {short(text)} in {store.url}; {said} {', '.join(map(short, listed[:SHOWN]))}{more}. "
        "`graphmeta types` lists all."
    )


def _role(type: Type) -> str | None:
    role = vocabulary.role(type.kind, type.name, type.base_type)
    return role.lower() if role else None


def short(text: str) -> str:
    """A text as an error shows it: in one line, and not all of 100 kB."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:80])
    return shown + ("…" if len(text) > 80 else "")
