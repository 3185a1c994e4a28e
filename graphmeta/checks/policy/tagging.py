"""Which nodes carry a tag: those that it is on, and what was made of them."""

from __future__ import annotations

from typing import Protocol

from graphmeta.checks.policy.rules import Policy, Selection, Tag, tags_asked_for
from graphmeta.checks.policy.spreading import Lineage, Reached, spread


class _Selector(Protocol):
    def noted(self, selection: Selection) -> set[int]: ...


class Tags:
    """The tags of a policy in a store.

    Attributes:
        selector: finds nodes; it may ask here for those that carry a tag.
    """

    selector: _Selector

    def __init__(self, policy: Policy, lineage: Lineage) -> None:
        self._policy = policy
        self._lineage = lineage
        self._asked_for = tags_asked_for(policy)
        self._ends: dict[str, tuple[set[int], set[int]]] = {}
        self._reached: dict[str, tuple[int, Reached]] = {}

    def of(self, name: str) -> Tag:
        """A tag by its name."""
        return self._policy.tags[name]

    def until(self, name: str) -> set[int]:
        """The nodes that a tag does not reach."""
        return self._ends_of(name)[1]

    def marked(self, name: str) -> set[int]:
        """The nodes that carry a tag of themselves."""
        return self._ends_of(name)[0]

    def reached(self, name: str) -> Reached:
        """What a tag spread to. Of nodes whose origin was not looked at it may be missing, unless a selection asks for
        the tag."""
        on, until = self._ends_of(name)
        known = self._reached.get(name)
        if known is None or known[0] != self._lineage.version:
            known = self._reached[name] = self._lineage.version, spread(self._lineage.after, on, until)
        return known[1]

    def carriers(self, name: str) -> set[int]:
        """The nodes that carry a tag, of those that `reached` is for."""
        return self.marked(name) | self.reached(name).keys()

    def _ends_of(self, name: str) -> tuple[set[int], set[int]]:
        """Where a tag begins, and where it stops."""
        if name not in self._ends:
            tag = self._policy.tags[name]
            until = set() if tag.until is None else self.selector.noted(tag.until)
            self._ends[name] = self.selector.noted(tag.on), until
            if name in self._asked_for:
                self._lineage.cover(self._ends[name][0], "downstream")
        return self._ends[name]
