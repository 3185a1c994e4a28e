"""The embedded store beside ml-metadata 1.17.1 on the same format."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import graphmeta
from benchmarks.graphs import artifact, fill, put_step, put_types
from benchmarks.measure import Comparison, in_turn, milliseconds
from benchmarks.mlmd import Worker
from graphmeta import Context, Store
from graphmeta.query import lineage

# Enough puts a round that one slow flush of the disk does not decide it.
PUTS = 50
NODES = 100_000


def puts(worker: Worker, folder: Path) -> Comparison:
    """One durable put, native API beside put_execution, each to a file of its own."""
    worker.ask(do="open", store={"file": str(folder / "mlmd.db")})
    worker.ask(do="prepare")
    with graphmeta.connect(folder / "ours.db") as store:
        put_types(store)
        run, schema = Context(type=put_run_type(store), name="bench"), artifact("Dataset", 0)
        store.put(contexts=[run], artifacts=[schema])
        numbers = count(1)

        def ours() -> float:
            def work() -> None:
                for _ in range(PUTS):
                    put_step(store, run, schema, next(numbers))

            return milliseconds(work) / PUTS

        def theirs() -> float:
            return float(worker.ask(do="time", workload="put_execution", count=PUTS)["ms"])

        mine, others = in_turn(ours, theirs, 21)
    return Comparison("one durable put", mine, others, "at least 3", True, "ml-metadata's put_execution")


def put_run_type(store: Store) -> str:
    """The name of the context type of the benchmark's run."""
    return store.type("context", "Run").name


def closures(worker: Worker, folder: Path) -> Iterator[Comparison]:
    """The whole ancestry of a node in a layered DAG of 100,000 nodes."""
    folder.mkdir()
    path = folder / "dag.db"
    with graphmeta.connect(path) as store:
        start = store.artifact(fill(store, NODES))
        # A copy for them: two SQLite libraries should not share a file more than they must.
        with sqlite3.connect(path) as source, sqlite3.connect(folder / "dag-mlmd.db") as target:
            source.backup(target)
        source.close()
        target.close()
        worker.ask(do="open", store={"file": str(folder / "dag-mlmd.db")})
        reached = store.walk([start], "upstream")
        size = f"{len(reached.artifact_ids) + len(reached.execution_ids)} nodes reached"

        def theirs() -> float:
            return float(worker.ask(do="lineage", artifact=start.id, paths=["artifacts", "executions", "events"])["ms"])

        def ids() -> float:
            return milliseconds(lambda: store.walk([start], "upstream"))

        def columns() -> float:
            return milliseconds(lambda: rows_and_events(store, start.id or 0))

        def objects() -> float:
            def work() -> None:
                found = lineage(store, start, up=1_000_000)
                assert len(found.nodes) and len(found.events)

            return milliseconds(work)

        subgraph = "ml-metadata's get_lineage_subgraph"
        mine, others = in_turn(columns, theirs, 7)
        yield Comparison(
            f"whole ancestry, nodes and events as rows ({size})", mine, others, "at least 2", True, subgraph
        )
        mine, others = in_turn(objects, theirs, 7)
        yield Comparison("the same through lineage(), every node an object", mine, others, "none", True, subgraph)
        mine, others = in_turn(ids, theirs, 7)
        yield Comparison("the same, ids alone", mine, others, "at least 6", True, subgraph)
        floor = sqlite3.connect(path)
        mine, others = in_turn(columns, lambda: milliseconds(lambda: raw_rows(floor, reached)), 7)
        floor.close()
        yield Comparison(
            "nodes and events as rows", mine, others, "none", False, "fetching the same rows raw, ids known"
        )
    shutil.rmtree(folder, ignore_errors=True)


def rows_and_events(store: Store, start: int) -> None:
    """The closure with its events, and the rows of every node with its properties decoded."""
    from graphmeta.backends.requests import Walk

    found = store.backend.walk(Walk("artifact", [start], "upstream", None, True))
    for kind, ids in (("artifact", found.artifact_ids), ("execution", found.execution_ids)):
        rows = store.rows(kind, ids=ids)  # type: ignore[arg-type]
        for row in rows:
            rows.properties(row.id)


def raw_rows(connection: sqlite3.Connection, reached: object) -> None:
    """The floor: the same rows with sqlite3 and nothing else, the ids being known."""
    import json

    for table, key, ids in (
        ("Artifact", "artifact_id", reached.artifact_ids),  # type: ignore[attr-defined]
        ("Execution", "execution_id", reached.execution_ids),  # type: ignore[attr-defined]
    ):
        wanted = json.dumps(list(ids))
        connection.execute(
            f"SELECT t.* FROM json_each(?) j CROSS JOIN {table} t ON t.id = j.value", (wanted,)
        ).fetchall()
        connection.execute(
            f"SELECT p.* FROM json_each(?) j CROSS JOIN {table}Property p ON p.{key} = j.value", (wanted,)
        ).fetchall()
        if table == "Execution":
            connection.execute(
                "SELECT e.* FROM json_each(?) j CROSS JOIN Event e ON e.execution_id = j.value", (wanted,)
            ).fetchall()
