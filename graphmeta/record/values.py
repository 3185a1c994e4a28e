"""Whatever people call parameters and metrics -> values that the store holds exactly.

Nothing here raises: a value that fits nowhere becomes text, because a run must not end for the sake of
what is written down about it.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import enum
import json
import math
import os
from collections.abc import Callable, Mapping
from typing import Any

from graphmeta.model import AnyValue, Properties, Value

INT_RANGE = range(-(2**63), 2**63)
EXACT_IN_A_DOUBLE = range(-(2**53), 2**53 + 1)
MOST_ELEMENTS = 10_000  # of an array; a longer one is summed up as its library prints it
MOST_REPR = 1_000  # characters of a repr
DEEPEST = 20
STRUCT_MARK = "mlmd-struct::"


def to_properties(values: object) -> Properties:
    """Parameters, metrics or properties in any of the forms that people keep them in.

    Args:
        values: a mapping, an `argparse.Namespace`, a dataclass, a named tuple, a pydantic model, any object
            with attributes, or None.

    Returns:
        one value a key; see `to_value`.
    """
    try:
        return {to_text(key): to_value(value) for key, value in _items(values).items()}
    except Exception:  # as in to_value
        return {"value": _repr(values)}


def to_value(value: object) -> Value:
    """One value as the store can hold it.

    int, float, str, bool and AnyValue stay; scalars of numpy, torch and others become those; None is the
    text 'None'; NaN and the infinities are 'NaN', 'Infinity' and '-Infinity' (a store's doubles cannot hold
    them); an int beyond 64 bits is text; mappings and dataclasses are structs; lists, tuples, sets and arrays
    are JSON text; anything else is its repr, cut after 1,000 characters.
    """
    try:
        return _value(value)
    except Exception:  # a property or a repr of somebody else's class may raise anything
        return _repr(value)


def to_text(value: object) -> str:
    """Text that is valid UTF-8, whatever it came from."""
    text = value if type(value) is str else _text_of(value)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _items(values: object) -> Mapping[Any, object]:
    if values is None:
        return {}
    if isinstance(values, Mapping):
        return values
    fields = _fields(values)
    if fields is not None:
        return fields
    try:
        return vars(values)
    except TypeError:
        return {"value": values}


def _fields(value: object) -> Mapping[Any, object] | None:
    """The fields of an object that is a record of some kind, else None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, argparse.Namespace):
        return vars(value)
    for method in ("_asdict", "model_dump"):  # named tuples, pydantic
        if isinstance(value, type):
            break
        found: Callable[[], object] | None = getattr(value, method, None)
        if callable(found):
            fields = found()
            if isinstance(fields, Mapping):
                return fields
    return None


def _value(value: object) -> Value:
    plain = _plain(value)
    if plain is None:
        return "None"
    if isinstance(plain, str):
        # The embedded format marks structs so; quoted it stays text.
        return json.dumps(plain, ensure_ascii=False) if plain.startswith(STRUCT_MARK) else plain
    if isinstance(plain, (bool, AnyValue)):
        return plain
    if isinstance(plain, int):
        return plain if plain in INT_RANGE else str(plain)
    if isinstance(plain, float):
        return plain if math.isfinite(plain) else _not_finite(plain)
    if isinstance(plain, Mapping):
        struct = _json(plain, 0)
        assert isinstance(struct, dict)
        return struct
    return json.dumps(_json(plain, 0), ensure_ascii=False)


def _plain(value: object) -> Any:
    """The value as None, bool, int, float, str, AnyValue, Mapping or list; by its repr if it is none of them."""
    if value is None or isinstance(value, (bool, AnyValue)):
        return value
    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return to_text(value)
    if isinstance(value, Mapping):
        return value
    fields = _fields(value)
    if fields is not None:
        return fields
    if isinstance(value, (list, tuple)):
        return list(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return to_text(os.fsdecode(value))
    return _from_array(value)


def _from_array(value: object) -> Any:
    """Scalars and arrays of numpy, torch, jax, tensorflow and their like, none of which is imported."""
    shape = getattr(value, "shape", None)
    if shape is not None and not isinstance(value, type):
        for method in ("item",) if tuple(shape) == () else ("tolist",):
            convert = getattr(value, method, None)
            if callable(convert) and math.prod(shape) <= MOST_ELEMENTS:
                converted = convert()
                if converted is not value:
                    return _plain(converted)
    return _repr(value)


def _json(value: object, depth: int) -> Any:
    """The value in JSON's own kinds, for structs and lists. Numbers in a struct are doubles, so an int
    that a double cannot hold is text."""
    if depth > DEEPEST:
        return _repr(value)
    plain = _plain(value)
    if isinstance(plain, Mapping):
        return {to_text(key): _json(each, depth + 1) for key, each in plain.items()}
    if isinstance(plain, list):
        return [_json(each, depth + 1) for each in plain]
    if isinstance(plain, float) and not math.isfinite(plain):
        return _not_finite(plain)
    if isinstance(plain, int) and not isinstance(plain, bool) and plain not in EXACT_IN_A_DOUBLE:
        return str(plain)
    if isinstance(plain, AnyValue):
        return _repr(plain)
    return plain


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _text_of(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _repr(value: object) -> str:
    if callable(value) and hasattr(value, "__qualname__"):
        return to_text(f"{getattr(value, '__module__', '')}.{value.__qualname__}".lstrip("."))
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return to_text(text if len(text) <= MOST_REPR else text[: MOST_REPR - 1] + "…")
