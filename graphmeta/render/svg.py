"""A lineage as a picture: SVG that stands alone, without scripts, for light and dark ground.

Every node is a link with an accessible name. Scripts of pages find their way by these names:

    <svg class="gm-lineage">
      <g class="gm-edge [gm-marked]" data-from="artifact/42" data-to="execution/7">
      <a class="gm-node [gm-start] [gm-marked] [gm-folded]" id="artifact-42" href="…" data-key="artifact/42"
         [data-members="140"] aria-label="…">
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from hashlib import sha256
from html import escape
from itertools import pairwise

from graphmeta.query import Key, Lineage
from graphmeta.render.graph import Edge, Graph, Vertex, cut_short, graph_of
from graphmeta.render.layout import Box, Layout, Route, layout
from graphmeta.render.legend import LINE as LEGEND_LINE
from graphmeta.render.legend import legend, sentences
from graphmeta.render.lettering import FONT, measured, number, written
from graphmeta.render.palette import GROUND, LINE, MARK
from graphmeta.render.safe import shortened
from graphmeta.render.shapes import RING, shape, size_of
from graphmeta.render.stylesheet import style as style
from graphmeta.render.words import several

MOST_NODES = 500
FOLDED_FROM = 60  # a notebook's picture of more nodes is folded
MARGIN = 24.0
_LONGEST_END = 100  # characters of a node's name in what is said of an edge: there are thousands of edges

Marked = Callable[[Edge], bool]


def to_svg(
    lineage: Lineage,
    *,
    most: int = MOST_NODES,
    fold: bool = False,
    opened: Collection[Key] = (),
    incomplete: str | None = None,
) -> str:
    """Draw a lineage, data flowing from left to right.

    Args:
        lineage: what `graphmeta.lineage` returns.
        most: of a lineage of more nodes, so many are drawn, those nearest to the start, and fewer where they have
            thousands of edges; the picture says how many are left out.
        fold: draw repeated runs as one ("train ×140"): nodes of a type and name whose neighbours are alike, too.
        opened: what is folded with one of these nodes is drawn node by node all the same.
        incomplete: of a lineage that was not read to its end, a sentence that says so; the picture shows it.

    Returns:
        an SVG document: the same text for the same lineage.
    """
    return draw(graph_of(lineage, most, fold=fold, opened=opened), incomplete=incomplete)


def to_notebook(lineage: Lineage) -> str:
    """The picture as HTML of a notebook, beside others: folded where it is large, and with ids that no other
    picture has."""
    graph = graph_of(lineage, MOST_NODES, fold=len(lineage) > FOLDED_FROM)
    content = repr(([vertex.members for vertex in graph.vertices], graph.edges))
    prefix = f"gm-{sha256(content.encode()).hexdigest()[:8]}-"
    # Notebooks shrink what is wider than they are, until no name can be read; as it is, it scrolls.
    picture = draw(graph, prefix=prefix).replace("<svg ", '<svg style="max-width:none" ', 1)
    return f'<div style="max-width:100%;overflow:auto">{picture}</div>'


def draw(
    graph: Graph,
    *,
    link: Callable[[Vertex], str] | None = None,
    marked: Collection[Key] = (),
    style: bool = True,
    prefix: str = "",
    name: str | None = None,
    incomplete: str | None = None,
) -> str:
    """Draw what `graph_of` gives.

    Args:
        link: gives the address that a vertex leads to; by default to itself, `#artifact-42`.
        marked: nodes of a way to be seen at a glance, in its order: with them the edges between each and the
            next. Of a set, all edges between two of them.
        style: whether the style sheet is part of the picture; without, the page has to bring `style()`.
        prefix: what all ids begin with, where several pictures share a page.
        name: what the picture is called, for a reader of screens; by default "Lineage of …".
        incomplete: see `to_svg`.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
    if incomplete:
        graph = cut_short(graph, incomplete)
    placed = layout([size_of(vertex) for vertex in graph.vertices], graph.ends)
    notes = sentences(graph)
    width = max([placed.width, 420.0, *(measured(note, 12, bold=True) for note in notes)])
    below, legend_height = legend(graph, width)
    top = MARGIN + LEGEND_LINE * len(notes)
    width, height = width + 2 * MARGIN, top + placed.height + MARGIN + legend_height
    name = escape(name or _name(graph))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gm-lineage" role="group" aria-label="{name}"'
        f' width="{number(width)}" height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}"'
        f' font-family="{FONT}" direction="ltr">',
        f"<title>{name}</title>",
        *([f"<style>{_style()}</style>"] if style else []),
        f'<rect class="gm-ground" width="100%" height="100%" fill="{GROUND.light}"/>',
        *(
            written(MARGIN, MARGIN + 4 + LEGEND_LINE * line, note, "gm-ink", 12, bold=True)
            for line, note in enumerate(notes)
        ),
        f'<g class="gm-picture" transform="translate({number(MARGIN)} {number(top)})">',
        *_edges(graph, placed, _on_the_way(graph, marked)),
        *_nodes(graph, placed.boxes, link, frozenset(marked), prefix),
        "</g>",
        f'<g class="gm-legend" transform="translate({number(MARGIN)} {number(top + placed.height + MARGIN)})">',
        *below,
        "</g>",
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


