"""What the questions answer: plain dataclasses, each with `to_json()`.

`notes` are sentences for people: what an answer rests on where it is a guess, and what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graphmeta.model import AnyNode, Artifact, Context, Execution, Value
from graphmeta.query.nodes import label, node_json, value_json

Json = dict[str, Any]


class Answer:
    """What the answers have in common: as text they are what the command line prints."""

    __slots__ = ()

    def __str__(self) -> str:
        from graphmeta.render.plain import to_plain
        from graphmeta.render.text import answer

        return "\n".join(to_plain(answer(self)))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def _optional(node: AnyNode | None) -> Json | None:
    return None if node is None else node_json(node)


# ---------------------------------------------------------------- which datasets, which models


@dataclass(frozen=True, slots=True)
class DatasetUse:
    """A dataset that a model was made from.

    Attributes:
        direct: whether the step that made the model read it.
        distance: node steps from the model up to it: two for each step that ran, so 2 where direct.
        via: the nearest other model between the two, where every way to it leads through models: it
            was this one, the model's parent, that trained on the dataset. None otherwise.
        assumed: nothing says that it is a dataset; it is an input of the step, and not a model.
    """

    dataset: Artifact
    direct: bool
    distance: int
    via: Artifact | None = None
    assumed: bool = False

    def to_json(self) -> Json:
        """The dataset as a node, with the attributes above beside its fields; `via` is a label."""
        return {
            **node_json(self.dataset),
            "direct": self.direct,
            "distance": self.distance,
            "via": None if self.via is None else label(self.via),
            "assumed": self.assumed,
        }


@dataclass(frozen=True, slots=True)
class Datasets(Answer):
    """Which datasets a model trained on: direct ones first, then by distance, then by id."""

    model: Artifact
    uses: Sequence[DatasetUse]
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"model", "nodes", "notes"}."""
        return {"model": node_json(self.model), "nodes": [use.to_json() for use in self.uses], "notes": [*self.notes]}


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model, and how it comes of what was asked about.

    Attributes:
        direct: the step that made the model read it; True for all where all models were asked for.
        distance: node steps down to the model; 2 where direct, 0 where all models were asked for.
        through: the artifacts between the two on a shortest way, nearest to the dataset first.
    """

    model: Artifact
    direct: bool = True
    distance: int = 0
    through: Sequence[Artifact] = ()

    def to_json(self) -> Json:
        """The model as a node, with the attributes above beside its fields; `through` are labels."""
        return {
            **node_json(self.model),
            "direct": self.direct,
            "distance": self.distance,
            "through": [label(artifact) for artifact in self.through],
        }


@dataclass(frozen=True, slots=True)
class Models(Answer):
    """Which models used a dataset, by distance and id; all models, by id, where `using` is None."""

    using: AnyNode | None
    uses: Sequence[ModelUse]
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"using", "nodes", "notes"}."""
        return {"using": _optional(self.using), "nodes": [use.to_json() for use in self.uses], "notes": [*self.notes]}


@dataclass(frozen=True, slots=True)
class Sibling:
    """A model that shares datasets with another.

    Attributes:
        datasets: those that both come of, by id.
        direct: whether the steps that made the two both read one of them.
        relation: "descendant" where this model was made from the other, "ancestor" the other way
            round, else "sibling".
    """

    model: Artifact
    datasets: Sequence[Artifact]
    direct: bool
    relation: Literal["sibling", "ancestor", "descendant"] = "sibling"

    def to_json(self) -> Json:
        """The model as a node, with the attributes above beside its fields; `datasets` are labels."""
        return {
            **node_json(self.model),
            "datasets": [label(dataset) for dataset in self.datasets],
            "direct": self.direct,
            "relation": self.relation,
        }


@dataclass(frozen=True, slots=True)
class Siblings(Answer):
    """The models that share a dataset with a model: direct ones first, then by id."""

    model: Artifact
    siblings: Sequence[Sibling]
    notes: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.siblings)

    def to_json(self) -> Json:
        """{"model", "nodes", "notes"}."""
        return {
            "model": node_json(self.model),
            "nodes": [each.to_json() for each in self.siblings],
            "notes": [*self.notes],
        }


# ---------------------------------------------------------------- how it was made


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
            "execution": _optional(self.execution),
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
            "execution": _optional(self.execution),
            "run": _optional(self.run),
            "experiment": _optional(self.experiment),
            "environment": _optional(self.environment),
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
            "context": _optional(self.context),
            "frameworks": [package.to_json() for package in self.frameworks],
            "packages": [package.to_json() for package in self.packages],
            "details": dict(self.details),
            "notes": [*self.notes],
        }


# ---------------------------------------------------------------- several at once

Section = Literal["params", "metrics", "datasets", "code", "environment", "run"]
SECTIONS: tuple[Section, ...] = ("params", "metrics", "datasets", "code", "environment", "run")


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One key, side by side.

    Attributes:
        values: one a node, in the order of `Comparison.nodes`; None where it has none.
        differs: whether they are not all the same; 1, 1.0 and True are three values.
    """

    section: Section
    key: str
    values: Sequence[Value | None]
    differs: bool

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "section": self.section,
            "key": self.key,
            "values": [None if value is None else value_json(value) for value in self.values],
            "differs": self.differs,
        }


@dataclass(frozen=True, slots=True)
class Comparison(Answer):
    """Nodes side by side.

    Attributes:
        rows: by section (in the order of `SECTIONS`), then as the single answers order their keys.
    """

    nodes: Sequence[Artifact]
    rows: Sequence[ComparisonRow]
    notes: Sequence[str] = ()

    def section(self, name: Section) -> list[ComparisonRow]:
        """The rows of one section."""
        return [row for row in self.rows if row.section == name]

    def differences(self) -> list[ComparisonRow]:
        """The rows whose values are not all the same."""
        return [row for row in self.rows if row.differs]

    def to_json(self) -> Json:
        """{"nodes", "rows", "notes"}."""
        return {
            "nodes": [node_json(node) for node in self.nodes],
            "rows": [row.to_json() for row in self.rows],
            "notes": [*self.notes],
        }


@dataclass(frozen=True, slots=True)
class Explanation(Answer):
    """The seven questions about one model, answered at once.

    Attributes:
        siblings: the other models that used its datasets.
        comparison: with the version before it; None where there is none.
    """

    model: Artifact
    datasets: Datasets
    params: Params
    metrics: Metrics
    origin: Origin
    environment: Environment
    siblings: Siblings
    comparison: Comparison | None = None

    def to_json(self) -> Json:
        """The answers by name, and `siblings_count`."""
        return {
            "model": node_json(self.model),
            "datasets": self.datasets.to_json(),
            "params": self.params.to_json(),
            "metrics": self.metrics.to_json(),
            "origin": self.origin.to_json(),
            "environment": self.environment.to_json(),
            "siblings": self.siblings.to_json(),
            "siblings_count": len(self.siblings),
            "comparison": None if self.comparison is None else self.comparison.to_json(),
        }
