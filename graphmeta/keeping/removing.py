"""Removing what a plan says, from below: at any moment the lineage of what is left is whole."""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from graphmeta.backends.batch import HeldError, Removal, Writer
from graphmeta.backends.predicates import Field, OneOf
from graphmeta.backends.requests import NodeQuery
from graphmeta.keeping.coding import FLOWING, coded, decoded
from graphmeta.keeping.dumping import Dumped
from graphmeta.keeping.removal import RemovalPlan
from graphmeta.model import KINDS, Kind
from graphmeta.portions import together
from graphmeta.store.store import Store

PORTION = 1_000


@dataclass(slots=True)
class Removed:
    """What was done.

    Attributes:
        numbers: how many nodes went, by kind.
        left: what should have gone and stays, by kind and id, because it was changed or joined to something since.
    """

    numbers: Counter[Kind] = field(default_factory=Counter)
    left: set[tuple[Kind, int]] = field(default_factory=set)


class _ChangedError(Exception):
    """Nodes are not as they were dumped. Attributes: ids, by kind."""

    def __init__(self, ids: Mapping[Kind, list[int]]) -> None:
        super().__init__(f"changed: {ids}")
        self.ids = ids


class _Portion(NamedTuple):
    """What one transaction removes.

    Attributes:
        removal: as the backend takes it.
        emptied: how many of what each context waits for went.
    """

    removal: Removal
    emptied: Counter[int]


def remove(
    store: Store,
    plan: RemovalPlan,
    dumped: Dumped,
    *,
    portion: int = PORTION,
    tell: Callable[[int], None] = lambda number: None,
) -> Removed:
    """Remove what a plan says and a dump holds, so many artifacts and executions in one transaction.

    What came from a node goes before or with it, so that whatever is left after an interruption has all that it came
    from. What was changed since it was dumped, or is joined to something new, stays with all that it came from.

    Args:
        tell: is told, after each transaction, how many nodes are gone.

    Raises:
        ReadOnlyError, StoreUnavailableError: what was removed until then is gone; the dump holds it.
    """
    return _Remover(store, plan, dumped).run(portion, tell)


