"""`/path?from=&to=`: how the data of one node reached another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from markupsafe import Markup

from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.pages import links
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, count, node
from graphmeta.pages.view import Page, View
from graphmeta.query import Key, path
from graphmeta.query.answers.ways import Path, Way
from graphmeta.query.flow import Edge
from graphmeta.query.routes import together
from graphmeta.render.graph import graph_of
from graphmeta.render.html import KEY, living
from graphmeta.render.safe import shortened
from graphmeta.render.svg import MOST_NODES, draw, key_text
from graphmeta.store import Store

WAYS, MOST_WAYS = 5, 50
MOST_READ = 8_000  # nodes that the target came of: what is further away is not looked through
LONGEST_WAY = 1000  # nodes of all ways together that are told; longer ones are counted


class StepJson(TypedDict):
    """One step of a way: the type of its event, and where it leads; `node` is null where it is not in the store."""

    event: str | None
    key: str
    node: NodeJson | None


class WayJson(TypedDict):
    """A way from the source to the target: the source itself first, without an event."""

    length: int
    steps: list[StepJson]


class PathJson(TypedDict):
    """The ways from one node to another, the shortest first; source and target are null until both are given.

    `more`: there are further ways. `shown`: which of them the picture marks, from 1.
    """

    source: NodeJson | None
    target: NodeJson | None
    ways: list[WayJson]
    more: bool
    shown: int
    notes: list[str]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """The ways between two nodes, or the question which ones are meant."""
    if asked["from"] is None or asked["to"] is None:
        nothing: PathJson = {"source": None, "target": None, "ways": [], "more": False, "shown": 1, "notes": []}
        return Page("How did this reach that?", nothing, lambda: {"picture": "", "backwards": None})
    found = path(store, asked["from"], asked["to"], limit=asked["limit"], most=MOST_READ)
    nodes = Nodes(store)
    source, target = nodes.json(found.source), nodes.json(found.target)
    data: PathJson = {
        "source": source,
        "target": target,
        "ways": [told(nodes, way) for way in found.ways],
        "more": found.more,
        "shown": min(asked["show"], max(1, len(found.ways))),
        "notes": [*found.notes],
    }

    def extra() -> Mapping[str, Any]:
        picture = _picture(store, found, data["shown"], asked) if found.ways else ""
        ends = {"from": f"{target['kind']}/{target['id']}", "to": f"{source['kind']}/{source['id']}"}
        return {"picture": Markup(picture), "backwards": links.link("/path", **ends, at=asked["at"])}  # noqa: S704

    return Page(f"How {shortened(source['title'], 60)} reached {shortened(target['title'], 60)}", data, extra)


def to_file(store: Store, asked: Mapping[str, Any]) -> str:
    """The picture as SVG that stands alone."""
    if asked["from"] is None or asked["to"] is None:
        raise InvalidArgumentError("A picture of the ways between two nodes takes both: from and to.")
    found = path(store, asked["from"], asked["to"], limit=asked["limit"], most=MOST_READ)
    if not found.ways:
        raise NotFoundError("No way leads from the one to the other, so there is nothing to draw.")
    shown = found.ways[min(asked["show"], len(found.ways)) - 1]
    return draw(graph_of(together(store, found), MOST_NODES), marked=_keys(shown.edges))


def told(nodes: Nodes, way: Way) -> WayJson:
    """A way, as the pages tell it."""
    keys = _keys(way.edges)
    events = [None, *(edge.type for edge in way.edges)]
    steps: list[StepJson] = [
        {"event": event, "key": key_text(key), "node": None if node is None else nodes.json(node)}
        for event, key, node in zip(events, keys, way.nodes, strict=True)
    ]
    return {"length": len(way), "steps": steps[:LONGEST_WAY]}


def _keys(edges: Sequence[Edge]) -> list[Key]:
    return [edges[0].source, *(edge.target for edge in edges)]


def _picture(store: Store, found: Path, shown: int, asked: Mapping[str, Any]) -> str:
    """All ways together, one of them marked."""
    picture = draw(
        graph_of(together(store, found), MOST_NODES),
        link=lambda vertex: links.node_link(*vertex.key, at=asked["at"]),
        marked=_keys(found.ways[shown - 1].edges),
        style=False,
    )
    lineage = links.link(f"/lineage/{KEY}", at=asked["at"])
    return living(picture, json=links.link(f"/{KEY}.json", at=asked["at"]), centre=lineage)


VIEW = View(
    "path",
    "/path",
    "How the data of one node reached another.",
    answer,
    PathJson,
    (
        node("from", "Where the ways begin: an artifact or an execution, by id or name."),
        node("to", "Where they end."),
        count("limit", "So many ways, the shortest.", WAYS, least=1, most=MOST_WAYS),
        count("show", "Which of the ways the picture marks.", 1, least=1, most=MOST_WAYS),
        AT,
    ),
    files={"svg": to_file},
)
