"""A walk that stops once it has met enough: what lies nearest to where it began."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal, NamedTuple

from graphmeta.backends.base import Backend
from graphmeta.backends.requests import Direction, Walk
from graphmeta.backends.rows import EventColumns
from graphmeta.query.flow import Flow, Key, Reached, edges_of, union

# Of a long chain so many node steps are asked for at once: more could be far too much, where it fans out.
_MOST_HOPS = 64


class Nearby(NamedTuple):
    """What a walk met.

    Attributes:
        events: between the nodes that were met.
        nodes: how many those are, the starts included.
        depth: node steps within which nothing is left out; None where nothing at all is.
    """

    events: EventColumns
    nodes: int
    depth: int | None


def walk_nearby(
    backend: Backend,
    kind: Literal["artifact", "execution"],
    starts: Sequence[int],
    direction: Literal["upstream", "downstream"],
    most: int,
) -> Nearby:
    """The events up or down from some nodes of one kind, level by level, until so many nodes were met.

    Args:
        most: nodes, the starts included; those nearest to a start.
    """
    keys = [Key(kind, id) for id in starts]
    met, frontier = set(keys), keys
    parts: list[EventColumns] = []
    depth, hops = 0, 2
    while frontier and len(met) <= most:
        part = backend.walk(Walk(kind, sorted(key.id for key in frontier), direction, hops, events=True)).events
        parts.append(part)
        reached = _reached(Flow(part), frontier, direction, hops).distance
        # An even number of steps away everything is of the kind that the walk began with.
        further = [key for key, steps in reached.items() if steps == hops and key not in met]
        met.update(reached)
        depth += hops
        hops = min(2 * hops, _MOST_HOPS) if len(further) <= len(frontier) else 2
        frontier = further
    events = union(parts) if parts else EventColumns()
    if len(met) > most:
        return _cut(events, keys, direction, most)
    return Nearby(events, len(met), None)


def _cut(events: EventColumns, starts: Sequence[Key], direction: Direction, most: int) -> Nearby:
    distance = _reached(Flow(events), starts, direction).distance
    kept = dict(islice(distance.items(), most))
    first_left_out = next(islice(distance.values(), most, None))
    rows = [
        row
        for row, edge in zip(events.rows(), edges_of(events), strict=True)
        if edge.source in kept and edge.target in kept
    ]
    return Nearby(EventColumns.of(rows), len(kept), first_left_out - 1)


def _reached(flow: Flow, starts: Sequence[Key], direction: Direction, hops: int | None = None) -> Reached:
    return flow.upstream(starts, hops=hops) if direction == "upstream" else flow.downstream(starts, hops=hops)
