"""ML Metadata's own databases as targets: MySQL, MariaDB and PostgreSQL, of schema 10.

A portion is one transaction, and in it the note of how far the copy is, in a small table of our own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

from graphmeta.backends.batch import Batch, EventWrite, MissingNodesError, NodeWrite, TakenError
from graphmeta.backends.rows import EventColumns, NodeRows, Totals
from graphmeta.backends.sqlite.types import SYSTEM_NAMES, TYPE_KINDS
from graphmeta.backends.sqlite.values import to_column
from graphmeta.backends.statements import statement
from graphmeta.backends.taking import refuse_with_nodes, take
from graphmeta.model import (
    ARTIFACT_STATES,
    EVENT_TYPES,
    EXECUTION_STATES,
    KINDS,
    PROPERTY_TYPES,
    Kind,
    Type,
)
from graphmeta.moving.source import Part, Source
from graphmeta.moving.sources.dialects import WritableDialect
from graphmeta.moving.sources.portions import filled
from graphmeta.moving.sources.sql import IDS_AT_ONCE, TABLES
from graphmeta.moving.target import Report, Target
from graphmeta.moving.targets.fitting import Fitter, Limits
from graphmeta.moving.targets.making import NOTES, Making
from graphmeta.moving.targets.there import There

T = TypeVar("T")
_NOTE = "copy"
_STATES: Mapping[Kind, Mapping[str, int]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": {}}


class SqlTarget(Target):
    """An empty database that becomes ML Metadata's, or the copy that one became.

    Args:
        dialect: of the database.
        limits: what its columns hold.
    """

    def __init__(self, dialect: WritableDialect, limits: Limits) -> None:
        super().__init__()
        self.url = dialect.url
        self._dialect = dialect
        self._limits = limits
        self._connection: Any = None
        self._found: There | None = None
        self._has_notes = False
        self._doing = ""  # the statement that was run last for many rows
        self._connected()  # says at once where nobody answers

    # ------------------------------------------------------------ what is there

    def types(self) -> list[Type]:
        return self._there.types()

    def totals(self) -> Totals:
        summary = self._there.summary()
        return Totals(
            {str(part): number for part, number in summary.numbers.items()},
            {str(part): number for part, number in summary.highest.items()},
            summary.first,
            summary.last,
        )

    def nodes(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        return self._there.nodes_by_id(kind, ids)

    def there(self, kind: Kind, ids: Sequence[int]) -> set[int]:
        return self._there.there(kind, ids)

    def called(self, kind: Kind, names: Sequence[tuple[int, str]], external_ids: Sequence[str]) -> list[NodeRows]:
        return self._there.called(kind, names, external_ids)

    def events(self, after: int, limit: int) -> EventColumns:
        return self._there.events(after, limit)

    def members(self, kind: Literal["artifact", "execution"], pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
        return self._there.members(kind, pairs)

    def parents(self) -> set[tuple[int, int]]:
        return set(self._there.parents())

    @property
    def _there(self) -> There:
        if self._found is None:
            self._found = There(self._dialect)
        return self._found

    # ------------------------------------------------------------ what it can hold

    def fitting(self, nodes: Sequence[NodeWrite], report: Report) -> list[NodeWrite]:
        fit = Fitter(self.url, self._limits, report).node
        return [fit(node) for node in nodes]

    def fitting_events(self, events: Sequence[EventWrite], report: Report) -> list[EventWrite]:
        fit = Fitter(self.url, self._limits, report).event
        return [fit(event) for event in events]

    def fitting_types(self, types: Sequence[Type], report: Report) -> list[Type]:
        fit = Fitter(self.url, self._limits, report).type
        return [fit(type) for type in types]

    # ------------------------------------------------------------ writing

    def judge(self, source: Source, types: Sequence[Type], *, shared: bool = False) -> None:
        self._report = lambda trouble: source.report(trouble)
        super().judge(source, types, shared=shared)

    def close(self) -> None:
        if self._found is not None:
            self._found.close()
        self._disconnect()

    def _prepare(self) -> str | None:
        def work(connection: Any) -> str | None:
            making = Making(self._dialect, connection)
            making.make()
            self._has_notes = making.has_notes
            return self._noted_in(connection) if self._has_notes else None

        return self._transact(work)

    def _write(self, batch: Batch, types: Sequence[Type] | None, text: str) -> None:
        def work(connection: Any) -> None:
            if not self._has_notes:
                self._run(connection, f"make/{NOTES}_{self._dialect.engine}")
                self._has_notes = True
            found = self._noted_in(connection)
            if self._is_written(found, text):
                return
            self._write_note(connection, found, text)
            if types is not None:
                self._take_types(connection, types)
            self._check_required(connection, batch)
            self._write_nodes(connection, batch.nodes)
            self._write_edges(connection, batch)

        self._transact(work)

    def _transact(self, work: Callable[[Any], T]) -> T:
        """Run `work` in a transaction; once more where the connection was lost, or what was in the way is gone."""
        with self._dialect.errors():
            again = False
            while True:
                try:
                    connection = self._connected()
                    result = work(connection)
                    connection.commit()
                except Exception as error:
                    self._undo()
                    if self._makes_room(error):
                        continue
                    if again or not self._dialect.is_lost(error):
                        raise
                    again = True
                    self._disconnect()
                except BaseException:
                    self._disconnect()
                    raise
                else:
                    return result

    def _makes_room(self, error: Exception) -> bool:
        """Whether something that was in the way of a portion was removed, so that it may be tried again."""
        return False

    def _connected(self) -> Any:
        if self._connection is None:
            with self._dialect.errors():
                self._connection = self._dialect.connect_to_write()
        return self._connection

    def _undo(self) -> None:
        try:
            if self._connection is not None:
                self._connection.rollback()
        except Exception:  # it is gone
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it may be gone already
                connection.close()

    # ------------------------------------------------------------ statements

    def _run(self, connection: Any, name: str, parameters: Sequence[Any] = (), /, **places: str) -> list[Any]:
        """What a statement in sql/mlmd finds."""
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(filled(f"mlmd/{name}", self._dialect.mark, tuple(places.items())), tuple(parameters))
            return list(cursor.fetchall()) if cursor.description else []

    def _run_many(self, connection: Any, name: str, rows: Sequence[Sequence[Any]], /, **places: str) -> None:
        """A statement of sql for many rows; texts as ml-metadata would write them."""
        if not rows:
            return
        self._doing = name
        sent = self._dialect.sent
        made = [tuple([sent(each) if each.__class__ is str else each for each in row]) for row in rows]
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.executemany(filled(name, self._dialect.mark, tuple(places.items())), made)

    @contextlib.contextmanager
    def _unique(self, what: Literal["name", "event", "parent"], kind: Kind | None) -> Iterator[None]:
        """Turns the driver's error about what is there twice into ours."""
        try:
            yield
        except Exception as error:
            broken = self._dialect.broken(error)
            if broken is None:
                raise
            raise TakenError(what if what != "name" else broken, kind, str(error)) from error

    # ------------------------------------------------------------ notes and types

    def _noted_in(self, connection: Any) -> str | None:
        found = self._run(connection, "note", (_NOTE,))
        return bytes(found[0][0]).decode() if found else None

    def _write_note(self, connection: Any, found: str | None, text: str) -> None:
        if found is not None:
            self._run(connection, "note_again", (text.encode(), _NOTE))
            return
        try:
            self._run(connection, "note_first", (_NOTE, text.encode()))
        except Exception as error:
            if self._dialect.broken(error) is None:
                raise
            self._is_written(text, "")  # says that another process copies

    def _take_types(self, connection: Any, types: Sequence[Type]) -> None:
        taking = take(types, self.types())
        if not taking.changed:
            return
        if taking.left:
            used = [
                (kind, type_id)
                for kind in KINDS
                for type_id, _ in self._run(connection, "types_of_nodes", table=TABLES[kind])
            ]
            refuse_with_nodes(taking, used)
        for name in ("type/delete_all_properties", "type/delete_all_bases", "type/delete_all"):
            with contextlib.closing(connection.cursor()) as cursor:
                cursor.execute(statement("sql", name))
        self._run_many(connection, "type/insert", [_type_row(type) for type in taking.types])
        declared = [
            (type.id, key, PROPERTY_TYPES[value_type])
            for type in taking.types
            for key, value_type in type.properties.items()
        ]
        self._run_many(connection, "type/insert_property", declared)
        bases = [
            (type.id, SYSTEM_NAMES[type.base_type], TYPE_KINDS[type.kind])
            for type in taking.types
            if type.base_type is not None
        ]
        for base in bases:  # it is no INSERT of values, so that drivers take each alone anyway
            self._run_many(connection, "type/insert_base", [base])
        self._went_on(connection, "Type", taking.types[-1].id or 0)

    # ------------------------------------------------------------ pieces

    def _check_required(self, connection: Any, batch: Batch) -> None:
        missing: dict[Kind, list[int]] = {}
        for kind, ids in batch.requires.items():
            there: set[int] = set()
            for start in range(0, len(ids), IDS_AT_ONCE):
                some = ids[start : start + IDS_AT_ONCE]
                marks = ", ".join("?" * len(some))
                there.update(row[0] for row in self._run(connection, "exist", some, table=TABLES[kind], ids=marks))
            lacking = sorted(set(ids) - there)
            if lacking:
                missing[kind] = lacking
        if missing:
            raise MissingNodesError(missing)

    def _write_nodes(self, connection: Any, nodes: Sequence[NodeWrite]) -> None:
        for kind in KINDS:
            own = [node for node in nodes if node.kind == kind]
            new = [node for node in own if node.create]
            replaced = [node for node in own if not node.create]
            with self._unique("name", kind):
                # First, for an update may give up the name or the external id that a new node takes.
                self._run_many(connection, f"{kind}/update", [_replacement(node) for node in replaced])
                self._run_many(connection, f"{kind}/insert", [_row(node) for node in new])
            self._run_many(connection, f"{kind}/delete_properties", [(node.row.id,) for node in replaced])
            self._write_properties(connection, kind, own)
            if new:
                self._went_on(connection, TABLES[kind], max(node.row.id for node in new))

    def _write_properties(self, connection: Any, kind: Kind, nodes: Sequence[NodeWrite]) -> None:
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for node in nodes:
            for custom, values in ((False, node.properties), (True, node.custom_properties)):
                for key, value in values.items():
                    column, stored = to_column(value)
                    rows.setdefault(column, []).append((node.row.id, key, custom, self._stored(column, stored)))
        for name, those in rows.items():
            self._run_many(connection, f"{kind}/insert_property", those, column=name)

    def _stored(self, column: str, stored: Any) -> Any:
        if column == "bool_value":
            return bool(stored)
        if column == "proto_value":
            import base64

            return self._dialect.stored_message(base64.b64decode(stored))
        return stored

    def _write_edges(self, connection: Any, batch: Batch) -> None:
        if batch.events:
            with self._unique("event", None):
                self._run_many(connection, "event/insert", [_event_row(event) for event in batch.events])
            steps = [
                (event.id, False, None, step) if isinstance(step, str) else (event.id, True, step, None)
                for event in batch.events
                for step in event.path
            ]
            self._run_many(connection, "event/insert_step", steps)
            self._went_on(connection, "Event", max(event.id for event in batch.events))
        self._join(connection, "artifact", "attribution", batch.attributions)
        self._join(connection, "execution", "association", batch.associations)
        with self._unique("parent", "context"):
            self._run_many(connection, "parent/insert", batch.parents)

    def _join(
        self, connection: Any, kind: Literal["artifact", "execution"], part: Part, pairs: Sequence[tuple[int, int]]
    ) -> None:
        if pairs:
            there = self.members(kind, pairs)
            new = [pair for pair in dict.fromkeys(pairs) if pair not in there]
            self._run_many(connection, "mlmd/join", new, table=TABLES[part], node=f"{kind}_id")

    def _went_on(self, connection: Any, table: str, id: int) -> None:
        """Let the ids that the engine gives in a table be higher than one that was given here."""


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
