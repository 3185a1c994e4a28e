"""What a policy says: tags and rules, with the lines that they stand in. `docs/policies.md` shows what can be said."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple, Union

from graphmeta.checks.finding import Level
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, Kind

Wanted = Union[str, int, float, bool]
Verb = Literal["be", "descend from", "carry", "have"]
Direction = Literal["upstream", "downstream"]
NEAR = 2  # node steps within which a neighbour is looked for unless told
_STATES: Mapping[Kind, Collection[str]] = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES, "context": ()}


@dataclass(frozen=True, slots=True)
class Choice:
    """Nodes of one kind for which all holds that is said; what is empty or None says nothing.

    Attributes:
        properties: the alternatives by key; of what was annotated, else recorded.
        annotations: likewise, of what was annotated alone.
        carries: names of tags, all of them.
        excepted: choices of the same kind.
    """

    kind: Kind
    roles: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    where: str = ""
    properties: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    annotations: Mapping[str, tuple[Wanted, ...]] = field(default_factory=dict)
    deployed: bool | None = None
    latest: bool | None = None
    carries: tuple[str, ...] = ()
    excepted: tuple[Choice, ...] = ()

    def __str__(self) -> str:
        """What is said, in short: `Model, license nc`."""
        said = [*map(" or ".join, filter(None, (self.roles, self.types, self.names, self.states)))]
        said += [_valued(key, values) for key, values in self.properties.items()]
        said += [f"{_valued(key, values)} (annotated)" for key, values in self.annotations.items()]
        said += [self.where] if self.where else []
        for flag, word in ((self.deployed, "deployed"), (self.latest, "latest of its name")):
            said += [] if flag is None else [word if flag else f"not {word}"]
        said += [f"tagged {tag}" for tag in self.carries]
        text = ", ".join(said) or self.kind
        return f"{text[:200]} except {' or '.join(map(str, self.excepted))[:100]}" if self.excepted else text[:200]


@dataclass(frozen=True, slots=True)
class Selection:
    """Nodes that one of some choices has; `line` is where it stands."""

    choices: tuple[Choice, ...]
    line: int

    def __str__(self) -> str:
        return " or ".join(map(str, self.choices))

    @property
    def kinds(self) -> set[Kind]:
        """The kinds of its nodes."""
        return {choice.kind for choice in self.choices}


class Tag(NamedTuple):
    """A mark that spreads along the data from the nodes `on`, and does not reach those of `until`."""

    name: str
    on: Selection
    until: Selection | None
    line: int


class Near(NamedTuple):
    """A neighbour that is looked for: one of a selection, in a direction or in either, so many node steps away at most;
    at any distance where `within` is None."""

    selection: Selection
    direction: Direction | None
    within: int | None

    def __str__(self) -> str:
        away = "" if self.within is None else f" within {self.within} node step{'' if self.within == 1 else 's'}"
        return f"'{self.selection}' {self.direction or 'upstream or downstream'}{away}"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What must hold, or must not, of each node that a rule is for. Of selection, tags and near, the one that the verb
    wants is there."""

    verb: Verb
    negated: bool
    line: int
    selection: Selection = Selection((), 0)
    tags: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of some nodes; `subjects` are those that it is for."""

    name: str
    subjects: Selection
    requirements: tuple[Requirement, ...]
    line: int
    description: str = ""
    help: str = ""
    level: Level = "error"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a file says; tags by name."""

    path: Path
    tags: Mapping[str, Tag]
    rules: tuple[Rule, ...]


def _valued(key: str, values: Sequence[Wanted]) -> str:
    said = ("true" if value is True else "false" if value is False else str(value) for value in values)
    return f"{key}: {' or '.join(said)}"


def tags_asked_for(policy: Policy) -> set[str]:
    """The names of the tags that selections ask for."""
    rules = policy.rules
    requirements = [requirement for rule in rules for requirement in rule.requirements]
    selections = [
        *(rule.subjects for rule in rules),
        *(requirement.selection for requirement in requirements),
        *(near.selection for requirement in requirements for near in requirement.near),
    ]
    waiting = [choice for selection in selections for choice in selection.choices]
    found: set[str] = set()
    while waiting:
        choice = waiting.pop()
        found.update(choice.carries)
        waiting += choice.excepted
    return found
