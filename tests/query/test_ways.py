"""Paths and shared ancestors: on random graphs against networkx, and on graphs with too many paths to list."""

from __future__ import annotations

import itertools

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Context, Event, Execution
from graphmeta.query import common, path
from graphmeta.query.answers.ways import Way
from graphmeta.store import Store
from tests.query import worlds
from tests.query.random_graphs import graphs, several_graphs_in_one_store, stored


def keys(way: Way) -> list[tuple[str, int]]:
    return [(node.kind, node.id) for node in way.nodes]


@given(graph=graphs, ends=st.tuples(st.integers(0, 7), st.integers(0, 7)), limit=st.integers(1, 5))
@several_graphs_in_one_store
def test_the_shortest_ways(store: Store, graph, ends: tuple[int, int], limit: int) -> None:
    artifacts, expected = stored(store, graph)
    source, target = (artifacts[end % len(artifacts)] for end in ends)
    simple = networkx.DiGraph(expected)
    start, end = ("artifact", source.id), ("artifact", target.id)
    every = [] if start == end else sorted(networkx.all_simple_paths(simple, start, end), key=len)
    one, several = path(store, source, target), path(store, source, target, limit=limit)
    assert [len(way) for way in several.ways] == [len(way) - 1 for way in every[:limit]]
    assert [len(way) for way in one.ways] == [len(way) - 1 for way in every[:1]]
    assert several.more == (len(every) > limit > 1)
    for way in [*one.ways, *several.ways]:
        assert keys(way) in every
        assert len(way.edges) == len(way.nodes) - 1
        for (a, b), edge in zip(itertools.pairwise(keys(way)), way.edges, strict=True):
            assert (tuple(edge.source), tuple(edge.target)) == (a, b)
    assert len({tuple(keys(way)) for way in several.ways}) == len(several.ways)
    assert bool(one.ways) != bool(one.notes)


@given(graph=graphs, chosen=st.sets(st.integers(0, 7), min_size=2, max_size=4))
@several_graphs_in_one_store
def test_shared_ancestors(store: Store, graph, chosen: set[int]) -> None:
    artifacts, expected = stored(store, graph)
    nodes = list({artifacts[each % len(artifacts)].id: artifacts[each % len(artifacts)] for each in chosen}.values())
    if len(nodes) < 2:
        with pytest.raises(InvalidArgumentError):
            common(store, nodes)
        return
    against = expected.reverse()
    above = [networkx.single_source_shortest_path_length(against, ("artifact", node.id)) for node in nodes]
    shared = set.intersection(*map(set, above))
    found = common(store, nodes)
    assert {(each.node.kind, each.node.id): tuple(each.distances) for each in found.ancestors} == {
        key: tuple(distance[key] for distance in above) for key in shared
    }
    assert found.total == len(shared)
    assert [max(each.distances) for each in found.ancestors] == sorted(max(each.distances) for each in found.ancestors)
    # What lies on one circle counts as one: of what is shared something is always lowest.
    condensed = networkx.condensation(networkx.DiGraph(expected).subgraph(shared))
    lowest = {key for part in condensed if not condensed[part] for key in condensed.nodes[part]["members"]}
    assert bool(lowest) == bool(shared)
    assert {(each.node.kind, each.node.id) for each in found.ancestors if each.lowest} == lowest
    assert [each.node.id for each in common(store, nodes, limit=1).ancestors] == [
        each.node.id for each in found.ancestors[:1]
    ]


def ladder(store: Store, rungs: int) -> tuple[Artifact, Artifact]:
    """Diamonds on diamonds: two ways from each rung to the next, so 2^rungs in all."""
    worlds.plain(store)
    nodes = [Artifact(type="Thing") for _ in range(rungs + 1)]
    sides = [[Artifact(type="Thing"), Artifact(type="Thing")] for _ in range(rungs)]
    steps, events = [], []
    for place, pair in enumerate(sides):
        first, left, right = Execution(type="Step"), Execution(type="Step"), Execution(type="Step")
        steps += [first, left, right]
        events += [Event(nodes[place], first, "INPUT")]
        for side, after in zip(pair, (left, right), strict=True):
            events += [Event(side, first, "OUTPUT"), Event(side, after, "INPUT")]
            events += [Event(nodes[place + 1], after, "OUTPUT")]
    store.put(artifacts=[*nodes, *(each for pair in sides for each in pair)], executions=steps, events=events)
    return nodes[0], nodes[-1]


def test_more_paths_than_anybody_could_list(store: Store) -> None:
    first, last = ladder(store, 40)
    one, ten = path(store, first, last), path(store, first, last, all=True)
    assert [len(way) for way in one.ways] == [160]
    assert [len(way) for way in ten.ways] == [160] * 10 and ten.more
    assert common(store, [first, last]).ancestors[0].node.id == first.id


def test_the_shortest_way_takes_no_patience(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphmeta.query.routes._PATIENCE", 10)
    first, last = ladder(store, 8)
    found = path(store, first, last)
    assert ([len(way) for way in found.ways], found.notes, found.more) == ([32], [], False)
    assert "more ways than could be looked through" in path(store, first, last, all=True).notes[0]


def test_what_lies_on_a_circle_is_lowest_together(store: Store) -> None:
    worlds.plain(store)
    above, there, back, one, other = (Artifact(type="Thing") for _ in range(5))
    store.put(artifacts=[above, there, back, one, other])
    begin = worlds.step(store, "Step", [above], [there])
    go, come = worlds.step(store, "Step", [there], [back]), worlds.step(store, "Step", [back], [there])
    worlds.step(store, "Step", [there], [one])
    worlds.step(store, "Step", [back], [other])
    found = common(store, [one, other]).ancestors
    lowest = {(each.node.kind, each.node.id) for each in found if each.lowest}
    assert lowest == {(each.kind, each.id) for each in (there, back, go, come)}
    assert {begin.id, above.id} <= {each.node.id for each in found if not each.lowest}


def test_what_is_wrong_is_said(store: Store) -> None:
    worlds.plain(store)
    run = Context(type="Group", name="run")
    thing, other = Artifact(type="Thing"), Artifact(type="Thing")
    store.put(artifacts=[thing, other], contexts=[run])
    with pytest.raises(InvalidArgumentError, match="is a context"):
        path(store, run, thing)
    with pytest.raises(InvalidArgumentError, match="A limit counts ways"):
        path(store, thing, other, limit=0)
    assert path(store, thing, thing).notes == [f"artifact/{thing.id} and artifact/{thing.id} are the same node."]
    assert "did not come of" in path(store, thing, other).notes[0]
    assert "is behind all of" in common(store, [thing, other]).notes[0]


def test_an_artifact_that_is_not_there_is_a_step_like_another(store: Store) -> None:
    from graphmeta.store import PutOptions

    worlds.plain(store)
    thing = Artifact(type="Thing")
    one, two = Execution(type="Step"), Execution(type="Step")
    store.put(
        artifacts=[thing],
        executions=[one, two],
        events=[Event(77_777, one, "OUTPUT"), Event(77_777, two, "INPUT"), Event(thing, two, "OUTPUT")],
        options=PutOptions(allow_missing_artifacts=True),
    )
    (way,) = path(store, one, thing).ways
    assert [None if node is None else node.kind for node in way.nodes] == ["execution", None, "execution", "artifact"]
    assert "not in the store" in str(path(store, one, thing))
