"""When two values are the same, and structs as their leaves: what comparisons share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphmeta.model import AnyValue, Value


def exact(value: Any) -> Any:
    """A key that is the same for equal values of the same kind: 1, 1.0 and True are three, NaN is one."""
    if isinstance(value, dict):
        return "dict", tuple((key, exact(part)) for key, part in sorted(value.items()))
    if isinstance(value, (list, tuple)):
        return "list", tuple(exact(part) for part in value)
    if isinstance(value, AnyValue):
        return value
    return type(value).__name__, repr(value)


def leaves(key: str, value: Value) -> list[tuple[str, Value]]:
    """A struct as its leaves, by dotted key; what is in a list stays together."""
    if not isinstance(value, dict) or not value:
        return [(key, value)]
    return [leaf for inner, part in sorted(value.items()) for leaf in leaves(f"{key}.{inner}", part)]


def differences(
    before: Mapping[str, Value | None], after: Mapping[str, Value | None]
) -> Iterator[tuple[str, Value | None, Value | None]]:
    """(key, before, after) of what is not the same, in the order of the keys; None where a side has none."""
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if exact(one) != exact(other):
            yield key, one, other
