"""A lineage as a picture: SVG that stands alone, without scripts, for light and dark ground.

What a light ground needs is written into attributes, so that every program that shows SVG gets it right;
the style sheet only has what a dark ground changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from graphmeta.query import Lineage
from graphmeta.render.graph import Edge, Graph, Vertex, graph_of
from graphmeta.render.layout import Box, Layout, Route, layout
from graphmeta.render.palette import BADGE, BADGES, DASHES, TONES, hue
from graphmeta.render.safe import cells, shortened
from graphmeta.render.words import several

MOST_NODES = 500
LABEL_CELLS = 30  # longer names are cut
HEIGHT = 46.0
NARROWEST = 96.0
MARGIN = 24.0
RING = 6.0  # from a box to the outside of the start's second outline
LEGEND_LINE = 26.0
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

GROUND, DARK_GROUND = "#ffffff", "#0d1117"
INK, DARK_INK = "#1f2328", "#e6edf3"
FAINT, DARK_FAINT = "#59636e", "#9198a1"
LINE, DARK_LINE = "#8c959f", "#6e7681"
STEP, DARK_STEP = "#ffffff", "#161b22"


def to_svg(lineage: Lineage, *, most: int = MOST_NODES) -> str:
    """Draw a lineage, data flowing from left to right.

    Args:
        lineage: what `graphmeta.lineage` returns.
        most: of a lineage of more nodes, so many are drawn, those nearest to the start; the picture
            says how many are left out.

    Returns:
        an SVG document: the same text for the same lineage.
    """
    graph = graph_of(lineage, most)
    sizes = [(_width(vertex), HEIGHT) for vertex in graph.vertices]
    placed = layout(sizes, graph.ends)
    notes = list(_legend(graph))
    width = max(placed.width, *(x + 7.0 * len(text) for x, _, text in notes), 200.0) + 2 * MARGIN
    height = placed.height + 2 * MARGIN + LEGEND_LINE * (1 + (graph.left_out > 0))
    name = _name(graph)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="gm-lineage" role="img" aria-label="{escape(name)}" '
        f'width="{_n(width)}" height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" font-family="{FONT}">',
        f"<title>{escape(name)}</title>",
        f"<style>{style()}</style>",
        f'<rect class="gm-ground" width="100%" height="100%" fill="{GROUND}"/>',
        f'<g transform="translate({_n(MARGIN)} {_n(MARGIN)})">',
        *(_ring(vertex, box) for vertex, box in zip(graph.vertices, placed.boxes, strict=True) if vertex.start),
        *_edges(graph, placed),
        *(_node(vertex, box) for vertex, box in zip(graph.vertices, placed.boxes, strict=True)),
        "</g>",
        *_below(graph, notes, placed.height + 2 * MARGIN),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _name(graph: Graph) -> str:
    artifacts = sum(vertex.key.kind == "artifact" for vertex in graph.vertices)
    executions = sum(vertex.key.kind == "execution" for vertex in graph.vertices)
    start = graph.start
    start_name = "".join(start.named[:2])
    return f"Lineage of {start_name}: {several(artifacts, 'artifact')} and {several(executions, 'execution')}"


def style() -> str:
    """The style sheet: only what a dark ground changes."""
    tones = "".join(
        f".gm-lineage .gm-{name}{{stroke:{tone.dark_line};fill:{tone.dark_face}}}"
        f".gm-lineage .gm-bar-{name}{{fill:{tone.dark_line}}}"
        for name, tone in TONES.items()
    )
    return (
        "@media (prefers-color-scheme:dark){"
        f".gm-lineage .gm-ground{{fill:{DARK_GROUND}}}"
        f".gm-lineage .gm-ink{{fill:{DARK_INK}}}"
        f".gm-lineage .gm-faint{{fill:{DARK_FAINT}}}"
        f".gm-lineage .gm-line{{stroke:{DARK_LINE}}}"
        f".gm-lineage .gm-head{{fill:{DARK_LINE}}}"
        f".gm-lineage .gm-ring{{stroke:{DARK_INK}}}"
        f"{tones}"
        f".gm-lineage .gm-step{{fill:{DARK_STEP}}}"
        "}"
    )


# ---------------------------------------------------------------- edges


def _edges(graph: Graph, placed: Layout) -> Iterator[str]:
    for edge, (source, target), route in zip(graph.edges, graph.ends, placed.routes, strict=True):
        are = "is" if edge.hidden == 1 else "are"
        what = ", ".join(edge.types) or f"{several(edge.hidden, 'node')} between them {are} not shown"
        route = _outside_the_ring(route, graph.vertices[source].start, graph.vertices[target].start)
        title = f"{graph.vertices[source].label} → {graph.vertices[target].label} ({what})"
        yield f'<g class="gm-edge"><title>{escape(title)}</title>{_line(edge, route)}{_head(route)}</g>'


def _outside_the_ring(route: Route, leaves_start: bool, enters_start: bool) -> Route:
    """The edge from and to the start's outer outline, which would swallow its head."""
    points = list(route.points)
    away = -RING if route.backward else RING
    if leaves_start:
        points[0] = (points[0][0] + away, points[0][1])
    if enters_start:
        points[-1] = (points[-1][0] - away, points[-1][1])
    return Route(tuple(points), route.backward)


