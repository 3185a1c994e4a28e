"""What a backend is: graph operations on rows, and nothing of the rules above them.

A read is a request object (`NodeQuery`, `Walk`, …) that a backend answers with columns; nothing is
hydrated until somebody looks. A write is a function that the backend runs in one transaction, handing
it a `Writer`: look up what is there, then write one complete `Batch`. Rules (types, names, masks) are
the store's; a backend only says what is missing and what is taken.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar, Union

from graphmeta.backends.predicates import Predicate
from graphmeta.errors import UnsupportedError
from graphmeta.model import Kind, Properties, PropertyType, Type

T = TypeVar("T")
Direction = Literal["upstream", "downstream", "both"]
Counted = Literal["artifact", "execution", "context", "event"]


# ---------------------------------------------------------------- what comes back: rows and columns


class NodeRow(NamedTuple):
    """One node without its properties. `state` is a name; `type` the name of the type."""

    id: int
    type_id: int
    type: str
    name: str | None
    uri: str | None
    state: str | None
    external_id: str | None
    created: int
    updated: int


class NodeRows(Sequence[NodeRow]):
    """Nodes of one kind, in the order asked for; their properties are decoded when asked for.

    Args:
        kind: the kind of all of them.
        rows: one row a node.
        decode: gives (properties, custom properties) of the node with an id. It must not go back to
            the store: what it decodes was read together with the rows.
    """

    __slots__ = ("_decode", "kind", "rows")

    def __init__(
        self, kind: Kind, rows: Sequence[NodeRow], decode: Callable[[int], tuple[Properties, Properties]]
    ) -> None:
        self.kind: Kind = kind
        self.rows = rows
        self._decode = decode

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[NodeRow]:
        return iter(self.rows)

    def properties(self, id: int) -> tuple[Properties, Properties]:
        """The declared and the custom properties of the node with this id."""
        return self._decode(id)


@dataclass(slots=True)
class EventColumns:
    """Events as columns of equal length, by ascending event id. `paths` holds tuples of str and int."""

    ids: Sequence[int] = ()
    artifact_ids: Sequence[int] = ()
    execution_ids: Sequence[int] = ()
    types: Sequence[str] = ()
    times: Sequence[int | None] = ()
    paths: Sequence[tuple[str | int, ...]] = ()

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(slots=True)
class Closure:
    """What a walk reached, the start included: ids, ascending, and the events between them.

    Ids of artifacts that do not exist (an event may name one) are in `missing_artifact_ids`.
    """

    artifact_ids: Sequence[int]
    execution_ids: Sequence[int]
    events: EventColumns = field(default_factory=EventColumns)
    missing_artifact_ids: Sequence[int] = ()


class Count(NamedTuple):
    """How many nodes there are of a type."""

    kind: Kind
    type_id: int
    type: str
    number: int


# ---------------------------------------------------------------- what is asked for


class Order(NamedTuple):
    """How nodes are ordered; ties are broken by id in the same direction."""

    by: Literal["id", "created", "updated", "name"] = "id"
    descending: bool = False


BY_ID = Order()


@dataclass(frozen=True, slots=True)
class NodeQuery:
    """Nodes of one kind that a predicate holds for; None is all."""

    kind: Kind
    where: Predicate | None = None
    order: Order = BY_ID
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Events of these artifacts or of these executions: one of the two is given."""

    artifact_ids: Sequence[int] | None = None
    execution_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class MembershipQuery:
    """Attributions (kind "artifact") or associations (kind "execution"), as (node id, context id)
    pairs in the order of insertion: of these nodes or of these contexts; one of the two is given."""

    kind: Literal["artifact", "execution"]
    node_ids: Sequence[int] | None = None
    context_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class ParentQuery:
    """Parent links as (child id, parent id) pairs: of these children or of these parents."""

    child_ids: Sequence[int] | None = None
    parent_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything reached from some nodes along the events.

    Upstream goes against the flow of the data: from an artifact to the executions that have it as an
    output, from an execution to its inputs. Both means the union of an upstream and a downstream walk
    from the same start, not what a walk reaches that changes direction on the way.

    Attributes:
        kind: of the start, "artifact" or "execution".
        ids: of the start.
        hops: node steps at most in that direction, None for all: artifact to execution is one.
        events: whether to bring the events between the reached nodes: all whose two ends it reached; of
            both, those of the upstream walk and those of the downstream walk, each once.
    """

    kind: Literal["artifact", "execution"]
    ids: Sequence[int]
    direction: Direction
    hops: int | None = None
    events: bool = False


@dataclass(frozen=True, slots=True)
class TypeQuery:
    """All types of all kinds."""


@dataclass(frozen=True, slots=True)
class CountQuery:
    """How many nodes there are of each type."""


Request = Union[NodeQuery, EventQuery, MembershipQuery, ParentQuery, Walk, TypeQuery, CountQuery]


# ---------------------------------------------------------------- what is written


@dataclass(slots=True)
class NodeWrite:
    """One node, complete: created where `create`, else replaced whole except for `created`.

    `role` and `display_name` (see `vocabulary`) are for backends that keep them.
    """

    kind: Kind
    create: bool
    row: NodeRow
    properties: Properties
    custom_properties: Properties
    role: str | None
    display_name: str


class EventWrite(NamedTuple):
    id: int
    artifact_id: int
    execution_id: int
    type: str
    path: tuple[str | int, ...]
    time: int


class TypeUse(NamedTuple):
    """A type as the store believed it to be when it checked a batch against it.

    Types are never removed and properties never change their value type, so a batch that fits a type
    as it once was still fits; the backend checks that the type is there and declares these."""

    kind: Kind
    id: int
    name: str
    declared: Mapping[str, PropertyType]


@dataclass(slots=True)
class Batch:
    """What one transaction writes, in this order, whole or not at all.

    Attributes:
        key: made by the client; a batch whose key was written before is not written again.
        keep_key: whether the caller chose the key, so that it must outlive the process.
        uses: the types that the nodes were checked against.
        requires: ids of nodes, by kind, that are not in the batch and must exist.
        events: their nodes are in the batch, or in `requires`, or are artifacts that may be missing.
        attributions, associations: (node id, context id); those that exist are left as they are.
        parents: (child id, parent id); one that exists is an error.
    """

    key: str
    keep_key: bool = False
    uses: Sequence[TypeUse] = ()
    nodes: Sequence[NodeWrite] = ()
    requires: Mapping[Kind, Sequence[int]] = field(default_factory=dict)
    events: Sequence[EventWrite] = ()
    attributions: Sequence[tuple[int, int]] = ()
    associations: Sequence[tuple[int, int]] = ()
    parents: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The ids that a put's nodes have, by kind and in the order given. A repeated key brings back the
    ids of the first time."""

    artifact_ids: tuple[int, ...] = ()
    execution_ids: tuple[int, ...] = ()
    context_ids: tuple[int, ...] = ()


