"""Selectors, and lineages that stop at types or stay within a context."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import Artifact, Association, Attribution, Context
from graphmeta.query import lineage
from graphmeta.query.selectors import read_selector
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import ARTIFACT_TYPES, graphs, hops, several_graphs_in_one_store, stored


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+Model:churn", ("Model:churn", "all", 0)),
        ("Model:churn+1", ("Model:churn", 0, 1)),
        ("2+Model:churn@3+", ("Model:churn@3", 2, "all")),
        ("+artifact/4+", ("artifact/4", "all", "all")),
        ("c++", ("c+", 0, "all")),
        ("Model:churn", None),
        ("a+b", None),
        ("+", None),
    ],
)
def test_selectors(text: str, expected: object) -> None:
    assert read_selector(text) == expected


@given(text=st.text(max_size=12))
def test_a_selector_is_only_taken_apart(text: str) -> None:
    found = read_selector(text)
    if found is not None:
        parts = {0: "", "all": "+"}
        assert found.name in text and len(found.name) < len(text)
        assert parts.get(found.up, "+") in text and parts.get(found.down, "+") in text


def test_a_selector_is_what_the_options_say(store: Store) -> None:
    world = worlds.recorded(store)
    for text, options in (
        ("+Model:churn@2", {"up": "all"}),
        ("Model:churn@2+", {"down": "all"}),
        ("1+Model:churn@2+2", {"up": 1, "down": 2}),
        ("+Model:churn@2+", {}),
    ):
        assert list(lineage(store, text).nodes) == list(lineage(store, world["churn@2"], **options).nodes), text
    with pytest.raises(InvalidArgumentError, match="leave its \\+ signs or up and down away"):
        lineage(store, "+Model:churn@2", up=2)
    with pytest.raises(NotFoundError, match="is called Model:nobody"):
        lineage(store, "+Model:nobody")


def test_a_plus_in_a_name_is_the_name_s(store: Store) -> None:
    worlds.plain(store)
    store.put(artifacts=[Artifact(type="Model", name=name) for name in ("c", "c+1", "c++")])
    assert lineage(store, "c+1").start.name == "c+1"
    assert lineage(store, "Model:c++").start.name == "c++"
    assert lineage(store, "c+2").start.name == "c"


@given(graph=graphs, up=hops, down=hops, start=st.integers(0, 7), until=st.sampled_from(ARTIFACT_TYPES))
@several_graphs_in_one_store
def test_until(store: Store, graph, up: int | None, down: int | None, start: int, until: str) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    key = ("artifact", node.id)
    found = lineage(store, node, up="all" if up is None else up, down="all" if down is None else down, until=[until])
    types = networkx.get_node_attributes(expected, "type")

    def reached(graph: networkx.DiGraph, steps: int | None) -> set[tuple[str, int]]:
        """Without the ways that lead on from where it stops."""
        shut = [each for each in graph if types[each] == until and each != key]
        open_graph = graph.copy()
        open_graph.remove_edges_from([edge for each in shut for edge in list(graph.out_edges(each))])
        return set(networkx.single_source_shortest_path_length(open_graph, key, cutoff=steps))

    simple = networkx.DiGraph(expected)
    above, below = reached(simple.reverse(), up), reached(simple, down)
    assert set(found.nodes) == above | below
    shut = {each for each in simple if types[each] == until and each != key}
    between = {(s, t) for s, t in simple.edges if {s, t} <= above and t not in shut}
    between |= {(s, t) for s, t in simple.edges if {s, t} <= below and s not in shut}
    assert {(tuple(edge.source), tuple(edge.target)) for edge in found.edges} == between


@given(graph=graphs, start=st.integers(0, 7), left_out=st.sets(st.integers(0, 13)))
@several_graphs_in_one_store
def test_within(store: Store, graph, start: int, left_out: set[int]) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    key = ("artifact", node.id)
    group = Context(type="Group", name=f"of {node.id} and others")
    members = [each for place, each in enumerate(sorted(expected)) if place not in left_out]
    store.put(
        contexts=[group],
        attributions=[Attribution(id, group) for kind, id in members if kind == "artifact"],
        associations=[Association(id, group) for kind, id in members if kind == "execution"],
    )
    inside = networkx.DiGraph(expected).subgraph({*members, key})
    found = lineage(store, node, within=group)
    assert set(found.nodes) == networkx.ancestors(inside, key) | networkx.descendants(inside, key) | {key}


def test_what_is_wrong_is_said(store: Store) -> None:
    world = worlds.recorded(store)
    with pytest.raises(NotFoundError, match="There is no type Nonsense"):
        lineage(store, world["churn@1"], until=["Nonsense"])
    with pytest.raises(InvalidArgumentError):
        lineage(store, world["churn@1"], within=f"artifact/{world['churn@1'].id}")
    with pytest.raises(InvalidArgumentError, match="0, 1, 2, … or 'all'"):
        lineage(store, world["churn@1"], up="some")  # type: ignore[arg-type]
