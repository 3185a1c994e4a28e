"""Runs: how each came out, in which state, what it made; of every writer, on both stores."""

from __future__ import annotations

import pytest

from graphmeta.model import Artifact, Association, Context, Event, Execution, ParentContext
from graphmeta.query import runs as module
from graphmeta.query.runs import Runs, outcomes, parts_of, runs
from graphmeta.store import Store
from tests.query import worlds

DAY = 1_700_000_000_000


def ids(found: Runs) -> list[int]:
    return [each.run.id or 0 for each in found.outcomes]


def several(store: Store) -> list[Context]:
    """Six runs with a step each, of which one failed, one still runs, one was canceled and one says for itself."""
    worlds.add_types(store, "context", "Run", "Note")
    worlds.add_types(store, "execution", "train")
    made = [Context(type="Run", name=f"run {each}") for each in range(6)]
    made[5].custom_properties["state"] = "succeeded"
    states = ["COMPLETE", "FAILED", "RUNNING", "CANCELED", "CACHED", "FAILED"]
    steps = [Execution(type="train", state=state) for state in states]
    store.put(
        contexts=[*made, Context(type="Note", name="no run")],
        executions=steps,
        associations=[Association(step, run) for step, run in zip(steps, made, strict=True)],
    )
    return made


def test_states_are_what_a_run_says_else_what_its_steps_say(store: Store) -> None:
    made = several(store)
    found = runs(store)
    states = ["COMPLETE", "FAILED", "RUNNING", "CANCELED", "COMPLETE", "COMPLETE"]
    assert [each.state for each in found.outcomes] == states[::-1]
    assert (found.total, found.next, found.looked_through) == (6, None, None)
    for state in module.STATES:
        expected = [run.id for run, own in zip(made, states, strict=True) if own == state]
        assert ids(runs(store, state=state)) == expected[::-1]


def test_page_by_page_each_run_once(store: Store) -> None:
    made = [run.id for run in several(store)][::-1]
    first = runs(store, limit=4)
    assert (ids(first), first.next) == (made[:4], made[3])
    last = runs(store, limit=4, below=first.next)
    assert (ids(last), last.next) == (made[4:], None)
    complete = runs(store, state="COMPLETE", limit=2)
    assert (ids(complete), complete.next) == (made[:2], made[1])
    assert ids(runs(store, state="COMPLETE", limit=2, below=complete.next)) == made[-1:]


def test_of_a_state_so_many_are_looked_through_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [run.id for run in several(store)][::-1]
    monkeypatch.setattr(module, "LOOKED_THROUGH", 2)
    monkeypatch.setattr(module, "_AT_ONCE", 2)
    first = runs(store, state="FAILED")
    assert (ids(first), first.next, first.looked_through) == ([], made[1], 2)
    third = runs(store, state="FAILED", below=first.next)
    assert (ids(third), third.next, third.looked_through) == ([], made[3], 2)
    last = runs(store, state="FAILED", below=third.next)
    assert (ids(last), last.next, last.looked_through) == (made[4:5], None, None)


def test_what_a_run_made_how_long_it_took_and_what_it_is_part_of(store: Store) -> None:
    worlds.add_types(store, "context", "Run", "Experiment")
    worlds.add_types(store, "execution", "train")
    worlds.add_types(store, "artifact", "Model", "Metrics", "Dataset")
    store.backend.clock = lambda: DAY
    run, experiment = Context(type="Run", name="r"), Context(type="Experiment", name="e")
    data, model = Artifact(type="Dataset", name="d"), Artifact(type="Model", name="m", custom_properties={"auc": 0.5})
    numbers = Artifact(type="Metrics", name="n", custom_properties={"accuracy": 0.75})
    step = Execution(type="train", name="t", state="COMPLETE")
    store.put(
        artifacts=[data, model, numbers],
        contexts=[run, experiment],
        executions=[step],
        events=[Event(data, step, "INPUT", time=DAY + 1)]
        + [Event(each, step, "OUTPUT", time=DAY + 5_000) for each in (model, numbers)],
        associations=[Association(step, run)],
        parents=[ParentContext(run, experiment)],
    )
    (found,) = outcomes(store, [store.context(run.id or 0)])
    assert (found.began, found.ended, found.state, found.steps) == (DAY, DAY + 5_000, "COMPLETE", 1)
    assert found.experiment is not None
    assert found.experiment.id == experiment.id
    assert [each.id for each in found.models] == [model.id]
    assert found.metrics == {"auc": 0.5, "accuracy": 0.75}
    assert parts_of(store, store.context(experiment.id or 0), []) == [run.id]


def test_of_very_many_steps_the_last_are_looked_at_and_runs_with_few_have_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    worlds.add_types(store, "context", "Run")
    worlds.add_types(store, "execution", "train")
    large, small = Context(type="Run", name="large"), Context(type="Run", name="small")
    steps = [Execution(type="train", state="FAILED"), *[Execution(type="train", state="COMPLETE") for _ in range(8)]]
    store.put(
        contexts=[large, small],
        executions=steps,
        associations=[*[Association(step, large) for step in steps[:7]], *[Association(s, small) for s in steps[7:]]],
    )
    monkeypatch.setattr(module, "_MOST_STEPS", 6)
    found = {each.run.name: each for each in runs(store).outcomes}
    assert (found["large"].steps, found["large"].cut, found["large"].state) == (7, True, "COMPLETE")
    assert (found["small"].steps, found["small"].cut) == (2, False)


def test_other_writers(store: Store) -> None:
    nodes = worlds.tfx(store)
    found = {each.run.id: each for each in runs(store).outcomes}
    first = found[nodes["run1"].id]
    assert nodes["model"].id in [model.id for model in first.models]
    assert first.experiment is not None
    assert first.experiment.type == "pipeline"
    assert first.state == "COMPLETE"


def test_kale_and_kubeflow_pipelines(sqlite_store: Store) -> None:
    kale = worlds.kale(sqlite_store)
    (found,) = runs(sqlite_store).outcomes
    assert (found.run.id, found.state, found.steps) == (kale["run"].id, "COMPLETE", 3)
    assert [model.id for model in found.models] == [kale["model"].id]
    nodes = worlds.kfp(sqlite_store)
    kfp = {each.run.id: each for each in runs(sqlite_store).outcomes}[nodes["run"].id]
    assert nodes["model"].id in [model.id for model in kfp.models]


def test_an_empty_store_has_none(store: Store) -> None:
    assert runs(store) == Runs([], 0, None, None)


def test_as_it_was(store: Store) -> None:
    worlds.add_types(store, "context", "Run")
    for turn in range(3):
        store.backend.clock = lambda turn=turn: DAY + turn * 1_000  # type: ignore[misc]
        store.put(contexts=[Context(type="Run", name=f"r{turn}")])
    found = runs(store.as_of(DAY + 1_000))
    assert ([each.run.name for each in found.outcomes], found.total) == (["r1", "r0"], None)