_style = style  # `draw` has an argument of that name


def _name(graph: Graph) -> str:
    counts = {"artifact": 0, "execution": 0}
    for vertex in graph.vertices:
        counts[vertex.key.kind] += len(vertex.members)
    start_name = "".join(graph.start.named[:2])
    artifacts, executions = (several(count, kind) for kind, count in counts.items())
    return f"Lineage of {start_name}: {artifacts} and {executions}"


def key_text(key: Key) -> str:
    """A node's key as pictures and addresses have it: `artifact/42`."""
    return f"{key.kind}/{key.id}"


# ---------------------------------------------------------------- nodes


def _nodes(
    graph: Graph, boxes: Sequence[Box], link: Callable[[Vertex], str] | None, marked: frozenset[Key], prefix: str
) -> Iterator[str]:
    for vertex, box in zip(graph.vertices, boxes, strict=True):
        on_the_way = not marked.isdisjoint(vertex.members)
        classes = ["gm-node", *(["gm-start"] if vertex.start else []), *(["gm-marked"] if on_the_way else [])]
        count = ""
        if vertex.folded:
            classes.append("gm-folded")
            count = f' data-members="{len(vertex.members)}"'
        id = f"{prefix}{vertex.key.kind}-{vertex.key.id}"
        address = link(vertex) if link else f"#{id}"
        yield (
            f'<a class="{" ".join(classes)}" id="{id}" href="{escape(address)}" data-key="{key_text(vertex.key)}"'
            f'{count} aria-label="{escape(vertex.spoken)}"><title>{escape(vertex.full)}</title>'
            f"{''.join(shape(vertex, box, on_the_way))}</a>"
        )


# ---------------------------------------------------------------- edges


def _on_the_way(graph: Graph, marked: Collection[Key]) -> Marked:
    """Whether an edge is part of what is marked."""
    index = graph.index
    places = [index.get(key, -1) for key in marked]
    if isinstance(marked, Sequence):
        steps = {step for one, other in pairwise(places) for step in ((one, other), (other, one))}
        return lambda edge: (index[edge.source], index[edge.target]) in steps
    known = set(places)
    return lambda edge: index[edge.source] in known and index[edge.target] in known


def _edges(graph: Graph, placed: Layout, on_the_way: Marked) -> Iterator[str]:
    drawn = list(zip(graph.edges, graph.ends, placed.routes, strict=True))
    drawn.sort(key=lambda each: on_the_way(each[0]))  # what is marked lies above the rest
    for edge, ends, route in drawn:
        source, target = (graph.vertices[end] for end in ends)
        route = _outside_the_ring(route, source.start, target.start)
        marked = on_the_way(edge)
        yield (
            f'<g class="gm-edge{" gm-marked" if marked else ""}" data-from="{key_text(edge.source)}"'
            f' data-to="{key_text(edge.target)}"><title>{escape(_what(edge, source, target))}</title>'
            f"{_line(edge, route, marked)}{_head(route, marked)}</g>"
        )


def _what(edge: Edge, source: Vertex, target: Vertex) -> str:
    are = "is" if edge.hidden == 1 else "are"
    what = ", ".join(edge.types) or f"{several(edge.hidden, 'node')} between them {are} not shown"
    return f"{shortened(source.title, _LONGEST_END)} → {shortened(target.title, _LONGEST_END)} ({what})"


def _outside_the_ring(route: Route, leaves_start: bool, enters_start: bool) -> Route:
    """The edge from and to the start's outer outline, which would swallow its head."""
    points = list(route.points)
    away = -RING if route.backward else RING
    if leaves_start:
        points[0] = (points[0][0] + away, points[0][1])
    if enters_start:
        points[-1] = (points[-1][0] - away, points[-1][1])
    return Route(tuple(points), route.backward)


def _line(edge: Edge, route: Route, marked: bool) -> str:
    points = route.points
    path = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for place in range(0, len(points), 2):
        (x0, y0), (x1, y1) = points[place], points[place + 1]
        if place:
            path.append(f"H{number(x0)}")
        if y0 == y1:
            path.append(f"H{number(x1)}")
            continue
        middle = number((x0 + x1) / 2)
        path.append(f"C{middle} {number(y0)} {middle} {number(y1)} {number(x1)} {number(y1)}")
    dash = ' stroke-dasharray="4 3"' if edge.planned else ' stroke-dasharray="1 4"' if edge.hidden else ""
    colour, thick = (MARK.light, "3.2") if marked else (LINE.light, "1.4")
    return f'<path class="gm-line" d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="{thick}"{dash}/>'


def _head(route: Route, marked: bool) -> str:
    """The arrow's head: edges arrive level, so it needs no turning."""
    x, y = route.points[-1]
    long, wide = (11, 6) if marked else (8, 4)
    back = number(x + long if route.backward else x - long)
    return (
        f'<path class="gm-head" d="M{number(x)} {number(y)}L{back} {number(y - wide)}L{back} {number(y + wide)}Z"'
        f' fill="{MARK.light if marked else LINE.light}"/>'
    )