class StaleTypesError(Exception):
    """A type that a batch was checked against is not as believed: read the types and check again."""


class MissingNodesError(Exception):
    """Nodes in `Batch.requires` are not there. Attributes: ids, by kind."""

    def __init__(self, ids: Mapping[Kind, Sequence[int]]) -> None:
        super().__init__(f"missing: {ids}")
        self.ids = ids


Taken = Literal["name", "external_id", "id", "event", "parent"]


class TakenError(Exception):
    """Something that must be unique is there already.

    Attributes:
        what: which rule it broke.
        detail: the value or ids in words, where the engine says.
    """

    def __init__(self, what: Taken, kind: Kind | Literal["type"] | None = None, detail: str = "") -> None:
        super().__init__(f"{kind or ''} {what} is taken {detail}".strip())
        self.what: Taken = what
        self.kind = kind
        self.detail = detail


class Writer(abc.ABC):
    """What a writing transaction may do. Whatever raises undoes the whole transaction."""

    @abc.abstractmethod
    def now(self) -> int:
        """The time of this transaction in milliseconds since the epoch."""

    @abc.abstractmethod
    def ids(self, counted: Counted, number: int) -> Sequence[int]:
        """New ids, ascending, that nobody else gets."""

    @abc.abstractmethod
    def types(self) -> list[Type]:
        """All types, as this transaction sees them."""

    @abc.abstractmethod
    def nodes(self, query: NodeQuery, *, lock: bool = False) -> NodeRows:
        """As `Backend.nodes`; with `lock` nobody else changes them until the transaction ends."""

    @abc.abstractmethod
    def ancestors(self, context_ids: Sequence[int]) -> set[int]:
        """The contexts above these, at any distance. No other parent link is written meanwhile."""

    @abc.abstractmethod
    def write(self, batch: Batch, written: Written) -> Written:
        """Write the batch and remember `written` under its key.

        Returns:
            `written`, or what was remembered if the key is known.

        Raises:
            StaleTypesError, MissingNodesError, TakenError: and nothing is written.
        """

    @abc.abstractmethod
    def write_types(self, types: Sequence[Type]) -> list[int]:
        """Write types whole: new ones have no id yet, the others replace what has their id.

        Returns:
            their ids, index by index.

        Raises:
            TakenError: a new one's (kind, name, version) or an external id is there already.
        """


