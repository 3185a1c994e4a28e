"""Nodes by their ids and by their labels: those that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery
from graphmeta.model import AnyNode, Kind, node_id
from graphmeta.query.nodes import label
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store

_MOST_COLONS = 4  # of a label: more are not tried


def node_with_id(store: Store, kind: Kind, id: int) -> AnyNode | None:
    """The node of a kind with an id, or None where the store has none."""
    nodes = to_nodes(store.rows(kind, ids=[id]))
    return nodes[0] if nodes else None


def nodes_with_ids(store: Store, kind: Kind, ids: Iterable[int]) -> dict[int, AnyNode]:
    """The nodes of a kind with these ids, by id; unknown ones are left out."""
    wanted = sorted(set(ids))
    return {node_id(node): node for node in to_nodes(store.rows(kind, ids=wanted))} if wanted else {}


def existing(store: Store, kind: Kind, ids: Collection[int]) -> set[int]:
    """Those of the ids that the store has a node of a kind for; quicker than to read the nodes."""
    if not ids:
        return set()
    return {row.id for row in store.backend.nodes(NodeQuery(kind, OneOf(Field("id"), sorted(ids)), bare=True))}


def labelled(store: Store, labels: Collection[str]) -> dict[str, AnyNode]:
    """The artifacts and executions that labels name (see `nodes.label`), by label, in four reads at most; unknown ones
    are left out."""
    names = sorted({name for each in labels for name in _names(each)})
    ids: dict[Kind, list[int]] = {"artifact": [], "execution": []}
    for each in labels:
        kind, _, id = each.partition("/")
        if kind in ids and id.isascii() and id.isdecimal() and len(id) < 19:
            ids[kind].append(int(id))
    found: list[AnyNode] = []
    for kind, wanted in ids.items():
        found += to_nodes(store.rows(kind, ids=wanted)) if wanted else []
        found += to_nodes(store.rows(kind, OneOf(Field("name"), names))) if names else []
    by_label = {text: each for each in found for text in (label(each), f"{each.kind}/{each.id}")}
    return {text: each for text, each in by_label.items() if text in labels}


def _names(text: str) -> list[str]:
    """What may be the name in `Type:name`: both may hold colons."""
    parts = text.split(":")
    return [":".join(parts[start:]) for start in range(1, min(len(parts), _MOST_COLONS + 1))]
