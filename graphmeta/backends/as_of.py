"""A store as it was at some time: a view that leaves out what was recorded later."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from graphmeta.backends.base import Backend
from graphmeta.backends.expressions import Neighbour
from graphmeta.backends.predicates import And, Compare, Field, InContext, Matches, Not, OneOf, Or, Predicate
from graphmeta.backends.requests import (
    CountQuery,
    DanglingQuery,
    EventQuery,
    GrowthQuery,
    MembershipPage,
    MembershipQuery,
    NodeQuery,
    ParentQuery,
    Request,
    TotalsQuery,
    TypeQuery,
    Walk,
)
from graphmeta.backends.rows import Closure, Count, EventColumns, EventRow, Growth, NodeRows, Totals
from graphmeta.errors import ReadOnlyError, UnsupportedError
from graphmeta.model import Kind, Type

if TYPE_CHECKING:
    from graphmeta.backends.batch import Writer

T = TypeVar("T")


def _shown(time: int) -> str:
    """A moment in the local zone."""
    try:
        return datetime.fromtimestamp(time / 1000).astimezone().isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):  # no such year
        return f"{time} ms"


class AsOfBackend(Backend):
    """What another backend held at a time, by the times at which nodes were stored and events happened.

    MLMD keeps no history of values: nodes come as they are today, and `updated_since` says which of them changed.
    An event counts from its own time on, and not before both its nodes were stored. Memberships and parent links
    have no time: they count from the moment on at which both their nodes were stored. Types have none at all.

    Args:
        backend: what it looks at; it stays whoever opened it who closes it, but for `close` here.
        time: milliseconds since the epoch; what was recorded at that very millisecond is there.

    Attributes:
        updated_since: (kind, id) of the nodes read so far that were updated after the time, and when they last were.
    """

    def __init__(self, backend: Backend, time: int) -> None:
        super().__init__()
        # (Errors name the store by it: that nothing is called so is no wonder where it came later.)
        self.url = f"{backend.url} as of {_shown(time)}"
        self.read_only = True
        self.clock = lambda: time
        self.time = time
        self.updated_since: dict[tuple[Kind, int], int] = {}
        self._backend = backend

    @contextmanager
    def tracing(self) -> Iterator[list[Request]]:
        with self._backend.tracing() as requests:
            yield requests

    def _types(self, query: TypeQuery) -> list[Type]:
        return self._backend.types()

    def _nodes(self, query: NodeQuery) -> NodeRows:
        rows = self._backend.nodes(replace(query, where=self._by_then(query.where)))
        self.updated_since.update(((query.kind, row.id), row.updated) for row in rows if row.updated > self.time)
        return rows

    def _past(self, where: Predicate) -> Predicate:
        """A condition as it was then.

        Raises:
            UnsupportedError: it is about neighbours, which may have come later.
        """
        match where:
            case And(parts):
                return And([self._past(part) for part in parts])
            case Or(parts):
                return Or([self._past(part) for part in parts])
            case Not(part):
                return Not(self._past(part))
            case InContext(context_ids):
                later = self._later("context", set(context_ids))
                return InContext([id for id in context_ids if id not in later])
            case Matches() if any(isinstance(each, Neighbour) for each in where.requires):
                raise UnsupportedError(
                    "A filter about neighbours (contexts_0, events_0, …) cannot be asked of a store as it was; ask for "
                    "the nodes, and then for what is beside them."
                )
        return where

    def _by_then(self, where: Predicate | None) -> Predicate:
        by_then = Compare(Field("created"), "<=", self.time)
        return by_then if where is None else And((self._past(where), by_then))

    def _events(self, query: EventQuery) -> EventColumns:
        if query.limit is None:
            return self._events_by_then(self._backend.events(query))
        # Where some of these do not count, there may be more that do.
        rows: list[EventRow] = []
        size = query.limit
        while len(rows) < query.limit:
            events = self._backend.events(replace(query, limit=size))
            rows += self._events_by_then(events).rows()
            if len(events.ids) < size:
                break
            query, size = replace(query, after=events.ids[-1]), 2 * size
        return EventColumns.of(rows[: query.limit])

    def _events_by_then(self, events: EventColumns) -> EventColumns:
        later_artifacts = self._later("artifact", set(events.artifact_ids))
        later_executions = self._later("execution", set(events.execution_ids))
        return EventColumns.of(
            [
                row
                for row in events.rows()
                if (row[4] is None or row[4] <= self.time)
                and row[1] not in later_artifacts
                and row[2] not in later_executions
            ]
        )

    def _later(self, kind: Kind, ids: Collection[int]) -> set[int]:
        """Which of some nodes were stored later."""
        if not ids:
            return set()
        later = And((OneOf(Field("id"), sorted(ids)), Compare(Field("created"), ">", self.time)))
        return {row.id for row in self._backend.nodes(NodeQuery(kind, later))}

    def _memberships(self, query: MembershipQuery) -> list[tuple[int, int]]:
        pairs = self._backend.memberships(query)
        return self._pairs(pairs, query.kind, "context")

    def _membership_page(self, query: MembershipPage) -> list[tuple[int, int, int]]:
        page = self._backend.membership_page(query)
        kept = set(self._pairs([row[1:] for row in page], query.kind, "context"))
        if kept or not page:
            return [row for row in page if row[1:] in kept]
        # None of these counts, and there may be more.
        return self._membership_page(replace(query, after=page[-1][0]))

    def _parents(self, query: ParentQuery) -> list[tuple[int, int]]:
        return self._pairs(self._backend.parents(query), "context", "context")

    def _pairs(self, pairs: list[tuple[int, int]], left: Kind, right: Kind) -> list[tuple[int, int]]:
        later_left = self._later(left, {pair[0] for pair in pairs})
        later_right = self._later(right, {pair[1] for pair in pairs})
        return [pair for pair in pairs if pair[0] not in later_left and pair[1] not in later_right]

    def _walk(self, walk: Walk) -> Closure:
        start = set(walk.ids) - self._later(walk.kind, set(walk.ids))
        return self._backend.walk(replace(walk, ids=sorted(start), at=self.time))

    def _counts(self, query: CountQuery) -> list[Count]:
        return self._backend.counts(self.time if query.at is None else min(query.at, self.time))

    def _totals(self, query: TotalsQuery) -> Totals:
        raise UnsupportedError(f"{self.url} is not counted as it was; ask the store as it is.")

    def _growth(self, query: GrowthQuery) -> list[Growth]:
        return self._backend.growth(self.time if query.at is None else min(query.at, self.time))

    def _dangling(self, query: DanglingQuery) -> EventColumns:
        return EventColumns.of([*self._events_by_then(self._backend.dangling()).rows()][: query.limit])

    def transact(self, work: Callable[[Writer], T]) -> T:
        raise ReadOnlyError(
            f"{self.url} is looked at as it was, and the past is not written. Open it as it is to write."
        )

    def initialise(self) -> None:
        self.transact(lambda writer: None)

    def setup_statements(self) -> list[str]:
        return self._backend.setup_statements()

    def faults(self) -> list[str]:
        return self._backend.faults()

    def cypher(
        self, text: str, parameters: Mapping[str, Any], *, write: bool = False, timeout: float = 30.0
    ) -> list[dict[str, Any]]:
        raise UnsupportedError(
            f"A Cypher statement asks {self.url} as it is now. To ask as it was, put conditions on `created` and on "
            "the events' `time` into the statement; docs/cypher.md has one."
        )

    def close(self) -> None:
        self._backend.close()