# ---------------------------------------------------------------- the interface


def system_clock() -> int:
    """Milliseconds since the epoch, by this machine's clock."""
    return time.time_ns() // 1_000_000


class Backend(abc.ABC):
    """One store's engine. Safe to use from several threads.

    Attributes:
        url: where it is, without a password.
        read_only: whether it refuses to write.
        clock: tells the time in milliseconds since the epoch, for every `Writer.now`. Tests that compare
            two stores give both the same.
    """

    url: str
    read_only: bool
    clock: Callable[[], int]
    _traces: list[list[Request]]

    def __init__(self) -> None:
        self.clock = system_clock
        self._traces = []

    # Reads: the public methods note the request for whoever traces, the underscored ones answer it.

    def types(self) -> list[Type]:
        """All types, system types included, by id."""
        return self._types(self._noted(TypeQuery()))

    def nodes(self, query: NodeQuery) -> NodeRows:
        """Nodes, in the order asked for; unknown ids are left out."""
        return self._nodes(self._noted(query))

    def events(self, query: EventQuery) -> EventColumns:
        """Events, by ascending id."""
        return self._events(self._noted(query))

    def memberships(self, query: MembershipQuery) -> list[tuple[int, int]]:
        """(node id, context id) pairs."""
        return self._memberships(self._noted(query))

    def parents(self, query: ParentQuery) -> list[tuple[int, int]]:
        """(child id, parent id) pairs, ordered by both."""
        return self._parents(self._noted(query))

    def walk(self, walk: Walk) -> Closure:
        """Everything reached; ids that do not exist reach nothing. Cycles are walked once."""
        return self._walk(self._noted(walk))

    def counts(self) -> list[Count]:
        """How many nodes there are of each type that has any, by kind and type id."""
        return self._counts(self._noted(CountQuery()))

    @contextmanager
    def tracing(self) -> Iterator[list[Request]]:
        """Collect the requests made meanwhile (by all threads): what `--show-cypher` prints."""
        requests: list[Request] = []
        self._traces.append(requests)
        try:
            yield requests
        finally:
            self._traces.remove(requests)

    def _noted(self, request: T) -> T:
        for trace in self._traces:
            trace.append(request)  # type: ignore[arg-type]
        return request

    @abc.abstractmethod
    def _types(self, query: TypeQuery) -> list[Type]: ...

    @abc.abstractmethod
    def _nodes(self, query: NodeQuery) -> NodeRows: ...

    @abc.abstractmethod
    def _events(self, query: EventQuery) -> EventColumns: ...

    @abc.abstractmethod
    def _memberships(self, query: MembershipQuery) -> list[tuple[int, int]]: ...

    @abc.abstractmethod
    def _parents(self, query: ParentQuery) -> list[tuple[int, int]]: ...

    @abc.abstractmethod
    def _walk(self, walk: Walk) -> Closure: ...

    @abc.abstractmethod
    def _counts(self, query: CountQuery) -> list[Count]: ...

    @abc.abstractmethod
    def transact(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one writing transaction and commit it durably.

        The backend sets itself up first if it is empty. `work` may run more than once (a lost
        connection, a deadlock), so it must have no effect but through its `Writer`.

        Raises:
            ReadOnlyError, StoreUnavailableError, ForeignStoreError.
        """

    @abc.abstractmethod
    def initialise(self) -> None:
        """Set up an empty store: tables or constraints, and the system types. Again is harmless."""

    @abc.abstractmethod
    def setup_statements(self) -> list[str]:
        """The statements that `initialise` runs, for an administrator to read."""

    def cypher(
        self, text: str, parameters: Mapping[str, Any], *, write: bool = False, timeout: float = 30.0
    ) -> list[dict[str, Any]]:
        """Run a Cypher statement and return its records.

        Args:
            timeout: seconds after which the server ends it.
        """
        raise UnsupportedError(
            f"{self.url} is an embedded store, and Cypher runs on Neo4j. Use a store with a URL such as "
            "neo4j://host:7687 (graphmeta --store …); `--show-cypher` on any question shows what Neo4j is asked."
        )

    @abc.abstractmethod
    def close(self) -> None:
        """Give back connections and locks. Again is harmless."""
