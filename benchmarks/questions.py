"""The questions at several sizes, with the time for each node that they reach; closures beside the engine's floor."""

from __future__ import annotations

import sqlite3
import statistics
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import neo4j

import graphmeta
from benchmarks.graphs import fill, ladder, real_models
from benchmarks.measure import Comparison, in_turn, milliseconds
from benchmarks.server import EVENTS, IDS
from graphmeta import Store, query
from graphmeta.model import Artifact, Execution

SIZES = (10_000, 100_000, 1_000_000)
_RUNGS = 40
# The engine's own closure in SQL, as measured before the design: a recursive statement.
_FLOOR = """
WITH RECURSIVE above(kind, id) AS (
    VALUES('artifact', ?)
    UNION SELECT 'execution', event.execution_id FROM above CROSS JOIN Event AS event ON above.kind = 'artifact'
        AND event.artifact_id = above.id AND event.type IN (1, 4, 6, 7)
    UNION SELECT 'artifact', event.artifact_id FROM above CROSS JOIN Event AS event ON above.kind = 'execution'
        AND event.execution_id = above.id AND event.type IN (2, 3, 5)
) SELECT kind, id FROM above
"""


def embedded(folder: Path, size: int) -> Iterator[str]:
    """Every question on a file of so many nodes."""
    path = folder / f"questions-{size}.db"
    with graphmeta.connect(path) as store:
        last = fill(store, size)
        raw = sqlite3.connect(path)

        def floor() -> float:
            return milliseconds(lambda: raw.execute(_FLOOR, (last,)).fetchall())

        start = store.artifact(last)
        mine, others = in_turn(lambda: milliseconds(lambda: store.walk([start], "upstream")), floor, _rounds(size))
        beside = "a recursive statement in SQLite"
        yield Comparison(f"{size:,} nodes: closure, ids", mine, others, "at most 1.5", False, beside).line()
        yield from questions(store, size, last)
        raw.close()


def server(url: str, driver: neo4j.Driver, size: int) -> Iterator[str]:
    """Every question on a Neo4j of so many nodes."""
    with graphmeta.connect(url) as store, driver.session() as session:
        last = fill(store, size)
        start = store.artifact(last)

        def read(statement: str) -> float:
            return milliseconds(
                lambda: session.execute_read(lambda tx: tx.run(statement, id=last).single(strict=True).values())
            )

        for what, events, statement in (("ids", False, IDS), ("nodes and events", True, EVENTS)):
            mine, others = in_turn(
                lambda events=events: milliseconds(lambda: store.walk([start], "upstream", events=events)),
                lambda statement=statement: read(statement),
                _rounds(size),
            )
            beside = "the packed statement"
            yield Comparison(f"{size:,} nodes: closure, {what}", mine, others, "at most 1.5", False, beside).line()
        point = [milliseconds(lambda: store.artifact(last)) for _ in range(21)]
        yield f"  {size:,} nodes: one point read {statistics.median(point):.2f} ms"
        yield from questions(store, size, last)


def questions(store: Store, size: int, last: int) -> Iterator[str]:
    """Every question, on a store that was filled."""
    first = store.artifacts(limit=1)[0]
    end = store.artifact(last)
    beside = store.artifacts(ids=[last + 1])[0]
    model = real_models(store)
    reached = len(query.lineage(store, end, up="all").nodes)
    below = len(query.lineage(store, first, down="all").nodes)
    bottom, top = ladder(store, _RUNGS)
    asked: list[tuple[str, Callable[[], Any], int]] = [
        ("lineage upstream", lambda: query.lineage(store, end, up="all").events, reached),
        ("models --using", lambda: query.models(store, first), below),
        ("impact", lambda: query.impact(store, first), below),
        ("path", lambda: query.path(store, first, _model_below(store, first)), below),
        ("common", lambda: query.common(store, [end, beside], limit=20), reached),
        ("why", lambda: query.why(store, end, beside), reached),
        ("explain, of a real model", lambda: query.explain(store, model), 40),
        ("lineage, of a real model", lambda: query.lineage(store, model).events, 40),
        ("path, ten through a ladder of 2^40", lambda: query.path(store, bottom, top, limit=10), 4 * _RUNGS),
    ]
    if size <= 100_000 or store.url.startswith("sqlite:"):
        asked.append(("hotspots", lambda: query.hotspots(store), size))
    for what, ask, number in asked:
        ask()
        times = [milliseconds(ask) for _ in range(max(3, _rounds(size) // 2))]
        median = statistics.median(times)
        yield f"  {size:,} nodes: {what}: {median:,.1f} ms, {median / number * 1000:,.1f} µs a node of {number:,}"
    yield from memory(store, size, end, reached)


def memory(store: Store, size: int, end: Artifact, reached: int) -> Iterator[str]:
    """What an answer holds: ids and events as they come, and with every node an object."""
    tracemalloc.start()
    try:
        found = query.lineage(store, end, up="all")
        rows, _ = tracemalloc.get_traced_memory()
        nodes = [*found.nodes.values()]
        objects, _ = tracemalloc.get_traced_memory()
        assert len(nodes) == reached
    finally:
        tracemalloc.stop()
    yield f"  {size:,} nodes: lineage holds {rows / reached:,.0f} bytes a node of {reached:,} with its events"
    yield f"  {size:,} nodes: … {objects / reached:,.0f} bytes a node with every node an object"


def _model_below(store: Store, first: Artifact) -> Artifact | Execution:
    """The last that came of a node."""
    return store.artifact(max(store.walk([first], "downstream").artifact_ids))


def _rounds(size: int) -> int:
    return 15 if size <= 10_000 else 7 if size <= 100_000 else 3
