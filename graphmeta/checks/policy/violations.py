"""Which nodes a requirement does not hold of, and what shows it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from graphmeta.checks.policy.rules import Requirement
from graphmeta.checks.policy.selecting import Selector
from graphmeta.checks.policy.spreading import Lineage, Reached, spread, way_back
from graphmeta.checks.policy.tagging import Tags

MOST = 100  # violations of a requirement that are brought; the others are counted


class Violation(NamedTuple):
    """A node of which something does not hold.

    Attributes:
        others: the nodes after it on the way to the one that shows it; none where there is no such way.
        upstream: whether the way goes against the data.
        tag: which it is about, where it is about one.
    """

    node: int
    others: tuple[int, ...] = ()
    upstream: bool = True
    tag: str = ""


Found = tuple[int, list[Violation]]


class Violations:
    """Looks for violations in a store; nodes are numbers, as `spreading` has them."""

    def __init__(self, lineage: Lineage, selector: Selector, tags: Tags) -> None:
        self._lineage = lineage
        self._selector = selector
        self._tags = tags

    def of(self, requirement: Requirement, subjects: set[int]) -> Found:
        """How many nodes something does not hold of, and the first `MOST` of them."""
        match requirement.verb:
            case "be":
                fitting = self._selector.nodes(requirement.selection, subjects)
                return _first(fitting if requirement.negated else subjects - fitting)
            case "descend from":
                return self._of_descent(requirement, subjects)
            case "carry":
                return self._of_tags(requirement, subjects)
        return self._of_neighbours(requirement, subjects)

    def _of_descent(self, requirement: Requirement, subjects: set[int]) -> Found:
        sources = self._selector.noted(requirement.selection)
        if sources and len(sources) < len(subjects):
            self._lineage.cover(sources, "downstream")
        elif sources:
            self._lineage.cover(subjects, "upstream")
        reached = spread(self._lineage.after, sources)
        if not requirement.negated:
            return _first(subjects - reached.keys())
        return _proven(subjects & reached.keys(), reached, sources)

    def _of_tags(self, requirement: Requirement, subjects: set[int]) -> Found:
        self._lineage.cover(subjects, "upstream")
        total, found = 0, list[Violation]()
        for name in requirement.tags:
            marked, reached = self._tags.marked(name), self._tags.reached(name)
            if requirement.negated:
                parts = [_first(subjects & marked), _proven((subjects & reached.keys()) - marked, reached, marked)]
            else:
                parts = [_first(subjects - marked - reached.keys())]
            for number, some in parts:
                total += number
                found += [each._replace(tag=name) for each in some]
        return total, found[:MOST]

    def _of_neighbours(self, requirement: Requirement, subjects: set[int]) -> Found:
        met: set[int] = set()
        proven: dict[int, Violation] = {}
        for near in requirement.near:
            targets = self._selector.noted(near.selection)
            for upstream in (True, False):
                if not targets or near.direction == ("downstream" if upstream else "upstream"):
                    continue
                self._lineage.cover(subjects, "upstream" if upstream else "downstream", near.within)
                links = self._lineage.after if upstream else self._lineage.before
                reached = spread(links, targets, hops=near.within)
                met |= subjects & reached.keys()
                if requirement.negated:
                    some = _proven(subjects & reached.keys(), reached, targets)[1]
                    proven = {each.node: each._replace(upstream=upstream) for each in some} | proven
        if requirement.negated:
            return len(met), [proven[number] for number in _in_order(met)[:MOST]]
        return _first(subjects - met)


def _first(numbers: Collection[int]) -> Found:
    return len(numbers), [Violation(number) for number in _in_order(numbers)[:MOST]]


def _proven(numbers: Collection[int], reached: Reached, starts: Collection[int]) -> Found:
    """As `_first`, of nodes that were reached, with how."""
    total, found = _first(numbers)
    return total, [each._replace(others=tuple(way_back(reached, each.node, starts)[1:])) for each in found]


def _in_order(numbers: Collection[int]) -> list[int]:
    """Artifacts before executions, by id."""
    return sorted(numbers, key=lambda number: (number < 0, abs(number)))
