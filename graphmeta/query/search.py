"""Search: nodes by id, name, URI, property or filter, the best first, and never by a look at everything.

Indexes serve what is called exactly so, or begins so. What only contains the words is looked for among the newest
`LOOKED_THROUGH` nodes of each kind; the answer says where that left some out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from graphmeta.backends.predicates import (
    And,
    Compare,
    Field,
    KnownAs,
    NameContains,
    Not,
    OneOf,
    Operator,
    Or,
    Predicate,
    Property,
    Scalar,
    StartsWith,
)
from graphmeta.backends.requests import NodeQuery, Order
from graphmeta.errors import InvalidArgumentError
from graphmeta.model import INT64, KINDS, AnyNode, Artifact, Kind, Type, Value
from graphmeta.query.annotations import annotation_types
from graphmeta.query.listing import LOOKED_THROUGH, Wanted, newest_id, part
from graphmeta.query.measured import models_measured
from graphmeta.query.naming import called
from graphmeta.query.nodes import display
from graphmeta.query.values import comparisons
from graphmeta.store.hydrate import to_nodes
from graphmeta.store.store import Store

How = Literal["words", "filter"]
LONGEST = 1_000  # characters of words
_ID = re.compile(r"(?:(artifact|execution|context)/)?([0-9]{1,19})")
_PROPERTY = re.compile(r"([^\s=<>:?]+)\s*(<=|>=|=|<|>)\s*(\S.*)")
_NEWEST = Order("id", descending=True)
_EXACT, _BEGINS, _CONTAINS = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that was found.

    Attributes:
        where: what matched: "id", "name", "URI", "external id", the key of a property, or "filter".
        rank: 0 where it is exactly what was asked for, 1 where it begins so, 2 where it contains it.
        value: of that property.
        on: of a model the Metrics artifact that says so of it; None where the node itself does.
        behind: others say the same of what people look for: it is a Metrics artifact whose model was found.
    """

    node: AnyNode
    where: str
    rank: int = _EXACT
    value: Value | None = None
    on: Artifact | None = None
    behind: bool = False


