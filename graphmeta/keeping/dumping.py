"""Writing the dump of a plan, and what is noted of it for the removal."""

from __future__ import annotations

import time
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphmeta.backends.requests import EventQuery, MembershipQuery, ParentQuery
from graphmeta.backends.rows import EventColumns
from graphmeta.keeping.coding import FLOWING, Flowing, coded
from graphmeta.keeping.dump import Line, Pair, event_line, joined_line, node_line, pair_line, type_line
from graphmeta.keeping.dump_writing import Writing, writing
from graphmeta.keeping.identity import known_by
from graphmeta.keeping.removal import RemovalPlan
from graphmeta.keeping.rows import rows_of
from graphmeta.model import INPUT_EVENTS, KINDS, Kind
from graphmeta.portions import portions
from graphmeta.store.store import Store

_PORTION = 1_000


@dataclass(slots=True)
class Dumped:
    """What a dump holds, in numbers.

    Attributes:
        path: where it is.
        numbers: how many things of each sort.
        updated: when each node was last changed as it was dumped, by kind and id.
        events: (id, source, target), one after the other; the ends as `coded`.
        attributions, associations: (node id, context id) of what goes, one after the other.
        parents: (child id, parent id) likewise.
        late: nodes of which something was made since the plan.
    """

    path: Path
    numbers: dict[str, int] = field(default_factory=dict)
    updated: dict[Kind, dict[int, int]] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    events: array[int] = field(default_factory=lambda: array("q"))
    attributions: array[int] = field(default_factory=lambda: array("q"))
    associations: array[int] = field(default_factory=lambda: array("q"))
    parents: array[int] = field(default_factory=lambda: array("q"))
    late: set[int] = field(default_factory=set)


def default_path(store: Store, now: float) -> Path:
    """A name that says what it is, beside the store or, of a server, in the working folder.

    Args:
        now: seconds since the epoch.
    """
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    place = _file_of(store) or Path("neo4j")
    path = place.with_name(f"{place.stem}-removed-{moment}.jsonl.gz")
    number = 1
    while path.exists():
        number += 1
        path = place.with_name(f"{place.stem}-removed-{moment}-{number}.jsonl.gz")
    return path


def _file_of(store: Store) -> Path | None:
    """Where an embedded store lies."""
    start = "sqlite:///"
    return Path(store.url[len(start) :]) if store.url.startswith(start) else None


def dump(
    store: Store, plan: RemovalPlan, path: Path, why: str, *, buried: Mapping[Flowing, Collection[int]] | None = None
) -> Dumped:
    """Write all that a plan takes away to a file, which only those may read who may read the store's.

    Args:
        why: the command, for people.
        buried: ids of what stays and is to lose its bulk, by kind.

    Raises:
        AlreadyExistsError, StoreUnavailableError: nothing was written.
    """
    dumped = Dumped(path)
    ids: dict[Kind, set[int]] = {kind: set(plan.going[kind]) for kind in KINDS}
    for each, those in (buried or {}).items():
        ids[each].update(those)
    file = _file_of(store)
    with writing(path, 0o600 if file is None else file.stat().st_mode & 0o777) as into:
        into.head(store.url, plan.time, why, known_by(store, plan.going))
        used = {row.type_id for kind in KINDS for row in rows_of(store, kind, ids[kind])}
        into.add(type_line(type) for type in store.types(system=True) if type.id in used)
        for kind in KINDS:
            into.add(_nodes(store, kind, ids[kind], dumped))
        _Edges(store, plan, dumped).write(into)
        dumped.numbers = dict(into.numbers)
    return dumped


def _nodes(store: Store, kind: Kind, ids: Collection[int], dumped: Dumped) -> Iterator[Line]:
    for part in portions(sorted(ids), _PORTION):
        rows = store.rows(kind, ids=part)
        for row in rows:
            dumped.updated[kind][row.id] = row.updated
            yield node_line(kind, row, *rows.properties(row.id))


