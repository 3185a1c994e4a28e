"""What a check finds, and what it can say: it holds, it does not, or that cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from graphmeta.model import AnyNode
from graphmeta.query.answers.base import Answer, Json
from graphmeta.query.answers.impact import Plan
from graphmeta.query.answers.ways import Way
from graphmeta.query.nodes import node_json


class Verdict(IntEnum):
    """What came out; the number is the exit status of a command."""

    HOLDS = 0
    BROKEN = 1
    UNCLEAR = 2


Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, numbered from 1: where a rule stands."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        rule: what it breaks, stable from release to release, as `leakage/evaluated-on-training-data`.
        message: one sentence; it names the nodes as people know them.
        nodes: those it is about, the first above all.
        proof: the way along the data that shows it; None where there is none to show.
        other_proof: a second way, where two show it together: as the first, from where they part.
        help: what to do about it, in one sentence.
        level: a warning does not break the check.
        place: where the rule stands, for rules of a file.
    """

    rule: str
    message: str
    nodes: Sequence[AnyNode] = ()
    proof: Way | None = None
    help: str = ""
    level: Level = "error"
    place: Place | None = None
    other_proof: Way | None = None

    def to_json(self) -> Json:
        """The attributes by name."""
        return {
            "rule": self.rule,
            "level": self.level,
            "message": self.message,
            "help": self.help,
            "nodes": [node_json(node) for node in self.nodes],
            "proof": None if self.proof is None else self.proof.to_json(),
            "other_proof": None if self.other_proof is None else self.other_proof.to_json(),
            "place": None if self.place is None else {"file": self.place.file, "line": self.place.line},
        }


@dataclass(frozen=True, slots=True)
class Check(Answer):
    """One check, done.

    Attributes:
        name: `leakage`, `stale`, `repro`, `integrity`, `policy`.
        about: what was checked, in one sentence, as "Whether Model:churn@3 was evaluated on data that it saw."
        findings: what is wrong, the worst first.
        doubts: why it cannot be told, a sentence each; a check with doubts and no error is unclear.
        looked_at: how many things were checked: models, steps, rules, nodes.
        what: those things, in the plural.
        notes: what else people should know, as guesses that were made.
        plan: the steps to run again, where the check has one.
    """

    name: str
    about: str
    findings: Sequence[Finding] = ()
    doubts: Sequence[str] = ()
    looked_at: int = 0
    what: str = "nodes"
    notes: Sequence[str] = ()
    plan: Plan | None = None

    @property
    def verdict(self) -> Verdict:
        """What came out of it."""
        if any(finding.level == "error" for finding in self.findings):
            return Verdict.BROKEN
        return Verdict.UNCLEAR if self.doubts else Verdict.HOLDS

    def to_json(self) -> Json:
        """The attributes by name, and the verdict in lower case."""
        return {
            "check": self.name,
            "about": self.about,
            "verdict": self.verdict.name.lower(),
            "looked_at": {"number": self.looked_at, "what": self.what},
            "findings": [finding.to_json() for finding in self.findings],
            "doubts": [*self.doubts],
            "notes": [*self.notes],
            "plan": None if self.plan is None else self.plan.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Report(Answer):
    """Several checks of one store.

    Attributes:
        store: its URL, without a password.
        time: when it was made, in milliseconds since the epoch.
    """

    store: str
    time: int
    checks: Sequence[Check] = field(default_factory=tuple)

    @property
    def verdict(self) -> Verdict:
        """Broken where one is; else unclear where one is."""
        verdicts = {check.verdict for check in self.checks}
        if Verdict.BROKEN in verdicts:
            return Verdict.BROKEN
        return Verdict.UNCLEAR if Verdict.UNCLEAR in verdicts else Verdict.HOLDS

    def to_json(self) -> Json:
        """{"store", "time", "verdict", "checks"}."""
        return {
            "store": self.store,
            "time": self.time,
            "verdict": self.verdict.name.lower(),
            "checks": [check.to_json() for check in self.checks],
        }
