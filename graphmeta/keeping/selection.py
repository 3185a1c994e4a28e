"""What may go: nodes by age, state and type, but for those that are to be kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from graphmeta import filters
from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate
from graphmeta.backends.requests import MembershipQuery, NodeQuery, ParentQuery, Walk
from graphmeta.backends.rows import NodeRow
from graphmeta.errors import InvalidArgumentError, NotFoundError
from graphmeta.model import ARTIFACT_STATES, EXECUTION_STATES, KINDS, AnyNode, Kind, Type, node_id
from graphmeta.query.naming import resolve_all
from graphmeta.query.type_names import matching_types, unknown_type
from graphmeta.store.moments import milliseconds
from graphmeta.store.store import Store

DAY = 86_400_000  # milliseconds
_UNITS = {"h": DAY // 24, "d": DAY, "w": 7 * DAY}
_AGE = re.compile(r"(\d{1,6})\s*([hdw])")
_PORTION = 100_000
_ASKED_AT_ONCE = 5_000
_STATES = {"artifact": ARTIFACT_STATES, "execution": EXECUTION_STATES}

Flowing = Literal["artifact", "execution"]
FLOWING: tuple[Flowing, ...] = ("artifact", "execution")


def coded(kind: Flowing, id: int) -> int:
    """An artifact or an execution as a number, of which a million fit into memory."""
    return 2 * id + (kind == "execution")


def decoded(node: int) -> tuple[Flowing, int]:
    """What `coded` made the number of."""
    return ("execution" if node & 1 else "artifact"), node >> 1


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


def moment_before(text: str, now: int) -> int:
    """The last moment at which something old enough was updated, in milliseconds since the epoch.

    Args:
        text: `90d`, `12h`, `2w`, or a time in ISO 8601; a day means its beginning.
        now: milliseconds since the epoch.

    Raises:
        InvalidArgumentError: it is none of these.
    """
    age = _AGE.fullmatch(text.strip())
    if age:
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        pass
    else:
        return milliseconds(f"{day.isoformat()}T00:00") - 1
    try:
        return milliseconds(text)
    except InvalidArgumentError:
        raise InvalidArgumentError(
            f"{text[:100]!r} is no age and no time; write 90d (days), 12h (hours), 2w (weeks), or 2026-11-23."
        ) from None


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
    found = Candidates(before=selection.before)
    _keep(store, selection.keep, found)
    states, types = _states(selection.states), _types(store, selection.types)
    for kind in FLOWING:
        parts: list[Predicate] = []
        if selection.before is not None:
            parts.append(Compare(Field("updated"), "<=", selection.before))
        if selection.states:
            parts.append(OneOf(Field("state"), states[kind]))
        if selection.types:
            parts.append(OneOf(Field("type_id"), types[kind]))
        if all(part.values for part in parts if isinstance(part, OneOf)):
            for row in rows_in_portions(store, kind, parts):
                found.add(kind, row)
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
    found.contexts = _with_children(store, ids["context"])
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
    """Take out the steps that seem to be running at this moment: RUNNING, and updated within a day."""
    since = store.backend.clock() - DAY
    running = And((OneOf(Field("state"), ["RUNNING"]), Compare(Field("updated"), ">", since)))
    spared = 0
    for row in store.backend.nodes(NodeQuery("execution", running, bare=True)):
        node = coded("execution", row.id)
        found.kept.add(node)
        spared += found.types.pop(node, None) is not None
    if spared:
        found.notes.append(
            "A step that seems to be running stays: its state is RUNNING, and it was updated within a day."
            if spared == 1
            else f"{spared:,} steps that seem to be running stay: RUNNING, and updated within a day."
        )


def rows_in_portions(store: Store, kind: Kind, parts: Sequence[Predicate]) -> Iterator[NodeRow]:
    """The nodes for which all of these hold, without their properties, by id."""
    last = 0
    while True:
        where = And([Compare(Field("id"), ">", last), *parts])
        rows = store.backend.nodes(NodeQuery(kind, where, limit=_PORTION, bare=True))
        yield from rows
        if len(rows) < _PORTION:
            return
        last = rows[-1].id


def rows_of(store: Store, kind: Kind, ids: Collection[int], *parts: Predicate) -> Iterator[NodeRow]:
    """The nodes with these ids, without their properties, by id; unknown ones are left out."""
    for some in portions(sorted(ids)):
        yield from store.backend.nodes(NodeQuery(kind, And([OneOf(Field("id"), some), *parts]), bare=True))


def portions(ids: Sequence[int], number: int = _ASKED_AT_ONCE) -> Iterator[Sequence[int]]:
    """So many at a time."""
    for start in range(0, len(ids), number):
        yield ids[start : start + number]


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


# ---------------------------------------------------------------- what is kept


def _keep(store: Store, texts: Sequence[str], found: Candidates) -> None:
    """Note what stays: what the texts name, and the members of contexts among it."""
    for text in texts:
        kept = _kept(store, text)
        if not any(kept.values()):
            found.notes.append(f"--keep {text[:200]!r} is true for nothing, so it keeps nothing. Is it written right?")
        for kind in FLOWING:
            found.kept |= {coded(kind, id) for id in kept[kind]}
        found.kept_contexts |= kept["context"]
    found.kept_contexts = _with_children(store, found.kept_contexts)
    for part in portions(sorted(found.kept_contexts)):
        for kind in FLOWING:
            members = store.backend.memberships(MembershipQuery(kind, context_ids=part))
            found.kept |= {coded(kind, id) for id, _ in members}


def _kept(store: Store, text: str) -> dict[Kind, set[int]]:
    """The ids of the nodes that a query is true for, of every kind that it can be asked about, or that a name means, in
    all their versions.

    Raises:
        InvalidArgumentError: it is neither.
    """
    found: dict[Kind, set[int]] = {kind: set() for kind in KINDS}
    queries: dict[Kind, Predicate] = {}
    problem = ""
    for kind in KINDS:
        try:
            queries[kind] = filters.parse(text, kind)
        except InvalidArgumentError as error:
            problem = problem or str(error)
    for kind, where in queries.items():
        found[kind].update(row.id for row in rows_in_portions(store, kind, [where]))
    nodes = [] if queries else resolve_all(store, text)
    if not queries and not nodes:
        raise InvalidArgumentError(
            f"--keep {text[:200]!r} names no node, and is no query either: {problem} Write it as Model:churn, "
            "artifact/42, or as a query such as \"name = 'churn@3'\"."
        )
    for node in nodes:
        found[node.kind].add(node_id(node))
    return found


def _with_children(store: Store, contexts: Collection[int]) -> set[int]:
    """These contexts and all that are part of them."""
    found, new = set(contexts), sorted(contexts)
    while new:
        children = {child for part in portions(new) for child, _ in store.backend.parents(ParentQuery(parent_ids=part))}
        new = sorted(children - found)
        found.update(new)
    return found
