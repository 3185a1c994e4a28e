"""When the steps of a run began and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypedDict

from graphmeta.backends.rows import EventColumns
from graphmeta.model import INPUT_EVENTS, AnyNode, Execution, Value, node_id
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query.production import state_of
from graphmeta.render.safe import shortened, visible
from graphmeta.render.words import duration
from graphmeta.store import Store

GOING = ("RUNNING", "NEW")


class TimedStepJson(TypedDict):
    """A step in time: `began` and `ended` are milliseconds since the epoch, null where nothing says; of one that still
    runs `ended` is null."""

    node: NodeJson
    state: str
    began: int | None
    ended: int | None


def step_of(nodes: Nodes, execution: Execution, events: EventColumns) -> TimedStepJson:
    """One step, given its events (and maybe others')."""
    return _step(nodes, execution, _times(events))


def steps_of(store: Store, nodes: Nodes, executions: Sequence[Execution]) -> list[TimedStepJson]:
    """Steps by the moment at which they began; those of which nothing says come last."""
    events = store.event_columns(executions=[node_id(each) for each in executions]) if executions else EventColumns()
    times = _times(events)
    found = [_step(nodes, each, times) for each in executions]
    return sorted(found, key=lambda step: (step["began"] is None, step["began"] or 0, step["node"]["id"]))


class _Times(NamedTuple):
    """When each execution used or made something for the first time, and made something for the last time."""

    first: Mapping[int, int]
    made: Mapping[int, int]


def _times(events: EventColumns) -> _Times:
    first: dict[int, int] = {}
    made: dict[int, int] = {}
    for _, _, execution, type, time, _ in events.rows():
        if time:
            first[execution] = min(time, first.get(execution, time))
            if type not in INPUT_EVENTS:
                made[execution] = max(time, made.get(execution, time))
    return _Times(first, made)


def _step(nodes: Nodes, execution: Execution, times: _Times) -> TimedStepJson:
    """The recorder says when a step began and ended. Of others' the node was stored when it began (very old files do
    not even know that), and what it made when it ended; a step that made nothing was updated then."""
    id, state = node_id(execution), state_of(execution)
    began = moment(execution, "started") or execution.created or times.first.get(id)
    ended = moment(execution, "ended")
    if ended is None and state not in GOING:
        ended = times.made.get(id) or execution.updated or None
    if began is not None and ended is not None:
        ended = max(began, ended)
    return {"node": nodes.json(execution), "state": state, "began": began, "ended": ended}


def run_state(run: AnyNode) -> str | None:
    """The state of a run: contexts have none in MLMD, so it is a property."""
    held = run.value("state")
    return shortened(visible(held), 40).upper() if isinstance(held, str) else None


def moment(node: AnyNode, key: str) -> int | None:
    """A property that is a moment."""
    held: Value | None = node.value(key)
    return held if isinstance(held, int) and not isinstance(held, bool) and held > 0 else None


def took(step: TimedStepJson | None) -> str:
    """How long a step took, as people say it; '' of one that still runs or that nothing is known of."""
    if step is None or step["began"] is None or step["ended"] is None:
        return ""
    return duration(step["ended"] - step["began"])
