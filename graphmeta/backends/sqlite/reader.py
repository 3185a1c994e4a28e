"""Answers to requests, read through one connection inside one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, Union

from graphmeta.backends.requests import (
    CountQuery,
    DanglingQuery,
    EventQuery,
    GrowthQuery,
    MembershipPage,
    MembershipQuery,
    NodeQuery,
    ParentQuery,
)
from graphmeta.backends.rows import Count, EventColumns, Growth, NodeRow, NodeRows, PropertyRow, Totals
from graphmeta.backends.sqlite.opening import Connection
from graphmeta.backends.sqlite.predicates import STATES, condition, order
from graphmeta.backends.sqlite.values import STRUCT, from_column, message_from_column
from graphmeta.backends.statements import statement
from graphmeta.model import EVENT_TYPES, KINDS, Kind, Properties

_STATE_NAMES: dict[Kind, dict[int | None, str | None]] = {
    kind: {None: None, **{number: name for name, number in states.items()}} for kind, states in STATES.items()
}


class _EventNames(dict[Union[int, None], str]):
    def __missing__(self, number: int | None) -> str:
        return "UNKNOWN"  # of a type that MLMD does not have


_EVENT_NAMES = _EventNames({number: name for name, number in EVENT_TYPES.items()})


class StoredProperties:
    """Rows of the statements `properties` (the node's id; name; 1 if custom, plus 2 for a bool, plus 4 for an Any; the
    value as its column holds it), turned into values when they are asked for."""

    __slots__ = ("_by_id", "_rows")

    def __init__(self, rows: list[tuple[int, str, int, Any]]) -> None:
        self._rows = rows
        self._by_id: dict[int, list[tuple[int, str, int, Any]]] | None = None

    def of(self, id: int) -> tuple[Properties, Properties]:
        by_id = self._by_id
        if by_id is None:
            by_id = {}
            for row in self._rows:
                found = by_id.get(row[0])
                if found is None:
                    by_id[row[0]] = [row]
                else:
                    found.append(row)
            self._by_id = by_id
        declared: Properties = {}
        custom: Properties = {}
        for _, name, flags, value in by_id.get(id, ()):
            if value is None:
                continue  # a value that another program could not store, as NaN
            if flags > 1 or isinstance(value, str):
                value = from_column(value, flags)
            if flags & 1:
                custom[name] = value
            else:
                declared[name] = value
        return declared, custom

    def rows(self) -> Iterator[PropertyRow]:
        for row in self._rows:
            id, name, flags, value = row
            if flags > 1 or (value.__class__ is str and value.startswith(STRUCT)):
                yield id, name, flags & 1, message_from_column(value, flags)
            elif value is not None:
                yield row


# As in the statements of walks.
_FLOWS = {None: "", "in": " AND event.type IN (2, 3, 5)", "out": " AND event.type IN (1, 4, 6, 7)"}


def read_nodes(connection: Connection, query: NodeQuery) -> NodeRows:
    """See `Backend.nodes`."""
    kind = query.kind
    along = query.order.by if query.many and query.order.by != "name" else None
    text, parameters = condition(kind, query.where, along)
    whole = statement("sql", f"{kind}/select").replace("/*where*/", text).replace("/*order*/", order(query.order))
    limit = -1 if query.limit is None else query.limit
    found = connection.raw.execute(whole, (*parameters, limit)).fetchall()
    if not found:
        return NodeRows(kind, [], StoredProperties([]))
    names = connection.types().names
    states = _STATE_NAMES[kind]
    make = tuple.__new__
    rows = [
        make(
            NodeRow,
            (id, type_id, names[type_id], name, uri, states.get(state, "UNKNOWN"), external_id, created, updated),
        )
        for id, type_id, name, uri, state, external_id, created, updated in found
    ]
    if query.bare:
        return NodeRows(kind, rows, StoredProperties([]))
    ids = _json([row[0] for row in found])
    return NodeRows(
        kind, rows, StoredProperties(connection.raw.execute(statement("sql", f"{kind}/properties"), (ids,)).fetchall())
    )


def read_events(raw: sqlite3.Connection, query: EventQuery) -> EventColumns:
    """See `Backend.events`."""
    limit = -1 if query.limit is None else query.limit
    if query.artifact_ids is not None:
        name, ids = "event/of_artifacts", set(query.artifact_ids)
    elif query.execution_ids is not None:
        name, ids = "event/of_executions", set(query.execution_ids)
    else:
        rows = raw.execute(statement("sql", "event/all"), (query.after, limit)).fetchall()
        return event_columns(raw, rows, bare=query.bare)
    text = statement("sql", name).replace("/*flow*/", _FLOWS[query.flow])
    rows = raw.execute(text, (_json(ids), query.after, limit)).fetchall()
    return event_columns(raw, rows, bare=query.bare)


def event_columns(
    raw: sqlite3.Connection, rows: list[tuple[int, int, int, int, int | None]], *, bare: bool = False
) -> EventColumns:
    """Rows of events, ordered by id, as columns, with their paths unless `bare`."""
    if not rows:
        return EventColumns()
    # (zip(*rows) would make an iterator a row, and the collector would look at them all.)
    ids = [row[0] for row in rows]
    return EventColumns(
        ids,
        [row[1] for row in rows],
        [row[2] for row in rows],
        [_EVENT_NAMES[row[3]] for row in rows],
        [row[4] for row in rows],
        [()] * len(ids) if bare else _paths(raw, ids),
    )


def _paths(raw: sqlite3.Connection, ids: Sequence[int]) -> list[tuple[str | int, ...]]:
    """The paths of events, in the order of their ids."""
    of, steps = json.loads(raw.execute(statement("sql", "event/paths"), (_json(ids),)).fetchone()[0])
    paths: dict[int, tuple[str | int, ...]]
    if not of:
        return [()] * len(ids)
    if len(set(of)) == len(of):
        paths = dict(zip(of, zip(steps, strict=True), strict=True))
    else:
        paths = {}
        for id, step in zip(of, steps, strict=True):
            path = paths.get(id)
            paths[id] = (step,) if path is None else (*path, step)
    return list(map(paths.get, ids, repeat(())))


def read_memberships(raw: sqlite3.Connection, query: MembershipQuery) -> list[tuple[int, int]]:
    """See `Backend.memberships`."""
    table = "attribution" if query.kind == "artifact" else "association"
    if query.node_ids is not None:
        return _pairs(raw, f"{table}/of_{query.kind}s", query.node_ids)
    return _pairs(raw, f"{table}/of_contexts", query.context_ids or ())


def read_membership_page(raw: sqlite3.Connection, query: MembershipPage) -> list[tuple[int, int, int]]:
    """See `Backend.membership_page`."""
    table = "attribution" if query.kind == "artifact" else "association"
    limit = -1 if query.limit is None else query.limit
    return raw.execute(statement("sql", f"{table}/all"), (query.after, limit)).fetchall()


def read_parents(raw: sqlite3.Connection, query: ParentQuery) -> list[tuple[int, int]]:
    """See `Backend.parents`."""
    if query.child_ids is not None:
        return _pairs(raw, "parent/of_children", query.child_ids)
    if query.parent_ids is not None:
        return _pairs(raw, "parent/of_parents", query.parent_ids)
    return raw.execute(statement("sql", "parent/all")).fetchall()


def read_ancestors(raw: sqlite3.Connection, context_ids: Sequence[int]) -> set[int]:
    """The contexts above these, at any distance."""
    return {row[0] for row in raw.execute(statement("sql", "parent/ancestors"), (_json(context_ids),))}


def read_counts(connection: Connection, query: CountQuery) -> list[Count]:
    """See `Backend.counts`."""
    names = connection.types().names
    name, parameters = ("count", ()) if query.at is None else ("count_as_of", (query.at,))
    return [
        Count(kind, type_id, names[type_id], number)
        for kind in KINDS
        for type_id, number in connection.raw.execute(statement("sql", f"{kind}/{name}"), parameters)
    ]


def read_totals(raw: sqlite3.Connection) -> Totals:
    """See `Backend.totals`."""
    found = raw.execute(statement("sql", "totals"))
    return Totals.of(dict(zip([column[0] for column in found.description], found.fetchone(), strict=True)))


def read_growth(raw: sqlite3.Connection, query: GrowthQuery) -> list[Growth]:
    """See `Backend.growth`."""
    found = [
        Growth(kind, type_id, day, number)
        for kind in KINDS
        for type_id, day, number in raw.execute(statement("sql", f"{kind}/growth"), {"at": query.at})
    ]
    name = "growth" if query.at is None else "growth_as_of"
    events = raw.execute(statement("sql", f"event/{name}"), {"at": query.at})
    return Growth.ordered([*found, *(Growth("event", 0, day, number) for day, number in events)])


def read_dangling(raw: sqlite3.Connection, query: DanglingQuery) -> EventColumns:
    """See `Backend.dangling`."""
    limit = -1 if query.limit is None else query.limit
    return event_columns(raw, raw.execute(statement("sql", "event/dangling"), (limit,)).fetchall())


def _pairs(raw: sqlite3.Connection, name: str, ids: Sequence[int]) -> list[tuple[int, int]]:
    return raw.execute(statement("sql", name), (_json(ids),)).fetchall()


def _json(ids: Iterable[int]) -> str:
    return f"[{','.join(map(str, ids))}]"  # what json.dumps gives, in a fifth of the time for a few
