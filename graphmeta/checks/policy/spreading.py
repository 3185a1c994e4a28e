"""How tags, and descent, spread down a lineage: what was made of what as two arrays, and one walk from many nodes.

A node is a number here: an artifact its id, an execution its id with a minus. A million nodes then take some hundred
megabytes, and not gigabytes.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery, Walk
from graphmeta.backends.rows import EventColumns
from graphmeta.model import INPUT_EVENTS, Artifact, Execution
from graphmeta.query.answers.ways import Way
from graphmeta.query.flow import Edge, Key, edges_of
from graphmeta.query.reading import Reader
from graphmeta.store.store import Store

Direction = Literal["upstream", "downstream"]
Links = Mapping[int, Sequence[int]]
# Where each node was first reached from.
Reached = Mapping[int, int]

# From more nodes than that an engine does not walk: all events are read, and walked in memory. (Neo4j walks from each
# node in turn.)
FEW = 50
# After so many events all are read at once: walks of several rules meet the same.
_PATIENCE = 200_000
NOBODY: frozenset[int] = frozenset()


def spread(links: Links, starts: Collection[int], stops: Collection[int] = NOBODY, hops: int | None = None) -> Reached:
    """All that lies behind some nodes, breadth first: each with the node that it was first reached from.

    A start is among them only where a way leads to it from a start.

    Args:
        links: the nodes behind each.
        stops: nodes that are not reached, so that nothing is through them. (Starts are always gone on from.)
        hops: node steps at most; None for all.
    """
    starts = starts if isinstance(starts, (set, frozenset)) else set(starts)
    previous: dict[int, int] = {}
    frontier: Collection[int] = starts
    while frontier and hops != 0:
        following: list[int] = []
        for node in frontier:
            for other in links.get(node, ()):
                if other not in previous and other not in stops:
                    previous[other] = node
                    if other not in starts:
                        following.append(other)
        frontier = following
        hops = None if hops is None else hops - 1
    return previous


def way_back(reached: Reached, node: int, starts: Collection[int]) -> list[int]:
    """The nodes from one that was reached to the start that it was reached from."""
    way = [node]
    while len(way) == 1 or way[-1] not in starts:
        way.append(reached[way[-1]])
    return way


class Lineage:
    """What was made of what in a store, as far as it was asked for.

    Attributes:
        version: grows with what is known.
    """

    def __init__(self, store: Store) -> None:
        self.version = 0
        self._store = store
        self._reader = Reader(store)
        self._sources, self._targets = array("q"), array("q")
        self._whole = False
        self._covered: dict[tuple[Direction, int | None], set[int]] = {}
        self._after: dict[int, list[int]] | None = None
        self._before: dict[int, list[int]] | None = None
        self._suspects: set[int] = set()
        self._evaluations: set[int] | None = None

    @property
    def after(self) -> Links:
        """The nodes that took each one's data."""
        if self._after is None:
            self._after = _linked(self._sources, self._targets)
        return self._after

    @property
    def before(self) -> Links:
        """The nodes whose data each one took."""
        if self._before is None:
            self._before = _linked(self._targets, self._sources)
        return self._before

    def cover(self, nodes: Collection[int], direction: Direction, hops: int | None = None) -> None:
        """Make known what lies up or down from some nodes, so many node steps far; None for all of it."""
        covered = self._covered.setdefault((direction, hops), set())
        wanted = [] if self._whole else [node for node in nodes if node not in covered]
        if not wanted:
            return
        self.version += 1
        self._after = self._before = None
        if len(wanted) > FEW or len(self._sources) > _PATIENCE:
            self._sources, self._targets = array("q"), array("q")
            self._whole = True
            self._add(self._store.all_events(bare=True))
            return
        covered.update(wanted)
        kinds: list[tuple[Literal["artifact", "execution"], list[int]]] = [
            ("artifact", sorted(node for node in wanted if node > 0)),
            ("execution", sorted(-node for node in wanted if node < 0)),
        ]
        backend = self._store.backend
        self._add(backend.walk(Walk(kind, ids, direction, hops, True)).events for kind, ids in kinds if ids)

    # ------------------------------------------------------------ reading

    def _add(self, parts: Iterable[EventColumns]) -> None:
        """Take in events, but for outputs that made nothing (`Reader.work_of`)."""
        evaluations = self._evaluation_steps()
        doubtful: set[int] = set()
        took: set[tuple[int, int]] = set()
        gave: set[tuple[int, int]] = set()
        sources, targets = self._sources, self._targets
        for events in parts:
            for artifact, execution, type in zip(events.artifact_ids, events.execution_ids, events.types, strict=True):
                if type in INPUT_EVENTS:
                    sources.append(artifact)
                    targets.append(-execution)
                    if execution in evaluations:
                        took.add((artifact, execution))
                else:
                    sources.append(-execution)
                    targets.append(artifact)
                    if type == "PENDING_OUTPUT":
                        doubtful.add(execution)
                    elif execution in evaluations:
                        gave.add((artifact, execution))
        doubtful.update(execution for _, execution in took & gave)
        self._suspects |= doubtful
        if self._suspects:
            self._leave_out({-execution for execution in self._suspects})
            flow = self._reader.work_of(self._suspects)
            for target, before in flow.before.items():
                for source in before:
                    self._sources.append(_number(source))
                    self._targets.append(_number(target))

    def _leave_out(self, steps: set[int]) -> None:
        """Forget the events of some steps."""
        pairs = zip(self._sources, self._targets, strict=True)
        kept = [pair for pair in pairs if pair[0] not in steps and pair[1] not in steps]
        self._sources = array("q", (source for source, _ in kept))
        self._targets = array("q", (target for _, target in kept))

    def _evaluation_steps(self) -> set[int]:
        """The ids of the steps that evaluate: what such a step gives back it did not make."""
        if self._evaluations is None:
            types = self._reader.type_ids("execution", ("Evaluate",))
            query = NodeQuery("execution", OneOf(Field("type_id"), types), bare=True)
            self._evaluations = {row.id for row in self._store.backend.nodes(query)} if types else set()
        return self._evaluations

    # ------------------------------------------------------------ for people

    def nodes(self, numbers: Iterable[int]) -> dict[int, Artifact | Execution]:
        """The nodes with some numbers; those that the store does not have are left out."""
        found = self._reader.nodes(key_of_number(number) for number in numbers)
        return {_number(key): node for key, node in found.items()}

    def ways(self, chains: Sequence[Sequence[int]]) -> list[Way]:
        """Ways along the data, with their nodes and the first event of each step.

        Args:
            chains: the nodes of each, in the direction of the data.
        """
        steps = {pair for chain in chains for pair in pairwise(chain)}
        executions = sorted({-number for pair in steps for number in pair if number < 0})
        events: dict[tuple[int, int], Edge] = {}
        for edge in edges_of(self._store.event_columns(executions=executions)) if executions else ():
            pair = _number(edge.source), _number(edge.target)
            if pair in steps:
                events.setdefault(pair, edge)
        nodes = self.nodes({number for chain in chains for number in chain})
        found = []
        for chain in chains:
            edges = [events.get(pair) or _unseen(pair) for pair in pairwise(chain)]
            found.append(Way([nodes.get(number) for number in chain], edges))
        return found


def _unseen(pair: tuple[int, int]) -> Edge:
    """A step of which no event is there any longer."""
    return Edge(key_of_number(pair[0]), key_of_number(pair[1]))


def _linked(sources: array[int], targets: array[int]) -> dict[int, list[int]]:
    links: dict[int, list[int]] = {}
    for source, target in zip(sources, targets, strict=True):
        behind = links.get(source)
        if behind is None:
            links[source] = [target]
        else:
            behind.append(target)
    return links


def key_of_number(number: int) -> Key:
    """The key of a node."""
    return Key("artifact", number) if number > 0 else Key("execution", -number)


def _number(key: Key) -> int:
    return key.id if key.kind == "artifact" else -key.id
