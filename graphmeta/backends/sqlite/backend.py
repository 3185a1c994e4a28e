"""The embedded store: one SQLite file in ML Metadata's own format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from graphmeta.backends.base import Backend
from graphmeta.backends.requests import (
    CountQuery,
    DanglingQuery,
    EventQuery,
    GrowthQuery,
    MembershipPage,
    MembershipQuery,
    NodeQuery,
    ParentQuery,
    TotalsQuery,
    TypeQuery,
    Walk,
)
from graphmeta.backends.rows import Closure, Count, EventColumns, Growth, NodeRows, Totals
from graphmeta.backends.sqlite.connection import Connections
from graphmeta.backends.sqlite.reader import (
    read_counts,
    read_dangling,
    read_events,
    read_growth,
    read_membership_page,
    read_memberships,
    read_nodes,
    read_parents,
    read_totals,
)
from graphmeta.backends.sqlite.schema import mlmd_statements, own_statements
from graphmeta.backends.sqlite.walker import walk as walk_events
from graphmeta.errors import InternalError, ReadOnlyError
from graphmeta.model import Type

if TYPE_CHECKING:
    from graphmeta.backends.batch import Writer
    from graphmeta.backends.sqlite.writer import SqliteWriter

T = TypeVar("T")


class SqliteBackend(Backend):
    """A file that ml-metadata opens as well, and that it may have made.

    Safe to use from several threads and processes, and after a fork. The first write makes the file.

    Args:
        path: of the file.
        read_only: refuse to write. Opening then takes no lock and needs no right to write.
    """

    one_writer = True
    indexes_properties = True

    def __init__(self, path: str | os.PathLike[str], *, read_only: bool = False) -> None:
        super().__init__()
        self.path = Path(path)
        self.url = f"sqlite:///{self.path}"
        self.read_only = read_only
        self._connections = Connections(str(self.path.absolute()), read_only=read_only)

    def _types(self, query: TypeQuery) -> list[Type]:
        return self._connections.read(lambda connection: connection.types().copies())

    def _nodes(self, query: NodeQuery) -> NodeRows:
        return self._connections.read(lambda connection: read_nodes(connection, query))

    def _events(self, query: EventQuery) -> EventColumns:
        return self._connections.read(lambda connection: read_events(connection.raw, query))

    def _memberships(self, query: MembershipQuery) -> list[tuple[int, int]]:
        return self._connections.read(lambda connection: read_memberships(connection.raw, query))

    def _membership_page(self, query: MembershipPage) -> list[tuple[int, int, int]]:
        return self._connections.read(lambda connection: read_membership_page(connection.raw, query))

    def _parents(self, query: ParentQuery) -> list[tuple[int, int]]:
        return self._connections.read(lambda connection: read_parents(connection.raw, query))

    def _walk(self, walk: Walk) -> Closure:
        return self._connections.read(lambda connection: walk_events(connection.raw, walk))

    def _counts(self, query: CountQuery) -> list[Count]:
        return self._connections.read(lambda connection: read_counts(connection, query))

    def _totals(self, query: TotalsQuery) -> Totals:
        return self._connections.read(lambda connection: read_totals(connection.raw))

    def _growth(self, query: GrowthQuery) -> list[Growth]:
        return self._connections.read(lambda connection: read_growth(connection.raw, query))

    def _dangling(self, query: DanglingQuery) -> EventColumns:
        return self._connections.read(lambda connection: read_dangling(connection.raw, query))

    def transact(self, work: Callable[[Writer], T]) -> T:
        self._refuse_if_read_only()
        writer = _writer()
        with self._connections.writing() as connection:
            return work(writer(connection, self.clock()))

    @contextmanager
    def together(self, *, undo_alone: bool = True) -> Iterator[None]:
        if self.read_only:  # each transaction says so; not even an empty one may begin
            yield
            return
        with self._connections.together(undo_alone=undo_alone):
            yield

    @contextmanager
    def reading_while(self, wanted: Callable[[], bool]) -> Iterator[None]:
        with self._connections.reading_while(wanted):
            yield

    def faults(self) -> list[str]:
        from graphmeta.backends.sqlite.soundness import faults

        try:
            return self._connections.read(lambda connection: faults(connection.raw))
        except InternalError as error:
            if "malformed" not in str(error.__cause__):
                raise
            return [str(error)]  # so damaged that not even its faults can be counted

    def back_up(self, path: Path) -> None:
        from graphmeta.backends.sqlite.copying import back_up

        back_up(self._connections, path)

    def size(self) -> int:
        files = [self.path, self.path.with_name(f"{self.path.name}-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    def compact(self) -> None:
        self._refuse_if_read_only()
        from graphmeta.backends.sqlite.copying import compact

        with self._connections.alone() as connection:
            compact(connection.raw)

    def initialise(self) -> None:
        self.transact(lambda writer: None)

    def setup_statements(self) -> list[str]:
        return [*mlmd_statements().values(), *own_statements().values()]

    def close(self) -> None:
        self._connections.close()

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise ReadOnlyError(
                f"{self.url} was opened for reading only, so nothing was written. Open it without read_only to write."
            )


@cache
def _writer() -> type[SqliteWriter]:
    """What writes. Late, for who only reads need not load it, and once: looking a module up takes time in every put."""
    from graphmeta.backends.sqlite.writer import SqliteWriter

    return SqliteWriter
