"""`/why?a=2&b=3`: what changed between two artifacts in all that they were made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict

from graphmeta.model import Artifact, Value
from graphmeta.pages.bounds import short
from graphmeta.pages.choosing import NEAREST, chosen, reference, suggestions
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, node
from graphmeta.pages.view import Page, View
from graphmeta.query import display, value_json, why
from graphmeta.query.answers.changes import Change
from graphmeta.query.lookup import labelled
from graphmeta.query.versions import age, version_before
from graphmeta.render.words import several
from graphmeta.render.words import title as title_of
from graphmeta.store import Store

_MOST_CHANGES = 200
_MOST_METRICS = 200
_LONGEST = 1_000  # characters of a value
# Their two sides are labels of nodes.
_OF_NODES = ("step", "data", "input")

Sort = Literal["changed", "only before", "only after"]


class MetricJson(TypedDict):
    """A metric that differs; `change` is null where it is no number on both sides."""

    key: str
    before: Any
    after: Any
    change: float | None


class ChangeJson(TypedDict):
    """One thing that is not the same; `before_node` and `after_node` are the nodes where the two sides are nodes."""

    kind: str
    key: str
    sort: Sort
    before: Any
    after: Any
    change: float | None
    before_node: NodeJson | None
    after_node: NodeJson | None
    distance: int


class PlaceJson(TypedDict):
    """What changed at one step, or in what it read; `up` counts the steps from the two artifacts up to it."""

    where: str
    up: int
    changes: list[ChangeJson]


class WhyJson(TypedDict):
    """What changed between two artifacts, nearest first; without one of the two, what could be chosen: pairs of
    versions."""

    before: NodeJson | None
    after: NodeJson | None
    metrics: list[MetricJson]
    places: list[PlaceJson]
    changes: int
    left_out: int
    same: int
    notes: list[str]
    suggestions: list[NodeJson]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """What changed between two artifacts."""
    nodes = Nodes(store)
    before, after = (_one(store, asked[name]) for name in ("a", "b"))
    if before is None or after is None:
        return _incomplete(store, nodes, before, after)
    found = why(store, before, after, most=NEAREST)
    shown = found.changes[:_MOST_CHANGES]
    data: WhyJson = {
        "before": nodes.json(before),
        "after": nodes.json(after),
        "metrics": [_metric(row.key, *row.values) for row in found.metrics[:_MOST_METRICS]],
        "places": _places(shown, _ends(store, nodes, shown)),
        "changes": len(found.changes),
        "left_out": len(found.changes) - len(shown),
        "same": found.same,
        "notes": [*found.notes, *_more_metrics(len(found.metrics) - _MOST_METRICS)],
        "suggestions": [],
    }
    names = (
        [title_of(each) for each in (before, after)]
        if title_of(before) != title_of(after)
        else [reference(each) for each in (before, after)]
    )
    pair = [reference(before), reference(after)]
    return Page(f"Why {names[1]} is not {names[0]}", data, lambda: {"pair": pair})


def _one(store: Store, text: str | None) -> Artifact | None:
    return None if text is None else chosen(store, [text])[0]


def _incomplete(store: Store, nodes: Nodes, before: Artifact | None, after: Artifact | None) -> Page:
    """The page while one of the two, or both, have to be chosen."""
    known = [each for each in (before, after) if each is not None]
    others = suggestions(store, nodes, known)
    data: WhyJson = {
        "before": None if before is None else nodes.json(before),
        "after": None if after is None else nodes.json(after),
        "metrics": [],
        "places": [],
        "changes": 0,
        "left_out": 0,
        "same": 0,
        "notes": [],
        "suggestions": others,
    }

    def extra() -> dict[str, Any]:
        found = store.artifacts(ids=[each["id"] for each in others])
        versions = {reference(each): each for each in found}
        last = version_before(known[0], found) if known else None
        return {
            "pair": [],
            "pairs": [_pair(known[0], versions[f"artifact/{each['id']}"]) for each in others] if known else [],
            "last": None if last is None or display(last) != display(known[0]) else last.id,
        }

    return Page("Why do they differ?", data, extra)


def _pair(known: Artifact, other: Artifact) -> list[str]:
    """A known artifact and a suggested one, the older first."""
    return [reference(each) for each in sorted([known, other], key=age)]


def _more_metrics(number: int) -> list[str]:
    return [f"{several(number, 'more metric')} not shown."] if number > 0 else []


def _metric(key: str, before: Value | None, after: Value | None) -> MetricJson:
    return {"key": key, "before": _json(before), "after": _json(after), "change": _difference(before, after)}


# ---------------------------------------------------------------- changes


def _places(changes: Sequence[Change], ends: Mapping[str, NodeJson]) -> list[PlaceJson]:
    """Changes by the step that they are about, in the order in which they are told."""
    found: dict[tuple[int, str], PlaceJson] = {}
    for change in changes:
        # A step is an odd number of node steps up; what it read is one more.
        up = (change.distance + 1) // 2
        place = found.setdefault((up, change.where), {"where": change.where, "up": up, "changes": []})
        place["changes"].append(_change(change, ends))
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def _change(change: Change, ends: Mapping[str, NodeJson]) -> ChangeJson:
    sides = [ends.get(side) if isinstance(side, str) else None for side in (change.before, change.after)]
    if change.kind not in _OF_NODES:
        sides = [None, None]
    return {
        "kind": change.kind,
        "key": change.key,
        "sort": "only after" if change.before is None else "only before" if change.after is None else "changed",
        "before": _json(change.before),
        "after": _json(change.after),
        "change": _difference(change.before, change.after) if change.kind == "parameter" else None,
        "before_node": sides[0],
        "after_node": sides[1],
        "distance": change.distance,
    }


def _ends(store: Store, nodes: Nodes, changes: Iterable[Change]) -> dict[str, NodeJson]:
    """The nodes that changes name, by their labels: read at once."""
    labels = {
        side
        for change in changes
        if change.kind in _OF_NODES
        for side in (change.before, change.after)
        if isinstance(side, str)
    }
    return {text: nodes.json(each) for text, each in labelled(store, labels).items()}


def _difference(before: Value | None, after: Value | None) -> float | None:
    """By how much a number changed; None where there is no such number."""
    if any(isinstance(each, bool) or not isinstance(each, (int, float)) for each in (before, after)):
        return None
    change = float(after) - float(before)  # type: ignore[arg-type]  # numbers, both
    return change if math.isfinite(change) else None


def _json(value: Value | None) -> Any:
    return None if value is None else short(value_json(value), _LONGEST)


VIEW = View(
    "why",
    "/why",
    "What changed between two artifacts in all that they were made from.",
    answer,
    WhyJson,
    (
        node("a", "The artifact before, by id or name."),
        node("b", "The artifact after, by id or name."),
        AT,
    ),
)
