"""Walks that stop once they have met enough, against whole walks."""

from __future__ import annotations

import re
from typing import Any, Literal

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.backends.requests import EventQuery, Walk
from graphmeta.backends.rows import EventColumns
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import Key, compare, impact, plan, why
from graphmeta.query import nearby as module
from graphmeta.query.flow import Flow, edges_of
from graphmeta.query.nearby import Nearby, walk_nearby
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import graphs, hops, several_graphs_in_one_store, stored

Way = Literal["upstream", "downstream"]
ways = st.sampled_from(["upstream", "downstream"])


ALL = 10_000


def walked(store: Store, node: Artifact, way: Way, most: int, **more: Any) -> Nearby:
    return walk_nearby(
        store.backend, [Key("artifact", node.id or 0)], way, most_nodes=most, **{"most_events": ALL, **more}
    )


def ends(events: EventColumns) -> set[tuple[Key, Key]]:
    return {(edge.source, edge.target) for edge in edges_of(events)}


@pytest.fixture(autouse=True, params=[1, 16])
def portion(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many nodes are asked about at once."""
    monkeypatch.setattr(module, "_FIRST_PORTION", request.param)
    monkeypatch.setattr(module, "_SMALLEST_PAGE", request.param)


@given(graph=graphs, start=st.integers(0, 7), way=ways, steps=hops)
@several_graphs_in_one_store
def test_with_room_enough_it_is_the_whole_walk(store: Store, graph, start: int, way: Way, steps: int | None) -> None:
    artifacts, _ = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    whole = store.backend.walk(Walk("artifact", [node.id or 0], way, steps, events=True))
    found = walked(store, node, way, ALL, hops=steps)
    assert found.complete and found.depth is None
    assert {key.id for key in found.nodes if key.kind == "artifact"} == set(whole.artifact_ids)
    assert {key.id for key in found.nodes if key.kind == "execution"} == set(whole.execution_ids)
    assert list(found.events.rows()) == list(whole.events.rows())


@given(graph=graphs, start=st.integers(0, 7), way=ways, steps=hops, most=st.integers(1, 12), events=st.integers(0, 20))
@several_graphs_in_one_store
def test_with_less_it_is_what_is_nearest_and_joined_to_the_start(
    store: Store, graph, start: int, way: Way, steps: int | None, most: int, events: int
) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    key = Key("artifact", node.id or 0)
    seen = expected.reverse() if way == "upstream" else expected
    distances = {
        Key(*each): far
        for each, far in networkx.single_source_shortest_path_length(seen, tuple(key), cutoff=steps).items()
    }
    found = walked(store, node, way, most, hops=steps, most_events=events)
    assert len(found.nodes) <= most
    assert found.nodes.keys() <= distances.keys()
    # All of it is joined to the start by what was met, in as many steps as it says.
    flow = Flow(found.events)
    near = flow.upstream([key]) if way == "upstream" else flow.downstream([key])
    assert near.distance == found.nodes
    between = {(Key(*source), Key(*target)) for source, target, _ in expected.edges}
    assert ends(found.events) <= {pair for pair in between if set(pair) <= found.nodes.keys()}
    if found.complete:
        assert found.nodes == distances
    else:
        assert {each for each, far in distances.items() if far <= (found.depth or 0)} <= found.nodes.keys()
    if len(distances) <= most and events >= 3 * len(between):
        assert found.complete


@given(graph=graphs, start=st.integers(0, 7), way=ways, most=st.integers(1, 14))
@several_graphs_in_one_store
def test_a_step_comes_with_what_lies_behind_it(store: Store, graph, start: int, way: Way, most: int) -> None:
    artifacts, expected = stored(store, graph)
    seen = expected.reverse() if way == "upstream" else expected
    found = walked(store, artifacts[start % len(artifacts)], way, most)
    parted = [
        key
        for key in found.nodes
        if key.kind == "execution" and not {Key(*each) for each in seen.successors(tuple(key))} <= found.nodes.keys()
    ]
    assert len(parted) <= 1  # one that alone has more than there is room for
    assert not parted or len(found.nodes) == most


def hub(store: Store, readers: int) -> tuple[Artifact, list[Execution], list[Artifact]]:
    """A table that many steps read, each of which makes a model; and the step that made it, recorded last."""
    worlds.plain(store)
    table, source = Artifact(type="Dataset"), Artifact(type="Dataset")
    steps = [Execution(type="Step", state="COMPLETE") for _ in range(readers)]
    models = [Artifact(type="Model") for _ in range(readers)]
    events = [Event(table, step, "INPUT") for step in steps]
    events += [Event(model, step, "OUTPUT") for model, step in zip(models, steps, strict=True)]
    store.put(artifacts=[table, source, *models], executions=steps, events=events)
    maker = Execution(type="Step", state="COMPLETE")
    store.put(executions=[maker], events=[Event(source, maker, "INPUT"), Event(table, maker, "OUTPUT")])
    return table, steps, models


def test_at_a_hub_no_more_is_read_than_there_is_room_for(store: Store) -> None:
    table, steps, models = hub(store, 3_000)
    asked: list[int] = []
    read = store.backend.events

    class Counting:
        def events(self, query: EventQuery) -> EventColumns:
            found = read(query)
            asked.append(len(found.ids))
            return found

    backend: Any = Counting()
    start = Key("artifact", table.id or 0)
    found = walk_nearby(backend, [start], "downstream", most_nodes=101, most_events=1_000)
    assert (len(found.nodes), found.depth, found.complete) == (101, 0, False)
    assert [key.id for key in found.nodes if key.kind == "execution"] == [step.id for step in steps[:50]]
    assert sorted(key.id for key in found.nodes if key.kind == "artifact") == [
        table.id,
        *(model.id for model in models[:50]),
    ]
    assert sum(asked) < 600
    asked.clear()
    above = walk_nearby(backend, [start], "upstream", most_nodes=101, most_events=1_000)
    assert (len(above.nodes), above.complete) == (3, True)  # whoever reads it is not looked at
    assert sum(asked) == 2
    asked.clear()
    # From a model up to the table and, with it, all that came of the table's other readers: no.
    assert (
        len(walk_nearby(backend, [Key("artifact", models[7].id or 0)], "upstream", most_nodes=9, most_events=99).nodes)
        == 5
    )
    assert sum(asked) == 4
    answer = impact(store, table, most=101)
    assert (len(answer.models), answer.executions, answer.complete) == (50, {"Step": 50}, False)
    assert answer.notes == ["Only the 101 nearest nodes downstream were looked at. There are more."]
    assert len(plan(store, table, most=101).steps) == 50


def test_events_are_bounded_too(store: Store) -> None:
    worlds.plain(store)
    tables = [Artifact(type="Dataset") for _ in range(40)]
    steps = [Execution(type="Step", state="COMPLETE") for _ in range(20)]
    model = Artifact(type="Model")
    store.put(
        artifacts=[*tables, model],
        executions=steps,
        events=[Event(table, step, "INPUT") for step in steps for table in tables]
        + [Event(model, step, "OUTPUT") for step in steps],
    )
    found = walked(store, model, "upstream", ALL, most_events=200)
    assert not found.complete
    assert len(found.events.ids) <= 400
    taken = [key for key in found.nodes if key.kind == "execution"]
    assert taken and len(found.nodes) == 1 + len(taken) + 40
    assert walked(store, model, "upstream", ALL, most_events=1_000).complete


def chain(store: Store, length: int) -> tuple[list[Artifact], list[Execution]]:
    """A model made from a model made from a model …, each by a step of its own."""
    worlds.plain(store)
    models = [Artifact(type="Model") for _ in range(length + 1)]
    steps = [Execution(type="Step", state="COMPLETE", custom_properties={"number": n}) for n in range(length)]
    events = [Event(models[n], steps[n], "INPUT") for n in range(length)]
    events += [Event(models[n + 1], steps[n], "OUTPUT") for n in range(length)]
    store.put(artifacts=models, executions=steps, events=events)
    return models, steps


def test_a_long_chain_is_walked_to_its_end(store: Store) -> None:
    models, _ = chain(store, 300)
    for most, expected in ((601, (601, None)), (600, (599, 598))):
        found = walked(store, models[0], "downstream", most)
        assert (len(found.nodes), found.depth) == expected


def test_answers_say_that_there_is_more(store: Store) -> None:
    models, steps = chain(store, 20)
    whole = impact(store, models[0])
    some = impact(store, models[0], most=11)
    assert (whole.complete, some.complete) == (True, False)
    assert list(some.models) == list(whole.models)[:5]
    assert some.others == {Key("execution", step.id): 2 * n + 1 for n, step in enumerate(steps[:5])}
    assert some.notes == [
        "Only the 11 nearest nodes downstream were looked at, all within 10 node steps among them. There are more."
    ]
    assert impact(store, models[0], most=41) == whole
    again = plan(store, models[0], most=11)
    assert ([step.execution.id for step in again.steps], again.complete) == ([step.id for step in steps[:5]], False)
    assert plan(store, models[0], most=41) == plan(store, models[0])
    assert plan(store, models[0]).complete


def test_why_tells_no_changes_of_what_it_did_not_look_at(store: Store) -> None:
    """A step was put in on one side: where that was cut, the other one still seems to have steps that it lacks."""
    worlds.plain(store)
    worlds.add_types(store, "execution", "clean", "prepare", "train")
    models = []
    for between in ([], ["clean"]):
        thing = worlds.artifact(store, "Dataset")
        for type in [*["prepare"] * 6, *between, "train"]:
            made = worlds.artifact(store, "Thing")
            worlds.step(store, type, [thing], [made])
            thing = made
        models.append(thing)
    whole = why(store, *models)
    for most in range(8, 29):
        some = why(store, *models, most=most)
        alone = [change for change in some.changes if None in (change.before, change.after)]
        assert all(change in whole.changes for change in alone)
        assert any(re.match(r"Only the \d+ nearest nodes upstream", note) for note in some.notes)
    assert "clean" in [change.where for change in alone]
    assert why(store, *models, most=32) == whole


@pytest.mark.parametrize("most", [4, None])
def test_a_comparison_says_that_there_is_more(store: Store, most: int | None) -> None:
    models, _ = chain(store, 10)
    found = compare(store, [models[9], models[10]], most=most)
    assert [row.values for row in found.rows if row.key == "number"] == [[8, 9]]
    assert any(note.startswith("Only the 4 nearest nodes upstream") for note in found.notes) == (most == 4)
