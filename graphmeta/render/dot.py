"""A lineage in DOT, for Graphviz and what reads its language."""

from __future__ import annotations

from graphmeta.query import Key, Lineage
from graphmeta.render.graph import Edge, Vertex, graph_of
from graphmeta.render.palette import TONES, hue


def to_dot(lineage: Lineage) -> str:
    """All nodes and edges of a lineage as a digraph from left to right."""
    graph = graph_of(lineage)
    lines = [
        "digraph lineage {",
        "  rankdir=LR;",
        '  node [fontname="Helvetica,Arial,sans-serif", fontsize=11];',
        '  edge [color="#8c959f"];',
        *(f"  {_id(vertex.key)} [{_attributes(vertex)}];" for vertex in graph.vertices),
        *(f"  {_id(edge.source)} -> {_id(edge.target)}{_style(edge)};" for edge in graph.edges),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _id(key: Key) -> str:
    return f"{key.kind}_{key.id}"


def _attributes(vertex: Vertex) -> str:
    tone = TONES[hue(vertex.role)]
    execution = vertex.key.kind == "execution"
    lines = [vertex.title, vertex.subtitle, *(words for _, words in vertex.badges)]
    styles = ["filled"] + ([] if execution else ["rounded"]) + (["dashed"] if vertex.state or vertex.missing else [])
    attributes = {
        "label": "\\n".join(_escaped(line) for line in lines),  # Graphviz's own line break
        "tooltip": _escaped(vertex.full),
        "shape": "box",
        "style": ",".join(styles),
        "color": tone.line,
        "fillcolor": "#ffffff" if execution else tone.face,
        "penwidth": "3" if vertex.start else "1.4",
    }
    return ", ".join(f'{name}="{value}"' for name, value in attributes.items())


def _style(edge: Edge) -> str:
    return " [style=dashed]" if edge.planned else " [style=dotted]" if edge.hidden else ""


def _escaped(text: str) -> str:
    """Quotes and backslashes have a meaning in DOT, and Graphviz replaces what looks like an HTML entity."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
