"""`/runs`: what ran, the newest first: how it ended, how long it took, what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT, choice, count
from graphmeta.pages.steps import took
from graphmeta.pages.view import Page, View
from graphmeta.query.runs import STATES, Outcome, runs
from graphmeta.store import Store

_PAGE = 50
_MOST_MODELS = 5  # of a run


class RunInListJson(TypedDict):
    """A run: `state` is what it says itself or what its steps say, null where neither does; times are milliseconds
    since the epoch, `ended` is null while it runs. `experiment` is what it is part of, `models` the last that its
    steps made; of a run with very many steps only the last are looked at, and then `cut` is true."""

    node: NodeJson
    state: str | None
    began: int | None
    ended: int | None
    steps: int
    cut: bool
    experiment: NodeJson | None
    models: list[NodeJson]
    more_models: int


class RunListJson(TypedDict):
    """A page of runs, the last stored first; `next` is what to give as `below` for the next page. `total` counts all
    runs, whatever their state, and is null where that would take long."""

    runs: list[RunInListJson]
    total: int | None
    next: int | None
    notes: list[str]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """A page of runs."""
    found = runs(store, state=asked["state"], below=asked["below"] or None, limit=asked["limit"])
    nodes = Nodes(store)
    data: RunListJson = {
        "runs": [_run(nodes, outcome) for outcome in found.outcomes],
        "total": found.total,
        "next": found.next,
        "notes": _notes(found.looked_through, asked["state"]),
    }
    return Page("Runs", data, lambda: {"took": [took(each.began, each.ended) for each in found.outcomes]})


def _run(nodes: Nodes, outcome: Outcome) -> RunInListJson:
    return {
        "node": nodes.json(outcome.run),
        "state": outcome.state,
        "began": outcome.began,
        "ended": outcome.ended,
        "steps": outcome.steps,
        "cut": outcome.cut,
        "experiment": None if outcome.experiment is None else nodes.json(outcome.experiment),
        "models": [nodes.json(model) for model in outcome.models[-_MOST_MODELS:]],
        "more_models": max(0, len(outcome.models) - _MOST_MODELS),
    }


def _notes(looked_through: int | None, state: str | None) -> list[str]:
    if looked_through is None or state is None:
        return []
    return [f"{looked_through:,} runs were looked through for those that are {state.lower()}; the next page goes on."]


def _csv(data: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    head = ("id", "type", "name", "title", "state", "began", "ended", "steps", "experiment", "models")
    return [head, *(_cells(run) for run in data["runs"])]


def _cells(run: RunInListJson) -> list[Any]:
    node, experiment = run["node"], run["experiment"]
    return [
        *(node[key] for key in ("id", "type", "name", "title")),
        *(run[key] for key in ("state", "began", "ended", "steps")),
        "" if experiment is None else experiment["title"],
        ", ".join(model["title"] for model in run["models"]),
    ]


VIEW = View(
    "runs",
    "/runs",
    "The runs, newest first: state, duration, steps, experiment and the models that they made.",
    answer,
    RunListJson,
    (
        choice("state", "Only runs in this state.", STATES),
        count("below", "Only runs with a lower id: the next page.", 0, most=2**63 - 1),
        count("limit", "Runs of a page.", _PAGE, least=1, most=200),
        AT,
    ),
    _csv,
)
