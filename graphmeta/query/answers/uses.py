"""Which datasets, which models, which siblings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphmeta.model import AnyNode, Artifact
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.nodes import label, node_json


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
        source: of several that were asked about, the nearest that it comes of.
    """

    model: Artifact
    direct: bool = True
    distance: int = 0
    through: Sequence[Artifact] = ()
    source: AnyNode | None = None

    def to_json(self) -> Json:
        """The model as a node, with the attributes above beside its fields; `through` and `source` are labels."""
        return {
            **node_json(self.model),
            "direct": self.direct,
            "distance": self.distance,
            "through": [label(artifact) for artifact in self.through],
            "source": None if self.source is None else label(self.source),
        }


@dataclass(frozen=True, slots=True)
class Models(Answer):
    """Which models used a dataset, by distance and id; all models, by id, where nothing was asked about.

    Attributes:
        using: what was asked about: one node, or every version of it, or every artifact below a URI, by id.
    """

    using: Sequence[AnyNode]
    uses: Sequence[ModelUse]
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """{"using": labels, "nodes", "notes"}."""
        return {
            "using": [label(node) for node in self.using],
            "nodes": [use.to_json() for use in self.uses],
            "notes": [*self.notes],
        }


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
