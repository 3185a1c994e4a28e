"""The small lineage of a node, and the graph of what belongs to a context, drawn."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from graphmeta.pages.links import node_link
from graphmeta.query.vicinity import Vicinity
from graphmeta.render.graph import Graph, Vertex, graph_of
from graphmeta.render.svg import draw

MOST_DRAWN = 60  # boxes of the small lineage, with what is alike folded into one
MOST_DRAWN_OF_RUN = 500


def picture_around(vicinity: Vicinity) -> Markup:
    """The small lineage, drawn; each node is a link to its page."""
    return _drawn(graph_of(vicinity.lineage, MOST_DRAWN, fold=True))


def picture_within(vicinity: Vicinity, name: str) -> Markup:
    """The steps of a context, drawn: none of them is where anybody started.

    Args:
        name: of the picture, for readers of screens.
    """
    return _drawn(_without_start(vicinity), name)


def file_within(vicinity: Vicinity, name: str) -> str:
    """The same as SVG that stands alone."""
    return draw(_without_start(vicinity), name=name)


def _without_start(vicinity: Vicinity) -> Graph:
    graph = graph_of(vicinity.lineage, MOST_DRAWN_OF_RUN, fold=True)
    return replace(graph, vertices=[replace(vertex, start=False) for vertex in graph.vertices])


def _drawn(graph: Graph, name: str | None = None) -> Markup:
    # The renderer escapes what it writes.
    return Markup(draw(graph, link=_link, style=False, name=name))  # noqa: S704


def _link(vertex: Vertex) -> str:
    return node_link(vertex.key.kind, vertex.key.id)
