"""What stays whatever else is said."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from graphmeta import filters
from graphmeta.backends.predicates import Predicate
from graphmeta.backends.requests import EventQuery, MembershipQuery, ParentQuery
from graphmeta.errors import InvalidArgumentError
from graphmeta.keeping.coding import FLOWING, coded, decoded
from graphmeta.keeping.rows import rows_in_portions
from graphmeta.model import KINDS, Kind, node_id
from graphmeta.portions import portions
from graphmeta.query.naming import resolve_all
from graphmeta.store.store import Store


class Kept:
    """What some texts name: nodes, the members of contexts among them, and what the steps among all these made.

    Attributes:
        nodes: artifacts and executions (see `coded`).
        contexts: ids.
        notes: sentences about texts that keep nothing.

    Args:
        texts: filter queries and names.

    Raises:
        InvalidArgumentError: a text is neither.
    """

    def __init__(self, store: Store, texts: Sequence[str]) -> None:
        self._store = store
        self.nodes: set[int] = set()
        self.contexts: set[int] = set()
        self.notes: list[str] = []
        for text in texts:
            self._keep(text)
        self.contexts = with_children(store, self.contexts)
        for part in portions(sorted(self.contexts)):
            for kind in FLOWING:
                members = store.backend.memberships(MembershipQuery(kind, context_ids=part))
                self.nodes |= {coded(kind, id) for id, _ in members}
        steps = {id for kind, id in map(decoded, self.nodes) if kind == "execution"}
        self.nodes |= {coded("artifact", id) for id in made_by(store, steps)}

    def _keep(self, text: str) -> None:
        kept = self._meant(text)
        if not any(kept.values()):
            self.notes.append(f"--keep {text[:200]!r} is true for nothing, so it keeps nothing. Is it written right?")
        for kind in FLOWING:
            self.nodes |= {coded(kind, id) for id in kept[kind]}
        self.contexts |= kept["context"]

    def _meant(self, text: str) -> dict[Kind, set[int]]:
        """The ids of the nodes that a query is true for, of every kind that it can be asked about, or that a name
        means, in all their versions."""
        found: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
        queries: dict[Kind, Predicate] = {}
        problem = ""
        for kind in KINDS:
            try:
                queries[kind] = filters.parse(text, kind)
            except InvalidArgumentError as error:
                problem = problem or str(error)
        for kind, where in queries.items():
            found[kind].update(row.id for row in rows_in_portions(self._store, kind, [where]))
        nodes = [] if queries else resolve_all(self._store, text)
        if not queries and not nodes:
            raise InvalidArgumentError(
                f"--keep {text[:200]!r} names no node, and is no query either: {problem} Write it as Model:churn, "
                "artifact/42, or as a query such as \"name = 'churn@3'\"."
            )
        for node in nodes:
            found[node.kind].add(node_id(node))
        return found


def with_children(store: Store, contexts: Collection[int]) -> set[int]:
    """These contexts and all that are part of them."""
    found, new = set(contexts), sorted(contexts)
    while new:
        children = {child for part in portions(new) for child, _ in store.backend.parents(ParentQuery(parent_ids=part))}
        new = sorted(children - found)
        found.update(new)
    return found


def made_by(store: Store, steps: Collection[int]) -> set[int]:
    """The artifacts that some executions gave."""
    found: set[int] = set()
    for part in portions(sorted(steps)):
        found.update(store.backend.events(EventQuery(execution_ids=part, flow="out", bare=True)).artifact_ids)
    return found
