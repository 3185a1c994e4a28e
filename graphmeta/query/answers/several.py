"""Several answers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphmeta.model import Artifact, Value
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.answers.making import Environment, Metrics, Origin, Params
from graphmeta.query.answers.uses import Datasets, Siblings
from graphmeta.query.nodes import node_json, value_json

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
