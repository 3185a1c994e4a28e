"""A lineage as the pictures see it: vertices with a caption each, and one edge between two of them in the
direction in which the data flows. Repeated runs may share a vertex (`folding`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from graphmeta.query import Key, Lineage
from graphmeta.render import patience
from graphmeta.render.folding import classes
from graphmeta.render.layers import bends
from graphmeta.render.vertex import Vertex as Vertex
from graphmeta.render.vertex import family_of, folded
from graphmeta.render.vertex import vertex_of as vertex_of

# A picture of more takes seconds and megabytes, and nobody can follow its lines.
MOST_EDGES = 3000
MOST_BENDS = 10_000


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


class LeftOut(NamedTuple):
    """How many nodes were not drawn: of what the start was made from, and of what was made from it; a node on both
    sides counts upstream, one on neither counts in `total` only."""

    total: int = 0
    upstream: int = 0
    downstream: int = 0


NOTHING_LEFT_OUT = LeftOut()


@dataclass(frozen=True, slots=True)
class Graph:
    """Vertices, the start first and then by distance from it; the edges between them; where each vertex
    stands in the list, by the key of every member; how many nodes were left out; and, where not all of the lineage was
    read, a sentence that says so."""

    vertices: list[Vertex]
    edges: list[Edge]
    index: dict[Key, int]
    omitted: LeftOut = NOTHING_LEFT_OUT
    incomplete: str | None = None

    @property
    def left_out(self) -> int:
        """How many nodes were not drawn."""
        return self.omitted.total

    @property
    def start(self) -> Vertex:
        """The vertex of the node that was asked about; where none was, the first."""
        return self.vertices[0]

    @property
    def ends(self) -> list[tuple[int, int]]:
        """The edges as pairs of indices of `vertices`."""
        return [(self.index[edge.source], self.index[edge.target]) for edge in self.edges]


def graph_of(lineage: Lineage, limit: int | None = None, *, fold: bool = False, opened: Collection[Key] = ()) -> Graph:
    """The vertices and edges of a lineage.

    Args:
        limit: at most so many vertices, those nearest to the start; fewer where they have more than `MOST_EDGES` edges
            or a drawing more than `MOST_BENDS` bends. None for all, whatever it takes to draw them.
        fold: three or more nodes that are alike and have the same neighbours share a vertex.
        opened: what would share a vertex with one of these is drawn node by node all the same.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
    edges = _edges(lineage)
    keys = list(dict.fromkeys((lineage.start_key, *lineage.nodes, *lineage.missing)))
    groups = _groups(lineage, keys, edges, frozenset(opened)) if fold else {}
    if groups:
        edges = _joined(edges, groups)
        keys = list(dict.fromkeys(groups[key][0] if key in groups else key for key in keys))
    order = _by_distance(lineage.start_key, keys, edges)
    patience.check()
    kept = order if limit is None else order[: _drawable(order[:limit], edges)]
    vertices = [folded(lineage, groups[key]) if key in groups else vertex_of(lineage, key) for key in kept]
    index = {member: position for position, vertex in enumerate(vertices) for member in vertex.members}
    drawn = [edge for edge in edges if edge.source in index and edge.target in index]
    sizes = {key: len(groups.get(key, (key,))) for key in order[len(kept) :]}
    return Graph(vertices, drawn, index, _left_out(lineage.start_key, sizes, edges))


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


def _groups(
    lineage: Lineage, keys: Sequence[Key], edges: Sequence[Edge], opened: frozenset[Key]
) -> dict[Key, tuple[Key, ...]]:
    """The members of the vertex that each folded node shares, by each of them."""
    families = [(lineage.start_key,) if key == lineage.start_key else family_of(lineage, key) for key in keys]
    number = {key: position for position, key in enumerate(keys)}
    found = classes(families, [(number[edge.source], number[edge.target]) for edge in edges])
    groups: dict[Key, tuple[Key, ...]] = {}
    for members in found:
        group = tuple(keys[member] for member in members)
        if opened.isdisjoint(group):
            groups.update(dict.fromkeys(group, group))
    return groups


def _joined(edges: Iterable[Edge], groups: Mapping[Key, tuple[Key, ...]]) -> list[Edge]:
    """The edges between what is drawn: those of the members of a fold are one."""
    types: dict[tuple[Key, Key], dict[str, None]] = {}
    hidden: dict[tuple[Key, Key], int] = {}
    for edge in edges:
        ends = (groups.get(edge.source, (edge.source,))[0], groups.get(edge.target, (edge.target,))[0])
        types.setdefault(ends, {}).update(dict.fromkeys(edge.types))
        hidden[ends] = max(hidden.get(ends, 0), edge.hidden)
    return [Edge(*ends, tuple(found), 0 if found else hidden[ends]) for ends, found in types.items()]


def _by_distance(start: Key, keys: Sequence[Key], edges: Sequence[Edge]) -> list[Key]:
    """All keys once: by the number of edges to the start, whichever way they point, then as given. Those
    that nothing joins to it come last."""
    beside: dict[Key, list[Key]] = {key: [] for key in (start, *keys)}
    for edge in edges:
        beside[edge.source].append(edge.target)
        beside[edge.target].append(edge.source)
    return list(dict.fromkeys((*_reached(start, beside), *beside)))


def _reached(start: Key, beside: Mapping[Key, Sequence[Key]]) -> dict[Key, None]:
    """What a walk from the start meets, the nearest first."""
    order = {start: None}
    waiting = deque([start])
    while waiting:
        for key in beside.get(waiting.popleft(), ()):
            if key not in order:
                order[key] = None
                waiting.append(key)
    return order


def _drawable(order: Sequence[Key], edges: Sequence[Edge]) -> int:
    """How many of the first vertices a picture can hold with all that is between them."""
    place = {key: position for position, key in enumerate(order)}
    ends = [(place[edge.source], place[edge.target]) for edge in edges if edge.source in place and edge.target in place]
    later = sorted(max(pair) for pair in ends)  # the number of vertices with which each edge comes
    fits, most = min(1, len(order)), later[MOST_EDGES] if len(later) > MOST_EDGES else len(order)
    count = most  # mostly all of them fit, and one look is enough
    while fits < most:
        patience.check()
        if bends(count, [pair for pair in ends if max(pair) < count]) <= MOST_BENDS:
            fits = count
        else:
            most = count - 1
        count = (fits + most + 1) // 2
    return fits


def cut_short(graph: Graph, sentence: str) -> Graph:
    """A graph of a lineage that was not read to its end: a fold may stand for more nodes than it has."""
    vertices = [replace(vertex, open_ended=vertex.folded) for vertex in graph.vertices]
    return replace(graph, vertices=vertices, incomplete=sentence)


def _left_out(start: Key, sizes: Mapping[Key, int], edges: Sequence[Edge]) -> LeftOut:
    """How many nodes are not drawn at each side, given how many each vertex that is not drawn stands for."""
    if not sizes:
        return NOTHING_LEFT_OUT
    before: dict[Key, list[Key]] = {}
    after: dict[Key, list[Key]] = {}
    for edge in edges:
        before.setdefault(edge.target, []).append(edge.source)
        after.setdefault(edge.source, []).append(edge.target)
    upstream, downstream = _reached(start, before), _reached(start, after)
    return LeftOut(
        sum(sizes.values()),
        sum(size for key, size in sizes.items() if key in upstream),
        sum(size for key, size in sizes.items() if key in downstream and key not in upstream),
    )
