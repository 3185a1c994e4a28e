"""Many nodes, so many at a time: a server that collects half a million of them for one answer runs out of memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import NodeQuery

Nodes = list[dict[str, Any]]
_AT_ONCE = 20_000


def in_portions(query: NodeQuery, read: Callable[[NodeQuery], Nodes]) -> Nodes:
    """All nodes of a query, as one answer would have them.

    What is ordered by something else than the id is read at once, however much it is.

    Args:
        read: reads the nodes of one query.
    """
    if query.order.by != "id" or (query.limit is not None and query.limit <= _AT_ONCE):
        return read(query)
    if isinstance(query.where, OneOf) and query.where.left.name == "id":
        return _by_ids(query, query.where, read)
    return _by_page(query, read)


def _by_ids(query: NodeQuery, where: OneOf, read: Callable[[NodeQuery], Nodes]) -> Nodes:
    if len(where.values) <= _AT_ONCE:
        return read(query)
    ids = sorted({int(each) for each in where.values}, reverse=query.order.descending)
    found: Nodes = []
    for start in range(0, len(ids), _AT_ONCE):
        found += read(replace(query, where=replace(where, values=ids[start : start + _AT_ONCE]), limit=None))
        if query.limit is not None and len(found) >= query.limit:
            break
    return found[: query.limit]


def _by_page(query: NodeQuery, read: Callable[[NodeQuery], Nodes]) -> Nodes:
    found: Nodes = []
    further: Predicate | None = query.where
    while True:
        left = _AT_ONCE if query.limit is None else min(_AT_ONCE, query.limit - len(found))
        page = read(replace(query, where=further, limit=left))
        found += page
        if len(page) < left or len(found) == query.limit:
            return found
        beyond = Compare(Field("id"), "<" if query.order.descending else ">", page[-1]["id"])
        further = beyond if query.where is None else And((query.where, beyond))
