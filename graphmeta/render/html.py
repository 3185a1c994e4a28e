"""A lineage as one HTML file: the picture with all that makes it living, and everything that is known of its nodes.

The file asks nobody for anything: style and script are in it, and its policy lets nothing else run or load, whatever a
name or a property holds. Without a script it is a picture whose nodes lead to sections below it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from html import escape

from graphmeta.model import AnyNode, Execution, Value
from graphmeta.query import Key, Lineage
from graphmeta.query.production import state_of
from graphmeta.render import assets, words
from graphmeta.render.graph import Vertex, graph_of
from graphmeta.render.safe import shortened, visible
from graphmeta.render.svg import MOST_NODES, draw

KEY = "__key__"  # stands for `artifact/42` in the addresses that `living` is given
MOST_BYTES = 2_000_000  # of the two drawings of a file together
MOST_DETAILS = 500  # nodes that a file tells about
MOST_BESIDE = 50  # neighbours that one of them lists
LONGEST_VALUE = 10_000  # characters of a property


def to_html(lineage: Lineage, *, most: int = MOST_NODES, fold: bool = True, opened: Collection[Key] = ()) -> str:
    """Draw a lineage as an HTML document that stands alone.

    Args:
        lineage: what `graphmeta.lineage` returns.
        most: vertices drawn at most, those nearest to the start; the picture says how many are left out.
        fold: draw repeated runs as one, at first; both drawings are in the file where they are not too large.
        opened: what is not folded all the same.

    Returns:
        the document: the same text for the same lineage.
    """
    graph = graph_of(lineage, most, fold=fold, opened=opened)
    folds = [vertex for vertex in graph.vertices if vertex.folded]
    picture = draw(graph, link=_link, style=False)
    other, note = "", ""
    if folds:
        whole = graph_of(lineage, most)
        drawing = "" if whole.left_out else draw(whole, link=_link, style=False)
        if drawing and len(graph.vertices) + len(whole.vertices) <= most and len(picture + drawing) <= MOST_BYTES:
            other = drawing
        else:
            note = "Nodes that are alike are drawn as one. With --no-fold the file has each of them by itself."
    told = [member for vertex in graph.vertices for member in vertex.members]
    details = _Details(lineage, told[:MOST_DETAILS])
    if len(told) > MOST_DETAILS:
        note = f"{note} Of {len(told)} nodes the nearest {MOST_DETAILS} are told about below.".strip()
    title = f"Lineage of {details.name(lineage.start_key)}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(_sentence(lineage))} {escape(note)}</p>",
        living(picture, other=other, other_name="Show every node"),
        *details.table(),
        "<h2>Everything about them</h2>",
        *(_fold(vertex, details) for vertex in folds),
        *(details.section(key) for key in details.keys),
    ]
    return _document(title, body)


def living(
    picture: str,
    *,
    other: str = "",
    other_name: str = "",
    json: str | None = None,
    centre: str | None = None,
    path: str | None = None,
) -> str:
    """A picture with its tools, as `picture.js` and `picture.css` expect it; without a script just the picture.

    Args:
        picture: an SVG that `svg.draw` made.
        other: another drawing of the same, and what to call it; where there is none, there is no button for it.
        json: where the JSON of a node is, `__key__` standing for `artifact/42`; None where the document has a section
            for each (`about-artifact-42`).
        centre, path: the same of a node's own lineage and of the way to it, where there are such pages.
    """
    addresses = {"json": json, "centre": centre, "path": path}
    data = "".join(f' data-{name}="{escape(address)}"' for name, address in addresses.items() if address)
    more = '<button type="button" data-do="other" data-other="Fold what is alike">'
    return (
        f'<section class="gm-living" aria-label="Picture"{data}>'
        '<div class="gm-bar" role="group" aria-label="Tools of the picture" hidden>'
        '<label class="gm-find">Find in the picture <input type="search" autocomplete="off"'
        ' placeholder="name, type, URI, property"></label><output class="gm-found" aria-live="polite"></output>'
        '<button type="button" data-do="next">Next</button>'
        '<button type="button" data-do="larger" aria-label="Zoom in">+</button>'
        '<button type="button" data-do="smaller" aria-label="Zoom out">−</button>'
        '<button type="button" data-do="fit">Fit</button><button type="button" data-do="start">To the start</button>'
        f"{f'{more}{escape(other_name)}</button>' if other else ''}</div>"
        '<div class="gm-stage"><div class="gm-view" tabindex="0" role="group" aria-label="The picture: arrow keys'
        ' move it, + and − zoom, 0 shows all; at a node, arrow keys lead along the edges">'
        f'{picture}</div><div class="gm-details" role="region" aria-live="polite" aria-label="Details" hidden></div>'
        f"</div>{f'<template>{other}</template>' if other else ''}</section>"
    )


def _document(title: str, body: Iterable[str]) -> str:
    files = assets.files()
    style, script = files["picture.css"], files["picture.js"]
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = [
        '<!doctype html>\n<html lang="en" class="gm-file">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>\n</head>\n<body>\n<main>",
        *body,
        f"</main>\n<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _digest(text: str) -> str:
    """What a policy calls a script or a style sheet."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


