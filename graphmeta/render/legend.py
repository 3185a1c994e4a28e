"""What stands above and below a picture: what is left out, what is folded, and what shapes and colours mean."""

from __future__ import annotations

from collections.abc import Iterator

from graphmeta.render.graph import Graph, Vertex
from graphmeta.render.lettering import measured, number, written
from graphmeta.render.palette import STEP, TONES, hue
from graphmeta.render.safe import shortened, visible
from graphmeta.render.shapes import bar, sign
from graphmeta.render.words import several

LINE = 26.0  # from a line of the legend to the next
_EXAMPLE = 26.0  # the width of an example of a shape
_GAP = 18.0


def sentences(graph: Graph) -> list[str]:
    """What a picture does not show, in whole sentences."""
    found = [shortened(visible(graph.incomplete), 300)] if graph.incomplete else []
    total, upstream, downstream = graph.omitted
    if total:
        shown = len({member for vertex in graph.vertices for member in vertex.members})
        where = [f"{count} {side}" for count, side in ((upstream, "upstream"), (downstream, "downstream")) if count]
        sides = f": {' and '.join(where)}" if where else ""
        are = "is" if total == 1 else "are"
        nearest = f" nearest to {shortened(graph.start.label, 60)}" if graph.start.start else ""
        found.append(f"The {shown} nodes{nearest} are drawn; {total} more {are} left out{sides}.")
    folded = [len(vertex.members) for vertex in graph.vertices if vertex.folded]
    if folded:
        stacks = "A stack stands" if len(folded) == 1 else f"{len(folded)} stacks stand"
        or_more = " or more" if graph.incomplete else ""
        found.append(f"{stacks} for {several(sum(folded), 'node')}{or_more} that are alike and used alike.")
    return found


def legend(graph: Graph, width: float) -> tuple[list[str], float]:
    """The shapes and colours that occur, and what they mean; lines are broken at `width`.

    Returns:
        the elements, with the legend's left upper corner at (0, 0), and the height.
    """
    examples: dict[tuple[str, str], Vertex] = {}
    for vertex in graph.vertices:
        examples.setdefault((vertex.key.kind, vertex.role or ""), vertex)
    entries: list[tuple[Vertex | None, str]] = [
        (vertex, role or ("Other artifact" if kind == "artifact" else "Other step"))
        for (kind, role), vertex in sorted(examples.items())
    ]
    parts: list[str] = []
    x, y = 0.0, 14.0
    if graph.start.start:
        entries.append((None, "Double outline: what was asked about"))
    for example, text in entries:
        needed = (_EXAMPLE if example else 0) + measured(text, 11)
        if x and x + needed > width:
            x, y = 0.0, y + LINE
        if example is not None:
            parts.extend(_example(example, x, y - 12))
        parts.append(written(x + (_EXAMPLE if example else 0), y, text, "gm-faint", 11))
        x += needed + _GAP
    return parts, y + 10


def _example(vertex: Vertex, x: float, y: float) -> Iterator[str]:
    name = hue(vertex.role)
    place = f'x="{number(x)}" y="{number(y)}" width="20" height="16"'
    if vertex.key.kind == "execution":
        yield f'<rect class="gm-grey gm-step" {place} fill="{STEP.light}" stroke="{TONES["grey"].line}"/>'
        yield bar(vertex.role, x, y, 4, 16)
        yield sign(vertex.role, x + 6.5, y + 2.5, 0.7)
    else:
        tone = TONES[name]
        yield f'<rect class="gm-{name}" {place} rx="5" fill="{tone.face}" stroke="{tone.line}"/>'
        yield sign(vertex.role, x + 4.5, y + 2.5, 0.7)
