"""`/lineage/artifact/42`: what a node was made from and what was made from it, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

from markupsafe import Markup

from graphmeta.errors import NotFoundError
from graphmeta.pages import links
from graphmeta.pages.asked import lineage_as_cypher
from graphmeta.pages.drawn import DrawnJson, EdgeJson, FoldJson, edges_of, folds_of, nodes_of
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, choice, names, node, steps, text
from graphmeta.pages.view import Page, View
from graphmeta.query import Key, Lineage
from graphmeta.query.excerpt import Excerpt, excerpt
from graphmeta.query.flow import key_of
from graphmeta.query.lookup import node_with_id
from graphmeta.query.naming import resolve
from graphmeta.render.graph import Graph, Vertex, graph_of
from graphmeta.render.html import KEY, living, to_html
from graphmeta.render.safe import shortened
from graphmeta.render.svg import MOST_NODES, draw, key_text
from graphmeta.render.words import several
from graphmeta.store import Store

STEPS = 3
MOST_READ = 1000  # nodes on each side: enough for a picture, and for the folds in it


class GoesOnJson(TypedDict):
    """Whether more lies upstream and downstream, behind the steps that were asked for."""

    up: bool
    down: bool


class LineageJson(TypedDict):
    """A lineage, as far as it is drawn.

    `left_out`: nodes that were read and are not drawn; `complete`: whether all was read. `types`: of all nodes that
    were read, before any was left out. `way`: the nodes between the start and `to`.
    """

    start: NodeJson
    nodes: list[DrawnJson]
    missing: list[str]
    edges: list[EdgeJson]
    folds: list[FoldJson]
    drawn: int
    left_out: int
    complete: bool
    goes_on: GoesOnJson
    types: list[str]
    way: list[str]
    notes: list[str]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """The lineage of one node, so much of it as can be drawn."""
    found = _found(store, asked)
    graph = _graph(found.lineage, asked)
    nodes = Nodes(store)
    start = nodes.json(found.lineage.start)
    way, notes = _way(store, found.lineage, asked["to"])
    notes += _notes(found, graph)
    told = nodes_of(found.lineage, nodes, graph)
    drawn = {f"{key.kind}/{key.id}" for key in graph.index}
    data: LineageJson = {
        "start": start,
        "nodes": told,
        "missing": [text for key in found.lineage.missing if (text := key_text(key)) in drawn],
        "edges": edges_of(graph),
        "folds": folds_of(graph),
        "drawn": len(graph.vertices),
        "left_out": graph.left_out,
        "complete": found.complete,
        "goes_on": {"up": found.further[0], "down": found.further[1]},
        "types": sorted({each.type for each in found.unfiltered.nodes.values()}),
        "way": [key_text(key) for key in way],
        "notes": notes,
    }

    def extra() -> Mapping[str, Any]:
        picture = draw(
            graph,
            link=lambda vertex: _address(vertex, asked),
            marked=way,
            style=False,
            incomplete=_incomplete(found),
        )
        return {
            "picture": Markup(_living(picture, asked)),  # noqa: S704 (the renderer escapes all texts)
            "cypher": lineage_as_cypher(
                store, found.lineage.start_key, *_hops(asked), found.lineage.nodes, asked["within"]
            ),
            "titles": {f"{each['kind']}/{each['id']}": each["title"] for each in told},
            "hops": {"up": asked["up"], "down": asked["down"]},
            "centre": lambda key: _here(asked, key),
            "ways": lambda each: _ways(asked, each),
        }

    return Page(f"Lineage of {shortened(start['title'], 100)}", data, extra)


def to_file(store: Store, asked: Mapping[str, Any]) -> str:
    """The picture as SVG that stands alone."""
    found = _found(store, asked)
    way, _ = _way(store, found.lineage, asked["to"])
    return draw(_graph(found.lineage, asked), marked=way, incomplete=_incomplete(found))


def to_document(store: Store, asked: Mapping[str, Any]) -> str:
    """The picture as an HTML file that stands alone."""
    found = _found(store, asked)
    return to_html(found.lineage, fold=asked["fold"] == "run", opened=_opened(asked), incomplete=_incomplete(found))


# ---------------------------------------------------------------- what is drawn


def _found(store: Store, asked: Mapping[str, Any]) -> Excerpt:
    kind = asked["kind"]
    if kind not in ("artifact", "execution"):
        raise NotFoundError(f"There is no lineage of a {shortened(kind, 30)}: it is of artifacts and of executions.")
    start = node_with_id(store, kind, asked["id"])
    if start is None:
        raise NotFoundError(f"There is no {kind} {asked['id']} in this store. The list of {kind}s has what there is.")
    up, down = _hops(asked)
    return excerpt(
        store,
        start,
        up=up,
        down=down,
        most=MOST_READ,
        types=asked["type"] or None,
        until=asked["until"] or None,
        within=asked["within"],
    )


def _incomplete(found: Excerpt) -> str | None:
    """The sentence for a lineage that was not read to its end."""
    if found.complete:
        return None
    return f"There is more: reading stopped at {MOST_READ:,} nodes on a side, or at very many events."


def _hops(asked: Mapping[str, Any]) -> tuple[int | None, int | None]:
    return tuple(None if asked[side] == "all" else asked[side] for side in ("up", "down"))  # type: ignore[return-value]


def _opened(asked: Mapping[str, Any]) -> list[Key]:
    """The keys of the folds that were opened; what is no key opens nothing."""
    found = []
    for each in asked["open"]:
        kind, _, id = each.partition("/")
        if kind in ("artifact", "execution") and id.isascii() and id.isdigit() and len(id) < 20:
            found.append(Key(kind, int(id)))
    return found


def _graph(lineage: Lineage, asked: Mapping[str, Any]) -> Graph:
    return graph_of(lineage, MOST_NODES, fold=asked["fold"] == "run", opened=_opened(asked))


def _way(store: Store, lineage: Lineage, to: str | None) -> tuple[Collection[Key], list[str]]:
    """The nodes on all ways between the start and a node, and what there is to say of it."""
    if to is None:
        return frozenset(), []
    target = resolve(store, to, kinds=("artifact", "execution"))
    key = key_of(target)  # type: ignore[arg-type]  # of one of these kinds
    ways = between(lineage, lineage.start_key, key) | between(lineage, key, lineage.start_key)
    if not ways:
        said = f"No way between the start and {key_text(key)} is drawn here. The page of paths looks further."
        return frozenset(), [said]
    return ways, []


def between(lineage: Lineage, source: Key, target: Key) -> frozenset[Key]:
    """Every node on a way along the data from one node to another, the two included; none where there is no way."""
    return _reached(source, lineage, down=True) & _reached(target, lineage, down=False)


def _reached(start: Key, lineage: Lineage, *, down: bool) -> frozenset[Key]:
    seen = {start: None}
    waiting = [start]
    while waiting:
        key = waiting.pop()
        near = [edge.target for edge in lineage.children(key)] if down else [e.source for e in lineage.parents(key)]
        new = [each for each in near if each not in seen]
        seen.update(dict.fromkeys(new))
        waiting += new
    return frozenset(seen)


def _notes(found: Excerpt, graph: Graph) -> list[str]:
    notes = []
    if not found.complete:
        start = key_text(found.lineage.start_key)
        notes.append(
            f"{_incomplete(found)} With until, within or fewer steps less is read, and so all of it may be here; a "
            f"type only hides some of what was read. `graphmeta lineage {start}` reads all there is, and "
            f"`graphmeta impact {start}` counts everything downstream."
        )
    on = [where for where, further in zip(("upstream", "downstream"), found.further, strict=True) if further]
    if on and found.complete:
        notes.append(f"It goes on {' and '.join(on)}, behind the steps that are shown.")
    if graph.left_out:
        notes.append(f"Not drawn: {several(graph.left_out, 'node')} further away.")
    return notes


# ---------------------------------------------------------------- addresses


def _here(asked: Mapping[str, Any], key: str, **changes: Any) -> str:
    """The lineage of a node, asked for likewise; of another one without what is about this one."""
    same = key == f"{asked['kind']}/{asked['id']}"
    kept = {name: value for name, value in asked.items() if name not in ("kind", "id")}
    return links.changed(f"/lineage/{key}", kept if same else {**kept, "open": (), "to": None}, **changes)


def _ways(asked: Mapping[str, Any], other: DrawnJson) -> str:
    """The page that lists the ways between the start and another node, in the direction of the data."""
    ends = [f"{asked['kind']}/{asked['id']}", f"{other['kind']}/{other['id']}"]
    source, target = ends if other["depth"] > 0 else reversed(ends)
    return links.link("/path", **{"from": source, "to": target}, at=asked["at"])


def _address(vertex: Vertex, asked: Mapping[str, Any]) -> str:
    """Where a node of the picture leads: to its page; a fold to the same page, where it is open."""
    if not vertex.folded:
        return links.node_link(*vertex.key, at=asked["at"])
    return _here(asked, f"{asked['kind']}/{asked['id']}", open=(*asked["open"], key_text(vertex.key)))


def _living(picture: str, asked: Mapping[str, Any]) -> str:
    here = f"{asked['kind']}/{asked['id']}"
    # Not `_here(…, to=KEY)`: in a query string the key's slash would be written otherwise.
    return living(
        picture,
        json=links.link(f"/{KEY}.json", at=asked["at"]),
        centre=_here(asked, KEY),
        path=_here(asked, here, to=KEY),
    )


def _rows(data: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    head = ("depth", "kind", "id", "type", "title", "state", "before")
    return [head, *([*(each[name] for name in head[:-1]), " ".join(each["before"])] for each in data["nodes"])]


VIEW = View(
    "lineage",
    "/lineage/{kind}/{id:int}",
    "What a node was made from, and what was made from it.",
    answer,
    LineageJson,
    (
        steps("up", "Node steps upstream: from an artifact to the step that made it is one.", STEPS),
        steps("down", "Node steps downstream.", STEPS),
        text("type", "Only nodes of these types or roles; those between them are counted.", many=True),
        text("until", "Not beyond nodes of these types or roles.", many=True),
        text("within", "Only what belongs to this run or other context."),
        choice("fold", "Whether repeated runs are drawn as one.", ("run", "none"), "run"),
        names("open", "Folds that are drawn node by node all the same."),
        node("to", "The way between the start and this node is marked."),
        AT,
    ),
    _rows,
    {"svg": to_file, "html": to_document},
)
