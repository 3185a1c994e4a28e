"""Do the rules of a file hold?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graphmeta.checks.finding import Check, Finding, Place
from graphmeta.checks.policy.meaning import read_policy
from graphmeta.checks.policy.rules import Policy, Requirement, Rule
from graphmeta.checks.policy.selecting import Selector, nothing_matches
from graphmeta.checks.policy.spreading import Lineage
from graphmeta.checks.policy.tagging import Tags
from graphmeta.checks.policy.unknown import Unknown
from graphmeta.checks.policy.violations import Violation, Violations
from graphmeta.checks.proof import named
from graphmeta.errors import InvalidArgumentError, UnsupportedError
from graphmeta.model import AnyNode
from graphmeta.store.store import Store


def policy(store: Store, path: str | Path) -> Check:
    """Whether the rules of a file hold (`docs/policies.md`), each violation with the way that proves it. Of every rule
    the first hundred are found; a note says how many there are.

    Args:
        path: a file in YAML.

    Raises:
        InvalidArgumentError: it cannot be read, or is no policy; the message names every line that is wrong.
        UnsupportedError: pyyaml or jsonschema is not installed (`graphmeta[checks]`).
    """
    return _Judge(store, read_policy(path)).check()


class _Judge:
    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._lineage = Lineage(store)
        self._tags = Tags(policy, self._lineage)
        self._selector = self._tags.selector = Selector(store, self._tags.carriers)
        self._violations = Violations(self._lineage, self._selector, self._tags)
        self._unknown = Unknown(store, self._lineage, self._selector, self._tags)
        # In the order in which they came, each once.
        self._notes: dict[str, None] = {}
        self._doubts: dict[str, None] = {}

    def check(self) -> Check:
        """Every rule, one after another."""
        findings: list[Finding] = []
        for rule in self._policy.rules:
            try:
                findings += self._judged(rule)
            except (InvalidArgumentError, UnsupportedError) as problem:
                self._doubts[f"The rule {rule.name} (line {rule.line}) cannot be told: {problem}"] = None
        findings.sort(key=lambda finding: finding.level != "error")
        about = f"Whether the rules of {self._policy.path} hold."
        notes = [*self._notes, *self._selector.notes]
        return Check("policy", about, findings, [*self._doubts], len(self._policy.rules), "rules", notes)

    def _judged(self, rule: Rule) -> list[Finding]:
        subjects = self._selector.nodes(rule.subjects)
        if not subjects:
            self._notes[
                f"{nothing_matches(rule.subjects)} So the rule {rule.name} is about nothing: is that right?"
            ] = None
            return []
        found: list[Finding] = []
        for requirement in rule.requirements:
            number, shown = self._violations.of(requirement, subjects)
            if number > len(shown):
                self._notes[f"{number:,} nodes break the rule {rule.name}; {len(shown):,} of them are shown."] = None
            if requirement.negated and requirement.verb in ("descend from", "carry"):
                self._doubt_origins(rule, requirement, subjects, shown)
            found += self._findings(rule, requirement, shown)
        return found

    def _doubt_origins(self, rule: Rule, requirement: Requirement, subjects: set[int], shown: list[Violation]) -> None:
        """What was not recorded, or is gone, cannot be excluded."""
        for said in self._unknown.of(requirement, subjects, {each.node for each in shown}):
            (self._doubts if rule.level == "error" else self._notes)[
                f"The rule {rule.name} cannot be told for {said}"
            ] = None

    # ------------------------------------------------------------ findings

    def _findings(self, rule: Rule, requirement: Requirement, violations: Sequence[Violation]) -> Iterator[Finding]:
        nodes = self._nodes(rule, violations)
        proven = [each for each in violations if each.others]
        # Along the data, which comes from upstream.
        chains = [[each.node, *each.others][:: -1 if each.upstream else 1] for each in proven]
        ways = iter(self._lineage.ways(chains))
        for each in violations:
            proof = next(ways) if each.others else None
            if each.node not in nodes:
                continue  # deleted meanwhile
            cause = nodes.get(each.others[-1]) if each.others else None
            broken, help = _said(requirement, each, named(nodes[each.node]), None if cause is None else named(cause))
            yield Finding(
                f"policy/{rule.name}",
                f'{broken}, against "{rule.description.rstrip(".")}".' if rule.description else f"{broken}.",
                [nodes[each.node], *([] if cause is None else [cause])],
                proof,
                rule.help or help,
                rule.level,
                Place(str(self._policy.path), rule.line),
            )

    def _nodes(self, rule: Rule, violations: Sequence[Violation]) -> Mapping[int, AnyNode]:
        """What broke a rule, and what shows it."""
        if "context" in rule.subjects.kinds:
            contexts = self._store.contexts(ids=[each.node for each in violations]) if violations else []
            return {each.id: each for each in contexts if each.id is not None}
        return self._lineage.nodes({number for each in violations for number in (each.node, *each.others[-1:])})


def _said(requirement: Requirement, violation: Violation, node: str, cause: str | None) -> tuple[str, str]:
    """What is wrong with a node, and what can be done about it.

    Args:
        node, cause: what they are called.
    """
    excepting = "or, where that is right, name it under `except` of the rule."
    match requirement.verb, requirement.negated:
        case "be", False:
            return f"{node} does not match '{requirement.selection}'", f"Annotate it or mend its record, {excepting}"
        case "be", True:
            return f"{node} matches '{requirement.selection}'", f"Annotate it or mend its record, {excepting}"
        case "descend from", False:
            return (
                f"{node} came of nothing that matches '{requirement.selection}'",
                f"Make it again, {excepting}",
            )
        case "descend from", True:
            return f"{node} came of {cause}", f"Make it again without {cause}, {excepting}"
        case "carry", False:
            return f"{node} does not carry the tag {violation.tag}", f"See what the tag is on, {excepting}"
        case "carry", True if cause is None:
            return f"{node} carries the tag {violation.tag} itself", f"Take the tag's cause off it, {excepting}"
        case "carry", True:
            return (
                f"{node} carries the tag {violation.tag}, from {cause}",
                f"Make it again without {cause}, or name what takes the tag off under `until` of the tag.",
            )
        case _, False:
            near = " or ".join(map(str, requirement.near))
            return f"{node} has nothing near it that matches {near}", f"Make and record it, {excepting}"
    return f"{node} has {cause}", f"Make it again without {cause}, {excepting}"
