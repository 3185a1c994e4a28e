"""Which nodes of a store a selection means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from graphmeta.backends.predicates import And, Compare, Field, Not, OneOf, Or, Predicate
from graphmeta.backends.requests import EventQuery, NodeQuery
from graphmeta.checks.policy.rules import Choice, Selection, Wanted
from graphmeta.checks.policy.values import Test, called, fits, is_pattern, named, property_is
from graphmeta.errors import NotFoundError
from graphmeta.filters import parse
from graphmeta.model import ARTIFACT_STATES, KINDS, AnyNode, Artifact, Execution, Kind, Value, node_id
from graphmeta.portions import portions
from graphmeta.query.annotations import annotated, annotation_types
from graphmeta.query.production import state_of
from graphmeta.query.reading import Reader
from graphmeta.query.type_names import chosen_types, matching_types, short
from graphmeta.query.versions import logical_name
from graphmeta.store.hydrate import to_node, to_nodes
from graphmeta.store.paging import pages
from graphmeta.store.store import Store

# How a step has ended for good; of one in another state, or in none, its properties may say more.
_ENDED = ("COMPLETE", "FAILED", "CACHED", "CANCELED")
_PAGE = 10_000


class Selector:
    """Finds nodes, each as a number: an artifact or a context as its id, an execution as its id with a minus.

    Args:
        carriers: tells which nodes carry a tag.

    Attributes:
        notes: what seems to be misspelt.
    """

    def __init__(self, store: Store, carriers: Callable[[str], Collection[int]]) -> None:
        self.notes: dict[str, None] = {}
        self._store = store
        self._reader = Reader(store)
        self._carriers = carriers
        self._annotated: dict[str, Mapping[tuple[Kind, int], Value]] = {}
        self._latest: dict[int, set[int]] = {}
        self._whole: dict[str, set[int]] = {}

    def nodes(self, selection: Selection | Choice, among: Collection[int] | None = None) -> set[int]:
        """The nodes that a selection means.

        Args:
            among: only these count; a few of them make it quick.
        """
        choices = [selection] if isinstance(selection, Choice) else selection.choices
        found: set[int] = set()
        for choice in choices:
            few = among is not None and len(among) <= _PAGE
            found |= self._chosen(choice, among) if few else self._all(choice)
        return found if among is None else found.intersection(among)

    def noted(self, selection: Selection) -> set[int]:
        """As `nodes`; where there is none, a note says so."""
        found = self.nodes(selection)
        if not found:
            self.notes[f"{nothing_matches(selection)} Is that spelt right?"] = None
        return found

    def _all(self, choice: Choice) -> set[int]:
        """All nodes that a choice means, read once."""
        if choice.carries or choice.excepted:
            return self._chosen(choice, None)  # who carries a tag changes, as more of the lineage is known
        key = repr(choice)
        if key not in self._whole:
            self._whole[key] = self._chosen(choice, None)
        return self._whole[key]

    def _chosen(self, choice: Choice, among: Collection[int] | None) -> set[int]:
        conditions, tests = self._conditions(choice)
        if among is not None and len(among) <= _PAGE:
            sign = -1 if choice.kind == "execution" else 1
            conditions.append(OneOf(Field("id"), sorted(sign * each for each in among if sign * each > 0)))
        if tests:
            fitting = (
                row.id
                for rows in pages(self._store, choice.kind, *conditions)
                for row in rows
                if all(test(to_node(rows, row)) for test in tests)
            )
            found = set(fitting)
        else:
            where = And(conditions) if conditions else None
            found = {row.id for row in self._store.backend.nodes(NodeQuery(choice.kind, where, bare=True))}
        if choice.kind == "execution":
            found = {-id for id in found}
        if choice.deployed is not None and found:
            found = found & self._deployed if choice.deployed else found - self._deployed
        if choice.latest is not None and found:
            latest = self._latest_of(found)
            found = found & latest if choice.latest else found - latest
        for tag in choice.carries if found else ():
            found &= set(self._carriers(tag))
        for other in choice.excepted if found else ():
            found -= self._chosen(other, found)
        return found

    # ------------------------------------------------------------ conditions

    def _conditions(self, choice: Choice) -> tuple[list[Predicate], list[Test]]:
        """What the store can be asked, which may hold for more, and what is then asked of each node."""
        conditions: list[Predicate] = []
        tests: list[Test] = []
        if choice.roles:
            conditions.append(OneOf(Field("type_id"), self._reader.type_ids(choice.kind, choice.roles)))
        if choice.types:
            conditions.append(OneOf(Field("type_id"), sorted(self._types(choice))))
        if choice.kind == "context" and not choice.types:
            conditions.append(Not(OneOf(Field("type_id"), annotation_types(self._store))))
        if choice.where:
            conditions.append(parse(choice.where, choice.kind))
        if choice.names:
            conditions.append(Or([named(name) for name in choice.names]))
            tests.append(called(choice.names))
        if choice.states and choice.kind == "execution":
            wanted = choice.states
            conditions.append(Not(OneOf(Field("state"), [state for state in _ENDED if state not in wanted])))
            tests.append(lambda node: isinstance(node, Execution) and state_of(node) in wanted)
        elif choice.states:
            known: Predicate = OneOf(Field("state"), choice.states)
            if "UNKNOWN" in choice.states:  # as one that was never set
                known = Or([known, Not(OneOf(Field("state"), list(ARTIFACT_STATES)))])
            conditions.append(known)
        for key, values in choice.properties.items():
            self._add_property(choice.kind, key, values, conditions, tests)
        for key, values in choice.annotations.items():
            said = self._said(choice.kind, key)
            conditions.append(OneOf(Field("id"), sorted(id for id, value in said.items() if fits(value, values))))
        return conditions, tests

    def _types(self, choice: Choice) -> set[int]:
        types = self._store.types(system=True)
        found: set[int] = set()
        for text in choice.types:
            try:
                found |= chosen_types(self._store, [type for type in types if type.kind == choice.kind], [text])
            except NotFoundError as problem:
                others = {type.kind for reading in matching_types(types, text) for type in reading}
                if others:
                    kinds = " and ".join(f"{kind}s" for kind in KINDS if kind in others)
                    self.notes[f"{short(text)} is a type of {kinds}, and {choice.kind}s are meant where it stands."] = (
                        None
                    )
                else:
                    self.notes[str(problem).removesuffix(" `graphmeta types` lists all.")] = None
        return found

    def _add_property(
        self, kind: Kind, key: str, values: Sequence[Wanted], conditions: list[Predicate], tests: list[Test]
    ) -> None:
        """What was annotated counts before what was recorded."""
        recorded: Predicate = Or([each for value in values for each in property_is(key, value)])
        said = self._said(kind, key)
        if said:
            right = sorted(id for id, value in said.items() if fits(value, values))
            wrong = sorted(said.keys() - set(right))
            recorded = Or([OneOf(Field("id"), right), And([recorded, Not(OneOf(Field("id"), wrong))])])
        conditions.append(recorded)
        if any(is_pattern(value) and value != "*" for value in values):

            def fitting(node: AnyNode) -> bool:
                if node_id(node) in said:
                    return fits(said[node_id(node)], values)
                both = (node.properties, node.custom_properties)
                return any(key in each and fits(each[key], values) for each in both)

            tests.append(fitting)

    def _said(self, kind: Kind, key: str) -> dict[int, Value]:
        """What nodes are annotated with under a key, by id."""
        if key not in self._annotated:
            found = annotated(self._store, key)
            self._annotated[key] = {node: each.value for node, each in found.items() if each.value is not None}
        return {id: value for (of, id), value in self._annotated[key].items() if of == kind}

    # ------------------------------------------------------------ what no condition says

    @cached_property
    def _deployed(self) -> set[int]:
        """The artifacts that steps which deploy took."""
        types = self._reader.type_ids("execution", ("Deploy",))
        query = NodeQuery("execution", OneOf(Field("type_id"), types), bare=True)
        steps = [row.id for row in self._store.backend.nodes(query)] if types else []
        found: set[int] = set()
        for some in portions(steps, _PAGE):
            found.update(self._store.backend.events(EventQuery(execution_ids=some, flow="in")).artifact_ids)
        return found

    def _latest_of(self, ids: set[int]) -> set[int]:
        """Of each type and name that some artifacts have, the artifact that was stored last."""
        backend = self._store.backend
        types: set[int] = set()
        for some in portions(sorted(ids), _PAGE):
            query = NodeQuery("artifact", OneOf(Field("id"), some), bare=True)
            types.update(row.type_id for row in backend.nodes(query))
        found: set[int] = set()
        for type_id in types:
            if type_id not in self._latest:
                self._latest[type_id] = self._latest_of_type(type_id)
            found |= self._latest[type_id]
        return found

    def _latest_of_type(self, type_id: int) -> set[int]:
        last: dict[tuple[str, str], int] = {}
        for rows in pages(self._store, "artifact", Compare(Field("type_id"), "=", type_id)):
            last.update((logical_name(each), node_id(each)) for each in to_nodes(rows, Artifact))
        return set(last.values())


def nothing_matches(selection: Selection) -> str:
    """The sentence for a selection without nodes."""
    return f"Nothing in this store matches '{selection}' (line {selection.line})."
