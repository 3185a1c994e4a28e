"""On what does most depend?"""

from __future__ import annotations

from typing import Literal

import networkx

from graphmeta.errors import InvalidArgumentError
from graphmeta.query.answers.hotspots import Hotspot, Hotspots
from graphmeta.query.flow import Key, edges_of
from graphmeta.query.reach import reach
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store

By = Literal["reach", "betweenness"]
HOTSPOTS_BY: tuple[By, ...] = ("reach", "betweenness")
# Nodes and edges looked at, in all, to find who lies between: some seconds.
_BETWEENNESS_WORK = 6_000_000
_FEWEST_SAMPLES = 4


def hotspots(store: Store, *, by: By = "reach", limit: int = 10, samples: int | None = None) -> Hotspots:
    """The artifacts and executions of which most came, or that lie on most of the ways between others.

    Args:
        by: what they are ordered by; the other of the two decides between equals.
        limit: so many at most.
        samples: from how many nodes ways are walked for betweenness (Brandes' algorithm, as networkx has it, from a
            sample of the nodes); as many as take some seconds unless told. All of them: exact.

    Raises:
        InvalidArgumentError: an unknown order, or a number below 1.
    """
    if by not in HOTSPOTS_BY:
        raise InvalidArgumentError(f"Hotspots are ordered by {' or '.join(HOTSPOTS_BY)}, and not by {by!r:.100}.")
    for name, number in (("limit", limit), ("samples", samples)):
        if number is not None and (not isinstance(number, int) or isinstance(number, bool) or number < 1):
            raise InvalidArgumentError(f"{name} is a number from 1, and not {number!r:.100}.")
    graph = _graph(store)
    if not graph:
        return Hotspots([], 0, 0, exact=True, samples=0, notes=["No events are recorded yet, so nothing depends."])
    reached, exact = reach(graph)
    size = len(graph) + graph.number_of_edges()
    sampled = min(len(graph), samples or max(_FEWEST_SAMPLES, _BETWEENNESS_WORK // size))
    between = networkx.betweenness_centrality(graph, k=None if sampled == len(graph) else sampled, seed=0)
    first, second = (reached, between) if by == "reach" else (between, reached)
    chosen = sorted(graph, key=lambda key: (-first[key], -second[key], key))[:limit]
    known = Reader(store).nodes(chosen)
    spots = [Hotspot(known[key], reached[key], between[key]) for key in chosen if key in known]
    return Hotspots(spots, len(graph), graph.number_of_edges(), exact, sampled)


def _graph(store: Store) -> networkx.DiGraph:
    """All events of a store, in the direction of the data, by key."""
    graph: networkx.DiGraph = networkx.DiGraph()
    keys: dict[Key, Key] = {}
    for events in store.all_events(bare=True):
        graph.add_edges_from(
            (keys.setdefault(edge.source, edge.source), keys.setdefault(edge.target, edge.target))
            for edge in edges_of(events)
        )
    return graph
