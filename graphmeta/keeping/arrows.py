"""Events in memory, few bytes each: which node's data went into which other's. Nodes are numbers here (`coded`)."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Collection, Iterable, Iterator

from graphmeta.backends.requests import EventQuery
from graphmeta.backends.rows import EventColumns
from graphmeta.keeping.coding import Flowing, by_kind, coded, is_step
from graphmeta.keeping.rows import rows_of
from graphmeta.model import INPUT_EVENTS, OUTPUT_EVENTS
from graphmeta.portions import portions
from graphmeta.store.store import Store

# With more nodes than that it is quicker to read all events of a store than those of the nodes.
_FEW = 5_000


class Arrows:
    """Events as pairs of numbers.

    Attributes:
        sources, targets: the ends of each, in the direction of the data.
        missing: ends that are not there.
        pending: (step, artifact) of outputs that were only announced.
        unclear: ends of events of a type that MLMD does not have: which way the data went cannot be told.
    """

    def __init__(self) -> None:
        self.sources = array("q")
        self.targets = array("q")
        self.missing: set[int] = set()
        self.pending: set[tuple[int, int]] = set()
        self.unclear: set[int] = set()

    def __len__(self) -> int:
        return len(self.sources)

    def add(self, events: EventColumns, but: Collection[int] = ()) -> None:
        """Take events, but for those with these ids."""
        for id, artifact, execution, type in zip(
            events.ids, events.artifact_ids, events.execution_ids, events.types, strict=True
        ):
            if id in but:
                continue
            thing, step = coded("artifact", artifact), coded("execution", execution)
            is_input = type in INPUT_EVENTS
            self.sources.append(thing if is_input else step)
            self.targets.append(step if is_input else thing)
            if type == "PENDING_OUTPUT":
                self.pending.add((step, thing))
            elif not is_input and type not in OUTPUT_EVENTS:
                self.unclear.update((step, thing))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Source and target of each."""
        return zip(self.sources, self.targets, strict=True)


def arrows_of(store: Store, nodes: Collection[int]) -> Arrows:
    """The events of some nodes, of what the steps among them made, and of missing nodes among their ends; it may be
    more."""
    return _all(store) if len(nodes) > _FEW else _around(store, nodes)


def _all(store: Store) -> Arrows:
    arrows = Arrows()
    for events in store.all_events(bare=True):
        arrows.add(events)
    dangling = store.backend.dangling()
    ends: dict[Flowing, Collection[int]] = {"artifact": dangling.artifact_ids, "execution": dangling.execution_ids}
    for kind, ids in ends.items():
        there = {row.id for row in rows_of(store, kind, set(ids))}
        arrows.missing |= {coded(kind, id) for id in ids if id not in there}
    return arrows


def _around(store: Store, nodes: Iterable[int]) -> Arrows:
    arrows = Arrows()
    known: set[int] = set()  # events
    asked: set[int] = set()  # nodes
    ask = set(nodes)
    first = True
    while ask:
        asked |= ask
        ends: set[int] = set()
        for events in _events_of(store, ask):
            arrows.add(events, known)
            known.update(events.ids)
            ends.update(coded("artifact", id) for id in events.artifact_ids)
            ends.update(coded("execution", id) for id in events.execution_ids)
        ends -= asked
        there = {coded(kind, row.id) for kind, ids in by_kind(ends).items() for row in rows_of(store, kind, ids)}
        arrows.missing |= ends - there
        # What the steps made may go along with them, and then it matters who else made and used it.
        made = {target for source, target in arrows.pairs() if is_step(source) and source in ask} if first else set()
        ask = ((ends - there) | made) - asked
        first = False
    return arrows


def _events_of(store: Store, nodes: Iterable[int]) -> Iterator[EventColumns]:
    """The events of some nodes; one between two of them comes twice."""
    those = by_kind(nodes)
    for part in portions(sorted(those["artifact"])):
        yield store.backend.events(EventQuery(artifact_ids=part))
    for part in portions(sorted(those["execution"])):
        yield store.backend.events(EventQuery(execution_ids=part))


def held(arrows: Arrows, candidates: Collection[int]) -> dict[int, int]:
    """The candidates from which something that is none is reached along the data: each with the nearest such. A missing
    node holds nothing, but what was made of it may."""
    before: dict[int, list[int]] = {}
    holder: dict[int, int] = {}
    for source, target in arrows.pairs():
        if source in candidates or source in arrows.missing:
            if target in candidates or target in arrows.missing:
                before.setdefault(target, []).append(source)
            else:
                holder.setdefault(source, target)
    queue = deque(holder)
    while queue:
        node = queue.popleft()
        for source in before.get(node, ()):
            if source not in holder:
                holder[source] = holder[node]
                queue.append(source)
    return {node: by for node, by in holder.items() if node in candidates}
