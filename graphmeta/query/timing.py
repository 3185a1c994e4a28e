"""When the steps of a run began and ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from graphmeta.backends.rows import EventColumns
from graphmeta.model import INPUT_EVENTS, AnyNode, Execution, Value, node_id
from graphmeta.query.production import state_of
from graphmeta.store.store import Store

GOING = ("RUNNING", "NEW")


class Timed(NamedTuple):
    """A step in time.

    Attributes:
        state: how it ended, or that it still runs; see `production.state_of`.
        began: milliseconds since the epoch; None where nothing says.
        ended: likewise; None of one that still runs.
    """

    execution: Execution
    state: str
    began: int | None
    ended: int | None


def timed(executions: Sequence[Execution], events: EventColumns) -> list[Timed]:
    """Steps in time, in their order, given their events (and maybe others').

    The recorder says when a step began and ended. Of others' the node was stored when it began (very old files do not
    even know that), and what it made when it ended; a step that made nothing was updated then.
    """
    times = _times(events)
    return [_timed(each, times) for each in executions]


def steps_in_time(store: Store, executions: Sequence[Execution]) -> list[Timed]:
    """Steps by the moment at which they began; those of which nothing says come last."""
    events = store.event_columns(executions=[node_id(each) for each in executions]) if executions else EventColumns()
    found = timed(executions, events)
    return sorted(found, key=lambda step: (step.began is None, step.began or 0, node_id(step.execution)))


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


def _timed(execution: Execution, times: _Times) -> Timed:
    id, state = node_id(execution), state_of(execution)
    began = moment(execution, "started") or execution.created or times.first.get(id)
    ended = moment(execution, "ended")
    if ended is None and state not in GOING:
        ended = times.made.get(id) or execution.updated or None
    if began is not None and ended is not None:
        ended = max(began, ended)
    return Timed(execution, state, began, ended)


def moment(node: AnyNode, key: str) -> int | None:
    """A property that is a moment, in milliseconds since the epoch."""
    held: Value | None = node.value(key)
    return held if isinstance(held, int) and not isinstance(held, bool) and held > 0 else None
