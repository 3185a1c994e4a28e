"""Typed expressions over a node, its properties and its neighbours, for `predicates.Matches`.

They are what a `filter_query` is made of: values with the types of GoogleSQL and the three-valued logic of
SQL. Whoever builds one checks the types; the backends rely on them. Constants travel as parameters; names
of operations and fields come from the closed lists here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Union

from graphmeta.model import Kind

# NULL is the type of the bare word: it goes with every other.
ValueType = Literal["INT64", "DOUBLE", "STRING", "BOOL", "NULL"]
Relation = Literal["context", "event", "parent", "child", "artifact", "execution"]
OperationName = Literal[
    "and",
    "or",
    "not",
    "is null",
    "is true",
    "is false",
    "=",
    "<>",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "like",
    "negative",
    "+",
    "-",
    "*",
    "/",
    "mod",
    "abs",
    "sign",
    "round",
    "~",
    "&",
    "|",
    "<<",
    ">>",
    "case",
    "coalesce",
    "concat",
    "length",
    "lower",
    "upper",
    "substr",
    "replace",
    "trim",
    "ltrim",
    "rtrim",
    "starts_with",
    "cast",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the query gives; None is NULL."""

    value: int | float | str | bool | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One neighbour of the node, of its own choice: every value of one alias is of the same neighbour.

    Attributes:
        relation: what it is to the node. An event is one of the node's events; a parent or a child is a
            context, an artifact or an execution one that belongs to the node, which is a context.
        alias: tells two neighbours of one relation apart.
    """

    relation: Relation
    alias: str


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field of the node, or of a neighbour.

    Attributes:
        name: as in `predicates.FieldName`; of events `type`, `time`, `artifact_id` and `execution_id`.
            `state` and the type of an event are MLMD's numbers.
        of: the neighbour; None is the node.
    """

    name: str
    type: ValueType
    of: Neighbour | None = None


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A property of the node; NULL where its value is of another type."""

    key: str
    custom: bool
    type: ValueType


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or a function on values.

    "and" and "or" take any number of operands; "in" a value and then its alternatives; "case" pairs of
    condition and value and then the last value; "cast" has its target as its type. Operands of comparisons,
    of "in" and of "coalesce" and the values of a "case" have one type (NULL aside). Integers that overflow
    become doubles, division by zero is NULL, texts are compared by code point, and upper and lower case are
    those of ASCII, as is the equality of `like`: all as in SQLite, which MLMD's answers come from.
    """

    name: OperationName
    operands: tuple[Expression, ...]
    type: ValueType


Expression = Union[Constant, FieldValue, PropertyValue, Operation]
# What a node must have for an expression to be evaluated at all.
Mention = Union[Neighbour, tuple[str, bool]]

TRUE = Constant(True, "BOOL")

# The kinds of nodes that have neighbours of a relation, and what these are; events are not nodes.
NEIGHBOURS: dict[Kind, dict[Relation, Kind | None]] = {
    "artifact": {"context": "context", "event": None},
    "execution": {"context": "context", "event": None},
    "context": {"parent": "context", "child": "context", "artifact": "artifact", "execution": "execution"},
}


def mentions(expression: Expression) -> dict[Mention, None]:
    """The neighbours and the properties, as (key, custom), that an expression has values of, each once."""
    found: dict[Mention, None] = {}
    for each in walk(expression):
        if isinstance(each, PropertyValue):
            found[each.key, each.custom] = None
        elif isinstance(each, FieldValue) and each.of is not None:
            found[each.of] = None
    return found


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all that it is made of."""
    waiting = [expression]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, Operation):
            waiting.extend(reversed(each.operands))
