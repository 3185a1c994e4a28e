"""Hypothesis strategies for the state machine: conditions on nodes, in the reference's ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from graphmeta.backends.expressions import (
    NEIGHBOURS,
    Constant,
    Expression,
    FieldValue,
    Neighbour,
    Operation,
    OperationName,
    PropertyValue,
    ValueType,
    mentions,
)
from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    InContext,
    Matches,
    Not,
    OneOf,
    Or,
    Predicate,
    Property,
    StartsWith,
    TypeAndName,
)
from graphmeta.backends.requests import Order
from graphmeta.model import Kind
from graphmeta.testing.calls import SCALARS, UNKNOWN, Ids
from graphmeta.testing.reference import ReferenceStore

ORDERS = st.builds(Order, st.sampled_from(["id", "created", "updated"]), st.booleans())


def predicates(store: ReferenceStore, kind: Kind) -> st.SearchStrategy[Predicate | None]:
    """Conditions on nodes of a kind, in the reference's ids; `translated` makes a store's of them."""
    handles = st.sampled_from([*store.nodes[kind], UNKNOWN])
    contexts = st.sampled_from([*store.nodes["context"], UNKNOWN])
    types = st.sampled_from([type.id or 0 for type in store.types if type.kind == kind])
    operators: Any = st.sampled_from(["=", "<", "<=", ">", ">="])
    texts = st.sampled_from(["", "a", "A", "é\0", "s3://b/x", "s3://b/", "LIVE", "x", "T", "😀", "%", "_"])
    times = st.integers(1_700_000_000_000, 1_700_000_000_040)
    more = {"artifact": ["uri", "state"], "execution": ["state"], "context": []}
    fields = ["name", "external_id", "type", *more[kind]]
    text_fields: Any = st.builds(Field, st.sampled_from(fields))
    properties = st.builds(Property, st.sampled_from(["k", "p", "q", "name", "a.b"]), st.booleans())
    leaves: list[st.SearchStrategy[Any]] = [
        st.builds(Compare, text_fields, operators, texts),
        st.builds(Compare, st.builds(Field, st.sampled_from(["created", "updated"])), operators, times),
        st.builds(Compare, st.just(Field("id")), operators, handles),
        st.builds(Compare, properties, operators, SCALARS),
        st.builds(OneOf, st.just(Field("id")), st.lists(handles, max_size=3)),
        st.builds(OneOf, text_fields, st.lists(texts, max_size=3)),
        st.builds(StartsWith, text_fields, texts),
        st.builds(TypeAndName, st.lists(st.tuples(types, texts), max_size=2)),
    ]
    leaves.append(expressions(kind).map(lambda whole: Matches(whole, tuple(mentions(whole)))))
    if kind != "context":
        leaves.append(st.builds(InContext, st.lists(contexts, max_size=2)))
    return st.none() | st.recursive(
        st.one_of(leaves),
        lambda parts: st.one_of(
            st.builds(And, st.lists(parts, max_size=2)),
            st.builds(Or, st.lists(parts, max_size=2)),
            st.builds(Not, parts),
        ),
        max_leaves=4,
    )


@cache
def expressions(kind: Kind) -> st.SearchStrategy[Expression]:
    """Typed expressions of type BOOL about nodes of a kind; none speaks of an id, so they need no translation."""
    places: dict[ValueType, list[Expression]] = {
        "STRING": [FieldValue("name", "STRING"), FieldValue("type", "STRING"), FieldValue("external_id", "STRING")],
        "INT64": [],
        "DOUBLE": [],
        "BOOL": [],
    }
    if kind != "context":
        places["INT64"].append(FieldValue("state", "INT64"))
    for relation, of in NEIGHBOURS[kind].items():
        for alias in "01":
            neighbour = Neighbour(relation, alias)
            if of is None:
                places["INT64"].append(FieldValue("type", "INT64", neighbour))
            else:
                places["STRING"].append(FieldValue("name", "STRING", neighbour))
    types: list[ValueType] = ["INT64", "DOUBLE", "STRING", "BOOL"]
    for type in types:
        places[type] += [PropertyValue(key, custom, type) for key in ("k", "p", "a.b") for custom in (False, True)]
    constants: dict[ValueType, list[Any]] = {
        "INT64": [0, 1, 3, -1],
        "DOUBLE": [0.0, 0.5, 1.0],
        "STRING": ["", "a", "A", "x", "T", "%", "_", "😀"],
        "BOOL": [True, False],
    }

    def comparisons(type: ValueType) -> st.SearchStrategy[Expression]:
        value = st.sampled_from(places[type])
        other = value | st.builds(Constant, st.sampled_from(constants[type]), st.just(type))
        # (Cypher orders two stored texts by other units; a constant one it does not.)
        names: list[OperationName] = ["=", "<>"] if type == "STRING" else ["=", "<>", "<", "<=", ">", ">="]
        found = [
            st.builds(lambda name, *both: Operation(name, both, "BOOL"), st.sampled_from(names), value, other),
            st.builds(lambda *three: Operation("in", three, "BOOL"), value, other, other),
            st.builds(lambda one: Operation("is null", (one,), "BOOL"), value),
            st.builds(lambda *two: Operation("=", (Operation("coalesce", two, type), two[1]), "BOOL"), value, other),
        ]
        if type == "STRING":
            found.append(st.builds(lambda *two: Operation("like", two, "BOOL"), value, other))
        return st.one_of(found)

    names: list[OperationName] = ["and", "or"]
    return st.recursive(
        st.one_of([comparisons(type) for type in types]),
        lambda parts: st.one_of(
            st.builds(lambda name, *two: Operation(name, two, "BOOL"), st.sampled_from(names), parts, parts),
            st.builds(lambda one: Operation("not", (one,), "BOOL"), parts),
        ),
        max_leaves=3,
    )


def translated(where: Predicate | None, kind: Kind, ids: Ids, type_ids: Callable[[int], int]) -> Predicate | None:
    """The same condition in a store's ids."""

    def several(parts: Sequence[Predicate]) -> list[Predicate]:
        return [translated(part, kind, ids, type_ids) for part in parts]  # type: ignore[misc]

    if isinstance(where, And):
        return And(several(where.parts))
    if isinstance(where, Or):
        return Or(several(where.parts))
    if isinstance(where, Not):
        return Not(several([where.part])[0])
    if isinstance(where, Compare) and where.left == Field("id"):
        return Compare(where.left, where.operator, ids(kind, int(where.value)))
    if isinstance(where, OneOf) and where.left == Field("id"):
        return OneOf(where.left, [ids(kind, int(handle)) for handle in where.values])
    if isinstance(where, InContext):
        return InContext([ids("context", handle) for handle in where.context_ids])
    if isinstance(where, TypeAndName):
        return TypeAndName([(type_ids(type), name) for type, name in where.pairs])
    return where
