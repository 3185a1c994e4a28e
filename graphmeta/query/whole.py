"""A whole store as networkx sees it."""

from __future__ import annotations

from typing import Any

import networkx

from graphmeta import vocabulary
from graphmeta.backends.requests import MembershipQuery, ParentQuery
from graphmeta.model import KINDS, AnyNode, Artifact, Kind, node_id
from graphmeta.query.flow import edges_of
from graphmeta.query.nodes import display, value_json
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.paging import pages
from graphmeta.store.store import Store

_AT_ONCE = 10_000


def to_networkx(store: Store) -> networkx.MultiDiGraph:
    """Everything in a store as a `networkx.MultiDiGraph` in the direction of the data.

    Nodes are ("artifact", 1), ("execution", 2) and ("context", 3), with the attributes kind, id, type, display_name
    and, where they have any, name, role, uri, state, external_id, created, updated, and their properties as
    `properties.<key>` and `custom_properties.<key>`. Edges have an attribute `kind`: "event" (their key is the
    event's id; also type, path, time), "attribution" and "association" (from the node to the context), "parent"
    (from the child).
    """
    graph: networkx.MultiDiGraph = networkx.MultiDiGraph()
    base_types = {type.id: type.base_type for type in store.types(system=True)}
    for kind in KINDS:
        for rows in pages(store, kind, number=_AT_ONCE):
            for node in to_nodes(rows):
                graph.add_node((kind, node_id(node)), **_attributes(node, base_types.get(node.type_id)))
            _add_contexts(graph, store, kind, [row.id for row in rows])
    for events in store.all_events():
        for edge in edges_of(events):
            known = {"kind": "event", "type": edge.type, "path": edge.path, "time": edge.time}
            graph.add_edge(tuple(edge.source), tuple(edge.target), key=edge.event, **_set(known))
    for key in list(graph):
        if "kind" not in graph.nodes[key]:  # an artifact that events name and that does not exist
            graph.nodes[key].update(kind=key[0], id=key[1], missing=True)
    return graph


def _add_contexts(graph: networkx.MultiDiGraph, store: Store, kind: Kind, ids: list[int]) -> None:
    """The edges from some nodes to their contexts, or to their parents."""
    if kind == "context":
        for child, parent in store.backend.parents(ParentQuery(child_ids=ids)):
            graph.add_edge(("context", child), ("context", parent), kind="parent")
        return
    name = "attribution" if kind == "artifact" else "association"
    for node, context in store.backend.memberships(MembershipQuery(kind, node_ids=ids)):
        graph.add_edge((kind, node), ("context", context), kind=name)


def _attributes(node: AnyNode, base_type: str | None) -> dict[str, Any]:
    own = {
        "kind": node.kind,
        "id": node.id,
        "type": node.type,
        "display_name": display(node),
        "role": vocabulary.role(node.kind, node.type, base_type),
        "name": node.name,
        "uri": node.uri if isinstance(node, Artifact) else None,
        "state": getattr(node, "state", None),
        "external_id": node.external_id,
        "created": node.created,
        "updated": node.updated,
    }
    for field, values in (("properties", node.properties), ("custom_properties", node.custom_properties)):
        own.update({f"{field}.{key}": value_json(value) for key, value in values.items()})
    return _set(own)


def _set(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
