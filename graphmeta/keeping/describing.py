"""A plan for people: how many of which types go, how much that is, the first of them, what holds the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphmeta.keeping.coding import coded, decoded
from graphmeta.keeping.memberships import GoingContexts
from graphmeta.keeping.rows import rows_of
from graphmeta.keeping.selection import Candidates
from graphmeta.keeping.warnings import warnings
from graphmeta.model import KINDS, AnyNode, Kind
from graphmeta.query.nodes import value_json
from graphmeta.store.hydrate import to_node, to_nodes
from graphmeta.store.store import Store

SHOWN = 100
_WEIGHED = 2_000  # nodes whose values are measured; of more, so many of each kind stand for all
_OUTSIDE_IN: tuple[Kind, ...] = ("context", "execution", "artifact")


@dataclass(frozen=True, slots=True)
class Held:
    """A node that matched and stays.

    Attributes:
        by: what stays and was made from it; of a context: what stays in it. None where that is not known.
    """

    node: AnyNode
    by: AnyNode | None


@dataclass(frozen=True, slots=True)
class Description:
    """See the attributes of `RemovalPlan`."""

    types: Mapping[tuple[Kind, str], int]
    bytes: int
    exact: bool
    nodes: Sequence[AnyNode]
    stays: Sequence[Held]
    notes: Sequence[str]


def described(
    store: Store,
    found: Candidates,
    ids: Mapping[Kind, frozenset[int]],
    stays: Mapping[int, int],
    around: GoingContexts,
) -> Description:
    """What people are told of what goes and of what stays.

    Args:
        ids: of what goes.
        stays: what holds each candidate that stays (see `coded`).
    """
    by_type = _by_type(store, found, ids)
    names = {type.id: type.name for type in store.types(system=True)}
    numbers: Counter[tuple[Kind, str]] = Counter()
    for (kind, type), those in by_type.items():
        numbers[kind, names.get(type, "")] += len(those)
    bytes, exact = _weight(store, ids)
    return Description(
        dict(numbers.most_common()),
        bytes,
        exact,
        _first(store, by_type),
        _stays(store, stays, around),
        [*found.notes, *warnings(store, found, ids, around)],
    )


def _by_type(store: Store, found: Candidates, ids: Mapping[Kind, frozenset[int]]) -> dict[tuple[Kind, int], list[int]]:
    """Ids by kind and type."""
    contexts = {row.id: row.type_id for row in rows_of(store, "context", ids["context"])}
    by_type: dict[tuple[Kind, int], list[int]] = {}
    for kind in _OUTSIDE_IN:
        for id in sorted(ids[kind]):
            type = contexts.get(id, 0) if kind == "context" else found.types[coded(kind, id)]
            by_type.setdefault((kind, type), []).append(id)
    return by_type


def _first(store: Store, by_type: Mapping[tuple[Kind, int], Sequence[int]]) -> list[AnyNode]:
    """Some nodes of each type, a hundred in all."""
    each = max(1, SHOWN // max(1, len(by_type)))
    chosen: dict[Kind, list[int]] = {kind: [] for kind in _OUTSIDE_IN}
    left = SHOWN
    for (kind, _), those in by_type.items():
        some = those[: min(each, left)]
        chosen[kind] += some
        left -= len(some)
    found: list[AnyNode] = []
    for kind, ids in chosen.items():
        if ids:
            found += to_nodes(store.rows(kind, ids=sorted(ids)))
    return found


def _stays(store: Store, stays: Mapping[int, int], around: GoingContexts) -> list[Held]:
    """The first hundred that matched and stay, contexts that were named first."""
    pairs: list[tuple[tuple[Kind, int], tuple[Kind, int] | None]] = [
        (("context", id), None if by is None else decoded(by)) for id, by in sorted(around.staying.items())
    ]
    pairs += [(decoded(node), decoded(stays[node])) for node in sorted(stays)[:SHOWN]]
    pairs = pairs[:SHOWN]
    wanted: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
    for pair in pairs:
        for key in pair:
            if key is not None:
                wanted[key[0]].add(key[1])
    known: dict[tuple[Kind, int], AnyNode] = {}
    for kind, ids in wanted.items():
        if ids:
            known.update(((kind, node.id or 0), node) for node in to_nodes(store.rows(kind, ids=sorted(ids))))
    return [Held(known[node], known.get(by) if by else None) for node, by in pairs if node in known]


def _weight(store: Store, ids: Mapping[Kind, frozenset[int]]) -> tuple[int, bool]:
    """The bytes of the values of nodes: their fields and properties as text; and whether all were looked at."""
    total, exact = 0.0, True
    for kind, those in ids.items():
        ordered = sorted(those)
        every = -(-len(ordered) // _WEIGHED)
        some = ordered[:: max(1, every)]
        if some:
            rows = store.rows(kind, ids=some)
            measured = sum(_size(to_node(rows, row)) for row in rows)
            total += measured * len(ordered) / max(1, len(rows))
            exact = exact and len(some) == len(ordered)
    return round(total), exact


def _size(node: AnyNode) -> int:
    texts = [node.name, getattr(node, "uri", None), node.external_id]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text)
    for values in (node.properties, node.custom_properties):
        for key, value in values.items():
            size += len(key.encode("utf-8", "surrogatepass"))
            if isinstance(value, str):
                size += len(value.encode("utf-8", "surrogatepass"))
            elif isinstance(value, (int, float)):
                size += 8
            else:
                size += len(json.dumps(value_json(value)))
    return size
