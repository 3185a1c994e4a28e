"""Neo4j: our put and our closures beside hand-written statements through the same driver."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import neo4j

import graphmeta
from benchmarks.graphs import artifact, fill, put_step, put_types
from benchmarks.measure import Comparison, in_turn, milliseconds
from graphmeta import Context

PUTS = 20
NODES = 100_000

# What somebody who knows Neo4j would write for this very put, ids from a counter of their own.
_PUT = """
MATCH (run:Context {id: $run}), (schema:Artifact {id: $schema})
CREATE (step:Execution {id: $step, type_id: $step_type, type: 'Trainer', state: 'COMPLETE', created: $now,
                        updated: $now, display_name: 'Trainer', prop_epochs: $number})
SET step:Train
CREATE (data:Artifact:Dataset) SET data = $data
CREATE (model:Artifact:Model) SET model = $model
CREATE (data)-[:EVENT {id: $event, type: 'INPUT', path: ['key=examples', 'index=0'], time: $now,
                       artifact_id: $data.id, execution_id: $step}]->(step)
CREATE (step)-[:EVENT {id: $event + 1, type: 'OUTPUT', path: ['key=model', 'index=0'], time: $now,
                       artifact_id: $model.id, execution_id: $step}]->(model)
CREATE (schema)-[:EVENT {id: $event + 2, type: 'INPUT', path: ['key=schema', 'index=0'], time: $now,
                         artifact_id: $schema, execution_id: $step}]->(step)
CREATE (step)-[:ASSOCIATION]->(run)
CREATE (data)-[:ATTRIBUTION]->(run)
CREATE (model)-[:ATTRIBUTION]->(run)
"""
IDS = """
MATCH (start:Artifact {id: $id})<-[:EVENT*0..]-(reached)
WITH DISTINCT reached
RETURN collect([labels(reached)[0], reached.id])
"""
EVENTS = """
MATCH (start:Artifact {id: $id})<-[:EVENT*0..]-(reached)
WITH DISTINCT reached
WITH collect(reached) AS nodes
CALL (nodes) { UNWIND nodes AS node RETURN collect([labels(node)[0], node.id]) AS ids }
CALL (nodes) {
  UNWIND nodes AS node
  MATCH (node)<-[event:EVENT]-()
  RETURN collect(event.id) AS events, collect(event.artifact_id) AS artifacts,
         collect(event.execution_id) AS executions, collect(event.type) AS types,
         collect(event.time) AS times, collect(event.path) AS paths
}
RETURN ids, events, artifacts, executions, types, times, paths
"""


def puts(url: str, driver: neo4j.Driver) -> Comparison:
    """One put, durable, beside one hand-written statement in a managed transaction."""
    with graphmeta.connect(url) as store:
        put_types(store)
        run, schema = Context(type="Run", name="bench"), artifact("Dataset", 0)
        store.put(contexts=[run], artifacts=[schema])
        numbers, ids = count(1), count(1_000_000_000)
        with driver.session() as session:

            def ours() -> float:
                def work() -> None:
                    for _ in range(PUTS):
                        put_step(store, run, schema, next(numbers))

                return milliseconds(work) / PUTS

            def theirs() -> float:
                def work() -> None:
                    for _ in range(PUTS):
                        parameters = by_hand(next(numbers), ids, run.id, schema.id)
                        session.execute_write(lambda tx, values=parameters: tx.run(_PUT, values).consume())

                return milliseconds(work) / PUTS

            for _ in range(10):  # the server compiles what it runs often
                ours(), theirs()
            mine, others = in_turn(ours, theirs, 21)
    return Comparison("one put", mine, others, "at most 2", False, "one hand-written statement")


def by_hand(number: int, ids: Iterator[int], run: int | None, schema: int | None) -> dict[str, Any]:
    """The parameters of the hand-written put."""

    def properties(type: str, type_id: int) -> dict[str, Any]:
        made = artifact(type, number)
        fields = {"id": next(ids), "type_id": type_id, "type": type, "uri": made.uri, "state": "LIVE"}
        declared = {f"prop_{key}": value for key, value in made.properties.items()}
        return {**fields, "created": 1, "updated": 1, "display_name": str(number), **declared}

    event = next(ids)
    next(ids), next(ids)
    return {
        "run": run, "schema": schema, "step": next(ids), "step_type": 12, "number": number, "now": 1, "event": event,
        "data": properties("Dataset", 10), "model": properties("Model", 11),
    }  # fmt: skip


def closures(url: str, driver: neo4j.Driver) -> Iterator[Comparison]:
    """The whole ancestry of a node in a layered DAG of 100,000 nodes, beside the packed statements."""
    with graphmeta.connect(url) as store:
        start = store.artifact(fill(store, NODES))
        reached = store.walk([start], "upstream")
        size = f"{len(reached.artifact_ids) + len(reached.execution_ids)} nodes reached"
        with driver.session() as session:

            def read(statement: str) -> float:
                return milliseconds(
                    lambda: session.execute_read(lambda tx: tx.run(statement, id=start.id).single(strict=True).values())
                )

            mine, others = in_turn(lambda: milliseconds(lambda: store.walk([start], "upstream")), lambda: read(IDS), 15)
            yield Comparison(
                f"whole ancestry, ids with kind ({size})", mine, others, "at most 1.5", False, "the packed statement"
            )
            mine, others = in_turn(
                lambda: milliseconds(lambda: store.walk([start], "upstream", events=True)), lambda: read(EVENTS), 15
            )
            yield Comparison("the same, nodes and events", mine, others, "at most 1.5", False, "the packed statement")
