"""How a thing was made, and what was measured of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphmeta.model import AnyNode, Artifact, Context, Execution, Value
from graphmeta.query.answers.base import Answer, Json, optional
from graphmeta.query.nodes import label, node_json, value_json


@dataclass(frozen=True, slots=True)
class Params(Answer):
    """The hyperparameters of the step that made a model.

    Attributes:
        execution: that step; None where the store does not know it.
        params: by key: the likely hyperparameters first, then `bookkeeping`; each by key.
        bookkeeping: the keys among them that a pipeline system writes about itself (`pod_name`, …).
    """

    model: AnyNode
    execution: Execution | None
    params: dict[str, Value] = field(default_factory=dict)
    bookkeeping: Sequence[str] = ()
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"model", "execution", "params", "bookkeeping", "notes"}."""
        return {
            "model": node_json(self.model),
            "execution": optional(self.execution),
            "params": {key: value_json(value) for key, value in self.params.items()},
            "bookkeeping": [*self.bookkeeping],
            "notes": [*self.notes],
        }


@dataclass(frozen=True, slots=True)
class Metric:
    """One measurement.

    Attributes:
        value: a number; or the text 'NaN', 'Infinity' or '-Infinity'.
        artifact: what it stands on: the model itself or a Metrics artifact.
        execution: the step that measured; None where the model itself carries the number.
        shared_with: other models that the step took and that the number may belong to as well,
            because nothing pairs its inputs with its outputs.
    """

    key: str
    value: int | float | str
    artifact: Artifact
    execution: Execution | None = None
    shared_with: Sequence[Artifact] = ()

    def to_json(self) -> Json:
        """The key and the value; the nodes as labels."""
        return {
            "key": self.key,
            "value": value_json(self.value),
            "artifact": label(self.artifact),
            "execution": None if self.execution is None else label(self.execution),
            "shared_with": [label(model) for model in self.shared_with],
        }


@dataclass(frozen=True, slots=True)
class Metrics(Answer):
    """The measurements of a model.

    Attributes:
        values: the model's own first, then by the id of the artifact that they stand on, then by key.
        artifacts: the Metrics artifacts made from the model, by id, those without numbers too.
    """

    model: Artifact
    values: Sequence[Metric]
    artifacts: Sequence[Artifact] = ()
    notes: Sequence[str] = ()

    def by_key(self) -> dict[str, int | float | str]:
        """One value a key: the one on the newest artifact where several have it."""
        return {metric.key: metric.value for metric in sorted(self.values, key=_age)}

    def to_json(self) -> Json:
        """{"model", "metrics": one value a key, "values": all of them, "artifacts", "notes"}."""
        return {
            "model": node_json(self.model),
            "metrics": {key: value_json(value) for key, value in sorted(self.by_key().items())},
            "values": [metric.to_json() for metric in self.values],
            "artifacts": [node_json(artifact) for artifact in self.artifacts],
            "notes": [*self.notes],
        }


def _age(metric: Metric) -> tuple[int, int]:
    return metric.artifact.created or 0, metric.artifact.id or 0


@dataclass(frozen=True, slots=True)
class Origin(Answer):
    """Which run made a node.

    Attributes:
        execution: the step that made it (a node that is a step: itself); None where nobody knows.
        run: the context of that step that is a run.
        experiment: what the run is part of, or a context of the step that is an experiment or a pipeline.
        environment: the recorder's Environment context.
        contexts: the step's other contexts, by id.
        others: further steps that are recorded as its makers, cached ones too, by id.
    """

    node: AnyNode
    execution: Execution | None
    run: Context | None = None
    experiment: Context | None = None
    environment: Context | None = None
    contexts: Sequence[Context] = ()
    others: Sequence[Execution] = ()
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """The attributes by name, every node in full."""
        return {
            "node": node_json(self.node),
            "execution": optional(self.execution),
            "run": optional(self.run),
            "experiment": optional(self.experiment),
            "environment": optional(self.environment),
            "contexts": [node_json(context) for context in self.contexts],
            "others": [node_json(execution) for execution in self.others],
            "notes": [*self.notes],
        }


@dataclass(frozen=True, slots=True)
class Package:
    """Software of a version.

    Attributes:
        source: where the store says so: "environment", or a node's label and the property's key.
    """

    name: str
    version: str
    source: str = "environment"

    def to_json(self) -> Json:
        """The attributes by name."""
        return {"name": self.name, "version": self.version, "source": self.source}


@dataclass(frozen=True, slots=True)
class Environment(Answer):
    """Which software, of which versions, was there when a node was made.

    Attributes:
        context: what the recorder captured; None where another program wrote the store.
        frameworks: machine learning frameworks, best known first: those that were installed, used or not;
            where another program wrote the store, those whose version a property says.
        packages: the other packages, likewise: the best known first, then by name.
        details: python, implementation, platform, host, image: what is known of them.
    """

    node: AnyNode
    context: Context | None = None
    frameworks: Sequence[Package] = ()
    packages: Sequence[Package] = ()
    details: dict[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "node": node_json(self.node),
            "context": optional(self.context),
            "frameworks": [package.to_json() for package in self.frameworks],
            "packages": [package.to_json() for package in self.packages],
            "details": dict(self.details),
            "notes": [*self.notes],
        }
