"""What a store holds, at a glance: how much of each kind, what is new, what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphmeta.backends.predicates import And, Compare, Field, Not, OneOf, Predicate
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.model import KINDS, AnyNode, Kind
from graphmeta.query.listing import LOOKED_THROUGH, newest_id
from graphmeta.query.production import is_bookkeeping
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store


class Overview(NamedTuple):
    """What a store holds.

    Attributes:
        numbers: how many nodes there are, by kind.
        newest: those that were stored last, by kind; of contexts none that pipeline systems write for themselves.
        failed: the last steps with the state FAILED, of the newest `looked_through` executions.
    """

    numbers: Mapping[Kind, int]
    newest: Mapping[Kind, Sequence[AnyNode]]
    failed: Sequence[AnyNode]
    looked_through: int


def overview(store: Store, most: int) -> Overview:
    """What a store holds.

    Args:
        most: nodes of each kind that are told as new, and steps that failed.
    """
    numbers: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    for each in store.counts():
        numbers[each.kind] += each.number
    last = newest_id(store, "execution")
    state = Compare(Field("state"), "=", "FAILED")
    recent = And((state, Compare(Field("id"), ">", last - LOOKED_THROUGH)))
    failed = _newest(store, "execution", recent if last > LOOKED_THROUGH else state, most)
    shown: dict[Kind, Predicate | None] = {"context": _that_say_something(store)}
    newest = {kind: _newest(store, kind, shown.get(kind), most) for kind in KINDS}
    return Overview(numbers, newest, failed, min(LOOKED_THROUGH, numbers["execution"]))


def _that_say_something(store: Store) -> Predicate | None:
    """Which contexts to show as new."""
    hidden = [type.id for type in store.types("context") if type.id is not None and is_bookkeeping(type.name)]
    return Not(OneOf(Field("type_id"), hidden)) if hidden else None


def _newest(store: Store, kind: Kind, where: Predicate | None, most: int) -> list[AnyNode]:
    return to_nodes(store.backend.nodes(NodeQuery(kind, where, Order("id", True), most, many=True)))
