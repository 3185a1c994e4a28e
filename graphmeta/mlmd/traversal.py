"""Which part of a closure MLMD's traversal visits.

A backend brings everything within reach in one request; MLMD goes level by level, stops at ending nodes and takes
events by rules of its own. Those rules are here, over the events in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from graphmeta.backends.rows import Closure
from graphmeta.model import INPUT_EVENTS, OUTPUT_EVENTS

Side = Literal["artifact", "execution"]
Way = Literal["upstream", "downstream", "any"]
# The types of the events that lead on from an artifact; one way, all others lead on from an execution.
_FROM_ARTIFACTS = {"upstream": OUTPUT_EVENTS, "downstream": INPUT_EVENTS}
# The nodes that a step from a node leads to, by id.
Steps = Mapping[int, Sequence[int]]


@dataclass(slots=True)
class Ends:
    """Nodes of one kind where a traversal stops.

    Attributes:
        ids: which ones.
        included: whether they and the events that reach them belong to the result.
    """

    ids: Collection[int] = ()
    included: bool = False


@dataclass(slots=True)
class Visited:
    """What a traversal visited: ids, and for each event of the closure whether it was crossed."""

    artifact_ids: list[int]
    execution_ids: list[int]
    crossed: list[bool] = field(default_factory=list)


def traverse(
    closure: Closure, kind: Side, start: Collection[int], way: Way, hops: int, ends: Mapping[Side, Ends]
) -> Visited:
    """Visit a closure as MLMD does, level by level.

    An event is crossed where it leads on, that way, from a node which is expanded; not where it only joins two
    nodes at which the traversal stopped.

    Args:
        closure: a walk with its events, that way and so many hops from the start.
        kind: of the start.
        way: either of the two directions, or both of them at every step.
        ends: by kind; an ending node is not expanded.
    """
    steps = _steps(closure, way)
    visited: dict[Side, set[int]] = {"artifact": set(), "execution": set()}
    expanded: dict[Side, set[int]] = {"artifact": set(), "execution": set()}
    near: Side = kind
    frontier = set(start)
    for _ in range(hops):
        visited[near] |= frontier
        frontier.difference_update(ends[near].ids)
        expanded[near] |= frontier
        leads = steps[near]
        near = "execution" if near == "artifact" else "artifact"
        frontier = {id for source in frontier for id in leads.get(source, ())} - visited[near]
        if not frontier:
            break
    visited[near] |= frontier
    dropped = {side: set(those.ids) if not those.included else set() for side, those in ends.items()}
    return Visited(
        sorted(visited["artifact"] - dropped["artifact"]),
        sorted(visited["execution"] - dropped["execution"]),
        _crossed(closure, way, expanded, dropped),
    )


def _steps(closure: Closure, way: Way) -> dict[Side, Steps]:
    """Where one step leads from every node of a closure."""
    events = closure.events
    from_artifacts: defaultdict[int, list[int]] = defaultdict(list)
    from_executions: defaultdict[int, list[int]] = defaultdict(list)
    if way == "any":
        for artifact, execution in zip(events.artifact_ids, events.execution_ids, strict=True):
            from_artifacts[artifact].append(execution)
            from_executions[execution].append(artifact)
        return {"artifact": from_artifacts, "execution": from_executions}
    leading = _FROM_ARTIFACTS[way]
    for artifact, execution, type in zip(events.artifact_ids, events.execution_ids, events.types, strict=True):
        if type in leading:
            from_artifacts[artifact].append(execution)
        else:
            from_executions[execution].append(artifact)
    return {"artifact": from_artifacts, "execution": from_executions}


def _crossed(
    closure: Closure,
    way: Way,
    expanded: Mapping[Side, Collection[int]],
    dropped: Mapping[Side, Collection[int]],
) -> list[bool]:
    """For each event whether it was crossed and both its ends belong to the result."""
    events = closure.events
    artifacts, executions = expanded["artifact"], expanded["execution"]
    pairs = zip(events.artifact_ids, events.execution_ids, strict=True)
    if way == "any":
        crossed = [artifact in artifacts or execution in executions for artifact, execution in pairs]
    else:
        leading = _FROM_ARTIFACTS[way]
        crossed = [
            artifact in artifacts if type in leading else execution in executions
            for (artifact, execution), type in zip(pairs, events.types, strict=True)
        ]
    no_artifacts, no_executions = dropped["artifact"], dropped["execution"]
    if not no_artifacts and not no_executions:
        return crossed
    return [
        was_crossed and artifact not in no_artifacts and execution not in no_executions
        for was_crossed, artifact, execution in zip(crossed, events.artifact_ids, events.execution_ids, strict=True)
    ]