@dataclass(slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: by kind, the best first and of equals the newest; no entry for a kind that was not asked or has none.
        more: the kinds that have more hits than are here.
        types: the types whose name has the words in it.
        comparison: the key and the operator, where the words were taken for one with a property; else None.
        notes: sentences that say what was not looked through, and what could not be asked.
    """

    hits: dict[Kind, list[Hit]] = field(default_factory=dict)
    more: set[Kind] = field(default_factory=set)
    types: list[Type] = field(default_factory=list)
    comparison: tuple[str, str] | None = None
    notes: list[str] = field(default_factory=list)


def search(store: Store, text: str, *, how: How = "words", kinds: Sequence[Kind] = KINDS, limit: int = 20) -> Found:
    """Nodes that a text means.

    Args:
        text: `words`: an id (`artifact/42`, `42`), a comparison with a property (`lr=0.1`, `accuracy>0.9`), or
            words that are in a name or a URI, whatever the case of their letters. `filter`: MLMD's filter
            language, asked of every kind that it can be asked of.
        kinds: where to look.
        limit: hits of each kind at most.

    Raises:
        InvalidArgumentError: the text is too long or no Unicode, or a filter that no kind understands.
    """
    text = text.strip()
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidArgumentError("The search is no Unicode text: it holds half a character.")
    found = Found()
    if not text:
        return found
    if how == "filter":
        _by_filter(store, text, kinds, limit, found)
        return found
    if len(text) > LONGEST:
        raise InvalidArgumentError(f"A search takes {LONGEST:,} characters at most, and these are {len(text):,}.")
    by_id = _ID.fullmatch(text)
    comparison = _PROPERTY.fullmatch(text)
    if comparison:
        found.comparison = (comparison[1], comparison[2])
    for kind in kinds:
        hits = _by_id(store, kind, by_id)
        if by_id and by_id[1]:
            _keep(found, kind, hits, limit)  # (nothing else is called so)
            continue
        if comparison:
            hits += _by_property(store, kind, comparison, limit + 1, found)
            hits += _exactly(store, kind, text, limit + 1)
        if not hits or not comparison:
            hits += _by_words(store, kind, text, limit + 1, found)
        _keep(found, kind, hits, limit)
    found.types = [type for type in store.types() if type.kind in kinds and text.lower() in type.name.lower()]
    return found


def _keep(found: Found, kind: Kind, hits: Iterable[Hit], limit: int) -> None:
    """Each node once, where it matched best."""
    best: dict[int, Hit] = {}
    for hit in hits:
        id = hit.node.id or 0
        if id not in best or hit.rank < best[id].rank:
            best[id] = hit
    if best:
        ordered = sorted(best.values(), key=lambda hit: (hit.rank, hit.behind, -(hit.node.id or 0)))
        found.hits[kind] = ordered[:limit]
        if len(ordered) > limit:
            found.more.add(kind)


# ---------------------------------------------------------------- words


def _by_id(store: Store, kind: Kind, wanted: re.Match[str] | None) -> list[Hit]:
    if not wanted or wanted[1] not in (None, kind) or int(wanted[2]) not in INT64:
        return []
    return [Hit(node, "id") for node in to_nodes(store.rows(kind, ids=[int(wanted[2])]))]


def _by_words(store: Store, kind: Kind, text: str, number: int, found: Found) -> list[Hit]:
    """By name and URI. The newest nodes are looked through first: where they have enough that fit as well as
    any can, nobody else is asked."""
    # (What annotations are called says nothing.)
    hidden = annotation_types(store) if kind == "context" else []
    shown = [Not(OneOf(Field("type_id"), hidden))] if hidden else []
    contains = And((*shown, NameContains(text)))
    hits = _among_the_newest(store, kind, contains, number, lambda node: _hit(node, text))
    if newest_id(store, kind) > LOOKED_THROUGH:
        found.notes.append(
            f"Of {kind}s the newest {LOOKED_THROUGH:,} were looked through for names that contain the words; of the "
            "older ones those are here that are called so, or whose name or URI begins so."
        )
    if sum(hit.rank <= _BEGINS for hit in hits) < number:
        fields: list[Literal["name", "uri"]] = ["name", "uri"] if kind == "artifact" else ["name"]
        for name in fields:
            begins = And((*shown, StartsWith(Field(name), text)))
            hits += _asked(store, kind, begins, number, lambda node: _hit(node, text))
    if sum(hit.rank == _EXACT for hit in hits) < number:
        hits += _exactly(store, kind, text, number)
    return hits


def _exactly(store: Store, kind: Kind, text: str, number: int) -> list[Hit]:
    """What is called exactly so, lies there, or has this external id."""
    wheres: list[Predicate] = [KnownAs([text]), Compare(Field("external_id"), "=", text)]
    if kind == "artifact":
        wheres.append(Compare(Field("uri"), "=", text))
    return [hit for where in wheres for hit in _asked(store, kind, where, number, lambda node: _hit(node, text))]


def _asked(store: Store, kind: Kind, where: Predicate, number: int, hit: Callable[[AnyNode], Hit]) -> list[Hit]:
    return [hit(node) for node in to_nodes(store.rows(kind, where, order=_NEWEST, limit=number))]


def _among_the_newest(
    store: Store, kind: Kind, where: Predicate, number: int, hit: Callable[[AnyNode], Hit]
) -> list[Hit]:
    """As `_asked`, of what no index serves."""
    last = newest_id(store, kind)
    recent = [Compare(Field("id"), ">", last - LOOKED_THROUGH)] if last > LOOKED_THROUGH else []
    query = NodeQuery(kind, And((*recent, where)), _NEWEST, number, many=True)
    return [hit(node) for node in to_nodes(store.backend.nodes(query))]


def _hit(node: AnyNode, text: str) -> Hit:
    """Where a text is in what a node is called, as near as it can be. (Stores differ in what they take for the same
    letters: what fits nowhere is contained in the name.)"""
    uri = node.uri if isinstance(node, Artifact) else None
    names = {display(node), *called(node)}
    if text in names:
        return Hit(node, "name")
    if node.external_id == text:
        return Hit(node, "external id")
    if uri == text:
        return Hit(node, "URI")
    lowered = text.lower()
    if any(name.lower().startswith(lowered) for name in names):
        return Hit(node, "name", _BEGINS)
    if uri is not None and uri.lower().startswith(lowered):
        return Hit(node, "URI", _BEGINS)
    if uri is not None and lowered in uri.lower() and all(lowered not in name.lower() for name in names):
        return Hit(node, "URI", _CONTAINS)
    return Hit(node, "name", _CONTAINS)


# ---------------------------------------------------------------- properties


def _by_property(store: Store, kind: Kind, asked: re.Match[str], number: int, found: Found) -> list[Hit]:
    """Declared or custom, of whatever kind of value the text can be."""
    key, operator, text = asked.groups()

    def holds(operator: Operator, value: Scalar) -> Predicate:
        return Or([Compare(Property(key, custom), operator, value) for custom in (False, True)])

    wanted = [holds(each, value) for each, value in comparisons(cast("Operator", operator), text)]
    hits: list[Hit] = []

    def hit(node: AnyNode) -> Hit:
        return Hit(node, key, value=node.value(key))

    unindexed: list[Predicate] = []
    if store.backend.indexes_properties:
        hits += map(hit, part(store, Wanted(kind, [Or(wanted)], few=True), number).nodes)
    else:
        unindexed += wanted
    if operator == "=" and text.lower() in ("true", "false"):
        unindexed.append(holds("=", text.lower() == "true"))  # no store has an index of these
    if unindexed:
        hits += _among_the_newest(store, kind, Or(unindexed), number, hit)
        if newest_id(store, kind) > LOOKED_THROUGH:
            found.notes.append(f"Of {kind}s the newest {LOOKED_THROUGH:,} were looked through for this property.")
    return _with_models(store, hits, key)


def _with_models(store: Store, hits: list[Hit], key: str) -> list[Hit]:
    """The same with the models of which Metrics artifacts among them say so; these come behind."""
    measured = models_measured(store, [hit.node for hit in hits if isinstance(hit.node, Artifact)], key)
    if not measured:
        return hits
    sources = {each.on.id for each in measured}
    models = [Hit(each.model, key, value=each.value, on=each.on) for each in measured]
    own = [replace(hit, behind=isinstance(hit.node, Artifact) and hit.node.id in sources) for hit in hits]
    return [*own, *models]


# ---------------------------------------------------------------- filters


def _by_filter(store: Store, text: str, kinds: Sequence[Kind], limit: int, found: Found) -> None:
    from graphmeta.filters import parse  # late: the parser takes long to load

    refused: dict[Kind, InvalidArgumentError] = {}
    for kind in kinds:
        try:
            where = parse(text, kind)
        except InvalidArgumentError as problem:
            refused[kind] = problem
            continue
        nodes = part(store, Wanted(kind, [where], few=True), limit + 1).nodes
        _keep(found, kind, [Hit(node, "filter") for node in nodes], limit)
    if len(refused) == len(kinds):
        raise refused[kinds[0]]
    found.notes += [f"This cannot be asked of {kind}s: {problem}" for kind, problem in refused.items()]
