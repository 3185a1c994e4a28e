"""What came of a node, and what to do again where it was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graphmeta.model import AnyNode, Artifact, Context, Execution
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.flow import Key
from graphmeta.query.nodes import label, node_json


@dataclass(frozen=True, slots=True)
class AffectedModel:
    """A model that came of the node.

    Attributes:
        distance: node steps down to it.
        runs: the runs that the steps which made it belong to.
        deployed: whether a step that deploys took it, or what came of it.
    """

    model: Artifact
    distance: int
    runs: Sequence[Context] = ()
    deployed: bool = False

    def to_json(self) -> Json:
        """The model as a node, with the attributes above beside its fields; `runs` are labels."""
        return {
            **node_json(self.model),
            "distance": self.distance,
            "runs": [label(run) for run in self.runs],
            "deployed": self.deployed,
        }


@dataclass(frozen=True, slots=True)
class Impact(Answer):
    """Everything that came of a node.

    Attributes:
        models: nearest first.
        artifacts: the others, how many of each type, by name.
        executions: the steps that took it or what came of it, likewise.
        runs: the runs of those steps, by id.
        others: those artifacts and steps, by key, with node steps down to each; nearest first. JSON has numbers only.
        complete: whether that is all: with `most`, only so many nodes were looked at.
    """

    node: AnyNode
    models: Sequence[AffectedModel]
    artifacts: Mapping[str, int] = field(default_factory=dict)
    executions: Mapping[str, int] = field(default_factory=dict)
    runs: Sequence[Context] = ()
    notes: Sequence[str] = ()
    others: Mapping[Key, int] = field(default_factory=dict)
    complete: bool = True

    def to_json(self) -> Json:
        """The attributes by name; the models are `nodes`."""
        return {
            "node": node_json(self.node),
            "nodes": [model.to_json() for model in self.models],
            "artifacts": dict(self.artifacts),
            "executions": dict(self.executions),
            "runs": [node_json(run) for run in self.runs],
            "notes": [*self.notes],
        }


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step to run again.

    Attributes:
        after: ids of the steps of the plan that must have run before.
        anew: its inputs that will be others: the node itself, or what a step of the plan makes.
        kept: its inputs that stay as they are.
        makes: what it makes anew.
    """

    execution: Execution
    after: Sequence[int] = ()
    anew: Sequence[Artifact] = ()
    kept: Sequence[Artifact] = ()
    makes: Sequence[Artifact] = ()

    def to_json(self) -> Json:
        """The execution as a node, with the attributes above beside its fields; artifacts are labels."""
        return {
            **node_json(self.execution),
            "after": [*self.after],
            "anew": [label(each) for each in self.anew],
            "kept": [label(each) for each in self.kept],
            "makes": [label(each) for each in self.makes],
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A step that came of the node and need not run again, and why."""

    execution: Execution
    reason: str

    def to_json(self) -> Json:
        """The execution as a node, with `reason` beside its fields."""
        return {**node_json(self.execution), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Plan(Answer):
    """What to run again, in an order in which every input is there before it is used.

    Attributes:
        steps: in topological order; of steps that may run at the same time the one recorded first comes first.
        left_out: what can be left out, by id.
        complete: as of an `Impact`.
        instead: newer artifacts, each by the id of the one whose place it takes; none where `node` was wrong.
    """

    node: AnyNode
    steps: Sequence[PlannedStep]
    left_out: Sequence[LeftOut] = ()
    notes: Sequence[str] = ()
    complete: bool = True
    instead: Mapping[int, Artifact] = field(default_factory=dict)

    def to_json(self) -> Json:
        """{"node", "nodes": the steps, "left_out", "notes"}; "instead", as labels by label, where that is why."""
        instead = {f"artifact/{id}": label(new) for id, new in self.instead.items()}
        return {
            "node": node_json(self.node),
            "nodes": [step.to_json() for step in self.steps],
            "left_out": [each.to_json() for each in self.left_out],
            "notes": [*self.notes],
            **({"instead": instead} if instead else {}),
        }
