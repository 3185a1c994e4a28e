"""ML Metadata's own databases as sources: SQLite files, MySQL, MariaDB and PostgreSQL, of schema 4 to 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from graphmeta.backends.rows import EventColumns, EventRow, NodeRows
from graphmeta.backends.sqlite.reader import StoredProperties
from graphmeta.model import INT64, KINDS, Kind, Type
from graphmeta.moving.marks import WITH_IDS
from graphmeta.moving.source import Member, Part, Source, Summary, Trouble
from graphmeta.moving.sources.dialects import Dialect
from graphmeta.moving.sources.mending import EVENT_NAMES, Mender, shown
from graphmeta.moving.sources.paths import Paths
from graphmeta.moving.sources.portions import Database, Portions
from graphmeta.moving.sources.type_rows import TypeRows
from graphmeta.portions import portions

T = TypeVar("T")
TABLES: Mapping[Part, str] = {
    "artifact": "Artifact",
    "execution": "Execution",
    "context": "Context",
    "event": "Event",
    "attribution": "Attribution",
    "association": "Association",
    "parent": "ParentContext",
}
IDS_AT_ONCE = 500  # parameters of one statement
_EVENTS_ONCE = 8  # since this schema an event cannot be there twice


class SqlSource(Source):
    """A database that ml-metadata, or graphmeta, wrote and may be writing. It is only read, each portion as of one
    moment.

    What this schema has no place for comes as None or nothing at all; times are 0 (before schema 5). What is not as ML
    Metadata writes it comes in the nearest form, or is left out where there is none, and is told either way:

    - text that is not UTF-8 comes with its odd bytes written out (`caf\\xe9`);
    - values in several columns: the first comes; rows without a value are left out; NaN comes as the text 'NaN';
    - unknown states come as UNKNOWN, unknown kinds of declared properties as STRING, nodes of a type that is not there
      as of a made-up one, contexts without a name as `context/7`;
    - events of an unknown type or of no execution, events that a later one says again (before schema 8), members
      and parents that are not there, and properties of no node are left out. Events of no artifact come as they are.
    """

    def __init__(self, dialect: Dialect, report: Callable[[Trouble], None] = lambda trouble: None) -> None:
        super().__init__(dialect.url, dialect.kind, report)
        self._told: set[int] = set()
        self._mender = Mender(self._tell, dialect.message)
        self._types = TypeRows(self._tell, self._mender)
        self._looked_for_stand_ins = False
        self._dialect = dialect
        self._portions = Portions(dialect)
        self._paths = Paths(dialect)
        self._again: Mapping[int, int] = {}
        self._again_until = INT64.start
        self._troubles: list[Trouble] = []
        self._read(lambda database: None)

    def summary(self) -> Summary:
        return self._read(self._summary)

    def highest(self) -> Mapping[Part, int]:
        def work(database: Database) -> Mapping[Part, int]:
            found = {part: database.rows("highest", table=TABLES[part])[0][0] for part in WITH_IDS}
            return {part: number for part, number in found.items() if number is not None}

        return self._read(work)

    def size(self) -> int:
        """How many bytes the database takes."""
        return self._read(lambda database: int(database.rows(f"size_{self._dialect.engine}")[0][0] or 0))

    def types(self) -> list[Type]:
        def work(database: Database) -> list[Type]:
            self._read_types(database)
            if not self._looked_for_stand_ins:  # those of later nodes are made when the nodes are read
                for kind in KINDS:
                    for type_id, _ in database.rows("types_of_nodes", table=TABLES[kind]):
                        self._type(database, kind, type_id)
                self._looked_for_stand_ins = True
            return self._types.all()

        return self._read(work)

    def nodes(self, kind: Kind, after: int, limit: int) -> NodeRows:
        def work(database: Database) -> NodeRows:
            behind = after or INT64.start
            rows = database.rows("nodes", (behind, limit), table=TABLES[kind], **node_columns(database, kind))
            last = rows[-1][0] if len(rows) == limit else INT64.stop - 1
            properties = database.rows("properties", (behind, last), **_property_columns(database, kind))
            return self._nodes(database, kind, rows, properties)

        return self._read(work)

    def changed(self, kind: Kind, since: int, until_id: int) -> Sequence[int]:
        def work(database: Database) -> Sequence[int]:
            table = TABLES[kind]
            if database.column(table, "node", "last_update_time_since_epoch") == "NULL":
                # This schema keeps no times: each may have changed.
                return [row[0] for row in database.rows("ids", (until_id,), table=table)]
            return [row[0] for row in database.rows("changed", (since, until_id), table=table)]

        return self._read(work)

    def nodes_by_id(self, kind: Kind, ids: Sequence[int]) -> NodeRows:
        def work(database: Database) -> NodeRows:
            rows: list[tuple[Any, ...]] = []
            properties: list[tuple[Any, ...]] = []
            for some in portions(sorted(set(ids)), IDS_AT_ONCE):
                marks = ", ".join("?" * len(some))
                columns = node_columns(database, kind)
                rows += database.rows("nodes_by_id", some, table=TABLES[kind], ids=marks, **columns)
                properties += database.rows("properties_by_id", some, ids=marks, **_property_columns(database, kind))
            return self._nodes(database, kind, rows, properties)

        return self._read(work)

    def events(self, after: int, limit: int) -> EventColumns:
        def work(database: Database) -> EventColumns:
            behind, wanted = after or INT64.start, limit
            while True:
                rows = database.rows("events", (behind, wanted))
                found = self._events(database, behind, rows, whole=len(rows) < wanted)
                if found.ids or len(rows) < wanted:
                    return found
                behind = rows[-1][0]  # none of these comes, and there may be more

        return self._read(work)

    def memberships(self, kind: Literal["artifact", "execution"], after: int, limit: int) -> list[Member]:
        part: Part = "attribution" if kind == "artifact" else "association"

        def work(database: Database) -> list[Member]:
            behind = after or INT64.start
            places = {"table": TABLES[part], "node_table": TABLES[kind], "node": f"{kind}_id"}
            while True:
                rows = database.rows("memberships", (behind, limit), **places)
                found = []
                for number, node_id, context_id, node, context in rows:
                    if node is None or context is None:
                        missing = f"{kind}/{node_id}" if node is None else f"context/{context_id}"
                        self._tell(f"{part}/{number}", f"there is no {missing}; the {part} is left out.")
                    else:
                        found.append(Member(number, node_id, context_id))
                if found or len(rows) < limit:
                    return found
                behind = rows[-1][0]

        return self._read(work)

    def parents(self) -> list[tuple[int, int]]:
        def work(database: Database) -> list[tuple[int, int]]:
            found = []
            for child_id, parent_id, child, parent in database.rows("parents") if database.has("ParentContext") else ():
                if child is None or parent is None:
                    missing = child_id if child is None else parent_id
                    what = f"there is no context/{missing}; the link to its parent is left out."
                    self._tell(f"context/{child_id} parent context/{parent_id}", what)
                else:
                    found.append((child_id, parent_id))
            return found

        return self._read(work)

    def close(self) -> None:
        self._portions.close()

    # ------------------------------------------------------------ within

    def _read(self, work: Callable[[Database], T]) -> T:
        """Run `work` and then tell what it met; work that has to run again says it once."""

        def attempt(database: Database) -> T:
            self.what = f"{self._dialect.kind} of schema {database.schema}"
            return work(database)

        result = self._portions.read(attempt)
        troubles, self._troubles = self._troubles, []
        for trouble in troubles:
            known = hash(trouble)
            if known not in self._told:
                self._told.add(known)
                self.report(trouble)
        return result

    def _tell(self, where: str, what: str) -> None:
        self._troubles.append(Trouble(where, what))

    def _read_types(self, database: Database) -> None:
        columns = {name: database.column("Type", "type", name) for name in ("version", "description", "external_id")}
        self._types.read(
            database.rows("types", **columns),
            database.rows("type_properties"),
            database.rows("bases") if database.has("ParentType") else (),
        )

    def _type(self, database: Database, kind: Kind, type_id: Any) -> Type:
        found = self._types.known(kind, type_id)
        if found is None:
            self._read_types(database)  # it may be new
            found = self._types.known(kind, type_id)
        return found or self._types.stand_in(kind, type_id)

    def _nodes(
        self, database: Database, kind: Kind, rows: Sequence[Sequence[Any]], properties: Sequence[Sequence[Any]]
    ) -> NodeRows:
        made = []
        types: dict[Any, Type] = {}
        for row in rows:
            type = types.get(row[1])
            if type is None:
                type = types[row[1]] = self._type(database, kind, row[1])
            made.append(self._mender.node(kind, row, type.id or 0, type.name))
        there = {row.id for row in made}
        return NodeRows(kind, made, StoredProperties(self._mender.properties(kind, properties, there)))

    def _events(self, database: Database, behind: int, rows: Sequence[Sequence[Any]], *, whole: bool) -> EventColumns:
        """Events of rows that lie behind an id; `whole`: no others do."""
        last = INT64.stop - 1 if whole else rows[-1][0]
        # As ml-metadata's own upgrade has it: of those that say the same the last stays.
        again = self._said_again(database, rows[-1][0] if rows else INT64.start)
        steps: dict[int, list[Sequence[Any]]] = {}
        for id, *step in self._paths.steps(database, behind, last):
            steps.setdefault(id, []).append(step)
        found: list[EventRow] = []
        for id, artifact_id, execution_id, number, time, execution in rows:
            where, path, type = f"event/{id}", steps.pop(id, ()), EVENT_NAMES.get(number)
            if type is None:
                self._tell(where, f"there are no events of type {shown(number)}; it is left out.")
            elif execution is None:
                self._tell(where, f"there is no execution/{execution_id}; it is left out.")
            elif artifact_id.__class__ is not int:
                self._tell(where, f"its artifact is {shown(artifact_id)}, which is no id; it is left out.")
            elif id in again:
                self._tell(where, f"event/{again[id]} says the same; it is left out.")
            else:
                if time is not None:
                    time = self._mender.time(time, where, "its time")
                found.append((id, artifact_id, execution_id, type, time, self._mender.path(path, id) if path else ()))
        for id in steps:
            self._tell(f"event/{id}", "there is no such event; its path is left out.")
        return EventColumns.of(found)

    def _said_again(self, database: Database, until: int) -> Mapping[int, int]:
        """Of events up to an id those that later ones say again, and the last of these; all are looked for at once."""
        if database.schema < _EVENTS_ONCE and until > self._again_until:
            highest = database.rows("highest", table=TABLES["event"])[0][0]
            self._again, self._again_until = dict(database.rows("events_said_again")), highest
        return self._again

    def _summary(self, database: Database) -> Summary:
        self._read_types(database)
        numbers: dict[Part, int] = {}
        highest: dict[Part, int] = {}
        for part, table in TABLES.items():
            numbers[part] = database.rows("count", table=table)[0][0] if database.has(table) else 0
            if part != "parent" and numbers[part]:
                highest[part] = database.rows("highest", table=table)[0][0]
        by_type: dict[tuple[Kind, str], int] = {}
        times: list[tuple[int, int]] = []
        for kind in KINDS:
            for type_id, number in database.rows("types_of_nodes", table=TABLES[kind]):
                key = (kind, self._type(database, kind, type_id).name)
                by_type[key] = by_type.get(key, 0) + number
            if numbers[kind] and database.column(TABLES[kind], "node", "create_time_since_epoch") != "NULL":
                times += database.rows("times", table=TABLES[kind])
        if not times and numbers["event"]:  # an old schema, which has no others
            times += database.rows("event_times")
        first = min((first for first, _ in times if isinstance(first, int)), default=None)
        last = max((last for _, last in times if isinstance(last, int)), default=None)
        return Summary(database.schema, numbers, highest, by_type, first, last)


def node_columns(database: Database, kind: Kind) -> dict[str, str]:
    """What the statement `nodes` calls the columns that not every kind or schema has."""
    table = TABLES[kind]
    state = {"artifact": "state", "execution": "last_known_state", "context": ""}[kind]
    columns = {name: database.column(table, "node", name) for name in ("name", "uri", "external_id")}
    columns["state"] = database.column(table, "node", state)
    columns["created"] = database.column(table, "node", "create_time_since_epoch", missing="0")
    columns["updated"] = database.column(table, "node", "last_update_time_since_epoch", missing="0")
    return columns


def _property_columns(database: Database, kind: Kind) -> dict[str, str]:
    """What the statements `properties` are told of a kind."""
    table = f"{TABLES[kind]}Property"
    columns = {name: database.column(table, "property", name) for name in ("byte_value", "bool_value", "proto_value")}
    return {"table": TABLES[kind], "owner": f"{kind}_id", **columns}
