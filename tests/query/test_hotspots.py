"""On what does most depend: against networkx."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError
from graphmeta.query import hotspots, reach
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store, stored

edges = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30)


@given(edges=edges, at_once=st.integers(1, 5))
def test_reach_is_the_number_of_descendants(edges: list[tuple[int, int]], at_once: int) -> None:
    graph = networkx.DiGraph(edges)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_AT_ONCE", at_once)  # so that there are several passes
        found, exact = reach.reach(graph)
    assert exact
    assert found == {node: len(networkx.descendants(graph, node)) for node in graph}


def test_a_graph_too_large_to_count_is_sampled() -> None:
    graph = networkx.path_graph(2_000, create_using=networkx.DiGraph)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_AT_ONCE", 200)
        patch.setattr(reach, "_MOST_WORK", 1)
        found, exact = reach.reach(graph)
    assert not exact
    assert abs(found[0] - 1_999) <= 20 and abs(found[1_000] - 999) < 250


@given(graph=graphs)
@several_graphs_in_one_store
def test_the_order_is_that_of_the_numbers(store: Store, graph) -> None:
    stored(store, graph)
    for by in ("reach", "betweenness"):
        found = hotspots(store, by=by, limit=5, samples=10**6)
        numbers = [getattr(spot, by) for spot in found.spots]
        assert numbers == sorted(numbers, reverse=True)
        assert found.exact and found.samples == found.nodes


def test_what_a_story_depends_on(store: Store) -> None:
    world = worlds.recorded(store)
    found = hotspots(store, limit=3)
    assert found.spots[0].node.id == world["raw.csv@1"].id and found.spots[0].node.kind == "artifact"
    whole = hotspots(store, by="betweenness", limit=100)
    graph = networkx.DiGraph()
    for part in store.all_events():
        for artifact, execution, type in zip(part.artifact_ids, part.execution_ids, part.types, strict=True):
            ends = ("artifact", artifact), ("execution", execution)
            graph.add_edge(*(ends if type == "INPUT" else reversed(ends)))
    expected = networkx.betweenness_centrality(graph)
    assert {(spot.node.kind, spot.node.id): spot.betweenness for spot in whole.spots} == pytest.approx(expected)
    assert "Dataset:raw.csv@1" in str(found) and "Of " in str(found)


def test_an_empty_store_and_wrong_words(store: Store) -> None:
    assert hotspots(store).spots == [] and "nothing depends" in hotspots(store).notes[0]
    with pytest.raises(InvalidArgumentError, match="ordered by reach or betweenness"):
        hotspots(store, by="fame")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match="limit is a number from 1"):
        hotspots(store, limit=0)
