"""What to run again, as the pages tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from graphmeta.model import AnyNode, Artifact, Execution
from graphmeta.pages.choosing import PLANNED
from graphmeta.pages.nodes import NodeJson, Nodes
from graphmeta.query import plan
from graphmeta.query.answers.impact import PlannedStep
from graphmeta.store import Store

_BESIDE = 10  # inputs and outputs of one planned step


class SomeJson(TypedDict):
    """Some nodes, and how many more there are."""

    nodes: list[NodeJson]
    more: int


class PlannedJson(TypedDict):
    """A step to run again. `after` has the numbers of the steps that must have run before; `anew` are its inputs that
    will be others, `kept` those that stay as they are, `makes` its outputs."""

    number: int
    step: NodeJson
    after: list[int]
    anew: SomeJson
    kept: SomeJson
    makes: SomeJson


class SparedJson(TypedDict):
    """A step that need not run again, and why."""

    step: NodeJson
    reason: str


class PlanJson(TypedDict):
    """The steps to run again in an order in which every input is there before it is used. `total` and `spared_total`
    count all of them; `complete` is as in the impact."""

    steps: list[PlannedJson]
    total: int
    spared: list[SparedJson]
    spared_total: int
    complete: bool
    notes: list[str]


def some(nodes: Nodes, found: Sequence[AnyNode], most: int) -> SomeJson:
    """The first of some nodes."""
    return {"nodes": [nodes.json(node) for node in found[:most]], "more": max(0, len(found) - most)}


def plan_json(store: Store, nodes: Nodes, start: Artifact | Execution, limit: int) -> PlanJson:
    """The plan for a node that was wrong.

    Args:
        limit: steps that are told at most; all are counted.
    """
    found = plan(store, start, most=PLANNED)
    numbers = {step.execution.id: number for number, step in enumerate(found.steps, 1)}
    return {
        "steps": [_planned(nodes, step, numbers) for step in found.steps[:limit]],
        "total": len(found.steps),
        "spared": [{"step": nodes.json(each.execution), "reason": each.reason} for each in found.left_out[:limit]],
        "spared_total": len(found.left_out),
        "complete": found.complete,
        "notes": [*found.notes],
    }


def _planned(nodes: Nodes, step: PlannedStep, numbers: Mapping[int | None, int]) -> PlannedJson:
    return {
        "number": numbers[step.execution.id],
        "step": nodes.json(step.execution),
        "after": sorted(numbers[id] for id in step.after),
        "anew": some(nodes, step.anew, _BESIDE),
        "kept": some(nodes, step.kept, _BESIDE),
        "makes": some(nodes, step.makes, _BESIDE),
    }
