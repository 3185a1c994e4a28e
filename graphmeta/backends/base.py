"""What a backend is: graph operations on rows, and nothing of the rules above them.

A read is a request object (`NodeQuery`, `Walk`, …) that a backend answers with columns; nothing is
hydrated until somebody looks. A write is a function that the backend runs in one transaction, handing
it a `Writer`: look up what is there, then write one complete `Batch`. Rules (types, names, masks) are
the store's; a backend only says what is missing and what is taken.
"""

from __future__ import annotations

import abc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

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
from graphmeta.backends.rows import Closure, Count, EventColumns, Growth, NodeRows, Totals
from graphmeta.errors import GraphmetaError, UnsupportedError
from graphmeta.model import Type

if TYPE_CHECKING:
    # Who only reads need not load what writes.
    from graphmeta.backends.batch import Writer

T = TypeVar("T")


def system_clock() -> int:
    """Milliseconds since the epoch, by this machine's clock."""
    return time.time_ns() // 1_000_000


class ReadGivenUpError(GraphmetaError):
    """A read was ended because nobody waits for it any longer; see `Backend.reading_while`."""

    code = "CANCELLED"

    def __init__(self) -> None:
        super().__init__("The read was given up, for nobody waits for it any longer. Ask again for its result.")


class UndoneError(Exception):
    """Another transaction of a `Backend.together` broke all of them: this one was not begun."""


