"""One side of a comparison through MLMD's interface, in a process of its own: ml-metadata, which must not share one
with Python's sqlite3, or graphmeta in its place.

    python mlmd_worker.py ml_metadata
    python mlmd_worker.py graphmeta.mlmd

Reads one JSON request a line, answers one a line. Where it is ml-metadata it needs nothing of graphmeta.
"""

import json
import sys
import time

import mlmd_workloads as workloads


def connect(where):
    """A store, described by {"file": path}, {"mysql": {…}}, {"host": …, "port": …} or {"graphmeta": URL}."""
    pb = workloads.pb
    if "graphmeta" in where:
        import graphmeta

        store = graphmeta.connect(where["graphmeta"])
        store.initialise()
        return workloads.mlmd.MetadataStore(store)
    if "host" in where:
        return workloads.mlmd.MetadataStore(pb.MetadataStoreClientConfig(**where))
    config = pb.ConnectionConfig()
    if "mysql" in where:
        config.mysql.CopyFrom(pb.MySQLDatabaseConfig(**where["mysql"]))
    else:
        config.sqlite.filename_uri = where["file"]
        config.sqlite.connection_mode = pb.SqliteMetadataSourceConfig.READWRITE_OPENCREATE
    return workloads.mlmd.MetadataStore(config)


class Side:
    """Answers the requests; each method is one."""

    def __init__(self):
        self.store = None
        self.ids = {}
        self.ready = {}
        self.numbers = {}

    def open(self, store):
        """Open a store; `prepare` and `fill` come next, unless it is one that is only read."""
        self.store = connect(store)
        self.ready, self.numbers = {}, {}

    def prepare(self):
        """Put the types; the ids of what workloads name."""
        self.ids = workloads.put_types(self.store)
        return self.ids

    def fill(self):
        """Put what the reads read."""
        self.ids.update(workloads.fill(self.store, self.ids))

    def time(self, workload, count):
        """Do a workload so many times: the milliseconds of one, and how much the last one wrote or found."""
        if workload not in self.ready:
            make = workloads.WRITES.get(workload) or workloads.READS[workload]
            self.ready[workload] = make(self.store, self.ids)
        once, first, size = self.ready[workload], self.numbers.get(workload, 1), 0
        self.numbers[workload] = first + count
        start = time.perf_counter()
        for number in range(first, first + count):
            size = once(number)
        return {"ms": (time.perf_counter() - start) * 1000 / count, "size": size}

    def lineage(self, artifact, paths):
        """The whole ancestry of an artifact in whatever store is open."""
        pb = workloads.pb
        options = pb.LineageSubgraphQueryOptions(max_num_hops=100, direction=pb.LineageSubgraphQueryOptions.UPSTREAM)
        options.starting_artifacts.filter_query = f"id = {artifact}"
        start = time.perf_counter()
        found = self.store.get_lineage_subgraph(options, paths)
        took = (time.perf_counter() - start) * 1000
        return {"ms": took, "nodes": len(found.artifacts) + len(found.executions), "events": len(found.events)}


def main():
    workloads.choose(sys.argv[1])
    side = Side()
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(side, request.pop("do"))(**request)
        sys.stdout.write(json.dumps(answer or {}) + "\n")
        sys.stdout.flush()


main()
