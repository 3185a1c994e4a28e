"""A lineage in Mermaid, which GitHub, GitLab and notebooks draw where it stands in Markdown."""

from __future__ import annotations

from graphmeta.query import Key, Lineage
from graphmeta.render.graph import Edge, Vertex, graph_of
from graphmeta.render.palette import TONES, hue

# All that has a meaning in a Mermaid label; `#` begins its own escapes.
_ESCAPES = str.maketrans({character: f"#{ord(character)};" for character in "#&<>\"'`\\{}[]()|$*_~%;@"})


def to_mermaid(lineage: Lineage) -> str:
    """All nodes and edges of a lineage as a flowchart from left to right."""
    graph = graph_of(lineage)
    hues = sorted({hue(vertex.role) for vertex in graph.vertices})
    lines = [
        "flowchart LR",
        *(f"  {_id(vertex.key)}{_shape(vertex)}:::{hue(vertex.role)}" for vertex in graph.vertices),
        *(f"  {_id(edge.source)} {_arrow(edge)} {_id(edge.target)}" for edge in graph.edges),
        *(_class(name) for name in hues),
        f"  style {_id(graph.start.key)} stroke-width:4px",
    ]
    for vertex in graph.vertices:
        if vertex.state or vertex.missing:
            lines.append(f"  style {_id(vertex.key)} stroke-dasharray:6 3")
    return "\n".join(lines) + "\n"


def _id(key: Key) -> str:
    return f"{key.kind}_{key.id}"


def _shape(vertex: Vertex) -> str:
    lines = [vertex.title, vertex.subtitle, *(words for _, words in vertex.badges)]
    text = "<br/>".join(line.translate(_ESCAPES) for line in lines)
    return f'["{text}"]' if vertex.key.kind == "execution" else f'("{text}")'


def _arrow(edge: Edge) -> str:
    return "-.->" if edge.planned or edge.hidden else "-->"


def _class(name: str) -> str:
    # One colour of text for both grounds: the faces are light on either.
    tone = TONES[name]
    return f"  classDef {name} fill:{tone.face},stroke:{tone.line},color:#1f2328"
