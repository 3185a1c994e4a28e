"""`graphmeta serve` under many clients, beside a server whose handler is empty: the ceiling on this machine."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import Comparison, in_turn
from benchmarks.mlmd import Worker
from graphmeta.testing import neo4j_server
from graphmeta.testing.serving import serving

CLIENTS = 16
SECONDS = 2
ROUNDS = 3
# What a server that does nothing is told; any numbers do.
IDS = {"Dataset": 10, "Model": 11, "Feature": 12, "Trainer": 13, "Run": 14, "run": 1, "schema": 1}


def served(python: Path, folder: Path) -> Iterator[Comparison]:
    """16 clients putting executions: on the embedded store, and on Neo4j."""
    with contextlib.ExitStack() as stack:
        empty = stack.enter_context(empty_server())
        file = stack.enter_context(serving(folder / "served.db")).port
        yield compare(python, "embedded", file, empty, "at least 0.4")
        graph = stack.enter_context(neo4j_server.running())
        neo4j_server.wipe(graph.address, graph.user, graph.password)
        database = stack.enter_context(serving(graph.url)).port
        yield compare(python, "Neo4j", database, empty, "none")


def compare(python: Path, name: str, ours: int, empty: int, goal: str) -> Comparison:
    """One server's port beside another's. The times are of one call, all clients together."""
    with Worker(python) as worker:
        worker.ask(do="open", store={"host": "127.0.0.1", "port": ours})
        ids = worker.ask(do="prepare")
    mine, others = in_turn(lambda: milliseconds(python, ours, ids), lambda: milliseconds(python, empty, IDS), ROUNDS)
    return Comparison(f"{CLIENTS} clients putting executions, {name}", mine, others, goal, True, "an empty handler")


def milliseconds(python: Path, port: int, ids: dict[str, Any]) -> float:
    """Of a call, all clients together: 2 is 500 calls a second."""
    request = {"host": "127.0.0.1", "port": port, "clients": CLIENTS, "seconds": SECONDS, "ids": ids}
    script = Path(__file__).with_name("mlmd_clients.py")
    done = subprocess.run(
        [str(python), str(script), json.dumps(request)], stdout=subprocess.PIPE, check=True, text=True
    )
    told = json.loads(done.stdout)
    return float(1000 * told["seconds"] / told["calls"])


@contextlib.contextmanager
def empty_server() -> Iterator[int]:
    """The port of a server that does nothing."""
    command = [sys.executable, "-m", "benchmarks.mlmd_empty_server"]
    root = Path(__file__).resolve().parents[1]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()
