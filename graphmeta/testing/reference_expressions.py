"""What typed expressions mean, on nodes in memory: every choice of neighbours tried, one operation at a time."""

from __future__ import annotations

import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphmeta.backends.expressions import (
    Constant,
    Expression,
    FieldValue,
    Neighbour,
    Operation,
    PropertyValue,
)
from graphmeta.backends.predicates import Matches
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, INT64, AnyNode, Event

if TYPE_CHECKING:
    from graphmeta.testing.reference import ReferenceStore

_TYPES = {"INT64": int, "DOUBLE": float, "STRING": str, "BOOL": bool}
_STATES: Mapping[str, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES}
_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Choice = Mapping[Neighbour, Any]


def matches(store: ReferenceStore, node: AnyNode, where: Matches) -> bool:
    """Whether for some choice of neighbours the expression is true of the node."""
    chosen: list[Neighbour] = []
    for mention in where.requires:
        if isinstance(mention, Neighbour):
            chosen.append(mention)
        elif mention[0] not in (node.custom_properties if mention[1] else node.properties):
            return False
    options = [neighbours(store, node, each) for each in chosen]
    return any(
        _Values(node, dict(zip(chosen, choice, strict=True))).value(where.expression) is True
        for choice in itertools.product(*options)
    )


def neighbours(store: ReferenceStore, node: AnyNode, wanted: Neighbour) -> Sequence[Any]:
    """The events or nodes that are this to the node."""
    nodes, id = store.nodes, node.id
    pairs = store.attributions if "artifact" in (node.kind, wanted.relation) else store.associations
    match wanted.relation:
        case "event":
            return [each for each in store.events if getattr(each, f"{node.kind}_id") == id]
        case "context":
            return [nodes["context"][context] for member, context in pairs if member == id]
        case "artifact" | "execution":
            return [nodes[wanted.relation][member] for member, context in pairs if context == id]
        case "parent":
            return [nodes["context"][parent] for child, parent in store.parents if child == id]
        case "child":
            return [nodes["context"][child] for child, parent in store.parents if parent == id]


class _Values:
    """The values of expressions for one node and one choice of neighbours; None is NULL."""

    def __init__(self, node: AnyNode, choice: Choice) -> None:
        self.node = node
        self.choice = choice

    def value(self, expression: Expression) -> Any:
        if isinstance(expression, Constant):
            return expression.value
        if isinstance(expression, PropertyValue):
            held = self.node.custom_properties if expression.custom else self.node.properties
            found = held.get(expression.key)
            return found if type(found) is _TYPES[expression.type] else None
        if isinstance(expression, FieldValue):
            return self._field(expression)
        values = [self.value(each) for each in expression.operands]
        if expression.name in _LOGIC:
            return _LOGIC[expression.name](values)
        if expression.name == "cast":
            return _cast(values[0], expression)
        if any(value is None for value in values):
            return None
        if expression.name == "like":
            return _like(*values)
        found = _PLAIN[expression.name](*values)
        if type(found) is int and found not in INT64:
            return float(found)
        return found

    def _field(self, field: FieldValue) -> Any:
        of = self.node if field.of is None else self.choice[field.of]
        value = getattr(of, field.name, None)
        if isinstance(of, Event):
            return EVENT_TYPES[of.type] if field.name == "type" else value
        return _STATES[of.kind][value] if field.name == "state" and value is not None else value


# ---------------------------------------------------------------- operations that look at NULL


def _and(values: Sequence[Any]) -> Any:
    return False if any(value is False for value in values) else None if None in values else True


def _or(values: Sequence[Any]) -> Any:
    return True if any(value is True for value in values) else None if None in values else False


def _in(values: Sequence[Any]) -> Any:
    left, *others = values
    if left is None:
        return None
    return _or([None if other is None else left == other for other in others])


def _case(values: Sequence[Any]) -> Any:
    for at in range(0, len(values) - 1, 2):
        if values[at] is True:
            return values[at + 1]
    return values[-1]


_LOGIC: Mapping[str, Callable[[Sequence[Any]], Any]] = {
    "and": _and,
    "or": _or,
    "not": lambda values: None if values[0] is None else not values[0],
    "is null": lambda values: values[0] is None,
    "is true": lambda values: values[0] is True,
    "is false": lambda values: values[0] is False,
    "in": _in,
    "case": _case,
    "coalesce": lambda values: next((value for value in values if value is not None), None),
}


# ---------------------------------------------------------------- operations on values


def _divide(left: float, right: float) -> float | None:
    return None if right == 0 else left / right


def _round(value: float) -> float:
    return math.copysign(math.floor(abs(value) + 0.5), value)


def _shift(value: int, places: int) -> int:
    if places < 0:
        return value >> min(-places, 63)
    moved = value << min(places, 64) & (2**64 - 1)
    return moved - 2**64 if moved >= 2**63 else moved


def _substr(text: str, start: int, length: int | None = None) -> str:
    base = len(text) + start if start < 0 else start - 1
    if length is None:
        return text[max(base, 0) :]
    low, high = (base, base + length) if length >= 0 else (base + length, base)
    return text[max(low, 0) : max(high, 0)]


def _like(text: str, pattern: str) -> bool:
    translated = "".join(".*" if each == "%" else "." if each == "_" else re.escape(_lower(each)) for each in pattern)
    return re.fullmatch(translated, _lower(text), re.DOTALL) is not None


def _lower(text: str) -> str:
    return text.translate(str.maketrans(_UPPER, _LOWER))


_PLAIN: Mapping[str, Callable[..., Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "negative": operator.neg,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "mod": lambda left, right: None if right == 0 else int(math.fmod(left, right)),
    "abs": lambda value: None if value == -(2**63) else abs(value),
    "sign": lambda value: (value > 0) - (value < 0),
    "round": _round,
    "~": operator.invert,
    "&": operator.and_,
    "|": operator.or_,
    "<<": _shift,
    ">>": lambda value, places: _shift(value, -places),
    "concat": lambda *texts: "".join(texts),
    "length": len,
    "lower": _lower,
    "upper": lambda text: text.translate(str.maketrans(_LOWER, _UPPER)),
    "substr": _substr,
    "replace": lambda text, old, new: text.replace(old, new) if old else text,
    "trim": lambda text: text.strip(" "),
    "ltrim": lambda text: text.lstrip(" "),
    "rtrim": lambda text: text.rstrip(" "),
    "starts_with": lambda text, start: text.startswith(start),
}


def _cast(value: Any, whole: Operation) -> Any:
    if value is None:
        return None
    if whole.type == "BOOL":
        return value != 0
    if isinstance(value, str):
        form = (
            r"[ \t\n\v\f\r]*([+-]?[0-9]+)"
            if whole.type == "INT64"
            else (r"[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
        )
        found = re.match(form, value)
        text = found[1] if found else "0"
        return min(max(int(text), INT64[0]), INT64[-1]) if whole.type == "INT64" else float(text)
    if whole.type == "STRING":
        return str(int(value)) if isinstance(value, int) else repr(value)
    return float(value) if whole.type == "DOUBLE" else int(value)
