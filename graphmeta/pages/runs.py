"""Runs side by side: the contexts that an experiment or a pipeline is made of, with what was measured in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypedDict

from graphmeta.model import Context
from graphmeta.pages.bounds import several
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.lookup import nodes_with_ids
from graphmeta.query.nodes import value_json
from graphmeta.query.runs import Outcome, outcomes
from graphmeta.store import Store

AT_ONCE = 50  # runs on a page
MOST_KEYS = 12  # metrics side by side


class RunJson(TypedDict):
    """A run: when it began and ended (milliseconds since the epoch), how many steps it has, the last model that it
    made, and one value a metric."""

    node: NodeJson
    state: str | None
    began: int | None
    ended: int | None
    steps: int
    model: NodeJson | None
    metrics: dict[str, Any]


class RunsJson(TypedDict):
    """A page of runs, the newest first, and the metrics that most of them have."""

    runs: list[RunJson]
    total: int
    page: int
    pages: int
    metrics: list[str]
    more_metrics: int


def runs(store: Store, nodes: Nodes, ids: Sequence[int], page: int) -> RunsJson:
    """One page of runs.

    Args:
        ids: of all of them, in their order.
        page: from 1.
    """
    pages = max(1, -(-len(ids) // AT_ONCE))
    page = min(page, pages)
    shown = ids[(page - 1) * AT_ONCE : page * AT_ONCE]
    known = nodes_with_ids(store, "context", shown)
    found = outcomes(store, [each for id in shown if isinstance(each := known.get(id), Context)])
    common = Counter(key for outcome in found for key in outcome.metrics)
    keys = sorted(common, key=lambda key: (-common[key], key))
    return {
        "runs": [_row(nodes, outcome, keys) for outcome in found],
        "total": len(ids),
        "page": page,
        "pages": pages,
        "metrics": sorted(keys[:MOST_KEYS]),
        "more_metrics": max(0, len(keys) - MOST_KEYS),
    }


def _row(nodes: Nodes, outcome: Outcome, keys: Sequence[str]) -> RunJson:
    """A run; of very many metrics those that most runs have, which come first in `keys`."""
    metrics = {key: value_json(outcome.metrics[key]) for key in keys if key in outcome.metrics}
    return {
        "node": nodes.json(outcome.run),
        "state": outcome.state,
        "began": outcome.began,
        "ended": outcome.ended,
        "steps": outcome.steps,
        "model": nodes.json(outcome.models[-1]) if outcome.models else None,
        "metrics": several(metrics).values,
    }