class _Remover:
    def __init__(self, store: Store, plan: RemovalPlan, dumped: Dumped) -> None:
        self._backend = store.backend
        self._updated = dumped.updated
        self._going = {coded(kind, id) for kind in FLOWING for id in plan.going[kind]}
        self._contexts = set(plan.going["context"])
        self._done = Removed()
        self._sources: dict[int, list[int]] = {}  # of nodes that go, those that go, too
        self._events: dict[int, list[int]] = {}  # of nodes that go: places in dumped.events
        self._columns = dumped.events
        for place in range(0, len(dumped.events), 3):
            source, target = dumped.events[place + 1], dumped.events[place + 2]
            for end in {source, target} & self._going:
                self._events.setdefault(end, []).append(place)
            if source in self._going and target in self._going:
                self._sources.setdefault(target, []).append(source)
        self._parents = _of_first(dumped.parents)
        self._waits: Counter[int] = Counter()  # of contexts: members and parts that have not gone yet
        self._memberships: dict[int, list[int]] = {}  # of nodes that go: contexts
        self._listed: dict[int, list[int]] = {}  # of contexts that go: artifacts that stay
        for kind, pairs in (("artifact", dumped.attributions), ("execution", dumped.associations)):
            for id, context in _pairs(pairs):
                node = coded(kind, id)  # type: ignore[arg-type]  # a literal
                if node in self._going:
                    self._memberships.setdefault(node, []).append(context)
                    self._waits[context] += 1
                else:
                    self._listed.setdefault(context, []).append(id)
        for parents in self._parents.values():
            self._waits.update(parents)
        self._leave(map(decoded, dumped.late))

    def run(self, portion: int, tell: Callable[[int], None]) -> Removed:
        first = True
        for nodes in together(_from_below(self._going, self._sources), portion):
            self._remove(nodes, alone=first)
            first = False
            tell(sum(self._done.numbers.values()))
        if first:
            self._remove([], alone=True)  # contexts without members
            tell(sum(self._done.numbers.values()))
        return self._done

    def _remove(self, nodes: list[int], *, alone: bool) -> None:
        """One transaction, tried again without what turns out to be held.

        Args:
            alone: whether contexts that wait for nothing go with it.
        """
        while True:
            portion = self._portion([node for node in nodes if decoded(node) not in self._done.left], alone=alone)
            if not any(portion.removal.nodes.values()):
                return
            try:
                gone = self._backend.transact(lambda writer, portion=portion: self._write(writer, portion.removal))  # type: ignore[misc]
            except (HeldError, _ChangedError) as held:
                self._leave({(kind, id) for kind, ids in held.ids.items() for id in ids})
                continue
            self._waits.subtract(portion.emptied)
            self._done.numbers.update(gone)
            return

    def _write(self, writer: Writer, removal: Removal) -> dict[Kind, int]:
        """Remove, and say how many nodes were there to be removed: somebody else may remove some of them as well."""
        there: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        changed: dict[Kind, list[int]] = {}
        for kind, ids in removal.nodes.items():
            if ids:
                known = self._updated[kind]
                rows = writer.nodes(NodeQuery(kind, OneOf(Field("id"), list(ids)), bare=True), lock=True)
                there[kind] = len(rows)
                those = [row.id for row in rows if row.updated != known.get(row.id)]
                if those:
                    changed[kind] = those
        if changed:
            raise _ChangedError(changed)
        writer.remove(removal)
        return there

    def _portion(self, nodes: list[int], *, alone: bool) -> _Portion:
        """The nodes, their edges, and the contexts of which then nothing is left."""
        removal = Removal({kind: [] for kind in KINDS}, [], [], [], [])
        ids: dict[Kind, list[int]] = {kind: [] for kind in KINDS}
        events: set[int] = set()
        members: dict[str, list[tuple[int, int]]] = {"artifact": [], "execution": []}
        emptied: Counter[int] = Counter()
        ready = deque(id for id in self._contexts if not self._waits[id]) if alone else deque()
        for node in nodes:
            kind, id = decoded(node)
            ids[kind].append(id)
            events.update(self._columns[place] for place in self._events.get(node, ()))
            for context in self._memberships.get(node, ()):
                members[kind].append((id, context))
                self._count(context, emptied, ready)
        parents: list[tuple[int, int]] = []
        while ready:
            context = ready.popleft()
            if ("context", context) in self._done.left:
                continue
            ids["context"].append(context)
            members["artifact"] += [(id, context) for id in self._listed.get(context, ())]
            for parent in self._parents.get(context, ()):
                parents.append((context, parent))
                self._count(parent, emptied, ready)
        removal.nodes, removal.events = ids, sorted(events)
        removal.attributions, removal.associations = members["artifact"], members["execution"]
        removal.parents = parents
        return _Portion(removal, emptied)

    def _count(self, context: int, emptied: Counter[int], ready: deque[int]) -> None:
        emptied[context] += 1
        if emptied[context] == self._waits[context] and context in self._contexts:
            ready.append(context)

    def _leave(self, nodes: Iterable[tuple[Kind, int]]) -> None:
        """Let nodes stay, and so all that they came from, and the contexts that they are in."""
        queue = deque(nodes)
        while queue:
            key = queue.popleft()
            if key in self._done.left:
                continue
            self._done.left.add(key)
            kind, id = key
            if kind == "context":
                queue.extend(("context", parent) for parent in self._parents.get(id, ()) if parent in self._contexts)
                continue
            node = coded(kind, id)
            queue.extend(decoded(source) for source in self._sources.get(node, ()))
            queue.extend(("context", each) for each in self._memberships.get(node, ()) if each in self._contexts)


def _pairs(pairs: array[int]) -> Iterator[tuple[int, int]]:
    return zip(pairs[::2], pairs[1::2], strict=True)


def _of_first(pairs: array[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for first, second in _pairs(pairs):
        found.setdefault(first, []).append(second)
    return found


def _from_below(going: set[int], sources: Mapping[int, list[int]]) -> Iterator[list[int]]:
    """The nodes in an order in which all that came from one comes before it; those of a circle in one piece."""
    waits: Counter[int] = Counter()
    for before in sources.values():
        waits.update(before)
    ready = deque(sorted(node for node in going if not waits[node]))
    rest = set(going)
    while ready:
        node = ready.popleft()
        rest.discard(node)
        yield [node]
        for source in sources.get(node, ()):
            waits[source] -= 1
            if not waits[source]:
                ready.append(source)
    if rest:
        import networkx  # late: most lineages have no circles

        circles: networkx.DiGraph = networkx.DiGraph()
        circles.add_nodes_from(sorted(rest))
        circles.add_edges_from((source, node) for node in rest for source in sources.get(node, ()) if source in rest)
        # Tarjan's algorithm gives what is below first.
        for component in networkx.strongly_connected_components(circles):
            yield sorted(component)
