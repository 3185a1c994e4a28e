"""How things hang together: ways from one node to another, and what several nodes share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.model import AnyNode
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.flow import Edge
from graphmeta.query.nodes import label, node_json


@dataclass(frozen=True, slots=True)
class Way:
    """One way along the data.

    Attributes:
        nodes: from the first to the last; artifacts and executions in turn. None for an artifact that events name
            and that the store does not have.
        edges: one between each two nodes.
    """

    nodes: Sequence[AnyNode | None]
    edges: Sequence[Edge]

    def __len__(self) -> int:
        """How many node steps it has."""
        return len(self.edges)

    def to_json(self) -> Json:
        """{"length", "nodes", "events": as in a lineage}."""
        return {
            "length": len(self.edges),
            "nodes": [None if node is None else node_json(node) for node in self.nodes],
            "events": [
                {"event": edge.event, "type": edge.type, "path": list(edge.path), "time": edge.time}
                for edge in self.edges
            ],
        }


@dataclass(frozen=True, slots=True)
class Path(Answer):
    """How a node's data reached another.

    Attributes:
        ways: the shortest first; none where none of the data did.
        more: whether there are further ways that were not asked for.
    """

    source: AnyNode
    target: AnyNode
    ways: Sequence[Way]
    more: bool = False
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"source", "target", "ways", "more", "notes"}."""
        return {
            "source": node_json(self.source),
            "target": node_json(self.target),
            "ways": [way.to_json() for way in self.ways],
            "more": self.more,
            "notes": [*self.notes],
        }


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A node that several others came of.

    Attributes:
        distances: node steps from it to each of them, in the order asked; 0 for itself.
        lowest: whether no other shared ancestor came of this one; those on one circle count as one.
    """

    node: AnyNode
    distances: Sequence[int]
    lowest: bool

    def to_json(self) -> Json:
        """The node, with the attributes above beside its fields."""
        return {**node_json(self.node), "distances": [*self.distances], "lowest": self.lowest}


@dataclass(frozen=True, slots=True)
class Common(Answer):
    """What several nodes came of: nearest first, by the longest of the distances, then their sum, then by kind and id.

    Attributes:
        total: how many there are; `ancestors` may have been limited.
    """

    nodes: Sequence[AnyNode]
    ancestors: Sequence[Ancestor]
    total: int
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"of": labels, "nodes": the ancestors, "total", "notes"}."""
        return {
            "of": [label(node) for node in self.nodes],
            "nodes": [ancestor.to_json() for ancestor in self.ancestors],
            "total": self.total,
            "notes": [*self.notes],
        }
