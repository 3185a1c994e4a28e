"""Walks that stop once they have met enough, against whole walks."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import Key, compare, impact, plan, why
from graphmeta.query.flow import edges_of
from graphmeta.query.nearby import walk_nearby
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store, stored


@given(graph=graphs, start=st.integers(0, 7), most=st.integers(1, 12), up=st.booleans())
@several_graphs_in_one_store
def test_the_nearest_nodes_are_met(store: Store, graph, start: int, most: int, up: bool) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    seen = expected.reverse() if up else expected
    steps = networkx.single_source_shortest_path_length(seen, ("artifact", node.id))
    found = walk_nearby(store.backend, "artifact", [node.id], "upstream" if up else "downstream", most)
    edges = list(edges_of(found.events))
    met = {key for edge in edges for key in (edge.source, edge.target)} | {Key("artifact", node.id)}
    between = {(source, target) for source, target, _ in expected.edges if {source, target} <= met}
    assert {(tuple(edge.source), tuple(edge.target)) for edge in edges} == between
    if len(steps) <= most:
        assert (met, found.nodes, found.depth) == (set(steps), len(steps), None)
    else:
        assert found.nodes == most
        assert found.depth is not None
        within = {key for key, distance in steps.items() if distance <= found.depth}
        assert within <= met <= {key for key, distance in steps.items() if distance <= found.depth + 1}
        assert len(within) <= most < sum(distance <= found.depth + 1 for distance in steps.values())


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
    assert walk_nearby(store.backend, "artifact", [models[0].id or 0], "downstream", 601)[1:] == (601, None)
    assert walk_nearby(store.backend, "artifact", [models[0].id or 0], "downstream", 600)[1:] == (600, 599)


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
        assert any(note.startswith(f"Only the {most} nearest nodes upstream") for note in some.notes)
    assert "clean" in [change.where for change in alone]
    assert why(store, *models, most=32) == whole


@pytest.mark.parametrize("most", [4, None])
def test_a_comparison_says_that_there_is_more(store: Store, most: int | None) -> None:
    models, _ = chain(store, 10)
    found = compare(store, [models[9], models[10]], most=most)
    assert [row.values for row in found.rows if row.key == "number"] == [[8, 9]]
    assert any(note.startswith("Only the 4 nearest nodes upstream") for note in found.notes) == (most == 4)
