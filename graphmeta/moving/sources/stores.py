"""A graphmeta store as a source: embedded, or in Neo4j."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast

from graphmeta.backends.predicates import And, Compare, Field, OneOf
from graphmeta.backends.requests import EventQuery, MembershipPage, NodeQuery, ParentQuery
from graphmeta.backends.rows import EventColumns, NodeRows
from graphmeta.backends.sqlite.schema import VERSION
from graphmeta.model import Kind, Type
from graphmeta.moving.source import Member, Part, Source, Summary, Trouble
from graphmeta.store import Store


class StoreSource(Source):
    """A store that graphmeta has open. What graphmeta wrote comes over as it is, so that nothing is reported.

    Args:
        store: closed with the source.
    """

    def __init__(self, store: Store, report: Callable[[Trouble], None] = lambda trouble: None) -> None:
        self._embedded = store.url.startswith("sqlite:")
        what = f"an embedded store (schema {VERSION})" if self._embedded else "a graphmeta store in Neo4j"
        super().__init__(store.url, what, report)
        self._store = store
        self._backend = store.backend

    def summary(self) -> Summary:
        totals = self._backend.totals()
        return Summary(
            schema=VERSION if self._embedded else None,
            numbers={cast("Part", part): number for part, number in totals.numbers.items()},
            highest={cast("Part", part): number for part, number in totals.highest.items()},
            by_type=_by_type(self._store),
            first=totals.first,
            last=totals.last,
        )

    def highest(self) -> Mapping[Part, int]:
        return {cast("Part", part): number for part, number in self._backend.totals().highest.items()}

    def types(self) -> list[Type]:
        return self._backend.types()

    def nodes(self, kind: Kind, after: int, limit: int) -> NodeRows:
        return self._backend.nodes(NodeQuery(kind, Compare(Field("id"), ">", after), limit=limit))

    def changed(self, kind: Kind, since: int, until_id: int) -> Sequence[int]:
        later = And((Compare(Field("updated"), ">=", since), Compare(Field("id"), "<=", until_id)))
        return [row.id for row in self._backend.nodes(NodeQuery(kind, later, bare=True))]

    def nodes_by_id(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        return self._backend.nodes(NodeQuery(kind, OneOf(Field("id"), list(ids))))

    def events(self, after: int, limit: int) -> EventColumns:
        return self._backend.events(EventQuery(after=after, limit=limit))

    def memberships(self, kind: Literal["artifact", "execution"], after: int, limit: int) -> list[Member]:
        return [Member(*row) for row in self._backend.membership_page(MembershipPage(kind, after, limit))]

    def parents(self) -> list[tuple[int, int]]:
        return self._backend.parents(ParentQuery())

    def close(self) -> None:
        self._store.close()


def _by_type(store: Store) -> dict[tuple[Kind, str], int]:
    """How many nodes there are by kind and name of the type, whatever its version."""
    numbers: dict[tuple[Kind, str], int] = {}
    for count in store.backend.counts():
        key = (count.kind, count.type)
        numbers[key] = numbers.get(key, 0) + count.number
    return numbers
