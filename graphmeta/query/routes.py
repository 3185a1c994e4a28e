"""How did this reach that?"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import pairwise

from graphmeta.backends.requests import Walk
from graphmeta.backends.rows import Closure, EventColumns
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import AnyNode, Artifact, Execution
from graphmeta.query.answers.lineage import Lineage
from graphmeta.query.answers.ways import Path, Way
from graphmeta.query.flow import Edge, Flow, Key, edges_of, key_of
from graphmeta.query.nearby import EVENTS_A_NODE, walk_nearby
from graphmeta.query.nodes import label
from graphmeta.query.reading import Reader, given_with_lineage
from graphmeta.store.store import Store

PATH_LIMIT = 10  # ways that `all` brings unless told
# Partial ways looked at before the search for further ones is given up: only cycles within cycles come near it.
_PATIENCE = 200_000
_FIRST_HOPS = 4


def path(
    store: Store,
    source: AnyNode | str,
    target: AnyNode | str,
    *,
    all: bool = False,
    limit: int | None = None,
    most: int | None = None,
) -> Path:
    """The ways that the data of one node took to another, shortest first; each visits a node once.

    Args:
        source, target: artifacts or executions, or their names.
        all: not the shortest alone.
        limit: so many at most; `PATH_LIMIT` unless told. It implies `all`.
        most: look through so many nodes at most that the target came of, the nearest; None for all. Where there are
            more, a note says so.

    Raises:
        NotFoundError, AmbiguousNameError: none, or several, answer to one of them.
        InvalidArgumentError: one is a context, or the limit is no number from 1.
    """
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool) or limit < 1):
        raise InvalidArgumentError(f"A limit counts ways: 1, 2, 3, …, and not {limit!r}.")
    first, last = given_with_lineage(store, source), given_with_lineage(store, target)
    wanted = (limit or PATH_LIMIT) if all or limit is not None else 1
    start, end = key_of(first), key_of(last)
    if start == end:
        return Path(first, last, [], notes=[f"{label(first)} and {label(last)} are the same node."])
    flow, looked = _ancestry_with(store, end, start, whole=wanted > 1, most=most)
    notes = (
        []
        if looked
        else [f"Only {most:,} nodes at most, those nearest to {label(last)}, were looked through; there are more."]
    )
    if flow is None:
        return Path(first, last, [], notes=[_no_way(store, first, last, most), *notes] if looked else notes)
    ways: list[list[Key]] = []
    more = False
    for way in _ways(flow, start, end) if wanted > 1 else [_shortest(flow, start, end)]:
        if way is None:
            notes.append("There are more ways than could be looked through.")
        elif len(ways) == wanted:
            more = True
        else:
            ways.append(way)
            continue
        break
    return Path(first, last, _with_nodes(store, flow, ways), more, notes)


def _ancestry_with(
    store: Store, end: Key, start: Key, *, whole: bool, most: int | None = None
) -> tuple[Flow | None, bool]:
    """Everything that `end` came of, or, where the nearest way will do, so much of it that `start` is among it; None
    where it is not. And whether all was looked through that had to be: of more than `most` nodes it was not."""
    if most is not None:
        near = walk_nearby(store.backend, [end], "upstream", most_nodes=most, most_events=EVENTS_A_NODE * most)
        flow = Flow(near.events)
        return (flow if start in flow.upstream([end]).distance else None), near.complete
    hops: int | None = None if whole else _FIRST_HOPS
    size = 0
    while True:
        closure = store.backend.walk(Walk(end.kind, [end.id], "upstream", hops, events=True))
        reached = closure.artifact_ids if start.kind == "artifact" else closure.execution_ids
        if start.id in reached:
            return Flow(closure.events), True
        number = len(closure.artifact_ids) + len(closure.execution_ids)
        if hops is None or number == size:
            return None, True
        hops, size = hops * 4, number


def _shortest(flow: Flow, start: Key, end: Key) -> list[Key]:
    """One of the shortest ways between two nodes of which the second came of the first."""
    previous = flow.upstream([end]).previous
    way = [start]
    while way[-1] != end:
        way.append(previous[way[-1]])
    return way


def _ways(flow: Flow, start: Key, end: Key) -> Iterator[list[Key] | None]:
    """Ways from one node to another, the shortest first; None where the search was given up.

    Best first, with the true distance to the end as the estimate, so that what is looked at leads there: of the 2^40
    ways through a ladder of diamonds ten are found as quickly as one.
    """
    left = flow.upstream([end]).distance
    waiting: list[tuple[int, tuple[Key, ...]]] = [(left[start], (start,))]
    patience = _PATIENCE
    while waiting:
        _, way = heapq.heappop(waiting)
        here = way[-1]
        if here == end:
            yield list(way)
            continue
        patience -= 1
        if not patience:
            yield None
            return
        for after in flow.targets(here):
            if after in left and after not in way:
                heapq.heappush(waiting, (len(way) + left[after], (*way, after)))


def _with_nodes(store: Store, flow: Flow, ways: list[list[Key]]) -> list[Way]:
    """Ways with their nodes and the first event of each step."""
    steps = {pair for way in ways for pair in pairwise(way)}
    events: dict[tuple[Key, Key], Edge] = {}
    for edge in edges_of(flow.events):
        if (edge.source, edge.target) in steps:
            events.setdefault((edge.source, edge.target), edge)
    nodes = Reader(store).nodes({key for way in ways for key in way})
    return [Way([nodes.get(key) for key in way], [events[pair] for pair in pairwise(way)]) for way in ways]


def _no_way(store: Store, first: Artifact | Execution, last: Artifact | Execution, most: int | None) -> str:
    """The sentence for two nodes of which the second did not come of the first."""
    sentence = f"{label(last)} did not come of {label(first)}."
    if _ancestry_with(store, key_of(first), key_of(last), whole=False, most=most)[0] is not None:
        return f"{sentence} It is the other way round: ask for the path from {label(last)} to {label(first)}."
    return f"{sentence} `graphmeta common` shows what they share."


def together(store: Store, found: Path) -> Lineage:
    """The ways as one graph, with the source as its start."""
    start = found.source
    assert isinstance(start, (Artifact, Execution))
    edges = {edge.event: edge for way in found.ways for edge in way.edges}
    keys = {key for edge in edges.values() for key in (edge.source, edge.target)}
    there = {key_of(node) for way in found.ways for node in way.nodes if isinstance(node, (Artifact, Execution))}
    rows = []
    for edge in edges.values():
        ends = sorted((edge.source, edge.target))  # the artifact first
        rows.append((edge.event or 0, ends[0].id, ends[1].id, edge.type or "", edge.time, edge.path))
    closure = Closure(
        sorted(key.id for key in keys if key.kind == "artifact"),
        sorted(key.id for key in keys if key.kind == "execution"),
        EventColumns.of(sorted(rows)),
        sorted(key.id for key in keys - there),
    )
    return Lineage(store, start, [closure])
