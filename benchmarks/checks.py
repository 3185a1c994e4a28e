"""Checks, a removal that is only planned, and growth: whole commands, on a store of a million nodes of a year."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import graphmeta
from benchmarks.graphs import fill
from graphmeta import (
    Artifact,
    Association,
    Attribution,
    Context,
    Event,
    Execution,
    Store,
    artifact_type,
    execution_type,
)

SIZE, SERVED = 1_000_000, 100_000
_SHARE_OF_RUNS = 0.4  # of the nodes; the others are one deep lineage
_PER_RUN = 10  # nodes, but for one run in ten, which deploys
_DAY = 86_400_000
_GOAL = 30.0  # seconds: "within seconds", and room for a busy machine
# One rule of each sort; those about all models look at some 340,000.
_RULES = """\
version: 1
tags:
  - name: not-commercial
    on: { role: Dataset, property: { license: nc } }
    until: { kind: execution, type: Anonymize }
rules:
  - name: nothing-deployed-from-nc
    for: { role: Model, deployed: true }
    must not carry: not-commercial
  - name: nothing-deployed-from-nc-by-ancestry
    for: { role: Model, deployed: true }
    must not descend from: { role: Dataset, property: { license: nc } }
  - name: nightly-models-are-evaluated
    for: { role: Model, name: nightly* }
    must have: { role: Evaluate, direction: downstream, within: 1 }
  - name: every-model-was-trained
    for: { role: Model }
    must have: { role: Train, direction: upstream, within: 1 }
  - name: metrics-come-of-data
    for: { role: Metrics }
    must descend from: { role: Dataset }
"""


def embedded(folder: Path, size: int = SIZE) -> Iterator[str]:
    """Every command on a file of so many nodes."""
    path = folder / f"checks-{size}.db"
    with graphmeta.connect(path) as store:
        made(store, size)
    yield from commands(str(path), folder, size)


def server(url: str, folder: Path, size: int = SERVED) -> Iterator[str]:
    """Every command on a Neo4j of so many nodes."""
    with graphmeta.connect(url) as store:
        made(store, size)
    yield from commands(url, folder, size)


def made(store: Store, size: int) -> None:
    """A deep lineage that is older than a year, then runs as people have them, evenly over the last year: data
    (one in a hundred under another licence), a training, a model, an evaluation, its metrics; a training that failed
    and left a checkpoint; every tenth run deploys its model."""
    clock, now = store.backend.clock, int(time.time() * 1000)
    runs = int(size * _SHARE_OF_RUNS) // _PER_RUN
    try:
        store.backend.clock = lambda: now - 400 * _DAY
        fill(store, size - runs * _PER_RUN)
        store.put_types(
            [
                artifact_type("Examples", {"license": "STRING"}),
                artifact_type("Metrics", {"auc": "DOUBLE"}),
                artifact_type("Checkpoint"),
                *map(execution_type, ("Transform", "Evaluator", "Pusher")),
            ]
        )
        for start in range(0, runs, 100):
            store.backend.clock = lambda start=start: now - 365 * _DAY + 364 * _DAY * start // runs
            _put_runs(store, range(start, min(start + 100, runs)))
    finally:
        store.backend.clock = clock


def _put_runs(store: Store, numbers: range) -> None:
    artifacts: list[Artifact] = []
    steps: list[Execution] = []
    contexts: list[Context] = []
    events: list[Event] = []
    associations: list[Association] = []
    attributions: list[Attribution] = []
    for number in numbers:
        run = Context(type="Run", name=f"nightly@{number}")
        licence = "nc" if number % 100 == 0 else "cc-by"
        raw = Artifact(type="Examples", name=f"raw@{number}", uri=f"s3://raw/{number}", properties={"license": licence})
        clean = Artifact(type="Dataset", name=f"clean@{number}", uri=f"s3://clean/{number}")
        model = Artifact(type="Model", name=f"nightly@{number}", uri=f"s3://model/{number}", state="LIVE")
        metrics = Artifact(type="Metrics", name=f"scores@{number}", properties={"auc": number % 100 / 100})
        left = Artifact(type="Checkpoint", uri=f"s3://left/{number}", custom_properties={"note": "half-made"})
        cleaning, training, measuring = (
            Execution(type=each, state="COMPLETE") for each in ("Transform", "Trainer", "Evaluator")
        )
        failed = Execution(type="Trainer", state="FAILED", custom_properties={"error": "OutOfMemoryError"})
        mine = [cleaning, training, measuring, failed]
        events += [
            Event(raw, cleaning, "INPUT"),
            Event(clean, cleaning, "OUTPUT"),
            Event(clean, failed, "INPUT"),
            Event(left, failed, "OUTPUT"),
            Event(clean, training, "INPUT"),
            Event(model, training, "OUTPUT"),
            Event(model, measuring, "INPUT"),
            Event(metrics, measuring, "OUTPUT"),
        ]
        if number % 10 == 0:
            deploying = Execution(type="Pusher", state="COMPLETE")
            events.append(Event(model, deploying, "INPUT"))
            mine.append(deploying)
        made_here = [raw, clean, model, metrics, left]
        artifacts += made_here
        steps += mine
        contexts.append(run)
        associations += [Association(step, run) for step in mine]
        attributions += [Attribution(each, run) for each in made_here]
    store.put(
        artifacts=artifacts,
        executions=steps,
        contexts=contexts,
        events=events,
        associations=associations,
        attributions=attributions,
    )


def commands(url: str, folder: Path, size: int) -> Iterator[str]:
    """What each command takes, as who waits for it sees it."""
    rules = folder / "policy.yaml"
    rules.write_text(_RULES, encoding="utf-8")
    asked = {
        "check policy, five rules": ["check", "policy", str(rules)],
        "check integrity": ["check", "integrity"],
        "check stale": ["check", "stale"],
        "gc of what failed, a dry run": ["gc", "--older-than", "90d", "--state", "FAILED"],
        "gc of what is old, a dry run": ["gc", "--older-than", "90d"],
        "stats --growth": ["stats", "--growth"],
    }
    for what, words in asked.items():
        seconds, busy, megabytes, said = _taken([*words, "--store", url])
        missed = "" if seconds <= _GOAL else ", MISSED"
        figures = f"{seconds:.1f} s (goal: {_GOAL:.0f} s{missed}), {busy:.1f} s of processor time, {megabytes:,.0f} MB"
        yield f"  {size:,} nodes: {what}: {figures}{said and f'; said: {said}'}"


# A process is charged with the memory of the one that starts it: so a small one starts what is measured.
_MEASURED = """
import os, subprocess, sys, time
start = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def _taken(words: list[str]) -> tuple[float, float, float, str]:
    """Run a command.

    Returns:
        seconds, those of them that a processor was busy, megabytes at most, and what it said last to standard error.
    """
    command = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "graphmeta", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, busy, most = map(float, done.stdout.split())
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    lines = done.stderr.strip().splitlines()
    return seconds, busy, most * unit / 1e6, lines[-1] if lines else ""
