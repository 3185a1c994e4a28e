"""MLMD's interface: graphmeta.mlmd beside ml-metadata 1.17.1, the same code on both, each in its own process."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measure import Comparison, in_turn
from benchmarks.mlmd import OURS, Worker
from benchmarks.mlmd_workloads import READS, WRITES

# How many times as fast ours shall be, on files (ours embedded, theirs SQLite) …
EMBEDDED = {
    "put_execution": 2.5,
    "put_artifacts, one": 2,
    "put_artifacts, 1,000": 1.5,
    "put_lineage_subgraph": 1.5,
    "filter by URI": 2,
    "filter by property and type": 2,
    "filter by context": 2,
    "filter by event": 2,
    "get_lineage_subgraph": 1.3,
    "by id, 100": 1,
    "by type, 8,000": 1,
    "by context, 100": 1,
    "by id, one": 0.7,
    "by type and name": 0.7,
    "events by artifact": 0.7,
}
# … and on servers (ours Neo4j, theirs MariaDB).
SERVERS = {"put_execution": 2, "put_lineage_subgraph": 2, "get_lineage_subgraph": 2, "by id, one": 0.7}
# What takes longer is done fewer times a round.
COUNTS = {
    # Enough puts a round that one slow flush of the disk, or the first put in a cold process, does not decide it.
    "put_execution": 100,
    "put_artifacts, one": 100,
    "put_artifacts, 1,000": 3,
    "put_lineage_subgraph": 15,
    "get_lineage_subgraph": 2,
    "by type, 8,000": 2,
    "by id, one": 200,
    "by type and name": 200,
    "events by artifact": 200,
}
ROUNDS = 9
# Servers run for months, and a JVM is at its best only after some ten thousand puts.
WARMING = 60.0


def embedded(python: Path, folder: Path) -> Iterator[Comparison]:
    """Every workload on files: first what writes, on new ones, then what reads, on filled ones."""
    with Worker(sys.executable, OURS) as ours, Worker(python) as theirs:
        for workloads in (WRITES, READS):
            name = "reads" if workloads is READS else "writes"
            stores = {"file": str(folder / f"{name}-ours.db")}, {"file": str(folder / f"{name}-mlmd.db")}
            yield from compare(ours, theirs, stores, {each: EMBEDDED[each] for each in workloads}, "ml-metadata")


def servers(python: Path, own: Path | str = sys.executable) -> Iterator[Comparison]:
    """What production asks of a server: ours on Neo4j, theirs on MariaDB, both on this machine.

    Args:
        python: an interpreter with ml-metadata.
        own: one with graphmeta.
    """
    from graphmeta.testing import mariadb, neo4j_server

    with contextlib.ExitStack() as stack:
        graph, tables = stack.enter_context(neo4j_server.running()), stack.enter_context(mariadb.running())
        neo4j_server.wipe(graph.address, graph.user, graph.password)
        ours, theirs = stack.enter_context(Worker(own, OURS)), stack.enter_context(Worker(python))
        account = {"host": tables.host, "port": tables.port, "user": tables.user, "password": tables.password}
        stores = {"graphmeta": graph.url}, {"mysql": {**account, "database": "mlmd"}}
        yield from compare(ours, theirs, stores, SERVERS, "ml-metadata on MariaDB", warming=WARMING)


def compare(
    ours: Worker,
    theirs: Worker,
    stores: tuple[Mapping[str, Any], ...],
    goals: Mapping[str, float],
    beside: str,
    warming: float = 0,
) -> Iterator[Comparison]:
    """Each workload in turn on both sides.

    Args:
        stores: how the workers find theirs.
        goals: the workloads, and how many times as fast ours shall be.
        warming: seconds of rounds that are not measured, of each workload; two rounds at least.
    """
    sides = (ours, theirs)
    for side, store in zip(sides, stores, strict=True):
        side.ask(do="open", store=store)
        side.ask(do="prepare")
        if READS.keys() & goals.keys():
            side.ask(do="fill")
    for workload, goal in goals.items():
        found = [side.ask(do="time", workload=workload, count=1)["size"] for side in sides]
        assert found[0] == found[1], f"{workload}: ours wrote or found {found[0]}, ml-metadata {found[1]}"
        count = COUNTS.get(workload, 20)

        def once(side: Worker, workload: str = workload, count: int = count) -> float:
            return float(side.ask(do="time", workload=workload, count=count)["ms"])

        until = time.monotonic() + warming
        once(ours), once(theirs), once(ours), once(theirs)
        while time.monotonic() < until:
            once(ours), once(theirs)
        mine, others = in_turn(lambda: once(ours), lambda: once(theirs), ROUNDS)
        yield Comparison(f"{workload} ({found[0]})", mine, others, f"at least {goal}", True, beside)
