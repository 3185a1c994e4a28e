"""A lineage as the pictures see it: vertices with a caption each, and one edge between two of them in the
direction in which the data flows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from graphmeta.query import Key, Lineage
from graphmeta.query.nodes import nameless
from graphmeta.render.safe import visible
from graphmeta.render.words import caption

# A name may be 100 kB long; nobody reads that in a picture.
LONGEST = 400
# States that say nothing: what one expects, and what nobody set.
ORDINARY_STATES = (None, "", "UNKNOWN", "LIVE", "COMPLETE")


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node with what is written on it; all texts are visible, one line, and of bounded length.

    Attributes:
        label: what people call it, `churn@3`.
        type: its type's name; '' where the artifact does not exist.
        nameless: nobody gave it a name, and the label is made up.
        role: see `vocabulary`; None where nothing says.
        state: None where it is one of `ORDINARY_STATES`.
        uri: '' where there is none.
    """

    key: Key
    label: str
    type: str = ""
    nameless: bool = False
    role: str | None = None
    state: str | None = None
    uri: str = ""
    start: bool = False
    missing: bool = False

    @property
    def named(self) -> tuple[str, str, str]:
        """As `words.with_id` writes it, in three parts: ("Model:", "churn@3", " (artifact/42)") and
        ("", "fine-tune", " (train, execution/4)")."""
        key = f"{self.key.kind}/{self.key.id}"
        if self.missing:
            return "", key, ""
        if self.nameless:
            return "", self.type, f" ({key})"
        if self.key.kind == "artifact":
            return f"{self.type}:", self.label, f" ({key})"
        return "", self.label, f" ({key})" if self.type == self.label else f" ({self.type}, {key})"

    @property
    def subtitle(self) -> str:
        """What stands below the label: `Model`, `train step`."""
        if self.missing:
            return "not in the store"
        return self.type if self.key.kind == "artifact" else f"{self.type} step"

    @property
    def full(self) -> str:
        """All of it in a few words, for a tooltip or a reader of screens."""
        return ", ".join(["".join(self.named), *(part for part in (self.state, self.uri) if part)])


@dataclass(frozen=True, slots=True)
class Edge:
    """All events of one direction between two nodes.

    Attributes:
        types: the events' types, by first appearance; none where nodes between the two were left out.
        hidden: how many nodes those are.
    """

    source: Key
    target: Key
    types: tuple[str, ...]
    hidden: int = 0

    @property
    def planned(self) -> bool:
        """Whether it was only declared, or is yet to come."""
        return bool(self.types) and all(type.startswith(("DECLARED", "PENDING")) for type in self.types)


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices, the start first and then by distance from it; the edges between them; where each vertex
    stands in the list; how many nodes were left out."""

    vertices: list[Vertex]
    edges: list[Edge]
    index: dict[Key, int]
    left_out: int = 0

    @property
    def start(self) -> Vertex:
        """The vertex of the node that was asked about."""
        return self.vertices[0]

    @property
    def ends(self) -> list[tuple[int, int]]:
        """The edges as pairs of indices of `vertices`."""
        return [(self.index[edge.source], self.index[edge.target]) for edge in self.edges]


def graph_of(lineage: Lineage, limit: int | None = None) -> Graph:
    """The vertices and edges of a lineage.

    Args:
        limit: at most so many vertices, those nearest to the start; None for all.
    """
    edges = _edges(lineage)
    order = _by_distance(lineage.start_key, [*lineage.nodes, *lineage.missing], edges)
    index = {key: position for position, key in enumerate(order[:limit])}
    drawn = [edge for edge in edges if edge.source in index and edge.target in index]
    return Graph([vertex_of(lineage, key) for key in index], drawn, index, len(order) - len(index))


def _edges(lineage: Lineage) -> list[Edge]:
    types: dict[tuple[Key, Key], dict[str, None]] = {}
    hidden: dict[tuple[Key, Key], int] = {}
    for edge in lineage.edges:
        ends = (edge.source, edge.target)
        found = types.setdefault(ends, {})
        if edge.type is not None:
            found[edge.type] = None
        if edge.hidden:
            hidden[ends] = edge.hidden
    return [Edge(*ends, tuple(found), 0 if found else hidden.get(ends, 0)) for ends, found in types.items()]


def _by_distance(start: Key, keys: Sequence[Key], edges: Sequence[Edge]) -> list[Key]:
    """All keys once: by the number of edges to the start, whichever way they point, then as given. Those
    that nothing joins to it come last."""
    beside: dict[Key, list[Key]] = {key: [] for key in (start, *keys)}
    for edge in edges:
        beside.setdefault(edge.source, []).append(edge.target)
        beside.setdefault(edge.target, []).append(edge.source)
    order = {start: None}
    waiting = deque([start])
    while waiting:
        for key in beside[waiting.popleft()]:
            if key not in order:
                order[key] = None
                waiting.append(key)
    return list(order | dict.fromkeys(beside))


def vertex_of(lineage: Lineage, key: Key) -> Vertex:
    """One node of a lineage with its caption."""
    node = lineage.nodes.get(key)
    if node is None and key == lineage.start_key:
        node = lineage.start
    if node is None:  # an event may name an artifact that does not exist
        return Vertex(key, f"{key.kind}/{key.id}", missing=True)
    state = getattr(node, "state", None)
    return Vertex(
        key,
        _text(caption(node)),
        _text(node.type),
        nameless(node),
        lineage.role(key),
        None if state in ORDINARY_STATES else state,
        _text(getattr(node, "uri", None) or ""),
        start=key == lineage.start_key,
    )


def _text(text: str) -> str:
    return visible(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…")
