"""Nodes of a store without their properties, however many."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from graphmeta.backends.predicates import And, Field, OneOf, Predicate
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRow
from graphmeta.model import Kind
from graphmeta.portions import portions
from graphmeta.store.paging import pages
from graphmeta.store.store import Store

_PORTION = 100_000


def rows_in_portions(
    store: Store, kind: Kind, parts: Sequence[Predicate], portion: int = _PORTION
) -> Iterator[NodeRow]:
    """The nodes for which all of these hold, by id, so many at a time."""
    for rows in pages(store, kind, *parts, number=portion, bare=True):
        yield from rows


def rows_of(store: Store, kind: Kind, ids: Collection[int], *parts: Predicate) -> Iterator[NodeRow]:
    """The nodes with these ids, by id; unknown ones are left out."""
    for some in portions(sorted(ids)):
        yield from store.backend.nodes(NodeQuery(kind, And([OneOf(Field("id"), some), *parts]), bare=True))
