"""Data that came of itself: where the events of a store go round."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphmeta.backends.rows import EventColumns
from graphmeta.model import INPUT_EVENTS
from graphmeta.query.flow import Key


@dataclass(slots=True)
class Cycles:
    """What goes round.

    Attributes:
        ways: a shortest way round for each part of the store that has one; the first node is the last as well.
        rewritten: the artifacts that a step both took and gave, by the step's id: a cycle of two, and legal.
    """

    ways: list[list[Key]] = field(default_factory=list)
    rewritten: dict[int, list[int]] = field(default_factory=dict)


class Arrows:
    """All events of a store as numbers, eight bytes an event and a hundred or so a node.

    Attributes:
        artifacts, executions: the number of each that an event names, by its id.
    """

    def __init__(self) -> None:
        self.artifacts: dict[int, int] = {}
        self.executions: dict[int, int] = {}
        self._sources = array("i")
        self._targets = array("i")

    def __len__(self) -> int:
        return len(self._sources)

    def add(self, events: EventColumns) -> None:
        """Take over some events."""
        artifacts, executions = self.artifacts, self.executions
        for artifact_id, execution_id, type in zip(
            events.artifact_ids, events.execution_ids, events.types, strict=True
        ):
            artifact = artifacts.get(artifact_id)
            if artifact is None:
                artifact = artifacts[artifact_id] = len(artifacts) + len(executions)
            execution = executions.get(execution_id)
            if execution is None:
                execution = executions[execution_id] = len(artifacts) + len(executions)
            taken = type in INPUT_EVENTS
            self._sources.append(artifact if taken else execution)
            self._targets.append(execution if taken else artifact)

    def cycles(self) -> Cycles:
        """Find what goes round. Linear, but for what is left when everything that begins or ends was peeled off."""
        left = set(self._unpeeled())
        if not left:
            return Cycles()
        # (`left` is of a few nodes, mostly.)
        edges = {
            (source, target)
            for source, target in zip(self._sources, self._targets, strict=True)
            if source in left and target in left
        }
        keys = {number: Key("artifact", id) for id, number in self.artifacts.items() if number in left}
        keys.update((number, Key("execution", id)) for id, number in self.executions.items() if number in left)
        return _found({(keys[source], keys[target]) for source, target in edges})

    def _unpeeled(self) -> Iterable[int]:
        """What is left when whatever has no way in is taken away, again and again, and then whatever has no way out."""
        number = len(self.artifacts) + len(self.executions)
        left = _peeled(number, self._sources, self._targets, bytearray(b"\1") * number)
        left = _peeled(number, self._targets, self._sources, left)
        return (node for node, there in enumerate(left) if there)


def _peeled(number: int, sources: Sequence[int], targets: Sequence[int], left: bytearray) -> bytearray:
    """Take away, again and again, what has no way in from what is left."""
    ways_in = array("i", bytes(4 * number))
    begin = array("i", bytes(4 * (number + 1)))  # where a node's targets begin in `after`
    for source, target in zip(sources, targets, strict=True):
        if left[source] and left[target]:
            ways_in[target] += 1
            begin[source] += 1
    place = 0
    for node in range(number + 1):
        begin[node], place = place, place + begin[node]
    after = array("i", bytes(4 * place))
    fill = begin[:]
    for source, target in zip(sources, targets, strict=True):
        if left[source] and left[target]:
            after[fill[source]] = target
            fill[source] += 1
    waiting = [node for node in range(number) if left[node] and not ways_in[node]]
    while waiting:
        node = waiting.pop()
        left[node] = 0
        for target in after[begin[node] : begin[node + 1]]:
            ways_in[target] -= 1
            if not ways_in[target]:
                waiting.append(target)
    return left


def _found(edges: set[tuple[Key, Key]]) -> Cycles:
    import networkx  # late: most stores have nothing that goes round

    graph = networkx.DiGraph(sorted(edges))
    part = {
        node: number for number, those in enumerate(networkx.strongly_connected_components(graph)) for node in those
    }
    found = Cycles()
    one_way: dict[int, tuple[Key, Key]] = {}
    for source, target in sorted(edges):
        if (target, source) not in edges:
            # A way round that is more than steps that changed what they took.
            if part[source] == part[target]:
                one_way.setdefault(part[source], (source, target))
        elif source.kind == "execution":
            found.rewritten.setdefault(source.id, []).append(target.id)
    found.ways = [
        [source, *networkx.shortest_path(graph, target, source)] for source, target in sorted(one_way.values())
    ]
    return found
