"""A typed expression as predicates: as many simple ones as can be, because indexes serve them.

An expression holds where some choice of neighbours makes it true. The parts of an AND, or of an OR, that have
no neighbour and no property in common may choose for themselves, so each of them is a predicate of its own.
What the whole mentions must exist, wherever in it that is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from graphmeta.backends.expressions import (
    TRUE,
    Constant,
    Expression,
    FieldValue,
    Mention,
    Neighbour,
    Operation,
    PropertyValue,
    mentions,
)
from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    FieldName,
    InContext,
    Matches,
    OneOf,
    Operator,
    Or,
    Predicate,
    Property,
)
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, INT64, Kind

# How many neighbours, and properties, one condition may depend on. All choices of neighbours are tried: of 60
# contexts three are 0.2 million, four 13 million. SQLite joins 64 tables at most.
MOST_NEIGHBOURS, MOST_PROPERTIES = 3, 24

_FLIPPED: Mapping[str, Operator] = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_STATES = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES}


def predicate(expression: Expression, kind: Kind) -> Predicate:
    """The predicate that holds for the nodes of a kind for which the expression is true."""
    found = _part(expression, kind)
    certain = _certain(expression)
    missing = [each for each in mentions(expression) if each not in certain]
    if not missing:
        return found
    return And([*_flattened([found]), *(Matches(TRUE, (each,)) for each in missing)])


def _flattened(parts: Sequence[Predicate]) -> list[Predicate]:
    """The parts of an And, those of an And among them in its place."""
    return [each for part in parts for each in (part.parts if isinstance(part, And) else (part,))]


def _certain(expression: Expression) -> dict[Mention, None]:
    """What is looked for in every case: all that is mentioned outside an OR that was split."""
    if isinstance(expression, Operation) and expression.name in ("and", "or"):
        groups = _groups(expression.operands)
        if expression.name == "or" and len(groups) > 1:
            return {}
        if len(groups) > 1:
            return {each: None for group in groups for each in _certain(_joined(expression.name, group))}
    return mentions(expression)


def _part(expression: Expression, kind: Kind) -> Predicate:
    if isinstance(expression, Operation) and expression.name in ("and", "or"):
        groups = _groups(expression.operands)
        if len(groups) > 1:
            parts = [_part(_joined(expression.name, group), kind) for group in groups]
            if expression.name == "and":
                return And(_flattened(parts))
            merged = _merged(parts)
            return merged[0] if len(merged) == 1 else Or(merged)
    if expression == TRUE:
        return And([])
    return _simple(expression, kind) or _matches(expression)


def _merged(parts: Sequence[Predicate]) -> list[Predicate]:
    """The parts of an Or, all that want one field to have a certain value as one: thousands of alternatives are
    nothing to a list, and too much for the planner of Neo4j."""
    found: list[Predicate] = []
    places: dict[FieldName, int] = {}
    for part in parts:
        match part:
            case Compare(Field(name), "=", value):
                values: list[Any] = [value]
            case OneOf(Field(name), several):
                values = list(several)
            case _:
                found.append(part)
                continue
        if name not in places:
            places[name] = len(found)
            found.append(part)
        else:
            first = found[places[name]]
            if isinstance(first, OneOf):
                cast("list[Any]", first.values).extend(values)
            elif isinstance(first, Compare):
                found[places[name]] = OneOf(Field(name), [cast(Any, first.value), *values])
    return found


def _joined(name: Any, group: Sequence[Expression]) -> Expression:
    return group[0] if len(group) == 1 else Operation(name, tuple(group), "BOOL")


def _groups(operands: Sequence[Expression]) -> list[list[Expression]]:
    """The operands, those together that share a neighbour or a property, directly or through others."""
    leaders = list(range(len(operands)))

    def leader(place: int) -> int:
        while leaders[place] != place:
            leaders[place] = place = leaders[leaders[place]]
        return place

    home: dict[Mention, int] = {}
    for place, operand in enumerate(operands):
        for each in mentions(operand):
            leaders[leader(place)] = leader(home.setdefault(each, place))
    groups: dict[int, list[Expression]] = {}
    for place, operand in enumerate(operands):
        groups.setdefault(leader(place), []).append(operand)
    return list(groups.values())


def _matches(expression: Expression) -> Matches:
    needed = tuple(mentions(expression))
    neighbours = sum(isinstance(each, Neighbour) for each in needed)
    if neighbours > MOST_NEIGHBOURS or len(needed) - neighbours > MOST_PROPERTIES:
        raise InvalidArgumentError(
            f"Invalid `filter_query`: One condition depends on {neighbours} neighbours and {len(needed) - neighbours} "
            f"properties together; {MOST_NEIGHBOURS} and {MOST_PROPERTIES} are the most. Join with AND, or OR, what "
            "does not depend on each other."
        )
    return Matches(expression, needed)


# ---------------------------------------------------------------- simple predicates


def _simple(expression: Expression, kind: Kind) -> Predicate | None:
    """The predicate without an expression that means the same; None if there is none."""
    if not isinstance(expression, Operation):
        return None
    name, operands = expression.name, expression.operands
    if name == "in":
        return _among(operands[0], operands[1:], kind)
    if name not in _FLIPPED:
        return None
    left, right = operands
    operator: Operator = cast(Operator, name)
    if isinstance(left, Constant):
        left, right, operator = right, left, _FLIPPED[name]
    if not isinstance(right, Constant) or right.value is None:
        return None
    if operator == "=":
        among = _among(left, (right,), kind)
        if among is not None:
            return among
    if isinstance(left, PropertyValue):
        return Compare(Property(left.key, left.custom), operator, right.value)
    if isinstance(left, FieldValue) and left.of is None and left.name != "state":
        return Compare(Field(cast(FieldName, left.name)), operator, right.value)
    return None


def _among(left: Expression, alternatives: Sequence[Expression], kind: Kind) -> Predicate | None:
    values = [each.value for each in alternatives if isinstance(each, Constant) and each.value is not None]
    if len(values) < len(alternatives) or not isinstance(left, FieldValue) or left.type == "DOUBLE":
        return None
    if left.of is None:
        field = Field(cast(FieldName, left.name))
        if left.name == "state":
            wanted = [name for name, number in _STATES[kind].items() if number in values]
            return OneOf(field, wanted)
        return Compare(field, "=", values[0]) if len(values) == 1 else OneOf(field, cast(Any, values))
    if left.name == "id" and left.of.relation == "context":
        return InContext([value for value in cast("list[int]", values) if value in INT64])
    return None
