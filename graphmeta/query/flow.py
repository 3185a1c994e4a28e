"""Events as a graph in memory, in the direction of the data."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from graphmeta.backends.rows import EventColumns
from graphmeta.model import INPUT_EVENTS, OUTPUT_EVENTS, Artifact, Execution, node_id


class Key(NamedTuple):
    """A node of a lineage: ("artifact", 1)."""

    kind: Literal["artifact", "execution"]
    id: int


class Edge(NamedTuple):
    """One edge of a lineage, in the direction of the data.

    Attributes:
        event: the event's id; None where the edge stands for a way whose nodes `types` left out.
        type: the event's type, or None.
        path: the event's path.
        time: the event's time in milliseconds since the epoch, or None.
        hidden: how many nodes were left out between the two on the shortest way; 0 for an event.
    """

    source: Key
    target: Key
    event: int | None = None
    type: str | None = None
    path: tuple[str | int, ...] = ()
    time: int | None = None
    hidden: int = 0


def key_of(node: Artifact | Execution) -> Key:
    """The key of a stored artifact or execution."""
    return Key(node.kind, node_id(node))  # type: ignore[arg-type]  # a ClassVar of a literal type


class Reached(NamedTuple):
    """What a walk reached.

    Attributes:
        distance: node steps from the nearest start, in the order of the walk; 0 for the starts.
        previous: the node that each was first reached from; the starts are not in it.
    """

    distance: dict[Key, int]
    previous: dict[Key, Key]


class Flow:
    """What was made from what, one step at a time.

    Attributes:
        before: the nodes whose data a node took, by event id; one that several events name is there once.
        after: the nodes that took its data, likewise.
    """

    def __init__(self, events: EventColumns) -> None:
        self.events = events
        self.before: dict[Key, dict[Key, None]] = {}
        self.after: dict[Key, dict[Key, None]] = {}
        artifacts = {id: Key("artifact", id) for id in events.artifact_ids}
        executions = {id: Key("execution", id) for id in events.execution_ids}
        for artifact_id, execution_id, type in zip(
            events.artifact_ids, events.execution_ids, events.types, strict=True
        ):
            source: Key = artifacts[artifact_id]
            target: Key = executions[execution_id]
            if type not in INPUT_EVENTS:
                source, target = target, source
            self.after.setdefault(source, {})[target] = None
            self.before.setdefault(target, {})[source] = None

    def sources(self, key: Key) -> list[Key]:
        """The nodes whose data this one took: an artifact's makers, an execution's inputs."""
        return list(self.before.get(key, ()))

    def targets(self, key: Key) -> list[Key]:
        """The nodes that took its data: an artifact's users, an execution's outputs."""
        return list(self.after.get(key, ()))

    def executions(self) -> set[int]:
        """The ids of all executions that the events name."""
        return set(self.events.execution_ids)

    def paths(self, artifact: Key, execution: Key, output: bool) -> list[tuple[str | int, ...]]:
        """The paths of the events between the two, in one direction."""
        return self._paths.get((artifact.id, execution.id, output), [])

    @cached_property
    def _paths(self) -> dict[tuple[int, int, bool], list[tuple[str | int, ...]]]:
        found: dict[tuple[int, int, bool], list[tuple[str | int, ...]]] = {}
        columns = self.events
        for artifact, execution, type, path in zip(
            columns.artifact_ids, columns.execution_ids, columns.types, columns.paths, strict=True
        ):
            found.setdefault((artifact, execution, type not in INPUT_EVENTS), []).append(path)
        return found

    def upstream(self, starts: Iterable[Key], barrier: Collection[Key] = (), hops: int | None = None) -> Reached:
        """Breadth first against the flow, so many steps at most; nodes of `barrier` are reached but not
        walked through, unless they are starts."""
        return _walk(self.before, starts, barrier, hops)

    def downstream(self, starts: Iterable[Key], barrier: Collection[Key] = (), hops: int | None = None) -> Reached:
        """As `upstream`, along the flow."""
        return _walk(self.after, starts, barrier, hops)


def _walk(
    steps: Mapping[Key, Iterable[Key]], starts: Iterable[Key], barrier: Collection[Key], hops: int | None
) -> Reached:
    distance = dict.fromkeys(starts, 0)
    previous: dict[Key, Key] = {}
    queue = deque(distance)
    while queue:
        node = queue.popleft()
        if distance[node] == hops or (node in barrier and distance[node]):
            continue
        for other in steps.get(node, ()):
            if other not in distance:
                distance[other] = distance[node] + 1
                previous[other] = node
                queue.append(other)
    return Reached(distance, previous)


def outputs(events: EventColumns, types: Collection[str]) -> set[tuple[int, int]]:
    """(artifact id, execution id) of the events of these types."""
    columns = zip(events.artifact_ids, events.execution_ids, events.types, strict=True)
    return {(artifact, execution) for artifact, execution, type in columns if type in types}


def rewrites(events: EventColumns) -> set[tuple[int, int]]:
    """(artifact id, execution id) where the execution both took and gave the artifact."""
    return outputs(events, INPUT_EVENTS) & outputs(events, OUTPUT_EVENTS)


def without_outputs(events: EventColumns, pairs: Collection[tuple[int, int]]) -> EventColumns:
    """The events, but for those by which these executions gave these artifacts."""
    return EventColumns.of([row for row in events.rows() if row[3] in INPUT_EVENTS or (row[1], row[2]) not in pairs])


def union(parts: Sequence[EventColumns]) -> EventColumns:
    """Events of several walks, each once, by ascending id."""
    if len(parts) == 1:
        return parts[0]
    rows = {row[0]: row for part in parts for row in part.rows()}
    return EventColumns.of([rows[id] for id in sorted(rows)])


def edges_of(events: EventColumns) -> Iterator[Edge]:
    """Events as edges, by ascending id."""
    for id, artifact_id, execution_id, type, time, path in events.rows():
        artifact, execution = Key("artifact", artifact_id), Key("execution", execution_id)
        ends = (artifact, execution) if type in INPUT_EVENTS else (execution, artifact)
        yield Edge(*ends, id, type, path, time)


def ways(flow: Flow, kept: Sequence[Key]) -> Iterator[Edge]:
    """An edge for every two kept nodes with none but others between them."""
    known = set(kept)
    for source in kept:
        steps = {source: 0}
        met: set[Key] = set()
        queue = deque([source])
        while queue:
            node = queue.popleft()
            for after in flow.targets(node):
                if after in known and node != source and after not in met:
                    met.add(after)
                    yield Edge(source, after, hidden=steps[node])
                elif after not in known and after not in steps:
                    steps[after] = steps[node] + 1
                    queue.append(after)
