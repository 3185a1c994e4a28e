"""Why two things differ: what changed in what they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graphmeta.model import Artifact, Value
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.answers.several import ComparisonRow
from graphmeta.query.nodes import node_json, value_json

# What can change, in the order in which changes at the same distance are told.
ChangeKind = Literal["step", "data", "input", "parameter", "code", "package", "environment"]
CHANGE_KINDS: tuple[ChangeKind, ...] = ("step", "data", "input", "parameter", "code", "package", "environment")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not the same on both sides.

    Attributes:
        kind: "step": a step that the other side does not have, or another one in its place; "data": another content in
            the same place; "input": something that only one side's step read; "parameter", "code", "package",
            "environment": of a step that both have.
        where: the step, by name; of data, the step that read it.
        key: the parameter, the package, the input's key; of a step, its name.
        before, after: None where that side has none. Steps and data are labels.
        distance: node steps up from the two.
    """

    kind: ChangeKind
    where: str
    key: str
    before: Value | None
    after: Value | None
    distance: int

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "kind": self.kind,
            "where": self.where,
            "key": self.key,
            "before": None if self.before is None else value_json(self.before),
            "after": None if self.after is None else value_json(self.after),
            "distance": self.distance,
        }


@dataclass(frozen=True, slots=True)
class Why(Answer):
    """What changed between two artifacts.

    Attributes:
        metrics: those that differ.
        changes: nearest to the two first.
        same: how many places were compared and found the same, or are the same nodes.
    """

    before: Artifact
    after: Artifact
    metrics: Sequence[ComparisonRow]
    changes: Sequence[Change]
    same: int = 0
    notes: Sequence[str] = ()

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "before": node_json(self.before),
            "after": node_json(self.after),
            "metrics": [row.to_json() for row in self.metrics],
            "changes": [change.to_json() for change in self.changes],
            "same": self.same,
            "notes": [*self.notes],
        }
