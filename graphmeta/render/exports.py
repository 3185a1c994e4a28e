"""Graphs in the forms that other programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO, Any

import networkx

# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_graphml(graph: networkx.MultiDiGraph, file: IO[bytes]) -> None:
    """Write a graph as GraphML, which yEd, Gephi and Cytoscape read. Nodes are called `artifact/1`. There an attribute
    has one type: where it holds integers and floats they are floats, and where it holds anything else beside another
    type, or a struct or a path, all are JSON texts. Characters that XML cannot hold are U+FFFD."""
    plain = networkx.relabel_nodes(graph, {key: _name(key) for key in graph})
    _make_uniform([attributes for _, attributes in plain.nodes(data=True)])
    _make_uniform([attributes for _, _, attributes in plain.edges(data=True)])
    networkx.write_graphml(plain, file)


def _make_uniform(elements: Sequence[dict[str, Any]]) -> None:
    """Give every attribute one type in all elements."""
    types: dict[str, set[type]] = {}
    for attributes in elements:
        for name, value in attributes.items():
            types.setdefault(name, set()).add(type(value))
    casts = {name: _cast(found) for name, found in types.items()}
    for attributes in elements:
        held = {_xml(name): casts[name](value) for name, value in attributes.items()}
        attributes.clear()
        attributes.update(held)


def _cast(found: set[type]) -> Callable[[Any], Any]:
    """What makes one type of several."""
    if found == {str}:
        return _xml
    if found in ({bool}, {int}):
        return found.pop()
    return float if found <= {int, float} else lambda value: _xml(json.dumps(value))


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _name(key: tuple[str, int]) -> str:
    return f"{key[0]}/{key[1]}"


def to_node_link(graph: networkx.MultiDiGraph, file: IO[bytes]) -> None:
    """Write a graph as node-link JSON, which d3 reads, and networkx (`node_link_graph(document, edges="links")`). Nodes
    are called `artifact/1`; the `key` of a link that is an event is the event's id."""
    file.write(b'{"directed": true, "multigraph": true, "graph": {}, "nodes": [')
    _write_all(file, ({**attributes, "id": _name(key)} for key, attributes in graph.nodes(data=True)))
    file.write(b'], "links": [')
    ends = graph.edges(keys=True, data=True)
    _write_all(file, ({**held, "source": _name(a), "target": _name(b), "key": key} for a, b, key, held in ends))
    file.write(b"]}\n")


def _write_all(file: IO[bytes], elements: Iterable[dict[str, Any]]) -> None:
    for place, element in enumerate(elements):
        file.write(b",\n" if place else b"\n")
        file.write(json.dumps(element, ensure_ascii=True, allow_nan=False).encode("ascii"))


EXPORTS: Mapping[str, Callable[[networkx.MultiDiGraph, IO[bytes]], None]] = {
    "graphml": to_graphml,
    "json": to_node_link,
}
