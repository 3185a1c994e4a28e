"""A lineage as the pictures see it: vertices with a caption each, and one edge between two of them in the
direction in which the data flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from graphmeta import vocabulary
from graphmeta.model import INPUT_EVENTS, AnyNode, Artifact, Event, Execution, Kind
from graphmeta.render.safe import visible

Key = tuple[Kind, int]

# A name may be 100 kB long; nobody reads that in a picture.
LONGEST = 400


class Lineage(Protocol):
    """What is drawn of `graphmeta.query.Lineage`."""

    @property
    def start(self) -> AnyNode: ...
    @property
    def artifacts(self) -> Sequence[Artifact]: ...
    @property
    def executions(self) -> Sequence[Execution]: ...
    @property
    def events(self) -> Sequence[Event]: ...


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node with what is written on it; all texts are visible, one line, and of bounded length.

    Attributes:
        key: kind and id.
        label: what people call it, `churn@3`.
        type: its type's name; '' where the artifact does not exist.
        role: see `vocabulary`; None where nothing says.
        state: None where it is unset or what one expects (LIVE, COMPLETE).
        uri: '' where there is none.
    """

    key: Key
    label: str
    type: str
    role: str | None
    state: str | None
    uri: str = ""
    start: bool = False
    missing: bool = False

    @property
    def kind(self) -> Kind:
        return self.key[0]

    @property
    def full(self) -> str:
        """All of it in a few words, for a tooltip or a reader of screens."""
        parts = [f"{self.type} {self.label}" if self.type and self.type != self.label else self.label]
        parts.append(f"{self.key[0]}/{self.key[1]}")
        parts += [part for part in (self.state, self.uri) if part]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Edge:
    """All events of one direction between two nodes; `types` are their types, by first appearance."""

    source: Key
    target: Key
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices, the start first and then by distance from it; edges; how many nodes were left out."""

    vertices: list[Vertex]
    edges: list[Edge]
    left_out: int = 0
    index: dict[Key, int] = field(default_factory=dict)


def graph_of(lineage: Lineage, limit: int | None = None) -> Graph:
    """The vertices and edges of a lineage.

    Args:
        limit: at most so many vertices, those nearest to the start; None for all.
    """
    edges = _edges(lineage.events)
    nodes: dict[Key, AnyNode] = {(node.kind, node.id or 0): node for node in lineage.executions}
    nodes |= {(node.kind, node.id or 0): node for node in lineage.artifacts}
    start: Key = (lineage.start.kind, lineage.start.id or 0)
    order = _by_distance(start, [*nodes, *(end for pair in edges for end in pair)], list(edges))
    kept = order if limit is None else order[:limit]
    index = {key: position for position, key in enumerate(kept)}
    vertices = [_vertex(key, nodes.get(key) or (lineage.start if key == start else None), start) for key in kept]
    drawn = [
        Edge(source, target, tuple(types))
        for (source, target), types in edges.items()
        if source in index and target in index
    ]
    return Graph(vertices, drawn, len(order) - len(kept), index)


def _edges(events: Sequence[Event]) -> dict[tuple[Key, Key], dict[str, None]]:
    """The types of the events between two nodes, by (source, target)."""
    edges: dict[tuple[Key, Key], dict[str, None]] = {}
    for event in events:
        artifact: Key = ("artifact", event.artifact_id)
        execution: Key = ("execution", event.execution_id)
        ends = (artifact, execution) if event.type in INPUT_EVENTS else (execution, artifact)
        edges.setdefault(ends, {})[event.type] = None
    return edges


def _by_distance(start: Key, keys: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> list[Key]:
    """All keys once: by the number of edges to the start, whichever way they point, then as given. Those
    that no edge joins to it come last."""
    beside: dict[Key, list[Key]] = {start: []}
    for key in keys:
        beside.setdefault(key, [])
    for source, target in edges:
        beside[source].append(target)
        beside[target].append(source)
    order = dict.fromkeys([start])
    waiting = deque([start])
    while waiting:
        for key in beside[waiting.popleft()]:
            if key not in order:
                order[key] = None
                waiting.append(key)
    return list(order | dict.fromkeys(beside))


def _vertex(key: Key, node: AnyNode | None, start: Key) -> Vertex:
    if node is None:  # an event may name an artifact that does not exist
        return Vertex(key, f"{key[0]}/{key[1]}", "", None, None, missing=True)
    state = getattr(node, "state", None)
    return Vertex(
        key,
        _text(label(node)),
        _text(node.type),
        vocabulary.role(node.kind, node.type),
        None if state in (None, "UNKNOWN", "LIVE", "COMPLETE") else state,
        _text(getattr(node, "uri", None) or ""),
        start=key == start,
    )


def label(node: AnyNode) -> str:
    """What people call a node, with its version where it has one."""
    uri = node.uri if isinstance(node, Artifact) else None
    name = vocabulary.display_name(
        node.name, uri, node.properties, node.custom_properties, f"{node.kind}/{node.id}"
    )
    version = node.value("version")
    if isinstance(version, (int, str)) and not isinstance(version, bool) and version != "" and "@" not in name:
        return f"{name}@{version}"
    return name


def _text(text: str) -> str:
    return visible(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")


Direction = Literal["upstream", "downstream"]
