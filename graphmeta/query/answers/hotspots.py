"""What most depends on what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.model import Artifact, Execution
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.nodes import node_json


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A node that much depends on.

    Attributes:
        reach: how many artifacts and executions came of it.
        betweenness: on which share of the shortest ways between two others it lies, 0 to 1; from a sample where the
            graph is large.
    """

    node: Artifact | Execution
    reach: int
    betweenness: float

    def to_json(self) -> Json:
        """The node, with the attributes above beside its fields."""
        return {**node_json(self.node), "reach": self.reach, "betweenness": self.betweenness}


@dataclass(frozen=True, slots=True)
class Hotspots(Answer):
    """The nodes that most depends on, the first first.

    Attributes:
        nodes, edges: how large the graph is: artifacts and executions that events name, and how many pairs of them.
        exact: whether `reach` was counted; else it is an estimate from a sample.
        samples: from how many nodes the ways were walked for `betweenness`.
    """

    spots: Sequence[Hotspot]
    nodes: int
    edges: int
    exact: bool
    samples: int
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"nodes": the hotspots, "graph": {"nodes", "edges"}, "exact", "samples", "notes"}."""
        return {
            "nodes": [spot.to_json() for spot in self.spots],
            "graph": {"nodes": self.nodes, "edges": self.edges},
            "exact": self.exact,
            "samples": self.samples,
            "notes": [*self.notes],
        }
