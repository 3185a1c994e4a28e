"""`/compare?ids=2,3`: models side by side, and a metric across their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from markupsafe import Markup

from graphmeta.errors import InvalidArgumentError
from graphmeta.model import Artifact, Value
from graphmeta.pages.bounds import short
from graphmeta.pages.choosing import NEAREST, chosen, reference, suggestions
from graphmeta.pages.links import node_link
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, flag, names, text
from graphmeta.pages.view import Page, View
from graphmeta.query import compare, value_json
from graphmeta.query.answers.several import Comparison, ComparisonRow
from graphmeta.query.equality import exact
from graphmeta.query.measurements import Surroundings, metrics_of
from graphmeta.query.reading import Reader
from graphmeta.query.versions import sure_versions, version_of
from graphmeta.render import chart
from graphmeta.render.words import MOMENTS
from graphmeta.render.words import title as title_of
from graphmeta.store import Store

_MOST = 20  # nodes side by side
_MOST_ROWS = 400
_MOST_CELLS = 4_000  # of more than ten nodes there are fewer rows
_LONGEST, _ROOM = 2_000, 400_000  # characters of a value, and of all of them
_MOST_METRICS = 300  # to choose from
_MOST_VERSIONS = 200  # in the chart


class ComparedJson(TypedDict):
    """One key, a value for each node; null where it has none. `differs`: the values are not all the same; `unlike`:
    which of them are not as the first. Long values are cut."""

    section: str
    key: str
    values: list[Any]
    differs: bool
    unlike: list[bool]


class ChartPointJson(TypedDict):
    """What one version has of a metric; `compared`: it is one of the nodes asked about; `gap`: versions
    that are not among these lie before it."""

    id: int
    title: str
    label: str
    version: str | None
    created: int | None
    value: Any
    compared: bool
    gap: bool


class ComparisonJson(TypedDict):
    """Nodes side by side. `same` counts the rows that are the same in all of them, `left_out` those that are too many
    for a page; `chart` has the metric asked for across versions, the first stored first; `suggestions` are nodes to
    compare with."""

    nodes: list[NodeJson]
    rows: list[ComparedJson]
    same: int
    left_out: int
    notes: list[str]
    metrics: list[str]
    metric: str | None
    chart: list[ChartPointJson]
    suggestions: list[NodeJson]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """Models side by side; while there are fewer than two, what to choose from."""
    if len(asked["ids"]) > _MOST:
        raise InvalidArgumentError(f"{_MOST} nodes at most stand side by side, and these are {len(asked['ids'])}.")
    nodes = Nodes(store)
    models = chosen(store, asked["ids"])
    found = Comparison(models, [])
    if len(models) > 1:
        found = compare(store, models, most=NEAREST)
        if asked["sort"]:
            found = found.sorted(asked["sort"], reverse=not asked["descending"])
    rows = [row for row in found.rows if row.differs or asked["all"]]
    shown = rows[: _most_rows(found.nodes)]
    # Each has its share of the room.
    longest = min(_LONGEST, _ROOM // max(1, len(shown) * len(found.nodes)))
    metrics = _numeric(found.section("metrics"))
    metric = asked["metric"] or next(iter(metrics), None)
    points = _points(store, found.nodes, metric) if metric and len(models) > 1 else []
    data: ComparisonJson = {
        "nodes": [nodes.json(node) for node in found.nodes],
        "rows": [_row(row, longest) for row in shown],
        "same": sum(not row.differs for row in found.rows),
        "left_out": len(rows) - len(shown),
        "notes": [*found.notes],
        "metrics": metrics[:_MOST_METRICS],
        "metric": metric,
        "chart": points,
        "suggestions": suggestions(store, nodes, found.nodes),
    }
    title = "Compare" if len(models) < 2 else "Comparison of " + _enumerated([title_of(node) for node in found.nodes])
    return Page(title, data, lambda: _extra(found.nodes, metric, points))


def _extra(models: Sequence[Artifact], metric: str | None, points: Sequence[ChartPointJson]) -> dict[str, Any]:
    return {
        "references": [reference(node) for node in models],
        "moments": {"made", *MOMENTS},
        "picture": Markup(_drawn(metric, points)) if metric and points else "",  # noqa: S704 (escaped by `chart`)
        "most_rows": _most_rows(models),
        "most_versions": _MOST_VERSIONS,
    }


def _enumerated(captions: Sequence[str]) -> str:
    return ", ".join(captions[:3]) + (f" and {len(captions) - 3} more" if len(captions) > 3 else "")


def _most_rows(models: Sequence[Artifact]) -> int:
    return min(_MOST_ROWS, _MOST_CELLS // max(1, len(models)))


def _row(row: ComparisonRow, longest: int) -> ComparedJson:
    return {
        "section": row.section,
        "key": row.key,
        "values": [None if value is None else short(value_json(value), longest) for value in row.values],
        "differs": row.differs,
        "unlike": [row.differs and exact(value) != exact(row.values[0]) for value in row.values],
    }


def _numeric(rows: Sequence[ComparisonRow]) -> list[str]:
    """The metrics of which there is a number at all."""
    return [row.key for row in rows if any(isinstance(value, (int, float)) for value in row.values)]


# ---------------------------------------------------------------- the chart


def _points(store: Store, models: Sequence[Artifact], metric: str) -> list[ChartPointJson]:
    """A metric of all versions of the first node, and of the other nodes; without versions that do not have it."""
    known = {node.id: node for node in models}
    same = sure_versions(store, models[0], _MOST_VERSIONS)
    # Those compared may be older than the versions looked at; then others lie between.
    whole = len(same) < _MOST_VERSIONS
    near = {each.id for each in same}
    shown = list({each.id: each for each in [*same, *models]}.values())
    shown.sort(key=lambda each: (each.created or 0, each.id or 0))
    reader = Reader(store, shown)
    surroundings = Surroundings(reader)
    points: list[ChartPointJson] = []
    beside = True
    for each in shown:
        value = metrics_of(reader, each, surroundings).by_key().get(metric)
        inside = whole or each.id in near
        if value is not None or each.id in known:
            points.append(_point(each, value, each.id in known, gap=bool(points) and not (inside and beside)))
        beside = inside
    return points


def _point(node: Artifact, value: Value | None, compared: bool, gap: bool) -> ChartPointJson:
    return {
        "id": node.id or 0,
        "title": title_of(node),
        "label": reference(node),
        "version": version_of(node),
        "created": node.created,
        "value": None if value is None else value_json(value),
        "compared": compared,
        "gap": gap,
    }


def _drawn(metric: str, points: Sequence[ChartPointJson]) -> str:
    one_thing = len({point["title"].rpartition("@")[0] for point in points}) == 1
    return chart.draw(
        [
            chart.Point(
                label=point["title"],
                tick=f"@{point['version']}" if one_thing and point["version"] else point["title"],
                value=point["value"],
                link=node_link("artifact", point["id"]),
                marked=point["compared"],
                gap=point["gap"],
            )
            for point in points
        ],
        metric,
    )


VIEW = View(
    "comparison",
    "/compare",
    "Models side by side: metrics, parameters, datasets, code, environment and run.",
    answer,
    ComparisonJson,
    (
        names("ids", "The artifacts, by ids or names, separated by commas: 2 to 20."),
        flag("all", "What is the same in all of them as well."),
        text("sort", "The row whose values order the nodes: metrics.auc; the smallest first."),
        flag("descending", "The largest first."),
        text("metric", "The metric to draw across versions; the first one unless told."),
        AT,
    ),
)
