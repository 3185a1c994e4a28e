"""Repeated runs share a vertex: which do, that nothing is lost, and that they can be told apart again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmeta import query
from graphmeta.model import Artifact, Event, Execution
from graphmeta.query import Key
from graphmeta.render.folding import FEWEST, classes, family
from graphmeta.render.graph import Graph, cut_short, graph_of
from graphmeta.store import Store
from tests.render.drawings import diamond, fan, rewritten, types

Edges = list[tuple[int, int]]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], Edges]:
    """Families and edges of any directed graph; few families and few edges, so that much is alike."""
    count = draw(st.integers(1, 14))
    families = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    node = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(node, node).filter(lambda edge: edge[0] != edge[1]), max_size=20, unique=True))
    return families, edges


def alike(families: Sequence[object], edges: Edges) -> list[object]:
    """The slow way: who belongs to whom, compared again and again until nothing changes."""
    names: list[object] = list(families)
    while True:
        seen = [
            (
                names[node],
                frozenset(names[source] for source, target in edges if target == node),
                frozenset(names[target] for source, target in edges if source == node),
            )
            for node in range(len(families))
        ]
        numbers: dict[object, int] = {}
        following: list[object] = [numbers.setdefault(each, len(numbers)) for each in seen]
        if len(set(following)) == len(set(names)):
            return following
        names = following


def expected(families: list[int], edges: Edges) -> list[list[int]]:
    """The slow way, again until no class is too small or has an edge inside."""
    apart: dict[int, object] = {}
    while True:
        names = alike([(family, apart.get(node)) for node, family in enumerate(families)], edges)
        groups: dict[object, list[int]] = {}
        for node, name in enumerate(names):
            groups.setdefault(name, []).append(node)
        looped = {names[source] for source, target in edges if names[source] == names[target]}
        bad = [group for name, group in groups.items() if 1 < len(group) < FEWEST or name in looped]
        if not bad:
            return sorted(group for group in groups.values() if len(group) >= FEWEST)
        apart.update({node: node for group in bad for node in group})


@given(graphs())
def test_what_is_alike_shares_a_vertex_and_nothing_else_does(graph: tuple[list[int], Edges]) -> None:
    assert sorted(classes(*graph)) == expected(*graph)


@given(graphs())
def test_each_member_has_the_edges_of_its_vertex(graph: tuple[list[int], Edges]) -> None:
    families, edges = graph
    found = classes(families, edges)
    vertex = {node: ("fold", number) for number, group in enumerate(found) for node in group}
    of = [vertex.get(node, ("node", node)) for node in range(len(families))]
    for group in found:
        sides = [
            ({of[source] for source, target in edges if target == node}, {of[t] for s, t in edges if s == node})
            for node in group
        ]
        assert all(one == other for one, other in combinations(sides, 2))


@given(graphs())
def test_a_fold_makes_no_cycle(graph: tuple[list[int], Edges]) -> None:
    families, edges = graph
    ascending = [(min(edge), max(edge)) for edge in edges]  # without a cycle
    ascending = list(dict.fromkeys(ascending))
    vertex = list(range(len(families)))
    for group in classes(families, ascending):
        for node in group:
            vertex[node] = group[0]
    left = {(vertex[source], vertex[target]) for source, target in ascending}
    nodes = set(vertex)
    while nodes:
        sources = nodes - {target for _, target in left}
        assert sources, "a cycle"
        nodes -= sources
        left = {edge for edge in left if edge[0] not in sources}


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("churn@3", "churn"),
        ("shard-0017", "shard-…"),
        ("train-6f1c2d3e-0a1b-4c5d-8e9f-001122334455", "train-…"),
        ("fit 2026-11-23T12:35:54", "fit …"),
        ("commit-3f2a9c1", "commit-…"),
        ("deadbeef", "deadbeef"),
        ("fine-tune", "fine-tune"),
        ("42", "…"),
        ("", ""),
    ],
)
def test_names_without_what_counts_them(name: str, common: str) -> None:
    assert family(name) == common


def test_runs_of_two_datasets_are_two_folds() -> None:
    data, runs = [0, 1], list(range(2, 10))
    edges = [(0, run) for run in runs[:5]] + [(1, run) for run in runs[5:]]
    assert classes(["data"] * len(data) + ["train"] * len(runs), edges) == [runs[:5], runs[5:]]


# ---------------------------------------------------------------- lineages


def drawn(graph: Graph) -> list[str]:
    return [vertex.title for vertex in graph.vertices]


def test_repeated_runs_are_one(sqlite_store: Store) -> None:
    graph = graph_of(fan(sqlite_store, 140), fold=True)
    assert drawn(graph) == ["data", "train ×140", "m ×140"]
    assert graph.ends == [(0, 1), (1, 2)]
    assert [len(vertex.members) for vertex in graph.vertices] == [1, 140, 140]
    assert graph.index[Key("execution", 77)] == 1
    assert graph.left_out == 0


def test_two_runs_are_two(sqlite_store: Store) -> None:
    graph = graph_of(fan(sqlite_store, 2), fold=True)
    assert not any(vertex.folded for vertex in graph.vertices)


def test_nothing_is_folded_unasked(sqlite_store: Store) -> None:
    assert len(graph_of(fan(sqlite_store, 5)).vertices) == 11


def test_a_fold_opens_on_demand(sqlite_store: Store) -> None:
    graph = graph_of(fan(sqlite_store, 5), fold=True, opened=[Key("execution", 3)])
    assert sorted(drawn(graph))[:2] == ["data", "m ×5"]
    assert len(graph.vertices) == 7
    assert len(graph.edges) == 10


def test_the_start_and_what_leads_to_it_stay_apart(sqlite_store: Store) -> None:
    fan(sqlite_store, 6)
    whole = query.lineage(sqlite_store, "Dataset:data")
    model = next(node for node in whole.artifacts if node.name == "m@4")
    sqlite_store.put(
        executions=[judge := Execution(type="evaluate")],
        events=[Event(each, judge, "INPUT") for each in whole.artifacts],
    )
    graph = graph_of(query.lineage(sqlite_store, judge), fold=True)
    assert sorted(drawn(graph)) == ["data", f"evaluate {judge.id}", "m ×6", "train ×6"]
    graph = graph_of(query.lineage(sqlite_store, model), fold=True)
    assert graph.start.title == "m@4"
    assert not graph.start.folded


def test_what_failed_is_seen_in_a_fold(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = Artifact(type="Dataset", name="data")
    states = ["FAILED"] * 3 + ["CACHED"] * 2 + ["COMPLETE"] * 9
    steps = [Execution(type="train", state=state) for state in states]
    sqlite_store.put(artifacts=[data], executions=steps, events=[Event(data, step, "INPUT") for step in steps])
    fold = graph_of(query.lineage(sqlite_store, data), fold=True).vertices[1]
    assert fold.badges == [("FAILED", "3 failed"), ("CACHED", "2 cached")]
    assert fold.full == "train ×14 (14 executions), 3 failed, 2 cached"
    assert fold.spoken == "train, 14 executions, 3 failed, 2 cached, 9 complete"


def test_all_of_a_fold_failed(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = Artifact(type="Dataset", name="data")
    steps = [Execution(type="train", state="FAILED") for _ in range(3)]
    sqlite_store.put(artifacts=[data], executions=steps, events=[Event(data, step, "INPUT") for step in steps])
    assert graph_of(query.lineage(sqlite_store, data), fold=True).vertices[1].badges == [("FAILED", "all failed")]


def test_what_is_different_is_not_folded(sqlite_store: Store) -> None:
    assert not any(vertex.folded for vertex in graph_of(diamond(sqlite_store), fold=True).vertices)


def test_a_cycle_survives(sqlite_store: Store) -> None:
    graph = graph_of(query.lineage(sqlite_store, rewritten(sqlite_store)), fold=True)
    assert graph.ends == [(0, 1), (1, 0)]


def test_what_a_limit_leaves_out_is_counted_node_by_node(sqlite_store: Store) -> None:
    graph = graph_of(fan(sqlite_store, 140), 2, fold=True)
    assert drawn(graph) == ["data", "train ×140"]
    assert tuple(graph.omitted) == (140, 0, 140)


def test_both_sides_of_what_is_left_out_are_told_apart(sqlite_store: Store) -> None:
    fan(sqlite_store, 3)
    graph = graph_of(query.lineage(sqlite_store, "execution/1"), 1)
    assert tuple(graph.omitted) == (2, 1, 1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.booleans()), max_size=24, unique=True))
def test_a_folded_lineage_has_an_edge_where_the_whole_one_has(
    sqlite_store: Store, links: list[tuple[int, int, bool]]
) -> None:
    if not sqlite_store.types():
        types(sqlite_store)
    artifacts = [Artifact(type="Dataset") for _ in range(5)]
    steps = [Execution(type="train") for _ in range(6)]
    events = [Event(artifacts[one], steps[other], "INPUT" if used else "OUTPUT") for one, other, used in links]
    sqlite_store.put(artifacts=artifacts, executions=steps, events=events)
    lineage = query.lineage(sqlite_store, artifacts[0])
    whole, folded = graph_of(lineage), graph_of(lineage, fold=True)
    assert {key for vertex in folded.vertices for key in vertex.members} == set(whole.index)
    ends = {(folded.index[edge.source], folded.index[edge.target]) for edge in whole.edges}
    assert ends == set(folded.ends)
    assert len(folded.ends) == len(ends)
    assert all(source != target for source, target in ends)


def test_of_a_lineage_that_was_not_read_to_its_end_a_fold_may_stand_for_more(sqlite_store: Store) -> None:
    graph = cut_short(graph_of(fan(sqlite_store, 140), fold=True), "Reading stopped.")
    step = next(vertex for vertex in graph.vertices if vertex.key.kind == "execution")
    assert step.title == "train ×140 or more"
    assert "".join(step.named) == "train ×140 or more (140 executions or more)"
    assert "140 executions or more" in step.spoken
    assert graph.start.title == "data"
