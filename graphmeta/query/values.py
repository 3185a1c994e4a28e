"""What a text that people compare a property with can be as a value."""

from __future__ import annotations

import math

from graphmeta.backends.predicates import Operator, Scalar
from graphmeta.model import INT64


def comparisons(operator: Operator, text: str) -> list[tuple[Operator, Scalar]]:
    """What a text can be as a value, with the operator that then means the same: an integer is greater than 0.9 where
    it is greater than 0."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return [(operator, text[1:-1])]
    found: list[tuple[Operator, Scalar]] = []
    number = _number(text)
    if number is not None:
        found.append((operator, float(number)))
        if isinstance(number, int):
            found.append((operator, number))
        elif operator != "=" and math.isfinite(number):
            found.append((operator, math.floor(number) if operator in (">", "<=") else math.ceil(number)))
        elif number.is_integer():
            found.append((operator, int(number)))
    if number is None or operator == "=":
        found.append((operator, text))
    return found


def _number(text: str) -> int | float | None:
    if len(text) > 400:
        return None
    try:
        return int(text) if int(text) in INT64 else float(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number
