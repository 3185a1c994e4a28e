"""Lineages as networkx sees them. networkx is imported with this module, and with nothing else of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx

from graphmeta.model import Artifact
from graphmeta.query.nodes import display

if TYPE_CHECKING:
    from graphmeta.query.answers.lineage import Lineage


def to_networkx(lineage: Lineage) -> networkx.MultiDiGraph:
    """See `Lineage.to_networkx`."""
    graph: networkx.MultiDiGraph = networkx.MultiDiGraph()
    for key, node in lineage.nodes.items():
        attributes = {
            "kind": key.kind,
            "id": key.id,
            "type": node.type,
            "display_name": display(node),
            "role": lineage.role(key),
            "name": node.name,
            "uri": node.uri if isinstance(node, Artifact) else None,
            "state": getattr(node, "state", None),
            "created": node.created,
            "updated": node.updated,
        }
        graph.add_node(tuple(key), **{name: value for name, value in attributes.items() if value is not None})
    for key in lineage.missing:
        graph.add_node(tuple(key), kind=key.kind, id=key.id, missing=True)
    for edge in lineage.edges:
        known: dict[str, object] = {"hidden": edge.hidden}
        if edge.event is not None:
            known = {"type": edge.type, "path": edge.path, "time": edge.time}
        attributes = {name: value for name, value in known.items() if value is not None}
        graph.add_edge(tuple(edge.source), tuple(edge.target), key=edge.event, **attributes)
    return graph
