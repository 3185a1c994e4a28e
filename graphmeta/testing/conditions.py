"""Hypothesis strategies for the state machine: conditions on nodes, in the reference's ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    InContext,
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
