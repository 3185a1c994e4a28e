"""A removal that is killed: what is left is whole, and all comes back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphmeta.backends.requests import EventQuery
from graphmeta.keeping.restoring import restore
from graphmeta.model import Artifact, Event, Execution
from graphmeta.store import Store, connect
from graphmeta.testing.oracle import oracle
from tests.moving.worlds import fill

from .graphs import digest

ROOT = Path(__file__).parents[2]


def filled(url: Path | str, runs: int = 30) -> str:
    """A store of some hundred nodes, with a chain at its end; returns its digest."""
    with connect(url) as store:
        fill(store, runs=runs)
        before = Artifact(type="Thing", name="raw")
        store.put(artifacts=[before])
        for number in range(40):
            after, step = Artifact(type="Thing", name=f"after {number}"), Execution(type="Step", name=f"chain {number}")
            events = [Event(before, step, "INPUT"), Event(after, step, "OUTPUT")]
            store.put(artifacts=[after], executions=[step], events=events)
            before = after
        return digest(store)


def kill(store: Path | str, dump: Path, after: int) -> None:
    """Start a removal, and kill it after so many of its lines."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.keeping.remover", str(store), str(dump)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline()
        process.kill()
        process.stdout.read()
    assert process.returncode == -9


def check_whole(store: Store) -> None:
    """Every node of the chain that is left has all that it came from."""
    names = {artifact.name: artifact for artifact in store.artifacts()}
    left = [number for number in range(40) if f"after {number}" in names]
    assert left == [*range(len(left))]
    for number in left:
        assert any(event.type == "OUTPUT" for event in store.events(artifacts=[names[f"after {number}"]]))


@pytest.mark.slow
def test_killed_at_several_places(tmp_path: Path) -> None:
    first = tmp_path / "first.db"
    before = filled(first)
    sizes = []
    for after in (1, 2, 9, 30):
        path, dump = tmp_path / f"{after}.db", tmp_path / f"{after}.jsonl"
        shutil.copyfile(first, path)
        kill(path, dump, after)
        with connect(path) as store:
            check_whole(store)
            sizes.append(len(store.executions()))
            # A newcomer gets no id that is in the dump.
            assert restore(store, dump, portion=7).trouble == 0
            assert digest(store) == before
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0]


@pytest.mark.slow
def test_killed_on_neo4j(tmp_path: Path, neo4j_url: str) -> None:
    before = filled(neo4j_url, runs=1)
    kill(neo4j_url, tmp_path / "dump.jsonl.gz", 12)
    with connect(neo4j_url) as store:
        check_whole(store)
        assert digest(store) != before
        assert restore(store, tmp_path / "dump.jsonl.gz").trouble == 0
        assert digest(store) == before


@pytest.mark.slow
def test_ml_metadata_reads_what_is_left_and_what_came_back(tmp_path: Path) -> None:
    path, dump = tmp_path / "lineage.db", tmp_path / "dump.jsonl"
    filled(path)
    whole = seen(path)
    kill(path, dump, 20)
    left = seen(path)
    assert len(left["executions"]) < len(whole["executions"])
    with connect(path) as store:
        assert [each["id"] for each in left["executions"]] == [each.id for each in store.executions()]
        assert len(left["events"]) == len(store.backend.events(EventQuery(execution_ids=ids(left["executions"]))))
        restore(store, dump)
    assert seen(path) == whole


def ids(nodes: list[dict[str, Any]]) -> list[int]:
    return [node["id"] for node in nodes]


def seen(path: Path) -> dict[str, Any]:
    """All that ml-metadata reads in a file."""
    python, why_not = oracle(ROOT / ".cache")
    if python is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"NO ML-METADATA TO COMPARE WITH: {why_not}")
    script = ROOT / "tests" / "sqlite" / "oracle_script.py"
    done = subprocess.run([str(python), str(script), "dump", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
