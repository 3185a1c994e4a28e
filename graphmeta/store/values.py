"""Which property values a store holds, and as what.

Everything accepted here comes back equal from both backends and through MLMD's messages; what cannot is
refused with a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import INT64, AnyValue, Properties, PropertyType, Value

# Doubles count integers up to here without a gap.
_EXACT_INTEGER = 2**53
# protobuf refuses messages that nest deeper than 100; a struct needs two levels for each of ours.
_STRUCT_DEPTH = 40
# Added to a double it makes 0.0 of -0.0, which SQLite cannot keep (it stores integral doubles as integers),
# and a plain float of a subclass.
_NO_SIGN = 0.0
# How the embedded format marks a struct in a text column (MLMD's schema 10).
_STRUCT_MARK = "mlmd-struct::"


def check_text(text: object, what: str) -> str:
    """The text as given.

    Raises:
        InvalidArgumentError: not a str, or one that UTF-8 cannot hold.
    """
    if type(text) is str and text.isascii():  # as most
        return text
    if not isinstance(text, str):
        raise InvalidArgumentError(f"{what} must be text, not {type(text).__name__}.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidArgumentError(f"{what} holds a lone surrogate, which is no text; remove it.") from None
    return str(text) if type(text) is not str else text


def check_int(number: object, what: str) -> int:
    """The integer as given.

    Raises:
        InvalidArgumentError: not an int of 64 bits.
    """
    if not isinstance(number, int) or isinstance(number, bool):
        raise InvalidArgumentError(f"{what} must be an integer, not {type(number).__name__}.")
    if number not in INT64:
        raise InvalidArgumentError(f"{what} is {number}, which does not fit in 64 bits.")
    return int(number)


def plain(value: object) -> PropertyType | None:
    """The value type of a value that needs no look of `check_value`, as most; None for any other."""
    kind = type(value)
    if kind is str:
        return "STRING" if value.isascii() and not value.startswith(_STRUCT_MARK) else None  # type: ignore[attr-defined]
    if kind is int:
        return "INT" if -(2**63) <= value < 2**63 else None  # type: ignore[operator]
    if kind is float:
        # Not NaN, and not minus zero.
        return "DOUBLE" if value == value and value != 0.0 else None
    return "BOOLEAN" if kind is bool else None


def fit(properties: Properties, declared: Mapping[str, PropertyType]) -> bool:
    """Whether declared properties are right as they are; where not, `check_declared` says what they become."""
    for key, value in properties.items():
        value_type = plain(value)
        if value_type is None or value_type != declared.get(key):
            return False
    return True


def all_plain(properties: Properties) -> bool:
    """Whether custom properties are right as they are; where not, `check_custom` says what they become."""
    # Most nodes have none, and a generator costs more than that look.
    return not properties or all(
        plain(key) == "STRING" and plain(value) is not None for key, value in properties.items()
    )


def check_count(number: object, what: str) -> int:
    """The number as given.

    Raises:
        InvalidArgumentError: not an int from 0 that fits in 64 bits.
    """
    count = check_int(number, what)
    if count < 0:
        raise InvalidArgumentError(f"{what} is {count}; it counts, from 0.")
    return count


def check_value(value: object, what: str) -> tuple[Value, PropertyType]:
    """The value as it will come back, and its value type.

    Raises:
        InvalidArgumentError: no store can hold it.
    """
    if isinstance(value, bool):
        return value, "BOOLEAN"
    if isinstance(value, int):
        return check_int(value, what), "INT"
    if isinstance(value, float):
        if math.isnan(value):
            raise InvalidArgumentError(f"{what} is NaN, which MLMD's format cannot hold; store the text 'NaN'.")
        return value + _NO_SIGN, "DOUBLE"
    if isinstance(value, str):
        if value.startswith(_STRUCT_MARK):
            raise InvalidArgumentError(f"{what} begins with {_STRUCT_MARK!r}, which MLMD's format reads as a struct.")
        return check_text(value, what), "STRING"
    if isinstance(value, dict):
        return _struct(value, what, 0), "STRUCT"
    if value is None:
        raise InvalidArgumentError(f"{what} has an empty value; leave the property out, or give it one.")
    if isinstance(value, AnyValue):
        return AnyValue(check_text(value.type_url, what), bytes(value.value)), "PROTO"
    raise InvalidArgumentError(
        f"{what} is a {type(value).__name__}; a property holds an int, a float, a str, a bool, a dict or an AnyValue."
    )


def _struct(value: dict[Any, Any], what: str, depth: int) -> dict[str, Any]:
    """A dict as google.protobuf.Struct holds it: keys are text, numbers are doubles."""
    if depth > _STRUCT_DEPTH:
        raise InvalidArgumentError(f"{what} nests deeper than {_STRUCT_DEPTH} levels; flatten it.")
    return {check_text(key, f"A key of {what}"): _struct_value(each, what, depth) for key, each in value.items()}


def _struct_value(value: object, what: str, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _EXACT_INTEGER:
            raise InvalidArgumentError(f"{what} holds {value}; a struct's numbers are doubles, so store it as text.")
        return float(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidArgumentError(f"{what} holds {value}; a struct's numbers are finite, so store it as text.")
        return value + _NO_SIGN
    if isinstance(value, str):
        return check_text(value, what)
    if isinstance(value, dict):
        return _struct(value, what, depth + 1)
    if isinstance(value, (list, tuple)):
        if depth >= _STRUCT_DEPTH:
            raise InvalidArgumentError(f"{what} nests deeper than {_STRUCT_DEPTH} levels; flatten it.")
        return [_struct_value(each, what, depth + 1) for each in value]
    raise InvalidArgumentError(
        f"{what} holds a {type(value).__name__}; a struct holds None, bool, numbers, text, lists and dicts."
    )


def check_custom(properties: Properties, of: str) -> Properties:
    """Custom properties as they will come back; any key, any value."""
    checked: Properties = {}
    for key, value in properties.items():
        if plain(key) != "STRING":
            key = check_text(key, f"A custom property's key of {of}")
        if plain(value) is None:
            value, _ = check_value(value, f"Custom property {key!r} of {of}")
        checked[key] = value
    return checked


def check_declared(properties: Properties, declared: Mapping[str, PropertyType], of: str) -> Properties:
    """Declared properties as they will come back.

    Raises:
        InvalidArgumentError: one that the type does not declare, or of another value type.
    """
    checked: Properties = {}
    for key, value in properties.items():
        expected = declared.get(key)
        if expected is None:
            there = ", ".join(map(repr, declared)) or "none"
            raise InvalidArgumentError(
                f"Found unknown property: {key}. The type of {of} does not declare it (it declares {there}); "
                "add it to the type, or make it a custom property."
            )
        value_type = plain(value)
        if value_type is None and value is not None:
            value, value_type = check_value(value, f"Property {key!r} of {of}")
        if value_type != expected:
            raise InvalidArgumentError(
                f"Found unmatched property type: {key}. The type of {of} declares it as {expected}, "
                f"and the value is {value_type or 'empty'}."
            )
        checked[key] = value
    return checked
