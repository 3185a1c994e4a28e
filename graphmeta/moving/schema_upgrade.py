"""The tables of an old schema of ML Metadata's brought to today's."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from graphmeta.backends.sqlite.schema import VERSION, mlmd_statements
from graphmeta.backends.sqlite.types import TYPE_KINDS
from graphmeta.backends.statements import names, statement
from graphmeta.errors import ForeignStoreError, InternalError
from graphmeta.model import SYSTEM_TYPES

_EVENTS_ONCE = 8  # since this schema an event cannot be there twice


def lacking_system_types(connection: sqlite3.Connection) -> list[str]:
    """The names of the system types that are not there yet."""
    there = set(connection.execute(statement("sql", "upgrade/system_types")).fetchall())
    return [name for kind, name in SYSTEM_TYPES if (name, TYPE_KINDS[kind]) not in there]


def left_out(connection: sqlite3.Connection, version: int) -> list[str]:
    """What has no place in today's schema, in sentences.

    Args:
        version: of the schema that the file has.
    """
    found: list[str] = []
    if version < _EVENTS_ONCE:
        found += [
            f"event/{id} says what event/{last} says."
            for id, last in connection.execute(statement("sql", "upgrade/repeated_events"))
        ]
    with _scratch() as new:
        for table in _tables():
            known = set(_columns(new, table))
            for column in _columns(connection, table):
                if column not in known:
                    found.append(f"The column {column} of the table {table} is not ML Metadata's.")
    return found


def bring(connection: sqlite3.Connection, path: Path, version: int, system_types: Collection[str]) -> None:
    """Make the tables of an old schema anew as today's, and take over what they hold, within a transaction.

    Args:
        path: of the file, for sentences.
        version: of the schema that it has.
        system_types: the names of those to add.

    Raises:
        ForeignStoreError: a table has a trigger, which would be lost.
    """
    made = mlmd_statements()
    tables = _tables()
    for table in tables:
        old = _columns(connection, table)
        if table == "MLMDEnv":
            continue
        if not old:
            connection.execute(made[table])
            continue
        _clear(connection, table, path)
        counter = connection.execute(statement("sql", "upgrade/counter"), (table,)).fetchone()
        connection.execute(_of("upgrade/set_aside", table=table))
        connection.execute(made[table])
        _take(connection, table, old, once=table == "Event" and version < _EVENTS_ONCE)
        connection.execute(statement("sql", "upgrade/remove_old"))
        if counter is not None:
            connection.execute(statement("sql", "upgrade/forget_counter"), (table,))
            connection.execute(statement("sql", "upgrade/set_counter"), (table, counter[0]))
    if version < _EVENTS_ONCE:
        connection.execute(statement("sql", "upgrade/lose_paths"))
    for name, text in made.items():
        if name not in tables:
            connection.execute(text)
    connection.executemany(
        statement("sql", "schema/insert_system_type"),
        [(name, TYPE_KINDS[kind]) for kind, name in SYSTEM_TYPES if name in system_types],
    )
    connection.execute(statement("sql", "upgrade/forget_version"))
    connection.execute(statement("sql", "schema/insert_version"), (VERSION,))


def _clear(connection: sqlite3.Connection, table: str, path: Path) -> None:
    """Remove the indexes of a table; today's are made at the end."""
    for kind, name in connection.execute(statement("sql", "upgrade/objects"), (table,)).fetchall():
        if kind == "trigger":
            raise ForeignStoreError(
                f"{path} has a trigger {name} on the table {table}, which is not ML Metadata's and would be lost; "
                "remove it first. Nothing was done."
            )
        quoted = '"' + name.replace('"', '""') + '"'
        connection.execute(_of("upgrade/drop_index", index=quoted))


def _take(connection: sqlite3.Connection, table: str, old: Sequence[str], *, once: bool) -> None:
    columns = [column for column in _columns(connection, table) if column in old]
    connection.execute(
        _of(
            "upgrade/take",
            table=table,
            columns=", ".join(columns),
            insert="INSERT OR IGNORE" if once else "INSERT",
            direction="DESC" if once else "ASC",
        )
    )
    taken, there = connection.execute(_of("upgrade/taken", table=table)).fetchone()
    if taken != there and not once:
        raise InternalError(f"Of {there} rows of {table} only {taken} came over; nothing was done. Please report it.")


def _of(name: str, **places: str) -> str:
    text = statement("sql", name)
    for place, filling in places.items():
        text = text.replace(f"/*{place}*/", filling)
    return text


def _tables() -> list[str]:
    return [Path(name).name for name in names("sql", "schema/tables")]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[0] for row in connection.execute(statement("sql", "upgrade/columns"), (table,))]


@contextlib.contextmanager
def _scratch() -> Iterator[sqlite3.Connection]:
    """An empty database of today's schema."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for text in mlmd_statements().values():
            connection.execute(text)
        yield connection
