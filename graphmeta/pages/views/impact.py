"""`/impact/artifact/42`: everything that came of a node, and what to run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from markupsafe import Markup

from graphmeta.errors import NotFoundError
from graphmeta.model import AnyNode, Artifact, Context, Execution
from graphmeta.pages.choosing import NEAREST, PLANNED, reference
from graphmeta.pages.links import node_link
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, count, flag
from graphmeta.pages.planned import PlanJson, SomeJson, plan_json, some
from graphmeta.pages.view import Page, View
from graphmeta.query import impact, lineage
from graphmeta.query.answers.impact import Impact
from graphmeta.query.belonging import within
from graphmeta.query.flow import Key, key_of
from graphmeta.query.lookup import node_with_id
from graphmeta.query.production import is_run
from graphmeta.query.reading import Reader
from graphmeta.render.graph import Graph, Vertex, graph_of
from graphmeta.render.svg import draw
from graphmeta.render.words import title as title_of
from graphmeta.store import Store

_ROWS = 100
_DRAWN = 100  # nodes at most: of more a picture says little
_RUNS = 20
_MOST_RUNS = 10  # of a model


class AffectedJson(TypedDict):
    """A node that came of the one asked about; `distance` counts node steps down to it, `runs` are the first and
    the last that it belongs to, of a model those of the steps that made it; `deployed` is of models."""

    node: NodeJson
    model: bool
    distance: int
    runs: list[NodeJson]
    deployed: bool


class ImpactJson(TypedDict):
    """Everything that came of a node: models first, then the other artifacts, then steps, each nearest first; one page
    of them. `artifacts` and `executions` count the others by type. `complete` says whether that is all there is: of a
    great many nodes only the nearest are looked at, and then every number, `models` too, is the least that it may be.
    """

    node: NodeJson
    rows: list[AffectedJson]
    total: int
    models: int
    artifacts: dict[str, int]
    executions: dict[str, int]
    runs: SomeJson
    complete: bool
    page: int
    pages: int
    plan: PlanJson | None
    notes: list[str]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """Everything that came of a node."""
    start = _start(store, asked["kind"], asked["id"])
    nodes = Nodes(store)
    found = impact(store, start, most=NEAREST)
    total = len(found.models) + len(found.others)
    pages = max(1, -(-total // asked["limit"]))
    page = min(asked["page"], pages)
    first = (page - 1) * asked["limit"]
    data: ImpactJson = {
        "node": nodes.json(start),
        "rows": _rows(store, nodes, found, first, asked["limit"]),
        "total": total,
        "models": len(found.models),
        "artifacts": dict(found.artifacts),
        "executions": dict(found.executions),
        "runs": some(nodes, found.runs, _RUNS),
        "complete": found.complete,
        "page": page,
        "pages": pages,
        "plan": plan_json(store, nodes, start, asked["limit"]) if asked["plan"] else None,
        "notes": [*found.notes],
    }

    def extra() -> dict[str, Any]:
        draws = _draws(found)
        return {
            "reference": reference(start),
            "picture": Markup(draw(_graph(store, start), link=_link, style=False)) if draws else "",  # noqa: S704 (escaped by `svg`)
            "first": first,
            "most": NEAREST,
            "planned": PLANNED,
        }

    return Page(f"What came of {title_of(start)}", data, extra)


def to_file(store: Store, asked: Mapping[str, Any]) -> str:
    """The graph of what came of it as SVG that stands alone."""
    start = _start(store, asked["kind"], asked["id"])
    if not _draws(impact(store, start, most=NEAREST)):
        raise NotFoundError(
            f"There is no picture of what came of {reference(start)}: it is nothing, or more than {_DRAWN} nodes. The "
            "page of its lineage draws the nearest of them."
        )
    return draw(_graph(store, start))


def _draws(found: Impact) -> bool:
    return found.complete and 0 < len(found.models) + len(found.others) <= _DRAWN


def _start(store: Store, kind: str, id: int) -> Artifact | Execution:
    found: AnyNode | None = None
    if kind in ("artifact", "execution"):
        found = node_with_id(store, kind, id)  # type: ignore[arg-type]  # one of the two
    if not isinstance(found, (Artifact, Execution)):
        raise NotFoundError(f"There is no {kind[:50]} {str(id)[:30]} of which something could come.")
    return found


def _rows(store: Store, nodes: Nodes, found: Impact, first: int, limit: int) -> list[AffectedJson]:
    """One page of what came of the node."""
    models = {key_of(each.model): each for each in found.models}
    others = sorted(found.others, key=lambda key: (key.kind, found.others[key], key.id))
    shown = [*models, *others][first : first + limit]
    known = Reader(store).nodes(key for key in shown if key not in models)
    runs_of = _runs_of(store, known)
    rows: list[AffectedJson] = []
    for key in shown:
        if key in models:
            model = models[key]
            runs = [nodes.json(run) for run in model.runs[:_MOST_RUNS]]
            rows.append(_row(nodes.json(model.model), model.distance, runs=runs, deployed=model.deployed, model=True))
        elif key in known:  # an event may name an artifact that does not exist
            runs = [nodes.json(run) for run in runs_of[key]]
            rows.append(_row(nodes.json(known[key]), found.others[key], runs=runs))
    return rows


def _runs_of(store: Store, known: Mapping[Key, Artifact | Execution]) -> dict[Key, list[Context]]:
    """The runs that nodes belong to: of many the first and the last."""
    found: dict[Key, list[Context]] = {}
    for kind in ("artifact", "execution"):
        of_kind = {key: node for key, node in known.items() if key.kind == kind}
        belongs = within(store, list(of_kind.values()))
        for key in of_kind:
            contexts = belongs[key.id].contexts if key.id in belongs else ()
            found[key] = [each for each in contexts if is_run(each)]
    return found


def _row(
    node: NodeJson, distance: int, *, runs: Sequence[NodeJson] = (), deployed: bool = False, model: bool = False
) -> AffectedJson:
    return {"node": node, "model": model, "distance": distance, "runs": [*runs], "deployed": deployed}


def _graph(store: Store, start: Artifact | Execution) -> Graph:
    return graph_of(lineage(store, start, up=0, down="all"))


def _link(vertex: Vertex) -> str:
    return node_link(vertex.key.kind, vertex.key.id)


# ---------------------------------------------------------------- as a table


def table(data: Mapping[str, Any]) -> list[list[Any]]:
    """The rows for a spreadsheet."""
    header = ["kind", "id", "type", "name", "title", "state", "uri", "node steps", "runs", "deployed", "created"]
    return [header, *(_cells(row) for row in data["rows"])]


def _cells(row: AffectedJson) -> list[Any]:
    node = row["node"]
    own = [node[key] for key in ("kind", "id", "type", "name", "title", "state", "uri")]
    runs = ", ".join(run["label"] for run in row["runs"])
    return [*own, row["distance"], runs, "yes" if row["deployed"] else "", node["created"]]


VIEW = View(
    "impact",
    "/impact/{kind}/{id:int}",
    "Everything that came of an artifact or an execution, and what to run again.",
    answer,
    ImpactJson,
    (
        flag("plan", "The steps to run again as well, in order."),
        count("page", "Which page of the rows.", 1, least=1, most=1_000_000),
        count("limit", "Rows a page.", _ROWS, least=1, most=NEAREST),
        AT,
    ),
    csv=table,
    files={"svg": to_file},
)
