"""The store in Neo4j."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import neo4j

from graphmeta.backends.base import Backend
from graphmeta.backends.batch import Counted, Writer
from graphmeta.backends.neo4j import rows, schema, soundness
from graphmeta.backends.neo4j.address import Address, resolve
from graphmeta.backends.neo4j.compile import compile
from graphmeta.backends.neo4j.connection import Connection
from graphmeta.backends.neo4j.ids import IdBlocks
from graphmeta.backends.neo4j.portions import in_portions
from graphmeta.backends.neo4j.transaction import Transaction
from graphmeta.backends.neo4j.writer import STILL_JOINED, Neo4jWriter, RaceError
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
from graphmeta.backends.statements import statement
from graphmeta.errors import AlreadyExistsError, ReadOnlyError, StoreUnavailableError
from graphmeta.model import Type

T = TypeVar("T")
# Remembered puts are forgotten so many at a time, and by one process at most so often (seconds).
_FORGET_AT_ONCE = 1000
_FORGET_EVERY = 60.0
# The same key is written at the same moment by a retry only, and nodes are seldom removed: so seldom even twice.
_RACES = 10


class Neo4jBackend(Backend):
    """A database of Neo4j 5.26 or newer: a server, a cluster or Aura; Community Edition will do.

    It connects when first used. Reading a database that is empty answers with nothing and writes nothing.

    Args:
        url: `neo4j://[user:password@]host[:port][/database]`, or with neo4j+s, neo4j+ssc, bolt, bolt+s, bolt+ssc.
        user, password, database: win over what the URL says; what neither says is taken from the environment
            (GRAPHMETA_NEO4J_USER, _PASSWORD, _DATABASE, then NEO4J_USERNAME, NEO4J_PASSWORD, NEO4J_DATABASE).
        read_only: refuse to write.

    Attributes:
        retry_seconds: how long a transaction is tried again whose server went away in the middle, or that met
            a deadlock. To be set before the first use. The first contact is tried once, for less than five.

    Raises:
        InvalidArgumentError: the URL cannot be read.
    """

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        database: str | None = None,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        address = resolve(url, user=user, password=password, database=database)
        self.url = address.url
        self.read_only = read_only
        self._connection = Connection(address, read_only=read_only)
        self._ready = False
        self._ready_lock = threading.Lock()
        self._ids = IdBlocks(self._draw)
        self._last_order = 0
        self._order_lock = threading.Lock()
        self._forgot_at = -_FORGET_EVERY

    @property
    def address(self) -> Address:
        """Where it is and who logs in, for other libraries that go there."""
        return self._connection.address

    @property
    def retry_seconds(self) -> float:
        return self._connection.retry_seconds

    @retry_seconds.setter
    def retry_seconds(self, seconds: float) -> None:
        self._connection.retry_seconds = seconds

    # ------------------------------------------------------------ reads

    def _types(self, query: TypeQuery) -> list[Type]:
        return rows.types(self._one(query))

    def _nodes(self, query: NodeQuery) -> NodeRows:
        return rows.node_rows(query.kind, in_portions(query, lambda portion: self._one(portion)["nodes"]))

    def _events(self, query: EventQuery) -> EventColumns:
        return rows.event_columns(self._one(query))

    def _memberships(self, query: MembershipQuery) -> list[tuple[int, int]]:
        record = self._one(query)
        return list(zip(record["node_ids"], record["context_ids"], strict=True))

    def _membership_page(self, query: MembershipPage) -> list[tuple[int, int, int]]:
        record = self._one(query)
        return list(zip(record["numbers"], record["node_ids"], record["context_ids"], strict=True))

    def _parents(self, query: ParentQuery) -> list[tuple[int, int]]:
        record = self._one(query)
        return list(zip(record["child_ids"], record["parent_ids"], strict=True))

    def _walk(self, walk: Walk) -> Closure:
        return rows.closure(self._one(walk), events=walk.events)

    def _counts(self, query: CountQuery) -> list[Count]:
        return rows.counts(self._read(query))

    def _totals(self, query: TotalsQuery) -> Totals:
        return Totals.of(self._one(query).data())

    def _growth(self, query: GrowthQuery) -> list[Growth]:
        return rows.growth(self._read(query))

    def _dangling(self, query: DanglingQuery) -> EventColumns:
        return rows.event_columns(self._one(query))

    @contextlib.contextmanager
    def reading_while(self, wanted: Callable[[], bool]) -> Iterator[None]:
        with self._connection.reading_while(wanted):
            yield

    def _one(self, request: Request) -> neo4j.Record:
        return self._read(request)[0]

    def _read(self, request: Request) -> list[neo4j.Record]:
        self._check()
        return self._connection.read(*compile(request))

    def cypher(
        self, text: str, parameters: Mapping[str, Any], *, write: bool = False, timeout: float = 30.0
    ) -> list[dict[str, Any]]:
        if write:
            self._refuse_if_read_only()
        self._check()
        return self._connection.alone(text, parameters, write=write, timeout=timeout)

    # ------------------------------------------------------------ writes

    def transact(self, work: Callable[[Writer], T]) -> T:
        self._refuse_if_read_only()
        if not self._check():
            self.initialise()

        def attempt(transaction: Transaction) -> T:
            return work(Neo4jWriter(transaction, self._ids, self.clock(), self._orders))

        for _ in range(_RACES):
            try:
                return self._connection.write(attempt)
            except RaceError:
                continue
            except AlreadyExistsError as problem:
                # A node that was to go got an edge after it was looked at: the next attempt sees it.
                if STILL_JOINED not in str(problem):
                    raise
        raise StoreUnavailableError(
            f"{self.url} is writing another put with the same key, or removing what this one needs, "
            "over and over. Try again."
        )

    def initialise(self) -> None:
        self._refuse_if_read_only()
        with self._ready_lock:
            schema.is_ours(self._connection)
            schema.set_up(self._connection)
            self._ready = True

    def faults(self) -> list[str]:
        return soundness.faults(self._connection) if self._check() else []

    def setup_statements(self) -> list[str]:
        return schema.setup_statements()

    def close(self) -> None:
        self._connection.close()

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise ReadOnlyError(f"{self.url} was opened for reading. Open it without read_only to write.")

    def _check(self) -> bool:
        """Whether graphmeta has set itself up here; asks until it has, then never again."""
        if not self._ready:
            self._ready = schema.is_ours(self._connection)
        return self._ready

    def _orders(self, number: int) -> int:
        """The first of so many numbers for memberships: microseconds since the epoch, so that they tell the
        order between processes too, but never one twice."""
        with self._order_lock:
            first = max(time.time_ns() // 1000, self._last_order + 1)
            self._last_order = first + number
            return first

    def _draw(self, counted: Counted, number: int) -> int:
        def draw(transaction: Transaction) -> int:
            drawn = transaction.run_last(statement("cypher", "draw_ids"), {"name": counted, "number": number})
            return int(drawn.single(strict=True)["first"])

        self._forget_puts()
        return self._connection.write(draw)

    def _forget_puts(self) -> None:
        if time.monotonic() - self._forgot_at < _FORGET_EVERY:
            return
        self._forgot_at = time.monotonic()
        parameters = {"now": self.clock(), "number": _FORGET_AT_ONCE}
        try:
            self._connection.alone(statement("cypher", "forget_puts"), parameters, write=True)
        except StoreUnavailableError as problem:
            # Somebody else's turn, then: no put fails for want of tidiness.
            logging.getLogger(__name__).debug("remembered puts were not forgotten: %s", problem)
