"""`/execution/7`: one step, what it used and what it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

from graphmeta.backends.rows import EventRow
from graphmeta.errors import NotFoundError
from graphmeta.model import Execution
from graphmeta.pages.around import AnnotationJson, ContextsJson, UsesJson, belongs, said_of, uses
from graphmeta.pages.bounds import LONGEST_VALUE, several, short, short_text
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.pages.parameters import AT
from graphmeta.pages.steps import TimedStepJson, step_json, took
from graphmeta.pages.vicinity import picture_around
from graphmeta.pages.view import Page, View
from graphmeta.query.lookup import node_with_id
from graphmeta.query.nodes import value_json
from graphmeta.query.production import params_of
from graphmeta.query.reading import Reader
from graphmeta.query.timing import timed
from graphmeta.query.vicinity import around, used_and_made
from graphmeta.store import Store

_LONGEST_ERROR = 20_000


class ExecutionJson(TypedDict):
    """An execution. `node` is null where events name it and the store has no such execution. Parameters are cut to
    2,000 characters, an error to 20,000."""

    id: int
    node: NodeJson | None
    external_id: str | None
    step: TimedStepJson | None
    error: str | None
    parameters: dict[str, Any]
    more_parameters: int
    inputs: UsesJson
    declared_inputs: UsesJson
    outputs: UsesJson
    declared_outputs: UsesJson
    contexts: ContextsJson
    annotations: list[AnnotationJson]


def answer(store: Store, asked: Mapping[str, Any]) -> Page:
    """One execution."""
    id = asked["id"]
    execution = cast("Execution | None", node_with_id(store, "execution", id))
    events = store.event_columns(executions=[id])
    if execution is None and not len(events):
        raise NotFoundError(f"There is no execution {id} in this store. The search finds what there is.")
    nodes = Nodes(store)
    used, made = used_and_made(events)
    data: ExecutionJson = {
        "id": id,
        "node": None,
        "external_id": None,
        "step": None,
        "error": None,
        "parameters": {},
        "more_parameters": 0,
        "inputs": uses(store, nodes, [row for row in used if row[3] != "DECLARED_INPUT"], "artifact"),
        "declared_inputs": uses(store, nodes, [row for row in used if row[3] == "DECLARED_INPUT"], "artifact"),
        "outputs": uses(store, nodes, [row for row in made if row[3] != "DECLARED_OUTPUT"], "artifact"),
        "declared_outputs": uses(store, nodes, [row for row in made if row[3] == "DECLARED_OUTPUT"], "artifact"),
        "contexts": {"contexts": [], "total": 0},
        "annotations": [],
    }
    if execution is None:
        return Page(f"execution/{id} is not in the store", data, status=404)
    own = nodes.whole(execution)
    asked_for = params_of(Reader(store), execution)
    error = execution.value("error")
    parameters = several(
        {key: value_json(value) for key, value in asked_for.params.items() if key not in asked_for.bookkeeping}
    )
    data |= {
        "node": own,
        "external_id": short(execution.external_id, LONGEST_VALUE),
        "step": step_json(nodes, timed([execution], events)[0]),
        "error": short_text(error, _LONGEST_ERROR) if isinstance(error, str) else None,
        "parameters": parameters.values,
        "more_parameters": parameters.more,
        "contexts": belongs(store, nodes, execution),
        "annotations": said_of(store, execution),
    }
    return Page(own["title"], data, lambda: _shown(store, execution, used, made, data))


def _shown(
    store: Store, execution: Execution, used: Sequence[EventRow], made: Sequence[EventRow], data: ExecutionJson
) -> Mapping[str, Any]:
    vicinity = around(store, execution, used, made)
    step = data["step"]
    return {
        "picture": picture_around(vicinity),
        "left_out": vicinity.left_out,
        "took": "" if step is None else took(step["began"], step["ended"]),
    }


VIEW = View(
    "execution",
    "/execution/{id:int}",
    "One step: its properties, what it used and made, declared or not, and the runs that it belongs to.",
    answer,
    ExecutionJson,
    (AT,),
)