def _line(edge: Edge, route: Route) -> str:
    points = route.points
    path = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for number in range(0, len(points), 2):
        (x0, y0), (x1, y1) = points[number], points[number + 1]
        if number:
            path.append(f"H{_n(x0)}")
        middle = (x0 + x1) / 2
        path.append(f"C{_n(middle)} {_n(y0)} {_n(middle)} {_n(y1)} {_n(x1)} {_n(y1)}")
    dash = ' stroke-dasharray="4 3"' if edge.planned else ' stroke-dasharray="1 4"' if edge.hidden else ""
    return f'<path class="gm-line" d="{"".join(path)}" fill="none" stroke="{LINE}" stroke-width="1.4"{dash}/>'


def _head(route: Route) -> str:
    """The arrow's head: edges arrive level, so it needs no turning."""
    x, y = route.points[-1]
    back = x + 8 if route.backward else x - 8
    return f'<path class="gm-head" d="M{_n(x)} {_n(y)}L{_n(back)} {_n(y - 4)}L{_n(back)} {_n(y + 4)}Z" fill="{LINE}"/>'


# ---------------------------------------------------------------- nodes


def _node(vertex: Vertex, box: Box) -> str:
    tone = TONES[hue(vertex.role)]
    middle = box.x + box.width / 2
    dash = DASHES.get(vertex.state or "", "4 4" if vertex.missing or vertex.state else "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    place = f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}"'
    parts = [f'<g class="gm-node"><title>{escape(vertex.full)}</title>']
    if vertex.key.kind == "execution":
        parts.append(
            f'<rect class="gm-grey gm-step" {place} fill="{STEP}" stroke="{TONES["grey"].line}"'
            f' stroke-width="1.4"{dashed}/>'
            f'<rect class="gm-bar-{hue(vertex.role)}" x="{_n(box.x)}" y="{_n(box.y)}" width="6"'
            f' height="{_n(box.height)}" fill="{tone.line}"/>'
        )
    else:
        parts.append(
            f'<rect class="gm-{hue(vertex.role)}" {place} rx="14" fill="{tone.face}" stroke="{tone.line}"'
            f' stroke-width="1.6"{dashed}/>'
        )
    parts.append(_text(middle, box.y + 20, shortened(vertex.label, LABEL_CELLS), "gm-ink", INK, 13, bold=True))
    parts.append(_text(middle, box.y + 36, shortened(vertex.subtitle, LABEL_CELLS), "gm-faint", FAINT, 11))
    if vertex.state:
        parts.append(_badge(vertex.state, box))
    return "".join([*parts, "</g>"])


def _ring(vertex: Vertex, box: Box) -> str:
    """A second outline round the start."""
    corner = 0 if vertex.key.kind == "execution" else 18
    return (
        f'<rect class="gm-ring" x="{_n(box.x - 4.5)}" y="{_n(box.y - 4.5)}" width="{_n(box.width + 9)}"'
        f' height="{_n(box.height + 9)}" rx="{corner}" fill="none" stroke="{INK}" stroke-width="2"/>'
    )


def _badge(state: str, box: Box) -> str:
    text = state.replace("_", " ").lower()
    width = _measure(text, 10, bold=True) + 12
    x = box.x + box.width - width - 6
    return (
        f'<rect x="{_n(x)}" y="{_n(box.y - 8)}" width="{_n(width)}" height="15" rx="7.5"'
        f' fill="{BADGES.get(state, BADGE)}"/>'
        f"{_text(x + width / 2, box.y + 3, text, 'gm-badge', '#ffffff', 10, bold=True)}"
    )


# ---------------------------------------------------------------- below the picture


def _legend(graph: Graph) -> Iterator[tuple[float, Vertex | None, str]]:
    """What the shapes and colours mean, as far as they occur: (x, an example, text)."""
    x = MARGIN
    examples: dict[tuple[str, str], Vertex] = {}
    for vertex in graph.vertices:
        examples.setdefault((vertex.key.kind, vertex.role or ""), vertex)
    for (kind, role), vertex in sorted(examples.items()):
        text = role or ("Other artifact" if kind == "artifact" else "Other step")
        yield x, vertex, text
        x += 26 + _measure(text, 11) + 18
    yield x, None, "Double outline: what was asked about"


def _below(graph: Graph, notes: Sequence[tuple[float, Vertex | None, str]], top: float) -> Iterator[str]:
    y = top
    if graph.left_out:
        shown = len(graph.vertices)
        sentence = f"The {shown} nodes nearest to {graph.start.label} are drawn; {graph.left_out} more are left out."
        yield _text(MARGIN, y, shortened(sentence, 120), "gm-ink", INK, 12, anchor="start", bold=True)
        y += LEGEND_LINE
    for x, vertex, text in notes:
        if vertex is None:
            yield _text(x, y, text, "gm-faint", FAINT, 11, anchor="start")
            continue
        name = hue(vertex.role)
        tone = TONES[name]
        if vertex.key.kind == "execution":
            yield (
                f'<rect class="gm-grey gm-step" x="{_n(x)}" y="{_n(y - 10)}" width="18" height="12" fill="{STEP}"'
                f' stroke="{TONES["grey"].line}"/><rect class="gm-bar-{name}" x="{_n(x)}" y="{_n(y - 10)}" width="5"'
                f' height="12" fill="{tone.line}"/>'
            )
        else:
            yield (
                f'<rect class="gm-{name}" x="{_n(x)}" y="{_n(y - 10)}" width="18" height="12" rx="5"'
                f' fill="{tone.face}" stroke="{tone.line}"/>'
            )
        yield _text(x + 26, y, text, "gm-faint", FAINT, 11, anchor="start")


# ---------------------------------------------------------------- text and numbers


def _text(
    x: float, y: float, text: str, style: str, colour: str, size: int, *, bold: bool = False, anchor: str = "middle"
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text class="{style}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{size}"{weight}'
        f' fill="{colour}">{escape(text)}</text>'
    )


def _width(vertex: Vertex) -> float:
    label = _measure(shortened(vertex.label, LABEL_CELLS), 13, bold=True)
    second = _measure(shortened(vertex.subtitle, LABEL_CELLS), 11)
    return max(NARROWEST, max(label, second) + 32)


def _measure(text: str, size: int, *, bold: bool = False) -> float:
    """About how wide a text is, in pixels: there is no font to ask."""
    ems = 0.0
    for character in text:
        if character in "ijl.,:;|!'`()[]{}/ ftI":
            ems += 0.33
        elif character in "mwMW@%—…":
            ems += 0.92
        elif character.isupper() or character in "&#<>=+~_":
            ems += 0.68
        else:
            ems += 0.57 * (cells(character) if not character.isascii() else 1)
    return ems * size * (1.1 if bold else 1.0)


def _n(number: float) -> str:
    """A coordinate with one decimal, or none."""
    text = f"{number:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"
