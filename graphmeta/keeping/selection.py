"""What may go: nodes by age, state and type, but for those that are to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import MembershipQuery, NodeQuery, Walk
from graphmeta.backends.rows import NodeRow
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.keeping.ages import DAY, Ages
from graphmeta.keeping.coding import FLOWING, Flowing, coded
from graphmeta.keeping.kept import Kept, made_by, with_children
from graphmeta.keeping.rows import rows_of
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, KINDS, AnyNode, Kind, Type, node_id
from graphmeta.portions import portions
from graphmeta.query.type_names import matching_types, unknown_type
from graphmeta.store.store import Store

_STATES = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES}


@dataclass(frozen=True, slots=True)
class Selection:
    """What `gc` looks for; an artifact or an execution matches if all that is given holds.

    Attributes:
        before: not updated since, in milliseconds since the epoch; None for any time.
        states: of one of these states.
        types: of one of these types, by name or role.
        keep: filter queries and names of what stays whatever else is said.
    """

    before: int | None = None
    states: Sequence[str] = ()
    types: Sequence[str] = ()
    keep: Sequence[str] = ()


@dataclass(slots=True)
class Candidates:
    """What may go, unless something that stays was made of it.

    Attributes:
        types: the id of its type, by node (see `coded`).
        names: stored names with a version, as `churn@3`, by node.
        contexts: those that were named, and go even if artifacts that stay were listed in them.
        kept: nodes that stay whatever else is said.
        kept_contexts: contexts likewise.
        before: what was updated later does not go along either; milliseconds since the epoch.
        notes: what people should know of the choice, in sentences.
    """

    types: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    contexts: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    kept_contexts: set[int] = field(default_factory=set)
    before: int | None = None
    notes: list[str] = field(default_factory=list)

    def add(self, kind: Flowing, row: NodeRow) -> None:
        """Take one more, unless it is to be kept."""
        node = coded(kind, row.id)
        if node not in self.kept:
            self.types[node] = row.type_id
            if row.name and "@" in row.name:
                self.names[node] = row.name

    def keep(self, node: int) -> bool:
        """Let a node stay whatever else is said; returns whether it might have gone."""
        self.kept.add(node)
        return self.types.pop(node, None) is not None


def select(store: Store, selection: Selection) -> Candidates:
    """What matches, kept things left out.

    Raises:
        InvalidArgumentError: nothing is selected by, an unknown state, or a `keep` that is neither query nor name.
        NotFoundError: no type is called so.
    """
    if selection.before is None and not selection.states and not selection.types:
        raise InvalidArgumentError(
            "Nothing says what may go. Give --older-than (as 90d), --state (as FAILED) or --type, or several of them."
        )
    kept = Kept(store, selection.keep)
    found = Candidates(kept=kept.nodes, kept_contexts=kept.contexts, before=selection.before, notes=kept.notes)
    ages = Ages(store, selection.before)
    states, types = _states(selection.states), _types(store, selection.types)
    for kind in FLOWING:
        parts: list[Predicate] = []
        if selection.states:
            parts.append(OneOf(Field("state"), states[kind]))
        if selection.types:
            parts.append(OneOf(Field("type_id"), types[kind]))
        if all(part.values for part in parts if isinstance(part, OneOf)):
            for row in ages.matching(kind, parts):
                found.add(kind, row)
    found.notes += ages.notes()
    spare_the_running(store, found)
    return found


def named(store: Store, nodes: Iterable[AnyNode], *, downstream: bool = False) -> Candidates:
    """The nodes that somebody named; of a context its steps, and those of the contexts that are part of it.

    Args:
        downstream: also all that came of them.
    """
    found = Candidates()
    ids: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
    for node in nodes:
        ids[node.kind].add(node_id(node))
    found.contexts = with_children(store, ids["context"])
    for part in portions(sorted(found.contexts)):
        ids["execution"].update(id for id, _ in store.backend.memberships(MembershipQuery("execution", None, part)))
    if downstream:
        starts = {kind: sorted(ids[kind]) for kind in FLOWING}
        for kind, those in starts.items():
            if those:
                reached = store.backend.walk(Walk(kind, those, "downstream"))
                ids["artifact"].update(reached.artifact_ids)
                ids["execution"].update(reached.execution_ids)
    for kind in FLOWING:
        for row in rows_of(store, kind, ids[kind]):
            found.add(kind, row)
    spare_the_running(store, found)
    return found


def spare_the_running(store: Store, found: Candidates) -> None:
    """Take out the steps that seem to be running at this moment, RUNNING and updated within a day, and what they
    made."""
    since = store.backend.clock() - DAY
    running = And((OneOf(Field("state"), ["RUNNING"]), Compare(Field("updated"), ">", since)))
    steps = {row.id for row in store.backend.nodes(NodeQuery("execution", running, bare=True))}
    spared = sum(found.keep(coded("execution", id)) for id in steps)
    for id in made_by(store, steps):
        found.keep(coded("artifact", id))
    if spared:
        found.notes.append(
            "A step that seems to be running stays: its state is RUNNING, and it was updated within a day."
            if spared == 1
            else f"{spared:,} steps that seem to be running stay: RUNNING, and updated within a day."
        )


# ---------------------------------------------------------------- states and types


def _states(names: Sequence[str]) -> dict[Kind, list[str]]:
    """The states of each kind that are meant.

    Raises:
        InvalidArgumentError: one is no state.
    """
    wanted = [name.upper() for name in names]
    for name in wanted:
        if not any(name in known for known in _STATES.values()):
            raise InvalidArgumentError(
                f"{name[:100]!r} is no state. Of steps there are {', '.join(EXECUTION_STATES)}; of artifacts "
                f"{', '.join(ARTIFACT_STATES)}."
            )
    return {kind: [name for name in wanted if name in known] for kind, known in _STATES.items()}  # type: ignore[misc]


def _types(store: Store, names: Sequence[str]) -> dict[Kind, list[int]]:
    """The ids of the types of each kind that are meant.

    Raises:
        NotFoundError: no type is called so.
    """
    types = [type for type in store.types(system=True) if type.kind != "context"]
    found: dict[Kind, list[int]] = {"artifact": [], "execution": []}
    for name in names:
        readings: list[Type] = []
        for kind in found:
            best = matching_types([type for type in types if type.kind == kind], name)
            readings += best[0] if best else []
        if not readings:
            raise NotFoundError(unknown_type(store, types, name))
        for type in readings:
            found[type.kind].append(type.id or 0)
    return found
