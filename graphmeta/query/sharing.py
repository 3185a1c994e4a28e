"""What do these share?"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import networkx

from graphmeta.backends.requests import Walk
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode
from graphmeta.query.answers.ways import Ancestor, Common
from graphmeta.query.flow import Flow, Key, key_of, union
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given_with_lineage
from graphmeta.store.store import Store


def common(store: Store, nodes: Sequence[AnyNode | str], *, limit: int | None = None) -> Common:
    """The artifacts and executions that all of some nodes came of, nearest first.

    One of the nodes is its own ancestor here: where the others came of it, it is what they share.

    Args:
        nodes: two artifacts or executions, or more, or their names.
        limit: so many ancestors at most; all unless told.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to one of them.
        InvalidArgumentError: fewer than two different nodes, or one is a context.
    """
    found = {key_of(node): node for node in (given_with_lineage(store, each) for each in nodes)}
    if len(found) < 2:
        raise InvalidArgumentError(
            f"Two nodes or more can share something, and {len(found)} {'was' if len(found) == 1 else 'were'} given. "
            "Name them all, as Model:churn@2 Model:churn@3."
        )
    flow = _joint_ancestry(store, list(found))
    distances = [flow.upstream([key]).distance for key in found]
    shared = set.intersection(*(set(each) for each in distances))
    far = {key: tuple(distance[key] for distance in distances) for key in shared}
    order = sorted(shared, key=lambda key: (max(far[key]), sum(far[key]), key))
    chosen = order[:limit]
    known = Reader(store).nodes(chosen)
    lowest = _lowest(flow, shared)
    ancestors = [Ancestor(known[key], far[key], lowest=key in lowest) for key in chosen if key in known]
    notes = (
        [] if shared else [f"Nothing that the store knows is behind all of {', '.join(map(label, found.values()))}."]
    )
    return Common(list(found.values()), ancestors, len(shared), notes)


def _joint_ancestry(store: Store, keys: Sequence[Key]) -> Flow:
    """Everything that some nodes came of: one walk for the artifacts among them, one for the executions."""
    closures = []
    for kind in ("artifact", "execution"):
        ids = [key.id for key in keys if key.kind == kind]
        if ids:
            closures.append(store.backend.walk(Walk(kind, ids, "upstream", events=True)))
    return Flow(union([closure.events for closure in closures]))


def _lowest(flow: Flow, shared: Collection[Key]) -> set[Key]:
    """Those of the shared nodes below which no other is. Nodes of one circle are below each other: they count as one,
    so that of what is shared something is always lowest."""
    graph: networkx.DiGraph = networkx.DiGraph()
    graph.add_nodes_from(shared)
    graph.add_edges_from((key, after) for key in shared for after in flow.targets(key) if after in shared)
    ends = [
        circle
        for circle in networkx.strongly_connected_components(graph)
        if all(after in circle for key in circle for after in graph[key])
    ]
    return set().union(*ends)
