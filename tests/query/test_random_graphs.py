"""Lineage, datasets and siblings on random graphs, cycles and all, against networkx."""

from __future__ import annotations

import networkx
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.query import datasets, lineage, models, siblings
from graphmeta.store import Store
from tests.query.random_graphs import ARTIFACT_TYPES, graphs, hops, several_graphs_in_one_store, stored


@given(graph=graphs, up=hops, down=hops, start=st.integers(0, 7))
@several_graphs_in_one_store
def test_closures_and_hops(store: Store, graph, up: int | None, down: int | None, start: int) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    key = ("artifact", node.id)
    found = lineage(store, node, up=up, down=down)
    no_end = len(expected)
    up_to = no_end if up is None and down is None else up or 0
    down_to = no_end if up is None and down is None else down or 0
    above = networkx.single_source_shortest_path_length(expected.reverse(), key, cutoff=up_to)
    below = networkx.single_source_shortest_path_length(expected, key, cutoff=down_to)
    assert set(found.nodes) == set(above) | set(below)
    # An event belongs to a direction where the walk in that direction reached both its ends.
    between = {(s, t) for s, t in expected.edges() if {s, t} <= set(above) or {s, t} <= set(below)}
    assert {(tuple(e.source), tuple(e.target)) for e in found.edges} == between
    for each in found.nodes:
        assert abs(found.depth(each)) == min(above.get(each, 99), below.get(each, 99))


@given(graph=graphs, start=st.integers(0, 7), kept=st.sampled_from(ARTIFACT_TYPES))
@several_graphs_in_one_store
def test_left_out_nodes_leave_their_ways(store: Store, graph, start: int, kept: str) -> None:
    artifacts, expected = stored(store, graph)
    node = artifacts[start % len(artifacts)]
    key = ("artifact", node.id)
    found = lineage(store, node, types=[kept])
    whole = lineage(store, node).to_networkx()
    wanted = {each for each in whole if expected.nodes[each]["type"] == kept} | {key}
    assert set(found.nodes) == wanted
    ways = set()
    for source in wanted:
        for target in wanted:
            between = whole.subgraph({each for each in whole if each not in wanted} | {source, target})
            first = [after for after in between.successors(source) if after not in wanted]
            if any(
                networkx.has_path(between.subgraph(set(between) - {source} | {target}), each, target) for each in first
            ):
                ways.add((source, target))
    assert {(tuple(e.source), tuple(e.target)) for e in found.edges} == ways


@given(graph=graphs, start=st.integers(0, 7))
@several_graphs_in_one_store
def test_datasets_models_and_siblings(store: Store, graph, start: int) -> None:
    artifacts, expected = stored(store, graph)
    model = artifacts[start % len(artifacts)]
    key = ("artifact", model.id)

    def of(nodes: set, type: str) -> set[int]:
        return {id for kind, id in nodes - {key} if expected.nodes[kind, id]["type"] == type}

    found = datasets(store, model)
    typed = {use.dataset.id for use in found.uses if not use.assumed}
    assert typed == of(networkx.ancestors(expected, key), "Dataset")
    others = [each for each in expected if expected.nodes[each]["type"] == "Model" and each != key]
    without_models = expected.subgraph(set(expected) - set(others))
    for use in found.uses:
        if not use.assumed:
            above = ("artifact", use.dataset.id)
            assert use.distance == networkx.shortest_path_length(expected, above, key)
            assert use.direct == (use.distance == 2)
            assert (use.via is None) == networkx.has_path(without_models, above, key)
    assert {use.model.id for use in models(store, model).uses} == of(networkx.descendants(expected, key), "Model")
    shared: dict[int, set[int]] = {}
    for use in found.uses:
        for other in of(networkx.descendants(expected, ("artifact", use.dataset.id)), "Model"):
            shared.setdefault(other, set()).add(use.dataset.id)
    assert {s.model.id: {d.id for d in s.datasets} for s in siblings(store, model).siblings} == shared
