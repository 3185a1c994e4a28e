"""`graphmeta copy` beside a loader that somebody writes by hand for one pair of stores: no checks, no resuming."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import neo4j

import graphmeta
from benchmarks.measure import Comparison, in_turn, milliseconds
from graphmeta import artifact_type, execution_type
from graphmeta.backends.neo4j.values import path_to_neo4j
from graphmeta.model import ARTIFACT_STATES, EVENT_TYPES, EXECUTION_STATES, PropertyType
from graphmeta.moving.copying import copy
from graphmeta.moving.sources.opening import open_source
from graphmeta.moving.targets.opening import open_target
from graphmeta.testing import neo4j_server as servers

EXECUTIONS, ARTIFACTS, EVENTS = 100_000, 200_000, 300_000
BATCH = 5000
_TABLES = ("Execution", "ExecutionProperty", "Artifact", "ArtifactProperty", "Event", "EventPath")
_START = 1_700_000_000_000


def make_source(path: Path, scale: float = 1.0) -> None:
    """Write the file that is copied: executions with one property and two outputs, each with four properties, and one
    input; every event has a path of two steps. By hand, for it is quicker.

    Args:
        scale: of the numbers above.
    """
    executions, artifacts, events = (int(number * scale) for number in (EXECUTIONS, ARTIFACTS, EVENTS))
    with graphmeta.connect(path) as store:
        declared: dict[str, PropertyType] = {"span": "INT", "rate": "DOUBLE", "split": "STRING", "digest": "STRING"}
        store.put_types([artifact_type("Dataset", declared), execution_type("Trainer", {"epochs": "INT"})])
        dataset, trainer = store.type("artifact", "Dataset").id, store.type("execution", "Trainer").id
    raw = sqlite3.connect(path)
    with raw:
        raw.executemany(
            "INSERT INTO Execution (id, type_id, last_known_state, name, create_time_since_epoch, "
            "last_update_time_since_epoch) VALUES (?, ?, 3, ?, ?, ?)",
            ((id, trainer, f"train {id}", _START + id, _START + id) for id in range(1, executions + 1)),
        )
        raw.executemany(
            "INSERT INTO ExecutionProperty (execution_id, name, is_custom_property, int_value) "
            "VALUES (?, 'epochs', 0, ?)",
            ((id, id % 50) for id in range(1, executions + 1)),
        )
        raw.executemany(
            "INSERT INTO Artifact (id, type_id, uri, state, name, create_time_since_epoch, "
            "last_update_time_since_epoch) VALUES (?, ?, ?, 2, ?, ?, ?)",
            (
                (id, dataset, f"s3://bucket/{id}", f"data {id}", _START + id, _START + id)
                for id in range(1, artifacts + 1)
            ),
        )
        for column, name, values in (
            ("int_value", "span", (id for id in range(1, artifacts + 1))),
            ("double_value", "rate", (id / 8 for id in range(1, artifacts + 1))),
            ("string_value", "split", ("train" for _ in range(1, artifacts + 1))),
            ("string_value", "digest", (f"sha256:{id:064x}" for id in range(1, artifacts + 1))),
        ):
            raw.executemany(
                f"INSERT INTO ArtifactProperty (artifact_id, name, is_custom_property, {column}) "
                f"VALUES (?, '{name}', 0, ?)",
                ((id, value) for id, value in zip(count(1), values, strict=False)),
            )
        outputs = (
            (id, (id - 1) % artifacts + 1, (id - 1) // 3 % executions + 1, 3 if id % 3 == 0 else 4, _START + id)
            for id in range(1, events + 1)
        )
        raw.executemany(
            "INSERT OR IGNORE INTO Event (id, artifact_id, execution_id, type, milliseconds_since_epoch) "
            "VALUES (?, ?, ?, ?, ?)",
            outputs,
        )
        raw.executemany(
            "INSERT INTO EventPath (event_id, is_index_step, step_index, step_key) VALUES (?, ?, ?, ?)",
            (step for id in range(1, events + 1) for step in ((id, 0, None, "data"), (id, 1, 0, None))),
        )
    raw.close()


def to_embedded(folder: Path, rounds: int = 3, scale: float = 1.0) -> Comparison:
    """SQLite to SQLite."""
    source = folder / "source.db"
    make_source(source, scale)
    numbers = count()

    def ours() -> float:
        return milliseconds(lambda: _copy(source, str(folder / f"ours{next(numbers)}.db")))

    def theirs() -> float:
        target = folder / f"theirs{next(numbers)}.db"
        return milliseconds(lambda: _load_sqlite(source, target))

    return _compared("copying 600,000 nodes and events to SQLite", ours, theirs, rounds, "at most 4")


def to_server(folder: Path, url: str, driver: neo4j.Driver, rounds: int = 2, scale: float = 1.0) -> Comparison:
    """SQLite to Neo4j."""
    source = folder / "source.db"
    if not source.exists():
        make_source(source, scale)

    def ours() -> float:
        servers.wipe_with(driver)
        return milliseconds(lambda: _copy(source, url))

    def theirs() -> float:
        servers.wipe_with(driver)
        with graphmeta.connect(url) as store:
            store.initialise()
        return milliseconds(lambda: _load_neo4j(source, driver))

    return _compared("copying 600,000 nodes and events to Neo4j", ours, theirs, rounds, "at most 3")


def _compared(what: str, ours: Any, theirs: Any, rounds: int, goal: str) -> Comparison:
    mine, others = in_turn(ours, theirs, rounds)
    return Comparison(what, mine, others, goal, False, "a hand-written loader's time")


def _copy(source: Path, target: str) -> None:
    with open_source(str(source)) as opened, open_target(target, opened) as into:
        copy(opened, into)


# ---------------------------------------------------------------- the loaders by hand


def _batches(raw: sqlite3.Connection, query: str) -> Iterator[list[tuple[Any, ...]]]:
    cursor = raw.execute(query)
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _load_sqlite(source: Path, target: Path) -> None:
    with graphmeta.connect(target) as store:
        store.initialise()  # the same tables, indexes, pages and log
    reading, writing = sqlite3.connect(source), sqlite3.connect(target)
    writing.execute("PRAGMA synchronous = FULL")
    with writing:
        for table in ("Type", "TypeProperty", "ParentType"):
            writing.execute(f"DELETE FROM {table}")
            _insert(writing, table, reading.execute(f"SELECT * FROM {table}").fetchall())
    for table in _TABLES:
        for rows in _batches(reading, f"SELECT * FROM {table}"):
            with writing:
                _insert(writing, table, rows)
    reading.close()
    writing.close()


def _insert(raw: sqlite3.Connection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        raw.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


_STATES = {
    "Artifact": {number: name for name, number in ARTIFACT_STATES.items()},
    "Execution": {number: name for name, number in EXECUTION_STATES.items()},
}
_EVENTS = {number: name for name, number in EVENT_TYPES.items()}


def _load_neo4j(source: Path, driver: neo4j.Driver) -> None:
    """The same graph as graphmeta's, into its constraints and indexes."""
    reading = sqlite3.connect(source)
    types = dict(reading.execute("SELECT id, name FROM Type"))
    with driver.session() as session:

        def run(text: str, rows: list[dict[str, Any]]) -> None:
            session.execute_write(lambda transaction: transaction.run(text, rows=rows).consume())

        for label, uri, state in (("Execution", "NULL", "last_known_state"), ("Artifact", "uri", "state")):
            columns = f"id, type_id, name, {uri}, {state}, create_time_since_epoch, last_update_time_since_epoch"
            for rows in _batches(reading, f"SELECT {columns} FROM {label}"):
                run(f"UNWIND $rows AS row CREATE (node:{label}) SET node = row", _nodes(reading, label, rows, types))
        query = "SELECT id, artifact_id, execution_id, type, milliseconds_since_epoch FROM Event"
        for rows in _batches(reading, query):
            events = _events(reading, rows)
            ends = "MATCH (a:Artifact {id: row.artifact_id}) MATCH (e:Execution {id: row.execution_id})"
            inputs = [event for event in events if event["type"] == "INPUT"]
            outputs = [event for event in events if event["type"] != "INPUT"]
            run(f"UNWIND $rows AS row {ends} CREATE (a)-[event:EVENT]->(e) SET event = row", inputs)
            run(f"UNWIND $rows AS row {ends} CREATE (e)-[event:EVENT]->(a) SET event = row", outputs)
    reading.close()


