"""What is not known of where nodes came from, so that nobody can say that they did not come of something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from graphmeta.checks.policy.rules import Choice, Requirement, Selection
from graphmeta.checks.policy.selecting import Selector
from graphmeta.checks.policy.spreading import NOBODY, Lineage, Reached, spread, way_back
from graphmeta.checks.policy.tagging import Tags
from graphmeta.checks.proof import listed, named
from graphmeta.store.store import Store

_MODELS = Choice("artifact", roles=("Model",))
_NAMED = 3  # nodes that a sentence names


class _Gap(NamedTuple):
    """Nodes of which something is not known, and how that is said of them."""

    nodes: Collection[int]
    one: str
    several: str


class Unknown:
    """Looks for what a rule that something did not come of something cannot see."""

    def __init__(self, store: Store, lineage: Lineage, selector: Selector, tags: Tags) -> None:
        self._store = store
        self._lineage = lineage
        self._selector = selector
        self._tags = tags
        self._version = -1  # of the lineage from which the next are
        self._unmade_ones: set[int] = set()

    def of(self, requirement: Requirement, subjects: set[int], broken: Collection[int]) -> list[str]:
        """Why it cannot be told whether some nodes keep a requirement, a sentence's end each.

        Args:
            broken: those that do not keep it.
        """
        self._lineage.cover(subjects, "upstream")
        asked: list[tuple[Selection, Collection[int]]] = [(requirement.selection, NOBODY)]
        if requirement.verb == "carry":
            asked = [(self._tags.of(name).on, self._tags.until(name)) for name in requirement.tags]
        said: dict[str, None] = {}
        for selection, stops in asked:
            for gap in self._gaps(selection, subjects):
                said.update(dict.fromkeys(self._said(gap, subjects - set(broken), stops)))
        return [*said]

    def _gaps(self, selection: Selection, subjects: set[int]) -> Sequence[_Gap]:
        return (
            _Gap(self._unmade(subjects), "what it came of was not recorded", "what they came of was not recorded"),
            _Gap(self._missing, "it is not in this store", "they are not in this store"),
            _Gap(
                self._bare(selection),
                "it is DELETED and has not the properties that are asked for",
                "they are DELETED and have not the properties that are asked for",
            ),
        )

    # ------------------------------------------------------------ gaps

    def _unmade(self, subjects: set[int]) -> set[int]:
        """Models that no step made, or only steps that took nothing, as far as the lineage is known."""
        if self._version != self._lineage.version:
            self._version = self._lineage.version
            self._unmade_ones = self._selector.nodes(_MODELS, self._from_nowhere(self._lineage.after))
        others = self._from_nowhere(subjects - self._lineage.after.keys())
        return self._unmade_ones | self._selector.nodes(_MODELS, others)

    def _from_nowhere(self, nodes: Collection[int]) -> set[int]:
        """Those artifacts of some that no step made, or only steps that took nothing."""
        before = self._lineage.before
        return {each for each in nodes if each > 0 and not any(before.get(maker) for maker in before.get(each, ()))}

    @cached_property
    def _missing(self) -> set[int]:
        """The artifacts that events name and the store has not."""
        ids = set(self._store.backend.dangling().artifact_ids)
        return ids - self._selector.nodes(Choice("artifact"), ids) if ids else set()

    def _bare(self, selection: Selection) -> set[int]:
        """Artifacts that are DELETED and would be meant, or not, by a property that they have not: it may have gone
        when they were made tombstones."""
        found: set[int] = set()
        for choice in selection.choices:
            if choice.kind != "artifact" or not (choice.properties or choice.where):
                continue
            rest = replace(choice, properties={}, where="", states=("DELETED",), excepted=())
            buried = self._selector.nodes(rest)
            if buried and not choice.where:
                having = buried
                for key in choice.properties:
                    having = self._selector.nodes(replace(rest, properties={key: ("*",)}), having)
                buried = buried - having
            found |= buried
        return found

    # ------------------------------------------------------------ sentences

    def _said(self, gap: _Gap, subjects: set[int], stops: Collection[int]) -> list[str]:
        if not gap.nodes:
            return []
        reached = spread(self._lineage.after, gap.nodes, stops)
        itself = sorted(subjects.intersection(gap.nodes))
        of_others = sorted(subjects.intersection(reached) - set(itself))
        found = []
        if itself:
            found.append(f"{self._names(itself)}: {gap.one if len(itself) == 1 else gap.several}.")
        if of_others:
            causes = _causes(of_others, reached, gap.nodes)
            why = gap.one if len(causes) == 1 else gap.several
            them = "it" if len(of_others) == 1 else "they"
            found.append(f"{self._names(of_others)}: {them} came of {self._names(causes)}, and {why}.")
        return found

    def _names(self, numbers: Sequence[int]) -> str:
        nodes = self._lineage.nodes(numbers[:_NAMED])
        names = [named(nodes[each]) if each in nodes else f"artifact/{each}" for each in numbers[:_NAMED]]
        more = len(numbers) - _NAMED
        return listed([*names, f"{more:,} more"] if more > 0 else names)


def _causes(nodes: Sequence[int], reached: Reached, starts: Collection[int]) -> list[int]:
    """Where the first of some nodes were reached from."""
    return list(dict.fromkeys(way_back(reached, each, starts)[-1] for each in nodes[:_NAMED]))
