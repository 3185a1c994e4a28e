"""The law of removing, on random stores: nothing that stays loses anything, and all that went comes back."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import mkdtemp

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmeta.keeping.removal import RemovalPlan
from graphmeta.keeping.restoring import restore
from graphmeta.model import INPUT_EVENTS, KINDS
from graphmeta.query import to_networkx
from graphmeta.store import Store, connect

from .graphs import answers, digest, edges, fill, planned_of, removed

SEEDS = st.integers(0, 2**32)
SHAPES = st.sampled_from(["any", "layers"])


def opened(folder: Path) -> Store:
    store = connect(Path(mkdtemp(dir=folder)) / "s.db")
    store.initialise()
    return store


def must_stay(store: Store, planned: RemovalPlan) -> set[tuple[str, int]]:
    """By another way: all that something which does not go was made from, itself among it."""
    graph = to_networkx(store)
    flows = networkx.DiGraph()
    flows.add_nodes_from(key for key in graph if key[0] != "context")
    flows.add_edges_from((a, b) for a, b, kind in graph.edges(data="kind") if kind == "event")
    goes = {(kind, id) for kind in KINDS for id in planned.going[kind]}
    missing = {key for key in graph if graph.nodes[key].get("missing")}
    stays = [key for key in flows if key not in goes and key not in missing]
    return set(stays).union(*(networkx.ancestors(flows, key) for key in stays)) - missing


def check_law(
    store: Store, dice: random.Random, path: Path, shape: str, *, portion: int, asked: int | None = None
) -> None:
    """Plan, remove, restore.

    Args:
        asked: so many of the nodes that stay are asked about; None for all.
    """
    fill(store, dice, shape)
    before = digest(store)
    planned = planned_of(store, dice)
    assert digest(store) == before, "a plan writes nothing"
    goes = {(kind, id) for kind in KINDS for id in planned.going[kind]}
    assert not must_stay(store, planned) & goes
    kept = [node for node in [*store.artifacts(), *store.executions()] if (node.kind, node.id) not in goes]
    contexts = {context.id: context for context in store.contexts()}
    about = kept if asked is None else dice.sample(kept, min(asked, len(kept)))
    said = [answers(store, node) for node in about]
    joined = edges(store)
    _, done = removed(store, planned, path, portion=portion)
    assert not done.left
    assert {kind: done.numbers[kind] for kind in KINDS} == {kind: len(planned.going[kind]) for kind in KINDS}
    # Nothing that stays has changed.
    assert [*store.artifacts(), *store.executions()] == kept
    assert {context.id: context for context in store.contexts()} == {
        id: context for id, context in contexts.items() if ("context", id) not in goes
    }
    expected = {edge for edge in joined if not ends(edge) & goes}
    assert edges(store) == expected
    losers = below_is_gone(joined, goes)
    for node, was in zip(about, said, strict=True):
        now = answers(store, node)
        if (node.kind, node.id) in losers:  # what was measured of it went
            was, now = {**was, "metrics": None}, {**now, "metrics": None}
        assert now == was, node
    back = restore(store, path, portion=portion)
    assert back.troubles == []
    assert digest(store) == before
    again = restore(store, path)
    assert not any(again.written.values())
    assert not again.trouble
    assert digest(store) == before


def ends(edge: tuple) -> set[tuple[str, int]]:  # type: ignore[type-arg]
    sort = edge[0]
    if sort == "event":
        return {("artifact", edge[2]), ("execution", edge[3])}
    if sort == "in":
        return {(edge[1], edge[2]), ("context", edge[3])}
    return {("context", edge[1]), ("context", edge[2])}


def below_is_gone(joined: set, goes: set[tuple[str, int]]) -> set[tuple[str, int]]:  # type: ignore[type-arg]
    """The nodes below which something goes."""
    flows = networkx.DiGraph()
    for edge in joined:
        if edge[0] == "event":
            pair = ("artifact", edge[2]), ("execution", edge[3])
            flows.add_edge(*(pair if edge[4] in INPUT_EVENTS else pair[::-1]))
    return set().union(*(networkx.ancestors(flows, key) for key in goes if key in flows))


@pytest.mark.slow
@settings(max_examples=60)
@given(seed=SEEDS, shape=SHAPES, portion=st.sampled_from([1, 2, 1000]))
def test_embedded(tmp_path_factory: pytest.TempPathFactory, seed: int, shape: str, portion: int) -> None:
    folder = tmp_path_factory.mktemp("law")
    with opened(folder) as store:
        check_law(store, random.Random(seed), folder / "dump.jsonl", shape, portion=portion)


@pytest.mark.slow
def test_neo4j(neo4j_store: Store, tmp_path: Path) -> None:
    """One store whose removal has something of everything; the law runs at length on files, which are quicker."""
    check_law(neo4j_store, random.Random(16), tmp_path / "dump.jsonl.gz", "any", portion=3, asked=1)


@pytest.mark.slow
@settings(max_examples=30)
@given(seed=SEEDS)
def test_tombstones_keep_the_graph_and_come_back(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder, dice = tmp_path_factory.mktemp("law"), random.Random(seed)
    with opened(folder) as store:
        fill(store, dice, "layers")
        before, joined = digest(store), edges(store)
        planned = planned_of(store, dice)
        goes = {(kind, id) for kind in KINDS for id in planned.going[kind]}
        was = {(node.kind, node.id): node for node in [*store.artifacts(), *store.executions()]}
        removed(store, planned, folder / "dump.jsonl", tombstones=True)
        assert edges(store) == {edge for edge in joined if not ends(edge) & goes}
        for node in [*store.artifacts(), *store.executions()]:
            old = was[node.kind, node.id]
            assert (node.type, node.name, node.created, node.external_id) == (
                old.type, old.name, old.created, old.external_id,
            )  # fmt: skip
            if node.id not in planned.held[node.kind]:  # type: ignore[index]
                assert node == old
            else:
                assert node.state == ("DELETED" if node.kind == "artifact" else old.state)
        changed = [key for key, node in was.items() if key not in goes and store.node(*key) != node]
        told = restore(store, folder / "dump.jsonl")
        assert told.trouble == len(changed), "tombstones are told, and left"
        restore(store, folder / "dump.jsonl", overwrite=True)
        assert digest(store) == before
