"""Many real clients at once: processes of ml_metadata's own MetadataStore, putting executions over gRPC.

    python mlmd_clients.py '{"host": …, "port": …, "clients": 16, "seconds": 3, "ids": {…}}'

Runs in the oracle's environment, without graphmeta. Writes how many calls were answered, and in how long.
"""

import json
import multiprocessing
import sys
import time

import mlmd_workloads as workloads


def put(request, number, together, results):
    """One client: connects, waits for the others, and puts until the time is over."""
    config = workloads.pb.MetadataStoreClientConfig(host=request["host"], port=request["port"])
    once = workloads.put_execution(workloads.mlmd.MetadataStore(config), request["ids"])
    first = number * 1_000_000
    once(first)
    together.wait()
    start = time.perf_counter()
    done = 0
    while time.perf_counter() - start < request["seconds"]:
        done += 1
        once(first + done)
    results.put((done, time.perf_counter() - start))


def main():
    request = json.loads(sys.argv[1])
    workloads.choose("ml_metadata")
    # Forked before any of them has a channel.
    processes = multiprocessing.get_context("fork")
    together, results = processes.Barrier(request["clients"]), processes.Queue()
    clients = [
        processes.Process(target=put, args=(request, number, together, results)) for number in range(request["clients"])
    ]
    for client in clients:
        client.start()
    told = [results.get() for _ in clients]
    for client in clients:
        client.join()
    sys.stdout.write(json.dumps({"calls": sum(done for done, _ in told), "seconds": max(took for _, took in told)}))


main()
