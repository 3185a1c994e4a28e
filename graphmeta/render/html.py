"""A lineage as one HTML file: the picture with all that makes it living, and everything that is known of its nodes.

The file asks nobody for anything: style and script are in it, and its policy lets nothing else run or load, whatever a
name or a property holds. Without a script it is a picture whose nodes lead to sections below it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterable
from html import escape

from graphmeta.query import Key, Lineage
from graphmeta.render import assets, words
from graphmeta.render.details import Details
from graphmeta.render.graph import Graph, Vertex, cut_short, graph_of
from graphmeta.render.svg import MOST_NODES, draw

KEY = "__key__"  # stands for `artifact/42` in the addresses that `living` is given
MOST_BYTES = 2_000_000  # about, of a file: of its drawings, and of what it tells about nodes what they leave, or half
MOST_DETAILS = 500  # nodes that a file tells about


def to_html(
    lineage: Lineage,
    *,
    most: int = MOST_NODES,
    fold: bool = True,
    opened: Collection[Key] = (),
    incomplete: str | None = None,
    advice: str = "",
) -> str:
    """Draw a lineage as an HTML document that stands alone.

    Args:
        lineage: what `graphmeta.lineage` returns.
        most: vertices drawn at most, those nearest to the start, and fewer where they have thousands of edges; the
            picture says how many are left out.
        fold: draw repeated runs as one, at first; both drawings are in the file where they are not too large.
        opened: what is not folded all the same.
        incomplete: of a lineage that was not read to its end, a sentence that says so; the file shows it.
        advice: a sentence on how to get a file with every node, where this one only has the folds.

    Returns:
        the document: the same text for the same lineage. Of a node at most `MOST_PROPERTIES` are in it, cut to
        `LONGEST_VALUE` characters; once a file is large, fewer, and it says how many are left out.

    Raises:
        ReadGivenUpError: see `patience.check`.
    """
    graph = graph_of(lineage, most, fold=fold, opened=opened)
    if incomplete:
        graph = cut_short(graph, incomplete)
    folds = [vertex for vertex in graph.vertices if vertex.folded]
    picture = draw(graph, link=_link, style=False)
    other = _unfolded(lineage, most, graph, picture, incomplete) if folds else ""
    told = [member for vertex in graph.vertices for member in vertex.members]
    notes = []
    if graph.left_out:  # the picture says so as well, but in a corner that may be out of sight
        notes.append(f"The nearest {len(told)} are drawn; {graph.left_out} more are left out.")
    if folds and not other:
        notes.append(f"Nodes that are alike are drawn as one. {advice}".strip())
    if len(told) > MOST_DETAILS:
        notes.append(f"Of {len(told)} nodes the nearest {MOST_DETAILS} are told about below.")
    room = max(MOST_BYTES - len(picture + other), MOST_BYTES // 2)
    details = Details(lineage, told[:MOST_DETAILS], room, cut_short=bool(incomplete))
    title = f"Lineage of {details.name(lineage.start_key)}"
    body = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(_sentence(lineage, incomplete))} {escape(' '.join(notes))}</p>",
        living(picture, other=other, other_name="Show every node"),
        *details.table(),
        "<h2>Everything about them</h2>",
        *(_fold(vertex, details) for vertex in folds),
        *(details.section(key) for key in details.keys),
    ]
    return _document(title, body)


def _unfolded(lineage: Lineage, most: int, folded: Graph, picture: str, incomplete: str | None) -> str:
    """The drawing of every node, where it is not too large to be in one file with the folded one; else ''."""
    whole = graph_of(lineage, most)
    if whole.left_out or len(folded.vertices) + len(whole.vertices) > most:
        return ""
    drawing = draw(whole, link=_link, style=False, incomplete=incomplete)
    return drawing if len(picture + drawing) <= MOST_BYTES else ""


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


def _sentence(lineage: Lineage, incomplete: str | None) -> str:
    artifacts = sum(key.kind == "artifact" for key in lineage.nodes)
    executions = len(lineage.nodes) - artifacts
    said = f"{words.several(artifacts, 'artifact')} and {words.several(executions, 'execution')}"
    if incomplete:
        return f"{said}, which are not all. {words.sentence(incomplete)}"
    sides = [
        f"{'all' if steps is None else words.several(steps, 'step')} {side}"
        for side, steps in zip(("upstream", "downstream"), lineage.hops, strict=True)
    ]
    return f"{said}: {' and '.join(sides)}."


# ---------------------------------------------------------------- the nodes


def _link(vertex: Vertex) -> str:
    return f"#{'fold' if vertex.folded else 'about'}-{vertex.key.kind}-{vertex.key.id}"


def _fold(vertex: Vertex, details: Details) -> str:
    """The nodes that one vertex stands for."""
    name = f"fold-{vertex.key.kind}-{vertex.key.id}"
    return f'<section id="{name}"><h3>{escape("".join(vertex.named))}</h3>{details.listed(vertex.members)}</section>'
