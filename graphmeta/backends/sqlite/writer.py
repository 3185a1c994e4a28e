"""What a writing transaction may do; see `backends.batch.Writer`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from graphmeta.backends.batch import (
    Batch,
    Counted,
    MissingNodesError,
    NodeWrite,
    Removal,
    StaleContextsError,
    StaleTypesError,
    Writer,
    Written,
)
from graphmeta.backends.requests import CountQuery, NodeQuery
from graphmeta.backends.rows import NodeRows
from graphmeta.backends.sqlite.conflicts import explained, taken
from graphmeta.backends.sqlite.inserting import insert
from graphmeta.backends.sqlite.opening import Connection
from graphmeta.backends.sqlite.predicates import STATES
from graphmeta.backends.sqlite.reader import read_ancestors, read_counts, read_nodes
from graphmeta.backends.sqlite.removing import remove
from graphmeta.backends.sqlite.type_writer import replace_types, write_types
from graphmeta.backends.sqlite.values import Column, to_column
from graphmeta.backends.statements import statement
from graphmeta.backends.taking import refuse_with_nodes, take
from graphmeta.model import EVENT_TYPES, KINDS, Kind, Type

_TABLES: Mapping[Counted, str] = {
    "artifact": "Artifact",
    "execution": "Execution",
    "context": "Context",
    "event": "Event",
}


class SqliteWriter(Writer):
    """Writes through a connection on which somebody else began, and will end, a transaction.

    Args:
        now: the time of the transaction, in milliseconds since the epoch.
    """

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self._raw = connection.raw
        self._now = now
        self._counters: dict[str, int] | None = None

    def now(self) -> int:
        return self._now

    def ids(self, counted: Counted, number: int) -> Sequence[int]:
        return self._next("Event" if counted == "event" else _TABLES[counted], number)

    def types(self, *, lock: bool = False) -> list[Type]:
        return list(self._connection.types().types)  # the transaction has the whole file locked already

    def nodes(self, query: NodeQuery, *, lock: bool = False) -> NodeRows:
        return read_nodes(self._connection, query)  # the transaction has the whole file locked already

    def ancestors(self, context_ids: Sequence[int]) -> set[int]:
        return read_ancestors(self._raw, context_ids)

    def remembered(self, key: str) -> Written | None:
        ids = self._raw.execute(statement("sql", "put/find"), (key,)).fetchone()
        return None if ids is None else Written(*(tuple(json.loads(each)) for each in ids))

    def write(self, batch: Batch, written: Written, *, last: bool = False) -> Written:
        if batch.keep_key:
            before = self.remembered(batch.key)
            if before is not None:
                return before
        self._check_types(batch)
        self._check_reused(batch)
        self._check_required(batch)
        try:
            self._write_nodes(batch.nodes)
            self._write_edges(batch)
        except sqlite3.IntegrityError as error:
            broken = taken(error)
            if broken is None:
                raise
            raise explained(self._connection, batch, broken) from None
        if batch.keep_key:
            ids = (json.dumps(each) for each in (written.artifact_ids, written.execution_ids, written.context_ids))
            self._raw.execute(statement("sql", "put/insert"), (batch.key, *ids, self._now))
        return written

    def write_types(self, types: Sequence[Type]) -> list[int]:
        there = self._connection.types()
        new = sum(type.id is None for type in types)
        last_id = self._next("Type", new)[0] - 1 if new else 0
        self._connection.forget_types()
        try:
            return write_types(self._raw, types, there, last_id)
        except sqlite3.IntegrityError as error:
            raise taken(error) or error from None

    def take_types(self, types: Sequence[Type]) -> None:
        taking = take(types, self._connection.types().types)
        if not taking.changed:
            return
        if taking.left:
            refuse_with_nodes(
                taking, [(count.kind, count.type_id) for count in read_counts(self._connection, CountQuery())]
            )
        self._connection.forget_types()
        replace_types(self._raw, taking.types)
        if self._counters is not None:
            self._counters["Type"] = max(self._counters.get("Type", 0), taking.types[-1].id or 0)

    def note(self, name: str) -> str | None:
        found = self._raw.execute(statement("sql", "note/find"), (name,)).fetchone()
        return None if found is None else found[0]

    def write_note(self, name: str, text: str) -> None:
        self._raw.execute(statement("sql", "note/write"), (name, text))

    def remove(self, removal: Removal) -> None:
        remove(self._raw, removal)

    # ------------------------------------------------------------ within

    def _next(self, table: str, number: int) -> range:
        if self._counters is None:
            self._counters = {name: last or 0 for name, last in self._raw.execute(statement("sql", "put/counters"))}
        last = self._counters.get(table, 0)
        self._counters[table] = last + number
        return range(last + 1, last + 1 + number)

    def _check_types(self, batch: Batch) -> None:
        if not batch.uses:
            return
        by_id = self._connection.types().by_id
        for use in batch.uses:
            type = by_id.get(use.id)
            if (
                type is None
                or type.kind != use.kind
                or type.name != use.name
                or type.base_type != use.base_type
                or not (use.declared is type.properties or use.declared.items() <= type.properties.items())
            ):
                raise StaleTypesError(f"{use.kind} type {use.name!r}")

    def _check_reused(self, batch: Batch) -> None:
        for use in batch.reuses:
            if self._raw.execute(statement("sql", "context/as_believed"), use).fetchone() is None:
                raise StaleContextsError(f"context {use.name!r}")

    def _check_required(self, batch: Batch) -> None:
        missing: dict[Kind, list[int]] = {}
        for kind, ids in batch.requires.items():
            if len(ids) == 1:  # as most puts have it, and three times as quick
                if self._raw.execute(statement("sql", f"{kind}/exists"), (ids[0],)).fetchone() is None:
                    missing[kind] = list(ids)
            elif ids:
                rows = self._raw.execute(statement("sql", f"{kind}/missing"), (json.dumps(list(ids)),)).fetchall()
                if rows:
                    missing[kind] = sorted({row[0] for row in rows})
        if missing:
            raise MissingNodesError(missing)

    def _write_nodes(self, nodes: Sequence[NodeWrite]) -> None:
        for kind in KINDS:
            own = [node for node in nodes if node.kind == kind]
            if not own:
                continue
            new = [_fields(node) for node in own if node.create]
            if len(new) < len(own):
                # First, for an update may give up the name or the external id that a new node takes.
                replaced = [node for node in own if not node.create]
                self._raw.executemany(statement("sql", f"{kind}/update"), [_replacement(node) for node in replaced])
                self._raw.executemany(
                    statement("sql", f"{kind}/delete_properties"), [(node.row.id,) for node in replaced]
                )
            if new:
                insert(self._raw, statement("sql", f"{kind}/insert"), new)
            self._write_properties(kind, own)

    def _write_properties(self, kind: Kind, nodes: Sequence[NodeWrite]) -> None:
        rows: dict[Column, list[tuple[Any, ...]]] = {}
        for node in nodes:
            id = node.row.id
            for custom, values in ((0, node.properties), (1, node.custom_properties)):
                for name, value in values.items():
                    column, stored = to_column(value)
                    rows.setdefault(column, []).append((id, name, custom, stored))
        for column, those in rows.items():
            insert(self._raw, _insert_property(kind, column), those)

    def _write_edges(self, batch: Batch) -> None:
        raw = self._raw
        if batch.events:
            insert(
                raw,
                statement("sql", "event/insert"),
                [
                    (event.id, event.artifact_id, event.execution_id, EVENT_TYPES[event.type], event.time)
                    for event in batch.events
                ],
            )
            steps = [
                (event.id, 0, None, step) if isinstance(step, str) else (event.id, 1, step, None)
                for event in batch.events
                for step in event.path
            ]
            if steps:
                insert(raw, statement("sql", "event/insert_step"), steps)
        if batch.attributions:
            insert(raw, statement("sql", "attribution/insert"), batch.attributions)
        if batch.associations:
            insert(raw, statement("sql", "association/insert"), batch.associations)
        if batch.parents:
            raw.executemany(statement("sql", "parent/insert"), batch.parents)


@cache
def _insert_property(kind: Kind, column: Column) -> str:
    return statement("sql", f"{kind}/insert_property").replace("/*column*/", column)


def _fields(node: NodeWrite) -> tuple[Any, ...]:
    """The parameters of an insert."""
    row = node.row
    own = _own_fields(node)
    return (row.id, row.type_id, row.name, *own, row.external_id, row.created, row.updated)


def _replacement(node: NodeWrite) -> tuple[Any, ...]:
    """The parameters of an update."""
    row = node.row
    return (row.type_id, row.name, *_own_fields(node), row.external_id, row.updated, row.id)


def _own_fields(node: NodeWrite) -> tuple[Any, ...]:
    """The fields that not every kind has."""
    if node.kind == "context":
        return ()
    state = None if node.row.state is None else STATES[node.kind][node.row.state]
    return (node.row.uri, state) if node.kind == "artifact" else (state,)
