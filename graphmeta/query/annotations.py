"""What people said of nodes afterwards: a license, a review, a tag; with who said it, and when.

An annotation is a context of its own, of type `Annotation`. The node belongs to it, by an attribution or an
association; a context that is annotated has it as a parent. So the node itself stays as it was recorded, and every
client of ML Metadata's sees what was said. Annotations only ever come: of several with one key the last counts, and a
key that was taken back has a last one without a value.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from graphmeta.backends.predicates import And, Compare, Field, OneOf, Predicate, Property
from graphmeta.backends.requests import MembershipQuery, NodeQuery, ParentQuery
from graphmeta.model import INT64, AnyNode, Kind, Properties, node_id
from graphmeta.store.store import Store
from graphmeta.vocabulary import ANNOTATION_TYPE

# A node by kind and id; `query.Key("artifact", 1)` is one, too.
NodeKey = tuple[Kind, int]
Said = Union[str, int, float, bool]


@dataclass(frozen=True, slots=True)
class Annotation:
    """What somebody said of a node under one key.

    Attributes:
        node: of which node, by kind and id.
        id: of the context that keeps it.
        value: None where the key was taken back.
        by: who said it; '' where that is not known.
        time: when, in milliseconds since the epoch.
        note: why, where somebody said.
    """

    node: NodeKey
    id: int
    key: str
    value: Said | None
    by: str
    time: int
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """{"key", "value", "by", "time", "note"}; the value is null where the key was taken back."""
        return {"key": self.key, "value": self.value, "by": self.by, "time": self.time, "note": self.note}


@dataclass(slots=True)
class Annotations:
    """All that was said of one node, the first first."""

    history: list[Annotation] = field(default_factory=list)

    @property
    def current(self) -> dict[str, Annotation]:
        """What counts now, by key in alphabetical order."""
        last = {each.key: each for each in self.history}
        return {key: last[key] for key in sorted(last) if last[key].value is not None}

    def to_json(self) -> dict[str, Any]:
        """What counts now, by key."""
        return {key: each.to_json() for key, each in self.current.items()}


def annotations_of(store: Store, nodes: Iterable[AnyNode | NodeKey]) -> dict[NodeKey, Annotations]:
    """What was said of some nodes, in at most five round trips.

    Args:
        nodes: stored nodes of any kinds, or their kinds and ids.

    Returns:
        by kind and id; nodes of which nothing was said are left out.
    """
    types = annotation_types(store)
    if not types:
        return {}
    wanted: dict[Kind, set[int]] = {"artifact": set(), "execution": set(), "context": set()}
    for node in nodes:
        kind, id = node if isinstance(node, tuple) else (node.kind, node_id(node))
        wanted[kind].add(id)
    pairs = list(_of_nodes(store, wanted))
    return _joined(_kept(store, types, ids={context for _, context in pairs}), pairs)


def annotations_of_one(store: Store, node: AnyNode) -> Annotations:
    """What was said of one node."""
    return annotations_of(store, [node]).get((node.kind, node_id(node)), Annotations())


def annotated(store: Store, key: str) -> dict[NodeKey, Annotation]:
    """The nodes of which something is said under a key now, with what; by kind and id."""
    types = annotation_types(store)
    if not types:
        return {}
    kept = _kept(store, types, where=Compare(Property("key", custom=False), "=", key))
    found = _joined(kept, _with_contexts(store, sorted(kept)))
    return {node: said.current[key] for node, said in found.items() if key in said.current}


def annotation_types(store: Store) -> list[int]:
    """The ids of the types whose contexts are annotations; mostly one or none."""
    return [type.id or 0 for type in store.types("context") if type.name == ANNOTATION_TYPE]


def without_annotations(store: Store, context_ids: Sequence[int]) -> list[int]:
    """The ids of contexts that are no annotations, in the order given."""
    types = annotation_types(store) if context_ids else []
    if not types:
        return list(context_ids)
    where = And((OneOf(Field("id"), sorted(set(context_ids))), OneOf(Field("type_id"), types)))
    hidden = {row.id for row in store.backend.nodes(NodeQuery("context", where, bare=True))}
    return [id for id in context_ids if id not in hidden]


# ---------------------------------------------------------------- how values are kept


def as_text(value: Said) -> tuple[str, str]:
    """A value as it is kept: its text, and JSON's word for its kind.

    Raises:
        ValueError: it is of another kind, or a number that JSON has not.
    """
    if isinstance(value, bool):
        return json.dumps(value), "boolean"
    if isinstance(value, int) and value in INT64:
        return str(value), "integer"
    if isinstance(value, float) and math.isfinite(value):
        return repr(value), "number"
    if isinstance(value, str):
        return value, "string"
    raise ValueError(f"{value!r:.100} is no text, no 64-bit integer, no finite number, and neither true nor false")


def from_text(text: str, kind: str) -> Said:
    """A value from what `as_text` gives; the text where it is not of that kind after all."""
    if kind == "string":
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    finite = not isinstance(value, float) or math.isfinite(value)
    return value if isinstance(value, (bool, int, float)) and finite else text


# ---------------------------------------------------------------- reading


# When a context was stored, and what it says. (Not as a Context: there may be as many as there are artifacts.)
_Kept = tuple[int, Properties]


def _kept(
    store: Store, types: Sequence[int], *, ids: Collection[int] | None = None, where: Predicate | None = None
) -> dict[int, _Kept]:
    """The contexts that are annotations, by id: of these, or of those for which the condition holds."""
    if ids is not None:
        if not ids:
            return {}
        where = OneOf(Field("id"), sorted(ids))
    parts = [part for part in (where, OneOf(Field("type_id"), types)) if part is not None]
    rows = store.backend.nodes(NodeQuery("context", And(parts)))
    found = {row.id: (row.created, rows.properties(row.id)[0]) for row in rows}
    # (A type of this name that somebody else made may have other contexts.)
    return {id: kept for id, kept in found.items() if isinstance(kept[1].get("key"), str)}


def _of_nodes(store: Store, wanted: dict[Kind, set[int]]) -> Iterator[tuple[NodeKey, int]]:
    """Nodes with the contexts that they belong to or are part of."""
    backend = store.backend
    for kind in ("artifact", "execution"):
        if wanted[kind]:
            for node, context in backend.memberships(MembershipQuery(kind, node_ids=sorted(wanted[kind]))):
                yield (kind, node), context
    if wanted["context"]:
        for child, parent in backend.parents(ParentQuery(child_ids=sorted(wanted["context"]))):
            yield ("context", child), parent


def _with_contexts(store: Store, context_ids: Sequence[int]) -> Iterator[tuple[NodeKey, int]]:
    """The nodes that belong to contexts or are part of them, with these."""
    if not context_ids:
        return
    for kind in ("artifact", "execution"):
        for node, context in store.backend.memberships(MembershipQuery(kind, context_ids=context_ids)):
            yield (kind, node), context
    for child, parent in store.backend.parents(ParentQuery(parent_ids=context_ids)):
        yield ("context", child), parent


def _joined(kept: dict[int, _Kept], pairs: Iterable[tuple[NodeKey, int]]) -> dict[NodeKey, Annotations]:
    found: dict[NodeKey, Annotations] = {}
    for node, context in pairs:
        if context in kept:
            found.setdefault(node, Annotations()).history.append(read(node, context, *kept[context]))
    for said in found.values():
        # Ids alone do not tell the order: those of several writers to Neo4j come in blocks.
        said.history.sort(key=lambda each: (each.time, each.id))
    return found


def read(node: NodeKey, id: int, created: int, properties: Properties) -> Annotation:
    """What a context of this type says of a node.

    Args:
        id, created, properties: the context's; the declared ones.
    """

    def text(key: str, missing: str = "") -> str:
        held = properties.get(key, missing)
        return held if isinstance(held, str) else missing

    value = from_text(text("value"), text("value_type", "string")) if "value" in properties else None
    return Annotation(node, id, text("key"), value, text("by"), created, text("note"))