def _sentence(lineage: Lineage) -> str:
    artifacts = sum(key.kind == "artifact" for key in lineage.nodes)
    executions = len(lineage.nodes) - artifacts
    said = f"{words.several(artifacts, 'artifact')} and {words.several(executions, 'execution')}"
    sides = [
        f"{'all' if steps is None else words.several(steps, 'step')} {side}"
        for side, steps in zip(("upstream", "downstream"), lineage.hops, strict=True)
    ]
    return f"{said}: {' and '.join(sides)}."


# ---------------------------------------------------------------- the nodes


def _link(vertex: Vertex) -> str:
    return f"#{'fold' if vertex.folded else 'about'}-{vertex.key.kind}-{vertex.key.id}"


def _fold(vertex: Vertex, details: _Details) -> str:
    """The nodes that one vertex stands for."""
    name = f"fold-{vertex.key.kind}-{vertex.key.id}"
    return f'<section id="{name}"><h3>{escape("".join(vertex.named))}</h3>{details.listed(vertex.members)}</section>'


class _Details:
    """What a file tells of these nodes of a lineage."""

    def __init__(self, lineage: Lineage, keys: Sequence[Key]) -> None:
        self._lineage = lineage
        self.keys = keys
        self._told = frozenset(keys)

    def name(self, key: Key) -> str:
        """What a node is called."""
        node = self._lineage.nodes.get(key)
        return f"{key.kind}/{key.id}" if node is None else visible(shortened(words.with_id(node), 200))

    def table(self) -> Iterator[str]:
        """The picture in rows, for those who do not see it."""
        yield (
            '<h2>The picture as a table</h2>\n<div class="wide" tabindex="0" role="region" aria-label="Nodes"><table>'
            "<caption>Steps from the start: negative upstream, positive downstream.</caption><thead><tr>"
            '<th scope="col">steps</th><th scope="col">node</th><th scope="col">type</th><th scope="col">state</th>'
            '<th scope="col">made by, or made of</th></tr></thead><tbody>'
        )
        for depth, key in sorted((self._lineage.depth(key), key) for key in self.keys):
            node = self._lineage.nodes.get(key)
            type, state = ("", "not in the store") if node is None else (_cut(node.type), _state(node))
            yield (
                f'<tr><td>{depth}</td><th scope="row">{self._to(key)}</th><td>{escape(type)}</td>'
                f"<td>{escape(state)}</td><td>{', '.join(map(self._to, self._before(key)[:MOST_BESIDE]))}</td></tr>"
            )
        yield "</tbody></table></div>"

    def section(self, key: Key) -> str:
        """One node: all its properties, and what is beside it."""
        made = key.kind == "artifact"
        after = list(dict.fromkeys(edge.target for edge in self._lineage.children(key)))
        parts = [f'<section id="about-{key.kind}-{key.id}"><h3>{escape(self.name(key))}</h3><dl class="facts">']
        parts += [f"<dt>{escape(name)}</dt><dd>{_text(text)}</dd>" for name, text in self._facts(key) if text]
        parts.append("</dl>")
        for title, keys in (("Made by" if made else "Used", self._before(key)), ("Used by" if made else "Made", after)):
            if keys:
                parts.append(f"<h4>{title}</h4>{self.listed(keys)}")
        return "".join([*parts, "</section>"])

    def listed(self, keys: Sequence[Key]) -> str:
        """Some nodes, each with a link to what is told of it."""
        items = [f"<li>{self._to(key)}</li>" for key in keys[:MOST_BESIDE]]
        if len(keys) > MOST_BESIDE:
            items.append(f"<li>and {len(keys) - MOST_BESIDE} more</li>")
        return f"<ul>{''.join(items)}</ul>"

    def _to(self, key: Key) -> str:
        name = escape(self.name(key))
        return f'<a href="#about-{key.kind}-{key.id}">{name}</a>' if key in self._told else name

    def _before(self, key: Key) -> list[Key]:
        return list(dict.fromkeys(edge.source for edge in self._lineage.parents(key)))

    def _facts(self, key: Key) -> Iterator[tuple[str, str]]:
        yield "Node", f"{key.kind}/{key.id}"
        node = self._lineage.nodes.get(key)
        if node is None:
            yield "State", "not in the store"
            return
        yield "Type", node.type
        yield "Name", node.name or ""
        yield "State", _state(node)
        yield "URI", getattr(node, "uri", None) or ""
        yield "Created", words.time(node.created)
        yield "Updated", words.time(node.updated)
        for held in (node.properties, node.custom_properties):
            for name, value in sorted(held.items()):
                yield _cut(name), _value(name, value)


def _state(node: AnyNode) -> str:
    state = state_of(node) if isinstance(node, Execution) else getattr(node, "state", None)
    return state.replace("_", " ").lower() if state else ""


def _cut(text: str) -> str:
    return visible(shortened(text, words.LONGEST_NAME))


def _value(key: str, held: Value) -> str:
    return json.dumps(held, ensure_ascii=False, indent=2) if isinstance(held, dict) else words.property_value(key, held)


def _text(text: str) -> str:
    """A text of bounded length that nothing in it can leave."""
    lines = [visible(line) for line in shortened(text, LONGEST_VALUE).split("\n")]
    return f"<pre>{escape(chr(10).join(lines))}</pre>" if len(lines) > 1 else escape(lines[0])
