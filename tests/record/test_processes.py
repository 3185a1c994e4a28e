"""Processes that die, fork, and share a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from graphmeta.store import Store

DIES = """
import sys
from graphmeta import record as gm
run = gm.start("churn", store=sys.argv[1])
with run.step("train", params={"lr": 0.1}) as step:
    step.use(b"rows", name="rows")
    print("ready", flush=True)
    sys.stdin.readline()
"""

# What each of these prints is compared with nothing: what counts is the store, and that nothing is said.
FORKS = """
import os, sys
from graphmeta import record as gm
from graphmeta.store import connect
store = connect(sys.argv[1])
with gm.run("churn", store=store, strict=True) as run:
    with run.step("outer") as outer:
        shared = outer.use(b"shared", name="shared")
        children = []
        for number in range(4):
            child = os.fork()
            if child == 0:
                with run.step("child", params={"number": number}) as step:
                    step.use(shared)
                    step.produce(b"%d" % number, type="Model", name="churn")
                outer.use(b"by the child", name="extra")
                outer.use(shared, key="again")
                raise SystemExit(0)  # leaves both blocks, which are the parent's to end
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        outer.use(b"by the child", name="extra")
        assert (run.state, outer.state) == ("RUNNING", "RUNNING")
"""

POOL = """
import multiprocessing, sys
from graphmeta import record as gm

def work(number):
    with gm.run("worker", store=sys.argv[1], experiment="sweep", strict=True) as run:
        with run.step("train", params={"number": number}) as step:
            step.produce(b"%d" % number, type="Model", name="churn")
    return run.version

if __name__ == "__main__":
    context = multiprocessing.get_context(sys.argv[2])
    with gm.run("parent", store=sys.argv[1], strict=True) as run, context.Pool(4) as pool:
        print(sorted(pool.map(work, range(8), chunksize=1)))
"""

AWAY_IN_A_CHILD = """
import os, sys, warnings
from graphmeta import record as gm
place = sys.argv[1]
warnings.simplefilter("ignore", gm.RecordingWarning)
with gm.run("churn", store=os.path.join(place, "graphmeta.db")) as run:
    step = run.start_step("train")
    step.use(b"kept by the parent", name="rows")
    child = os.fork()
    if child == 0:
        raise SystemExit(0)
    assert os.waitpid(child, 0)[1] == 0
    os.mkdir(place)
"""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def run_code(code: str, *arguments: str, allow: str | None = None) -> str:
    allowed = ["-W", f"ignore:{allow}"] if allow else []
    command = [sys.executable, "-W", "error", *allowed, "-c", code, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def kill_in_a_step(url: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", DIES, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)


def check_killed(store: Store) -> None:
    (execution,) = store.executions()
    assert (execution.state, execution.custom_properties) == ("RUNNING", {"lr": 0.1})
    assert "ended" not in execution.properties
    assert [(event.type, event.path) for event in store.events(executions=[execution])] == [("INPUT", ("rows",))]
    (run,) = store.contexts(type="Run")
    assert run.properties["state"] == "RUNNING"


def test_a_killed_process_leaves_a_running_step_with_its_inputs(sqlite_store: Store, tmp_path: Path) -> None:
    kill_in_a_step(str(tmp_path / "graphmeta.db"))
    check_killed(sqlite_store)


def test_a_killed_process_leaves_a_running_step_with_its_inputs_in_neo4j(neo4j_store: Store, neo4j_url: str) -> None:
    kill_in_a_step(neo4j_url)
    check_killed(neo4j_store)


def check_forked(store: Store) -> None:
    assert sorted(each.name or "" for each in store.artifacts()) == [
        "churn@1",
        "churn@2",
        "churn@3",
        "churn@4",
        "extra@1",
        "shared@1",
    ]
    assert [each.state for each in store.executions()] == ["COMPLETE"] * 5
    (outer,) = store.executions(type="outer")
    assert len(store.events(executions=[outer])) == 2
    children = store.executions(type="child")
    assert sorted(str(each.custom_properties["number"]) for each in children) == [*"0123"]
    assert len(store.events(executions=children)) == 8
    (run,) = store.contexts(type="Run")
    assert run.properties["state"] == "COMPLETE"
    assert len(store.executions_in(run)) == 5


@needs_fork
def test_children_record_in_a_run_of_their_parent(sqlite_store: Store, tmp_path: Path) -> None:
    run_code(FORKS, str(tmp_path / "graphmeta.db"))
    check_forked(sqlite_store)


@needs_fork
def test_children_record_in_a_run_of_their_parent_in_neo4j(neo4j_store: Store, neo4j_url: str) -> None:
    # A child may not close the driver that it found in its copy of the parent's memory.
    run_code(FORKS, neo4j_url, allow="unclosed:ResourceWarning")
    check_forked(neo4j_store)


@needs_fork
def test_what_is_queued_at_a_fork_is_written_once(tmp_path: Path) -> None:
    from graphmeta.store import connect

    run_code(AWAY_IN_A_CHILD, str(tmp_path / "later"))
    with connect(tmp_path / "later" / "graphmeta.db") as store:
        assert [each.name for each in store.artifacts()] == ["rows@1"]
        assert len(store.events(executions=store.executions())) == 1
        assert [each.name for each in store.contexts(type="Run")] == ["churn@1"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_pool_of_processes(sqlite_store: Store, tmp_path: Path, method: str) -> None:
    if method == "fork" and not hasattr(os, "fork"):
        pytest.skip("needs fork")
    script = tmp_path / "pool.py"
    script.write_text(POOL)
    ended = subprocess.run(
        [sys.executable, script, str(tmp_path / "graphmeta.db"), method], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr, ended.stdout) == (0, "", "[1, 2, 3, 4, 5, 6, 7, 8]\n")
    assert sorted(each.name or "" for each in sqlite_store.artifacts()) == [f"churn@{n}" for n in range(1, 9)]
    assert len(sqlite_store.contexts(type="Environment")) == 1
    assert len(sqlite_store.children(sqlite_store.contexts(type="Experiment")[0])) == 8
