"""How much a picture draws at most, whatever is between its nodes; and that it ends when nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphmeta import query
from graphmeta.backends.base import ReadGivenUpError
from graphmeta.model import Artifact, Event, Execution
from graphmeta.render.folding import classes
from graphmeta.render.graph import MOST_BENDS, MOST_EDGES, Graph, graph_of
from graphmeta.render.html import to_html
from graphmeta.render.layers import bends
from graphmeta.render.layout import layout
from graphmeta.render.patience import check, while_wanted
from graphmeta.render.svg import MOST_NODES, to_notebook, to_svg
from graphmeta.store import Store
from tests.render.drawings import bipartite, chain, diamond, types


def bounded(graph: Graph) -> bool:
    """Whether a picture can hold it."""
    return len(graph.edges) <= MOST_EDGES and bends(len(graph.vertices), graph.ends) <= MOST_BENDS


@pytest.mark.parametrize("fold", [False, True])
def test_the_nearest_of_a_chain_where_everything_is_read_again(sqlite_store: Store, fold: bool) -> None:
    lineage = chain(sqlite_store, 240)
    whole, graph = graph_of(lineage, fold=fold), graph_of(lineage, MOST_NODES, fold=fold)
    assert not bounded(whole)
    assert bounded(graph)
    # One vertex more would be too much: nothing is left out that could be drawn.
    assert not bounded(graph_of_first(whole, len(graph.vertices) + 1))
    assert [each.key for each in graph.vertices] == [each.key for each in whole.vertices][: len(graph.vertices)]
    assert graph.left_out == 480 - len(graph.index)


def graph_of_first(whole: Graph, count: int) -> Graph:
    """The first vertices of a graph with what is between them."""
    index = {key: place for key, place in whole.index.items() if place < count}
    edges = [edge for edge in whole.edges if edge.source in index and edge.target in index]
    return Graph(whole.vertices[:count], edges, index)


def test_all_pictures_of_such_a_chain_are_small_and_say_what_they_leave_out(sqlite_store: Store) -> None:
    lineage = chain(sqlite_store, 240)
    for picture in (to_svg(lineage), to_svg(lineage, fold=True), to_notebook(lineage), to_html(lineage)):
        assert "more are left out" in picture
        assert len(picture) < 4_000_000
    _, _, document = to_html(lineage).partition("</h1>")
    sentence, _, _ = document.partition("</p>")
    assert f"{graph_of(lineage, MOST_NODES, fold=True).left_out} more are left out." in sentence


def test_of_very_many_edges_the_nearest_nodes_are_drawn(sqlite_store: Store) -> None:
    lineage = bipartite(sqlite_store, 100, 100)
    graph = graph_of(lineage, MOST_NODES)
    assert bounded(graph)
    assert len(graph.edges) > MOST_EDGES - 100
    assert graph.left_out == 201 - len(graph.vertices) > 0
    assert f"{graph.left_out} more are left out" in to_svg(lineage)
    # Whoever asks for all gets all: Mermaid and DOT are drawn by others.
    assert len(graph_of(lineage).vertices) == 201


def test_sparse_graphs_are_not_cut(sqlite_store: Store) -> None:
    types(sqlite_store)
    data = [Artifact(type="Dataset", name=f"data@{number}") for number in range(MOST_NODES // 2)]
    steps = [Execution(type="train", name=f"step {number}") for number in range(MOST_NODES // 2)]
    events = [Event(one, step, "OUTPUT") for one, step in zip(data, steps, strict=True)]
    # A chain of 500 layers with ways round.
    events += [Event(one, step, "INPUT") for one, step in zip(data, steps[1:], strict=False)]
    events += [Event(one, step, "INPUT") for one, step in zip(data, steps[5:], strict=False)]
    sqlite_store.put(artifacts=data, executions=steps, events=events)
    graph = graph_of(query.lineage(sqlite_store, data[0]), MOST_NODES)
    assert len(graph.vertices) == MOST_NODES
    assert graph.left_out == 0


def test_nothing_ends_where_nobody_said_who_waits() -> None:
    check()


def test_who_waits_is_asked_within_the_block_only() -> None:
    with while_wanted(lambda: False), pytest.raises(ReadGivenUpError):
        check()
    check()


def after(questions: int) -> Callable[[], bool]:
    """Somebody who leaves after so many questions."""
    asked = iter(range(questions))
    return lambda: next(asked, None) is not None


CROSSED = [(0, 3), (0, 4), (1, 2), (1, 4), (2, 5), (0, 5), (3, 5)]


@pytest.mark.parametrize("questions", range(4))
def test_a_layout_ends_when_nobody_waits(questions: int) -> None:
    with while_wanted(after(questions)), pytest.raises(ReadGivenUpError):
        layout([(100.0, 40.0)] * 6, CROSSED)


def test_a_layout_that_is_waited_for_is_the_same() -> None:
    with while_wanted(lambda: True):
        waited = layout([(100.0, 40.0)] * 6, CROSSED)
    assert waited == layout([(100.0, 40.0)] * 6, CROSSED)


def test_folding_and_documents_end_when_nobody_waits(sqlite_store: Store) -> None:
    lineage = diamond(sqlite_store)
    with while_wanted(lambda: False):
        with pytest.raises(ReadGivenUpError):
            classes(["a", "a", "a", "b"], [(0, 3), (1, 3), (2, 3)])
        with pytest.raises(ReadGivenUpError):
            graph_of(lineage, fold=True)
        with pytest.raises(ReadGivenUpError):
            to_svg(lineage)
        with pytest.raises(ReadGivenUpError):
            to_html(lineage)
