"""What was taken when a rule of uniqueness broke: SQLite names the rule, not the row."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from graphmeta.backends.batch import Batch, Taken, TakenError
from graphmeta.backends.predicates import Field, OneOf, TypeAndName
from graphmeta.backends.requests import EventQuery, NodeQuery
from graphmeta.backends.sqlite.opening import Connection
from graphmeta.backends.sqlite.reader import read_events, read_nodes
from graphmeta.model import KINDS, Kind

_UNIQUE = "UNIQUE constraint failed: "
_TAKEN: dict[str, tuple[Taken, Kind | None]] = {
    "Event.artifact_id, Event.execution_id, Event.type": ("event", None),
    "Event.id": ("id", None),
    "ParentContext.context_id, ParentContext.parent_context_id": ("parent", "context"),
}
_KINDS: dict[str, Kind] = {"Artifact": "artifact", "Execution": "execution", "Context": "context"}


def taken(error: sqlite3.Error) -> TakenError | None:
    """Which rule of uniqueness an error reports, or None if it reports something else."""
    text = str(error)
    if not text.startswith(_UNIQUE):
        return None
    columns = text.removeprefix(_UNIQUE)
    if columns in _TAKEN:
        return TakenError(*_TAKEN[columns])
    table, _, column = columns.split(", ")[0].partition(".")
    what: Taken = "external_id" if column == "external_id" else "id" if column == "id" else "name"
    if table == "Type":
        return TakenError(what, "type")
    return TakenError(what, _KINDS[table]) if table in _KINDS else None


def explained(connection: Connection, batch: Batch, taken: TakenError) -> TakenError:
    """The same error with the value that was taken, looked up in the transaction that it broke."""
    found: object = None
    kind = taken.kind
    if kind in KINDS and taken.what in ("name", "external_id"):
        nodes = [node.row for node in batch.nodes if node.kind == kind]
        if taken.what == "name":
            where = TypeAndName([(row.type_id, row.name) for row in nodes if row.name is not None])
            there = {(row.type, row.name): row.id for row in read_nodes(connection, NodeQuery(kind, where))}
            found = _first_taken((((row.type, row.name), row.id) for row in nodes if row.name is not None), there)
            if isinstance(found, tuple):
                return TakenError(taken.what, kind, f"{found[0]}:{found[1]}")
        else:
            given = [(row.external_id, row.id) for row in nodes if row.external_id is not None]
            is_one = OneOf(Field("external_id"), [value for value, _ in given])
            others = {row.external_id: row.id for row in read_nodes(connection, NodeQuery(kind, is_one))}
            found = _first_taken(given, others)
            if found is not None:
                return TakenError(taken.what, kind, str(found))
    elif taken.what == "event":
        events = read_events(connection.raw, EventQuery(execution_ids=[event.execution_id for event in batch.events]))
        keys = zip(events.artifact_ids, events.execution_ids, events.types, strict=True)
        ends = ((event.artifact_id, event.execution_id, event.type) for event in batch.events)
        ids = [event.id for event in batch.events]
        found = _first_taken(zip(ends, ids, strict=True), dict(zip(keys, events.ids, strict=True)))
        if isinstance(found, tuple):
            return TakenError("event", None, f"artifact {found[0]}, execution {found[1]}, {found[2]}")
    elif taken.what == "parent" and len(batch.parents) == 1:
        child, parent = batch.parents[0]
        return TakenError("parent", "context", f"child {child}, parent {parent}")
    return taken


def _first_taken(given: Iterable[tuple[Hashable, int]], there: Mapping[Any, int]) -> Hashable | None:
    """The first of some (value, id) whose value is another id's, in the store or among those before it."""
    owners: dict[Hashable, int] = dict(there)
    for value, id in given:
        if owners.setdefault(value, id) != id:
            return value
    return None
