"""All nodes of a kind, so many at a time: a million with their properties would take gigabytes."""

from __future__ import annotations

from collections.abc import Iterator

from graphmeta.backends.predicates import And, Compare, Field, Predicate
from graphmeta.backends.requests import NodeQuery
from graphmeta.backends.rows import NodeRows
from graphmeta.model import Kind
from graphmeta.store.store import Store

AT_ONCE = 20_000


def pages(store: Store, kind: Kind, where: Predicate | None = None, *, bare: bool = False) -> Iterator[NodeRows]:
    """All nodes of a kind for which a condition holds, by id; the last page has fewer than `AT_ONCE`.

    Args:
        bare: without their properties.
    """
    last = 0
    while True:
        beyond = Compare(Field("id"), ">", last)
        condition = beyond if where is None else And((where, beyond))
        rows = store.backend.nodes(NodeQuery(kind, condition, limit=AT_ONCE, bare=bare))
        yield rows
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id
