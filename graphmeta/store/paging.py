"""All nodes of a kind, so many at a time: a million with their properties would take gigabytes."""

from __future__ import annotations

from collections.abc import Iterator

from graphmeta.backends.predicates import And, Compare, Field, Predicate
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRows
from graphmeta.model import Kind
from graphmeta.store.store import Store

AT_ONCE = 20_000


def pages(
    store: Store, kind: Kind, *conditions: Predicate, number: int | None = None, bare: bool = False
) -> Iterator[NodeRows]:
    """All nodes of a kind for which all of these conditions hold, by ascending id, so many at a time.

    Args:
        number: nodes of one page; None for `AT_ONCE`. The last page may have fewer, but never none.
        bare: without their properties.
    """
    limit = AT_ONCE if number is None else number
    last = 0
    while True:
        where = And([Compare(Field("id"), ">", last), *conditions])
        rows = store.backend.nodes(NodeQuery(kind, where, limit=limit, bare=bare))
        if rows:
            yield rows
        if len(rows) < limit:
            return
        last = rows[-1].id