class _Edges:
    """The edges of what goes, and what stays at their other ends.

    What came since the plan and joins something that stays is left out: it then holds on to what it joins.
    """

    def __init__(self, store: Store, plan: RemovalPlan, dumped: Dumped) -> None:
        self._store = store
        self._going = plan.going
        self._named = plan.named
        self._dumped = dumped
        self._ends: dict[Kind, set[int]] = {kind: set() for kind in KINDS}  # ids of what stays

    def write(self, into: Writing) -> None:
        """Two passes: a line for what an edge ends at comes before the edge."""
        dumped, ends, going = self._dumped, self._ends, self._going
        for events in self._events():
            ends["artifact"].update(id for id in events.artifact_ids if id not in going["artifact"])
            ends["execution"].update(id for id in events.execution_ids if id not in going["execution"])
        for kind in FLOWING:
            for node, context in self._memberships(kind):
                ends[kind].update({node} - going[kind])
                ends["context"].update({context} - going["context"])
        parents = self._parents()
        ends["context"].update({parent for _, parent in parents} - going["context"])
        there: dict[Kind, set[int]] = {}
        for each in KINDS:
            rows = list(rows_of(self._store, each, ends[each]))
            there[each] = {row.id for row in rows} | going[each]
            into.add(joined_line(each, row) for row in rows)
        for events in self._events():
            into.add(self._event_lines(events, there))
        for sort, first, pairs, kept in (
            ("attribution", "artifact", self._memberships("artifact"), dumped.attributions),
            ("association", "execution", self._memberships("execution"), dumped.associations),
            ("parent", "context", parents, dumped.parents),
        ):
            into.add(self._pair_lines(sort, there[first], there["context"], pairs, kept))  # type: ignore[index, arg-type]

    def _event_lines(self, events: EventColumns, there: dict[Kind, set[int]]) -> Iterator[Line]:
        going = self._going
        for row in events.rows():
            id, artifact, execution, type, _, _ = row
            if not self._known("artifact", artifact) or not self._known("execution", execution):
                continue
            ends = coded("artifact", artifact), coded("execution", execution)
            goes = artifact in going["artifact"], execution in going["execution"]
            present = artifact in there["artifact"] and execution in there["execution"]
            source, target = ends if type in INPUT_EVENTS else ends[::-1]
            source_goes, target_goes = goes if type in INPUT_EVENTS else goes[::-1]
            if source_goes and not target_goes and present:
                self._dumped.late.add(source)
            self._dumped.events.extend((id, source, target))
            yield event_line(row, dangling=not present)

    def _known(self, kind: Kind, id: int) -> bool:
        return id in self._going[kind] or id in self._ends[kind]

    def _pair_lines(
        self, sort: Pair, first: set[int], second: set[int], pairs: Iterable[tuple[int, int]], kept: array[int]
    ) -> Iterator[Line]:
        for pair in pairs:
            kept.extend(pair)
            yield pair_line(sort, pair, dangling=pair[0] not in first or pair[1] not in second)

    def _events(self) -> Iterator[EventColumns]:
        """The events of what goes, each once."""
        backend = self._store.backend
        for part in portions(sorted(self._going["artifact"]), _PORTION):
            yield backend.events(EventQuery(artifact_ids=part))
        for part in portions(sorted(self._going["execution"]), _PORTION):
            events = backend.events(EventQuery(execution_ids=part))
            yield EventColumns.of([row for row in events.rows() if row[1] not in self._going["artifact"]])

    def _memberships(self, kind: Flowing) -> Iterator[tuple[int, int]]:
        """The memberships of the nodes that go, and of the artifacts that stay in contexts that somebody named."""
        backend = self._store.backend
        for part in portions(sorted(self._going[kind]), _PORTION):
            yield from backend.memberships(MembershipQuery(kind, node_ids=part))
        if kind == "artifact":
            for part in portions(sorted(self._going["context"] & self._named), _PORTION):
                for node, context in backend.memberships(MembershipQuery(kind, context_ids=part)):
                    if node not in self._going[kind]:
                        yield node, context

    def _parents(self) -> list[tuple[int, int]]:
        """The links from contexts that go to what they are part of; all parts of those that go do so, too."""
        found: list[tuple[int, int]] = []
        for part in portions(sorted(self._going["context"]), _PORTION):
            found += self._store.backend.parents(ParentQuery(child_ids=part))
        return found
