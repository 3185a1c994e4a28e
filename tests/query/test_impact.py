"""What came of a node and what has to run again: on random graphs against networkx, and by example."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta import vocabulary
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Context, Event, Execution
from graphmeta.query import impact, plan
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store, stored


@given(graph=graphs, start=st.integers(0, 7))
@several_graphs_in_one_store
def test_everything_below_is_counted_once(store: Store, graph, start: int) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    below = networkx.single_source_shortest_path_length(expected, ("artifact", node.id))
    del below["artifact", node.id]
    types = networkx.get_node_attributes(expected, "type")
    found = impact(store, node)
    models = {key: steps for key, steps in below.items() if types[key] == "Model"}
    assert {("artifact", each.model.id): each.distance for each in found.models} == models
    assert [each.distance for each in found.models] == sorted(models.values())
    for kind, numbers in (("artifact", found.artifacts), ("execution", found.executions)):
        others = [types[key] for key in below if key[0] == kind and key not in models]
        assert numbers == {type: others.count(type) for type in sorted(set(others))}
    assert bool(found.notes) == (not below)


@given(graph=graphs, start=st.integers(0, 7))
@several_graphs_in_one_store
def test_a_plan_is_in_order_and_complete(store: Store, graph, start: int) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    below = networkx.descendants(expected, ("artifact", node.id)) | {("artifact", node.id)}
    found = plan(store, node)
    steps = [("execution", step.execution.id) for step in found.steps]
    left_out = [("execution", each.execution.id) for each in found.left_out]
    assert sorted(steps + left_out) == sorted(key for key in below if key[0] == "execution")
    place = {key: number for number, key in enumerate(steps)}
    for key, step in zip(steps, found.steps, strict=True):
        inputs = set(expected.predecessors(key))
        assert {("artifact", each.id) for each in step.anew} == inputs & below
        assert {("artifact", each.id) for each in step.kept} == inputs - below
        assert {("artifact", each.id) for each in step.makes} == set(expected.successors(key))
        before = {maker for each in inputs for maker in expected.predecessors(each)} & set(steps) - {key}
        assert {("execution", id) for id in step.after} == before
        for maker in before:
            together = networkx.has_path(expected, key, maker)  # on a circle nobody comes first
            assert together or place[maker] < place[key]


def test_what_can_be_left_out(store: Store) -> None:
    worlds.plain(store)
    data, table, model = Artifact(type="Dataset"), Artifact(type="Dataset"), Artifact(type="Model")
    clean = Execution(type="Step", state="COMPLETE", custom_properties={"drop": True})
    again = Execution(type="Step", state="COMPLETE", custom_properties={"drop": True})
    other = Execution(type="Step", state="COMPLETE", custom_properties={"drop": False})
    cached, failed = Execution(type="Step", state="CACHED"), Execution(type="Trainer", state="FAILED")
    train = Execution(type="Trainer", state="COMPLETE")
    steps = [clean, again, other, cached, failed, train]
    events = [Event(data, each, "INPUT") for each in (clean, again, other, cached)]
    events += [Event(table, each, "OUTPUT") for each in (clean, again, other, cached)]
    events += [Event(table, failed, "INPUT"), Event(table, train, "INPUT"), Event(model, train, "OUTPUT")]
    store.put(artifacts=[data, table, model], executions=steps, events=events)
    found = plan(store, data)
    assert [step.execution.id for step in found.steps] == [clean.id, other.id, train.id]
    reasons = {each.execution.id: each.reason for each in found.left_out}
    assert reasons[again.id] == f"the same as execution/{clean.id}: step, inputs, parameters and outputs"
    assert reasons[cached.id].startswith("cached:")
    assert reasons[failed.id] == "failed: nothing came of it"
    assert [step.execution.id for step in plan(store, train).steps] == [train.id]


def test_a_declared_parameter_tells_steps_apart(store: Store) -> None:
    worlds.plain(store)
    data, model = worlds.artifact(store, "Dataset"), worlds.artifact(store, "Model")
    worlds.add_types(store, "execution", "fit", properties={"lr": "DOUBLE"})
    slow, fast, again = (worlds.step(store, "fit", [data], [model], properties={"lr": lr}).id for lr in (0.1, 0.2, 0.1))
    found = plan(store, data)
    assert [step.execution.id for step in found.steps] == [slow, fast]
    assert [each.execution.id for each in found.left_out] == [again]


def test_when_a_step_ran_does_not_tell_it_apart(store: Store) -> None:
    worlds.plain(store)
    data, model = worlds.artifact(store, "Dataset"), worlds.artifact(store, "Model")
    worlds.add_types(store, "execution", "fit", properties=vocabulary.RECORDED_EXECUTION)
    for started in (1, 2):
        worlds.step(store, "fit", [data], [model], properties={"started": started, "ended": started + 1})
    assert [len(each) for each in (plan(store, data).steps, plan(store, data).left_out)] == [1, 1]


def test_a_cached_step_between_two_others(store: Store) -> None:
    """Recorded backwards, so that only what each made says the order."""
    worlds.plain(store)
    data, first, second, model = (worlds.artifact(store, type) for type in ("Dataset", "Thing", "Thing", "Model"))
    last = worlds.step(store, "Step", [second], [model])
    cached = worlds.step(store, "Step", [first], [second], state="CACHED")
    begin = worlds.step(store, "Step", [data], [first])
    found = plan(store, data)
    # Nothing else makes what it gave.
    assert [(step.execution.id, step.after) for step in found.steps] == [
        (begin.id, []),
        (cached.id, [begin.id]),
        (last.id, [cached.id]),
    ]
    assert not found.left_out
    other = worlds.step(store, "Step", [data], [second])
    found = plan(store, data)
    assert [each.execution.id for each in found.left_out] == [cached.id]
    assert [(step.execution.id, step.after) for step in found.steps] == [
        (begin.id, []),
        (other.id, []),
        (last.id, [begin.id, other.id]),
    ]


def test_of_cached_steps_alone_one_runs(store: Store) -> None:
    worlds.plain(store)
    data, model = worlds.artifact(store, "Dataset"), worlds.artifact(store, "Model")
    one, other = (worlds.step(store, "Step", [data], [model], state="CACHED") for _ in range(2))
    nothing = worlds.step(store, "Step", [data], state="CACHED")
    found = plan(store, data)
    assert [step.execution.id for step in found.steps] == [one.id]
    assert [each.execution.id for each in found.left_out] == [other.id, nothing.id]


def test_a_circle_is_said(store: Store) -> None:
    worlds.plain(store)
    one, two = Artifact(type="Thing"), Artifact(type="Thing")
    there, back = Execution(type="Step"), Execution(type="Step")
    events = [Event(one, there, "INPUT"), Event(two, there, "OUTPUT")]
    events += [Event(two, back, "INPUT"), Event(one, back, "OUTPUT")]
    store.put(artifacts=[one, two], executions=[there, back], events=events)
    found = plan(store, one)
    assert [step.execution.id for step in found.steps] == [there.id, back.id]
    assert "in a circle" in found.notes[0]


def test_runs_and_deployments(store: Store) -> None:
    world = worlds.recorded(store)
    worlds.add_types(store, "execution", "Pusher")
    worlds.step(store, "Pusher", [world["churn@2"]])
    found = impact(store, world["raw.csv@1"])
    told = [(each.model.name, each.distance, [run.name for run in each.runs], each.deployed) for each in found.models]
    assert told == [
        ("churn@1", 4, ["churn@1"], False),
        ("churn@2", 4, ["churn@2"], True),
        ("churn@3", 4, ["churn@3"], False),
        ("big@1", 6, ["churn@4"], False),
    ]
    assert [run.name for run in found.runs] == [f"churn@{number}" for number in range(1, 6)]
    assert found.executions == {"Pusher": 1, "clean": 2, "evaluate": 3, "finetune": 1, "train": 4}


def test_a_context_has_no_impact(store: Store) -> None:
    worlds.plain(store)
    group = Context(type="Group", name="g")
    store.put(contexts=[group])
    for question in (impact, plan):
        with pytest.raises(InvalidArgumentError, match="is a context"):
            question(store, group)
