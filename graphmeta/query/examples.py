"""Examples of types: the newest nodes of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphmeta.backends.predicates import Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.model import AnyNode, Kind, Type
from graphmeta.query.lookup import nodes_with_ids
from graphmeta.store.store import Store

EXAMPLES = 3
_NEWEST = Order("id", descending=True)
# Examples of most types are among these; to find the newest of one type an engine sorts all of that type.
_LOOKED_AT = 500
_FEW = 50  # nodes: types that have no more are asked for together


def examples_of(
    store: Store, kind: Kind, types: Iterable[Type], numbers: Mapping[int | None, int]
) -> dict[int, list[AnyNode]]:
    """The newest nodes of each of some types of a kind, `EXAMPLES` at most, by the types' ids.

    Args:
        numbers: how many nodes there are of each type, by its id.
    """
    wanted = {type.id: min(numbers.get(type.id, 0), EXAMPLES) for type in types if type.id is not None}
    wanted = {id: number for id, number in wanted.items() if number}
    if not wanted:
        return {}
    found = _newest(store, kind, None, _LOOKED_AT)
    lacking = [id for id, number in wanted.items() if len(found.get(id, ())) < number]
    few = [id for id in lacking if numbers[id] <= _FEW]
    if few:
        found |= _newest(store, kind, OneOf(Field("type_id"), few), _FEW * len(few))
    for id in lacking:
        if id not in few:
            found |= _newest(store, kind, Compare(Field("type_id"), "=", id), EXAMPLES)
    chosen = {id: found.get(id, [])[:EXAMPLES] for id in wanted}
    known = nodes_with_ids(store, kind, [each for ids in chosen.values() for each in ids])
    return {id: [known[each] for each in ids if each in known] for id, ids in chosen.items()}


def _newest(store: Store, kind: Kind, where: Predicate | None, limit: int) -> dict[int, list[int]]:
    """The ids of the newest nodes of a kind, by their types' ids."""
    found: dict[int, list[int]] = {}
    for row in store.backend.nodes(NodeQuery(kind, where, _NEWEST, limit, bare=True)):
        found.setdefault(row.type_id, []).append(row.id)
    return found
