"""How tags and descent spread, on random graphs: against networkx, with both engines alike."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmeta.checks.policy import policy, spreading
from graphmeta.checks.policy.spreading import Lineage, spread, way_back
from graphmeta.store import Store
from tests.query import random_graphs
from tests.query.random_graphs import graphs, several_graphs_in_one_store

Graph = tuple[list[str], int, set[tuple[int, int, bool]]]
few = st.sets(st.integers(0, 13), max_size=4)


def number(key: tuple[str, int]) -> int:
    return key[1] if key[0] == "artifact" else -key[1]


def chosen(graph: networkx.MultiDiGraph, places: set[int]) -> set[tuple[str, int]]:
    nodes = sorted(graph)
    return {nodes[place % len(nodes)] for place in places}


def behind(
    graph: networkx.MultiDiGraph, starts: set[tuple[str, int]], stops: set[tuple[str, int]] = frozenset()
) -> set[tuple[str, int]]:
    """What can be reached from some nodes, one step at least, without entering others: by the definition."""
    found = set()
    for start in starts:
        # A copy of the start, so that what leads back to it is seen.
        allowed = graph.subgraph(set(graph) - stops).copy()
        allowed.add_edges_from(("start", after) for after in graph.successors(start) if after not in stops)
        found |= {*networkx.descendants(allowed, "start")} if "start" in allowed else set()
    return found - {"start"}


@several_graphs_in_one_store
@given(graphs, few, few, st.none() | st.integers(0, 4))
def test_a_walk_from_many_reaches_what_a_walk_from_each_does(
    sqlite_store: Store, graph: Graph, starts: set[int], stops: set[int], hops: int | None
) -> None:
    _, expected = random_graphs.stored(sqlite_store, graph)
    begin, end = chosen(expected, starts), chosen(expected, stops)
    lineage = Lineage(sqlite_store)
    lineage.cover([number(key) for key in begin], "downstream")
    reached = spread(lineage.after, {number(key) for key in begin}, {number(key) for key in end})
    assert reached.keys() == {number(key) for key in behind(expected, begin, end)}
    edges = {(number(source), number(target)) for source, target in expected.edges()}
    for node in reached:
        way = way_back(reached, node, {number(key) for key in begin})
        assert {pair[::-1] for pair in pairwise(way)} <= edges and len(way) > 1
        assert way[-1] in {number(key) for key in begin} and not {number(key) for key in end} & {*way[:-1]}
    near = spread(lineage.after, {number(key) for key in begin}, hops=hops)
    away = networkx.DiGraph(expected)
    away.add_edges_from(("start", after) for start in begin for after in expected.successors(start))
    away.add_node("start")
    distance = networkx.single_source_shortest_path_length(away, "start", hops)
    assert near.keys() == {number(key) for key in distance if key != "start"}


RULES = """
version: 1
tags:
  - name: tag
    on: [{ where: "id IN (%s)" }, { kind: execution, where: "id IN (%s)" }]
    until: [{ where: "id IN (%s)" }, { kind: execution, where: "id IN (%s)" }]
rules:
  - name: carries
    for: [{ where: "id IN (%s)" }, { kind: execution, where: "id IN (%s)" }]
    must not carry: tag
  - name: descends
    for: [{ where: "id IN (%s)" }, { kind: execution, where: "id IN (%s)" }]
    must not descend from: [{ where: "id IN (%s)" }, { kind: execution, where: "id IN (%s)" }]
"""


def judged(store: Store, graph: Graph, starts: set[int], stops: set[int]) -> None:
    """The rules find what networkx does, whether the store walks or everything is read."""
    _, expected = random_graphs.stored(store, graph)
    begin, end = chosen(expected, starts), chosen(expected, stops)

    def ids(keys: set[tuple[str, int]]) -> tuple[str, str]:
        return tuple(  # type: ignore[return-value]
            ", ".join(map(str, [0, *(id for kind, id in keys if kind == of)])) for of in ("artifact", "execution")
        )

    everything = ids(set(expected))
    text = RULES % (*ids(begin), *ids(end), *everything, *everything, *ids(begin))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        check = policy(store, file)
    found: dict[str, set[int]] = {"policy/carries": set(), "policy/descends": set()}
    for finding in check.findings:
        node = finding.nodes[0]
        found[finding.rule].add(number((node.kind, node.id or 0)))
        if finding.proof is not None:
            keys = [(each.kind, each.id) for each in finding.proof.nodes if each is not None]
            assert keys[0] in begin and keys[-1] == (node.kind, node.id)
            assert all(expected.has_edge(*pair) for pair in pairwise(keys))
    assert found["policy/carries"] == {number(key) for key in begin | behind(expected, begin, end)}
    assert found["policy/descends"] == {number(key) for key in behind(expected, begin)}


@several_graphs_in_one_store
@given(graphs, few, few, st.booleans())
def test_rules_find_what_networkx_finds(
    sqlite_store: Store, graph: Graph, starts: set[int], stops: set[int], whole: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spreading, "FEW", 0 if whole else 50)
        judged(sqlite_store, graph, starts, stops)


@pytest.mark.neo4j
@pytest.mark.slow
def test_rules_find_the_same_in_neo4j(neo4j_store: Store) -> None:
    @settings(several_graphs_in_one_store, max_examples=6)
    @given(graphs, few, few)
    def law(graph: Graph, starts: set[int], stops: set[int]) -> None:
        judged(neo4j_store, graph, starts, stops)

    law()
