"""Runs side by side: the contexts that an experiment or a pipeline is made of, with what was measured in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

from graphmeta.backends.requests import MembershipQuery, ParentQuery
from graphmeta.model import AnyNode, Context, node_id
from graphmeta.pages.around import is_a_run, nodes_of
from graphmeta.pages.bounds import several
from graphmeta.pages.making import own_numbers
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.steps import moment, run_state
from graphmeta.query.production import is_run
from graphmeta.query.reading import Reader
from graphmeta.store import Store

AT_ONCE = 50  # runs on a page
MOST_KEYS = 12  # metrics side by side
_MOST_STEPS = 2_000  # of the runs of a page, and of a context whose runs only its steps know
_MOST_CONTEXTS = 2_000


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


def parts_of(store: Store, context: Context, executions: Sequence[int]) -> list[int]:
    """The ids of the runs of a context, the newest first: its children; where it has none and is no run itself, the
    runs that its steps belong to, for not every program links the two.

    Args:
        executions: the ids of its steps, ascending.
    """
    children = [child for child, _ in store.backend.parents(ParentQuery(parent_ids=[node_id(context)]))]
    if children or is_run(context) or not executions:
        return sorted(set(children), reverse=True)
    pairs = store.backend.memberships(MembershipQuery("execution", node_ids=executions[-_MOST_STEPS:]))
    others = sorted({each for _, each in pairs} - {node_id(context)}, reverse=True)[:_MOST_CONTEXTS]
    known = nodes_of(store, "context", others)
    return [id for id in others if is_a_run(known.get(id))]


def runs(store: Store, nodes: Nodes, ids: Sequence[int], page: int) -> RunsJson:
    """One page of runs.

    Args:
        ids: of all of them, in their order.
        page: from 1.
    """
    pages = max(1, -(-len(ids) // AT_ONCE))
    page = min(page, pages)
    shown = ids[(page - 1) * AT_ONCE : page * AT_ONCE]
    known = nodes_of(store, "context", shown)
    steps: dict[int, list[int]] = {id: [] for id in shown}
    if shown:
        for execution, run in store.backend.memberships(MembershipQuery("execution", context_ids=shown)):
            steps[run].append(execution)
    made = _made(store, steps)
    common = Counter(key for each in made.values() for key in each.metrics)
    keys = sorted(common, key=lambda key: (-common[key], key))
    return {
        "runs": [_row(nodes, known[id], len(steps[id]), made[id], keys) for id in shown if id in known],
        "total": len(ids),
        "page": page,
        "pages": pages,
        "metrics": sorted(keys[:MOST_KEYS]),
        "more_metrics": max(0, len(keys) - MOST_KEYS),
    }


def _row(nodes: Nodes, run: AnyNode, steps: int, made: _Made, keys: Sequence[str]) -> RunJson:
    """A run; of very many metrics those that most runs have, which come first in `keys`."""
    return {
        "node": nodes.json(run),
        "state": run_state(run),
        "began": moment(run, "started") or run.created or None,
        "ended": moment(run, "ended"),
        "steps": steps,
        "model": None if made.model is None else nodes.json(made.model),
        "metrics": several({key: made.metrics[key] for key in keys if key in made.metrics}).values,
    }


@dataclass(slots=True)
class _Made:
    """What came of a run: the numbers on the models and Metrics artifacts that its steps made, of several the last
    one's; the last of the models."""

    metrics: dict[str, Any] = field(default_factory=dict)
    model: AnyNode | None = None


def _made(store: Store, steps: Mapping[int, Sequence[int]]) -> dict[int, _Made]:
    found = {run: _Made() for run in steps}
    run_of = {execution: run for run, executions in steps.items() for execution in executions}
    taken = sorted(run_of)[-_MOST_STEPS:]
    if not taken:
        return found
    reader = Reader(store)
    # A run whose steps were cached has what they took from elsewhere, too.
    makers: dict[int, set[int]] = {}
    for _, artifact, execution, type, _, _ in store.event_columns(executions=taken).rows():
        if type in ("OUTPUT", "DECLARED_OUTPUT"):
            makers.setdefault(artifact, set()).add(run_of[execution])
    for output in reader.artifacts_for(("Model", "Metrics"), makers):
        for run in makers[node_id(output)]:
            found[run].metrics.update(own_numbers(output))
            if reader.role(output) == "Model":
                found[run].model = output
    return found