class Backend(abc.ABC):
    """One store's engine. Safe to use from several threads.

    Attributes:
        url: where it is, without a password.
        read_only: whether it refuses to write.
        clock: tells the time in milliseconds since the epoch, for every `Writer.now`. Tests that compare
            two stores give both the same.
        one_writer: whether writes take turns anyway, so that several threads of them gain nothing.
        indexes_properties: whether nodes are found by the value of any property without a look at all of them.
    """

    one_writer: ClassVar[bool] = False
    indexes_properties: ClassVar[bool] = False
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

    def membership_page(self, query: MembershipPage) -> list[tuple[int, int, int]]:
        """(number, node id, context id), by ascending number."""
        return self._membership_page(self._noted(query))

    def parents(self, query: ParentQuery) -> list[tuple[int, int]]:
        """(child id, parent id) pairs, ordered by both."""
        return self._parents(self._noted(query))

    def walk(self, walk: Walk) -> Closure:
        """Everything reached; ids that do not exist reach nothing. Cycles are walked once."""
        return self._walk(self._noted(walk))

    def counts(self, at: int | None = None) -> list[Count]:
        """How many nodes there are of each type that has any, by kind and type id; with `at` those that were stored
        by then, in milliseconds since the epoch."""
        return self._counts(self._noted(CountQuery(at)))

    def totals(self) -> Totals:
        """How much there is in all."""
        return self._totals(self._noted(TotalsQuery()))

    def growth(self, at: int | None = None) -> list[Growth]:
        """What came on each day, by day, kind and type id, events last; days on which nothing came are left out. With
        `at` only what was there by then, in milliseconds since the epoch."""
        return self._growth(self._noted(GrowthQuery(at)))

    def dangling(self, limit: int | None = None) -> EventColumns:
        """Events whose artifact or whose execution is not there, by ascending id; so many at most."""
        return self._dangling(self._noted(DanglingQuery(limit)))

    @contextmanager
    def tracing(self) -> Iterator[list[Request]]:
        """Collect the requests made meanwhile (by all threads): what `--show-cypher` prints."""
        requests: list[Request] = []
        self._traces.append(requests)
        try:
            yield requests
        finally:
            self._traces.remove(requests)

    @contextmanager
    def reading_while(self, wanted: Callable[[], bool]) -> Iterator[None]:
        """End this thread's reads within the block when they are not wanted any longer, where the backend can. What is
        read within `transact` is never ended.

        Args:
            wanted: whether somebody still waits for them; asked again and again, in this thread.

        Raises:
            ReadGivenUpError: by a read that was ended, or that began after nobody wanted it.
        """
        yield

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
    def _membership_page(self, query: MembershipPage) -> list[tuple[int, int, int]]: ...

    @abc.abstractmethod
    def _parents(self, query: ParentQuery) -> list[tuple[int, int]]: ...

    @abc.abstractmethod
    def _walk(self, walk: Walk) -> Closure: ...

    @abc.abstractmethod
    def _counts(self, query: CountQuery) -> list[Count]: ...

    @abc.abstractmethod
    def _totals(self, query: TotalsQuery) -> Totals: ...

    @abc.abstractmethod
    def _growth(self, query: GrowthQuery) -> list[Growth]: ...

    @abc.abstractmethod
    def _dangling(self, query: DanglingQuery) -> EventColumns: ...

    @abc.abstractmethod
    def transact(self, work: Callable[[Writer], T]) -> T:
        """Run `work` in one writing transaction and commit it durably.

        The backend sets itself up first if it is empty. `work` may run more than once (a lost
        connection, a deadlock), so it must have no effect but through its `Writer`.

        Raises:
            ReadOnlyError, StoreUnavailableError, ForeignStoreError.
        """

    @contextmanager
    def together(self, *, undo_alone: bool = True) -> Iterator[None]:
        """Let the transactions of this thread within the block share one durable commit, at its end, where the backend
        can. Each is still all or nothing, and sees those before it; other threads, and this one's reads outside of a
        transaction, see none of them before the end.

        Nobody may be told of their results before the block has ended: where it ends with an error, none of them
        happened.

        Errors before the block has begun and after it mean different things. Before: nobody can write now (another
        process kept the store locked for a minute, say), and each transaction alone would wait and fail alike. At its
        end: the commit failed or one transaction broke all of them, everything is undone, and each may be tried alone.

        Args:
            undo_alone: let a transaction that fails break no other. Otherwise one that fails after it has written
                something breaks all of them, which spares the others what being ready to undo each alone takes.

        Raises:
            UndoneError: of a transaction within the block, after one that broke all of them.
            StoreUnavailableError: the store cannot be locked, or the commit failed.
            GraphmetaError: whatever a transaction that broke all of them raised.
        """
        yield

    @abc.abstractmethod
    def initialise(self) -> None:
        """Set up an empty store: tables or constraints, and the system types. Again is harmless."""

    @abc.abstractmethod
    def setup_statements(self) -> list[str]:
        """The statements that `initialise` runs, for an administrator to read."""

    def faults(self) -> list[str]:
        """What is wrong with the store itself, a sentence each: pages that do not add up, missing or failed indexes and
        constraints, property rows of nodes that are not there, edges said twice. None where it is sound."""
        raise NotImplementedError

    def back_up(self, path: Path) -> None:
        """Write the store as it is at this moment to a new file, while others go on using it.

        Raises:
            UnsupportedError: the engine has its own means; the message names them.
            AlreadyExistsError: the file is there.
            NotFoundError: there is no folder for it, or no store yet.
            StoreUnavailableError: it cannot be written; nothing of it stays.
        """
        raise UnsupportedError(
            f"{self.url} is a Neo4j store, which neo4j-admin backs up (`neo4j-admin database dump`, or `backup` while "
            "it runs). `graphmeta copy` writes all that it holds to a file of its own."
        )

    def size(self) -> int | None:
        """Bytes that the store takes on disk: its file, and what waits beside it to be written into that. None where
        the engine does not tell."""
        return None

    def compact(self) -> None:
        """Give space that nothing uses any longer back to the disk.

        Raises:
            UnsupportedError: the engine does that itself.
            ReadOnlyError, NotFoundError: it was opened for reading only; there is no store yet.
            StoreUnavailableError: somebody else holds the store.
        """
        raise UnsupportedError(f"{self.url} is a Neo4j store, which uses freed space again by itself: nothing to do.")

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
