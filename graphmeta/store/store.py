"""The store: what people open, write to and read from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload

from graphmeta.backends.base import Backend
from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import (
    BY_ID,
    DIRECTIONS,
    Direction,
    EventQuery,
    MembershipQuery,
    NodeQuery,
    Order,
    ParentQuery,
    Walk,
)
from graphmeta.backends.rows import Closure, Count, EventColumns, NodeRows
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import (
    AnyNode,
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Kind,
    ParentContext,
    Type,
    node_id,
)
from graphmeta.store.context_cache import ContextCache
from graphmeta.store.hydrate import to_events, to_nodes
from graphmeta.store.type_cache import SYSTEM_NAMES, TypeCache
from graphmeta.store.values import check_count, check_text

if TYPE_CHECKING:
    from datetime import datetime

    from graphmeta.backends.batch import Written
    from graphmeta.store.given import Given
    from graphmeta.store.options import PutOptions


class Store:
    """Artifacts, executions and contexts, and what joins them, behind one interface for every backend.

    Safe to use from several threads. Close it, or use it in a `with` block.

    Args:
        backend: the engine that holds the graph; `graphmeta.connect` finds the one for a URL.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._types = TypeCache(backend)
        self._contexts = ContextCache()

    @property
    def url(self) -> str:
        """Where the store is, without a password."""
        return self.backend.url

    def initialise(self) -> None:
        """Set up an empty store; the first write does it as well. Again is harmless."""
        self.backend.initialise()

    def close(self) -> None:
        """Give back connections. Again is harmless."""
        self.backend.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.url!r})"

    # ------------------------------------------------------------ types

    def put_type(self, type: Type, *, can_add_fields: bool = False, can_omit_fields: bool = False) -> int:
        """Make sure that a type exists as given; see `put_types`. Returns its id."""
        return self.put_types([type], can_add_fields=can_add_fields, can_omit_fields=can_omit_fields)[0]

    def put_types(
        self, types: Sequence[Type], *, can_add_fields: bool = False, can_omit_fields: bool = False
    ) -> list[int]:
        """Make sure that types exist as given, all or none.

        Args:
            types: known by (kind, name, version); each is created, or compared with the stored one.
            can_add_fields: a stored type may gain the properties that it lacks.
            can_omit_fields: a stored type may have properties that are not given; it keeps them.

        Returns:
            their ids, index by index.

        Raises:
            AlreadyExistsError: a stored type differs in a way that the flags do not allow.
            InvalidArgumentError: a type without a name, an unknown value type or base type.
        """
        from graphmeta.store.types import put_types  # late, as in `put`

        ids = put_types(self.backend, types, can_add_fields=can_add_fields, can_omit_fields=can_omit_fields)
        self._types.forget()
        return ids

    def types(self, kind: Kind | None = None, *, system: bool = False) -> list[Type]:
        """The types of a kind, or of all, by id; with `system` the nine that every store holds as well."""
        return [
            type
            for type in self._types.fresh()
            if kind in (None, type.kind) and (system or (type.kind, type.name) not in SYSTEM_NAMES)
        ]

    def type(self, kind: Kind, name: str, version: str = "") -> Type:
        """One type.

        Raises:
            NotFoundError: there is none of that kind, name and version.
        """
        return self._types.named(kind, name, version)

    # ------------------------------------------------------------ writing

    def put(
        self,
        *,
        artifacts: Iterable[Artifact] = (),
        executions: Iterable[Execution] = (),
        contexts: Iterable[Context] = (),
        events: Iterable[Event] = (),
        attributions: Iterable[Attribution] = (),
        associations: Iterable[Association] = (),
        parents: Iterable[ParentContext] = (),
        options: PutOptions | None = None,
        key: str | None = None,
    ) -> Written:
        """Write nodes and what joins them, in one transaction: all of it or nothing.

        A node without an id is created, one with an id replaces what the store has (see `PutOptions` for
        other choices). On success the nodes given carry their `id`, `type_id` and `type`.

        Args:
            events, attributions, associations, parents: their ends are nodes of this put or ids.
            key: names this put, in the whole store: a second put with it writes nothing and returns the
                ids of the first. Made up where None, so that a retry after a lost answer is safe.

        Returns:
            the nodes' ids, in the order given.

        Raises:
            InvalidArgumentError: a value, a name or an end of an edge that cannot be.
            NotFoundError: an unknown type.
            AlreadyExistsError: a name, an external id, an event or a parent link is taken.
            FailedPreconditionError: see `PutOptions.abort_if_changed`.
            ReadOnlyError, StoreUnavailableError: nothing was written.
            KeyboardInterrupt: whether it was written is not known; a put with a key can be repeated.
        """
        write, made_of, no_options = _what_writes()
        given = made_of(
            artifacts=list(artifacts),
            executions=list(executions),
            contexts=list(contexts),
            events=list(events),
            attributions=list(attributions),
            associations=list(associations),
            parents=list(parents),
            options=options or no_options,
            key=os.urandom(16).hex() if key is None else check_text(key, "A put's key"),
            keep_key=key is not None,
        )
        return write(given, self.backend, self._types, self._contexts)

    # ------------------------------------------------------------ reading nodes

    def artifacts(self, where: Predicate | None = None, **choice: Any) -> list[Artifact]:
        """Artifacts; see `rows` for the arguments."""
        return to_nodes(self.rows("artifact", where, **choice), Artifact)

    def executions(self, where: Predicate | None = None, **choice: Any) -> list[Execution]:
        """Executions; see `rows` for the arguments."""
        return to_nodes(self.rows("execution", where, **choice), Execution)

    def contexts(self, where: Predicate | None = None, **choice: Any) -> list[Context]:
        """Contexts; see `rows` for the arguments."""
        return to_nodes(self.rows("context", where, **choice), Context)

    def rows(
        self,
        kind: Kind,
        where: Predicate | None = None,
        *,
        ids: Sequence[int] | None = None,
        type: str | None = None,
        name: str | None = None,
        uri: str | None = None,
        order: Order = BY_ID,
        limit: int | None = None,
    ) -> NodeRows:
        """Nodes of one kind as rows, for which every argument given holds.

        Args:
            where: a condition (`graphmeta.backends.predicates`).
            ids: unknown ones are left out, duplicates are returned once.
            type: the type's name, whatever its version.
            order: by id unless told.
            limit: at most so many.

        Raises:
            InvalidArgumentError: a limit that is no number from 0.
        """
        if limit is not None:
            check_count(limit, "A limit")
        parts: list[Predicate] = [] if where is None else [where]
        if ids is not None:
            parts.append(OneOf(Field("id"), ids))
        if type is not None:
            parts.append(Compare(Field("type"), "=", type))
        if name is not None:
            parts.append(Compare(Field("name"), "=", name))
        if uri is not None:
            parts.append(Compare(Field("uri"), "=", uri))
        whole = None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))
        return self.backend.nodes(NodeQuery(kind, whole, order, limit))

    @overload
    def node(self, kind: Literal["artifact"], id: int) -> Artifact: ...
    @overload
    def node(self, kind: Literal["execution"], id: int) -> Execution: ...
    @overload
    def node(self, kind: Literal["context"], id: int) -> Context: ...
    @overload
    def node(self, kind: Kind, id: int) -> AnyNode: ...
    def node(self, kind: Kind, id: int) -> AnyNode:
        """The node of a kind with an id.

        Raises:
            NotFoundError: there is none.
        """
        found = to_nodes(self.rows(kind, ids=[id]))
        if not found:
            raise NotFoundError(f"There is no {kind} {id} in {self.url}; `graphmeta ls` lists what there is.")
        return found[0]

    def artifact(self, id: int) -> Artifact:
        """The artifact with an id; raises NotFoundError where there is none."""
        return self.node("artifact", id)

    def execution(self, id: int) -> Execution:
        """The execution with an id; raises NotFoundError where there is none."""
        return self.node("execution", id)

    def context(self, id: int) -> Context:
        """The context with an id; raises NotFoundError where there is none."""
        return self.node("context", id)

    # ------------------------------------------------------------ reading what joins them

    def events(
        self,
        *,
        artifacts: Iterable[Artifact | int] | None = None,
        executions: Iterable[Execution | int] | None = None,
    ) -> list[Event]:
        """The events of some artifacts, or of some executions, by ascending id; their ends are ids."""
        return to_events(self.event_columns(artifacts=artifacts, executions=executions))

    def event_columns(
        self,
        *,
        artifacts: Iterable[Artifact | int] | None = None,
        executions: Iterable[Execution | int] | None = None,
    ) -> EventColumns:
        """As `events`, in columns, for many of them."""
        if (artifacts is None) == (executions is None):
            raise TypeError("events of artifacts or of executions: give one of the two")
        if artifacts is not None:
            return self.backend.events(EventQuery(artifact_ids=[node_id(each) for each in artifacts]))
        return self.backend.events(EventQuery(execution_ids=[node_id(each) for each in executions or ()]))

    def all_events(self, number: int = 100_000, *, bare: bool = False) -> Iterator[EventColumns]:
        """All events of the store by ascending id, so many at a time, for a walk over everything; with `bare` without
        their paths, in half the time."""
        last = 0
        while True:
            found = self.backend.events(EventQuery(after=last, limit=number, bare=bare))
            if not found.ids:
                return
            yield found
            last = found.ids[-1]

    def contexts_of(self, node: Artifact | Execution) -> list[Context]:
        """The contexts that an artifact or an execution belongs to, by id."""
        pairs = self.backend.memberships(MembershipQuery(_member(node.kind), node_ids=[node_id(node)]))
        return self.contexts(ids=[context for _, context in pairs]) if pairs else []

    def artifacts_in(self, context: Context | int) -> list[Artifact]:
        """The artifacts that belong to a context, by id."""
        pairs = self.backend.memberships(MembershipQuery("artifact", context_ids=[node_id(context)]))
        return self.artifacts(ids=[node for node, _ in pairs]) if pairs else []

    def executions_in(self, context: Context | int) -> list[Execution]:
        """The executions that belong to a context, by id."""
        pairs = self.backend.memberships(MembershipQuery("execution", context_ids=[node_id(context)]))
        return self.executions(ids=[node for node, _ in pairs]) if pairs else []

    def parents(self, context: Context | int) -> list[Context]:
        """The contexts that a context is part of, by id."""
        pairs = self.backend.parents(ParentQuery(child_ids=[node_id(context)]))
        return self.contexts(ids=[parent for _, parent in pairs]) if pairs else []

    def children(self, context: Context | int) -> list[Context]:
        """The contexts that are part of a context, by id."""
        pairs = self.backend.parents(ParentQuery(parent_ids=[node_id(context)]))
        return self.contexts(ids=[child for child, _ in pairs]) if pairs else []

    def walk(
        self,
        nodes: Sequence[Artifact] | Sequence[Execution],
        direction: Direction,
        *,
        hops: int | None = None,
        events: bool = False,
    ) -> Closure:
        """Everything reached from some nodes of one kind along the events; see `backends.requests.Walk`.

        Raises:
            InvalidArgumentError: an unknown direction, or hops that are no number from 0.
        """
        if direction not in DIRECTIONS:
            raise InvalidArgumentError(f"A direction is upstream, downstream, both or any, not {direction!r}.")
        if hops is not None:
            check_count(hops, "The number of hops")
        if not nodes:
            return Closure((), ())
        ids = [node_id(node) for node in nodes]
        return self.backend.walk(Walk(_member(nodes[0].kind), ids, direction, hops, events))

    def as_of(self, time: int | datetime | str) -> Store:
        """This store as it was: without what was recorded later, by the times at which nodes were stored and events
        happened. Read-only.

        MLMD keeps no history of values: nodes come as they are today, and `backend.updated_since` of the view says
        which of those that were read have changed since. Memberships and parent links count from the moment on at
        which both their nodes were stored.

        Args:
            time: milliseconds since the epoch, a moment (without a zone: a local one), or one in ISO 8601
                (`2026-11-23`, the end of which is meant; `2026-11-23T12:30`, `…+01:00`).

        Raises:
            InvalidArgumentError: it is no time.
        """
        from graphmeta.backends.as_of import AsOfBackend
        from graphmeta.store.moments import milliseconds

        return Store(AsOfBackend(self.backend, milliseconds(time)))

    def counts(self) -> list[Count]:
        """How many nodes there are of each type that has any."""
        return self.backend.counts()

    def cypher(
        self, text: str, *, write: bool = False, timeout: float = 30.0, **parameters: Any
    ) -> list[dict[str, Any]]:
        """Run a Cypher statement; on Neo4j only.

        Args:
            write: allow it to change the graph; a read transaction refuses.
            timeout: seconds after which the server ends it.
            parameters: what the statement calls `$name`.

        Returns:
            one dict a record, by column.

        Raises:
            UnsupportedError: the store is embedded; the message says how to get there.
        """
        return self.backend.cypher(text, parameters, write=write, timeout=timeout)

    def cypher_with(self, text: str, parameters: Mapping[str, Any], **options: Any) -> list[dict[str, Any]]:
        """As `cypher`, for parameters whose names are not Python's (or are `write` or `timeout`)."""
        return self.backend.cypher(text, parameters, **options)


@cache
def _what_writes() -> tuple[Callable[[Given, Backend, TypeCache, ContextCache], Written], type[Given], PutOptions]:
    """What a put needs. Late, for who only reads need not load it, and once: looking a module up each time is a
    hundredth of a put."""
    from graphmeta.store.given import Given
    from graphmeta.store.options import PutOptions
    from graphmeta.store.put import put

    return put, Given, PutOptions()


def _member(kind: Kind) -> Literal["artifact", "execution"]:
    """The kind of a node that events and contexts join.

    Raises:
        TypeError: it is a context.
    """
    if kind == "context":
        raise TypeError("an artifact or an execution is wanted here, not a context")
    return kind
