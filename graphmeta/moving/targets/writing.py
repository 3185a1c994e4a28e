"""Pieces as rows of ML Metadata's tables on servers."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from graphmeta.backends.batch import Batch, EventWrite, MissingNodesError, NodeWrite, TakenError
from graphmeta.backends.sqlite.types import SYSTEM_NAMES, TYPE_KINDS
from graphmeta.backends.sqlite.values import to_column
from graphmeta.backends.statements import statement
from graphmeta.backends.taking import refuse_with_nodes, take
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, KINDS, PROPERTY_TYPES, Kind, Type
from graphmeta.moving.source import Part
from graphmeta.moving.sources.sql import IDS_AT_ONCE, TABLES
from graphmeta.moving.targets.statements import Statements
from graphmeta.moving.targets.there import There
from graphmeta.portions import portions

_STATES: Mapping[Kind, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": {}}


class Writing:
    """Writes within a transaction that somebody else ends.

    Args:
        there: what was there before it.
        went_on: lets the ids that the engine gives in a table be higher than one that was given here.
    """

    def __init__(self, statements: Statements, there: There, went_on: Callable[[str, int], None]) -> None:
        self._statements = statements
        self._there = there
        self._went_on = went_on

    def take_types(self, types: Sequence[Type]) -> None:
        """Let the types be these; see `Writer.take_types`."""
        taking = take(types, self._there.types())
        if not taking.changed:
            return
        if taking.left:
            used = [
                (kind, type_id)
                for kind in KINDS
                for type_id, _ in self._statements.run("types_of_nodes", table=TABLES[kind])
            ]
            refuse_with_nodes(taking, used)
        for name in ("type/delete_all_properties", "type/delete_all_bases", "type/delete_all"):
            with contextlib.closing(self._statements.connection.cursor()) as cursor:
                cursor.execute(statement("sql", name))
        self._statements.run_many("type/insert", [_type_row(type) for type in taking.types])
        declared = [
            (type.id, key, PROPERTY_TYPES[value_type])
            for type in taking.types
            for key, value_type in type.properties.items()
        ]
        self._statements.run_many("type/insert_property", declared)
        bases = [
            (type.id, SYSTEM_NAMES[type.base_type], TYPE_KINDS[type.kind])
            for type in taking.types
            if type.base_type is not None
        ]
        for base in bases:  # it is no INSERT of values, so that drivers take each alone anyway
            self._statements.run_many("type/insert_base", [base])
        self._went_on("Type", taking.types[-1].id or 0)

    # ------------------------------------------------------------ pieces

    def check_required(self, batch: Batch) -> None:
        """See that the nodes are there that a batch builds on.

        Raises:
            MissingNodesError: some are not.
        """
        missing: dict[Kind, list[int]] = {}
        for kind, ids in batch.requires.items():
            there: set[int] = set()
            for some in portions(ids, IDS_AT_ONCE):
                marks = ", ".join("?" * len(some))
                there.update(row[0] for row in self._statements.run("exist", some, table=TABLES[kind], ids=marks))
            lacking = sorted(set(ids) - there)
            if lacking:
                missing[kind] = lacking
        if missing:
            raise MissingNodesError(missing)

    def write_nodes(self, nodes: Sequence[NodeWrite]) -> None:
        """Write nodes, new ones and changed ones.

        Raises:
            TakenError: a name or an external id is there already.
        """
        for kind in KINDS:
            own = [node for node in nodes if node.kind == kind]
            new = [node for node in own if node.create]
            replaced = [node for node in own if not node.create]
            with self._unique("name", kind):
                # First, for an update may give up the name or the external id that a new node takes.
                self._statements.run_many(f"{kind}/update", [_replacement(node) for node in replaced])
                self._statements.run_many(f"{kind}/insert", [_row(node) for node in new])
            self._statements.run_many(f"{kind}/delete_properties", [(node.row.id,) for node in replaced])
            self._write_properties(kind, own)
            if new:
                self._went_on(TABLES[kind], max(node.row.id for node in new))

    def _write_properties(self, kind: Kind, nodes: Sequence[NodeWrite]) -> None:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for node in nodes:
            for custom, values in ((False, node.properties), (True, node.custom_properties)):
                for key, value in values.items():
                    column, stored = to_column(value)
                    rows.setdefault(column, []).append((node.row.id, key, custom, self._stored(column, stored)))
        for name, those in rows.items():
            self._statements.run_many(f"{kind}/insert_property", those, column=name)

    def _stored(self, column: str, stored: Any) -> Any:
        if column == "bool_value":
            return bool(stored)
        if column == "proto_value":
            return self._statements.dialect.stored_message(base64.b64decode(stored))
        return stored

    def write_edges(self, batch: Batch) -> None:
        """Write events, memberships and links between contexts.

        Raises:
            TakenError: an event or a link is there already.
        """
        if batch.events:
            with self._unique("event", None):
                self._statements.run_many("event/insert", [_event_row(event) for event in batch.events])
            steps = [
                (event.id, False, None, step) if isinstance(step, str) else (event.id, True, step, None)
                for event in batch.events
                for step in event.path
            ]
            self._statements.run_many("event/insert_step", steps)
            self._went_on("Event", max(event.id for event in batch.events))
        self._join("artifact", "attribution", batch.attributions)
        self._join("execution", "association", batch.associations)
        with self._unique("parent", "context"):
            self._statements.run_many("parent/insert", batch.parents)

    def _join(self, kind: Literal["artifact", "execution"], part: Part, pairs: Sequence[tuple[int, int]]) -> None:
        if pairs:
            there = self._there.members(kind, pairs)
            new = [pair for pair in dict.fromkeys(pairs) if pair not in there]
            self._statements.run_many("mlmd/join", new, table=TABLES[part], node=f"{kind}_id")

    @contextlib.contextmanager
    def _unique(self, what: Literal["name", "event", "parent"], kind: Kind | None) -> Iterator[None]:
        """Turns the driver's error about what is there twice into ours."""
        try:
            yield
        except Exception as error:
            broken = self._statements.dialect.broken(error)
            if broken is None:
                raise
            raise TakenError(what if what != "name" else broken, kind, str(error)) from error


def _event_row(event: EventWrite) -> tuple[Any, ...]:
    return (event.id, event.artifact_id, event.execution_id, EVENT_TYPES[event.type], event.time)


def _type_row(type: Type) -> tuple[Any, ...]:
    return (
        type.id,
        type.name,
        type.version or None,
        TYPE_KINDS[type.kind],
        type.description,
        type.input_type,
        type.output_type,
        type.external_id,
    )


def _row(node: NodeWrite) -> tuple[Any, ...]:
    row = node.row
    return (row.id, row.type_id, row.name, *_own(node), row.external_id, row.created, row.updated)


def _replacement(node: NodeWrite) -> tuple[Any, ...]:
    row = node.row
    return (row.type_id, row.name, *_own(node), row.external_id, row.updated, row.id)


def _own(node: NodeWrite) -> tuple[Any, ...]:
    """The fields that not every kind has."""
    if node.kind == "context":
        return ()
    state = None if node.row.state is None else _STATES[node.kind][node.row.state]
    return (node.row.uri, state) if node.kind == "artifact" else (state,)
