"""Several answers at once."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from graphmeta.errors import InvalidArgumentError
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

    def sorted(self, key: str, *, reverse: bool = False) -> Comparison:
        """The same with the nodes in the order of one row: `metrics.auc` for the row `auc` of the section metrics. The
        largest comes first; what has no value there comes last, in the order it was in.

        Args:
            reverse: the smallest first.

        Raises:
            InvalidArgumentError: there is no such row.
        """
        section, _, name = key.partition(".")
        row = next((row for row in self.rows if (row.section, row.key) == (section, name)), None)
        if row is None:
            there = [f"{each.section}.{each.key}" for each in self.rows]
            same = [each for each in there if each.partition(".")[2] == key]
            near = same or difflib.get_close_matches(key, there, n=3) or there[:5]
            raise InvalidArgumentError(
                f"There is no row {key!r:.200} to sort by; there is {', '.join(near) or 'none'}."
            )
        values = row.values
        valued = sorted(
            (place for place, value in enumerate(values) if value is not None),
            key=lambda place: _rank(values[place]),
            reverse=not reverse,
        )
        order = [*valued, *(place for place, value in enumerate(values) if value is None)]
        rows = [replace(each, values=[each.values[place] for place in order]) for each in self.rows]
        return Comparison([self.nodes[place] for place in order], rows, self.notes)

    def to_json(self) -> Json:
        """{"nodes", "rows", "notes"}."""
        return {
            "nodes": [node_json(node) for node in self.nodes],
            "rows": [row.to_json() for row in self.rows],
            "notes": [*self.notes],
        }


def _rank(value: Value | None) -> tuple[int, float, str]:
    """Numbers by size, NaN below all of them; then texts."""
    if isinstance(value, (int, float)) or value in ("NaN", "Infinity", "-Infinity"):
        number = float(value)
        return (0, 0.0, "") if number != number else (1, number, "")
    return 2, 0.0, str(value)


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