def _nodes(
    reading: sqlite3.Connection, label: str, rows: list[tuple[Any, ...]], types: dict[int, str]
) -> list[dict[str, Any]]:
    nodes: dict[int, dict[str, Any]] = {}
    for id, type_id, name, uri, state, created, updated in rows:
        nodes[id] = {
            "id": id,
            "type_id": type_id,
            "type": types[type_id],
            "name": name,
            "display_name": name,
            "state": _STATES[label][state],
            "created": created,
            "updated": updated,
        }
        if uri is not None:
            nodes[id]["uri"] = uri
    properties = reading.execute(
        f"SELECT {label}_id, name, is_custom_property, COALESCE(int_value, double_value, string_value) "
        f"FROM {label}Property WHERE {label}_id BETWEEN ? AND ?",
        (rows[0][0], rows[-1][0]),
    )
    for id, name, custom, value in properties:
        nodes[id][f"{'custom' if custom else 'prop'}_{name}"] = value
    return list(nodes.values())


def _events(reading: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    paths: dict[int, list[str | int]] = {}
    steps = "SELECT event_id, is_index_step, step_index, step_key FROM EventPath WHERE event_id BETWEEN ? AND ?"
    for id, is_index, index, key in reading.execute(steps, (rows[0][0], rows[-1][0])):
        paths.setdefault(id, []).append(index if is_index else key)
    return [
        {
            "id": id,
            "artifact_id": artifact_id,
            "execution_id": execution_id,
            "type": _EVENTS[type],
            "time": time,
            "path": path_to_neo4j(paths.get(id, ())),
        }
        for id, artifact_id, execution_id, type, time in rows
    ]
